// SPDX-License-Identifier: MIT
// The comparison as a page: well-formed HTML whatever the texts, everything in it that the terminal
// shows, and charts whose parts lie where they belong. Python, tidy and a browser look at it, too,
// if they are installed.
#include "compare/compare_curve.h"
#include "compare/report/compare_chart.h"
#include "compare/report/compare_format.h"
#include "compare/report/compare_html.h"
#include "compare/report/compare_notes.h"
#include "compare/report/compare_page.h"
#include "support/compare_fakes.h"
#include "support/compare_synthetic.h"
#include "support/spawn.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <regex>
#include <set>

namespace {

using compare_fakes::World;
using namespace compare_synthetic;

std::string page_of(const fg_compare_report &report) {
    bool complete = false;
    const std::string page =
        written([&](FILE *out) { complete = fg_compare_write_page(&report, out); });
    EXPECT_TRUE(complete);
    return page;
}

std::string escaped(const std::string &text) {
    return written([&](FILE *out) { fg_html_put(out, text.c_str()); });
}

TEST(CompareHtml, EscapesWhatHasAMeaning) {
    EXPECT_EQ(escaped("a<script>&\"'.txt"), "a&lt;script&gt;&amp;&quot;&#39;.txt");
    EXPECT_EQ(escaped("tab\tline\nescape\x1b[31m\x7F"), "tab\\x09line\\x0aescape\\x1b[31m\\x7f");
    EXPECT_EQ(escaped("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"), "caf&#xE9; &#x20AC; &#x1F600;");
}

// tests/characters/printable_test.cpp has more such characters; all reports escape them alike.
TEST(CompareHtml, WhatIsNotPrintableIsEscaped) {
    EXPECT_EQ(escaped("\xFFx"), "\\xffx");
    EXPECT_EQ(escaped("\xC0\xBC"), "\\xc0\\xbc"); // '<' in too many bytes
    EXPECT_EQ(escaped("\xC2\x85"), "\\xc2\\x85"); // a control
    for (const char *const turns : {"\xD8\x9C", "\xE2\x80\x8E", "\xE2\x80\x8F", "\xE2\x80\xAE"})
        EXPECT_EQ(escaped(std::string(turns) + "txt.exe").substr(0, 2), "\\x");
}

TEST(CompareHtml, CutsCharactersNotBytes) {
    const auto cut = [](const char *text, size_t columns) {
        return written([&](FILE *out) { fg_html_put_cut(out, text, columns); });
    };
    EXPECT_EQ(cut("threads", 7), "threads");
    EXPECT_EQ(cut("threads", 6), "thr...");
    EXPECT_EQ(cut("\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9", 4), "&#xE9;...");
    EXPECT_EQ(cut("a\nb", 6), "a\\x0ab");
    EXPECT_EQ(cut("a\nbc", 6), "a...") << "an escape is not cut";
    EXPECT_EQ(cut("\n\n", 7), "\\x0a...");
}

// Every tag closed in turn, every attribute quoted, no bare '<' or '&': "" or what is wrong.
std::string malformation(const std::string &page) {
    static const std::regex tag(
        "<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:\\s+[a-zA-Z][a-zA-Z0-9:-]*=\"[^\"<>]*\")*)"
        "\\s*(/?)>");
    static const std::set<std::string> empty = {"meta", "br", "hr", "img", "link"};
    std::vector<std::string> open;
    for (size_t at = page.find('>') + 1; at < page.size();) {
        if (!open.empty() && open.back() == "style")
            at = page.find("</style>", at);
        if (page[at] == '&') {
            static const std::regex entity("&(#x[0-9A-F]+|#39|amp|lt|gt|quot);");
            if (!std::regex_search(page.begin() + long(at), page.begin() + long(at) + 12, entity,
                                   std::regex_constants::match_continuous))
                return "a bare & at " + page.substr(at, 40);
        }
        if (page[at] != '<') {
            at++;
            continue;
        }
        std::smatch match;
        const size_t end = page.find('>', at);
        const std::string whole = page.substr(at, end - at + 1);
        if (end == std::string::npos || !std::regex_match(whole, match, tag))
            return "no tag: " + page.substr(at, 60);
        const std::string name = match[2];
        if (match[1] == "/") {
            if (open.empty() || open.back() != name)
                return "closes " + name + " inside " + (open.empty() ? "nothing" : open.back());
            open.pop_back();
        } else if (match[4] != "/" && empty.count(name) == 0) {
            open.push_back(name);
        }
        at = end + 1;
    }
    return open.empty() ? "" : "left open: " + open.back();
}

// A report with rows of every state, with a curve and a GPU.
struct Full : World {
    Full() : World(std::vector<uint64_t>(small_numbers)) {
        request.curve = true;
        request.input_label = "a<script>&\"'.txt";
        costs["threads"] = {0.25, 0.125, 1e-3, 1e-7, 1e-12, false, 2};
        costs["pool"].number_s = 1e-7;
        slower["exhaustive/threads"] = 1e9;
        run_errors["trial/pool"][1] = FG_ERROR_WORKER_DIED;
        EXPECT_EQ(compare(), FG_OK);
    }
};

TEST(ComparePage, IsWellFormedAndSelfContained) {
    const Full full;
    const std::string page = page_of(full.report);
    EXPECT_EQ(page.compare(0, 16, "<!DOCTYPE html>\n"), 0);
    EXPECT_EQ(malformation(page), "");
    for (const char *part : {"<script", "http:", "https:", " src=", " href=", "@import", "onload="})
        EXPECT_FALSE(contains(page, part)) << part;
    EXPECT_TRUE(contains(page, "a&lt;script&gt;&amp;&quot;&#39;.txt"));
    for (const char *part : {"prefers-color-scheme:dark", "@media print{", "lang=\"en\"",
                             "<caption>", "scope=\"row\"", "<figcaption>", "role=\"img\""})
        EXPECT_TRUE(contains(page, part)) << part;
}

// Lines of any length and any times, as no scheduler would make them.
void fill_curve(SyntheticReport *synthetic, unsigned seed) {
    RandomText random(seed);
    fg_compare_curve &curve = synthetic->report.curve;
    curve.measured = true;
    curve.runs = 1;
    curve.method = fg_method_at(0);
    curve.size_count = fg_compare_curve_sizes(1 + random.below(1000000), curve.sizes);
    curve.line_count = synthetic->rows.size();
    curve.lines = static_cast<fg_compare_curve_line *>(calloc(8, sizeof *curve.lines));
    for (size_t i = 0; i < curve.line_count; i++) {
        fg_compare_curve_line &line = curve.lines[i];
        line.row = i;
        line.point_count = random.below(curve.size_count + 1);
        copy(line.reason, sizeof line.reason, random.words(random.below(500)));
        for (size_t k = 0; k < line.point_count; k++) {
            const double time_s = random.real(-9, 9);
            line.points[k].size = curve.sizes[k];
            line.points[k].sample_count = 1;
            line.points[k].samples_s[0] = time_s;
            line.points[k].summary = {time_s, time_s, time_s, 1};
        }
    }
}

TEST(ComparePage, IsWellFormedForAnyTextAndAnyNumber) {
    for (unsigned seed = 0; seed < synthetic_reports; seed++) {
        SyntheticReport synthetic(seed);
        fill_curve(&synthetic, seed);
        const std::string page = page_of(synthetic.report);
        free(synthetic.report.curve.lines);
        ASSERT_EQ(malformation(page), "") << "seed " << seed;
        for (const char *part : {"=\"nan", "=\"-nan", "=\"inf", "=\"-inf", ",nan", ",-nan"})
            ASSERT_FALSE(contains(page, part)) << "seed " << seed;
    }
}

TEST(ComparePage, HasWhatTheTerminalShows) {
    Full full;
    const fg_compare_report &report = full.report;
    const std::string page = page_of(report);
    for (size_t i = 0; i < report.row_count; i++) {
        const fg_compare_row &row = report.rows[i];
        char remark[FG_COMPARE_SENTENCE] = "";
        fg_compare_append_remark(remark, sizeof remark, &report, &row);
        EXPECT_TRUE(contains(page, ">" + escaped(remark) + "</td>")) << remark;
        if (row.state != FG_COMPARE_MEASURED)
            continue;
        char median[FG_QUANTITY_CELL];
        fg_format_time(row.summary.median_s, fg_compare_method_unit(&report, row.method), median);
        EXPECT_TRUE(contains(page, "<td class=\"number\">" + std::string(median) + "</td>"));
    }
    EXPECT_EQ(full.row("exhaustive/threads").state, FG_COMPARE_SKIPPED);
    EXPECT_EQ(full.row("trial/pool").state, FG_COMPARE_FAILED);
    std::vector<std::string> notes;
    fg_compare_each_note(
        &report,
        [](void *context, const char *note) {
            static_cast<std::vector<std::string> *>(context)->push_back(note);
        },
        &notes);
    EXPECT_FALSE(notes.empty());
    for (const std::string &note : notes)
        EXPECT_TRUE(contains(page, "<li>" + escaped(note) + "</li>")) << note;
    for (const char *text : {report.input.sha256, "Test CPU", "no driver", "GNU 12.2.0", "13.0.88",
                             "abc1234", "2000-01-01T00:00:00Z", "4 numbers of 4 to 7 bits"})
        EXPECT_TRUE(contains(page, text)) << text;
}

TEST(ComparePage, GpuSectionHasStagesOrTheReasonInWords) {
    const Full full;
    const std::string page = page_of(full.report);
    EXPECT_TRUE(contains(page, "What the GPU's time goes on"));
    // 250 ms to start it, then 1, 2, 3 and 4 us a run.
    EXPECT_TRUE(contains(page, "<tr><th scope=\"row\">factor</th>"
                               "<td class=\"number\">250 ms</td><td class=\"number\">1 us</td>"
                               "<td class=\"number\">2 us</td><td class=\"number\">3 us</td>"
                               "<td class=\"number\">4 us</td></tr>"));
    EXPECT_TRUE(contains(page, "<title>kernels: 2 us, 20%</title>"));

    World none(small_numbers);
    none.unavailable["cuda"] = "no <driver>";
    ASSERT_EQ(none.compare(), FG_OK);
    const std::string without = page_of(none.report);
    const std::string reason = "<p>cuda: not run: no &lt;driver&gt;</p>";
    EXPECT_TRUE(contains(without, reason));
    EXPECT_EQ(without.find(reason), without.rfind(reason)) << "said more than once";
    EXPECT_FALSE(contains(without, "Break-even: time against batch size"));

    World cpu(small_numbers);
    cpu.request.backend = "serial";
    ASSERT_EQ(cpu.compare(), FG_OK);
    EXPECT_TRUE(contains(page_of(cpu.report), "The backend cuda was not asked for."));
}

TEST(ComparePage, NothingMeasuredMakesNoEmptyListAndNoChart) {
    World world({UINT64_MAX});
    world.request.method = FG_METHOD_EXHAUSTIVE;
    world.request.curve = true;
    ASSERT_EQ(world.compare(), FG_OK);
    const std::string page = page_of(world.report);
    EXPECT_EQ(malformation(page), "");
    EXPECT_TRUE(contains(page, "No batch of any size was timed with the method exhaustive."));
    EXPECT_TRUE(contains(page, "exhaustive/cuda: skipped: about "));
    EXPECT_FALSE(contains(page, "<ul>\n</ul>"));
    EXPECT_FALSE(contains(page, "<polyline"));
}

TEST(ComparePage, DisagreementIsShownAndNothingIsSaidToBeFaster) {
    World world(small_numbers);
    world.request.curve = true;
    world.spoil = [](const std::string &row, unsigned, auto *lists) {
        if (row == "trial/pool")
            (*lists)[0][1] = 5;
    };
    ASSERT_EQ(world.compare(), FG_OK);
    const std::string page = page_of(world.report);
    EXPECT_EQ(malformation(page), "");
    EXPECT_TRUE(contains(page, "<strong>Disagreement:</strong>"));
    EXPECT_TRUE(contains(page, "trial/pool said: 1 5 3 4 6 12 (6 in all)"));
    EXPECT_FALSE(contains(page, "faster than"));
    EXPECT_FALSE(std::regex_search(page, std::regex("[0-9]x")));
}

TEST(CompareChart, AxisIsLogarithmicWhereTheSpreadNeedsIt) {
    EXPECT_FALSE(fg_chart_axis_for(1, 1).logarithmic);
    EXPECT_FALSE(fg_chart_axis_for(1, 30).logarithmic);
    EXPECT_TRUE(fg_chart_axis_for(1, 31).logarithmic);
    for (double least : {1e-9, 3e-6, 0.99, 1.0, 1.01, 7e8}) {
        for (double spread : {1.0, 1.5, 9.9, 29.0, 31.0, 1e3, 1e9, 1e18}) {
            const fg_chart_axis axis = fg_chart_axis_for(least, least * spread);
            double ticks[FG_CHART_TICKS_MAX];
            const size_t count = fg_chart_axis_ticks(&axis, ticks);
            EXPECT_LT(axis.low, least);
            EXPECT_GE(axis.high * (1 + 1e-9), least * spread);
            EXPECT_GT(fg_chart_axis_part(&axis, least), 0) << "a bar that cannot be seen";
            EXPECT_LE(fg_chart_axis_part(&axis, least * spread), 1);
            ASSERT_GE(count, 2u) << least << ", " << spread;
            for (size_t i = 0; i < count; i++) {
                EXPECT_GE(ticks[i], axis.low * (1 - 1e-9));
                EXPECT_LE(ticks[i], axis.high * (1 + 1e-9));
                EXPECT_TRUE(i == 0 || ticks[i] > ticks[i - 1]);
            }
        }
    }
}

// The numbers of an attribute in order, of the elements whose tag has `part`.
std::vector<double> attributes(const std::string &svg, const std::string &part,
                               const std::string &name) {
    std::vector<double> values;
    for (size_t at = svg.find(part); at != std::string::npos; at = svg.find(part, at + 1))
        values.push_back(std::stod(svg.substr(svg.find(" " + name + "=\"", at) + name.size() + 3)));
    return values;
}

TEST(CompareChart, BarsAreInProportionOnALinearAxis) {
    const fg_chart_bar bars[] = {{"trial", "a", 1, 1, 1, "1 s", "a", false},
                                 {nullptr, "b", 2, 2, 2, "2 s", "b", true},
                                 {nullptr, "c", 0, 0, 0, "not run: no GPU", "c", true}};
    const std::string svg = written([&](FILE *out) { fg_chart_write_bars(out, bars, 3, "bars"); });
    const std::vector<double> widths = attributes(svg, "class=\"bar\"", "width");
    ASSERT_EQ(widths.size(), 2u);
    EXPECT_NEAR(widths[1], 2 * widths[0], 0.2);
    EXPECT_TRUE(contains(svg, "wall time<")) << svg;
    EXPECT_TRUE(contains(svg, ">not run: no GPU</text>"));
}

TEST(CompareChart, StacksAreCutInProportion) {
    const char *const parts[FG_CHART_PARTS_MAX] = {"a", "b", "c", "d", "e"};
    const fg_chart_stack stack = {"s", {1, 0, 2, 1, 0}};
    const std::string svg =
        written([&](FILE *out) { fg_chart_write_stacks(out, &stack, 1, parts, "stacks"); });
    std::vector<double> widths;
    static const std::regex part("width=\"([0-9.]+)\" height=\"26\"");
    for (std::sregex_iterator at(svg.begin(), svg.end(), part), end; at != end; ++at)
        widths.push_back(std::stod((*at)[1]));
    ASSERT_EQ(widths.size(), 3u);
    EXPECT_NEAR(widths[1], 2 * widths[0], 0.2);
    EXPECT_NEAR(widths[2], widths[0], 0.2);
    EXPECT_TRUE(contains(svg, "c: 2 s, 50%"));
}

// Lines that end at one point: their names would lie on each other.
TEST(CompareChart, NamesOfLinesDoNotOverlap) {
    const double sizes[] = {1, 10}, times_s[] = {1e-3, 1e-2};
    std::vector<fg_chart_line> lines;
    for (const char *name : {"serial", "fork", "pool", "threads", "cuda"})
        lines.push_back({name, 2, sizes, times_s, false});
    const fg_chart_mark mark = {3, 3e-3, "a<b"};
    const std::string svg = written([&](FILE *out) {
        fg_chart_write_lines(out, lines.data(), lines.size(), &mark, 1, 4, "lines");
    });
    std::vector<double> y = attributes(svg, "class=\"name halo\"", "y");
    ASSERT_EQ(y.size(), lines.size());
    std::sort(y.begin(), y.end());
    for (size_t i = 1; i < y.size(); i++)
        EXPECT_GE(y[i] - y[i - 1], 12);
    EXPECT_TRUE(contains(svg, ">a&lt;b</text>"));
    EXPECT_EQ(malformation("<x>" + svg), "");
}

// In the right half of the chart nothing said that the input was repeated.
TEST(CompareChart, PointsBeyondTheInputAreDrawnAndNamedAsRepeatingIt) {
    const double sizes[] = {1, 10, 100, 1000, 10000}, times_s[] = {1e-3, 1e-2, 1e-1, 1, 10};
    const fg_chart_line line = {"serial", 5, sizes, times_s, false};
    for (double whole : {1.0, 10.0, 1000.0, 5000.0, 10000.0, 1e9}) {
        const std::string svg = written(
            [&](FILE *out) { fg_chart_write_lines(out, &line, 1, nullptr, 0, whole, "lines"); });
        size_t hollow = 0, beyond = 0;
        for (size_t at = svg.find("class=\"repeats\""); at != std::string::npos;
             at = svg.find("class=\"repeats\"", at + 1))
            hollow++;
        for (double size : sizes)
            beyond += size > whole;
        EXPECT_EQ(hollow, beyond > 0 ? beyond + 1 : 0) << whole; // and the legend's
        EXPECT_EQ(contains(svg, "hollow: the input repeated"), beyond > 0) << whole;
        EXPECT_EQ(contains(svg, "of it, repeated") || contains(svg, "beyond it, repeated"),
                  beyond > 0)
            << whole;
    }
}

TEST(ComparePage, TableOfTheCurveSaysWhichBatchesRepeatTheInput) {
    const Full full;
    const std::string page = page_of(full.report);
    EXPECT_TRUE(contains(page, "<th scope=\"row\" class=\"number\">4</th>"));
    EXPECT_TRUE(contains(page, "<th scope=\"row\" class=\"number\">input repeated: 10</th>"));
}

// ---- Through the eyes of other programs ----

std::string find_program(const std::vector<std::string> &names) {
    const char *const path = getenv("PATH");
    std::istringstream folders(path != nullptr ? path : "");
    for (std::string folder; std::getline(folders, folder, ':');)
        for (const std::string &name : names)
            if (access((folder + "/" + name).c_str(), X_OK) == 0)
                return folder + "/" + name;
    return "";
}

class ComparePageFile : public testing::Test {
  protected:
    ComparePageFile() {
        folder_ = testing::TempDir() + "factor-gpu-page-XXXXXX";
        EXPECT_NE(mkdtemp(&folder_[0]), nullptr);
        std::ofstream(folder_ + "/page.html") << page_of(Full().report);
    }
    ~ComparePageFile() override {
        std::error_code ignored; // a browser's last process may still be writing
        std::filesystem::remove_all(folder_, ignored);
    }
    std::string folder_;
};

TEST_F(ComparePageFile, PythonFindsEveryTagBalanced) {
    const std::string python = find_program({"python3"});
    if (python.empty())
        GTEST_SKIP() << "python3 is not installed";
    const char script[] = R"(
import html.parser, sys
class Parser(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.seen = [], set()
    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        assert len(dict(attrs)) == len(attrs), (tag, attrs)
        if tag not in ('meta', 'link', 'br', 'hr', 'img'):
            self.open.append(tag)
    def handle_startendtag(self, tag, attrs):
        self.seen.add(tag)
    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open, self.getpos())
        self.open.pop()
parser = Parser()
parser.feed(open(sys.argv[1], encoding='utf-8').read())
parser.close()
assert not parser.open, parser.open
assert 'script' not in parser.seen and {'svg', 'table', 'figure'} <= parser.seen
print('balanced')
)";
    const spawn::Result result = spawn::run({python, "-c", script, folder_ + "/page.html"});
    EXPECT_EQ(result.out, "balanced\n") << result.err;
}

TEST_F(ComparePageFile, TidyHasNothingToSay) {
    const std::string tidy = find_program({"tidy"});
    if (tidy.empty())
        GTEST_SKIP() << "tidy is not installed";
    const spawn::Result result = spawn::run({tidy, "-e", "-q", folder_ + "/page.html"});
    EXPECT_EQ(result.out + result.err, "");
}

// A browser draws it: a picture with several colours, dark and light.
TEST_F(ComparePageFile, BrowserDrawsIt) {
    const std::string browser = find_program({"chromium", "chromium-browser", "google-chrome"});
    const std::string python = find_program({"python3"});
    if (browser.empty() || python.empty())
        GTEST_SKIP() << "needs chromium and python3, of which one is not installed";
    const char script[] = R"(
import collections, struct, sys, zlib
data = open(sys.argv[1], 'rb').read()
assert data[:8] == b'\x89PNG\r\n\x1a\n'
at, pixels = 8, b''
while at < len(data):
    length, kind = struct.unpack('>I4s', data[at:at + 8])
    chunk = data[at + 8:at + 8 + length]
    if kind == b'IHDR':
        width, height, depth, colour = struct.unpack('>IIBB', chunk[:10])
    if kind == b'IDAT':
        pixels += chunk
    at += 12 + length
channels = {2: 3, 6: 4}[colour]
pixels, stride = zlib.decompress(pixels), width * channels
above, colours = bytearray(stride), collections.Counter()
def paeth(a, b, c):
    p = a + b - c
    return min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
for y in range(height):
    kind, *line = pixels[y * (stride + 1):(y + 1) * (stride + 1)]
    for x in range(stride if kind else 0):
        a = line[x - channels] if x >= channels else 0
        b, c = above[x], above[x - channels] if x >= channels else 0
        line[x] = (line[x] + (0, a, b, (a + b) // 2, paeth(a, b, c))[kind]) & 255
    above = line
    if y % 4 == 0:
        colours.update(zip(*[iter(line)] * channels))
print(len(colours) > 50, sum(colours.most_common(1)[0][0][:3]) > 380)
)";
    for (const bool dark : {false, true}) {
        const std::string picture = folder_ + (dark ? "/dark.png" : "/light.png");
        const spawn::Result drawn = spawn::run(
            {browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--hide-scrollbars", "--user-data-dir=" + folder_ + "/profile",
             std::string("--blink-settings=preferredColorScheme=") + (dark ? "0" : "1"),
             "--screenshot=" + picture, "--window-size=600,800", folder_ + "/page.html"});
        ASSERT_EQ(drawn.status, 0) << drawn.err;
        const spawn::Result seen = spawn::run({python, "-c", script, picture});
        EXPECT_EQ(seen.out, std::string("True ") + (dark ? "False\n" : "True\n")) << seen.err;
    }
}

} // namespace
