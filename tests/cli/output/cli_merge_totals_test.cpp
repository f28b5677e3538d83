// SPDX-License-Identifier: MIT
// --merge-totals: parts of an input have the totals of the whole, and what is no part is refused.
#include "cli/output/totals_program.h"
#include "support/first_difference.h"
#include "support/scratch_folder.h"

#include <gtest/gtest.h>

namespace {

class CliMergeTotals : public testing::Test {
  protected:
    // Writes the totals of an input's parts, and returns their paths.
    Arguments write_parts(const std::string &input, const std::string &names, unsigned count,
                          const std::string &format) const {
        Arguments paths;
        folder.write("input", input);
        for (unsigned i = 1; i <= count; i++) {
            paths.push_back(folder.path("part" + std::to_string(i)));
            const spawn::Result result =
                program({"--total", "-f", format, "-s", names, "-o", paths.back(), "--shard",
                         std::to_string(i) + "/" + std::to_string(count), folder.path("input")});
            EXPECT_EQ(result.status, 0) << result.err;
        }
        return paths;
    }
    static spawn::Result merge(Arguments paths, const std::string &format = "text") {
        paths.insert(paths.begin(), {"--merge-totals", "-f", format});
        return program(paths);
    }
    void expect_refused(const Arguments &paths, const std::string &words, int status = 1) const {
        const spawn::Result result = merge(paths);
        EXPECT_EQ(result.status, status) << result.err;
        EXPECT_EQ(result.out, "");
        EXPECT_NE(result.err.find(words), std::string::npos) << result.err << "lacks: " << words;
    }
    const ScratchFolder folder;
};

TEST_F(CliMergeTotals, GivesTheTotalsOfTheWhole) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const std::string input = random_numbers(random, scaled(800), true);
    for (const char *const part_format : {"text", "csv", "jsonl"}) {
        const Arguments paths = write_parts(input, all_columns, 5, part_format);
        for (const char *const format : {"text", "csv", "jsonl"}) {
            const spawn::Result merged = merge(paths, format);
            EXPECT_EQ(merged.status, 0) << merged.err;
            EXPECT_EQ(
                first_difference(merged.out,
                                 program({"--total", "-f", format, "-s", all_columns}, input).out),
                "")
                << part_format << " to " << format;
        }
    }
}

TEST_F(CliMergeTotals, OfPartsOfARange) {
    Arguments paths;
    for (const char *const part : {"1/3", "2/3", "3/3"}) {
        paths.push_back(folder.path(std::to_string(paths.size())));
        EXPECT_EQ(program({"--total", "-s", "mobius,phi", "-o", paths.back(), "--shard", part,
                           "1..1000000"})
                      .status,
                  0);
    }
    const std::string merged = merge(paths).out;
    EXPECT_EQ(merged, program({"--total", "-s", "mobius,phi", "1..1000000"}).out);
    EXPECT_NE(merged.find("mobius: sum 212, "), std::string::npos) << merged;
    expect_refused({paths[0], paths[1], paths[0]}, "have numbers in common");
}

TEST_F(CliMergeTotals, OfPartsWithTablesAndWithoutNumbers) {
    const Arguments paths = write_parts("1 2 3", "mobius,count", 9, "csv");
    EXPECT_EQ(merge(paths).out, program({"--total", "-s", "mobius,count", "1", "2", "3"}).out);
    for (const char *const format : {"text", "csv", "jsonl"}) {
        const std::string names = "phi,smooth=7,squarefree";
        const auto table = [&](const char *name, const std::string &input) {
            folder.write(name, program({"--total-every=10", "-f", format, "-s", names}, input).out);
            return folder.path(name);
        };
        EXPECT_EQ(merge({table("a", numbers(1, 35)), table("b", numbers(36, 60))}).out,
                  program({"--total", "-s", names}, numbers(1, 60)).out);
    }
    folder.write("n", program({"--total", "-f", "jsonl", "--json-integers=number", "-s", "phi"},
                              numbers(1, 50))
                          .out);
    EXPECT_EQ(merge({folder.path("n")}).out, program({"--total", "-s", "phi"}, numbers(1, 50)).out);
}

TEST_F(CliMergeTotals, RefusesNumbersThatWouldCountTwice) {
    const auto write = [&](const char *name, const std::string &input,
                           const char *columns = "mobius") {
        folder.write(name, program({"--total", "-s", columns}, input).out);
        return folder.path(name);
    };
    const std::string first = write("first", numbers(1, 50)), next = write("next", numbers(51, 99));
    EXPECT_EQ(merge({next, first}).out, program({"--total", "-s", "mobius"}, numbers(1, 99)).out);
    expect_refused({first, write("over", numbers(50, 60))}, "have numbers in common");
    expect_refused({first, next, first}, "have numbers in common");
    const std::string list = write("list", "7 100 3 9");
    expect_refused({list, list}, "have numbers in common");
    EXPECT_EQ(merge({list, write("other", "7 100 3 10")}).status, 0);
    for (const char *const ends : {"50 70", "49 50 120", "200 1", "60 25 90 7"})
        expect_refused({first, write("sparse", ends)}, "have numbers in common");
    // Neither end is from 51 to 99, but mobius is least at 61, or greatest at 57.
    for (const char *const extreme : {"50 61 100", "100 57 50"})
        expect_refused({next, write("sparse", extreme)}, "have numbers in common");
    EXPECT_EQ(merge({next, write("around", "1 5 57 100")}).status, 0) << "57 is not named";
    expect_refused({first, write("phi", numbers(51, 60), "phi")}, "different columns");
}

// All but the last part of a joined file would be lost.
TEST_F(CliMergeTotals, RefusesPartsThatAreJoined) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    const std::string list = random_numbers(random, scaled(100), true);
    for (const char *const format : {"text", "csv", "jsonl"}) {
        for (const std::string &input : {numbers(1, 1000), list, std::string("7 7"),
                                         std::string("3 1 2 5 1 4 9 1 30 50 60")}) {
            std::string joined;
            for (const std::string &path : write_parts(input, "mobius,phi", 3, format))
                joined += folder.read(path.substr(path.rfind('/') + 1));
            folder.write("joined", joined);
            expect_refused({folder.path("joined")}, "totals of several runs, one after the other");
        }
        const std::string whole =
            program({"--total-every=10", "-f", format, "-s", "phi"}, numbers(1, 35)).out;
        folder.write("joined", whole + whole);
        expect_refused({folder.path("joined")}, "totals of several runs, one after the other");
    }
}

// Parts whose first numbers are the same look much like a table.
TEST_F(CliMergeTotals, RefusesJoinedTotalsFromTheSameNumber) {
    const auto total = [](const char *format, const std::string &input) {
        return program({"--total", "-f", format, "-s", "mobius"}, input).out;
    };
    for (const char *const format : {"csv", "jsonl"})
        for (const char *const next : {"1 20 30", "1 4 9 11", "1 2 3 30", "1 2 11 12"}) {
            std::string text = total(format, next);
            text.erase(0, std::string(format) == "csv" ? strlen(csv_header) : 0);
            folder.write("joined", total(format, "1 10") + text);
            expect_refused({folder.path("joined")}, "totals of several runs, one after the other");
        }
}

TEST_F(CliMergeTotals, RefusesATableCutOffBetweenColumns) {
    for (const char *const format : {"csv", "jsonl"}) {
        std::string table =
            program({"--total-every=10", "-f", format, "-s", "mobius,phi"}, numbers(1, 35)).out;
        table.erase(table.rfind('\n', table.size() - 2) + 1);
        folder.write("table", table);
        expect_refused({folder.path("table")}, "of other columns than those before, or cut off");
    }
}

TEST_F(CliMergeTotals, RefusesRowsThatContradictThemselves) {
    const std::string whole = program({"--total", "-s", "mobius,phi"}, numbers(5, 50)).out;
    const auto expect_contradiction = [&](const std::string &from, const std::string &to) {
        std::string text = whole;
        ASSERT_NE(text.find(from), std::string::npos) << from << " is not in " << whole;
        folder.write("changed", text.replace(text.find(from), from.size(), to));
        expect_refused({folder.path("changed")}, "of a row contradict each other");
    };
    const std::string sum = whole.substr(whole.find("mobius: sum "),
                                         whole.find(", least") - whole.find("mobius: sum "));
    expect_contradiction(sum, "mobius: sum 17");
    expect_contradiction("least -1", "least 0");
    expect_contradiction("least -1 at 5", "least -1 at 4");
    expect_contradiction("greatest 1 at 6", "greatest 1 at 51");
    expect_contradiction("greatest 1 at 6", "greatest 2 at 6");
    expect_contradiction("least 2 at 6", "least 200 at 6");
    expect_contradiction(whole, "0 numbers\nphi: sum 5\n");
}

TEST_F(CliMergeTotals, NamesLineEndsOfWindows) {
    folder.write("part", "1 number from 5 to 5\r\nphi: sum 4, least 4 at 5, greatest 4 at 5\r\n");
    expect_refused({folder.path("part")}, "a carriage return and a line feed");
}

TEST_F(CliMergeTotals, RefusesWhatIsNoTotals) {
    const std::string whole = program({"--total", "-s", "mobius,phi"}, numbers(1, 50)).out;
    const auto changed = [&](const std::string &from, const std::string &to) {
        std::string text = whole;
        EXPECT_NE(text.find(from), std::string::npos);
        folder.write("changed", text.replace(text.find(from), from.size(), to));
        return folder.path("changed");
    };
    expect_refused({changed("mobius", "nobius")}, "of no column");
    expect_refused({changed("least", "last")}, "not as this program writes them");
    expect_refused({changed("0: ", "0: 1")}, "not of the same count of numbers");
    expect_refused({changed("sum -3", "sum -03")}, "not as this program writes them");
    expect_refused({changed(whole, "")}, "it is empty");
    expect_refused({changed(whole, whole.substr(0, whole.size() - 1))}, "middle of a line");
    expect_refused({changed(whole, "12: 6\n")}, "no line begins them");
    expect_refused({changed(whole, "{}\n")}, "a row has no column");
    expect_refused({changed(whole, std::string(70, ',') + "\n")}, "it holds no totals");
    expect_refused({folder.path("missing")}, "No such file", 3);
}

// Whatever bytes are changed, the sum is that of what the file says, or it is refused.
TEST_F(CliMergeTotals, SurvivesAnyBytes) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    for (const char *const format : {"text", "csv", "jsonl"}) {
        const std::string whole =
            program({"--total", "-f", format, "-s", "mobius,smooth=7"}, numbers(1, 50)).out;
        for (size_t i = 0; i < scaled(40); i++) {
            std::string text = whole;
            text[random.between(0, text.size() - 1)] = static_cast<char>(random.between(0, 255));
            if (i % 4 == 0)
                text.erase(random.between(0, text.size() - 1), random.between(1, 30));
            folder.write("changed", text);
            const spawn::Result result = merge({folder.path("changed")}, format);
            EXPECT_TRUE(result.status == 1 ? result.out.empty() : result.status == 0) << text;
        }
    }
}

// The table of the whole, byte by byte, from the tables of its parts in any order. In text it has
// sums only, so that parts in text can have no rows.
TEST_F(CliMergeTotals, GivesTheTableOfTheWhole) {
    const std::string low = "1..1000", high = "18446744073709551000..18446744073709551615";
    const std::string cases[][3] = {{"1", "csv", low},
                                    {"7", "jsonl", high},
                                    {"100", "csv", high},
                                    {"100", "jsonl", low},
                                    {"2000", "csv", low}};
    for (const auto &[step, format, range] : cases) {
        SCOPED_TRACE(step + " " + format + " " + range);
        Arguments parts;
        for (const char *const shard : {"3/4", "1/4", "4/4", "2/4"}) {
            parts.push_back(folder.path(std::string("part") + shard[0]));
            ASSERT_EQ(program({"--total-every", step, "-f", format, "-s", "mobius,phi", "--shard",
                               shard, "-o", parts.back(), range})
                          .status,
                      0);
        }
        for (const std::string &merged : {format, std::string("text")}) {
            const std::string whole =
                program({"--total-every", step, "-f", merged, "-s", "mobius,phi", range}).out;
            Arguments arguments = {"--merge-totals", "--total-every", step, "-f", merged};
            arguments.insert(arguments.end(), parts.begin(), parts.end());
            EXPECT_EQ(first_difference(program(arguments).out, whole), "");
            arguments.insert(arguments.begin(), {"-o", folder.path("out")});
            const spawn::Result result = program(arguments);
            EXPECT_EQ(result.out + result.err, "");
            EXPECT_EQ(folder.read("out"), whole);
        }
    }
}

// An interval without numbers has no row, and one that ends with a part has its row all the same.
TEST_F(CliMergeTotals, GivesTheTableOfNumbersThatAreFarApart) {
    const std::string lists[] = {"3\n9\n10\n", "41\n42\n", "50\n", "77\n1000\n"};
    Arguments arguments = {"--merge-totals", "--total-every=10", "-f", "csv"};
    std::string all;
    for (const std::string &list : lists) {
        arguments.push_back(folder.path("part" + std::to_string(arguments.size())));
        all += list;
        ASSERT_EQ(
            program({"--total-every=10", "-f", "csv", "-s", "phi", "-o", arguments.back()}, list)
                .status,
            0);
    }
    EXPECT_EQ(program(arguments).out,
              program({"--total-every=10", "-f", "csv", "-s", "phi"}, all).out);
}

TEST_F(CliMergeTotals, RefusesTablesThatLackRows) {
    const auto table = [&](const std::string &name, const std::string &format,
                           const Arguments &more) {
        Arguments arguments = {"-f", format, "-s", "phi", "-o", folder.path(name)};
        arguments.insert(arguments.end(), more.begin(), more.end());
        EXPECT_EQ(program(arguments).status, 0);
        return folder.path(name);
    };
    const std::string first = table("first", "csv", {"--total-every=10", "1..55"});
    const std::string next = table("next", "csv", {"--total-every=10", "56..99"});
    const std::string without = table("without", "csv", {"--total", "56..99"});
    const std::string in_text = table("text", "text", {"--total-every=10", "56..99"});
    const auto expect = [&](const std::string &step, const std::string &part,
                            const std::string &words) {
        const spawn::Result result = program(
            {"--merge-totals", "--total-every", step, "-o", folder.path("out"), first, part});
        EXPECT_EQ(result.status, 1);
        EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
        EXPECT_EQ(folder.names().count("out"), 0U);
        EXPECT_EQ(folder.names().count("out.part"), 0U);
    };
    expect("5", next, "its table has 5 rows, and with --total-every=5 it would have 10");
    expect("3", next, "at no multiple of --total-every=3");
    expect("10", without, "its table has 0 rows");
    expect("10", in_text, "--format=csv or jsonl");
}

// The output follows the rule of other runs: it is complete or absent, and never an input.
TEST_F(CliMergeTotals, WritesAFile) {
    const std::string part = folder.path("part");
    ASSERT_EQ(program({"--total", "-s", "phi", "-o", part, "1..9"}).status, 0);
    const std::string before = folder.read("part");
    const spawn::Result own = program({"--merge-totals", "-o", part, part});
    EXPECT_EQ(own.status, 2);
    EXPECT_NE(own.err.find("would overwrite the input"), std::string::npos) << own.err;
    EXPECT_EQ(folder.read("part"), before);
    EXPECT_EQ(program({"--merge-totals", "-o", folder.path("no/file"), part}).status, 6);
    EXPECT_EQ(program({"--merge-totals", "-o", "/dev/full", part}).status, 6);
    folder.write("out", "old");
    EXPECT_EQ(program({"--merge-totals", "-o", folder.path("out"), part}).status, 0);
    EXPECT_EQ(folder.read("out"), before);
    EXPECT_EQ(folder.names(), (std::set<std::string>{"out", "part"}));
}

} // namespace
