// SPDX-License-Identifier: MIT
// The program's output: its three formats, with jansson as an independent reader of one of them,
// and output that cannot be written.
#include "support/random_numbers.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <jansson.h>
#include <sstream>
#include <sys/ioctl.h>

namespace {

spawn::Result program(std::vector<std::string> arguments, const std::string &input = "",
                      const spawn::Setup &setup = {}) {
    arguments.insert(arguments.begin(), factor_gpu());
    return spawn::run(arguments, input, setup);
}

TEST(CliOutput, TextForms) {
    const std::string input = "1 2 12 97 720720\n";
    EXPECT_EQ(program({"-s", "primes"}, input).out,
              "1:\n2: 2\n12: 2 2 3\n97: 97\n720720: 2 2 2 2 3 3 5 7 11 13\n");
    EXPECT_EQ(program({"-s", "primes", "-h"}, input).out,
              "1:\n2: 2\n12: 2^2 3\n97: 97\n720720: 2^4 3^2 5 7 11 13\n");
    EXPECT_EQ(program({"-s", "count"}, input).out, "1: 1\n2: 2\n12: 6\n97: 2\n720720: 240\n");
    EXPECT_EQ(program({}, "1 2 12").out, "1: 1\n2: 1 2\n12: 1 2 3 4 6 12\n");
}

TEST(CliOutput, CsvForms) {
    EXPECT_EQ(program({"-f", "csv"}, "1 12").out, "n,divisors\n1,1\n12,1 2 3 4 6 12\n");
    EXPECT_EQ(program({"-f", "csv", "-s", "count"}, "12").out, "n,count\n12,6\n");
    EXPECT_EQ(program({"-f", "csv", "-s", "primes"}, "0 1 12").out, "n,primes\n0,\n1,\n12,2 2 3\n");
    EXPECT_EQ(program({"-f", "csv", "-s", "primes", "-h"}, "12").out, "n,primes\n12,2^2 3\n");
    EXPECT_EQ(program({"-f", "csv"}, "").out, "n,divisors\n");
    EXPECT_EQ(program({"-f", "csv"}, "x").out, "n,divisors\n");
}

TEST(CliOutput, JsonForms) {
    EXPECT_EQ(program({"-f", "jsonl"}, "1 12").out,
              R"({"n":"1","divisors":["1"]})"
              "\n"
              R"({"n":"12","divisors":["1","2","3","4","6","12"]})"
              "\n");
    EXPECT_EQ(program({"-f", "jsonl", "-s", "count"}, "12").out, "{\"n\":\"12\",\"count\":6}\n");
    EXPECT_EQ(program({"-f", "jsonl", "-s", "primes", "--json-integers=number"}, "0 1 12").out,
              "{\"n\":0,\"primes\":[]}\n{\"n\":1,\"primes\":[]}\n{\"n\":12,\"primes\":[2,2,3]}\n");
    EXPECT_EQ(program({"-f", "jsonl", "-s", "primes", "-h", "--json-integers=number"}, "12").out,
              "{\"n\":12,\"primes\":[[2,2],[3,1]]}\n");
    EXPECT_EQ(program({"-f", "jsonl", "-s", "count", "--json-integers=string"}, "12").out,
              "{\"n\":\"12\",\"count\":\"6\"}\n");
    EXPECT_EQ(program({"-f", "jsonl"}, "").out, "");
}

uint64_t json_value(const json_t *value) {
    EXPECT_TRUE(json_is_string(value));
    return json_is_string(value) ? std::stoull(json_string_value(value)) : 0;
}

TEST(CliOutput, JsonIsReadBackByJansson) {
    const std::string input = "1 12 9007199254740991 9007199254740992 9007199254740993 "
                              "4611686018427387904 18446744073709551615\n";
    const spawn::Result result = program({"-f", "jsonl"}, input);
    EXPECT_EQ(result.status, 0);
    std::istringstream lines(result.out), numbers(input);
    uint64_t n;
    for (std::string line; std::getline(lines, line);) {
        json_error_t error;
        json_t *const object = json_loads(line.c_str(), JSON_REJECT_DUPLICATES, &error);
        ASSERT_NE(object, nullptr) << line << error.text;
        ASSERT_TRUE(numbers >> n);
        EXPECT_EQ(json_object_size(object), 2u);
        EXPECT_EQ(json_value(json_object_get(object, "n")), n);
        const json_t *const divisors = json_object_get(object, "divisors");
        ASSERT_TRUE(json_is_array(divisors));
        for (size_t i = 0; i < json_array_size(divisors); i++)
            EXPECT_EQ(n % json_value(json_array_get(divisors, i)), 0u);
        EXPECT_EQ(json_value(json_array_get(divisors, 0)), 1u);
        EXPECT_EQ(json_value(json_array_get(divisors, json_array_size(divisors) - 1)), n);
        json_decref(object);
    }
    EXPECT_FALSE(numbers >> n);
}

TEST(CliOutput, LongestLineIsWhole) {
    const std::string n = "18401055938125660800";
    for (const char *const format : {"text", "jsonl", "csv"}) {
        const spawn::Result result = program({"-f", format, n, n, "12"});
        EXPECT_EQ(result.status, 0) << result.err;
        const size_t first = result.out.find("\n1") + 1;
        const std::string last = result.out.substr(result.out.rfind('\n', result.out.size() - 2));
        EXPECT_NE(last.find("12"), std::string::npos);
        if (std::string(format) != "text")
            continue;
        const std::string line = result.out.substr(0, first);
        EXPECT_EQ(std::count(line.begin(), line.end(), ' '), 184320);
        EXPECT_EQ(result.out, line + line + "12: 1 2 3 4 6 12\n");
    }
}

// Far more divisors than the memory that the program may have.
TEST(CliOutput, MemoryStaysBoundedHoweverManyDivisorsThereAre) {
    if (sanitized())
        GTEST_SKIP() << "a sanitizer's shadow memory is out of proportion";
    const std::string n = "18401055938125660800\n"; // 1.4 MB of divisors
    std::string few, many;
    for (int i = 0; i < 300; i++)
        few += n;
    for (int i = 0; i < 1 << 18; i++)
        many += n;
    const std::string limited = "ulimit -v 1000000; exec \"$0\" ";
    for (const char *const backend : {"serial", "threads", "pool"}) {
        const std::string options = std::string("-j 2 -b ") + backend;
        const int nowhere = open("/dev/null", O_WRONLY);
        spawn::Setup setup;
        setup.stdout_fd = nowhere;
        const spawn::Result divisors =
            spawn::run({"/bin/sh", "-c", limited + options, factor_gpu()}, few, setup);
        close(nowhere);
        EXPECT_EQ(divisors.status, 0) << backend << divisors.err;
        const spawn::Result count =
            spawn::run({"/bin/sh", "-c", limited + options + " -s count", factor_gpu()}, many);
        EXPECT_EQ(count.status, 0) << backend << count.err;
        EXPECT_EQ(std::count(count.out.begin(), count.out.end(), '\n'), 1 << 18) << backend;
        EXPECT_EQ(count.out.substr(0, 29), "18401055938125660800: 184320\n") << backend;
    }
}

// A thread that is done with its part does not keep the text of all of it until others are.
TEST(CliOutput, MemoryHoldsLittleTextThatWaitsForOtherThreads) {
    if (sanitized())
        GTEST_SKIP() << "a sanitizer's shadow memory is out of proportion";
    std::string many;
    for (int i = 0; i < (every_case() ? 1200 : 500); i++)
        many += "897612484786617600\n"; // 1.7 MB of divisors
    for (const char *const jobs : {"2", "8"}) {
        const int nowhere = open("/dev/null", O_WRONLY);
        spawn::Setup setup;
        setup.stdout_fd = nowhere;
        const spawn::Result result =
            spawn::run({factor_gpu(), "--quiet", "--jobs", jobs}, many, setup);
        close(nowhere);
        EXPECT_EQ(result.status, 0) << result.err;
        EXPECT_LT(result.peak_kib, 150 << 10) << jobs << " jobs";
    }
}

/* 3 MB a line for a slow reader. */
TEST(CliOutput, TextDoesNotPileUpBehindASlowReader) {
    if (sanitized())
        GTEST_SKIP() << "a sanitizer's shadow memory is out of proportion";
    std::string input;
    for (int i = 0; i < 300; i++)
        input += "18401055938125660800\n";
    for (const char *const backend : {"serial", "threads"}) {
        const spawn::Result result = spawn::run(
            {"/bin/sh", "-c", "(ulimit -v 700000; exec \"$0\" -j 2 -b \"$1\") | (sleep 1; wc -l)",
             factor_gpu(), backend},
            input);
        EXPECT_EQ(result.out, "300\n") << backend << result.err;
    }
}

TEST(CliOutput, FullDiskIsAnError) {
    const int fd = open("/dev/full", O_WRONLY);
    if (fd < 0)
        GTEST_SKIP() << "there is no /dev/full";
    spawn::Setup setup;
    setup.stdout_fd = fd;
    const std::string message =
        "factor-gpu: cannot write to standard output: No space left on device\n";
    std::string many;
    for (int i = 1; i < 200000; i++)
        many += std::to_string(i) + "\n";
    const std::vector<std::vector<std::string>> uses = {
        {"12"},
        {"-f", "csv"},
        {"-s", "count", "-"},
        {"--help"},
        {"--version"},
        {"--compare", "-q", "--repeat=1", "-m", "trial", "-b", "serial", "12"}};
    for (const std::vector<std::string> &arguments : uses) {
        const spawn::Result result = program(arguments, many, setup);
        EXPECT_EQ(result.status, 6) << arguments[0];
        EXPECT_EQ(result.err, message) << arguments[0];
    }
    EXPECT_EQ(program({}, "", setup).status, 0) << "nothing to write";
    close(fd);
}

TEST(CliOutput, ClosedStandardOutput) {
    spawn::Setup setup;
    setup.close_stdout = true;
    const spawn::TemporaryFile file("12\n");
    const spawn::Result result = program({file.path()}, "", setup);
    EXPECT_EQ(result.status, 6);
    EXPECT_EQ(result.err, "factor-gpu: cannot write to standard output: Bad file descriptor\n");
}

TEST(CliOutput, ClosedPipeEndsQuietly) {
    spawn::Process process({factor_gpu(), "-s", "count"});
    process.send("12\n");
    process.wait_for_lines(1);
    process.close_output();
    process.send("13\n");
    const spawn::Result result = process.finish();
    EXPECT_EQ(result.status, 128 + SIGPIPE);
    EXPECT_EQ(result.err, "");
}

TEST(CliOutput, ClosedPipeEndsAComparisonQuietly) {
    spawn::Process process({factor_gpu(), "--compare", "-q", "--repeat=1", "-b", "serial"});
    process.close_output();
    process.send("12\n");
    const spawn::Result result = process.finish();
    EXPECT_EQ(result.status, 128 + SIGPIPE);
    EXPECT_EQ(result.err, "");
}

// Until a pipe that is filled by another process holds bytes and takes no more.
void wait_until_full(const int ends[2]) {
    int held = 0;
    for (pollfd in = {ends[1], POLLOUT, 0}; held == 0 || poll(&in, 1, 0) != 0; usleep(1000))
        ASSERT_EQ(ioctl(ends[0], FIONREAD, &held), 0);
}

TEST(CliOutput, NonBlockingPipeLosesNothing) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    spawn::Setup setup;
    setup.stdout_fd = ends[1];
    spawn::Process process({factor_gpu(), "18401055938125660800"}, setup);
    wait_until_full(ends);
    close(ends[1]);
    size_t total = 0;
    char piece[4096];
    for (ssize_t got; (got = read(ends[0], piece, sizeof piece)) > 0;)
        total += static_cast<size_t>(got);
    close(ends[0]);
    EXPECT_EQ(process.finish().status, 0);
    EXPECT_EQ(total, program({"18401055938125660800"}).out.size());
}

} // namespace
