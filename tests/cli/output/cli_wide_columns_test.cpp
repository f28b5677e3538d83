// SPDX-License-Identifier: MIT
// Columns of numbers from 2^64 to 2^128 in every format that has room for them: their values by
// FLINT from the primes that the numbers were made of.
#include "support/chosen_numbers.h"
#include "support/first_difference.h"
#include "support/random_numbers.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <algorithm>
#include <flint/fmpz.h>
#include <gtest/gtest.h>
#include <jansson.h>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace {

// A whole number of any size.
class Whole {
  public:
    Whole(uint64_t n = 1) { fmpz_init_set_ui(value_, n); }
    explicit Whole(const std::string &digits) : Whole() {
        fmpz_set_str(value_, digits.c_str(), 10);
    }
    Whole(const Whole &other) : Whole() { fmpz_set(value_, other.value_); }
    Whole &operator=(const Whole &other) {
        fmpz_set(value_, other.value_);
        return *this;
    }
    ~Whole() { fmpz_clear(value_); }
    Whole operator*(const Whole &other) const {
        Whole product;
        fmpz_mul(product.value_, value_, other.value_);
        return product;
    }
    Whole operator+(uint64_t other) const {
        Whole sum;
        fmpz_add_ui(sum.value_, value_, other);
        return sum;
    }
    Whole operator+(const Whole &other) const {
        Whole sum;
        fmpz_add(sum.value_, value_, other.value_);
        return sum;
    }
    Whole common_multiple(const Whole &other) const {
        Whole multiple;
        fmpz_lcm(multiple.value_, value_, other.value_);
        return multiple;
    }
    Whole operator-(uint64_t other) const {
        Whole difference;
        fmpz_sub_ui(difference.value_, value_, other);
        return difference;
    }
    bool operator<(const Whole &other) const { return fmpz_cmp(value_, other.value_) < 0; }
    bool operator==(const Whole &other) const { return fmpz_equal(value_, other.value_) != 0; }
    size_t bits() const { return fmpz_bits(value_); }
    std::string digits() const {
        char *const text = fmpz_get_str(nullptr, 10, value_);
        const std::string digits = text;
        flint_free(text);
        return digits;
    }

  private:
    fmpz_t value_;
};

using Primes = std::vector<Whole>; // ascending, each as often as it divides

const char *const columns = "count,sigma,phi,mobius,omega,bigomega,radical,spf,gpf,is_prime,"
                            "liouville,squarefree,core,sopfr,sopf,carmichael,"
                            "smooth=1000,primes,divisors";

std::string joined(const std::vector<Whole> &values) {
    std::string text;
    for (const Whole &value : values)
        text += (text.empty() ? "" : " ") + value.digits();
    return text;
}

Whole product(const Primes &primes) {
    Whole n(1);
    for (const Whole &prime : primes)
        n = n * prime;
    return n;
}

// The values of `columns` in that order.
std::vector<std::string> expected_values(const Primes &primes) {
    std::map<Whole, unsigned> powers;
    for (const Whole &prime : primes)
        powers[prime]++;
    uint64_t count = 1;
    Whole sigma(1), phi(1), radical(1), core(1), sopfr(0), sopf(0), lambda(1);
    std::vector<Whole> divisors = {Whole(1)};
    bool has_square = false;
    for (const auto &[prime, exponent] : powers) {
        Whole sum(1), power(1), of_power(1);
        const size_t before = divisors.size();
        for (unsigned i = 1; i <= exponent; i++) {
            phi = phi * (i == 1 ? prime - 1 : prime);
            of_power = of_power * (i == 1                        ? prime - 1
                                   : i == 3 && prime == Whole(2) ? Whole(1)
                                                                 : prime);
            sopfr = sopfr + prime;
            power = power * prime;
            sum = sum * prime + 1;
            for (size_t k = 0; k < before; k++)
                divisors.push_back(divisors[k] * power);
        }
        lambda = lambda.common_multiple(of_power);
        core = exponent % 2 == 1 ? core * prime : core;
        sopf = sopf + prime;
        count *= exponent + 1;
        sigma = sigma * sum;
        radical = radical * prime;
        has_square = has_square || exponent > 1;
    }
    std::sort(divisors.begin(), divisors.end());
    return {std::to_string(count),
            sigma.digits(),
            phi.digits(),
            has_square               ? "0"
            : powers.size() % 2 == 0 ? "1"
                                     : "-1",
            std::to_string(powers.size()),
            std::to_string(primes.size()),
            radical.digits(),
            primes.front().digits(),
            primes.back().digits(),
            primes.size() == 1 ? "1" : "0",
            primes.size() % 2 == 0 ? "1" : "-1",
            has_square ? "0" : "1",
            core.digits(),
            sopfr.digits(),
            sopf.digits(),
            lambda.digits(),
            primes.back() < Whole(1001) ? "1" : "0",
            joined(primes),
            joined(divisors)};
}

// Products of random primes with more than 64 bits and at most 128; a few of them are prime, or
// have one prime of two words.
std::vector<Primes> made_numbers(RandomNumbers &random, size_t count) {
    std::vector<Primes> numbers;
    const Whole mersenne_89("618970019642690137449562111");
    const Whole mersenne_127("170141183460469231731687303715884105727");
    numbers.push_back({mersenne_89});
    numbers.push_back({mersenne_127});
    numbers.push_back({Whole(2), Whole(2), Whole(3), mersenne_89});
    numbers.push_back(Primes(127, Whole(2)));
    while (numbers.size() < count) {
        Primes primes;
        while (product(primes).bits() < 65) {
            const auto bits = static_cast<unsigned>(random.between(2, 60));
            primes.emplace_back(chosen::random_prime(random, bits));
        }
        std::sort(primes.begin(), primes.end());
        if (product(primes).bits() <= 128)
            numbers.push_back(primes);
    }
    return numbers;
}

class CliWideColumns : public testing::Test {
  protected:
    void SetUp() override {
        numbers_ = made_numbers(random_, 60);
        for (const Primes &primes : numbers_)
            input_ += product(primes).digits() + "\n97\n"; // with a number of one word between
    }
    std::string run(const std::string &format, const std::vector<std::string> &options = {}) {
        std::vector<std::string> arguments = {factor_gpu(), "-f", format, "-s", columns};
        arguments.insert(arguments.end(), options.begin(), options.end());
        const spawn::Result result = spawn::run(arguments, input_);
        EXPECT_EQ(result.status, 0) << result.err;
        return result.out;
    }
    // The lines, with `first` behind each number and `between` between the columns.
    std::string expected(const std::string &first, const std::string &between) const {
        std::string lines;
        for (const Primes &primes : numbers_)
            for (const Primes &each : {primes, Primes{Whole(97)}}) {
                lines += product(each).digits() + first;
                const std::vector<std::string> values = expected_values(each);
                for (size_t i = 0; i < values.size(); i++)
                    lines += (i > 0 ? between : "") + values[i];
                lines += "\n";
            }
        return lines;
    }

    RandomNumbers random_;
    std::vector<Primes> numbers_;
    std::string input_;
};

TEST_F(CliWideColumns, OfText) {
    SCOPED_TRACE(random_.trace());
    EXPECT_EQ(first_difference(run("text"), expected(": ", "\t")), "");
}

TEST_F(CliWideColumns, OfCsv) {
    SCOPED_TRACE(random_.trace());
    EXPECT_EQ(first_difference(run("csv"), "n," + std::string(columns) + "\n" + expected(",", ",")),
              "");
}

// A JSON value as text; a list with spaces.
std::string json_text(const json_t *value) {
    if (json_is_string(value))
        return json_string_value(value);
    if (json_is_integer(value))
        return std::to_string(json_integer_value(value));
    if (json_is_boolean(value))
        return json_is_true(value) ? "1" : "0";
    std::string text;
    for (size_t i = 0; i < json_array_size(value); i++)
        text += (i > 0 ? " " : "") + json_text(json_array_get(value, i));
    return text;
}

TEST_F(CliWideColumns, OfJson) {
    SCOPED_TRACE(random_.trace());
    std::istringstream lines(run("jsonl")), names(columns);
    std::vector<std::string> keys;
    for (std::string name; std::getline(names, name, ',');)
        keys.push_back(name);
    std::string read;
    for (std::string line; std::getline(lines, line);) {
        json_t *const object = json_loads(line.c_str(), 0, nullptr);
        ASSERT_NE(object, nullptr) << line;
        read += json_text(json_object_get(object, "n")) + ": ";
        for (const std::string &key : keys)
            read +=
                (key == keys.front() ? "" : "\t") + json_text(json_object_get(object, key.c_str()));
        read += "\n";
        json_decref(object);
    }
    EXPECT_EQ(first_difference(read, expected(": ", "\t")), "");
}

// Reads the words of u128le one after the other.
class Words {
  public:
    explicit Words(const std::string &bytes) : bytes_(bytes) {}
    bool at_end() const { return at_ == bytes_.size(); }
    // A value of so many words, the lowest first.
    Whole value(unsigned words) {
        Whole value(0);
        for (unsigned i = words * 8; i-- > 0;)
            value = value * Whole(256) + static_cast<unsigned char>(bytes_.at(at_ + i));
        at_ += words * size_t{8};
        return value;
    }

  private:
    std::string bytes_;
    size_t at_ = 0;
};

TEST_F(CliWideColumns, OfWordPairs) {
    SCOPED_TRACE(random_.trace());
    Words words(run("u128le"));
    const Whole minus_one("340282366920938463463374607431768211455");
    std::string read;
    while (!words.at_end()) {
        read += words.value(2).digits() + ": ";
        for (unsigned column = 0; column < 17; column++) {
            const Whole value = words.value(column == 1 ? 3 : 2); // sigma
            const bool is_signed = column == 3 || column == 10;   // mobius, liouville
            read += is_signed && value == minus_one ? "-1\t" : value.digits() + "\t";
        }
        for (const char *const end : {"\t", "\n"}) { // the lists
            std::vector<Whole> list;
            for (Whole left = words.value(2); Whole(0) < left; left = left - 1)
                list.push_back(words.value(2));
            read += joined(list) + end;
        }
    }
    EXPECT_EQ(first_difference(read, expected(": ", "\t")), "");
}

// The array of npy128 by NumPy, and what the program itself reads of a column.
TEST_F(CliWideColumns, OfAnArray) {
    const char *const python = "/usr/bin/python3";
    if (spawn::run({python, "-c", "import numpy"}).status != 0)
        GTEST_SKIP() << "there is no NumPy for " << python;
    SCOPED_TRACE(random_.trace());
    const spawn::TemporaryFile file("");
    const std::string names = "count,sigma,phi,mobius,omega,bigomega,radical,spf,gpf,is_prime,"
                              "liouville,squarefree,core,sopfr,sopf,carmichael";
    const auto write = [&](const std::string &shown) {
        return spawn::run({factor_gpu(), "-f", "npy128", "-s", shown, "-o", file.path()}, input_);
    };
    ASSERT_EQ(write(names).status, 0);
    const spawn::Result read = spawn::run(
        {python, "-c",
         "import numpy, sys\n"
         "array = numpy.load(sys.argv[1])\n"
         "for record in array:\n"
         "    value = lambda name: sum(int(record[name + '_' + word]) << shift for word, shift in\n"
         "        ([('lo', 0), ('mid', 64), ('hi', 128)] if name == 'sigma'\n"
         "         else [('lo', 0), ('hi', 64)]))\n"
         "    sign = lambda name: int(record[name + '_lo'])\n"
         "    names = sys.argv[2].split(',')\n"
         "    signs = ('mobius', 'liouville')\n"
         "    print(value('n'), *[sign(name) if name in signs else value(name)\n"
         "                        for name in names])",
         file.path(), names});
    EXPECT_EQ(read.status, 0) << read.err;
    std::string expected;
    for (const Primes &primes : numbers_)
        for (const Primes &each : {primes, Primes{Whole(97)}}) {
            expected += product(each).digits();
            const std::vector<std::string> values = expected_values(each);
            for (size_t i = 0; i < 16; i++)
                expected += " " + values[i];
            expected += "\n";
        }
    EXPECT_EQ(first_difference(read.out, expected), "");
    ASSERT_EQ(write("radical").status, 0);
    std::string radicals;
    for (const Primes &primes : numbers_)
        radicals += expected_values(primes)[6] + "\n97\n";
    const std::vector<std::string> shown = {factor_gpu(), "-s", "radical"};
    EXPECT_EQ(spawn::run({factor_gpu(), "-s", "radical", file.path()}).out,
              spawn::run(shown, radicals).out);
}

// Exponents are of their prime's type.
TEST(CliWideExponents, OfTextAndJson) {
    const std::string n = "18446744073709551617000";
    const auto out = [&](const std::string &format) {
        return spawn::run({factor_gpu(), "-h", "-s", "primes", "-f", format, n}, "").out;
    };
    EXPECT_EQ(out("text"), n + ": 2^3 5^3 274177 67280421310721\n");
    EXPECT_EQ(out("csv"), "n,primes\n" + n + ",2^3 5^3 274177 67280421310721\n");
    EXPECT_EQ(out("jsonl"), "{\"n\":\"" + n +
                                "\",\"primes\":[[\"2\",\"3\"],[\"5\",\"3\"],[\"274177\",\"1\"],"
                                "[\"67280421310721\",\"1\"]]}\n");
}

// A format of words of 64 bits has no place for the number, but for the others.
TEST(CliWideFormats, OfSingleWordsRefuseTheNumberAlone) {
    const spawn::Result result = spawn::run(
        {factor_gpu(), "-f", "u64le", "-s", "count", "6", "18446744073709551617", "12"}, "");
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, std::string("\4\0\0\0\0\0\0\0\6\0\0\0\0\0\0\0", 16));
    EXPECT_NE(result.err.find("18446744073709551617 does not fit in 64 bits"), std::string::npos)
        << result.err;
    EXPECT_NE(result.err.find("--format=u128le"), std::string::npos) << result.err;
}

} // namespace
