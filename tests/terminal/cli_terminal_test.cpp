// SPDX-License-Identifier: MIT
// The screen of every kind of terminal: progress lines never damage other text.
#include "support/pseudo_terminal.h"
#include "support/tested_program.h"

#include <gtest/gtest.h>

namespace {

using pseudo_terminal::Screen;
using pseudo_terminal::Session;
using pseudo_terminal::Terminal;

const std::vector<std::string> conversation = {factor_gpu(), "-j1", "-s", "count"};
const std::vector<std::string> comparison = {factor_gpu(), "--compare", "--repeat=2", "-b",
                                             "serial",     "-m",        "factor",     "12"};

// The lines that were drawn over each other, without the blanks that cover older ones.
std::vector<std::string> drawn_lines(const std::string &shown) {
    std::vector<std::string> lines;
    size_t begin = shown.find('\r');
    while (begin != std::string::npos) {
        const size_t end = shown.find('\r', begin + 1);
        lines.push_back(shown.substr(begin + 1, end - begin - 1));
        begin = end;
    }
    return lines;
}

// ---- Terminals that cannot draw a line anew ----

struct Plain {
    const char *name, *term;
};

class CliPlainTerminal : public testing::TestWithParam<Plain> {
  protected:
    Terminal terminal() const {
        Terminal terminal;
        terminal.term = GetParam().term;
        return terminal;
    }
    static void expect_plain(const std::string &shown) {
        EXPECT_EQ(shown.find_first_of("\r\033"), std::string::npos) << shown;
    }
};

TEST_P(CliPlainTerminal, GetsWholeLinesOfAComparison) {
    Session session(comparison, terminal());
    EXPECT_EQ(session.finish(), 0);
    EXPECT_EQ(session.shown(), "factor-gpu: factor/serial: estimate\n");
}

// A message, SIGUSR1 and a signal that ends the run come while progress could be drawn.
TEST_P(CliPlainTerminal, GetsNoCarriageReturnWhateverHappens) {
    for (const char *const when : {"auto", "always"}) {
        std::vector<std::string> arguments = conversation;
        arguments.push_back(std::string("--progress=") + when);
        Session session(arguments, terminal());
        session.send("12\n");
        session.wait_for_answers(1);
        session.read_for_ms(450);
        session.send("13 abc\n");
        session.wait_for("'abc' is not a whole number");
        session.ask(SIGUSR1, "factor-gpu: 2 numbers, ");
        session.read_for_ms(250);
        session.kill(SIGINT);
        session.wait_for("stopped by SIGINT");
        EXPECT_EQ(session.finish(), 130);
        expect_plain(session.shown());
    }
}

INSTANTIATE_TEST_SUITE_P(Of, CliPlainTerminal,
                         testing::Values(Plain{"Dumb", "dumb"}, Plain{"Empty", ""},
                                         Plain{"Unset", nullptr}, Plain{"Unknown", "unknown"}),
                         [](const testing::TestParamInfo<Plain> &terminal) {
                             return std::string(terminal.param.name);
                         });

// ---- Terminals that can ----

// No sequence is written that a terminal may not know, whatever the environment says.
TEST(CliTerminal, GetsNoEscapeSequences) {
    const std::pair<const char *, std::pair<const char *, const char *>> cases[] = {
        {"xterm-256color", {"NO_COLOR", "1"}},
        {"vt52", {"CLICOLOR", "0"}},
        {"linux", {"CLICOLOR_FORCE", "1"}},
        {"screen", {"CI", "true"}}};
    for (const auto &[term, habit] : cases) {
        Terminal terminal;
        terminal.term = term;
        terminal.environment = {habit};
        Session session(comparison, terminal);
        EXPECT_EQ(session.finish(), 0);
        EXPECT_GT(drawn_lines(session.shown()).size(), 2u) << term;
        Screen screen(80);
        screen.take(session.shown());
        EXPECT_FALSE(screen.has_escape) << term;
        EXPECT_EQ(screen.lines(), std::vector<std::string>()) << "the line is erased";
    }
}

struct Width {
    unsigned short window;
    const char *said; /* COLUMNS; NULL: unset */
    size_t columns;   /* that count */
};

class CliTerminalWidth : public testing::TestWithParam<Width> {
  protected:
    static Terminal terminal() {
        Terminal terminal;
        terminal.columns = GetParam().window;
        if (GetParam().said != nullptr)
            terminal.environment = {{"COLUMNS", GetParam().said}};
        return terminal;
    }
    // The last column stays empty.
    static void expect_narrow(const std::string &shown) {
        for (const std::string &line : drawn_lines(shown))
            EXPECT_LT(line.size(), GetParam().columns) << "'" << line << "'";
        Screen screen(GetParam().columns);
        screen.take(shown);
        EXPECT_FALSE(screen.has_wrapped || screen.has_escape);
        EXPECT_EQ(screen.lines(), std::vector<std::string>());
    }
};

TEST_P(CliTerminalWidth, CutsTheLineOfAComparison) {
    Session session(comparison, terminal());
    EXPECT_EQ(session.finish(), 0);
    expect_narrow(session.shown());
    if (GetParam().columns > 40) {
        EXPECT_NE(session.shown().find("\rfactor/serial: run 2 of 2"), std::string::npos);
    } else if (GetParam().columns == 1) {
        EXPECT_EQ(session.shown(), "") << "no room";
    }
}

TEST_P(CliTerminalWidth, CutsTheLineOfARun) {
    Session session(conversation, terminal());
    session.send("12\n");
    session.wait_for_answers(1);
    if (GetParam().columns > 2)
        session.wait_for("\r1");
    if (GetParam().columns > 40)
        session.wait_for("\r1 number, ");
    EXPECT_EQ(session.finish(), 0);
    expect_narrow(session.shown());
}

INSTANTIATE_TEST_SUITE_P(Of, CliTerminalWidth,
                         testing::Values(Width{1, nullptr, 1}, Width{2, nullptr, 2},
                                         Width{3, nullptr, 3}, Width{5, nullptr, 5},
                                         Width{10, nullptr, 10}, Width{20, nullptr, 20},
                                         Width{500, nullptr, 500}, Width{0, nullptr, 80},
                                         Width{0, "20", 20}, Width{80, "20", 20},
                                         Width{20, "80", 20}, Width{80, "0", 80},
                                         Width{80, "wide", 80}),
                         [](const testing::TestParamInfo<Width> &width) {
                             return std::to_string(width.param.window) + "_" +
                                    (width.param.said != nullptr ? width.param.said : "Unset");
                         });

TEST(CliTerminal, FollowsTheWindow) {
    Session session(conversation);
    session.send("12\n");
    session.wait_for("\r1 number, ");
    session.resize(12);
    /* Lines that were drawn before still come. */
    session.wait_until([&] {
        std::vector<std::string> lines = drawn_lines(session.shown());
        lines.pop_back(); /* which is being drawn */
        return lines.size() >= 3 && std::all_of(lines.end() - 3, lines.end(),
                                                [](const auto &line) { return line.size() < 12; });
    });
    EXPECT_EQ(session.finish(), 0);
}

TEST(CliTerminal, MessagesStandOnLinesOfTheirOwn) {
    Session session(conversation);
    session.send("12\n");
    session.wait_for("\r1 number, ");
    session.send("abc\n");
    session.wait_for("'abc'");
    session.wait_for("\r1 number, ", 3);
    session.ask(SIGUSR1, "\rfactor-gpu: 1 number, ");
    session.wait_for("\r1 number, ", 5);
    EXPECT_EQ(session.finish(), 1);
    Screen screen(80);
    screen.take(session.shown());
    const std::vector<std::string> lines = screen.lines();
    ASSERT_GE(lines.size(), 2u) << session.shown();
    EXPECT_EQ(lines[0], "factor-gpu: standard input:2: 'abc' is not a whole number");
    for (size_t i = 1; i < lines.size(); i++)
        EXPECT_EQ(lines[i].rfind("factor-gpu: 1 number, ", 0), 0u) << lines[i];
}

// ---- Terminals that others write or read ----

// Nothing is drawn where answers appear, and under what a person is typing.
TEST(CliTerminal, LeavesAnswersAndTypedNumbersAlone) {
    for (const bool typed : {false, true})
        for (const char *const when : {"auto", "always"}) {
            Terminal terminal;
            terminal.has_stdout = !typed;
            terminal.has_stdin = typed;
            std::vector<std::string> arguments = conversation;
            arguments.push_back(std::string("--progress=") + when);
            Session session(arguments, terminal);
            session.send("12\n");
            typed ? session.wait_for_answers(1) : (void)session.wait_for("12: 6\n");
            session.read_for_ms(450);
            session.send("13\n");
            EXPECT_EQ(session.finish(), 0);
            EXPECT_EQ(session.shown().find('\r'), std::string::npos) << session.shown();
        }
}

// The line under the cursor is the shell's, and a terminal with tostop would stop the job.
TEST(CliTerminal, IsNotDrawnOnByAJobInTheBackground) {
    Terminal terminal;
    terminal.in_background = true;
    for (const auto &arguments : {conversation, comparison}) {
        Session session(arguments, terminal);
        if (arguments == conversation) {
            session.send("12\n");
            session.wait_for_answers(1);
            session.read_for_ms(450);
            session.send("13\n");
        }
        EXPECT_EQ(session.finish(), 0);
        EXPECT_EQ(session.shown(), "");
    }
}

// Ctrl-S stops the terminal, but not the answers that go elsewhere.
TEST(CliTerminal, ThatIsStoppedDoesNotStopTheRun) {
    Session session(conversation);
    session.send("12\n");
    session.wait_for("\r1 number, ");
    session.press('\x13');
    session.read_for_ms(450);
    for (size_t answers = 2; answers < 5; answers++) {
        session.send("13\n");
        session.wait_for_answers(answers);
    }
    session.press('\x11');
    EXPECT_EQ(session.finish(), 0);
    EXPECT_EQ(session.answers(), "12: 6\n13: 2\n13: 2\n13: 2\n");
}

// Whoever types -h for help learns what it is here.
TEST(CliTerminal, SaysWhatItWaitsFor) {
    for (const bool exponents : {false, true}) {
        Terminal terminal;
        terminal.has_stdin = true;
        std::vector<std::string> arguments = {factor_gpu()};
        if (exponents)
            arguments.push_back("-h");
        Session session(arguments, terminal);
        session.wait_for("reading numbers from the terminal; Ctrl-D");
        EXPECT_EQ(session.finish(), 0);
        EXPECT_EQ(session.shown().find("-h is --exponents; for help type --help") !=
                      std::string::npos,
                  exponents)
            << session.shown();
    }
}

} // namespace
