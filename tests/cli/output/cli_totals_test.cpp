// SPDX-License-Identifier: MIT
// --total and --total-every: against published sums, and against the values that the program itself
// prints line by line, which other tests compare with FLINT.
#include "cli/output/totals_program.h"
#include "support/first_difference.h"
#include "support/hardships.h"
#include "support/scratch_folder.h"

#include <filesystem>
#include <flint/fmpz.h>
#include <gtest/gtest.h>
#include <jansson.h>
#include <map>
#include <sstream>

namespace {

// A whole number of any size, by FLINT.
class Whole {
  public:
    Whole() { fmpz_init(value_); }
    explicit Whole(const std::string &digits) : Whole() {
        fmpz_set_str(value_, digits.c_str(), 10);
    }
    Whole(const Whole &other) : Whole() { fmpz_set(value_, other.value_); }
    Whole &operator=(const Whole &other) {
        fmpz_set(value_, other.value_);
        return *this;
    }
    ~Whole() { fmpz_clear(value_); }
    void add(const Whole &other) { fmpz_add(value_, value_, other.value_); }
    bool operator<(const Whole &other) const { return fmpz_cmp(value_, other.value_) < 0; }
    std::string digits() const {
        char *const text = fmpz_get_str(nullptr, 10, value_);
        const std::string digits = text;
        flint_free(text);
        return digits;
    }

  private:
    fmpz_t value_;
};

bool has_histogram(const std::string &column) {
    for (const char *const name :
         {"mobius", "omega", "bigomega", "is_prime", "liouville", "squarefree", "smooth=1000"})
        if (column == name)
            return true;
    return false;
}

// The totals of one column, from its lines.
struct Column {
    void add(const Whole &value, const Whole &n) {
        sum.add(value);
        counts[value]++;
        if (first.count(value) == 0 || n < first[value])
            first[value] = n;
    }
    std::string csv(const std::string &name) const {
        std::string row = sum.digits();
        for (const auto &each : {*first.begin(), *first.rbegin()})
            row += "," + each.first.digits() + "," + each.second.digits();
        row += ",";
        for (const auto &[value, count] : counts)
            if (has_histogram(name))
                row +=
                    (row.back() == ',' ? "" : " ") + value.digits() + ":" + std::to_string(count);
        return row;
    }
    Whole sum;
    std::map<Whole, Whole> first;
    std::map<Whole, uint64_t> counts;
};

// The rows of csv for numbers whose lines the program has printed; `to`: of the interval, or empty.
std::string expected_rows(const std::string &lines, const std::string &names,
                          const std::string &to = "") {
    std::istringstream text(lines), list(names);
    std::vector<std::string> columns;
    for (std::string name; std::getline(list, name, ',');)
        columns.push_back(name);
    std::vector<Column> totals(columns.size());
    std::map<Whole, int> seen;
    uint64_t count = 0;
    for (std::string line; std::getline(text, line); count++) {
        std::istringstream fields(line);
        std::string field;
        std::getline(fields, field, ':');
        const Whole n(field);
        seen[n]++;
        for (Column &column : totals) {
            fields >> field;
            column.add(Whole(field), n);
        }
    }
    std::string rows;
    for (size_t i = 0; i < columns.size(); i++)
        rows += seen.begin()->first.digits() + "," +
                (to.empty() ? seen.rbegin()->first.digits() : to) + "," + columns[i] + "," +
                std::to_string(count) + "," + totals[i].csv(columns[i]) + "\n";
    return rows;
}

TEST(CliTotals, OfAMillionNumbersArePublished) {
    const std::string names = "mobius,phi,count,sigma,omega,bigomega,squarefree,liouville";
    const spawn::Result result = program({"--total", "-s", names}, numbers(1, 1000000));
    EXPECT_EQ(result.status, 0) << result.err;
    std::istringstream lines(result.out);
    std::string line;
    std::getline(lines, line);
    EXPECT_EQ(line, "1000000 numbers from 1 to 1000000");
    for (const char *const expected :
         {"mobius: sum 212, least -1 at 2, greatest 1 at 1; -1: 303857, 0: 392074, 1: 304069",
          "phi: sum 303963552392, least 1 at 1, greatest 999982 at 999983",
          "count: sum 13970034, least 1 at 1, greatest 240 at 720720",
          "sigma: sum 822468118437, least 1 at 1, greatest 4390848 at 997920",
          "omega: sum 2853708, least 0 at 1, greatest 7 at 510510; 0: 1, 1: 78734, 2: 288726, "
          "3: 379720, 4: 208034, 5: 42492, 6: 2285, 7: 8",
          "bigomega: sum 3626619, ", "squarefree: sum 607926, ", "liouville: sum -530, "}) {
        std::getline(lines, line);
        EXPECT_EQ(line.compare(0, strlen(expected), expected), 0) << line;
    }
}

TEST(CliTotals, MatchTheLines) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (const bool wide : {false, true}) {
        const std::string input = random_numbers(random, scaled(wide ? 200 : 4000), wide);
        const std::string lines = program({"-s", all_columns}, input).out;
        const std::string expected = csv_header + expected_rows(lines, all_columns);
        for (const char *const backend : {"serial", "threads", "pool", "fork"}) {
            const spawn::Result result = program(
                {"--total", "-f", "csv", "-s", all_columns, "-b", backend, "-j", "3"}, input);
            EXPECT_EQ(result.status, 0) << result.err;
            EXPECT_EQ(first_difference(result.out, expected), "") << backend;
        }
    }
}

TEST(CliTotals, OfNoNumbers) {
    EXPECT_EQ(program({"--total", "-s", "mobius,phi"}, "").out,
              "0 numbers\nmobius: sum 0\nphi: sum 0\n");
    EXPECT_EQ(program({"--total", "-s", "phi", "-f", "csv"}, "").out,
              std::string(csv_header) + ",,phi,0,0,,,,,\n");
    EXPECT_EQ(program({"--total", "-s", "phi", "-f", "jsonl"}, "").out,
              R"({"from":null,"to":null,"column":"phi","numbers":"0","sum":"0","least":null,)"
              R"("least_n":null,"greatest":null,"greatest_n":null,"values":[]})"
              "\n");
    const spawn::Result result = program({"--total", "-s", "phi"}, "5 x 0");
    EXPECT_EQ(result.status, 1) << "of the bad tokens";
    EXPECT_EQ(result.out, "1 number from 5 to 5\nphi: sum 4, least 4 at 5, greatest 4 at 5\n");
}

TEST(CliTotals, OfJson) {
    const Arguments options = {"--total", "-f", "jsonl", "-s", "mobius,sigma"};
    const std::string input = numbers(1, 1000);
    EXPECT_EQ(
        program(options, input).out,
        R"({"from":"1","to":"1000","column":"mobius","numbers":"1000","sum":"2","least":"-1",)"
        R"("least_n":"2","greatest":"1","greatest_n":"1",)"
        R"("values":[["-1","303"],["0","392"],["1","305"]]})"
        "\n"
        R"({"from":"1","to":"1000","column":"sigma","numbers":"1000","sum":"823081",)"
        R"("least":"1","least_n":"1","greatest":"3048","greatest_n":"960","values":[]})"
        "\n");
    Arguments with_numbers = options;
    with_numbers.emplace_back("--json-integers=number");
    json_t *const object =
        json_loads(program(with_numbers, input).out.c_str(), JSON_DISABLE_EOF_CHECK, nullptr);
    ASSERT_NE(object, nullptr);
    EXPECT_EQ(json_integer_value(json_object_get(object, "sum")), 2);
    EXPECT_EQ(json_integer_value(json_object_get(object, "least")), -1);
    const json_t *const zeros = json_array_get(json_object_get(object, "values"), 1);
    EXPECT_EQ(json_integer_value(json_array_get(zeros, 1)), 392);
    json_decref(object);
}

// ---- --total-every ----

// M(10^k): A084237.
TEST(CliTotalEvery, TabulatesMertens) {
    const spawn::Result result = program({"--total-every=100", "-s", "mobius"}, numbers(1, 100000));
    EXPECT_EQ(result.status, 0) << result.err;
    for (const char *const row : {"\n1000: 2\n", "\n10000: -23\n", "\n100000: -48\n100000 numbers"})
        EXPECT_NE(result.out.find(row), std::string::npos) << row;
    EXPECT_EQ(result.out.compare(0, 7, "100: 1\n"), 0);
    EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 1000 + 2);
}

// Every row against the totals of the numbers up to there.
TEST(CliTotalEvery, RowsAreTotalsUpToMultiples) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const std::string names = "count,mobius,sigma";
    std::string input;
    std::vector<uint64_t> list;
    for (uint64_t n = 0; list.size() < 1200;) {
        n += random.between(0, 20) == 0 ? random.between(1, 500) : random.between(0, 2);
        if (n > 0)
            list.push_back(n);
    }
    for (const uint64_t n : list)
        input += std::to_string(n) + "\n";
    const std::string lines = program({"-s", names}, input).out;
    for (const uint64_t step :
         {UINT64_C(1), UINT64_C(2), UINT64_C(97), UINT64_C(5000), UINT64_C(1000000), UINT64_MAX}) {
        std::string expected = csv_header, so_far;
        std::istringstream rest(lines);
        size_t rows = 0;
        for (size_t i = 0; i < list.size(); i++) {
            std::string line;
            std::getline(rest, line);
            so_far += line + "\n";
            const uint64_t interval = (list[i] - 1) / step;
            const bool is_last = i + 1 < list.size() && (list[i + 1] - 1) / step != interval;
            if (is_last && (step > 1000 || rows++ % 40 == 0)) /* expected_rows() is slow */
                expected += expected_rows(so_far, names, std::to_string((interval + 1) * step));
            else if (is_last)
                expected += "?\n?\n?\n";
        }
        expected += expected_rows(so_far, names);
        for (const char *const jobs : {"1", "3"}) {
            std::string out = program({"--total-every", std::to_string(step), "-f", "csv", "-s",
                                       names, "-j", jobs},
                                      input)
                                  .out;
            std::istringstream found(out), wanted(expected);
            std::string got, want;
            size_t count = 0;
            while (std::getline(wanted, want)) {
                ASSERT_TRUE(std::getline(found, got)) << step;
                count++;
                if (want != "?") {
                    ASSERT_EQ(got, want) << "step " << step << ", row " << count;
                }
            }
            EXPECT_FALSE(std::getline(found, got)) << step << ": " << got;
        }
    }
}

TEST(CliTotalEvery, OfNumbersAboveAWord) {
    EXPECT_EQ(program({"--total-every=10", "-s", "omega"},
                      "18446744073709551615 18446744073709551616 18446744073709551620 "
                      "18446744073709551621 340282366920938463463374607431768211455")
                  .out,
              "18446744073709551620: 14\n18446744073709551630: 19\n"
              "5 numbers from 18446744073709551615 to 340282366920938463463374607431768211455\n"
              "omega: sum 28, least 1 at 18446744073709551616, greatest 9 at "
              "340282366920938463463374607431768211455; 1: 1, 5: 1, 6: 1, 7: 1, 9: 1\n");
}

TEST(CliTotalEvery, NeedsNumbersThatAscend) {
    for (const char *const jobs : {"1", "3"}) {
        const spawn::Result result =
            program({"--total-every=10", "-s", "omega", "-j", jobs}, "5 3");
        EXPECT_EQ(result.status, 2);
        EXPECT_EQ(result.out, "");
        EXPECT_NE(result.err.find("sort them"), std::string::npos) << result.err;
    }
    const std::string far = numbers(1, 100000) + "7\n";
    EXPECT_EQ(program({"--total-every=10", "-s", "omega"}, far).status, 2);
    EXPECT_EQ(program({"--total-every=10", "-s", "omega"}, "5 5 11 11").out,
              "10: 2\n4 numbers from 5 to 11\n"
              "omega: sum 4, least 1 at 5, greatest 1 at 5; 1: 4\n");
}

// ---- Ranges ----

// A range has the totals of the list of its numbers, whether an interval is answered at once or by
// lists, and between other operands.
TEST(CliTotals, OfRanges) {
    const std::string names = "mobius,sigma,carmichael";
    for (const uint64_t first : {UINT64_C(1), UINT64_C(4294960000), UINT64_C(999999999990000)}) {
        const uint64_t last = first + 30000;
        const std::string range = std::to_string(first) + ".." + std::to_string(last);
        for (const auto &[step, jobs] :
             {std::pair{"1000", "3"}, {"8192", "1"}, {"10000", "3"}, {"100000000000", "3"}}) {
            const Arguments options = {"--total-every", step, "-s", names, "-f", "csv"};
            const spawn::Result list = program(options, numbers(first, last));
            Arguments arguments = options;
            arguments.insert(arguments.end(), {"-j", jobs, range});
            const spawn::Result result = program(arguments);
            EXPECT_EQ(result.status, 0) << result.err;
            EXPECT_EQ(first_difference(result.out, list.out), "") << range << " " << step;
        }
    }
    EXPECT_EQ(
        program({"--total", "-s", names, "5", "7..20000", "30000", "1..6000"}).out,
        program({"--total", "-s", names}, numbers(1, 6000) + numbers(7, 20000) + "5 30000").out);
    const std::string top = "18446744073709541615..18446744073709551615";
    EXPECT_EQ(
        program({"--total", "-s", names, top}).out,
        program({"--total", "-s", names},
                numbers(UINT64_C(18446744073709541615), UINT64_MAX - 1) + "18446744073709551615")
            .out);
}

// Numbers that --only leaves out have no part in totals.
TEST(CliTotals, OfSmoothNumbersOnly) {
    std::string smooth;
    for (uint64_t n = 5; n <= 20000; n++) {
        uint64_t left = n;
        for (const uint64_t p : {2, 3, 5, 7})
            while (left % p == 0)
                left /= p;
        smooth += left == 1 ? std::to_string(n) + "\n" : "";
    }
    const Arguments options = {"--total-every=9000", "-s", "phi,bigomega"};
    const std::string expected = program(options, smooth).out;
    Arguments only = options;
    only.emplace_back("--only=smooth=7");
    EXPECT_EQ(program(only, numbers(5, 20000)).out, expected);
    only.emplace_back("5..20000");
    EXPECT_EQ(program(only).out, expected);
}

// ---- Checkpoints ----

class CliTotalCheckpoint : public testing::Test {
  protected:
    Arguments command(const std::string &step, const Arguments &more = {}) const {
        Arguments arguments = {factor_gpu(),
                               "-s",
                               "mobius,phi",
                               "--total-every",
                               step,
                               "-j",
                               "1",
                               "-o",
                               folder.path("out"),
                               "--checkpoint=" + folder.path("ck"),
                               "--checkpoint-every=0"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return arguments;
    }
    // Leaves a run behind that was killed after it had answered 1 .. last, in blocks.
    void kill_a_run(const std::string &step, int last) const {
        spawn::Process process(command(step));
        for (int n = 1; n <= last; n++) {
            process.send_now(std::to_string(n) + "\n");
            const std::string words = "\"numbers\": " + std::to_string(n) + ",";
            folder.wait_for("ck", [&](const std::string &text) {
                return text.find(words) != std::string::npos;
            });
        }
        process.kill(SIGKILL);
        process.finish_with_open_input();
    }
    void expect_going_on(const std::string &step, const std::string &input) const {
        const spawn::Result result = spawn::run(command(step, {"--resume"}), input);
        EXPECT_EQ(result.status, 0) << result.err;
        EXPECT_EQ(folder.read("out"),
                  program({"-s", "mobius,phi", "--total-every", step}, input).out);
        EXPECT_EQ(folder.names(), (std::set<std::string>{"out"}));
    }
    const ScratchFolder folder;
};

TEST_F(CliTotalCheckpoint, KeepsTheTotals) {
    for (const int last : {1, 4, 5, 6, 10}) {
        kill_a_run("5", last);
        expect_going_on("5", numbers(1, 23));
        std::filesystem::remove(folder.path("out"));
    }
    kill_a_run("5", 10);
    expect_going_on("5", numbers(1, 10));
}

// A run that was killed after its last checkpoint, before its file got its name: the totals at the
// end are there already.
TEST_F(CliTotalCheckpoint, WritesTheTotalsAtTheEndOnce) {
    for (const int last : {10, 14}) {
        kill_a_run("5", 10);
        const std::string rows = folder.read("out.part");
        const std::string whole =
            program({"-s", "mobius,phi", "--total-every=5"}, numbers(1, 10)).out;
        ASSERT_EQ(whole.compare(0, rows.size(), rows), 0);
        folder.write("out.part", whole);
        const std::string digest =
            spawn::run({"/usr/bin/sha256sum", folder.path("out.part")}).out.substr(0, 64);
        std::string text = folder.read("ck");
        const auto change = [&](const std::string &member, const std::string &value) {
            const size_t begin = text.find("\"" + member + "\": ") + member.size() + 4;
            ASSERT_NE(begin, std::string::npos);
            text.replace(begin, text.find_first_of(",\n", begin) - begin, value);
        };
        change("complete", "true");
        change("output_bytes", std::to_string(whole.size()));
        change("totals_bytes", std::to_string(whole.size() - rows.size()));
        change("tail_sha256", "\"" + digest + "\"");
        folder.write("ck", text);
        expect_going_on("5", numbers(1, static_cast<uint64_t>(last)));
        std::filesystem::remove(folder.path("out"));
    }
}

// Whatever instant a run is killed at that cuts off the totals of one that was complete.
TEST_F(CliTotalCheckpoint, OfACompleteRunThatIsKilledAgain) {
    const std::string why = hardships::why_no_faults();
    if (!why.empty())
        GTEST_SKIP() << why;
    const auto kill_at = [&](const std::string &call, const std::string &file) {
        const spawn::Result result = spawn::run(hardships::with_failing(
            {call + ":signal=SIGKILL"}, command("5", {"--resume", "1..23"}), folder.path(file)));
        EXPECT_NE(result.status, 0);
        EXPECT_EQ(folder.names().count("out"), 0U);
    };
    kill_at("rename", "out.part");
    const std::string whole = program({"-s", "mobius,phi", "--total-every=5", "1..23"}).out;
    ASSERT_EQ(folder.read("out.part"), whole);
    kill_at("rename", "ck.new"); /* of the first checkpoint */
    kill_at("ftruncate", "out.part");
    const spawn::Result result = spawn::run(command("5", {"--resume", "1..23"}));
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(folder.read("out"), whole);
}

// A range that is killed again and again.
TEST_F(CliTotalCheckpoint, OfARangeThatIsKilled) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const std::string step = "20000", range = "5..1500000";
    const std::string expected = program({"-s", "mobius,phi", "--total-every", step, range}).out;
    const auto holds_numbers = [&] {
        const std::string text = folder.read("ck");
        return !text.empty() && text.find("\"numbers\": 0,") == std::string::npos;
    };
    int kept = 0;
    for (int kills = 0; kills < 8 || (kept == 0 && kills < 100); kills++) {
        spawn::Process process(command(step, {"--resume", "-q", range}));
        if (kills < 7 || kept > 0)
            usleep(static_cast<useconds_t>(random.between(1000, 200000)));
        else /* on a busy machine the program takes longer to begin */
            process.wait_for(holds_numbers);
        process.kill(SIGKILL);
        process.finish();
        kept += holds_numbers();
    }
    const spawn::Result result = spawn::run(command(step, {"--resume", "-q", range}));
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(first_difference(folder.read("out"), expected), "");
    EXPECT_GT(kept, 0);
}

TEST_F(CliTotalCheckpoint, OfOtherTotalsIsRefused) {
    kill_a_run("5", 7);
    const spawn::Result other = spawn::run(command("6", {"--resume"}), numbers(1, 9));
    EXPECT_EQ(other.status, 2);
    EXPECT_NE(other.err.find("total-every=5 there, total-every=6 here"), std::string::npos)
        << other.err;
    std::string text = folder.read("ck");
    text.replace(text.find("1,7,phi"), 7, "1,8,phi");
    folder.write("ck", text);
    const spawn::Result damaged = spawn::run(command("5", {"--resume"}), numbers(1, 9));
    EXPECT_EQ(damaged.status, 2);
    EXPECT_NE(damaged.err.find("it is damaged: 'totals'"), std::string::npos) << damaged.err;
}

// A run that is stopped prints what it has, unless a later run is to go on.
TEST(CliTotals, OfARunThatIsStopped) {
    spawn::Process process({factor_gpu(), "--total", "-s", "phi", "-j", "1", "--progress=json"});
    process.send_now("5 6 7\n");
    process.wait_for_message("\"done\":3,");
    process.kill(SIGINT);
    const spawn::Result result = process.finish_with_open_input();
    EXPECT_EQ(result.status, 128 + SIGINT);
    EXPECT_EQ(result.out, "3 numbers from 5 to 7\n"
                          "phi: sum 12, least 2 at 6, greatest 6 at 7\n");
}

// ---- Options ----

TEST(CliTotalOptions, AStepIsSpelledAsAnOperand) {
    const std::string expected = program({"--total-every=100", "-s", "phi", "1..1000"}).out;
    for (const char *const step : {"10^2", "1e2", "0x64", "10^2+0"})
        EXPECT_EQ(program({"--total-every", step, "-s", "phi", "1..1000"}).out, expected) << step;
}

TEST(CliTotalOptions, ThatMakeNoSense) {
    const std::vector<std::pair<Arguments, std::string>> cases = {
        {{"--total", "12"}, "needs --show with columns that are numbers"},
        {{"--total", "-s", "primes", "12"}, "needs --show with columns that are numbers"},
        {{"--total", "-s", "phi", "-f", "npy", "12"}, "totals have the formats text, jsonl"},
        {{"--total-every=0", "-s", "phi"}, "'0' is not a whole number from 1"},
        {{"--total-every=x", "-s", "phi"}, "'x' is not a whole number from 1"},
        {{"--total-every=2^64", "-s", "phi"}, "'2^64' is not a whole number from 1"},
        {{"--total-every=18446744073709551616", "-s", "phi"}, "is not a whole number from 1"},
        {{"--merge-totals"}, "needs the files of the parts"},
        {{"--merge-totals", "--total", "-s", "phi", "a"}, "leave --total out"},
        {{"--merge-totals", "-f", "npy", "a"},
         "totals have the formats text, jsonl and csv, not npy"},
        {{"--merge-totals", "-s", "phi", "a"}, "option --show does not go with --merge-totals"},
        {{"--merge-totals", "--only=smooth=7", "a"}, "option --only does not go with"},
        {{"--merge-totals", "--shard=1/2", "a"}, "option --shard does not go with"},
        {{"--merge-totals", "--strict", "a"}, "option --strict does not go with"},
        {{"--merge-totals", "--manifest=m", "a"}, "option --manifest does not go with"},
        {{"--merge-totals", "--checkpoint=c", "a"}, "option --checkpoint does not go with"},
        {{"--merge-totals", "-j", "2", "a"}, "option --jobs does not go with"},
        {{"--merge-totals", "-m", "factor", "a"}, "option --method does not go with"},
        {{"--merge-totals", "-b", "serial", "a"}, "option --backend does not go with"},
        {{"--merge-totals", "-", "-"}, "standard input was given twice"},
        {{"--total", "--compare", "12"}, "does not go with --compare"},
    };
    for (const auto &[arguments, words] : cases) {
        const spawn::Result result = program(arguments);
        EXPECT_EQ(result.status, 2) << result.err;
        EXPECT_NE(result.err.find(words), std::string::npos) << result.err << "lacks: " << words;
    }
}

} // namespace
