// SPDX-License-Identifier: MIT
// Columns and formats as their users read them: every value against FLINT, JSON by jansson and
// Python, CSV by Python, .npy by NumPy, u64le here.
#include "support/first_difference.h"
#include "support/oracle.h"
#include "support/random_numbers.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <climits>
#include <flint/fmpz.h>
#include <flint/ulong_extras.h>
#include <gtest/gtest.h>
#include <jansson.h>
#include <sstream>

namespace {

// Debian's interpreter, to which its packages belong.
const char *const python = "/usr/bin/python3";

const char *const fixed_columns =
    "count,sigma,phi,mobius,omega,bigomega,radical,spf,gpf,is_prime,smooth=7,smooth=1000,"
    "liouville,squarefree,core,sopfr,sopf,carmichael";

spawn::Result program(std::vector<std::string> arguments, const std::string &input = "",
                      const spawn::Setup &setup = {}) {
    arguments.insert(arguments.begin(), factor_gpu());
    return spawn::run(arguments, input, setup);
}

// The program's output in a file of its own.
class OutputFile {
  public:
    OutputFile() : file_("") {}
    spawn::Result run(const std::vector<std::string> &arguments, const std::string &input) {
        const int fd = open(file_.path().c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
        spawn::Setup setup;
        setup.stdout_fd = fd;
        const spawn::Result result = program(arguments, input, setup);
        close(fd);
        return result;
    }
    const std::string &path() const { return file_.path(); }

  private:
    spawn::TemporaryFile file_;
};

// The fixed columns of n by FLINT, as texts, in the order of the list.
std::vector<std::string> expected_values(uint64_t n) {
    uint64_t count = 1, radical = 1, spf = 1, gpf = 1, core = 1, sopf = 0, sopfr = 0, lambda = 1;
    unsigned all = 0;
    const auto powers = oracle::prime_powers(n);
    for (const auto &[prime, exponent] : powers) {
        const uint64_t totient = n_pow(prime, exponent - 1) * (prime - 1);
        const uint64_t of_power = prime == 2 && exponent > 2 ? totient / 2 : totient;
        lambda *= of_power / n_gcd(lambda, of_power);
        core *= exponent % 2 == 1 ? prime : 1;
        sopf += prime;
        sopfr += exponent * prime;
        count *= exponent + 1;
        radical *= prime;
        all += exponent;
        spf = spf == 1 ? prime : spf;
        gpf = prime;
    }
    return {std::to_string(count),
            oracle::sum_of_divisors(n),
            std::to_string(n_euler_phi(n)),
            std::to_string(n_moebius_mu(n)),
            std::to_string(powers.size()),
            std::to_string(all),
            std::to_string(radical),
            std::to_string(spf),
            std::to_string(gpf),
            std::to_string(n_is_prime(n)),
            std::to_string(gpf <= 7),
            std::to_string(gpf <= 1000),
            all % 2 == 0 ? "1" : "-1",
            std::to_string(n_is_squarefree(n)),
            std::to_string(core),
            std::to_string(sopfr),
            std::to_string(sopf),
            std::to_string(lambda)};
}

std::vector<uint64_t> test_numbers(size_t range, size_t random_count) {
    std::vector<uint64_t> numbers = {1,
                                     2,
                                     UINT64_MAX,
                                     UINT64_C(1) << 63,
                                     UINT64_C(18446744073709551557),
                                     UINT64_C(897612484786617600),
                                     UINT64_C(18401055938125660800),
                                     (UINT64_C(1) << 53) - 1,
                                     (UINT64_C(1) << 53) + 1};
    for (uint64_t n = 1; n <= range; n++)
        numbers.push_back(n);
    RandomNumbers random;
    for (size_t i = 0; i < random_count; i++)
        numbers.push_back(i % 2 == 0 ? random.any() | 1 : random.of_any_size());
    return numbers;
}

std::string as_input(const std::vector<uint64_t> &numbers) {
    std::string input;
    for (const uint64_t n : numbers)
        input += std::to_string(n) + "\n";
    return input;
}

// n and its values, separated by spaces.
std::string expected_lines(const std::vector<uint64_t> &numbers) {
    std::string lines;
    for (const uint64_t n : numbers) {
        lines += std::to_string(n);
        for (const std::string &value : expected_values(n))
            lines += " " + value;
        lines += "\n";
    }
    return lines;
}

// A Python program's output; its first argument is a path.
std::string by_python(const std::string &script, const std::string &path) {
    const spawn::Result result = spawn::run({python, "-c", script, path});
    EXPECT_EQ(result.status, 0) << result.err;
    return result.out;
}

bool has_python(const char *modules) {
    return access(python, X_OK) == 0 &&
           spawn::run({python, "-c", std::string("import ") + modules}).status == 0;
}

TEST(CliColumns, TextMatchesFlint) {
    const std::vector<uint64_t> numbers = test_numbers(scaled(100000), scaled(1000));
    const spawn::Result result = program({"--show", fixed_columns}, as_input(numbers));
    EXPECT_EQ(result.status, 0) << result.err;
    std::string lines = result.out;
    std::replace(lines.begin(), lines.end(), '\t', ' ');
    lines.erase(std::remove(lines.begin(), lines.end(), ':'), lines.end());
    EXPECT_EQ(first_difference(lines, expected_lines(numbers)), "");
}

TEST(CliColumns, ListsBesideOthers) {
    EXPECT_EQ(program({"-s", "primes,divisors,count", "1", "12", "97"}).out,
              "1: \t1\t1\n12: 2 2 3\t1 2 3 4 6 12\t6\n97: 97\t1 97\t2\n");
    EXPECT_EQ(program({"-s", "count,primes", "-h", "12"}).out, "12: 6\t2^2 3\n");
    // The writer makes the divisors that the engine makes if they are alone.
    const std::string input = as_input(test_numbers(2000, 200));
    std::string alone = program({}, input).out,
                beside = program({"-s", "divisors,omega"}, input).out;
    for (size_t tab; (tab = beside.find('\t')) != std::string::npos;)
        beside.erase(tab, beside.find('\n', tab) - tab);
    EXPECT_EQ(first_difference(beside, alone), "");
}

TEST(CliColumns, ZeroIsAnsweredOnlyWithPrimesAlone) {
    EXPECT_EQ(program({"-s", "primes", "0"}).out, "0:\n");
    const spawn::Result result = program({"-s", "primes,count", "0"});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, "");
    EXPECT_NE(result.err.find("0 has no finite set of divisors"), std::string::npos);
}

// Far more text than memory: what a piece holds is measured in divisors, not in primes.
TEST(CliColumns, MemoryStaysBoundedWhereDivisorsAreMadeOfPrimes) {
    if (sanitized())
        GTEST_SKIP() << "a sanitizer's shadow memory is out of proportion";
    std::string input;
    for (int i = 0; i < 300; i++)
        input += "18401055938125660800\n"; // 2 MB of divisors
    for (const char *const backend : {"serial", "threads"}) {
        const spawn::Result result =
            spawn::run({"/bin/sh", "-c",
                        "ulimit -v 700000; exec \"$0\" -j 2 -b \"$1\" -s divisors,count | wc -l",
                        factor_gpu(), backend},
                       input);
        EXPECT_EQ(result.out, "300\n") << backend << result.err;
    }
}

// A value as jsonl has it, as a text: truth as 1 and 0.
std::string json_text(const json_t *value) {
    if (json_is_string(value))
        return json_string_value(value);
    if (json_is_boolean(value))
        return json_is_true(value) ? "1" : "0";
    EXPECT_TRUE(json_is_integer(value));
    EXPECT_LE(json_integer_value(value), (INT64_C(1) << 53) - 1);
    return std::to_string(json_integer_value(value));
}

TEST(CliColumns, JsonIsReadBackByJansson) {
    const std::vector<uint64_t> numbers = test_numbers(2000, 300);
    const spawn::Result result = program({"-f", "jsonl", "-s", fixed_columns}, as_input(numbers));
    std::istringstream lines(result.out);
    std::string read;
    for (std::string line; std::getline(lines, line);) {
        json_error_t error;
        json_t *const object = json_loads(line.c_str(), JSON_REJECT_DUPLICATES, &error);
        ASSERT_NE(object, nullptr) << line << error.text;
        EXPECT_EQ(json_object_size(object), 1 + expected_values(1).size()); // n and the columns
        EXPECT_TRUE(json_is_boolean(json_object_get(object, "is_prime")));
        EXPECT_TRUE(json_is_boolean(json_object_get(object, "smooth=7")));
        read += json_text(json_object_get(object, "n"));
        std::istringstream names(fixed_columns);
        for (std::string name; std::getline(names, name, ',');)
            read += " " + json_text(json_object_get(object, name.c_str()));
        read += "\n";
        json_decref(object);
    }
    EXPECT_EQ(first_difference(read, expected_lines(numbers)), "");
}

TEST(CliColumns, JsonIsReadBackByPython) {
    if (!has_python("json"))
        GTEST_SKIP() << "there is no " << python;
    const std::vector<uint64_t> numbers = test_numbers(2000, 300);
    OutputFile file;
    EXPECT_EQ(file.run({"-f", "jsonl", "-s", fixed_columns}, as_input(numbers)).status, 0);
    EXPECT_EQ(first_difference(by_python("import json, sys\n"
                                         "for line in open(sys.argv[1]):\n"
                                         "    print(*[int(v) for v in json.loads(line).values()])",
                                         file.path()),
                               expected_lines(numbers)),
              "");
}

TEST(CliColumns, CsvIsReadBackByPython) {
    if (!has_python("csv"))
        GTEST_SKIP() << "there is no " << python;
    const std::vector<uint64_t> numbers = test_numbers(2000, 300);
    OutputFile file;
    const std::string columns = fixed_columns;
    EXPECT_EQ(file.run({"-f", "csv", "-s", columns + ",primes"}, as_input(numbers)).status, 0);
    const std::string read =
        by_python("import csv, math, sys\n"
                  "rows = csv.reader(open(sys.argv[1], newline=''), strict=True)\n"
                  "print(*next(rows), sep=',')\n"
                  "for row in rows:\n"
                  "    assert math.prod(int(p) for p in row[-1].split()) == int(row[0])\n"
                  "    print(*row[:-1])",
                  file.path());
    EXPECT_EQ(first_difference(read, "n," + columns + ",primes\n" + expected_lines(numbers)), "");
}

// The words of a u64le text.
std::vector<uint64_t> words_of(const std::string &bytes) {
    EXPECT_EQ(bytes.size() % 8, 0u);
    std::vector<uint64_t> words(bytes.size() / 8);
    for (size_t i = 0; i < 8 * words.size(); i++)
        words[i / 8] |= static_cast<uint64_t>(static_cast<unsigned char>(bytes[i])) << i % 8 * 8;
    return words;
}

using Words = std::vector<uint64_t>;

TEST(CliColumns, WordsOfU64le) {
    const auto words = [](const std::string &columns, const std::string &input) {
        return words_of(program({"-f", "u64le", "-s", columns}, input).out);
    };
    EXPECT_EQ(words("count", "1 12 97"), (Words{1, 6, 2}));
    EXPECT_EQ(words("mobius", "1 2 4"), (Words{1, UINT64_MAX, 0}));
    EXPECT_EQ(words("sigma", "12 17293822569102704640"),
              (Words{28, 0, UINT64_C(18446744073709551592), 2}));
    EXPECT_EQ(words("is_prime,gpf", "12 97"), (Words{12, 0, 3, 97, 1, 97}));
    EXPECT_EQ(words("liouville", "12 97 6"), (Words{UINT64_MAX, UINT64_MAX, 1}));
    EXPECT_EQ(words("squarefree,carmichael", "12 97"), (Words{12, 0, 2, 97, 1, 96}));
    EXPECT_EQ(words("divisors", "1 12"), (Words{1, 1, 6, 1, 2, 3, 4, 6, 12}));
    EXPECT_EQ(words("primes", "0 1 12"), (Words{0, 0, 3, 2, 2, 3}));
    EXPECT_EQ(words("primes,divisors", "1 6"), (Words{1, 0, 1, 1, 6, 2, 2, 3, 4, 1, 2, 3, 6}));
    EXPECT_EQ(words("count", ""), Words{});
}

// Of every value in u128le the lower word is that of u64le, and the upper one is 0.
TEST(CliColumns, WordsOfU128le) {
    const auto words = [](const std::string &columns, const std::string &input) {
        return words_of(program({"-f", "u128le", "-s", columns}, input).out);
    };
    EXPECT_EQ(words("count", "1 12"), (Words{1, 0, 6, 0}));
    EXPECT_EQ(words("mobius", "1 2 4"), (Words{1, 0, UINT64_MAX, UINT64_MAX, 0, 0}));
    EXPECT_EQ(words("sigma", "12 17293822569102704640"),
              (Words{28, 0, 0, UINT64_C(18446744073709551592), 2, 0}));
    EXPECT_EQ(words("is_prime,gpf", "97"), (Words{97, 0, 1, 0, 97, 0}));
    EXPECT_EQ(words("primes,divisors", "1 6"), (Words{1, 0, 0, 0, 1, 0, 1, 0, 6, 0, 2, 0, 2,
                                                      0, 3, 0, 4, 0, 1, 0, 2, 0, 3, 0, 6, 0}));
}

TEST(CliColumns, U64leMatchesText) {
    const std::string input = as_input(test_numbers(2000, 300));
    const Words words = words_of(program({"-f", "u64le", "-s", "phi,radical,primes"}, input).out);
    std::string read;
    for (size_t i = 0; i < words.size();) {
        read += std::to_string(words[i]) + ": " + std::to_string(words[i + 1]) + "\t" +
                std::to_string(words[i + 2]) + "\t";
        const size_t end = i + 4 + words[i + 3];
        ASSERT_LE(end, words.size());
        for (size_t k = i + 4; k < end; k++)
            read += (k > i + 4 ? " " : "") + std::to_string(words[k]);
        read += "\n";
        i = end;
    }
    EXPECT_EQ(first_difference(read, program({"-s", "phi,radical,primes"}, input).out), "");
}

TEST(CliColumns, BinaryIsNoMatterForATerminal) {
    const int controller = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (controller < 0 || grantpt(controller) != 0 || unlockpt(controller) != 0)
        GTEST_SKIP() << "there are no pseudo-terminals here";
    const int terminal = open(ptsname(controller), O_RDWR | O_NOCTTY | O_CLOEXEC);
    ASSERT_GE(terminal, 0);
    spawn::Setup setup;
    setup.stdout_fd = terminal;
    for (const char *const format : {"u64le", "u128le", "npy", "npy128"}) {
        const spawn::Result result = program({"-f", format, "-s", "count", "12"}, "", setup);
        EXPECT_EQ(result.status, 2);
        EXPECT_NE(result.err.find("terminal"), std::string::npos) << result.err;
    }
    close(terminal);
    close(controller);
}

TEST(CliColumns, NpyWantsAFileOfItsOwn) {
    const std::vector<std::string> arguments = {"-f", "npy", "-s", "count"};
    const auto expect_refusal = [](const spawn::Result &result) {
        EXPECT_EQ(result.status, 2);
        EXPECT_EQ(result.out, "");
        EXPECT_NE(result.err.find("--format=u64le"), std::string::npos) << result.err;
    };
    expect_refusal(program(arguments, "12"));
    const spawn::TemporaryFile file("some bytes");
    for (const int flags : {0, O_APPEND | O_TRUNC}) {
        spawn::Setup setup;
        setup.stdout_fd = open(file.path().c_str(), O_WRONLY | O_CLOEXEC | flags);
        expect_refusal(program(arguments, "12", setup));
        close(setup.stdout_fd);
    }
}

class Numpy : public testing::Test {
  protected:
    void SetUp() override {
        if (!has_python("numpy"))
            GTEST_SKIP() << "there is no NumPy (Debian: python3-numpy) for " << python;
    }
    // The array's type, and a line for each of its entries.
    static std::string read(const std::string &path) {
        return by_python("import numpy, sys\n"
                         "a = numpy.load(sys.argv[1], allow_pickle=False)\n"
                         "print(a.dtype, a.ndim)\n"
                         "for entry in a.tolist():\n"
                         "    print(*entry) if a.dtype.names else print(entry)\n",
                         path);
    }
    OutputFile file;
};

TEST_F(Numpy, OneColumnIsAPlainArray) {
    EXPECT_EQ(file.run({"-f", "npy", "-s", "count"}, "1 12 97").status, 0);
    EXPECT_EQ(read(file.path()), "uint64 1\n1\n6\n2\n");
    EXPECT_EQ(file.run({"-f", "npy", "-s", "gpf"}, "18446744073709551557").status, 0);
    EXPECT_EQ(read(file.path()), "uint64 1\n18446744073709551557\n");
    EXPECT_EQ(file.run({"-f", "npy", "-s", "mobius"}, "1 2 4").status, 0);
    EXPECT_EQ(read(file.path()), "int64 1\n1\n-1\n0\n");
    EXPECT_EQ(file.run({"-f", "npy", "-s", "sigma"}, "12 17293822569102704640").status, 0);
    EXPECT_EQ(read(file.path()), "[('sigma_lo', '<u8'), ('sigma_hi', '<u8')] 1\n"
                                 "28 0\n18446744073709551592 2\n");
}

TEST_F(Numpy, AnEmptyArray) {
    EXPECT_EQ(file.run({"-f", "npy", "-s", "count"}, "").status, 0);
    EXPECT_EQ(read(file.path()), "uint64 1\n");
    EXPECT_EQ(file.run({"-f", "npy", "-s", "count"}, "x").status, 1);
    EXPECT_EQ(read(file.path()), "uint64 1\n");
}

TEST_F(Numpy, EveryColumnMatchesFlint) {
    const std::vector<uint64_t> numbers = test_numbers(scaled(50000), 300);
    EXPECT_EQ(file.run({"-f", "npy", "-s", fixed_columns}, as_input(numbers)).status, 0);
    const std::string read =
        by_python("import numpy, sys\n"
                  "a = numpy.load(sys.argv[1], mmap_mode='r')\n"
                  "assert a.dtype.names == tuple(('n,' + '" +
                      std::string(fixed_columns) +
                      "'.replace('sigma', 'sigma_lo,sigma_hi')).split(','))\n"
                      "assert a.dtype['mobius'] == '<i8' and a.dtype['smooth=7'] == '<u8'\n"
                      "for n, count, low, high, *rest in a.tolist():\n"
                      "    print(n, count, high << 64 | low, *rest)",
                  file.path());
    EXPECT_EQ(first_difference(read, expected_lines(numbers)), "");
}

TEST_F(Numpy, EveryLengthOfTheHeaderIsAligned) {
    std::string list = "count";
    for (int columns = 1; columns <= 64; columns += 7) {
        EXPECT_EQ(file.run({"-f", "npy", "-s", list}, "12 97").status, 0);
        EXPECT_EQ(by_python("import numpy, sys\n"
                            "a = numpy.load(sys.argv[1], mmap_mode='r')\n"
                            "print(a.offset % 64, len(a), len(a.dtype.names or 'n'))",
                            file.path()),
                  "0 2 " + std::to_string(columns > 1 ? columns + 1 : 1) + "\n");
        for (int i = 0; i < 7; i++)
            list +=
                ",smooth=" + std::to_string(UINT64_MAX - static_cast<unsigned>(columns * 7 + i));
    }
}

// NumPy must refuse a file that was not completed.
TEST_F(Numpy, AKilledRunLeavesAFileThatIsRefused) {
    int input[2];
    ASSERT_EQ(pipe2(input, O_CLOEXEC), 0);
    spawn::Setup setup;
    setup.stdin_fd = input[0];
    setup.stdout_fd = open(file.path().c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
    spawn::Process process({factor_gpu(), "-f", "npy", "-s", "count"}, setup);
    ASSERT_EQ(write(input[1], "12\n", 3), 3);
    for (int i = 0; i < 60000 && lseek(setup.stdout_fd, 0, SEEK_END) < 136; i++)
        usleep(1000);
    process.kill(SIGKILL);
    EXPECT_EQ(process.finish().status, -SIGKILL);
    for (const int fd : {input[0], input[1], setup.stdout_fd})
        close(fd);
    const spawn::Result result =
        spawn::run({python, "-c", "import numpy, sys\nnumpy.load(sys.argv[1])", file.path()});
    EXPECT_EQ(result.status, 1);
    EXPECT_NE(result.err.find("unfinished"), std::string::npos) << result.err;
}

} // namespace
