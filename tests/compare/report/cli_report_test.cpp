// The page of `--compare --report` as a user gets it, from the program on the CPU and with its GPU
// side on the emulated device.
#include "support/spawn.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <jansson.h>
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
    spawn::Result compare(const char *program, std::vector<std::string> more) const {
        std::vector<std::string> arguments = {program, "--compare", "--repeat=1", "--budget=0.2",
                                              "-mfactor"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        arguments.push_back(numbers());
        return spawn::run(arguments);
    }
    std::string folder_;
};

bool contains(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

TEST_F(CliReport, HasTheGpusTimeAndTheCurveOfEveryBackend) {
    const spawn::Result result =
        compare(FG_PROGRAM_EMULATED,
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
    EXPECT_EQ(json_array_size(lines), 5u);
    for (size_t i = 0; i < json_array_size(lines); i++) {
        const json_t *line = json_array_get(lines, i);
        EXPECT_GE(json_array_size(json_object_get(line, "points")), 1u)
            << json_string_value(json_object_get(line, "backend"));
    }
    json_decref(root);
}

TEST_F(CliReport, WithoutAGpuThePageSaysWhy) {
    const spawn::Result result = compare(FG_PROGRAM, {"-j2", "--report=" + folder_ + "/page.html"});
    ASSERT_EQ(result.status, 0) << result.err;
    const std::string page = content("page.html");
    if (contains(result.out, "not run: ")) {
        EXPECT_TRUE(contains(page, "<p>cuda: not run: "));
    }
    EXPECT_TRUE(contains(page, "From how many numbers on"));
    EXPECT_TRUE(contains(page, "threads"));
}

TEST_F(CliReport, BadPathIsFoundBeforeAnythingIsMeasured) {
    const std::string path = folder_ + "/no/page.html";
    const spawn::Result result = compare(FG_PROGRAM, {"--report=" + path});
    EXPECT_EQ(result.status, 6);
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(result.err, "factor-gpu: cannot write " + path + ": No such file or directory\n");
}

} // namespace
