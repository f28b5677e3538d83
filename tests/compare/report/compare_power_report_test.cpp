// SPDX-License-Identifier: MIT
// Energy, clocks and throttled runs in the four reports: text, Markdown, page and JSON.
#include "compare/report/compare_json.h"
#include "compare/report/compare_markdown.h"
#include "compare/report/compare_page.h"
#include "compare/report/compare_present.h"
#include "compare/report/compare_text.h"
#include "support/compare_fakes.h"
#include "support/compare_synthetic.h"
#include "support/powercap_tree.h"

#include <gtest/gtest.h>
#include <jansson.h>
#include <sstream>

namespace {

using compare_fakes::World;
using namespace compare_synthetic;

// A report in all its forms; text as one line, so that sentences are found across line ends.
struct Reports {
    std::string text, one_line, markdown, page, json;
    explicit Reports(const fg_compare_report &report)
        : text(written([&](FILE *out) { fg_compare_write_text(&report, out); })),
          markdown(written([&](FILE *out) { fg_compare_write_markdown(&report, out); })),
          page(written([&](FILE *out) { EXPECT_TRUE(fg_compare_write_page(&report, out)); })),
          json(written([&](FILE *out) { EXPECT_TRUE(fg_compare_write_json(&report, out)); })) {
        std::istringstream stream(text);
        for (std::string word; stream >> word;)
            one_line += (one_line.empty() ? "" : " ") + word;
    }
    // Every form for people has the words.
    void expect(const std::string &words, bool has = true) const {
        EXPECT_EQ(contains(one_line, words), has) << words << "\n" << text;
        EXPECT_EQ(contains(markdown, words), has) << words << "\n" << markdown;
        EXPECT_EQ(contains(page, words), has) << words << "\n" << page;
    }
};

class Parsed {
  public:
    explicit Parsed(const std::string &text) : root_(json_loads(text.c_str(), 0, nullptr)) {
        EXPECT_NE(root_, nullptr) << text;
    }
    ~Parsed() { json_decref(root_); }
    Parsed(const Parsed &) = delete;
    Parsed &operator=(const Parsed &) = delete;
    const json_t *root() const { return root_; }
    const json_t *row(const std::string &method, const std::string &backend) const {
        const json_t *const rows = json_object_get(root_, "rows");
        for (size_t i = 0; i < json_array_size(rows); i++) {
            const json_t *const row = json_array_get(rows, i);
            if (json_string_value(json_object_get(row, "method")) == method &&
                json_string_value(json_object_get(row, "backend")) == backend)
                return row;
        }
        return nullptr;
    }

  private:
    json_t *root_;
};

const json_t *at(const json_t *value, std::initializer_list<const char *> keys) {
    for (const char *const key : keys)
        value = json_object_get(value, key);
    return value;
}

std::string dumped(const json_t *value) {
    char *const text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    const std::string result = text != nullptr ? text : "";
    free(text);
    return result;
}

class ComparePowerReport : public testing::Test {
  protected:
    ComparePowerReport() : world_(small_numbers) { EXPECT_EQ(world_.compare(), FG_OK); }

    // A GPU's run with these limits.
    static void set_gpu(fg_compare_sample &sample, uint64_t limits) {
        sample.gpu.known = sample.gpu.knows_limits = true;
        sample.gpu.before = {345, 2619, 34, 75, true, 1};
        sample.gpu.during = {1980, 2619, 61, 690, true, limits};
        sample.gpu.during_count = 7;
        sample.gpu.after = {1755, 2619, 60, NAN, false, 0};
        sample.gpu.limits = limits | 1;
    }

    World world_;
};

TEST_F(ComparePowerReport, SaysNothingWhereNothingWasRead) {
    const Reports reports(world_.report);
    for (const char *const word : {"throttled", "Energy", "SM clock", "unknown"})
        reports.expect(word, false);
    const Parsed json(reports.json);
    const json_t *const row = json.row("trial", "cuda");
    for (const char *const key :
         {"cpu_j_per_million", "gpu_j_per_million", "energy", "throttled_runs", "sensor_reason"})
        EXPECT_TRUE(json_is_null(json_object_get(row, key))) << key;
    const json_t *const run = json_array_get(json_object_get(row, "runs"), 0);
    for (const char *const key : {"energy", "gpu", "throttled"})
        EXPECT_TRUE(json_is_null(json_object_get(run, key))) << key;
    EXPECT_EQ(dumped(json_object_get(json.root(), "cpu_energy")),
              R"({"packages":0,"reason":null})");
}

// In the table's row, in a sentence, and in the JSON at the run itself.
TEST_F(ComparePowerReport, AThrottledRunIsMarkedInEveryReport) {
    for (uint64_t bit = 0; bit < FG_GPU_LIMITS_MAX; bit++) {
        const uint64_t limits = UINT64_C(1) << bit;
        SCOPED_TRACE(bit);
        fg_compare_row &row = world_.row("trial/cuda");
        set_gpu(row.taken[0], 0);
        set_gpu(row.taken[1], limits);
        set_gpu(row.taken[2], limits);
        const Reports reports(world_.report);
        const bool throttles = fg_gpu_limits_throttle(limits);
        reports.expect("throttled in 2 of 3 runs", throttles);
        reports.expect("trial/cuda was throttled in 2 of 3 timed runs", throttles);
        if (throttles)
            reports.expect(fg_gpu_limit_words(static_cast<unsigned>(bit)));
        const Parsed json(reports.json);
        const json_t *const object = json.row("trial", "cuda");
        EXPECT_EQ(json_integer_value(json_object_get(object, "throttled_runs")), throttles ? 2 : 0);
        const json_t *const runs = json_object_get(object, "runs");
        for (size_t i = 0; i < 3; i++) {
            const json_t *const run = json_array_get(runs, i);
            EXPECT_EQ(dumped(json_object_get(run, "throttled")),
                      throttles && i > 0 ? "true" : "false");
        }
        const char *const name = fg_gpu_limit_name(static_cast<unsigned>(bit));
        const std::string expected = name != nullptr ? name : "bit_" + std::to_string(bit);
        EXPECT_EQ(dumped(at(json_array_get(runs, 1), {"gpu", "during", "limits"})),
                  "[\"" + expected + "\"]");
    }
}

TEST_F(ComparePowerReport, AReplacedRunIsStillMarkedInTheJson) {
    fg_compare_row &row = world_.row("trial/cuda");
    set_gpu(row.taken[0], 4);
    row.taken[0].replaced = row.taken[0].disturbed = row.taken[0].knows_disturbed = true;
    const Reports reports(world_.report);
    const Parsed json(reports.json);
    const json_t *const run = json_array_get(json_object_get(json.row("trial", "cuda"), "runs"), 0);
    EXPECT_TRUE(json_is_true(json_object_get(run, "throttled")));
    EXPECT_TRUE(json_is_false(json_object_get(run, "counts")));
}

TEST_F(ComparePowerReport, ARowWithoutARatioIsMarkedToo) {
    fg_compare_row &row = world_.row("trial/cuda");
    set_gpu(row.taken[0], 0x40);
    row.has_ratio = false;
    Reports(world_.report).expect("throttled in 1 of 3 runs");
    row.differs = true;
    Reports(world_.report).expect("other answers; throttled in 1 of 3 runs");
}

TEST_F(ComparePowerReport, ThrottledRunsOfTheCurveAreMarked) {
    World world(small_numbers);
    world.request.curve = true;
    ASSERT_EQ(world.compare(), FG_OK);
    const std::string words = "cuda: throttled in 2 of the ";
    Reports(world.report).expect(words, false);
    fg_compare_curve_line &line = world.report.curve.lines[world.report.curve.line_count - 1];
    line.points[1].throttled_count = 2;
    const Reports reports(world.report);
    reports.expect(words);
    const Parsed json(reports.json);
    const json_t *const lines = at(json.root(), {"curve", "lines"});
    const json_t *const points =
        json_object_get(json_array_get(lines, json_array_size(lines) - 1), "points");
    EXPECT_EQ(json_integer_value(json_object_get(json_array_get(points, 1), "throttled_runs")), 2);
    EXPECT_EQ(json_integer_value(json_object_get(json_array_get(points, 0), "throttled_runs")), 0);
}

TEST_F(ComparePowerReport, EnergyAndClocksHaveTables) {
    fg_compare_row &gpu = world_.row("factor/cuda"), &cpu = world_.row("factor/threads");
    for (size_t i = 0; i < 3; i++)
        set_gpu(gpu.taken[i], 0);
    gpu.taken[1].energy = {10, 1.5, 0.5, 2};
    cpu.energy = {100, 0.25, 3, NAN};
    world_.report.cpu_packages = 2;
    const Reports reports(world_.report);
    for (const char *const words : {"Energy, joules for a million numbers", "SM clock, MHz",
                                    "memory clock, MHz", "temperature, C", "power, W"})
        reports.expect(words);
    // 4 numbers: 0.05 J and 0.2 J, 0.03 J a run.
    EXPECT_TRUE(contains(reports.one_line, " factor/cuda 12500 50000 ")) << reports.text;
    EXPECT_TRUE(contains(reports.one_line, " factor/threads 7500 - ")) << reports.text;
    EXPECT_TRUE(contains(reports.one_line, " factor/cuda: SM clock, MHz 345 1980 1755 "));
    EXPECT_TRUE(contains(reports.one_line, " factor/cuda: power, W 75 690 - "));
    EXPECT_TRUE(contains(reports.markdown, "| factor/cuda | 12500 | 50000 |\n"))
        << reports.markdown;
    EXPECT_TRUE(contains(reports.markdown, "| factor/cuda: SM clock, MHz | 345 | 1980 | 1755 |\n"));
    EXPECT_TRUE(contains(reports.page,
                         "<th scope=\"row\">factor/threads</th>"
                         "<td class=\"number\">7500</td><td class=\"number\">-</td>"));
    EXPECT_FALSE(contains(reports.text, "factor/serial: ")) << "a CPU has no clocks here";

    const Parsed json(reports.json);
    const json_t *const row = json.row("factor", "cuda");
    EXPECT_DOUBLE_EQ(json_number_value(json_object_get(row, "cpu_j_per_million")), 12500);
    EXPECT_DOUBLE_EQ(json_number_value(json_object_get(row, "gpu_j_per_million")), 50000);
    const json_t *const runs = json_object_get(row, "runs");
    EXPECT_EQ(dumped(json_object_get(json_array_get(runs, 1), "energy")),
              R"({"runs":10,"window_s":1.5,"cpu_j":0.5,"gpu_j":2.0})");
    EXPECT_EQ(dumped(json_object_get(json_array_get(runs, 0), "gpu")),
              R"({"before":{"sm_mhz":345.0,"memory_mhz":2619.0,"temperature_c":34.0,)"
              R"("power_w":75.0,"limits":["gpu_idle"]},)"
              R"("during":{"sm_mhz":1980.0,"memory_mhz":2619.0,"temperature_c":61.0,)"
              R"("power_w":690.0,"limits":[]},)"
              R"("after":{"sm_mhz":1755.0,"memory_mhz":2619.0,"temperature_c":60.0,)"
              R"("power_w":null,"limits":null},"readings_during":7,"limits":["gpu_idle"]})");
    EXPECT_EQ(dumped(json_object_get(json.row("factor", "threads"), "energy")),
              R"({"runs":100,"window_s":0.25,"cpu_j":3.0,"gpu_j":null})");
    EXPECT_EQ(json_integer_value(at(json.root(), {"cpu_energy", "packages"})), 2);
}

TEST_F(ComparePowerReport, TablesKeepToTheTerminalsWidth) {
    for (const char *const name : {"exhaustive/cuda", "factor/cuda"}) {
        for (size_t i = 0; i < 3; i++)
            set_gpu(world_.row(name).taken[i], 0xffff);
        world_.row(name).energy = {1, 1, 1e12, 1e-12};
    }
    std::istringstream lines(Reports(world_.report).text);
    for (std::string line; std::getline(lines, line);)
        EXPECT_LE(line.size(), 80u) << line;
}

TEST_F(ComparePowerReport, AReasonIsGivenOnce) {
    for (const char *const name : {"exhaustive/cuda", "trial/cuda", "factor/cuda"})
        snprintf(world_.row(name).sensor_reason, sizeof world_.row(name).sensor_reason, "no <b>");
    snprintf(world_.report.cpu_energy_reason, sizeof world_.report.cpu_energy_reason, "no permit");
    const Reports reports(world_.report);
    EXPECT_TRUE(contains(reports.one_line,
                         "cuda: clocks, power and energy of the GPU are unknown: no <b>"));
    EXPECT_TRUE(contains(reports.page, "unknown: no &lt;b&gt;</li>"));
    reports.expect("The energy of the CPU is unknown: no permit");
    const size_t first = reports.one_line.find("no <b>");
    EXPECT_EQ(reports.one_line.find("no <b>", first + 1), std::string::npos);
    const Parsed json(reports.json);
    EXPECT_EQ(dumped(json_object_get(json.row("trial", "cuda"), "sensor_reason")), "\"no <b>\"");
    EXPECT_EQ(dumped(at(json.root(), {"cpu_energy", "reason"})), "\"no permit\"");
}

// The real comparison over a made-up powercap folder.
class ComparePowerRun : public testing::Test {
  protected:
    std::string present(const PowercapTree &tree) {
        fg_compare_request request = {};
        request.numbers = small_numbers.data();
        request.count = small_numbers.size();
        request.input_label = "numbers.txt";
        request.jobs = 1;
        request.repeat = 1;
        request.budget_s = 100;
        request.backend = "serial";
        request.method = FG_METHOD_FACTOR;
        request.powercap = tree.path().c_str();
        const fg_compare_paths paths = {"-", nullptr, nullptr};
        fg_error error = {};
        enum fg_status found = FG_OK;
        return written([&](FILE *out) {
            text_ = written([&](FILE *err) {
                EXPECT_EQ(fg_compare_present(&request, &paths, out, err, &found, &error), FG_OK)
                    << error.message;
            });
        });
    }
    std::string text_;
};

TEST_F(ComparePowerRun, HasTheEnergyOfARow) {
    PowercapTree tree;
    tree.add_zone("intel-rapl:0", "package-0", 0);
    const GrowingCounter growing(tree, "intel-rapl:0");
    const Parsed json(present(tree));
    const json_t *const row = json.row("factor", "serial");
    EXPECT_GT(json_number_value(json_object_get(row, "cpu_j_per_million")), 0);
    EXPECT_TRUE(json_is_null(json_object_get(row, "gpu_j_per_million")));
    EXPECT_GE(json_number_value(at(row, {"energy", "window_s"})), FG_COMPARE_ENERGY_CPU_S);
    EXPECT_TRUE(json_is_null(json_object_get(row, "throttled_runs"))) << "it is no GPU";
    EXPECT_EQ(json_integer_value(at(json.root(), {"cpu_energy", "packages"})), 1);
    EXPECT_TRUE(contains(text_, "Energy, joules for a million numbers")) << text_;
}

TEST_F(ComparePowerRun, SaysWhichCounterCannotBeRead) {
    PowercapTree tree;
    tree.add_zone("intel-rapl:0", "package-0", 0);
    tree.write("intel-rapl:0/energy_uj", "");
    const Parsed json(present(tree));
    EXPECT_TRUE(json_is_null(json_object_get(json.row("factor", "serial"), "cpu_j_per_million")));
    EXPECT_EQ(dumped(at(json.root(), {"cpu_energy", "reason"})),
              "\"" + tree.path("intel-rapl:0/energy_uj") + " cannot be read: Invalid argument\"");
    EXPECT_TRUE(contains(text_, "\n- The energy of the CPU is unknown:")) << text_;
}

} // namespace
