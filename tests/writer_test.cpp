// The writer: its decimal conversion against snprintf, and what becomes of lines when writes are
// partial or fail. The formats themselves are in cli_output_test.cpp.
#include "cli/decimal.h"
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

// A writer into memory.
class Writing {
  public:
    explicit Writing(fg_writer_config config) {
        fd_ = memfd_create("writer", MFD_CLOEXEC);
        config.fd = fd_;
        EXPECT_TRUE(fg_writer_open(&writer, &config));
    }
    ~Writing() {
        fg_writer_close(&writer);
        close(fd_);
    }
    std::string written() const {
        std::string text(static_cast<size_t>(lseek(fd_, 0, SEEK_END)), '\0');
        EXPECT_EQ(pread(fd_, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
        return text;
    }
    fg_writer writer;

  private:
    int fd_;
};

TEST(Writer, NothingIsWrittenBeforeTheFlush) {
    Writing writing({0, FG_WRITER_DIVISORS, FG_WRITER_TEXT, false});
    const uint64_t divisors[] = {1, 2, 4};
    EXPECT_TRUE(fg_writer_put(&writing.writer, 4, divisors, 3));
    EXPECT_EQ(writing.written(), "");
    EXPECT_TRUE(fg_writer_flush(&writing.writer));
    EXPECT_EQ(writing.written(), "4: 1 2 4\n");
    EXPECT_TRUE(fg_writer_flush(&writing.writer));
    EXPECT_EQ(writing.written(), "4: 1 2 4\n");
}

TEST(Writer, HeaderIsWrittenForNoAnswers) {
    Writing writing({0, FG_WRITER_PRIMES, FG_WRITER_CSV, false});
    EXPECT_TRUE(fg_writer_flush(&writing.writer));
    EXPECT_EQ(writing.written(), "n,primes\n");
}

TEST(Writer, LargestValuesEverywhere) {
    const uint64_t n = UINT64_C(18446744073709551557); // prime
    const std::vector<uint64_t> divisors = {1, n}, primes = {n};
    const std::string text = "18446744073709551557", quoted = "\"" + text + "\"";
    const struct {
        fg_writer_config config;
        std::string line;
    } cases[] = {
        {{0, FG_WRITER_DIVISORS, FG_WRITER_TEXT, false}, text + ": 1 " + text},
        {{0, FG_WRITER_PRIMES, FG_WRITER_TEXT, true}, text + ": " + text},
        {{0, FG_WRITER_DIVISORS, FG_WRITER_JSONL, false},
         "{\"n\":" + quoted + ",\"divisors\":[1," + quoted + "]}"},
        {{0, FG_WRITER_PRIMES, FG_WRITER_JSONL, true},
         "{\"n\":" + quoted + ",\"primes\":[[" + quoted + ",1]]}"},
        {{0, FG_WRITER_COUNT, FG_WRITER_JSONL, false}, "{\"n\":" + quoted + ",\"count\":2}"},
    };
    for (const auto &one : cases) {
        Writing writing(one.config);
        const auto &values = one.config.show == FG_WRITER_DIVISORS ? divisors : primes;
        EXPECT_TRUE(fg_writer_put(&writing.writer, n, values.data(), values.size()));
        EXPECT_TRUE(fg_writer_flush(&writing.writer));
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
            {{0, FG_WRITER_PRIMES, FG_WRITER_TEXT, false}, one.plain},
            {{0, FG_WRITER_PRIMES, FG_WRITER_TEXT, true}, one.powers},
            {{0, FG_WRITER_COUNT, FG_WRITER_TEXT, false}, n + ": " + count},
            {{0, FG_WRITER_PRIMES, FG_WRITER_JSONL, true},
             "{\"n\":" + n + ",\"primes\":" + one.json_powers + "}"},
            {{0, FG_WRITER_COUNT, FG_WRITER_JSONL, false},
             "{\"n\":" + n + ",\"count\":" + count + "}"},
        };
        for (const auto &[config, line] : forms) {
            Writing writing(config);
            EXPECT_TRUE(
                fg_writer_put(&writing.writer, one.n, one.primes.data(), one.primes.size()));
            EXPECT_TRUE(fg_writer_flush(&writing.writer));
            EXPECT_EQ(writing.written(), line + "\n");
        }
    }
}

TEST(Writer, ZeroHasNoPrimes) {
    Writing writing({0, FG_WRITER_PRIMES, FG_WRITER_TEXT, false});
    EXPECT_TRUE(fg_writer_put(&writing.writer, 0, nullptr, 0));
    EXPECT_TRUE(fg_writer_flush(&writing.writer));
    EXPECT_EQ(writing.written(), "0:\n");
}

TEST(Writer, JsonStringsBeginAboveTwoToThe53) {
    const uint64_t exact = FG_WRITER_JSON_EXACT;
    const uint64_t divisors[] = {1, exact, exact + 1};
    Writing writing({0, FG_WRITER_DIVISORS, FG_WRITER_JSONL, false});
    EXPECT_TRUE(fg_writer_put(&writing.writer, exact, divisors, 3));
    EXPECT_TRUE(fg_writer_flush(&writing.writer));
    EXPECT_EQ(writing.written(), "{\"n\":9007199254740991,\"divisors\":[1,9007199254740991,"
                                 "\"9007199254740992\"]}\n");
}

TEST(Writer, LongestLinesFollowEachOther) {
    const std::vector<uint64_t> divisors(FG_MAX_DIVISORS, UINT64_MAX);
    for (const fg_writer_format format : {FG_WRITER_TEXT, FG_WRITER_JSONL, FG_WRITER_CSV}) {
        Writing writing({0, FG_WRITER_DIVISORS, format, false});
        const size_t header = format == FG_WRITER_CSV ? sizeof "n,divisors\n" - 1 : 0;
        for (int i = 0; i < 3; i++)
            EXPECT_TRUE(
                fg_writer_put(&writing.writer, UINT64_MAX, divisors.data(), divisors.size()));
        EXPECT_TRUE(fg_writer_put(&writing.writer, 1, divisors.data(), 1));
        EXPECT_TRUE(fg_writer_flush(&writing.writer));
        const std::string text = writing.written();
        const size_t line = text.find('\n', header) + 1 - header;
        EXPECT_EQ(line, format == FG_WRITER_JSONL
                            ? 23u * FG_MAX_DIVISORS + 42u
                            : 21u * FG_MAX_DIVISORS + 20u + (format == FG_WRITER_TEXT ? 2u : 1u));
        EXPECT_EQ(text.substr(header, line), text.substr(header + line, line));
        EXPECT_EQ(text.substr(header, line), text.substr(header + 2 * line, line));
    }
}

TEST(Writer, FirstErrorIsKeptAndNothingFollows) {
    fg_writer writer;
    fg_writer_config config = {-1, FG_WRITER_DIVISORS, FG_WRITER_TEXT, false};
    ASSERT_TRUE(fg_writer_open(&writer, &config));
    const uint64_t divisors[] = {1};
    EXPECT_TRUE(fg_writer_put(&writer, 1, divisors, 1));
    EXPECT_FALSE(fg_writer_flush(&writer));
    EXPECT_EQ(writer.error, EBADF);
    EXPECT_FALSE(fg_writer_flush(&writer));
    fg_writer_close(&writer);
}

TEST(Writer, ErrorsInTheMiddleAreNoticed) {
    const int fd = open("/dev/full", O_WRONLY);
    if (fd < 0)
        GTEST_SKIP() << "there is no /dev/full";
    fg_writer writer;
    fg_writer_config config = {fd, FG_WRITER_DIVISORS, FG_WRITER_TEXT, false};
    ASSERT_TRUE(fg_writer_open(&writer, &config));
    const uint64_t divisors[] = {1};
    int accepted = 0;
    while (accepted < 10000000 && fg_writer_put(&writer, 1, divisors, 1))
        accepted++;
    EXPECT_LT(accepted, 1000000);
    EXPECT_EQ(writer.error, ENOSPC);
    fg_writer_close(&writer);
    close(fd);
}

} // namespace
