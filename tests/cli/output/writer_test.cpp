// SPDX-License-Identifier: MIT
// The writer; and the output: what becomes of writes that are partial or fail. The formats
// themselves are in cli_output_test.cpp.
#include "cli/output/output.h"
#include "cli/output/writer.h"
#include "factor_gpu.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <string>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

// The form in which a number is written.
struct Form {
    const char *columns;
    fg_writer_format format;
    bool exponents;
    fg_writer_integers integers = FG_WRITER_INTEGERS_AUTO;
};

// A text in memory.
class Writing {
  public:
    explicit Writing(const Form &form) : config_{} {
        config_.columns = &columns_;
        config_.format = form.format;
        config_.exponents = form.exponents;
        config_.integers = form.integers;
        fg_error error = {};
        EXPECT_EQ(fg_columns_parse(&columns_, form.columns, &error), FG_OK) << error.message;
    }
    Writing(const Writing &) = delete;
    Writing &operator=(const Writing &) = delete;
    ~Writing() { fg_text_free(&text_); }
    bool header() { return fg_writer_header(&config_, &text_); }
    bool line(uint64_t n, const std::vector<uint64_t> &values) {
        const size_t offsets[] = {0, values.size()};
        return fg_writer_lines(&config_, &text_, &n, 1, offsets, values.data());
    }
    std::string written() const { return std::string(text_.data, text_.size); }
    size_t room() const { return text_.room; }

  private:
    fg_columns columns_;
    fg_writer_config config_;
    fg_text text_ = {};
};

TEST(Writer, LinesFollowEachOther) {
    Writing writing({"divisors", FG_WRITER_TEXT, false});
    EXPECT_TRUE(writing.header());
    EXPECT_EQ(writing.written(), "");
    EXPECT_TRUE(writing.line(4, {1, 2, 4}));
    EXPECT_EQ(writing.written(), "4: 1 2 4\n");
    EXPECT_TRUE(writing.line(5, {1, 5}));
    EXPECT_EQ(writing.written(), "4: 1 2 4\n5: 1 5\n");
}

TEST(Writer, OnlyCsvHasAHeader) {
    Writing csv({"primes", FG_WRITER_CSV, false});
    EXPECT_TRUE(csv.header());
    EXPECT_EQ(csv.written(), "n,primes\n");
    Writing jsonl({"primes", FG_WRITER_JSONL, false});
    EXPECT_TRUE(jsonl.header());
    EXPECT_EQ(jsonl.written(), "");
}

TEST(Writer, LargestValuesEverywhere) {
    const uint64_t n = UINT64_C(18446744073709551557); // prime
    const std::vector<uint64_t> divisors = {1, n}, primes = {n};
    const std::string text = "18446744073709551557", quoted = "\"" + text + "\"";
    const struct {
        Form form;
        std::string line;
    } cases[] = {
        {{"divisors", FG_WRITER_TEXT, false}, text + ": 1 " + text},
        {{"primes", FG_WRITER_TEXT, true}, text + ": " + text},
        {{"divisors", FG_WRITER_JSONL, false},
         "{\"n\":" + quoted + ",\"divisors\":[\"1\"," + quoted + "]}"},
        {{"primes", FG_WRITER_JSONL, true},
         "{\"n\":" + quoted + ",\"primes\":[[" + quoted + ",\"1\"]]}"},
        {{"count", FG_WRITER_JSONL, false}, "{\"n\":" + quoted + ",\"count\":2}"},
    };
    for (const auto &one : cases) {
        Writing writing(one.form);
        EXPECT_TRUE(
            writing.line(n, one.form.columns == std::string("divisors") ? divisors : primes));
        EXPECT_EQ(writing.written(), one.line + "\n");
    }
}

TEST(Writer, PrimesBecomePowersAndCounts) {
    const struct {
        uint64_t n;
        std::vector<uint64_t> primes;
        std::string plain, powers, json_powers;
        uint64_t divisor_count;
    } cases[] = {
        {1, {}, "1:", "1:", "[]", 1},
        {2, {2}, "2: 2", "2: 2", "[[2,1]]", 2},
        {12, {2, 2, 3}, "12: 2 2 3", "12: 2^2 3", "[[2,2],[3,1]]", 6},
        {18, {2, 3, 3}, "18: 2 3 3", "18: 2 3^2", "[[2,1],[3,2]]", 6},
        {1024, std::vector<uint64_t>(10, 2), "1024: 2 2 2 2 2 2 2 2 2 2", "1024: 2^10", "[[2,10]]",
         11},
    };
    for (const auto &one : cases) {
        const std::string n = std::to_string(one.n), count = std::to_string(one.divisor_count);
        const std::pair<Form, std::string> forms[] = {
            {{"primes", FG_WRITER_TEXT, false}, one.plain},
            {{"primes", FG_WRITER_TEXT, true}, one.powers},
            {{"count", FG_WRITER_TEXT, false}, n + ": " + count},
            {{"primes", FG_WRITER_JSONL, true, FG_WRITER_INTEGERS_NUMBER},
             "{\"n\":" + n + ",\"primes\":" + one.json_powers + "}"},
            {{"count", FG_WRITER_JSONL, false, FG_WRITER_INTEGERS_NUMBER},
             "{\"n\":" + n + ",\"count\":" + count + "}"},
        };
        for (const auto &[form, line] : forms) {
            Writing writing(form);
            EXPECT_TRUE(writing.line(one.n, one.primes));
            EXPECT_EQ(writing.written(), line + "\n");
        }
    }
}

TEST(Writer, ZeroHasNoPrimes) {
    Writing writing({"primes", FG_WRITER_TEXT, false});
    EXPECT_TRUE(writing.line(0, {}));
    EXPECT_EQ(writing.written(), "0:\n");
}

/* A type does not depend on the order of the lines. */
TEST(Writer, JsonHasOneTypeAColumn) {
    const char *const columns = "primes,sigma,bigomega,mobius,gpf,is_prime";
    const std::pair<fg_writer_integers, std::string> choices[] = {
        {FG_WRITER_INTEGERS_AUTO,
         R"({"n":"6","primes":[["2","1"],["3","1"]],"sigma":"12","bigomega":2,"mobius":1,)"
         R"("gpf":"3","is_prime":false})"
         "\n"
         R"({"n":"18446744073709551557","primes":[["18446744073709551557","1"]],)"
         R"("sigma":"18446744073709551558","bigomega":1,"mobius":-1,)"
         R"("gpf":"18446744073709551557","is_prime":true})"
         "\n"},
        {FG_WRITER_INTEGERS_NUMBER,
         R"({"n":6,"primes":[[2,1],[3,1]],"sigma":12,"bigomega":2,"mobius":1,)"
         R"("gpf":3,"is_prime":false})"
         "\n"
         R"({"n":18446744073709551557,"primes":[[18446744073709551557,1]],)"
         R"("sigma":18446744073709551558,"bigomega":1,"mobius":-1,)"
         R"("gpf":18446744073709551557,"is_prime":true})"
         "\n"},
        {FG_WRITER_INTEGERS_STRING,
         R"({"n":"6","primes":[["2","1"],["3","1"]],"sigma":"12","bigomega":"2","mobius":"1",)"
         R"("gpf":"3","is_prime":false})"
         "\n"
         R"({"n":"18446744073709551557","primes":[["18446744073709551557","1"]],)"
         R"("sigma":"18446744073709551558","bigomega":"1","mobius":"-1",)"
         R"("gpf":"18446744073709551557","is_prime":true})"
         "\n"},
    };
    for (const auto &[integers, lines] : choices) {
        Writing writing({columns, FG_WRITER_JSONL, true, integers});
        EXPECT_TRUE(writing.line(6, {2, 3}));
        EXPECT_TRUE(writing.line(UINT64_C(18446744073709551557), {UINT64_C(18446744073709551557)}));
        EXPECT_EQ(writing.written(), lines);
    }
}

/* By the rule that the man page states, for every column of the library. */
TEST(Writer, JsonNumbersAreThoseThatAreAlwaysExact) {
    const std::vector<uint64_t> most = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47};
    uint64_t n = 1;
    for (const uint64_t prime : most)
        n *= prime;
    for (size_t i = 0; fg_columns_name(i) != nullptr; i++) {
        const std::string name = fg_columns_name(i);
        if (name == "divisors" || name == "primes" || name == "smooth=B")
            continue;
        Writing writing({name.c_str(), FG_WRITER_JSONL, false});
        EXPECT_TRUE(writing.line(UINT64_C(18446744073709551557), {UINT64_C(18446744073709551557)}));
        EXPECT_TRUE(writing.line(UINT64_C(1) << 63, std::vector<uint64_t>(63, 2)));
        EXPECT_TRUE(writing.line(n, most));
        const std::string text = writing.written();
        const bool is_string = text.find("\"" + name + "\":\"") != std::string::npos;
        bool is_large = false; /* some value of the three lines is */
        for (size_t at = 0; (at = text.find("\"" + name + "\":", at)) != std::string::npos;) {
            at += name.size() + 3;
            is_large |= text.find_first_not_of("\"0123456789", at) - at > 16;
        }
        EXPECT_TRUE(is_string || !is_large) << text;
    }
}

TEST(Writer, LongestLinesFollowEachOther) {
    const std::vector<uint64_t> divisors(FG_MAX_DIVISORS, UINT64_MAX);
    for (const fg_writer_format format : {FG_WRITER_TEXT, FG_WRITER_JSONL, FG_WRITER_CSV}) {
        Writing writing({"divisors", format, false});
        for (int i = 0; i < 3; i++)
            EXPECT_TRUE(writing.line(UINT64_MAX, divisors));
        EXPECT_TRUE(writing.line(1, {1}));
        const std::string text = writing.written();
        EXPECT_GE(writing.room(), text.size());
        const size_t line = text.find('\n') + 1;
        EXPECT_EQ(line, format == FG_WRITER_JSONL
                            ? 23u * FG_MAX_DIVISORS + 42u
                            : 21u * FG_MAX_DIVISORS + 20u + (format == FG_WRITER_TEXT ? 2u : 1u));
        EXPECT_EQ(text.substr(0, line), text.substr(line, line));
        EXPECT_EQ(text.substr(0, line), text.substr(2 * line, line));
    }
}

TEST(Writer, ZerosHaveNoAnswerAmongOthers) {
    fg_columns columns;
    ASSERT_EQ(fg_columns_parse(&columns, "primes", nullptr), FG_OK);
    fg_writer_config config = {};
    config.columns = &columns;
    config.format = FG_WRITER_TEXT;
    const uint64_t numbers[] = {0, 6, 0, 0, 1, 9, 0}, values[] = {0, 2, 3, 3, 3};
    const size_t offsets[] = {1, 3, 3, 5};
    fg_text text = {};
    EXPECT_TRUE(fg_writer_lines(&config, &text, numbers, 7, offsets, values));
    EXPECT_EQ(std::string(text.data, text.size), "0:\n6: 2 3\n0:\n0:\n1:\n9: 3 3\n0:\n");
    fg_text_free(&text);
}

TEST(Writer, ColumnsStandInTheOrderOfTheList) {
    const std::pair<Form, std::string> forms[] = {
        {{"count,primes", FG_WRITER_TEXT, false}, "12: 6\t2 2 3\n1: 1\t\n"},
        {{"primes,count", FG_WRITER_TEXT, true}, "12: 2^2 3\t6\n1: \t1\n"},
        {{"divisors,mobius", FG_WRITER_CSV, false},
         "n,divisors,mobius\n12,1 2 3 4 6 12,0\n1,1,1\n"},
        {{"primes,smooth=2,spf", FG_WRITER_CSV, false},
         "n,primes,smooth=2,spf\n12,2 2 3,0,2\n1,,1,1\n"},
        {{"is_prime,divisors,primes", FG_WRITER_JSONL, true, FG_WRITER_INTEGERS_NUMBER},
         "{\"n\":12,\"is_prime\":false,\"divisors\":[1,2,3,4,6,12],\"primes\":[[2,2],[3,1]]}\n"
         "{\"n\":1,\"is_prime\":false,\"divisors\":[1],\"primes\":[]}\n"},
    };
    for (const auto &[form, lines] : forms) {
        Writing writing(form);
        EXPECT_TRUE(writing.header());
        EXPECT_TRUE(writing.line(12, {2, 2, 3}));
        EXPECT_TRUE(writing.line(1, {}));
        EXPECT_EQ(writing.written(), lines);
    }
}

TEST(Writer, SigmaAboveAWord) {
    const uint64_t n = UINT64_C(17293822569102704640); // 2^60 * 3 * 5
    std::vector<uint64_t> primes(60, 2);
    primes.insert(primes.end(), {3, 5});
    const std::string sigma = "55340232221128654824"; // (2^61 - 1) * 4 * 6
    const std::pair<Form, std::string> forms[] = {
        {{"sigma", FG_WRITER_TEXT, false}, "17293822569102704640: " + sigma + "\n"},
        {{"sigma", FG_WRITER_JSONL, false},
         "{\"n\":\"17293822569102704640\",\"sigma\":\"" + sigma + "\"}\n"},
        {{"sigma", FG_WRITER_U64LE, false},
         std::string("\xE8\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
                     "\x02\0\0\0\0\0\0\0",
                     16)},
    };
    for (const auto &[form, line] : forms) {
        Writing writing(form);
        EXPECT_TRUE(writing.line(n, primes));
        EXPECT_EQ(writing.written(), line);
    }
}

TEST(Writer, LongestRecordOfEveryColumnHasRoom) {
    const uint64_t n = UINT64_C(18401055938125660800);
    const std::vector<uint64_t> primes = {2, 2, 2, 2,  2,  2,  2,  3,  3,  3,  3,  5,
                                          5, 7, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41};
    ASSERT_TRUE(fg_check_primes(n, primes.data(), primes.size()));
    std::string list = "divisors,primes,sigma";
    for (size_t i = 0; i < FG_COLUMNS_MOST - 3; i++)
        list += ",smooth=" + std::to_string(UINT64_MAX - i);
    for (const fg_writer_format format :
         {FG_WRITER_TEXT, FG_WRITER_JSONL, FG_WRITER_CSV, FG_WRITER_U64LE, FG_WRITER_U128LE}) {
        Writing writing({list.c_str(), format, false});
        EXPECT_TRUE(writing.line(n, primes));
        const size_t size = writing.written().size();
        EXPECT_TRUE(writing.line(n, primes));
        EXPECT_EQ(writing.written().size(), 2 * size);
        EXPECT_GE(writing.room(), 2 * size);
        if (format == FG_WRITER_U64LE) {
            EXPECT_EQ(size, 8 * (1 + 1 + FG_MAX_DIVISORS + 1 + primes.size() + 2 + 61));
        }
        if (format == FG_WRITER_U128LE) {
            EXPECT_EQ(size, 16 * (1 + 1 + FG_MAX_DIVISORS + 1 + primes.size() + 61) + 24);
        }
    }
}

fg_output output_to(int fd) {
    fg_output output = {};
    output.fd = fd;
    output.name = "here";
    return output;
}

// An output into memory.
class Memory {
  public:
    Memory() : output(output_to(memfd_create("output", MFD_CLOEXEC))) {}
    Memory(const Memory &) = delete;
    Memory &operator=(const Memory &) = delete;
    ~Memory() { close(output.fd); }
    fg_output output;
};

TEST(Output, WritesWhatItIsGiven) {
    Memory memory;
    EXPECT_EQ(fg_output_write(&memory.output, "12:", 3), FG_OK);
    EXPECT_EQ(fg_output_write(&memory.output, "", 0), FG_OK);
    EXPECT_EQ(fg_output_write(&memory.output, " 3\n", 3), FG_OK);
    char text[16];
    ASSERT_EQ(pread(memory.output.fd, text, sizeof text, 0), 6);
    EXPECT_EQ(std::string(text, 6), "12: 3\n");
}

TEST(Output, FirstErrorIsKeptAndNothingFollows) {
    fg_output output = output_to(-1);
    EXPECT_EQ(fg_output_write(&output, "1", 1), FG_ERROR_SYSTEM);
    EXPECT_EQ(output.error.message, std::string("cannot write to here: ") + strerror(EBADF));
    Memory memory;
    output.fd = memory.output.fd;
    EXPECT_EQ(fg_output_write(&output, "1", 1), FG_ERROR_SYSTEM);
    EXPECT_EQ(output.error.message, std::string("cannot write to here: ") + strerror(EBADF));
    EXPECT_EQ(lseek(memory.output.fd, 0, SEEK_END), 0);
}

TEST(Output, RewritesItsBeginning) {
    Memory memory;
    EXPECT_TRUE(fg_output_is_rewritable(&memory.output, 0));
    EXPECT_EQ(fg_output_write(&memory.output, "12345", 5), FG_OK);
    EXPECT_FALSE(fg_output_is_rewritable(&memory.output, 0));
    EXPECT_TRUE(fg_output_is_rewritable(&memory.output, 5));
    EXPECT_EQ(fg_output_rewrite(&memory.output, "ab", 2), FG_OK);
    EXPECT_EQ(fg_output_write(&memory.output, "6", 1), FG_OK);
    char text[16];
    ASSERT_EQ(pread(memory.output.fd, text, sizeof text, 0), 6);
    EXPECT_EQ(std::string(text, 6), "ab3456");
    uint64_t size;
    EXPECT_EQ(fg_output_size(&memory.output, &size), FG_OK);
    EXPECT_EQ(size, 6u);
    lseek(memory.output.fd, 0, SEEK_SET);
    EXPECT_FALSE(fg_output_is_rewritable(&memory.output, 6)) << "not written on at the end";
}

TEST(Output, OnlyAFileOfItsOwnIsRewritable) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    fg_output output = output_to(ends[1]);
    EXPECT_FALSE(fg_output_is_rewritable(&output, 0));
    close(ends[0]);
    close(ends[1]);
    EXPECT_FALSE(fg_output_is_rewritable(&output, 0)) << "closed";
    uint64_t size;
    EXPECT_EQ(fg_output_size(&output, &size), FG_ERROR_SYSTEM);
    EXPECT_EQ(output.error.message, std::string("cannot write to here: ") + strerror(EBADF));
    EXPECT_EQ(fg_output_rewrite(&output, "1", 1), FG_ERROR_SYSTEM);
    Memory memory;
    fcntl(memory.output.fd, F_SETFL, O_APPEND);
    EXPECT_FALSE(fg_output_is_rewritable(&memory.output, 0));
}

TEST(Output, AFullDeviceIsNoticed) {
    fg_output output = output_to(open("/dev/full", O_WRONLY));
    if (output.fd < 0)
        GTEST_SKIP() << "there is no /dev/full";
    EXPECT_EQ(fg_output_write(&output, "1", 1), FG_ERROR_SYSTEM);
    EXPECT_EQ(output.error.message, std::string("cannot write to here: ") + strerror(ENOSPC));
    close(output.fd);
}

/* The pipe is non-blocking: the writer waits for it, and nothing is lost. */
TEST(Output, AFullPipeIsWaitedFor) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    const std::string text(1 << 20, 'x');
    std::string got;
    std::thread reader([&] {
        std::vector<char> buffer(100000);
        while (got.size() < text.size()) {
            const ssize_t count = read(ends[0], buffer.data(), buffer.size());
            if (count > 0)
                got.append(buffer.data(), static_cast<size_t>(count));
        }
    });
    fg_output output = output_to(ends[1]);
    EXPECT_EQ(fg_output_write(&output, text.data(), text.size()), FG_OK);
    reader.join();
    EXPECT_EQ(got, text);
    close(ends[0]);
    close(ends[1]);
}

} // namespace
