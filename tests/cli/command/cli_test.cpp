// SPDX-License-Identifier: MIT
// The program as a whole: options, exit statuses, messages, signals. Input is in
// cli_input_test.cpp, output formats in cli_output_test.cpp.
#include "support/random_numbers.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace {

spawn::Result program(std::vector<std::string> arguments, const std::string &input = "",
                      const spawn::Setup &setup = {}) {
    arguments.insert(arguments.begin(), factor_gpu());
    return spawn::run(arguments, input, setup);
}

bool contains(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

constexpr char see_help[] = "factor-gpu: try 'factor-gpu --help'\n";

// Usage errors: exit status 2, nothing on standard output, and all of these words in the message.
void expect_usage_error(const std::vector<std::string> &arguments,
                        const std::vector<std::string> &words) {
    const spawn::Result result = program(arguments);
    EXPECT_EQ(result.status, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_TRUE(contains(result.err, see_help)) << result.err;
    for (const std::string &word : words)
        EXPECT_TRUE(contains(result.err, word)) << result.err << "lacks: " << word;
}

bool has_gpu() {
    return program({"--list-devices"}).status == 0;
}

TEST(Cli, AnswersTheArticlesNumbers) {
    const spawn::Result result = program({"53541233", "21235343", "11421443", "5423123"});
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.err, "");
    EXPECT_EQ(result.out, "53541233: 1 5501 9733 53541233\n"
                          "21235343: 1 21235343\n"
                          "11421443: 1 11 383 2711 4213 29821 1038313 11421443\n"
                          "5423123: 1 5423123\n");
}

TEST(Cli, EveryMethodAndCpuBackendAnswersTheSame) {
    const std::string expected = program({"1", "12", "30031", "65536", "12"}).out;
    for (const char *const method : {"auto", "factor", "trial", "exhaustive"})
        for (const char *const backend : {"auto", "serial", "fork", "pool", "threads"})
            for (const char *const jobs : {"1", "3"}) {
                const spawn::Result result = program({"-m", method, "--backend", backend, "-j",
                                                      jobs, "1", "12", "30031", "65536", "12"});
                EXPECT_EQ(result.status, 0) << method << " " << backend << result.err;
                EXPECT_EQ(result.out, expected) << method << " " << backend;
            }
}

// The main thread has this much, and every other one by default.
TEST(Cli, EveryMethodAndCpuBackendRunsOnASmallStack) {
    if (sanitized())
        GTEST_SKIP() << "a sanitizer makes frames several times larger";
    for (const char *const method : {"factor", "trial"})
        for (const char *const backend : {"serial", "threads", "pool", "fork"}) {
            const spawn::Result result = spawn::run(
                {"/bin/sh", "-c", "ulimit -s 128; exec \"$0\" \"$@\"", factor_gpu(), "-m", method,
                 "-b", backend, "-j", "2", "--show=primes", "12", "1000003"},
                "", {});
            EXPECT_EQ(result.status, 0) << method << " " << backend << result.err;
            EXPECT_EQ(result.out, "12: 2 2 3\n1000003: 1000003\n") << method << " " << backend;
        }
}

TEST(Cli, HelpNamesEveryOption) {
    const spawn::Result result = program({"--help"});
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.err, "");
    for (const char *const option : {"-s, --show=LIST",
                                     "-h, --exponents",
                                     "-f, --format=text|jsonl|csv|u64le|u128le|npy|npy128",
                                     "--json-integers=auto|number|string",
                                     "--manifest=FILE",
                                     "--verify-manifest=FILE",
                                     "--certify=FILE",
                                     "-m, --method=auto|exhaustive|trial|factor|sieve",
                                     "-b, --backend=auto|serial|fork|pool|threads|cuda",
                                     "-j, --jobs=N",
                                     "-d, --device=LIST",
                                     "--strict",
                                     "-o, --output=FILE",
                                     "--checkpoint=FILE",
                                     "--checkpoint-every=SECONDS",
                                     "--resume",
                                     "--progress=auto|always|never|json",
                                     "-q, --quiet",
                                     "-v, --verbose",
                                     "--compare",
                                     "--repeat=N",
                                     "--budget=SECONDS",
                                     "--export-json=FILE",
                                     "--export-markdown=FILE",
                                     "--list-devices",
                                     "--version",
                                     "--help"})
        EXPECT_TRUE(contains(result.out, option)) << option;
    EXPECT_TRUE(contains(result.out, "--report=FILE.html"));
}

TEST(Cli, HelpFitsEightyColumns) {
    const std::string text = program({"--help"}).out;
    size_t begin = 0;
    for (size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
        EXPECT_LE(end - begin, 80u) << text.substr(begin, end - begin);
}

TEST(Cli, VersionNamesTheBuild) {
    const spawn::Result result = program({"--version"});
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.out.rfind("factor-gpu ", 0), 0u);
    EXPECT_TRUE(contains(result.out, "git "));
    EXPECT_TRUE(contains(result.out, "CUDA"));
    const bool has_cuda = !contains(result.out, "built without CUDA\n");
    EXPECT_TRUE(contains(result.out, has_cuda ? "backends: serial fork pool threads cuda\n"
                                              : "backends: serial fork pool threads\n"))
        << result.out;
}

TEST(Cli, VerboseVersionSaysWhatCanRun) {
    for (const std::vector<std::string> &arguments :
         {std::vector<std::string>{"--version", "-v"}, {"-v", "--version"}}) {
        const spawn::Result result = program(arguments);
        EXPECT_EQ(result.status, 0);
        EXPECT_TRUE(contains(result.out, "CPU variant: "));
        EXPECT_TRUE(contains(result.out, "threads  can run: "));
        EXPECT_TRUE(contains(result.out, "cuda     can"));
    }
}

TEST(Cli, CpuVariantCanBeForced) {
    spawn::Setup setup;
    setup.environment = {{"FACTOR_GPU_CPU", "portable"}};
    EXPECT_TRUE(contains(program({"--version", "-v"}, "", setup).out, "CPU variant: portable\n"));
    const spawn::Result result = program({"12"}, "", setup);
    EXPECT_EQ(result.out, "12: 1 2 3 4 6 12\n");
    EXPECT_EQ(result.err, "");
}

TEST(Cli, CpuVariantThatCannotRunIsSaid) {
    spawn::Setup setup;
    setup.environment = {{"FACTOR_GPU_CPU", "avx\t513"}};
    const std::string version = program({"--version", "-v"}, "", setup).out;
    const size_t at = version.find("CPU variant: ") + std::string("CPU variant: ").size();
    const std::string used = version.substr(at, version.find('\n', at) - at);
    const std::string message =
        "factor-gpu: FACTOR_GPU_CPU: 'avx\\x09513' is not a CPU variant that "
        "can run here; using " +
        used + " (valid values: avx512, avx2, portable)\n";
    const spawn::Result result = program({"12"}, "", setup);
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.out, "12: 1 2 3 4 6 12\n");
    EXPECT_EQ(result.err, message);
    EXPECT_EQ(program({"--version", "-v"}, "", setup).err, message);
    EXPECT_EQ(program({"-q", "12"}, "", setup).err, "");
    EXPECT_TRUE(contains(program({"--compare", "--repeat=1", "-b", "serial", "12"}, "", setup).err,
                         message));
    setup.environment = {{"FACTOR_GPU_CPU", ""}};
    EXPECT_EQ(program({"12"}, "", setup).err, "");
}

TEST(Cli, ListDevicesSaysWhyThereIsNone) {
    const spawn::Result result = program({"--list-devices"});
    if (result.status == 0) {
        EXPECT_TRUE(contains(result.out, "compute capability"));
        return;
    }
    EXPECT_EQ(result.status, 4);
    EXPECT_EQ(result.err.rfind("factor-gpu: ", 0), 0u);
    EXPECT_GT(result.err.size(), 20u);
}

TEST(Cli, ExplicitCudaRunsOrIsAnError) {
    const spawn::Result result = program({"--backend=cuda", "-d", "0", "12"});
    if (has_gpu()) {
        EXPECT_EQ(result.status, 0) << result.err;
        EXPECT_EQ(result.out, "12: 1 2 3 4 6 12\n");
    } else {
        EXPECT_EQ(result.status, 4);
        EXPECT_EQ(result.out, "");
        EXPECT_EQ(result.err.rfind("factor-gpu: ", 0), 0u);
        EXPECT_TRUE(contains(result.err, "; without --backend the CPU can do the work\n"));
    }
    EXPECT_EQ(program({"-b", "cuda", "-d", "all", "12"}).status, result.status);
}

TEST(Cli, AutoAnswersWithAnyDeviceList) {
    for (const char *const list : {"0", "0,1", "all"})
        EXPECT_EQ(program({"-d", list, "12"}).out, "12: 1 2 3 4 6 12\n") << list;
}

TEST(Cli, VerboseSaysWhatRan) {
    const spawn::Result result = program({"-v", "-b", "threads", "-j", "2", "12", "13"});
    EXPECT_EQ(result.status, 0);
    EXPECT_TRUE(contains(result.err, "factor-gpu: 2 numbers, method auto (factor), "))
        << result.err;
    EXPECT_TRUE(contains(program({"-v", "1..9000"}).err, "method auto (sieve), "));
    EXPECT_TRUE(contains(program({"-v", "1..9000", "7"}).err, "method auto (factor, sieve), "));
    EXPECT_TRUE(contains(program({"-v", "-m", "factor", "1..9000"}).err, "method factor, "));
    EXPECT_TRUE(contains(result.err, "backend threads, jobs 2, CPU variant ")) << result.err;
    const spawn::Result gpu = spawn::run({factor_gpu_emulated(), "-v", "-b", "cuda", "12"});
    EXPECT_TRUE(contains(gpu.err, "method auto (factor), backend cuda, CPU variant ")) << gpu.err;
    EXPECT_FALSE(contains(gpu.err, "auto took")) << gpu.err;
    const spawn::Result automatic = spawn::run({factor_gpu_emulated(), "-v", "-j", "2", "12"});
    EXPECT_TRUE(contains(automatic.err, "auto took the backend threads: by prediction "))
        << automatic.err;
}

// Far more jobs than CPUs and numbers: those without work cost nothing.
TEST(Cli, ManyJobsForOneNumber) {
    for (const char *const backend : {"pool", "fork"}) {
        const spawn::Result result = program({"-b", backend, "-j", "300", "6"});
        EXPECT_EQ(result.status, 0) << backend;
        EXPECT_EQ(result.out, "6: 1 2 3 6\n") << backend;
        EXPECT_EQ(result.err, "") << backend;
    }
}

TEST(Cli, UsageErrorsNameTheOptionAndTheValidValues) {
    expect_usage_error({"-m", "foo", "12"},
                       {"--method", "'foo'", "auto, exhaustive, trial, factor, sieve"});
    expect_usage_error({"--backend=gpu"},
                       {"--backend", "'gpu'", "auto, serial, fork, pool, threads, cuda"});
    expect_usage_error({"--show=all"}, {"--show", "'all'", "divisors, primes, count", "smooth=B"});
    for (const char *const list : {"", ",", "count,", ",count", "Count", "count;phi", "smooth"})
        expect_usage_error({"--show", list}, {"--show", "is not a column", "divisors, primes"});
    for (const char *const bound : {"", "0", "x", "-1", "1e3x", "2^64", "18446744073709551616"})
        expect_usage_error({std::string("--show=smooth=") + bound},
                           {"--show", "'smooth=" + std::string(bound) + "'", "from 1 to"});
    expect_usage_error({"--show=count,phi,count"}, {"--show", "'count' is given twice"});
    expect_usage_error({"--show=smooth=7,smooth=07"}, {"--show", "'smooth=7' is given twice"});
    expect_usage_error({"--show=smooth=8,smooth=2^3"}, {"--show", "'smooth=8' is given twice"});
    expect_usage_error({"--json-integers=string", "12"}, {"--json-integers", "--format=jsonl"});
    expect_usage_error({"-f", "jsonl", "--json-integers=float"},
                       {"'float'", "auto, number, string"});
    expect_usage_error({"-f", "xml"},
                       {"--format", "'xml'", "text, jsonl, csv, u64le, u128le, npy, npy128"});
    expect_usage_error({"--progress=maybe"},
                       {"--progress", "'maybe'", "auto, always, never, json"});
    for (const char *const jobs : {"0", "4097", "-1", "two", "", "1.5", "99999999999999999999"})
        expect_usage_error({"-j", jobs}, {"--jobs", "'" + std::string(jobs) + "'", "1 to 4096"});
    for (const char *const list : {"", ",", "0,", ",0", "a", "0;1", "-1", "ALL", "99999999999"})
        expect_usage_error({"--device", list}, {"--device", "'" + std::string(list) + "'", "0,2"});
    expect_usage_error({"-d", "1,0,1"}, {"--device", "device 1 twice"});
}

TEST(Cli, UsageErrorsOfTheComparisonsOptions) {
    expect_usage_error({"--compare", "--repeat=0", "12"}, {"--repeat", "'0'", "1 to 10000"});
    for (const char *const budget :
         {"0", "-1", "x", "", "nan", "inf", "1e3", "1e9", "0x10", "1000000001", "1.2.3"})
        expect_usage_error({"--compare", "--budget", budget, "12"},
                           {"--budget", "'" + std::string(budget) + "'",
                            "seconds above 0 and at most 1000000000, written as 30 or 2.5"});
    expect_usage_error({"--compare", "--export-json=", "12"}, {"--export-json", "empty"});
    expect_usage_error({"--compare", "--report=", "12"}, {"--report", "empty"});
}

TEST(Cli, UnknownAndMisusedOptions) {
    expect_usage_error({"--frobnicate"}, {"'--frobnicate'"});
    expect_usage_error({"--frobnicate=3"}, {"'--frobnicate'"});
    expect_usage_error({"-x"}, {"'-x'"});
    expect_usage_error({"-qx"}, {"'-x'"});
    expect_usage_error({"--jobs"}, {"--jobs needs a value"});
    expect_usage_error({"-m"}, {"--method needs a value"});
    expect_usage_error({"--quiet=yes"}, {"--quiet takes no value"});
    expect_usage_error({"--export"}, {"'--export'", "--export-json, --export-markdown"});
}

TEST(Cli, NegativeOperandIsExplained) {
    expect_usage_error({"-5"}, {"'-5'", "numbers run from 1 to 2^128 - 1"});
    expect_usage_error({"12", "-53541233"}, {"'-53541233'"});
    expect_usage_error({"-j5", "12", "-5"}, {"'-5'"});
    expect_usage_error({"-j", "5", "-56", "-5"}, {"'-56'"});
    expect_usage_error({"-d", "3", "-3"}, {"'-3'", "nor a number"});
}

TEST(Cli, DigitAmongOptionLettersIsAnUnknownOption) {
    expect_usage_error({"-vq5", "6"}, {"unknown option '-5' in '-vq5'"});
    expect_usage_error({"-vq56"}, {"unknown option '-5' in '-vq56'"});
    expect_usage_error({"6", "-q5", "-5"}, {"unknown option '-5' in '-q5'"});
}

TEST(Cli, ContradictionsAreUsageErrors) {
    for (const char *const option : {"--show=count", "-fcsv", "--list-devices"})
        expect_usage_error({"--compare", option, "12"}, {"--compare"});
    for (const char *const option :
         {"--repeat=3", "--budget=1", "--export-json=x", "--export-markdown=x", "--report=x"})
        expect_usage_error({option, "12"}, {"needs --compare"});
    expect_usage_error({"--exponents", "-s", "divisors", "12"}, {"--show=primes"});
    expect_usage_error({"-h", "--show=count,phi"}, {"--show=primes", "leave --show out"});
    expect_usage_error({"-h", "-f", "u64le"}, {"--exponents", "text, jsonl"});
    expect_usage_error({"-h", "-s", "primes", "-f", "u64le"}, {"--exponents", "text, jsonl"});
    for (const char *const list : {"divisors", "primes", "count,primes", "divisors,phi"})
        expect_usage_error({"-f", "npy", "-s", list}, {"--format=npy ", "lists", "--format=u64le"});
    expect_usage_error({"-f", "npy128", "-s", "primes"},
                       {"--format=npy128 ", "lists", "--format=u128le"});
    expect_usage_error({"-f", "npy128", "-s", "phi", "--shard=1/2"}, {"--format=npy128 need"});
    expect_usage_error({"-f", "npy128", "-s", "phi", "--manifest=x"}, {"--format=npy128 needs"});
    expect_usage_error({"-f", "npy"}, {"--format=npy", "--show"});
    expect_usage_error({"-q", "-v", "12"}, {"--quiet", "--verbose"});
    expect_usage_error({"-d", "0", "-b", "serial", "12"}, {"--device", "--backend=serial"});
    expect_usage_error({"--list-devices", "12"}, {"--list-devices", "'12'"});
}

TEST(Cli, OptionsMayBeAbbreviatedAndFollowOperands) {
    EXPECT_EQ(program({"12", "--sho=count"}).out, "12: 6\n");
    EXPECT_EQ(program({"12", "--form", "csv", "-scount"}).out, "n,count\n12,6\n");
    EXPECT_EQ(program({"-hqsprimes", "--", "12"}).out, "12: 2^2 3\n");
}

TEST(Cli, LaterOptionsWin) {
    EXPECT_EQ(program({"-s", "primes", "-s", "count", "12"}).out, "12: 6\n");
}

TEST(Cli, ComparisonNeedsNumbers) {
    const spawn::Result result = program({"--compare"}, "# none\n");
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err, "factor-gpu: there is nothing to compare: the input holds no numbers; "
                          "give some, or a file of them\n");
}

TEST(Cli, ComparisonOfUnreadableInput) {
    EXPECT_EQ(program({"--compare", "/nonexistent/numbers"}).status, 3);
}

TEST(Cli, ProgressIsForTerminalsUnlessItIsAskedFor) {
    std::vector<std::string> compare = {"--compare", "--repeat=1", "-b", "serial",
                                        "-m",        "factor",     "12", "--progress=always"};
    EXPECT_EQ(program(compare).err, "factor-gpu: factor/serial: estimate\n");
    for (const char *const when : {"--progress=auto", "--progress=never"}) {
        compare.back() = when;
        EXPECT_EQ(program(compare).err, "") << when;
        EXPECT_EQ(program({when, "--strict", "--method=factor", "12"}).err, "") << when;
    }
}

TEST(Cli, QuietWinsOverProgress) {
    EXPECT_EQ(
        program({"--compare", "-q", "--progress=always", "--repeat=1", "-b", "serial", "12"}).err,
        "");
    EXPECT_EQ(
        program({"--compare", "--progress=always", "-q", "--repeat=1", "-b", "serial", "12"}).err,
        "");
}

TEST(Cli, ComparisonNamesItsInput) {
    const spawn::TemporaryFile file("12\n");
    const std::pair<std::vector<std::string>, std::string> cases[] = {
        {{}, "standard input"},
        {{"-"}, "standard input"},
        {{file.path()}, file.path()},
        {{"12"}, "12"},
        {{"12", "13"}, "12 and 1 more"},
        {{file.path(), "12", "13"}, file.path() + " and 2 more"},
        {{"-", "13"}, "standard input and 1 more"}};
    for (const auto &[operands, label] : cases) {
        std::vector<std::string> arguments = {"--compare", "-q", "--repeat=1", "-b",
                                              "serial",    "-m", "factor"};
        arguments.insert(arguments.end(), operands.begin(), operands.end());
        const spawn::Result result = program(arguments, "97\n");
        EXPECT_EQ(result.status, 0) << result.err;
        EXPECT_TRUE(contains(result.out, " " + label + "\n")) << label << "\n" << result.out;
    }
}

class CliSignal : public testing::TestWithParam<int> {};

TEST_P(CliSignal, EndsAnEngineAtWorkWithAllThatWasAnswered) {
    for (const char *const backend : {"serial", "fork", "pool", "threads"}) {
        spawn::Process process({factor_gpu(), "-m", "exhaustive", "-b", backend});
        process.send("12 13\n18446744073709551557\n");
        process.end_input();
        process.wait_for_lines(2);
        process.kill(GetParam());
        const spawn::Result result = process.finish();
        EXPECT_EQ(result.status, 128 + GetParam()) << backend;
        EXPECT_EQ(result.out, "12: 1 2 3 4 6 12\n13: 1 13\n") << backend;
        EXPECT_TRUE(contains(result.err, "2 numbers answered")) << result.err;
    }
}

TEST_P(CliSignal, EndsAWaitForInput) {
    spawn::Process process({factor_gpu(), "-q"});
    process.send("12\n");
    process.wait_for_lines(1);
    process.kill(GetParam());
    const spawn::Result result = process.finish_with_open_input();
    EXPECT_EQ(result.status, 128 + GetParam());
    EXPECT_EQ(result.out, "12: 1 2 3 4 6 12\n");
    EXPECT_EQ(result.err, "");
}

// It has nothing to show for a part of its runs.
TEST_P(CliSignal, EndsAComparisonAtOnceAndPrintsNothing) {
    spawn::Process process({factor_gpu(), "--compare", "--progress=always", "--repeat=10000",
                            "--budget=1000000", "-b", "serial", "18446744073709551557"});
    process.wait_for_message("serial");
    process.kill(GetParam());
    const spawn::Result result = process.finish();
    EXPECT_EQ(result.status, -GetParam());
    EXPECT_EQ(result.out, "");
}

TEST(Cli, SecondSignalEndsAtOnce) {
    std::vector<std::string> arguments(300, "735134400"); // 1344 divisors each: fills any pipe
    arguments.insert(arguments.begin(), factor_gpu());
    spawn::Process process(arguments);
    process.wait_for_lines(1);
    process.kill(SIGINT);
    process.kill(SIGTERM);
    /* Two of the program's threads may take them, in either order: the later one ends it. */
    const int status = process.finish().status;
    EXPECT_TRUE(status == -SIGTERM || status == -SIGINT) << status;
}

TEST(Cli, OneSignalLetsOutputGoOut) {
    std::vector<std::string> arguments(300, "735134400");
    arguments.insert(arguments.begin(), factor_gpu());
    spawn::Process process(arguments);
    process.wait_for_lines(1);
    process.kill(SIGINT);
    const spawn::Result result = process.finish();
    EXPECT_EQ(result.status, 128 + SIGINT);
    EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 300);
    EXPECT_EQ(result.out.back(), '\n');
}

/* An alarm that was set before the program began is not the program's own. */
TEST(Cli, AForeignAlarmEndsTheProgram) {
    spawn::Process process({factor_gpu()});
    process.send("12\n");
    process.wait_for_lines(1);
    process.kill(SIGALRM);
    EXPECT_EQ(process.finish().status, -SIGALRM);
}

TEST_P(CliSignal, EndsAWaitForAWriter) {
    const spawn::TemporaryFile file("");
    const std::string pipe = file.path() + ".fifo";
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    spawn::Process process({factor_gpu(), "-j", "2", "12", pipe});
    process.wait_for_lines(1);
    process.kill(GetParam());
    const spawn::Result result = process.finish();
    EXPECT_EQ(result.status, 128 + GetParam());
    EXPECT_EQ(result.out, "12: 1 2 3 4 6 12\n");
    unlink(pipe.c_str());
}

INSTANTIATE_TEST_SUITE_P(Cli, CliSignal, testing::Values(SIGINT, SIGTERM, SIGHUP));

TEST(Cli, IgnoredSignalStaysIgnored) {
    spawn::Process process({"/bin/sh", "-c", "trap '' HUP; exec \"$0\"", factor_gpu()});
    process.send("12\n");
    process.wait_for_lines(1);
    process.kill(SIGHUP);
    process.send("13\n");
    process.wait_for_lines(2);
    EXPECT_EQ(process.finish().status, 0);
}

TEST(Cli, NoOperandsAndNoInput) {
    const spawn::Result result = program({});
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err, "");
}

} // namespace
