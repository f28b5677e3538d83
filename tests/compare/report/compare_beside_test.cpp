// SPDX-License-Identifier: MIT
// Two comparisons side by side: pairs, ratios and verdicts against a reading of the two files of
// the test's own, how often a verdict is wrong, and that every report says the same.
#include "compare/report/compare_beside_words.h"
#include "compare/report/compare_beside_write.h"
#include "compare/report/compare_html.h"
#include "compare/report/compare_json.h"
#include "compare/report/markdown_escape.h"
#include "support/compare_random.h"

#include <gtest/gtest.h>
#include <map>
#include <set>

namespace {

using namespace compare_synthetic;

const unsigned comparisons = every_case() ? 400 : 150;

// Two exports that only the test knows of, made of random comparisons.
class Pair {
  public:
    fg_exported old_one = {}, new_one = {};
    fg_beside beside = {};

    explicit Pair(unsigned seed) : random_(seed + 1000) {
        RandomComparison comparison(seed);
        const fg_json_object json = fg_compare_json(&comparison.report);
        json_t *const old_root = json_deep_copy(json.json);
        change(json_object_get(old_root, "rows"));
        fg_error error = {};
        EXPECT_EQ(fg_exported_take(old_root, "a|b/old.json", &old_one, &error), FG_OK)
            << error.message;
        EXPECT_EQ(fg_exported_take(json.json, "this run", &new_one, &error), FG_OK)
            << error.message;
        EXPECT_EQ(fg_beside_make(&beside, &old_one, &new_one, &error), FG_OK) << error.message;
    }
    ~Pair() {
        fg_beside_free(&beside);
        fg_exported_free(&old_one);
        fg_exported_free(&new_one);
    }
    Pair(const Pair &) = delete;
    Pair &operator=(const Pair &) = delete;

  private:
    RandomText random_;
    bool one_in(size_t count) { return random_.below(count) == 0; }

    void change(json_t *rows) {
        const double factor = one_in(2) ? 1 : random_.real(-1, 1);
        for (size_t i = json_array_size(rows); i-- > 0;) {
            json_t *const row = json_array_get(rows, i);
            json_t *const samples = json_object_get(row, "samples_s");
            for (size_t k = 0; k < json_array_size(samples); k++)
                json_array_set_new(samples, k,
                                   json_real(json_number_value(json_array_get(samples, k)) *
                                             factor * (1 + 1e-3 * static_cast<double>(i))));
            if (json_array_size(samples) > 3 && one_in(6))
                while (json_array_size(samples) > 2)
                    json_array_remove(samples, 0);
            const auto throttled = json_integer_value(json_object_get(row, "throttled_runs"));
            if (throttled > static_cast<json_int_t>(json_array_size(samples)))
                json_object_set_new(row, "throttled_runs", json_integer(1));
            if (i % 3 == 1 && json_array_size(samples) > 0)
                json_object_set_new(row, "throttled_runs", json_integer(1));
            if (one_in(8) && json_is_integer(json_object_get(row, "workers")))
                json_object_set_new(row, "workers", json_integer(99));
            if (one_in(10) && json_array_size(rows) > 1)
                json_array_remove(rows, i);
            else if (one_in(10)) {
                json_object_set_new(row, "state", json_string("failed"));
                json_object_set_new(row, "reason", json_string("a worker | died"));
            }
        }
    }
};

using Key = std::tuple<std::string, std::string, unsigned>;

Key key_of(const fg_exported_row &row) {
    return {row.method, row.backend, row.workers};
}

// The largest k with 2 P(Binomial(n, 1/2) < k) <= error, from the counts of Pascal's triangle.
size_t rank_of(size_t n, double error) {
    std::vector<double> row = {1};
    for (size_t i = 0; i < n; i++) {
        row.push_back(1);
        for (size_t k = row.size() - 2; k > 0; k--)
            row[k] += row[k - 1];
    }
    double below = 0;
    size_t rank = 0;
    while (2 * (below + row[rank]) <= error * std::pow(2, n))
        below += row[rank++];
    return rank;
}

struct Interval {
    double low, high, median, min, max;
};

Interval interval_of(const fg_exported_row &row, double error) {
    std::vector<double> sorted(row.samples_s, row.samples_s + row.sample_count);
    std::sort(sorted.begin(), sorted.end());
    const size_t together = row.runs_together, n = sorted.size(),
                 turns = (n + together - 1) / together, rank = rank_of(turns, error);
    const double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    const double margin = std::max(1.0, std::pow(2 / error, 1.0 / static_cast<double>(turns)) / 2);
    if (turns == 1)
        return {0, INFINITY, median, sorted[0], sorted[n - 1]};
    if (rank > 0)
        return {sorted[(rank - 1) * together], sorted[n - 1 - (rank - 1) * together], median,
                sorted[0], sorted[n - 1]};
    return {sorted[0] / margin, sorted[n - 1] * margin, median, sorted[0], sorted[n - 1]};
}

const char *verdict_of(const Interval &before, const Interval &now, bool single) {
    const double slower = std::max(before.median, now.median),
                 faster = std::min(before.median, now.median);
    if (!single && slower < 1.05 * faster)
        return "no clear difference";
    if (before.low > now.high)
        return "faster";
    if (before.high < now.low)
        return "slower";
    return single || before.min > now.max || before.max < now.min ? "too few runs"
                                                                  : "no clear difference";
}

TEST(CompareBeside, PairsAndVerdictsAreThoseOfTheSamples) {
    std::map<std::string, size_t> seen;
    for (unsigned seed = 0; seed < comparisons; seed++) {
        SCOPED_TRACE(seed);
        Pair pair(seed);
        std::map<Key, const fg_exported_row *> of_old;
        for (size_t i = 0; i < pair.old_one.row_count; i++)
            of_old[key_of(pair.old_one.rows[i])] = &pair.old_one.rows[i];
        size_t pairs = 0, both = 0;
        for (size_t i = 0; i < pair.new_one.row_count; i++) {
            const auto old_row = of_old.find(key_of(pair.new_one.rows[i]));
            both += old_row != of_old.end();
            pairs += old_row != of_old.end() && old_row->second->measured &&
                     pair.new_one.rows[i].measured;
        }
        EXPECT_EQ(pair.beside.pair_count, pairs);
        EXPECT_EQ(pair.beside.row_count, pair.old_one.row_count + pair.new_one.row_count - both);
        const bool disagreement = pair.old_one.disagreement || pair.new_one.disagreement;
        for (size_t i = 0; i < pair.beside.row_count; i++) {
            const fg_beside_row &row = pair.beside.rows[i];
            const fg_exported_row *const old_row = row.of[FG_BESIDE_OLD];
            const fg_exported_row *const new_row = row.of[FG_BESIDE_NEW];
            if (old_row == nullptr || new_row == nullptr) {
                EXPECT_FALSE(row.has_ratio);
                continue;
            }
            EXPECT_EQ(key_of(*old_row), key_of(*new_row));
            ASSERT_EQ(row.has_ratio, old_row->measured && new_row->measured && !disagreement);
            if (!row.has_ratio)
                continue;
            const double error = 0.01 / static_cast<double>(2 * pairs);
            const Interval before = interval_of(*old_row, error),
                           now = interval_of(*new_row, error);
            EXPECT_DOUBLE_EQ(row.ratio.value, before.median / now.median);
            EXPECT_DOUBLE_EQ(row.ratio.low, before.low / now.high);
            EXPECT_DOUBLE_EQ(row.ratio.high, before.high / now.low);
            const std::string verdict =
                verdict_of(before, now, old_row->sample_count == 1 || new_row->sample_count == 1);
            EXPECT_EQ(fg_beside_verdict_name(&row), verdict);
            seen[verdict]++;
        }
    }
    for (const char *const verdict : {"faster", "slower", "too few runs", "no clear difference"})
        EXPECT_GE(seen[verdict], comparisons / 13) << verdict;
}

std::string item(void (*append)(char *, size_t, const fg_beside_row *), const fg_beside_row *row) {
    char text[4096] = "";
    append(text, sizeof text, row);
    return text;
}

// Without the line breaks of a terminal.
std::string joined(const std::string &text) {
    std::string line;
    for (char c : text)
        if (c == '\n' || c == ' ')
            line += line.empty() || line.back() != ' ' ? " " : "";
        else
            line += c;
    return line;
}

TEST(CompareBeside, EveryReportSaysTheSame) {
    size_t throttled = 0;
    for (unsigned seed = 0; seed < comparisons / 2; seed++) {
        SCOPED_TRACE(seed);
        Pair pair(seed);
        const fg_beside *const beside = &pair.beside;
        const std::string text = written([&](FILE *out) { fg_beside_write_text(beside, out); });
        const std::string markdown =
            written([&](FILE *out) { fg_beside_write_markdown_document(beside, out); });
        const std::string page = written([&](FILE *out) { fg_beside_write_page(beside, out); });
        std::vector<std::string> sentences;
        for (size_t i = 0; i < beside->row_count; i++)
            if (fg_beside_is_in_table(&beside->rows[i])) {
                sentences.push_back(item(fg_beside_append_backend, &beside->rows[i]));
                sentences.push_back(item(fg_beside_append_remark, &beside->rows[i]));
                throttled += contains(sentences.back(), "throttled: old 1 of ");
            }
        fg_beside_each_note(
            beside,
            [](void *context, const char *note) {
                static_cast<std::vector<std::string> *>(context)->push_back(note);
            },
            &sentences);
        char conclusion[2048] = "";
        fg_beside_append_conclusion(conclusion, sizeof conclusion, beside);
        sentences.push_back(conclusion);
        for (const std::string &sentence : sentences) {
            EXPECT_TRUE(contains(joined(text), sentence)) << sentence << "\n" << text;
            EXPECT_TRUE(contains(
                markdown, written([&](FILE *out) { fg_markdown_put(out, sentence.c_str()); })))
                << sentence;
            EXPECT_TRUE(
                contains(page, written([&](FILE *out) { fg_html_put(out, sentence.c_str()); })))
                << sentence;
        }
        for (size_t begin = 0, end; begin < text.size(); begin = end + 1) {
            end = text.find('\n', begin);
            EXPECT_LE(end - begin, 80u) << text.substr(begin, end - begin);
        }
    }
    EXPECT_GE(throttled, comparisons / 13);
}

TEST(CompareBeside, RowsOfOneSideAreNamed) {
    RandomComparison comparison(2);
    const fg_json_object json = fg_compare_json(&comparison.report);
    json_t *const old_root = json_deep_copy(json.json);
    json_t *const row = json_array_get(json_object_get(json.json, "rows"), 1);
    const std::string backend = json_string_value(json_object_get(row, "backend"));
    const std::string method = json_string_value(json_object_get(row, "method"));
    json_object_set_new(row, "workers", json_integer(7));
    json_object_set_new(json_array_get(json_object_get(old_root, "rows"), 1), "workers",
                        json_integer(5));
    fg_exported old_one = {}, new_one = {};
    fg_beside beside = {};
    fg_error error = {};
    ASSERT_EQ(fg_exported_take(old_root, "old.json", &old_one, &error), FG_OK) << error.message;
    ASSERT_EQ(fg_exported_take(json.json, "new.json", &new_one, &error), FG_OK) << error.message;
    ASSERT_EQ(fg_beside_make(&beside, &old_one, &new_one, &error), FG_OK);
    const std::string text =
        joined(written([&](FILE *out) { fg_beside_write_text(&beside, out); }));
    EXPECT_TRUE(contains(text, "Only the old one has " + method + "/" + backend + " -j5 "));
    EXPECT_TRUE(contains(text, "Only the new one has " + method + "/" + backend + " -j7 "));
    fg_beside_free(&beside);
    fg_exported_free(&old_one);
    fg_exported_free(&new_one);
}

// ---- What else differs ----

class Differences : public testing::Test {
  protected:
    Differences() : comparison_(4) {
        for (fg_exported *const one : {&old_one_, &new_one_}) {
            fg_error error = {};
            EXPECT_EQ(
                fg_exported_take(fg_compare_json(&comparison_.report).json, "x.json", one, &error),
                FG_OK)
                << error.message;
        }
    }
    ~Differences() override {
        fg_exported_free(&old_one_);
        fg_exported_free(&new_one_);
    }
    static json_t *section(const fg_exported &of, const char *name) {
        return json_object_get(of.root, name);
    }
    std::vector<std::string> differences() {
        fg_beside beside = {};
        fg_error error = {};
        std::vector<std::string> found;
        EXPECT_EQ(fg_beside_make(&beside, &old_one_, &new_one_, &error), FG_OK) << error.message;
        fg_beside_each_difference(
            &beside,
            [](void *context, const char *text) {
                static_cast<std::vector<std::string> *>(context)->push_back(text);
            },
            &found);
        fg_beside_free(&beside);
        return found;
    }
    RandomComparison comparison_;
    fg_exported old_one_ = {}, new_one_ = {};
};

TEST_F(Differences, ThereAreNoneBetweenTwins) {
    EXPECT_EQ(differences(), std::vector<std::string>{});
    json_object_set_new(section(old_one_, "environment"), "usable_cpus", json_real(4));
    EXPECT_EQ(differences(), std::vector<std::string>{}) << "4.0 is 4";
    json_object_set_new(old_one_.root, "date", json_string("1999-01-01T00:00:00Z"));
    EXPECT_EQ(differences(), std::vector<std::string>{}) << "the date is in the heading";
}

// Each scalar of program, environment, settings and input.label, changed on its own.
TEST_F(Differences, EveryValueThatDiffersIsNamed) {
    for (const char *const name : {"program", "environment", "settings"}) {
        json_t *const object = section(old_one_, name);
        std::vector<std::string> keys;
        const char *key;
        json_t *value;
        json_object_foreach(object, key, value) keys.push_back(key);
        EXPECT_GE(keys.size(), 6u) << name;
        for (const std::string &changed : keys) {
            json_t *const before = json_deep_copy(json_object_get(object, changed.c_str()));
            json_object_set_new(object, changed.c_str(), json_string("other"));
            const std::vector<std::string> found = differences();
            ASSERT_EQ(found.size(), 1u) << changed;
            EXPECT_EQ(found[0].find(std::string(name) + "." + changed + ": old other, new "), 0u)
                << found[0];
            json_object_set_new(object, changed.c_str(), before);
        }
    }
    json_object_set_new(section(old_one_, "input"), "label", json_string("other.txt"));
    EXPECT_EQ(differences(),
              std::vector<std::string>{"input.label: old other.txt, new numbers.txt"});
}

TEST_F(Differences, AreSaidInWords) {
    json_t *const environment = section(new_one_, "environment");
    json_object_set_new(section(old_one_, "settings"), "budget_s", json_null());
    json_object_set_new(section(new_one_, "settings"), "budget_s", json_real(2.5));
    json_object_del(section(old_one_, "settings"), "scope");
    json_object_set_new(section(new_one_, "settings"), "scope", json_true());
    json_array_append_new(json_object_get(environment, "gpus"),
                          json_pack("{s:s,s:i}", "name", "Big GPU", "index", 0));
    json_object_set_new(environment, "gpu_reason", json_null());
    EXPECT_EQ(differences(),
              (std::vector<std::string>{"environment.gpus[0]: old not stated, new Big GPU",
                                        "environment.gpu_reason: old no driver, new none",
                                        "settings.budget_s: old none, new 2.5",
                                        "settings.scope: old not stated, new yes"}));
}

TEST_F(Differences, OfTheNumbersAreRefused) {
    fg_beside beside = {};
    fg_error error = {};
    new_one_.count++;
    EXPECT_EQ(fg_beside_make(&beside, &old_one_, &new_one_, &error), FG_ERROR_ARGUMENT);
    EXPECT_TRUE(contains(error.message, "of other numbers")) << error.message;
    EXPECT_EQ(beside.rows, nullptr);
}

// ---- How often a verdict is wrong ----

// An export of rows with these samples.
struct Drawn {
    std::vector<std::vector<double>> samples;
    std::vector<std::string> backends;
    std::vector<fg_exported_row> rows;
    fg_exported exported = {};
    Drawn(size_t row_count, size_t runs, RandomText *random, double deviation, double factor) {
        for (size_t i = 0; i < row_count; i++) {
            samples.emplace_back();
            backends.push_back("b" + std::to_string(i));
            for (size_t k = 0; k < runs; k++) {
                double sum = -6;
                for (int j = 0; j < 12; j++)
                    sum += static_cast<double>(random->below(1000000)) * 1e-6;
                samples.back().push_back(factor * std::exp(deviation * sum));
            }
        }
        for (size_t i = 0; i < row_count; i++)
            rows.push_back({"factor", backends[i].c_str(), "measured", nullptr, 1, true,
                            samples[i].data(), samples[i].size(), 1, false, 0});
        exported.root = json_object();
        exported.name = exported.sha256 = "x";
        exported.rows = rows.data();
        exported.row_count = row_count;
    }
    ~Drawn() { json_decref(exported.root); }
    Drawn(const Drawn &) = delete;
    Drawn &operator=(const Drawn &) = delete;
};

// Returns how many of 15 rows have each verdict.
std::map<fg_statistics_verdict, size_t> verdicts(RandomText *random, size_t runs, double deviation,
                                                 double factor) {
    Drawn old_one(15, runs, random, deviation, 1), new_one(15, runs, random, deviation, factor);
    fg_beside beside = {};
    fg_error error = {};
    std::map<fg_statistics_verdict, size_t> counts;
    EXPECT_EQ(fg_beside_make(&beside, &old_one.exported, &new_one.exported, &error), FG_OK);
    for (size_t i = 0; i < beside.row_count; i++)
        counts[beside.rows[i].verdict]++;
    fg_beside_free(&beside);
    return counts;
}

TEST(CompareBeside, EqualComparisonsAreToldApartInOneOfAHundredAtMost) {
    constexpr size_t pairs = 1000;
    for (const size_t runs : {3, 12, 18}) {
        for (const double deviation : {0.01, 0.5}) {
            RandomText random(static_cast<unsigned>(runs));
            size_t wrong = 0;
            for (size_t i = 0; i < pairs; i++)
                wrong += verdicts(&random, runs, deviation, 1)[FG_STATISTICS_CLEAR] > 0;
            EXPECT_LE(wrong, 20u) << runs << " runs, " << deviation; // 10, and three deviations
        }
    }
}

TEST(CompareBeside, WhatIsTwiceAsFastIsToldApart) {
    RandomText random(1);
    EXPECT_EQ(verdicts(&random, 18, 0.05, 0.5)[FG_STATISTICS_CLEAR], 15u);
    EXPECT_EQ(verdicts(&random, 1, 0.05, 0.5)[FG_STATISTICS_TOO_FEW_RUNS], 15u);
    EXPECT_EQ(verdicts(&random, 2, 0.05, 0.5)[FG_STATISTICS_TOO_FEW_RUNS], 15u);
}

} // namespace
