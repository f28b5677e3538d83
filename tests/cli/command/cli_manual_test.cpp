// The manual page against the program: no option without its description.
#include "support/names_in.h"
#include "support/spawn.h"

#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

namespace {

// The lines of mdoc that begin an option's description: ".It Fl s , -show Ns = ...".
std::string option_items() {
    std::ifstream page(FG_SOURCE_FOLDER "/doc/factor-gpu.1");
    std::string items;
    for (std::string line; std::getline(page, line);)
        if (line.rfind(".It Fl ", 0) == 0)
            items += line + "\n";
    return items;
}

TEST(CliManual, DescribesExactlyTheOptionsOfHelp) {
    const std::string help = spawn::run({FG_PROGRAM, "--help"}).out, items = option_items();
    const Names long_names = names_in(help, "\n  .{3} --([a-z-]+)");
    EXPECT_GE(long_names.size(), 19u);
    EXPECT_EQ(names_in(items, " -([a-z-]+)"), long_names);
    const Names letters = names_in(help, "\n  -([a-z]), --");
    EXPECT_GE(letters.size(), 9u);
    EXPECT_EQ(names_in(items, "\\.It Fl ([a-z]) , "), letters);
}

} // namespace
