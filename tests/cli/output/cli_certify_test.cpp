// SPDX-License-Identifier: MIT
// --certify: every prime above 2^64 of the answers has a line that tools/check_certificates.py,
// which has nothing of the program in it, accepts; with every backend, in parts, and after a run
// that was stopped.
#include "support/random_numbers.h"
#include "support/scratch_folder.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <gtest/gtest.h>
#include <set>
#include <sstream>
#include <unistd.h>

namespace {

const char python[] = "/usr/bin/python3";
const char checker[] = FG_SOURCE_FOLDER "/tools/check_certificates.py";

class CliCertify : public testing::Test {
  protected:
    void SetUp() override {
        if (access(python, X_OK) != 0)
            GTEST_SKIP() << "there is no " << python << " for tools/check_certificates.py";
    }

    spawn::Result program(const std::vector<std::string> &more, const std::string &input = "") {
        std::vector<std::string> arguments = {factor_gpu(), "--certify=" + path};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return spawn::run(arguments, input);
    }

    // Hexadecimal tokens of up to 128 bits, most of them with a large prime.
    std::string random_tokens(size_t count) {
        std::ostringstream tokens;
        for (size_t i = 0; i < count; i++)
            tokens << "0x" << std::hex << random.with_bits((unsigned)random.between(1, 50))
                   << std::hex << (random.any() | UINT64_C(1) << 63) << "\n";
        return tokens.str();
    }

    // Above 2^64 - 1, of a text of lines "n: p p p".
    static std::set<std::string> wide_primes(const std::string &answers) {
        const std::string most = "18446744073709551615";
        std::set<std::string> primes;
        std::istringstream lines(answers);
        for (std::string line; std::getline(lines, line);) {
            const std::string last = line.substr(line.rfind(' ') + 1);
            if (last.size() > most.size() || (last.size() == most.size() && last > most))
                primes.insert(last);
        }
        return primes;
    }

    void expect_certified(const std::string &answers) const {
        const spawn::Result check = spawn::run({python, checker, path});
        EXPECT_EQ(check.status, 0) << check.out << check.err;
        const std::string certificates = folder.read("certificates");
        for (const std::string &prime : wide_primes(answers))
            EXPECT_NE(certificates.find("{\"n\":\"" + prime + "\""), std::string::npos) << prime;
    }

    RandomNumbers random;
    testing::ScopedTrace trace{__FILE__, __LINE__, random.trace()};
    ScratchFolder folder{ScratchFolder::in_memory};
    const std::string path = folder.path("certificates");
};

TEST_F(CliCertify, EveryBackendCertifiesItsPrimes) {
    const std::string tokens = random_tokens(scaled(300));
    std::string answers;
    for (const char *const backend : {"serial", "threads", "fork", "pool"}) {
        unlink(path.c_str());
        const spawn::Result result = program({"-b", backend, "-j", "2", "-s", "primes"}, tokens);
        ASSERT_EQ(result.status, 0) << result.err;
        EXPECT_GT(wide_primes(result.out).size(), scaled(300) / 20);
        expect_certified(result.out);
        EXPECT_TRUE(answers.empty() || answers == result.out) << backend;
        answers = result.out;
    }
}

// The emulated GPU proves smaller primes itself, by tests that the CPU makes again for the file.
TEST_F(CliCertify, PrimesThatAGpuHasFoundAreCertifiedToo) {
    std::vector<std::string> arguments = {
        factor_gpu_emulated(), "--certify=" + path, "-b", "cuda", "-s", "primes"};
    const spawn::Result result =
        spawn::run(arguments, "18446744073709551629\n36893488147419103258\n"
                              "1208925819614629174706189\n12\n"
                              "170141183460469231731687303715884105727\n");
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(wide_primes(result.out).size(), 3u) << result.out;
    expect_certified(result.out);
}

TEST_F(CliCertify, DivisorsAndColumnsGiveTheSamePrimes) {
    const std::string prime = "18446744073709551629"; /* the least above 2^64 */
    for (const char *const columns : {"divisors", "count", "sigma,primes"}) {
        unlink(path.c_str());
        const spawn::Result result =
            program({"-s", columns, prime, "36893488147419103258" /* twice it */, "12"});
        ASSERT_EQ(result.status, 0) << result.err;
        expect_certified("n: " + prime);
    }
}

TEST_F(CliCertify, PartsShareTheFile) {
    folder.write("in", random_tokens(90));
    std::string answers;
    for (const char *const part : {"1/3", "2/3", "3/3"}) {
        const spawn::Result result =
            program({"-s", "primes", std::string("--shard=") + part, folder.path("in")});
        ASSERT_EQ(result.status, 0) << result.err;
        answers += result.out;
    }
    expect_certified(answers);
}

TEST_F(CliCertify, AResumedRunGoesOnWithTheFile) {
    const std::string tokens = random_tokens(40);
    const std::vector<std::string> files = {"-s",
                                            "primes",
                                            "-j",
                                            "1",
                                            "-o",
                                            folder.path("out"),
                                            "--checkpoint=" + folder.path("ck"),
                                            "--checkpoint-every=0"};
    std::vector<std::string> arguments = {factor_gpu(), "--certify=" + path};
    arguments.insert(arguments.end(), files.begin(), files.end());
    spawn::Process process(arguments);
    process.send_now(tokens.substr(0, tokens.size() / 2));
    folder.wait_for("ck", [](const std::string &text) {
        return text.find("\"numbers\": ") != std::string::npos &&
               text.find("\"numbers\": 0,") == std::string::npos;
    });
    process.kill(SIGKILL);
    process.finish_with_open_input();
    std::vector<std::string> again = files;
    again.push_back("--resume");
    const spawn::Result result = program(again, tokens);
    ASSERT_EQ(result.status, 0) << result.err;
    expect_certified(folder.read("out"));
}

TEST_F(CliCertify, AFileThatCannotBeWrittenEndsTheRun) {
    const spawn::Result result =
        spawn::run({factor_gpu(), "--certify=/dev/full", "-s", "primes", "18446744073709551629"});
    EXPECT_EQ(result.status, 6);
    EXPECT_NE(result.err.find("--certify=/dev/full: No space left on device; name a file that can "
                              "be written"),
              std::string::npos)
        << result.err;
}

} // namespace
