// SPDX-License-Identifier: MIT
// The parts of a line that fit into so many columns.
#include "terminal/terminal_line.h"

#include <gtest/gtest.h>
#include <string>

namespace {

std::string fitted(const std::string &text, size_t columns) {
    return text.substr(0, fg_terminal_fit(text.c_str(), text.size(), columns));
}

TEST(TerminalLine, KeepsWholePartsAndWholeNumbers) {
    const std::string line = "1234567 numbers, 45.2 k/s, 37 %, 0:12 left";
    const std::pair<size_t, const char *> cases[] = {
        {100, "1234567 numbers, 45.2 k/s, 37 %, 0:12 left"},
        {42, "1234567 numbers, 45.2 k/s, 37 %, 0:12 left"},
        {41, "1234567 numbers, 45.2 k/s, 37 %"},
        {31, "1234567 numbers, 45.2 k/s, 37 %"},
        {30, "1234567 numbers, 45.2 k/s"},
        {24, "1234567 numbers"},
        {15, "1234567 numbers"},
        {14, "1234567"},
        {7, "1234567"},
        {6, ""},
        {0, ""}};
    for (const auto &[columns, expected] : cases)
        EXPECT_EQ(fitted(line, columns), expected) << columns;
}

TEST(TerminalLine, NeverGoesBeyondTheColumns) {
    for (const std::string line :
         {"factor/threads: run 3 of 18", "1 number, 0.25 /s", "", " ", ",", ", ", "word", " word"})
        for (size_t columns = 0; columns <= line.size() + 2; columns++) {
            EXPECT_LE(fitted(line, columns).size(), columns) << line;
            if (line.size() <= columns) {
                EXPECT_EQ(fitted(line, columns), line);
            }
        }
}

TEST(TerminalLine, IsErasedByBlanks) {
    char text[FG_TERMINAL_ERASE_ROOM(3)];
    EXPECT_EQ(std::string(text, fg_terminal_erasing(3, text)), "\r   \r");
    EXPECT_EQ(fg_terminal_erasing(0, text), 0u);
}

TEST(TerminalLine, MemoryIsNoTerminal) {
    char *buffer = nullptr;
    size_t size = 0;
    FILE *const out = open_memstream(&buffer, &size);
    unsetenv("COLUMNS");
    EXPECT_FALSE(fg_terminal_redraws(out));
    EXPECT_TRUE(fg_terminal_takes_line(out, 0));
    EXPECT_EQ(fg_terminal_columns(out), 80u);
    for (const auto &[said, columns] : {std::pair<const char *, size_t>{"20", 20},
                                        {"0", 80},
                                        {"", 80},
                                        {"-5", 80},
                                        {"wide", 80},
                                        {"99999999999999999999", 1000}}) {
        setenv("COLUMNS", said, 1);
        EXPECT_EQ(fg_terminal_columns(out), columns) << said;
    }
    unsetenv("COLUMNS");
    fclose(out);
    free(buffer);
}

} // namespace
