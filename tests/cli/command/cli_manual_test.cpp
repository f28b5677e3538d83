// SPDX-License-Identifier: MIT
// The manual page against the program: no option, backend or column without its description.
#include "support/names_in.h"
#include "support/spawn.h"
#include "support/tested_program.h"

#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

namespace {

// The lines of the page from one that begins with `first` to the next that begins with `end`; with
// an empty `end`, those that begin with `first`.
std::string part_of_page(const std::string &first, const std::string &end) {
    std::ifstream page(FG_SOURCE_FOLDER "/doc/factor-gpu.1");
    std::string part;
    bool inside = false;
    for (std::string line; std::getline(page, line);) {
        inside = line.rfind(first, 0) == 0 || (inside && line.rfind(end, 0) != 0);
        if (inside)
            part += line + "\n";
    }
    return part;
}

// The lines of mdoc that begin an option's description: ".It Fl s , -show Ns = ...".
std::string option_items() {
    return part_of_page(".It Fl ", "");
}

TEST(CliManual, DescribesExactlyTheOptionsOfHelp) {
    const std::string help = spawn::run({factor_gpu(), "--help"}).out, items = option_items();
    const Names long_names = names_in(help, "\n  .{3} --([a-z-]+)");
    EXPECT_GE(long_names.size(), 19u);
    EXPECT_EQ(names_in(items, " -([a-z-]+)"), long_names);
    const Names letters = names_in(help, "\n  -([a-z]), --");
    EXPECT_GE(letters.size(), 9u);
    EXPECT_EQ(names_in(items, "\\.It Fl ([a-z]) , "), letters);
}

TEST(CliManual, DescribesExactlyTheColumns) {
    const std::string refusal = spawn::run({factor_gpu(), "--show=nothing"}).err;
    const Names columns = names_in(refusal, "[:,] ([a-z0-9_]+)(?==B|,|\n)");
    EXPECT_GE(columns.size(), 13u) << refusal;
    std::string items;
    std::istringstream section(part_of_page(".Sh COLUMNS", ".Sh "));
    for (std::string line; std::getline(section, line);)
        if (line.rfind(".It Cm ", 0) == 0)
            items += line + "\n";
    EXPECT_EQ(names_in(items, "(?:Cm|,) ([a-z0-9_]+)"), columns);
}

TEST(CliManual, DescribesEveryBackend) {
    const std::string help = spawn::run({factor_gpu(), "--help"}).out;
    const Names choices = names_in(help, "--backend=([a-z0-9_|]+)");
    ASSERT_EQ(choices.size(), 1u);
    const Names backends = names_in("|" + *choices.begin(), "\\|([a-z0-9_]+)");
    EXPECT_GE(backends.size(), 6u);
    const std::string text = part_of_page(".It Fl b ", ".It ");
    for (const std::string &name : backends)
        EXPECT_NE(text.find("\n.Cm " + name), std::string::npos) << name;
}

TEST(CliManual, DescribesExactlyTheKeysOfProgress) {
    const std::string line = spawn::run({factor_gpu(), "--progress=json", "12"}).err;
    const Names keys = names_in(line, "\"([a-z_]+)\":");
    EXPECT_GE(keys.size(), 11u) << line;
    std::string items;
    std::istringstream section(part_of_page(".Sh PROGRESS", ".Sh "));
    for (std::string text; std::getline(section, text);)
        if (text.rfind(".It Li ", 0) == 0)
            items += text + "\n";
    EXPECT_EQ(names_in(items, "(?:Li|,) ([a-z_]+)"), keys);
}

TEST(CliManual, DescribesExactlyTheKeysOfADevice) {
    const std::string line =
        spawn::run({factor_gpu_emulated(), "--list-devices", "--format=jsonl"}).out;
    const Names keys = names_in(line, "\"([a-z_]+)\":");
    EXPECT_GE(keys.size(), 9u) << line;
    EXPECT_EQ(names_in(part_of_page(".It Fl -list-devices", ".It "), "\n\\.Li ([a-z_]+)"), keys);
}

} // namespace
