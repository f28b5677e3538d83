// The writer: its decimal conversion against snprintf; the output: what becomes of writes that are
// partial or fail. The formats themselves are in cli_output_test.cpp.
#include "cli/decimal.h"
#include "cli/output.h"
#include "cli/writer.h"
#include "factor_gpu.h"

#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

std::string decimal(uint64_t n) {
    char text[FG_DECIMAL_ROOM];
    return std::string(text, fg_decimal_write(text, n));
}

std::string plain_decimal(uint64_t n) {
    char text[32];
    return std::string(text, static_cast<size_t>(snprintf(text, sizeof text, "%" PRIu64, n)));
}

TEST(Decimal, WritesAsPrintfAroundPowers) {
    for (uint64_t power = 1;; power *= 10) {
        for (const uint64_t n : {power - 1, power, power + 1, 2 * power, 9 * power})
            EXPECT_EQ(decimal(n), plain_decimal(n));
        if (power == UINT64_C(10000000000000000000))
            break;
    }
    for (unsigned bit = 0; bit < 64; bit++)
        for (const uint64_t n :
             {(UINT64_C(1) << bit) - 1, UINT64_C(1) << bit, ~(UINT64_C(1) << bit)})
            EXPECT_EQ(decimal(n), plain_decimal(n));
    EXPECT_EQ(decimal(UINT64_MAX), "18446744073709551615");
}

TEST(Decimal, SplitsEveryGroupOfFourDigits) {
    for (uint32_t x = 0; x < 10000; x++) {
        ASSERT_EQ(decimal(x), plain_decimal(x));
        ASSERT_EQ(decimal(UINT64_C(10000) * x + 9999), plain_decimal(UINT64_C(10000) * x + 9999));
    }
}

TEST(Decimal, WritesRandomNumbersAsPrintf) {
    const unsigned seed = 20261122;
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    for (int i = 0; i < 300000; i++) {
        const uint64_t n = random() >> (random() % 64);
        ASSERT_EQ(decimal(n), plain_decimal(n));
    }
}

// A text in memory.
class Writing {
  public:
    explicit Writing(fg_writer_config config) : config_(config) {}
    Writing(const Writing &) = delete;
    Writing &operator=(const Writing &) = delete;
    ~Writing() { fg_text_free(&text_); }
    bool header() { return fg_writer_header(&config_, &text_); }
    bool line(uint64_t n, const std::vector<uint64_t> &values) {
        return fg_writer_line(&config_, &text_, n, values.data(), values.size());
    }
    std::string written() const { return std::string(text_.data, text_.size); }
    size_t room() const { return text_.room; }

  private:
    fg_writer_config config_;
    fg_text text_ = {};
};

TEST(Writer, LinesFollowEachOther) {
    Writing writing({FG_WRITER_DIVISORS, FG_WRITER_TEXT, false});
    EXPECT_TRUE(writing.header());
    EXPECT_EQ(writing.written(), "");
    EXPECT_TRUE(writing.line(4, {1, 2, 4}));
    EXPECT_EQ(writing.written(), "4: 1 2 4\n");
    EXPECT_TRUE(writing.line(5, {1, 5}));
    EXPECT_EQ(writing.written(), "4: 1 2 4\n5: 1 5\n");
}

TEST(Writer, OnlyCsvHasAHeader) {
    Writing csv({FG_WRITER_PRIMES, FG_WRITER_CSV, false});
    EXPECT_TRUE(csv.header());
    EXPECT_EQ(csv.written(), "n,primes\n");
    Writing jsonl({FG_WRITER_PRIMES, FG_WRITER_JSONL, false});
    EXPECT_TRUE(jsonl.header());
    EXPECT_EQ(jsonl.written(), "");
}

TEST(Writer, LargestValuesEverywhere) {
    const uint64_t n = UINT64_C(18446744073709551557); // prime
    const std::vector<uint64_t> divisors = {1, n}, primes = {n};
    const std::string text = "18446744073709551557", quoted = "\"" + text + "\"";
    const struct {
        fg_writer_config config;
        std::string line;
    } cases[] = {
        {{FG_WRITER_DIVISORS, FG_WRITER_TEXT, false}, text + ": 1 " + text},
        {{FG_WRITER_PRIMES, FG_WRITER_TEXT, true}, text + ": " + text},
        {{FG_WRITER_DIVISORS, FG_WRITER_JSONL, false},
         "{\"n\":" + quoted + ",\"divisors\":[1," + quoted + "]}"},
        {{FG_WRITER_PRIMES, FG_WRITER_JSONL, true},
         "{\"n\":" + quoted + ",\"primes\":[[" + quoted + ",1]]}"},
        {{FG_WRITER_COUNT, FG_WRITER_JSONL, false}, "{\"n\":" + quoted + ",\"count\":2}"},
    };
    for (const auto &one : cases) {
        Writing writing(one.config);
        EXPECT_TRUE(writing.line(n, one.config.show == FG_WRITER_DIVISORS ? divisors : primes));
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
        const std::pair<fg_writer_config, std::string> forms[] = {
            {{FG_WRITER_PRIMES, FG_WRITER_TEXT, false}, one.plain},
            {{FG_WRITER_PRIMES, FG_WRITER_TEXT, true}, one.powers},
            {{FG_WRITER_COUNT, FG_WRITER_TEXT, false}, n + ": " + count},
            {{FG_WRITER_PRIMES, FG_WRITER_JSONL, true},
             "{\"n\":" + n + ",\"primes\":" + one.json_powers + "}"},
            {{FG_WRITER_COUNT, FG_WRITER_JSONL, false},
             "{\"n\":" + n + ",\"count\":" + count + "}"},
        };
        for (const auto &[config, line] : forms) {
            Writing writing(config);
            EXPECT_TRUE(writing.line(one.n, one.primes));
            EXPECT_EQ(writing.written(), line + "\n");
        }
    }
}

TEST(Writer, ZeroHasNoPrimes) {
    Writing writing({FG_WRITER_PRIMES, FG_WRITER_TEXT, false});
    EXPECT_TRUE(writing.line(0, {}));
    EXPECT_EQ(writing.written(), "0:\n");
}

TEST(Writer, JsonStringsBeginAboveTwoToThe53) {
    const uint64_t exact = FG_WRITER_JSON_EXACT;
    Writing writing({FG_WRITER_DIVISORS, FG_WRITER_JSONL, false});
    EXPECT_TRUE(writing.line(exact, {1, exact, exact + 1}));
    EXPECT_EQ(writing.written(), "{\"n\":9007199254740991,\"divisors\":[1,9007199254740991,"
                                 "\"9007199254740992\"]}\n");
}

TEST(Writer, LongestLinesFollowEachOther) {
    const std::vector<uint64_t> divisors(FG_MAX_DIVISORS, UINT64_MAX);
    for (const fg_writer_format format : {FG_WRITER_TEXT, FG_WRITER_JSONL, FG_WRITER_CSV}) {
        Writing writing({FG_WRITER_DIVISORS, format, false});
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

// An output into memory.
class Memory {
  public:
    Memory() : output{memfd_create("output", MFD_CLOEXEC), 0} {}
    Memory(const Memory &) = delete;
    Memory &operator=(const Memory &) = delete;
    ~Memory() { close(output.fd); }
    fg_output output;
};

TEST(Output, WritesWhatItIsGiven) {
    Memory memory;
    EXPECT_TRUE(fg_output_write(&memory.output, "12:", 3));
    EXPECT_TRUE(fg_output_write(&memory.output, "", 0));
    EXPECT_TRUE(fg_output_write(&memory.output, " 3\n", 3));
    char text[16];
    ASSERT_EQ(pread(memory.output.fd, text, sizeof text, 0), 6);
    EXPECT_EQ(std::string(text, 6), "12: 3\n");
}

TEST(Output, FirstErrorIsKeptAndNothingFollows) {
    fg_output output = {-1, 0};
    EXPECT_FALSE(fg_output_write(&output, "1", 1));
    EXPECT_EQ(output.error, EBADF);
    Memory memory;
    output.fd = memory.output.fd;
    EXPECT_FALSE(fg_output_write(&output, "1", 1));
    EXPECT_EQ(output.error, EBADF);
    EXPECT_EQ(lseek(memory.output.fd, 0, SEEK_END), 0);
}

TEST(Output, AFullDeviceIsNoticed) {
    fg_output output = {open("/dev/full", O_WRONLY), 0};
    if (output.fd < 0)
        GTEST_SKIP() << "there is no /dev/full";
    EXPECT_FALSE(fg_output_write(&output, "1", 1));
    EXPECT_EQ(output.error, ENOSPC);
    close(output.fd);
}

/* Somebody made the pipe non-blocking: it is waited for, and nothing is lost. */
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
    fg_output output = {ends[1], 0};
    EXPECT_TRUE(fg_output_write(&output, text.data(), text.size()));
    reader.join();
    EXPECT_EQ(got, text);
    close(ends[0]);
    close(ends[1]);
}

} // namespace
