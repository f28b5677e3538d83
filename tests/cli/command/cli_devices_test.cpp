// SPDX-License-Identifier: MIT
// The program with CUDA devices, emulated: its messages if a device is missing or wrong, and that
// the choice of devices changes no answer.
#include "support/spawn.h"

#include <gtest/gtest.h>

namespace {

using Environment = std::vector<std::pair<std::string, std::string>>;

spawn::Result emulated(std::vector<std::string> arguments, const Environment &machine = {}) {
    arguments.insert(arguments.begin(), FG_PROGRAM_EMULATED);
    spawn::Setup setup;
    setup.environment = machine;
    return spawn::run(arguments, "", setup);
}

bool contains(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

// A machine on which cuda cannot run, and the words that say why.
struct BadMachine {
    const char *name, *variable, *value;
    int status;
    std::vector<const char *> words;
};

const BadMachine bad_machines[] = {
    {"NoDriver", "FG_EMULATED_DRIVER", "0", 4, {"no NVIDIA driver is installed"}},
    {"OldDriver", "FG_EMULATED_DRIVER", "11040", 4, {"driver is too old", "CUDA 11.4", "13.0"}},
    {"NoDevice", "FG_EMULATED_DEVICES", "0", 4, {"the NVIDIA driver shows no device"}},
    {"NoCode", "FG_EMULATED_NO_IMAGE", "1", 4, {"no code for compute capability 9.0", "device 0"}},
    {"WrongAnswers", "FG_EMULATED_WRONG", "1", 5, {"failed the self-test", "CUDA device 0"}},
};

class CliBadMachine : public testing::TestWithParam<BadMachine> {
  protected:
    Environment machine() const { return {{GetParam().variable, GetParam().value}}; }
};

TEST_P(CliBadMachine, ExplicitCudaSaysWhyItCannotRun) {
    for (const std::vector<std::string> &choice :
         {std::vector<std::string>{}, {"-d", "0"}, {"-d", "all"}}) {
        std::vector<std::string> arguments = {"-b", "cuda", "12"};
        arguments.insert(arguments.end(), choice.begin(), choice.end());
        const spawn::Result result = emulated(arguments, machine());
        EXPECT_EQ(result.status, GetParam().status) << result.err;
        EXPECT_EQ(result.out, "");
        EXPECT_EQ(result.err.rfind("factor-gpu: ", 0), 0u);
        for (const char *const words : GetParam().words)
            EXPECT_TRUE(contains(result.err, words)) << result.err << "lacks: " << words;
        for (const BadMachine &other : bad_machines)
            EXPECT_TRUE(std::string(other.name) == GetParam().name ||
                        !contains(result.err, other.words[0]))
                << result.err;
        EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    }
}

TEST_P(CliBadMachine, AutoAnswersAllTheSame) {
    const spawn::Result result = emulated({"12"}, machine());
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.out, "12: 1 2 3 4 6 12\n");
}

// Only the self-test finds a device that computes wrongly, and --list-devices does not run it.
TEST_P(CliBadMachine, ListDevicesSaysWhyThereIsNone) {
    const spawn::Result result = emulated({"--list-devices"}, machine());
    if (GetParam().status == 5) {
        EXPECT_EQ(result.status, 0);
        return;
    }
    EXPECT_EQ(result.status, 4);
    EXPECT_TRUE(contains(result.out + result.err, GetParam().words[0])) << result.out << result.err;
}

INSTANTIATE_TEST_SUITE_P(With, CliBadMachine, testing::ValuesIn(bad_machines),
                         [](const testing::TestParamInfo<BadMachine> &machine) {
                             return std::string(machine.param.name);
                         });

const Environment three_devices = {{"FG_EMULATED_DEVICES", "3"}};

TEST(CliDevices, EveryChoiceOfDevicesAnswersAlike) {
    const std::vector<std::string> numbers = {"12", "97", "720720", "1", "4294967297", "12"};
    std::vector<std::string> serial = {"-b", "serial"};
    serial.insert(serial.end(), numbers.begin(), numbers.end());
    const std::string expected = emulated(serial).out;
    EXPECT_EQ(std::count(expected.begin(), expected.end(), '\n'), 6);
    for (const char *const list : {"all", "0,2", "2,0", "1", "0,1,2"}) {
        std::vector<std::string> arguments = {"-b", "cuda", "-d", list};
        arguments.insert(arguments.end(), numbers.begin(), numbers.end());
        const spawn::Result result = emulated(arguments, three_devices);
        EXPECT_EQ(result.status, 0) << list << result.err;
        EXPECT_EQ(result.out, expected) << list;
        EXPECT_EQ(result.err, "") << list;
    }
}

TEST(CliDevices, ADeviceThatIsNotThereIsAnError) {
    for (const char *const list : {"7", "0,7"}) {
        const spawn::Result result = emulated({"-b", "cuda", "-d", list, "12"}, three_devices);
        EXPECT_EQ(result.status, 4) << list;
        EXPECT_EQ(result.out, "") << list;
        EXPECT_TRUE(contains(result.err, "no CUDA device 7")) << result.err;
    }
}

TEST(CliDevices, ListShowsEachDevice) {
    const spawn::Result result = emulated({"--list-devices"}, three_devices);
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.err, "");
    EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 3);
    for (const char *const line : {"0: Emulated", "\n1: Emulated", "\n2: Emulated"})
        EXPECT_TRUE(contains(result.out, line)) << result.out;
}

TEST(CliDevices, VersionListsCudaWhereTheBuildHasIt) {
    const std::string version = emulated({"--version"}).out;
    EXPECT_TRUE(contains(version, "\nbackends: serial ")) << version;
    EXPECT_TRUE(contains(version, " cuda\n")) << version;
}

// So few files may be open that the pipe to the child that looks for devices fails.
TEST(CliDevices, AllThatCannotBeListedIsAnErrorAndNotTheFirstDevice) {
    for (const char *const command :
         {"-b cuda -d all 12", "-d all 12", "--compare -b cuda -d all 12"}) {
        /* The leak check of a sanitizer build would need files of its own. */
        const std::string script = std::string("exec 3>&-; ulimit -n 4; "
                                               "ASAN_OPTIONS=detect_leaks=0 exec \"$0\" ") +
                                   command;
        const spawn::Result result = spawn::run({"/bin/sh", "-c", script, FG_PROGRAM_EMULATED});
        EXPECT_EQ(result.status, 70) << command;
        EXPECT_EQ(result.out, "") << command;
        /* The first line: a build that measures coverage cannot open its own files either. */
        EXPECT_EQ(result.err.substr(0, result.err.find('\n')),
                  "factor-gpu: the CUDA devices for --device=all cannot be listed: Too many open "
                  "files")
            << command;
    }
}

} // namespace
