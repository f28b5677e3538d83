/* SPDX-License-Identifier: MIT */
/*
 * hardships.h: machines that go wrong: system calls that fail (strace), mounts of one's own
 * (unshare), another user (setpriv). Each has a reason to skip a test where the machine forbids it.
 */
#ifndef FG_TESTS_HARDSHIPS_H
#define FG_TESTS_HARDSHIPS_H

#include "support/random_numbers.h"
#include "support/spawn.h"

#include <string>
#include <unistd.h>
#include <vector>

namespace hardships {

using Arguments = std::vector<std::string>;

inline Arguments joined(Arguments first, const Arguments &then) {
    first.insert(first.end(), then.begin(), then.end());
    return first;
}

constexpr char strace[] = "/usr/bin/strace";

/* The command with system calls that fail, as in "rename:error=EXDEV"; with a path, those for it.
 */
inline Arguments with_failing(const Arguments &faults, const Arguments &command,
                              const std::string &path = "") {
    Arguments all = {strace, "-f", "-qq", "-o", "/dev/null"};
    if (!path.empty())
        all.insert(all.end(), {"-P", path});
    for (const std::string &fault : faults)
        all.insert(all.end(), {"-e", "inject=" + fault});
    return joined(all, command);
}

/* Returns "" if strace can make system calls fail, else the reason. */
inline std::string why_no_strace() {
    if (access(strace, X_OK) != 0)
        return "there is no strace (Debian package strace)";
    const spawn::Result result =
        spawn::run(with_failing({"rename:error=EXDEV"}, {"/bin/sh", "-c", "exit 7"}));
    return result.status == 7 ? "" : "strace cannot trace here: " + result.err;
}

/* Returns "" if strace can make system calls of the tested programs fail, else the reason. */
inline std::string why_no_faults() {
    return sanitized() ? "the leak sanitizer does not run under strace" : why_no_strace();
}

/* The shell script with mounts of its own, of which nothing remains. */
inline Arguments with_mounts(const std::string &script, const Arguments &arguments) {
    return joined({"/usr/bin/unshare", "--mount", "/bin/sh", "-ec", script}, arguments);
}

inline std::string why_no_mounts() {
    if (access("/usr/bin/unshare", X_OK) != 0)
        return "there is no unshare (Debian package util-linux)";
    const spawn::Result result =
        spawn::run(with_mounts("mount -t tmpfs none /mnt && exit 7", {"sh"}));
    return result.status == 7 ? "" : "this user may not mount here: " + result.err;
}

/* The command as the user nobody, who owns no files. */
inline Arguments as_nobody(const Arguments &command) {
    const std::string id = std::to_string(spawn::nobody);
    return joined({"/usr/bin/setpriv", "--reuid=" + id, "--regid=" + id, "--clear-groups"},
                  command);
}

/* `program` must run for that user, too: it may lie where no other user can look. */
inline std::string why_no_nobody(const std::string &program) {
    if (geteuid() != 0)
        return "only root can become another user";
    if (access("/usr/bin/setpriv", X_OK) != 0)
        return "there is no setpriv (Debian package util-linux)";
    const spawn::Result result = spawn::run(as_nobody({program, "6"}));
    return result.status == 0 ? "" : "another user cannot run the program here: " + result.err;
}

} // namespace hardships

#endif
