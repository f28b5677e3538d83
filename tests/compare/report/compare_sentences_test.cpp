// SPDX-License-Identifier: MIT
// Every sentence of a report, over random comparisons: what an independent reading of the JSON
// export says must be what JSON, terminal, Markdown and page say, no more and no less.
#include "compare/report/compare_html.h"
#include "compare/report/compare_json.h"
#include "compare/report/compare_markdown.h"
#include "compare/report/compare_page.h"
#include "compare/report/compare_text.h"
#include "support/compare_random.h"
#include "support/compare_sentences.h"

#include <gtest/gtest.h>
#include <set>
#include <sstream>

namespace {

using namespace compare_synthetic;
using compare_sentences::Sentences;

// With fewer not all kinds of sentences come up.
const unsigned comparisons = every_case() ? 400 : 150;

struct Json {
    json_t *root;
    explicit Json(const fg_compare_report &report) {
        const std::string text =
            written([&](FILE *out) { EXPECT_TRUE(fg_compare_write_json(&report, out)); });
        root = json_loadb(text.data(), text.size(), JSON_REJECT_DUPLICATES, nullptr);
        EXPECT_NE(root, nullptr);
    }
    ~Json() { json_decref(root); }
    Json(const Json &) = delete;
    Json &operator=(const Json &) = delete;
};

std::vector<std::string> strings_of(const json_t *array) {
    std::vector<std::string> strings;
    for (size_t i = 0; i < json_array_size(array); i++)
        strings.emplace_back(json_string_value(json_array_get(array, i)));
    return strings;
}

std::vector<std::string> lines_of(const std::string &text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

// Returns what is between two parts of a text, "" if they are not there.
std::string between(const std::string &text, const std::string &begin, const std::string &end) {
    const size_t at = text.find(begin);
    if (at == std::string::npos)
        return "";
    const size_t from = at + begin.size();
    return text.substr(from, text.find(end, from) - from);
}

// Items of a list and the paragraphs around it, their lines joined.
struct Block {
    std::vector<std::string> items;
    std::string paragraph;
};

Block block_of(const std::string &text) {
    Block block;
    std::string *last = &block.paragraph;
    for (const std::string &line : lines_of(text)) {
        if (line.compare(0, 2, "- ") == 0) {
            block.items.push_back(line.substr(2));
            last = &block.items.back();
        } else if (line.compare(0, 2, "  ") == 0) {
            *last += " " + line.substr(2);
        } else if (!line.empty()) {
            last = &block.paragraph;
            *last += (last->empty() ? "" : " ") + line;
        }
    }
    return block;
}

// The last blocks of the terminal's text; a blank line is between two of them.
std::vector<std::string> blocks_of(const std::string &text) {
    std::vector<std::string> blocks;
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find("\n\n", at), text.size() - 1);
        blocks.push_back(text.substr(at, end + 1 - at));
        at = end + 2;
    }
    return blocks;
}

std::string markdown_escaped(const std::string &text) {
    std::string escaped;
    for (char c : text)
        escaped += (std::string("\\`*_[]<>|#~&").find(c) != std::string::npos ? "\\" : "") +
                   std::string(1, c);
    return escaped;
}

std::string html_escaped(const std::string &text) {
    return written([&](FILE *out) { fg_html_put(out, text.c_str()); });
}

template <typename Escape>
std::vector<std::string> each(const std::vector<std::string> &texts, Escape escape) {
    std::vector<std::string> result;
    for (const std::string &text : texts)
        result.push_back(escape(text));
    return result;
}

std::vector<std::string> list_items(const std::string &html) {
    std::vector<std::string> items;
    for (size_t at = html.find("<li>"); at != std::string::npos; at = html.find("<li>", at + 1))
        items.push_back(html.substr(at + 4, html.find("</li>", at) - at - 4));
    return items;
}

void expect_json(const json_t *root, const Sentences &sentences) {
    EXPECT_EQ(strings_of(json_object_get(root, "notes")), sentences.notes);
    EXPECT_EQ(std::string(json_string_value(json_object_get(root, "conclusion"))),
              sentences.conclusion);
    const json_t *curve = json_object_get(root, "curve");
    if (json_is_null(curve))
        return;
    EXPECT_EQ(strings_of(json_object_get(curve, "notes")), sentences.curve_notes);
    EXPECT_EQ(std::string(json_string_value(json_object_get(curve, "batches"))), sentences.batches);
}

void expect_text(const fg_compare_report &report, const Sentences &sentences) {
    const std::vector<std::string> blocks =
        blocks_of(written([&](FILE *out) { fg_compare_write_text(&report, out); }));
    const bool curve = report.curve.measured;
    ASSERT_GT(blocks.size(), 3u);
    const Block notes = block_of(blocks[blocks.size() - (curve ? 2 : 1)]);
    EXPECT_EQ(notes.items, sentences.notes);
    EXPECT_EQ(notes.paragraph, sentences.conclusion);
    EXPECT_EQ(block_of(blocks[report.disagreement ? 2 : 1]).paragraph, sentences.scope);
    if (!curve)
        return;
    const Block reading = block_of(blocks.back());
    EXPECT_EQ(reading.items, sentences.curve_notes);
    EXPECT_EQ(reading.paragraph, "Break-even: time against batch size " + sentences.batches);
}

// The last cell of each row of the tables of backends.
std::vector<std::string> remarks_of(const std::string &markdown) {
    std::vector<std::string> remarks;
    const std::set<std::string> backends = {"| serial |", "| fork |", "| pool |", "| threads |",
                                            "| cuda |"};
    for (const std::string &line : lines_of(markdown)) {
        if (backends.count(line.substr(0, line.find('|', 1) + 1)) == 0)
            continue;
        const size_t end = line.size() - 2, begin = line.rfind("| ", end - 1) + 2;
        remarks.push_back(line.substr(begin, end - begin));
    }
    return remarks;
}

// The cells of a table's lines, behind those of its head.
std::vector<std::vector<std::string>> lines_of_table(const std::string &markdown,
                                                     const std::string &title) {
    std::vector<std::vector<std::string>> lines;
    for (const std::string &line : lines_of(between(markdown, "\n## " + title + "\n", "\n## "))) {
        if (line.compare(0, 2, "| ") != 0)
            continue;
        lines.emplace_back();
        for (size_t at = 2, end; (end = line.find(" |", at)) != std::string::npos; at = end + 3)
            lines.back().push_back(line.substr(at, end - at));
    }
    if (!lines.empty())
        lines.erase(lines.begin());
    return lines;
}

void expect_tables(const std::string &markdown, const Sentences &sentences) {
    EXPECT_EQ(lines_of_table(markdown, "What each row cost"), sentences.costs);
    EXPECT_EQ(lines_of_table(markdown, "Energy, joules for a million numbers"), sentences.energies);
    EXPECT_EQ(lines_of_table(markdown, "The GPU before, during and after a run"), sentences.states);
}

void expect_markdown(const fg_compare_report &report, const Sentences &sentences) {
    const std::string markdown =
        written([&](FILE *out) { fg_compare_write_markdown(&report, out); });
    const Block notes = block_of(between(markdown, "\n## Notes\n", "\n## "));
    EXPECT_EQ(notes.items, each(sentences.notes, markdown_escaped));
    EXPECT_EQ(notes.paragraph, markdown_escaped(sentences.conclusion));
    EXPECT_TRUE(contains(markdown, "\n" + markdown_escaped(sentences.scope) + "\n"));
    EXPECT_EQ(remarks_of(markdown), each(sentences.remarks, markdown_escaped));
    const Block reading =
        block_of(between(markdown, "\n## Break-even: time against batch size\n", "\n## "));
    EXPECT_EQ(reading.items, each(sentences.curve_notes, markdown_escaped));
    EXPECT_EQ(reading.paragraph, markdown_escaped(sentences.batches));
    expect_tables(markdown, sentences);
}

void expect_page(const fg_compare_report &report, const Sentences &sentences) {
    const std::string page =
        written([&](FILE *out) { EXPECT_TRUE(fg_compare_write_page(&report, out)); });
    EXPECT_EQ(list_items(between(page, "<h2>Notes</h2>", "</section>")),
              each(sentences.notes, html_escaped));
    EXPECT_EQ(between(page, "<p class=\"lead\">", "</p>"), html_escaped(sentences.conclusion));
    EXPECT_EQ(between(page, "<h2>Wall times</h2>\n<p>", "</p>"), html_escaped(sentences.scope));
    for (const std::string &remark : sentences.remarks)
        EXPECT_TRUE(contains(page, ">" + html_escaped(remark) + "</td>")) << remark;
    const std::string curve =
        between(page, "<h2>Break-even: time against batch size</h2>", "</section>");
    EXPECT_EQ(curve.empty(), !report.curve.measured);
    EXPECT_EQ(list_items(curve), each(sentences.curve_notes, html_escaped));
    EXPECT_TRUE(contains(curve, html_escaped(sentences.batches)));
}

// A comparison and what follows from it, which two tests look at.
struct Compared {
    explicit Compared(unsigned seed) : random(seed), json(random.report), sentences(json.root) {}
    const RandomComparison random;
    const Json json;
    const Sentences sentences;
};

const Compared &compared(unsigned seed) {
    static std::vector<std::unique_ptr<const Compared>> known(comparisons);
    if (known[seed] == nullptr)
        known[seed] = std::make_unique<const Compared>(seed);
    return *known[seed];
}

TEST(CompareSentences, AreTheOnesThatFollowFromTheSamples) {
    for (unsigned seed = 0; seed < comparisons && !HasFailure(); seed++) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const auto &[random, json, sentences] = compared(seed);
        expect_json(json.root, sentences);
        expect_text(random.report, sentences);
        expect_markdown(random.report, sentences);
        expect_page(random.report, sentences);
    }
}

// Every kind of sentence comes up, so that none goes untested.
TEST(CompareSentences, AllKindsOccurInTheRandomComparisons) {
    std::string all;
    for (unsigned seed = 0; seed < comparisons; seed++) {
        const Sentences &sentences = compared(seed).sentences;
        for (const auto *list : {&sentences.notes, &sentences.curve_notes, &sentences.remarks})
            for (const std::string &sentence : *list)
                all += sentence + "\n";
        all += sentences.conclusion + "\n" + sentences.batches + "\n";
    }
    for (const char *part : {"Too few runs: one of each row tells no rows apart",
                             " of each row tell rows apart only",
                             "Too few runs: one of each size",
                             " of each size tell backends apart only",
                             " of a size tell backends apart only",
                             " runs, as --budget ",
                             " to 18 runs after a warm-up, each in a turn",
                             ", so the ratios are to serial",
                             ": no ratio, because ",
                             "The algorithm alone: ",
                             "with one worker, is faster than ",
                             "Medians under 5 ms",
                             "Medians of brief runs: ",
                             "Outliers: ",
                             "so that they need not add up",
                             "is not in the times\n",
                             "launches of the timed runs",
                             "throttled in 1 of 1 run\n",
                             "; throttled in ",
                             " was throttled in ",
                             "power cap, ",
                             " runs of these batches: the GPU's clocks were held down",
                             "The energy of the CPU is unknown: ",
                             ": clocks, power and energy of the GPU are unknown: ",
                             ": energy is unknown: ",
                             "Fastest: ",
                             "Lowest median: ",
                             "Measured alone: ",
                             "No row was measured.",
                             "do not agree",
                             " as fast as ",
                             "; no clear difference from ",
                             " more.",
                             "; too few runs to tell it from ",
                             "with start-up, the first batch took",
                             " has one worker and",
                             " have one worker each",
                             "goes into its processes",
                             " gives each number",
                             " give each number",
                             "threads split a number's candidates",
                             " numbers on, as far as",
                             "at every size that both",
                             ", the most that both",
                             "; with 1 number ",
                             " there is no clear difference",
                             " the runs are too few to tell",
                             " is faster (up to ",
                             "too few runs to tell cuda and threads apart",
                             "no clear difference between ",
                             "is paid once and is not in these times",
                             " has no room for them",
                             ": a worker died",
                             " to tell (",
                             "judging by its warm-up",
                             "No batch of any size",
                             "repeat the input.",
                             "stands for one run.",
                             ": something else took CPU time in ",
                             "begin at places spread evenly",
                             "the input's first numbers"})
        EXPECT_TRUE(contains(all, part)) << part;
}

// A probe cannot explain a run that is shorter than it, nor any other: only samples speak.
TEST(CompareSentences, DoNotDependOnProbes) {
    for (unsigned seed = 0; seed < comparisons / 8; seed++) {
        RandomComparison random(seed);
        const auto sentences_of = [&] {
            const Json json(random.report);
            return strings_of(json_object_get(json.root, "notes")) == Sentences(json.root).notes
                       ? std::string(json_string_value(json_object_get(json.root, "conclusion")))
                       : "";
        };
        const std::string before = sentences_of();
        for (size_t i = 0; i < random.report.row_count; i++)
            if (random.report.rows[i].state == FG_COMPARE_MEASURED)
                random.report.rows[i].estimate = {true, 1e9, 1e9, 1e9, 1e9, 1e9, 1e9};
        EXPECT_EQ(sentences_of(), before) << "seed " << seed;
        EXPECT_NE(before, "");
    }
}

} // namespace
