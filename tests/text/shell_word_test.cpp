// SPDX-License-Identifier: MIT
// Words that a shell reads back as the text they were made of.
#include "support/random_numbers.h"
#include "support/spawn.h"
#include "text/shell_word.h"

#include <gtest/gtest.h>

namespace {

std::string word(const std::string &text) {
    char *const made = fg_shell_word(text.c_str());
    const std::string result = made != nullptr ? made : "(no memory)";
    free(made);
    return result;
}

std::string read_by_bash(const std::string &command) {
    return spawn::run({"/bin/bash", "-c", "printf %s " + command}).out;
}

TEST(ShellWord, IsAsPlainAsItCanBe) {
    EXPECT_EQ(word("/data/part001"), "/data/part001");
    EXPECT_EQ(word("two words"), "'two words'");
    EXPECT_EQ(word("it's"), "'it'\\''s'");
    EXPECT_EQ(word("~"), "'~'");
    EXPECT_EQ(word(""), "''");
    EXPECT_EQ(word("\xc3\xa9"), "'\xc3\xa9'");
    EXPECT_EQ(word("a\n'\xff"), "$'a\\x0a\\'\\xff'");
}

TEST(ShellWord, IsReadBackByAShell) {
    RandomNumbers random;
    SCOPED_TRACE(random.trace());
    std::string every;
    for (int byte = 1; byte < 256; byte++) {
        every += static_cast<char>(byte);
        const std::string one = std::string("a") + static_cast<char>(byte) + "b";
        EXPECT_EQ(read_by_bash(word(one)), one) << byte;
    }
    EXPECT_EQ(read_by_bash(word(every)), every);
    for (int i = 0; i < 50; i++) {
        std::string text;
        while (random.between(0, 20) != 0)
            text += static_cast<char>(random.between(1, 255));
        EXPECT_EQ(read_by_bash(word(text)), text);
    }
}

} // namespace
