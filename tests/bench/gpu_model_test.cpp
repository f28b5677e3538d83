// SPDX-License-Identifier: MIT
/*
 * gpu_model_test.cpp: the model of a GPU's rates (tools/gpu_model): its own tests, and the kernels
 * against the committed baseline, which notices one that has become more than 3 % dearer.
 */
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

#include "support/random_numbers.h"
#include "support/scratch_folder.h"
#include "support/spawn.h"

namespace {

namespace fs = std::filesystem;

constexpr char python[] = "/usr/bin/python3";
constexpr int skipped = 77; /* exit status of --check if the baseline is of another nvcc */

spawn::Result run_python(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), python);
    return spawn::run(arguments);
}

bool has_python() {
    return access(python, X_OK) == 0;
}

/* Compares with the baseline, by the PTX in `ptx` if it is given. */
spawn::Result check(const std::vector<std::string> &options) {
    std::vector<std::string> arguments = {FG_SOURCE_FOLDER "/tools/gpu_model", "--check",
                                          "--build=" FG_BINARY_FOLDER,
                                          "--venv=" FG_SOURCE_FOLDER "/build/gpu-model/venv"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return run_python(arguments);
}

/* Says why the kernels cannot be compared; empty if they can. */
std::string what_is_missing() {
    if (!has_python())
        return "there is no python3 in /usr/bin";
    if (!fs::exists(FG_BINARY_FOLDER "/tests/ptx/90"))
        return "this build has no PTX of the kernels, which takes nvcc 13";
    return "";
}

/* Copies a kernel's PTX with two instructions more, without effect, in each product modulo n: about
 * a twentieth of its loops. Returns how many that were. */
int write_dearer(const fs::path &from, const fs::path &to) {
    std::ifstream in(from);
    std::ofstream out(to);
    int products = 0;
    for (std::string line; std::getline(in, line);) {
        out << line << '\n';
        if (line.find("madc.lo.cc.u32") != std::string::npos) {
            out << "\tor.b32 \t%r1, %r1, 0;\n\tor.b32 \t%r1, %r1, 0;\n";
            products++;
        }
    }
    return products;
}

} // namespace

TEST(GpuModel, ReadsCountsAndPredictsAsByHand) {
    if (!has_python())
        GTEST_SKIP() << "there is no python3 in /usr/bin";
    const spawn::Result result = run_python({FG_SOURCE_FOLDER "/tests/bench/gpu_model_units.py"});
    EXPECT_EQ(result.status, 0) << result.err;
}

/* A prime, and a product of two of 39 and 41 bits that P-1 does not find, because a half of each
 * less one is a prime, too. */
TEST(GpuModel, TheRoundsOfABatchAreThoseOfItsNumbers) {
    const std::string program = FG_BINARY_FOLDER "/bench/gpu/wide_rounds";
    const std::string numbers = "ffff ffffffffffffffbf\nffff fff92f80000b6c79\n";
    const spawn::Result result = spawn::run({program, "132"}, numbers);
    ASSERT_EQ(result.status, 0) << result.err;
    std::istringstream lines(result.out);
    std::string batch, tests, pm1, curves;
    std::getline(lines, batch);
    std::getline(lines, tests);
    std::getline(lines, pm1);
    EXPECT_EQ(batch, "131072");
    EXPECT_EQ(tests, "16 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0");
    EXPECT_EQ(pm1, "16 0 0 0 0 0 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0");
    unsigned with_curves = 0;
    while (std::getline(lines, curves))
        with_curves += curves.find(" 1", pm1.rfind(" 1")) != std::string::npos;
    EXPECT_GE(with_curves, 1u) << result.out;
    EXPECT_EQ(spawn::run({program, "--program=4"}, numbers).out, "");
    EXPECT_EQ(spawn::run({program, "132"}, "").status, 1);
    EXPECT_EQ(spawn::run({program, "0"}, numbers).status, 2);
}

TEST(GpuModel, NoKernelIsDearerThanTheBaseline) {
    if (const std::string missing = what_is_missing(); !missing.empty())
        GTEST_SKIP() << missing;
    const spawn::Result result =
        check(every_case() ? std::vector<std::string>{} : std::vector<std::string>{"--brief"});
    if (result.status == skipped)
        GTEST_SKIP() << result.out;
    EXPECT_EQ(result.status, 0) << result.out << result.err;
}

TEST(GpuModel, NoticesAKernelThatIsThreePercentDearer) {
    if (const std::string missing = what_is_missing(); !missing.empty())
        GTEST_SKIP() << missing;
    const ScratchFolder folder;
    const fs::path dearer = folder.path("ptx") + "/90";
    fs::create_directories(dearer);
    int instructions = 0;
    for (const fs::directory_entry &file : fs::directory_iterator(FG_BINARY_FOLDER "/tests/ptx/90"))
        if (const std::string name = file.path().filename(); name.rfind("ecm", 0) == 0)
            instructions += write_dearer(file.path(), dearer / name);
        else
            fs::copy(file.path(), dearer / name);
    ASSERT_GT(instructions, 0);
    const spawn::Result result =
        check({"--ptx=" + folder.path("ptx"), "--list=semiprimes-64", "--ptx-alone"});
    if (result.status == skipped)
        GTEST_SKIP() << result.out;
    EXPECT_EQ(result.status, 1) << result.out << result.err;
    EXPECT_NE(result.out.find("semiprimes-64, ecm_full_kernel"), std::string::npos) << result.out;
    EXPECT_EQ(result.out.find("pm1_"), std::string::npos) << result.out;
}
