/* SPDX-License-Identifier: MIT */
/*
 * spawn.h: runs a program as a user would: arguments, standard streams, signals, exit status.
 *
 * spawn::run() feeds all input and gives back all output; spawn::Process is for conversations line
 * by line. Everything has a deadline, so that a program that hangs fails its test.
 */
#ifndef FG_TESTS_SPAWN_H
#define FG_TESTS_SPAWN_H

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <grp.h>
#include <map>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace spawn {

constexpr int deadline_ms = 600000;
constexpr unsigned nobody = 65534;

/* The child's streams, if they are not pipes to the test. */
struct Setup {
    int stdin_fd = -1;  /* given to the child instead of a pipe */
    int stdout_fd = -1; /* the same for its output */
    int stderr_fd = -1; /* and for its messages */
    bool close_stdin = false, close_stdout = false;
    bool as_nobody = false; /* as the user that owns no files; only root can do that */
    std::vector<std::pair<std::string, std::string>> environment; /* set on top */
};

struct Result {
    int status = -1; /* the exit status; minus the signal's number if one killed it */
    std::string out, err;
    long peak_kib = 0; /* of memory that was resident */
};

/* Returns pointers to the strings, as execve() takes them; the strings must outlive them. */
inline std::vector<char *> pointers(std::vector<std::string> &arguments) {
    std::vector<char *> argv;
    for (std::string &argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);
    return argv;
}

/* This process's environment with some variables set; of one name the last counts. */
inline std::vector<std::string>
environment_with(const std::vector<std::pair<std::string, std::string>> &set) {
    std::map<std::string, std::string> values;
    for (char *const *variable = environ; *variable != nullptr; variable++) {
        const size_t length = std::strcspn(*variable, "=");
        values[std::string(*variable, length)] = *variable + length;
    }
    for (const auto &[name, value] : set)
        values[name] = "=" + value;
    std::vector<std::string> variables;
    for (const auto &[name, value] : values)
        variables.push_back(name + value);
    return variables;
}

/* The processes that a process has started and not reaped. */
inline std::vector<pid_t> children_of(pid_t parent) {
    std::vector<pid_t> found;
    std::ifstream list("/proc/" + std::to_string(parent) + "/task/" + std::to_string(parent) +
                       "/children");
    for (pid_t child; list >> child;)
        found.push_back(child);
    return found;
}

/* Makes the signals of users and of broken pipes end a program, as in a shell: a shell that starts
 * the tests in the background has SIGINT ignored. It may be called between fork() and exec. */
inline void default_signals() {
    for (const int number : {SIGPIPE, SIGINT, SIGQUIT, SIGHUP, SIGTERM})
        signal(number, SIG_DFL);
}

class Process {
  public:
    Process(std::vector<std::string> arguments, const Setup &setup = {}) {
        int in[2], out[2], err[2];
        if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0)
            throw std::runtime_error("pipe");
        std::vector<std::string> variables = environment_with(setup.environment);
        /* Nothing is allocated between fork() and exec: a sanitizer's lock may be taken by then. */
        const std::vector<char *> argv = pointers(arguments), envp = pointers(variables);
        pid_ = fork();
        if (pid_ < 0)
            throw std::runtime_error("fork");
        if (pid_ == 0) {
            dup2(setup.stdin_fd >= 0 ? setup.stdin_fd : in[0], 0);
            dup2(setup.stdout_fd >= 0 ? setup.stdout_fd : out[1], 1);
            dup2(setup.stderr_fd >= 0 ? setup.stderr_fd : err[1], 2);
            if (setup.close_stdin)
                close(0);
            if (setup.close_stdout)
                close(1);
            default_signals();
            if (setup.as_nobody &&
                (setgroups(0, nullptr) != 0 || setgid(nobody) != 0 || setuid(nobody) != 0))
                _exit(126);
            execve(argv[0], argv.data(), envp.data());
            _exit(127);
        }
        close(in[0]);
        close(out[1]);
        close(err[1]);
        in_ = in[1];
        out_ = out[0];
        err_ = err[0];
        fcntl(in_, F_SETFL, O_NONBLOCK);
        signal(SIGPIPE, SIG_IGN);
    }
    Process(const Process &) = delete;
    Process &operator=(const Process &) = delete;
    ~Process() {
        for (int fd : {in_, out_, err_})
            if (fd >= 0)
                close(fd);
        if (!reaped_) {
            ::kill(pid_, SIGKILL);
            waitpid(pid_, nullptr, 0);
        }
    }

    /* Queues text for the program's standard input; it goes out while the test waits. */
    void send(const std::string &text) { pending_ += text; }
    /* Sends it at once, what a pipe can hold: for a test that watches something else than the
     * program's streams. */
    void send_now(const std::string &text) {
        send(text);
        feed();
    }
    /* The input ends after what is queued. */
    void end_input() { input_ends_ = true; }
    /* Closes the reading end of the program's standard output. */
    void close_output() { close_one(out_); }
    pid_t pid() const { return pid_; }
    void kill(int number) const { ::kill(pid_, number); }

    /* Waits until the program has written `count` lines of answers in all. */
    const Result &wait_for_lines(size_t count) {
        wait_until([count](const Result &result) {
            return static_cast<size_t>(std::count(result.out.begin(), result.out.end(), '\n')) >=
                   count;
        });
        return result_;
    }

    /* Waits until standard error holds `text`. */
    const Result &wait_for_message(const std::string &text) {
        wait_until(
            [&text](const Result &result) { return result.err.find(text) != std::string::npos; });
        return result_;
    }

    /* Feeds and reads for so long. */
    const Result &wait_for_some_ms(int ms) {
        pass(ms);
        return result_;
    }

    /* Feeds and reads until `holds` tells that something outside holds, or the program ends. */
    template <typename Holds> void wait_for(Holds holds) {
        while (!holds() && (out_ >= 0 || err_ >= 0))
            pass(1);
    }

    /* Ends the input and waits for the end of the program. */
    Result finish() {
        end_input();
        wait_until([](const Result &) { return false; });
        return reap();
    }

    /* Waits for the end of the program, with the input left open. */
    Result finish_with_open_input() {
        wait_until([](const Result &) { return false; });
        return reap();
    }

  private:
    static void close_one(int &fd) {
        if (fd >= 0)
            close(fd);
        fd = -1;
    }

    static void drain(int &fd, std::string &text) {
        char piece[65536];
        const ssize_t got = read(fd, piece, sizeof piece);
        if (got > 0)
            text.append(piece, static_cast<size_t>(got));
        else if (got == 0 || errno != EINTR)
            close_one(fd);
    }

    void feed() {
        const ssize_t wrote = write(in_, pending_.data() + sent_, pending_.size() - sent_);
        if (wrote > 0)
            sent_ += static_cast<size_t>(wrote);
        else if (errno != EAGAIN && errno != EINTR)
            close_one(in_); /* the program no longer reads */
    }

    /* Waits at most so long for something to feed or read, and does that. */
    void pass(int ms) {
        if (input_ends_ && sent_ == pending_.size())
            close_one(in_);
        pollfd fds[3] = {
            {sent_ < pending_.size() ? in_ : -1, POLLOUT, 0}, {out_, POLLIN, 0}, {err_, POLLIN, 0}};
        poll(fds, 3, ms);
        if (fds[0].revents != 0)
            feed();
        if (fds[1].revents != 0)
            drain(out_, result_.out);
        if (fds[2].revents != 0)
            drain(err_, result_.err);
    }

    /* Writes what is queued and reads what comes until `enough` holds or all streams have ended. */
    template <typename Enough> void wait_until(Enough enough) {
        const auto until =
            std::chrono::steady_clock::now() + std::chrono::milliseconds(deadline_ms);
        while (!enough(result_) && (out_ >= 0 || err_ >= 0 || (input_ends_ && in_ >= 0))) {
            pass(1000);
            if (std::chrono::steady_clock::now() > until)
                throw std::runtime_error("the program hangs; so far it wrote: " + result_.out +
                                         "\n" + result_.err);
        }
    }

    /* Removes the remark that AddressSanitizer prints once when the emulated device starts its
     * fibers. */
    static void drop_sanitizer_remark(std::string &err) {
        const size_t remark = err.find("WARNING: ASan doesn't fully support makecontext");
        if (remark == std::string::npos)
            return;
        const size_t before = err.rfind('\n', remark);
        const size_t begin = before == std::string::npos ? 0 : before + 1;
        err.erase(begin, err.find('\n', remark) + 1 - begin);
    }

    Result reap() {
        int status = 0;
        struct rusage usage = {};
        wait4(pid_, &status, 0, &usage);
        reaped_ = true;
        result_.peak_kib = usage.ru_maxrss;
        result_.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
        drop_sanitizer_remark(result_.err);
        return result_;
    }

    pid_t pid_ = -1;
    int in_ = -1, out_ = -1, err_ = -1;
    std::string pending_;
    size_t sent_ = 0;
    bool input_ends_ = false, reaped_ = false;
    Result result_;
};

/* Runs a program to its end. */
inline Result run(std::vector<std::string> arguments, const std::string &input = "",
                  const Setup &setup = {}) {
    Process process(std::move(arguments), setup);
    process.send(input);
    return process.finish();
}

/* A file of its own for as long as the object lives. */
class TemporaryFile {
  public:
    explicit TemporaryFile(const std::string &content) {
        const char *const folder = std::getenv("TMPDIR");
        path_ = std::string(folder != nullptr ? folder : "/tmp") + "/factor-gpu-test-XXXXXX";
        const int fd = mkstemp(path_.data());
        if (fd < 0)
            throw std::runtime_error("mkstemp: " + path_);
        for (size_t at = 0; at < content.size();) {
            const ssize_t wrote = write(fd, content.data() + at, content.size() - at);
            if (wrote <= 0)
                throw std::runtime_error("write: " + path_);
            at += static_cast<size_t>(wrote);
        }
        close(fd);
    }
    TemporaryFile(const TemporaryFile &) = delete;
    TemporaryFile &operator=(const TemporaryFile &) = delete;
    ~TemporaryFile() { unlink(path_.c_str()); }
    const std::string &path() const { return path_; }

  private:
    std::string path_;
};

} // namespace spawn

#endif
