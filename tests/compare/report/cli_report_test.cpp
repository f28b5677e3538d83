// SPDX-License-Identifier: MIT
// The page of `--compare --report` as a user gets it, from the program on the CPU and with its GPU
// side on the emulated device.
#include "support/spawn.h"
#include "support/tested_program.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <jansson.h>
#include <set>
#include <sstream>

namespace {

class CliReport : public testing::Test {
  protected:
    CliReport() {
        folder_ = testing::TempDir() + "factor-gpu-report-XXXXXX";
        EXPECT_NE(mkdtemp(&folder_[0]), nullptr);
        std::ofstream(numbers()) << "12 35\n1000003 97\n";
    }
    ~CliReport() override { std::filesystem::remove_all(folder_); }
    std::string numbers() const { return folder_ + "/a<script>&\"'.txt"; }
    std::string content(const std::string &name) const {
        std::ostringstream text;
        text << std::ifstream(folder_ + "/" + name).rdbuf();
        return text.str();
    }
    spawn::Result compare(const char *program, std::vector<std::string> more,
                          const spawn::Setup &setup = {}) const {
        std::vector<std::string> arguments = {program, "--compare", "--repeat=1", "--budget=0.2",
                                              "-mfactor"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        arguments.push_back(numbers());
        return spawn::run(arguments, "", setup);
    }
    std::string folder_;
};

bool contains(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

TEST_F(CliReport, HasTheGpusTimeAndTheCurveOfEveryBackend) {
    const spawn::Result result =
        compare(factor_gpu_emulated(),
                {"--report=" + folder_ + "/page.html", "--export-json=" + folder_ + "/all.json"});
    ASSERT_EQ(result.status, 0) << result.err;
    const std::string page = content("page.html");
    EXPECT_TRUE(contains(page, "a&lt;script&gt;&amp;&quot;&#39;.txt"));
    EXPECT_FALSE(contains(page, "<script"));
    EXPECT_TRUE(contains(page, "mulated")) << "the device is not named as what it is";
    EXPECT_TRUE(contains(page, "factor/cuda, each batch after it"));
    EXPECT_EQ(page.substr(page.size() - 8), "</html>\n");

    json_error_t error;
    json_t *root = json_load_file((folder_ + "/all.json").c_str(), 0, &error);
    ASSERT_NE(root, nullptr) << error.text;
    const json_t *lines = json_object_get(json_object_get(root, "curve"), "lines");
    std::set<std::string> backends;
    const json_t *rows = json_object_get(root, "rows");
    for (size_t i = 0; i < json_array_size(rows); i++)
        backends.insert(json_string_value(json_object_get(json_array_get(rows, i), "backend")));
    EXPECT_GE(backends.size(), 5u);
    EXPECT_EQ(json_array_size(lines), backends.size());
    for (size_t i = 0; i < json_array_size(lines); i++) {
        const json_t *line = json_array_get(lines, i);
        EXPECT_GE(json_array_size(json_object_get(line, "points")), 1u)
            << json_string_value(json_object_get(line, "backend"));
    }
    json_decref(root);
}

TEST_F(CliReport, WithoutAGpuThePageSaysWhy) {
    const spawn::Result result =
        compare(factor_gpu(), {"-j2", "--report=" + folder_ + "/page.html"});
    ASSERT_EQ(result.status, 0) << result.err;
    const std::string page = content("page.html");
    if (contains(result.out, "not run: ")) {
        EXPECT_TRUE(contains(page, "<p>cuda: not run: "));
    }
    EXPECT_TRUE(contains(page, "Break-even: time against batch size"));
    EXPECT_TRUE(contains(page, "threads"));
}

TEST_F(CliReport, OnStandardOutputIsAlone) {
    for (const char *const name : {"-", "/dev/stdout"}) {
        const std::string to = std::string("=") + name;
        const spawn::Result json = compare(factor_gpu(), {"-bserial", "--export-json" + to});
        ASSERT_EQ(json.status, 0) << json.err;
        json_error_t error;
        json_t *root = json_loadb(json.out.data(), json.out.size(), 0, &error);
        ASSERT_NE(root, nullptr) << error.text << json.out;
        EXPECT_EQ(json_array_size(json_object_get(root, "rows")), 1u);
        json_decref(root);
        EXPECT_TRUE(contains(json.err, "SHA-256")) << "the text is shown";
        const spawn::Result markdown =
            compare(factor_gpu(), {"-bserial", "-q", "--export-markdown" + to});
        ASSERT_EQ(markdown.status, 0) << markdown.err;
        EXPECT_EQ(markdown.out.rfind("# factor-gpu --compare\n", 0), 0u) << markdown.out;
        EXPECT_FALSE(contains(markdown.out, "SHA-256  "));
        EXPECT_EQ(markdown.err, "");
        const spawn::Result page = compare(factor_gpu(), {"-bserial", "-q", "--report" + to,
                                                          "--export-json=" + folder_ + "/json"});
        ASSERT_EQ(page.status, 0) << page.err;
        EXPECT_EQ(page.out.substr(page.out.size() - 8), "</html>\n");
        EXPECT_EQ(content("json").substr(0, 1), "{");
    }
    EXPECT_FALSE(std::filesystem::exists("-"));
    const spawn::Result both =
        compare(factor_gpu(), {"--export-json=-", "--export-markdown=/dev/stdout"});
    EXPECT_EQ(both.status, 2);
    EXPECT_EQ(both.out, "");
    EXPECT_TRUE(contains(both.err, "--export-json and --export-markdown both write to standard "
                                   "output"))
        << both.err;
}

/* A file that a shell has opened to append to keeps what it holds. */
TEST_F(CliReport, OnStandardOutputReplacesNothing) {
    std::ofstream(folder_ + "/log") << "first\n";
    spawn::Setup setup;
    setup.stdout_fd = open((folder_ + "/log").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    const spawn::Result result =
        spawn::run({factor_gpu(), "--compare", "-q", "--repeat=1", "-mfactor", "-bserial",
                    "--export-json=/dev/stdout", "12"},
                   "", setup);
    close(setup.stdout_fd);
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(content("log").rfind("first\n{\n", 0), 0u) << content("log");
}

// An export alone, or the exit status, says nothing of a backend that is not there.
TEST_F(CliReport, ABackendThatIsMissingIsNamedBesideTheReport) {
    for (const char *const quiet : {"--quiet", "--verbose"}) {
        spawn::Setup without_gpus;
        without_gpus.environment = {{"CUDA_VISIBLE_DEVICES", ""}};
        const spawn::Result result = compare(
            factor_gpu(), {"--backend=serial,cuda", "--export-json=-", quiet}, without_gpus);
        EXPECT_EQ(result.status, 4);
        EXPECT_NE(result.err.find("factor-gpu: backend cuda is not available: "), std::string::npos)
            << result.err;
    }
}

TEST_F(CliReport, AClosedOutputIsFoundBeforeAnythingIsMeasured) {
    const spawn::Result result =
        spawn::run({"/bin/sh", "-c", "exec \"$@\" >&-", "sh", factor_gpu(), "--compare",
                    "--export-json=" + folder_ + "/not.json", numbers()});
    EXPECT_EQ(result.status, 6);
    EXPECT_EQ(result.err, "factor-gpu: cannot write the report: standard output is closed; open "
                          "it, or send it to /dev/null\n");
    EXPECT_FALSE(std::filesystem::exists(folder_ + "/not.json"));
}

TEST_F(CliReport, BadPathIsFoundBeforeAnythingIsMeasured) {
    const std::string path = folder_ + "/no/page.html";
    const spawn::Result result = compare(factor_gpu(), {"--report=" + path});
    EXPECT_EQ(result.status, 6);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err,
              "factor-gpu: cannot write " + path +
                  ": No such file or directory; make its folder, or name a file in another one\n");
}

} // namespace
