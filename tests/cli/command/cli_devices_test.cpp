// SPDX-License-Identifier: MIT
// The program with CUDA devices, emulated: its messages if a device is missing or wrong, and that
// the choice of devices changes no answer.
#include "support/scratch_folder.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <jansson.h>
#include <memory>
#include <set>
#include <sstream>

namespace {

using Environment = std::vector<std::pair<std::string, std::string>>;

spawn::Result emulated(std::vector<std::string> arguments, const Environment &machine = {}) {
    arguments.insert(arguments.begin(), factor_gpu_emulated());
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
    {"Busy", "FG_EMULATED_FAIL", "cudaGetDeviceCount:0:46", 4, {"has the device for itself"}},
    {"Forbidden", "FG_EMULATED_FAIL", "cudaGetDeviceCount:0:304", 4, {"may open /dev/nvidia*"}},
    {"NoFabric", "FG_EMULATED_FAIL", "cudaGetDeviceCount:0:802", 4, {"nvidia-fabricmanager"}},
    {"TwoDrivers", "FG_EMULATED_FAIL", "cudaGetDeviceCount:0:803", 4, {"its library differ"}},
    {"NoCompat", "FG_EMULATED_FAIL", "cudaGetDeviceCount:0:804", 4, {"compatibility package"}},
    {"NoModule", "FG_EMULATED_FAIL", "cudaGetDeviceCount:0:999", 4, {"module nvidia-uvm"}},
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

// A driver's library that is none, and the words that say what it is.
struct BadDriver {
    const char *name, *words, *remedy;
};

const BadDriver bad_drivers[] = {
    {"stub", "is a stub", "LD_LIBRARY_PATH"},
    {"foreign", "is not the NVIDIA driver's", "LD_LIBRARY_PATH"},
    {"dead", "does not start (error 3, version 0)", "see nvidia-smi"},
    {"text", "does not load", "install the driver again"},
    {"none", "no NVIDIA driver is installed", "install it"},
};

// Writes the made-up library into the folder, under the name by which the program looks for it.
void install(const BadDriver &driver, const ScratchFolder &folder, const std::string &library) {
    const std::string name = driver.name, path = folder.path(library);
    if (name == "text")
        folder.write(library, "not a library");
    else if (name != "none")
        std::filesystem::create_symlink(FG_FAKE_DRIVER "/" + name + ".so", path);
}

void expect_driver_message(const std::string &program, const Environment &machine,
                           const std::string &library) {
    for (const BadDriver &driver : bad_drivers) {
        const ScratchFolder folder;
        install(driver, folder, library);
        spawn::Setup setup;
        setup.environment = machine;
        setup.environment.emplace_back("LD_LIBRARY_PATH", folder.path());
        const spawn::Result result = spawn::run({program, "-b", "cuda", "12"}, "", setup);
        EXPECT_EQ(result.status, 4) << driver.name;
        for (const char *const words : {"factor-gpu: no GPU: ", driver.words, driver.remedy})
            EXPECT_TRUE(contains(result.err, words)) << driver.name << ": " << result.err;
        for (const BadDriver &other : bad_drivers)
            EXPECT_EQ(contains(result.err, other.words), other.name == std::string(driver.name))
                << result.err;
    }
}

TEST(CliDriver, EmulatedMachineSaysWhatTheLibraryIs) {
    expect_driver_message(factor_gpu_emulated(), {{"FG_EMULATED_DRIVER", "0"}},
                          "libcuda-emulated.so.1");
}

TEST(CliDriver, CudasOwnRuntimeLeadsToTheSameWords) {
    if (!contains(spawn::run({factor_gpu(), "--version"}).out, " cuda\n"))
        GTEST_SKIP() << "the program is built without CUDA";
    if (spawn::run({factor_gpu(), "--list-devices"}).status == 0)
        GTEST_SKIP() << "a driver is installed here, which is found where a library is none";
    expect_driver_message(factor_gpu(), {}, "libcuda.so.1");
}

TEST(CliDriver, CudasOwnRuntimeNamesTheVersionsOfAnOldDriver) {
    if (!contains(spawn::run({factor_gpu(), "--version"}).out, " cuda\n"))
        GTEST_SKIP() << "the program is built without CUDA";
    const ScratchFolder folder;
    std::filesystem::create_symlink(FG_FAKE_DRIVER "/old.so", folder.path("libcuda.so.1"));
    spawn::Setup setup;
    setup.environment = {{"LD_LIBRARY_PATH", folder.path()}};
    const spawn::Result result = spawn::run({factor_gpu(), "-b", "cuda", "12"}, "", setup);
    EXPECT_EQ(result.status, 4);
    EXPECT_TRUE(contains(result.err, "too old: it supports CUDA 11.4")) << result.err;
}

// CUDA loads each .cu file's image by itself. A device for which any of them lacks code is refused
// by that file's name; the files that are named are all that there are.
TEST(CliDevices, EveryKernelImageIsAskedFor) {
    std::set<std::string> named, there;
    for (const auto &file :
         std::filesystem::recursive_directory_iterator(FG_SOURCE_FOLDER "/kernels"))
        if (file.path().extension() == ".cu")
            there.insert(file.path().filename());
    ASSERT_GE(there.size(), 7u);
    for (size_t k = 1; k <= there.size(); k++) {
        const std::string fault = "cudaFuncGetAttributes:" + std::to_string(k) + ":209";
        const spawn::Result result =
            emulated({"-b", "cuda", "-d", "0", "12"}, {{"FG_EMULATED_FAIL", fault}});
        EXPECT_EQ(result.status, 4);
        const size_t begin = result.err.find("9.0 (") + 5;
        ASSERT_NE(begin, std::string::npos + 5) << result.err;
        named.insert(result.err.substr(begin, result.err.find(' ', begin) - begin));
    }
    EXPECT_EQ(named, there);
    const std::string beyond = "cudaFuncGetAttributes:" + std::to_string(there.size() + 1) + ":209";
    EXPECT_EQ(emulated({"-b", "cuda", "-d", "0", "12"}, {{"FG_EMULATED_FAIL", beyond}}).status, 0);
}

const Environment three_devices = {{"FG_EMULATED_DEVICES", "3"}};

/* A device has totals of some columns of its own, and answers everything else in lists. */
TEST(CliDevices, TheSieveIsNoDeadEnd) {
    const std::vector<std::string> inputs[] = {
        {"1..40"},
        {"--show=phi,core", "10^9..+20"},
        {"12", "1180591620717411303425", "5..9"},
        {"--total", "--show=omega,phi", "1..3000"},
        {"--total", "--show=spf,gpf,sopf,sopfr,carmichael,core,smooth=7", "1..3000"},
        {"--total", "--show=phi,spf", "10^18..+40"},
    };
    for (const std::vector<std::string> &input : inputs) {
        std::vector<std::string> serial = {"-b", "serial", "-m", "factor"};
        std::vector<std::string> cuda = {"-b", "cuda", "-m", "sieve"};
        serial.insert(serial.end(), input.begin(), input.end());
        cuda.insert(cuda.end(), input.begin(), input.end());
        const spawn::Result result = emulated(cuda);
        EXPECT_EQ(result.status, 0) << input.back() << result.err;
        EXPECT_EQ(result.out, emulated(serial).out) << input.back();
        EXPECT_NE(result.err.find("using the method auto"), std::string::npos) << result.err;
    }
}

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

// Each line as an object; all that is not one fails the test.
std::vector<std::shared_ptr<json_t>> objects(const std::string &out) {
    std::vector<std::shared_ptr<json_t>> result;
    std::istringstream lines(out);
    for (std::string line; std::getline(lines, line);) {
        json_error_t error;
        result.emplace_back(json_loads(line.c_str(), JSON_REJECT_DUPLICATES, &error), json_decref);
        EXPECT_TRUE(json_is_object(result.back().get())) << error.text << ": " << line;
    }
    return result;
}

TEST(CliDevices, JsonHasAllThatTheTextShows) {
    const spawn::Result text = emulated({"--list-devices"}, three_devices);
    const spawn::Result result = emulated({"--list-devices", "--format=jsonl"}, three_devices);
    EXPECT_EQ(result.status, 0);
    EXPECT_EQ(result.err, "");
    const auto devices = objects(result.out);
    ASSERT_EQ(devices.size(), 3u);
    std::string rebuilt;
    for (const auto &device : devices) {
        const char *name, *capability, *pci_bus_id;
        json_int_t index, multiprocessors, memory_bytes, driver, runtime;
        int usable;
        ASSERT_EQ(json_unpack(device.get(), "{sI ss ss sI sI ss sI sI sb sn!}", "index", &index,
                              "name", &name, "capability", &capability, "multiprocessors",
                              &multiprocessors, "memory_bytes", &memory_bytes, "pci_bus_id",
                              &pci_bus_id, "driver_version", &driver, "runtime_version", &runtime,
                              "usable", &usable, "reason"),
                  0)
            << result.out;
        EXPECT_TRUE(usable);
        EXPECT_EQ(pci_bus_id, "0000:0" + std::to_string(index + 1) + ":00.0");
        char line[400];
        snprintf(line, sizeof line,
                 "%lld: %s, compute capability %s, %lld multiprocessors, %.1f GiB, driver "
                 "%lld.%lld, runtime %lld.%lld\n",
                 index, name, capability, multiprocessors,
                 static_cast<double>(memory_bytes) / (1 << 30), driver / 1000, driver % 1000 / 10,
                 runtime / 1000, runtime % 1000 / 10);
        rebuilt += line;
    }
    EXPECT_EQ(rebuilt, text.out);
}

TEST_P(CliBadMachine, JsonOfDevicesSaysWhyThereIsNone) {
    const spawn::Result result = emulated({"--list-devices", "-f", "jsonl"}, machine());
    const spawn::Result text = emulated({"--list-devices"}, machine());
    EXPECT_EQ(result.status, text.status);
    EXPECT_EQ(result.err, text.err);
    const auto devices = objects(result.out);
    EXPECT_EQ(devices.size(),
              static_cast<size_t>(std::count(text.out.begin(), text.out.end(), '\n')));
    for (const auto &device : devices) {
        const bool usable = json_is_true(json_object_get(device.get(), "usable"));
        const char *const reason = json_string_value(json_object_get(device.get(), "reason"));
        EXPECT_EQ(usable, reason == nullptr);
        EXPECT_TRUE(usable || contains(reason, GetParam().words[0]));
    }
}

TEST(CliDevices, ListHasNoOtherFormat) {
    for (const char *const format : {"csv", "u64le", "u128le", "npy", "npy128"}) {
        const spawn::Result result = emulated({"--list-devices", "-f", format}, three_devices);
        EXPECT_EQ(result.status, 2) << format;
        EXPECT_EQ(result.out, "");
        EXPECT_TRUE(contains(result.err, "--list-devices prints text, or with --format=jsonl"))
            << result.err;
    }
}

TEST(CliDevices, ListThatCannotBeWrittenIsAnError) {
    for (const char *const format : {"text", "jsonl"}) {
        const std::string script = "exec \"$0\" --list-devices -f \"$1\" >/dev/full";
        const spawn::Result result =
            spawn::run({"/bin/sh", "-c", script, factor_gpu_emulated(), format});
        EXPECT_EQ(result.status, 6) << format;
        EXPECT_TRUE(contains(result.err, "No space left")) << result.err;
    }
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
        const spawn::Result result = spawn::run({"/bin/sh", "-c", script, factor_gpu_emulated()});
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
