/* SPDX-License-Identifier: MIT */
/*
 * pseudo_terminal.h: runs a program on a terminal of the test's own, and shows what a person sees
 * there.
 */
#ifndef FG_TESTS_PSEUDO_TERMINAL_H
#define FG_TESTS_PSEUDO_TERMINAL_H

#include "support/spawn.h"

#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>

namespace pseudo_terminal {

struct Terminal {
    unsigned short columns = 80;
    const char *term = "xterm"; /* TERM; NULL: unset */
    std::vector<std::pair<std::string, std::string>> environment;
    bool has_stdin = false, has_stdout = false; /* the terminal, too; else pipes to the test */
    bool in_background = false;                 /* as a shell's job, on a terminal with tostop */
};

/* A program whose standard error is the terminal. */
class Session {
  public:
    Session(std::vector<std::string> arguments, const Terminal &terminal = {}) {
        int in[2], out[2], slave;
        struct winsize window = {};
        window.ws_row = 24;
        window.ws_col = terminal.columns;
        if (openpty(&master_, &slave, nullptr, nullptr, &window) != 0 ||
            pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
            throw std::runtime_error("openpty");
        fcntl(master_, F_SETFD, FD_CLOEXEC);
        make_raw(slave, terminal.in_background);
        std::vector<char *> argv = spawn::pointers(arguments);
        pid_ = fork();
        if (pid_ < 0)
            throw std::runtime_error("fork");
        if (pid_ == 0) {
            setsid();
            ioctl(slave, TIOCSCTTY, 0);
            dup2(terminal.has_stdin ? slave : in[0], 0);
            dup2(terminal.has_stdout ? slave : out[1], 1);
            dup2(slave, 2);
            spawn::default_signals();
            unsetenv("COLUMNS");
            unsetenv("TERM");
            if (terminal.term != nullptr)
                setenv("TERM", terminal.term, 1);
            for (const auto &[name, value] : terminal.environment)
                setenv(name.c_str(), value.c_str(), 1);
            if (terminal.in_background)
                become_job();
            execv(argv[0], argv.data());
            _exit(127);
        }
        signal(SIGPIPE, SIG_IGN);
        close(slave);
        close(in[0]);
        close(out[1]);
        in_ = terminal.has_stdin ? master_ : in[1];
        if (terminal.has_stdin)
            close(in[1]);
        out_ = out[0];
    }
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;
    ~Session() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            waitpid(pid_, nullptr, 0);
        }
        end_input();
        for (int fd : {out_, master_})
            if (fd >= 0)
                close(fd);
    }

    void send(const std::string &text) const {
        if (write(in_, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
            throw std::runtime_error("the program takes no input");
    }
    void end_input() {
        if (in_ >= 0 && in_ == master_)
            press('\4'); /* Ctrl-D */
        else if (in_ >= 0)
            close(in_);
        in_ = -1;
    }
    void kill(int number) const { ::kill(pid_, number); }
    void resize(unsigned short columns) const {
        struct winsize window = {};
        window.ws_row = 24;
        window.ws_col = columns;
        ioctl(master_, TIOCSWINSZ, &window);
    }
    /* Types a key at the terminal. */
    void press(char key) const { (void)!write(master_, &key, 1); }

    /* Reads from the program until `enough` tells that it is enough. */
    template <typename Enough> void wait_until(Enough enough) {
        const auto until =
            std::chrono::steady_clock::now() + std::chrono::milliseconds(spawn::deadline_ms);
        while (!enough()) {
            pass(10);
            if (std::chrono::steady_clock::now() > until)
                throw std::runtime_error("the program hangs; the terminal got: " + shown_);
        }
    }

    /* Waits until the terminal has got this text `times` times since its texts were forgotten. */
    const std::string &wait_for(const std::string &text, size_t times = 1) {
        wait_until([&] { return count(shown_, text) >= times; });
        return shown_;
    }
    void wait_for_answers(size_t lines) {
        wait_until([&] { return count(answers_, "\n") >= lines; });
    }
    /* Sends the signal again and again until there is this text: the first may come before the
     * program has got so far. */
    void ask(int signal, const std::string &text) {
        wait_until([&] {
            kill(signal);
            return count(shown_, text) > 0;
        });
    }
    void read_for_ms(int ms) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
        while (std::chrono::steady_clock::now() < until)
            pass(10);
    }
    void forget() { shown_.clear(); }

    /* Ends the input, and returns the exit status; minus the signal's number if one killed it. */
    int finish() {
        int state = 0;
        end_input();
        wait_until([&] { return waitpid(pid_, &state, WNOHANG) == pid_; });
        pid_ = -1;
        read_for_ms(20);
        return WIFEXITED(state) ? WEXITSTATUS(state) : -WTERMSIG(state);
    }

    /* All bytes that the terminal got. */
    const std::string &shown() const { return shown_; }
    const std::string &answers() const { return answers_; }

    static size_t count(const std::string &text, const std::string &part) {
        size_t found = 0;
        for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
            found++;
        return found;
    }

  private:
    /* The terminal changes nothing that is written, so that each byte is the program's own. */
    static void make_raw(int slave, bool stops_jobs) {
        struct termios state = {};
        tcgetattr(slave, &state);
        state.c_oflag &= ~static_cast<tcflag_t>(OPOST);
        state.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (stops_jobs)
            state.c_lflag |= TOSTOP;
        tcsetattr(slave, TCSANOW, &state);
    }

    /* Goes on in a child with a process group that is not the terminal's. The parent ends as the
     * child does, with 99 if the terminal stopped it. */
    static void become_job() {
        const pid_t job = fork();
        if (job == 0) {
            setpgid(0, 0);
            return;
        }
        int state = 0;
        close_range(3, ~0U, 0); /* the other ends of the pipes, too */
        waitpid(job, &state, WUNTRACED);
        if (WIFSTOPPED(state))
            ::kill(job, SIGKILL);
        _exit(WIFEXITED(state) ? WEXITSTATUS(state) : 99);
    }

    void pass(int ms) {
        pollfd fds[2] = {{master_, POLLIN, 0}, {out_, POLLIN, 0}};
        poll(fds, 2, ms);
        char piece[4096];
        if (fds[0].revents & POLLIN) {
            const ssize_t got = read(master_, piece, sizeof piece);
            shown_.append(piece, got > 0 ? static_cast<size_t>(got) : 0);
        }
        if (fds[1].revents & POLLIN) {
            const ssize_t got = read(out_, piece, sizeof piece);
            answers_.append(piece, got > 0 ? static_cast<size_t>(got) : 0);
        }
        if ((fds[0].revents | fds[1].revents) == POLLHUP)
            usleep(1000);
    }

    pid_t pid_ = -1;
    int master_ = -1, in_ = -1, out_ = -1;
    std::string shown_, answers_;
};

/* Returns the text on a screen of so many columns. Knows characters, \r and \n; anything else is an
 * escape sequence. */
struct Screen {
    explicit Screen(size_t columns) : columns(columns) {}

    void take(const std::string &bytes) {
        for (const char byte : bytes)
            take_one(byte);
    }
    /* The lines, without blanks at their ends and without empty ones. */
    std::vector<std::string> lines() const {
        std::vector<std::string> result;
        for (const std::string &row : rows) {
            const size_t end = row.find_last_not_of(' ');
            if (end != std::string::npos)
                result.push_back(row.substr(0, end + 1));
        }
        return result;
    }

    size_t columns;
    std::vector<std::string> rows = {""};
    size_t at = 0;
    bool has_wrapped = false, has_escape = false;

  private:
    void take_one(char byte) {
        if (byte == '\r') {
            at = 0;
        } else if (byte == '\n') {
            at = 0;
            rows.push_back("");
        } else if (byte < ' ' || byte > '~') {
            has_escape = true;
        } else {
            if (at == columns) { /* many terminals do so when the last column is written */
                has_wrapped = true;
                at = 0;
                rows.push_back("");
            }
            rows.back().resize(std::max(rows.back().size(), at + 1), ' ');
            rows.back()[at++] = byte;
        }
    }
};

} // namespace pseudo_terminal

#endif
