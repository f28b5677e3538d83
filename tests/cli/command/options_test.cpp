// SPDX-License-Identifier: MIT
// The command line's values as the program sees them; messages and exit statuses are in
// cli_test.cpp.
#include "cli/command/options.h"

#include <algorithm>
#include <cstdlib>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

class Options : public testing::Test {
  protected:
    bool parse(std::vector<std::string> arguments) {
        arguments_ = std::move(arguments);
        arguments_.insert(arguments_.begin(), "factor-gpu");
        argv_.clear();
        for (std::string &argument : arguments_)
            argv_.push_back(argument.data());
        argv_.push_back(nullptr);
        char *text = nullptr;
        size_t size = 0;
        FILE *const err = open_memstream(&text, &size);
        const bool parsed =
            fg_options_parse(static_cast<int>(arguments_.size()), argv_.data(), &options, err);
        fclose(err);
        message = text;
        free(text);
        EXPECT_EQ(parsed, message.empty()) << message;
        return parsed;
    }

    fg_options options;
    std::string message;

  private:
    std::vector<std::string> arguments_;
    std::vector<char *> argv_;
};

TEST_F(Options, Defaults) {
    ASSERT_TRUE(parse({}));
    EXPECT_EQ(options.action, FG_OPTIONS_ANSWER);
    EXPECT_EQ(options.method, FG_METHOD_AUTO);
    EXPECT_STREQ(options.backend, "auto");
    EXPECT_TRUE(fg_columns_are_only(&options.columns, FG_COLUMN_DIVISORS));
    EXPECT_EQ(options.format, FG_WRITER_TEXT);
    EXPECT_EQ(options.jobs, 0u);
    EXPECT_EQ(options.device_count, 0u);
    EXPECT_FALSE(options.all_devices);
    EXPECT_EQ(options.progress, FG_OPTIONS_PROGRESS_AUTO);
    EXPECT_EQ(options.repeat, 18u);
    EXPECT_EQ(options.budget_s, 30);
    EXPECT_EQ(options.json_path, nullptr);
    EXPECT_EQ(options.markdown_path, nullptr);
    EXPECT_EQ(options.page_path, nullptr);
    EXPECT_EQ(options.operand_count, 0u);
    EXPECT_FALSE(options.exponents || options.strict || options.quiet || options.verbose);
}

TEST_F(Options, EveryNameOfTheLibraryIsAccepted) {
    for (size_t i = 0; i < fg_method_count(); i++) {
        ASSERT_TRUE(parse({"-m", fg_method_name(fg_method_at(i))}));
        EXPECT_EQ(options.method, fg_method_at(i));
    }
    for (size_t i = 0; i < fg_backend_count(); i++) {
        ASSERT_TRUE(parse({"-b", fg_backend_name(i)}));
        EXPECT_STREQ(options.backend, fg_backend_name(i));
    }
}

TEST_F(Options, ChoicesMeanTheirEnumerators) {
    const std::pair<const char *, fg_writer_format> formats[] = {
        {"text", FG_WRITER_TEXT},    {"jsonl", FG_WRITER_JSONL},   {"csv", FG_WRITER_CSV},
        {"u64le", FG_WRITER_U64LE},  {"u128le", FG_WRITER_U128LE}, {"npy", FG_WRITER_NPY},
        {"npy128", FG_WRITER_NPY128}};
    for (const auto &[name, format] : formats) {
        ASSERT_TRUE(parse({"-s", "count", "-f", name}));
        EXPECT_EQ(options.format, format);
    }
    const std::pair<const char *, fg_writer_integers> integers[] = {
        {"auto", FG_WRITER_INTEGERS_AUTO},
        {"number", FG_WRITER_INTEGERS_NUMBER},
        {"string", FG_WRITER_INTEGERS_STRING}};
    for (const auto &[name, choice] : integers) {
        ASSERT_TRUE(parse({"-f", "jsonl", std::string("--json-integers=") + name}));
        EXPECT_EQ(options.json_integers, choice);
    }
    const std::pair<const char *, fg_options_progress> progresses[] = {
        {"auto", FG_OPTIONS_PROGRESS_AUTO},
        {"always", FG_OPTIONS_PROGRESS_ALWAYS},
        {"never", FG_OPTIONS_PROGRESS_NEVER},
        {"json", FG_OPTIONS_PROGRESS_JSON}};
    for (const auto &[name, progress] : progresses) {
        ASSERT_TRUE(parse({std::string("--progress=") + name}));
        EXPECT_EQ(options.progress, progress);
    }
}

TEST_F(Options, ColumnsKeepTheirOrder) {
    ASSERT_TRUE(parse({"-s", "smooth=18446744073709551615,gpf,primes,smooth=007,sigma"}));
    const char *const names[] = {"smooth=18446744073709551615", "gpf", "primes", "smooth=7",
                                 "sigma"};
    ASSERT_EQ(options.columns.count, 5u);
    for (size_t i = 0; i < 5; i++)
        EXPECT_STREQ(options.columns.list[i].name, names[i]);
    ASSERT_TRUE(parse({"-s", "count,phi", "--show=omega"}));
    ASSERT_EQ(options.columns.count, 1u);
    EXPECT_STREQ(options.columns.list[0].name, "omega");
}

// As GNU factor, whose users do not know of columns; what was asked for by name stays.
TEST_F(Options, ExponentsAloneAreOfPrimes) {
    const std::pair<std::vector<std::string>, std::vector<std::string>> cases[] = {
        {{}, {"divisors"}},
        {{"-h"}, {"primes"}},
        {{"--exponents", "-f", "jsonl"}, {"primes"}},
        {{"-h", "-s", "count,primes"}, {"count", "primes"}},
        {{"-s", "primes,divisors", "-h"}, {"primes", "divisors"}}};
    for (const auto &[arguments, names] : cases) {
        ASSERT_TRUE(parse(arguments));
        ASSERT_EQ(options.columns.count, names.size());
        for (size_t i = 0; i < names.size(); i++)
            EXPECT_EQ(options.columns.list[i].name, names[i]);
    }
    for (const char *const others : {"divisors", "count", "omega,gpf"})
        EXPECT_FALSE(parse({"-h", "-s", others})) << others;
}

TEST_F(Options, ListOfDevicesIsTextOrJson) {
    for (const char *const format : {"text", "jsonl"})
        EXPECT_TRUE(parse({"--list-devices", "-f", format})) << format;
    for (const char *const format : {"csv", "u64le", "u128le", "npy", "npy128"})
        EXPECT_FALSE(parse({"-f", format, "--list-devices"})) << format;
}

TEST_F(Options, ThereIsRoomForSoManyColumns) {
    std::string list;
    for (size_t i = 0; std::string(fg_columns_name(i)) != "smooth=B"; i++)
        list += std::string(fg_columns_name(i)) + ",";
    const size_t others = static_cast<size_t>(std::count(list.begin(), list.end(), ','));
    for (size_t i = others; i < FG_COLUMNS_MOST - 1; i++)
        list += "smooth=" + std::to_string(UINT64_MAX - i) + ",";
    EXPECT_TRUE(parse({"-s", list + "smooth=1"}));
    EXPECT_EQ(options.columns.count, size_t{FG_COLUMNS_MOST});
    EXPECT_FALSE(parse({"-s", list + "smooth=1,smooth=2"}));
    EXPECT_NE(message.find("more than 64 columns"), std::string::npos) << message;
}

TEST_F(Options, ColumnsOfTables) {
    ASSERT_TRUE(parse({"--input-format=csv"}));
    EXPECT_EQ(options.column, nullptr);
    for (const char *const column : {"1", "1000000", "n", "a b", "-1", "1.5", "0x1"}) {
        ASSERT_TRUE(parse({"--input-format=tsv", std::string("--column=") + column}));
        EXPECT_STREQ(options.column, column);
    }
    for (const char *const column : {"", "0", "1000001", "99999999999999999999"}) {
        EXPECT_FALSE(parse({"--input-format=csv", "--column", column}));
        EXPECT_NE(message.find("is neither a column's number, 1 to 1000000, nor its name"),
                  std::string::npos);
    }
    EXPECT_FALSE(parse({"--column=2"}));
    EXPECT_NE(message.find("option --column needs --input-format=csv"), std::string::npos);
    for (const char *const format : {"csv", "tsv"}) {
        EXPECT_FALSE(parse({"--shard=1/2", "--input-format", format}));
        EXPECT_NE(message.find("option --shard cannot cut CSV"), std::string::npos);
    }
}

TEST_F(Options, InputFormatsAndShards) {
    ASSERT_TRUE(parse({}));
    EXPECT_EQ(options.input_format, FG_READER_AUTO);
    EXPECT_EQ(options.shard.count, 0u);
    const std::pair<const char *, fg_reader_format> formats[] = {
        {"auto", FG_READER_AUTO},     {"text", FG_READER_TEXT}, {"u64le", FG_READER_U64LE},
        {"u128le", FG_READER_U128LE}, {"npy", FG_READER_NPY},   {"csv", FG_READER_CSV},
        {"tsv", FG_READER_TSV}};
    for (const auto &[name, format] : formats) {
        ASSERT_TRUE(parse({"--input-format", name}));
        EXPECT_EQ(options.input_format, format);
    }
    ASSERT_TRUE(parse({"--shard=3/1000000"}));
    EXPECT_EQ(options.shard.index, 3u);
    EXPECT_EQ(options.shard.count, 1000000u);
}

TEST_F(Options, Jobs) {
    ASSERT_TRUE(parse({"-j1"}));
    EXPECT_EQ(options.jobs, 1u);
    ASSERT_TRUE(parse({"--jobs=4096"}));
    EXPECT_EQ(options.jobs, 4096u);
    ASSERT_TRUE(parse({"-j", "008"}));
    EXPECT_EQ(options.jobs, 8u);
}

TEST_F(Options, Devices) {
    ASSERT_TRUE(parse({"-d", "2,0,15"}));
    ASSERT_EQ(options.device_count, 3u);
    EXPECT_EQ(options.devices[0], 2);
    EXPECT_EQ(options.devices[1], 0);
    EXPECT_EQ(options.devices[2], 15);
    ASSERT_TRUE(parse({"-d", "all"}));
    EXPECT_TRUE(options.all_devices);
    EXPECT_EQ(options.device_count, 0u);
    ASSERT_TRUE(parse({"-d", "all", "-d", "1"}));
    EXPECT_FALSE(options.all_devices);
    EXPECT_EQ(options.device_count, 1u);
    std::string many = "0";
    for (int i = 1; i < FG_OPTIONS_MAX_DEVICES; i++)
        many += "," + std::to_string(i);
    ASSERT_TRUE(parse({"-d", many}));
    EXPECT_EQ(options.device_count, size_t{FG_OPTIONS_MAX_DEVICES});
    EXPECT_FALSE(parse({"-d", many + ",9999"}));
}

TEST_F(Options, Comparison) {
    ASSERT_TRUE(
        parse({"--compare", "--repeat=7", "--budget", "2.5", "--export-json=a", "--export-markdown",
               "b", "--report=c", "-m", "trial", "-b", "serial", "-j2", "12"}));
    EXPECT_EQ(options.action, FG_OPTIONS_COMPARE);
    EXPECT_EQ(options.repeat, 7u);
    EXPECT_EQ(options.budget_s, 2.5);
    EXPECT_STREQ(options.json_path, "a");
    EXPECT_STREQ(options.markdown_path, "b");
    EXPECT_STREQ(options.page_path, "c");
    EXPECT_EQ(options.method, FG_METHOD_TRIAL);
    EXPECT_STREQ(options.backend, "serial");
    EXPECT_EQ(options.jobs, 2u);
    ASSERT_EQ(options.operand_count, 1u);
    EXPECT_STREQ(options.operands[0], "12");
}

TEST_F(Options, ComparisonOfSomeBackends) {
    ASSERT_TRUE(parse({"--compare", "--backend=threads,cuda,serial", "--device=0", "12"}));
    EXPECT_STREQ(options.backend, "threads,cuda,serial");
    for (const char *wrong : {"serial,serial", "serial,", ",serial", "serial,auto", "auto,fork",
                              ",", "serial,forks", "serial fork"})
        EXPECT_FALSE(parse({"--compare", "-b", wrong, "12"})) << wrong;
    EXPECT_FALSE(parse({"--compare", "-b", "serial,fork", "--device=0", "12"}));
    EXPECT_FALSE(parse({"-b", "serial,fork", "12"}));
    EXPECT_FALSE(parse({"-b", "serial,fork", "--list-devices"}));
}

TEST_F(Options, ComparisonWithAnEarlierOne) {
    ASSERT_TRUE(parse({"--compare-with=a", "--compare", "12"}));
    EXPECT_EQ(options.action, FG_OPTIONS_COMPARE);
    EXPECT_STREQ(options.compare_with_path, "a");
    ASSERT_TRUE(parse({"--compare-with", "a", "-q", "--export-json=c", "b"}));
    EXPECT_EQ(options.action, FG_OPTIONS_COMPARE_EXPORTS);
    ASSERT_EQ(options.operand_count, 1u);
    EXPECT_STREQ(options.operands[0], "b");
    ASSERT_TRUE(parse({"--compare-with=-", "b"}));
    EXPECT_FALSE(parse({"--compare-with=-", "-"}));
    EXPECT_FALSE(parse({"--compare-with=a"}));
    ASSERT_TRUE(parse({"12"}));
    EXPECT_EQ(options.compare_with_path, nullptr);
}

TEST_F(Options, OneReportMayBeStandardOutput) {
    for (const char *const name : {"-", "/dev/stdout"}) {
        const std::string json = std::string("--export-json=") + name;
        const std::string markdown = std::string("--export-markdown=") + name;
        ASSERT_TRUE(parse({"--compare", json, "--report=c", "12"}));
        EXPECT_STREQ(options.json_path, "-");
        ASSERT_TRUE(parse({"--compare", markdown, "12"}));
        EXPECT_STREQ(options.markdown_path, "-");
        EXPECT_FALSE(parse({"--compare", json, markdown, "12"}));
        EXPECT_NE(message.find("options --export-json and --export-markdown both write to "
                               "standard output"),
                  std::string::npos)
            << message;
        EXPECT_FALSE(parse({"--compare", markdown, "--report=-", "12"}));
    }
}

// They are appended to or renamed, and a file "-" would be a surprise.
TEST_F(Options, FilesThatStayAreNotStandardOutput) {
    for (const std::string option : {"--certify", "--manifest", "--checkpoint"}) {
        EXPECT_FALSE(parse({"--output=answers", option + "=-"}));
        EXPECT_EQ(message.rfind("factor-gpu: option " + option + ": '-' is no file", 0), 0u)
            << message;
        EXPECT_NE(message.find("write ./-\n"), std::string::npos) << message;
        EXPECT_TRUE(parse({"--output=answers", option + "=./-"}));
    }
}

// An option that seems to need no value would take the first number as a file's name.
TEST_F(Options, NumbersAreNoFileUnlessTheyBelongToTheOption) {
    for (const std::string option :
         {"--output", "--checkpoint", "--manifest", "--certify", "--compare-with", "--export-json",
          "--export-markdown", "--report", "--verify-manifest"})
        for (const char *const number : {"12", "2^70+1", "1..100", "0x10"}) {
            EXPECT_FALSE(parse({option, number, "15"}));
            const std::string expected = "factor-gpu: option " + option +
                                         " needs a file before the numbers, as in " + option +
                                         "=FILE " + number + "; for a file of that name write " +
                                         option + "=" + number + "\n";
            EXPECT_EQ(message.rfind(expected, 0), 0u) << message;
        }
    EXPECT_FALSE(parse({"-o", "12"}));
    for (const std::vector<std::string> &arguments :
         {std::vector<std::string>{"--output=12", "15"}, {"-o12", "15"}, {"-o", "./12", "15"}}) {
        ASSERT_TRUE(parse(arguments));
        EXPECT_EQ(std::string(options.output_path).substr(0, 1) == ".", arguments.size() == 3);
        EXPECT_EQ(options.operand_count, 1u);
    }
    EXPECT_TRUE(parse({"--jobs", "2", "--shard", "1/2", "12"}));
}

TEST_F(Options, BudgetReachesItsLimit) {
    ASSERT_TRUE(parse({"--compare", "--budget=1000000000", "12"}));
    EXPECT_EQ(options.budget_s, FG_OPTIONS_MAX_BUDGET_S);
    EXPECT_FALSE(parse({"--compare", "--budget=1000000000.5", "12"}));
}

TEST_F(Options, OperandsKeepTheirOrder) {
    ASSERT_TRUE(parse({"3", "-q", "-", "file", "--", "-1", "--help"}));
    ASSERT_EQ(options.operand_count, 5u);
    const char *const expected[] = {"3", "-", "file", "-1", "--help"};
    for (size_t i = 0; i < 5; i++)
        EXPECT_STREQ(options.operands[i], expected[i]);
    EXPECT_TRUE(options.quiet);
}

TEST_F(Options, HelpWinsOverWhatFollows) {
    ASSERT_TRUE(parse({"--help", "--nonsense"}));
    EXPECT_EQ(options.action, FG_OPTIONS_HELP);
    EXPECT_FALSE(parse({"--nonsense", "--help"}));
}

TEST_F(Options, ActionsExcludeEachOther) {
    EXPECT_FALSE(parse({"--compare", "--list-devices"}));
    EXPECT_FALSE(parse({"--version", "--compare"}));
    EXPECT_TRUE(parse({"--version", "--version", "-v"}));
}

TEST_F(Options, MessagesAreWholeLinesWithThePrefix) {
    EXPECT_FALSE(parse({"-m", "foo"}));
    EXPECT_EQ(message.rfind("factor-gpu: option --method: 'foo' is not valid; valid values: ", 0),
              0u);
    EXPECT_NE(message.find("\nfactor-gpu: try 'factor-gpu --help'\n"), std::string::npos);
}

} // namespace
