#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""changed_sources.py: prints the C sources that a change since the last whole analysis may have touched.

A whole analysis is that of a release, which has a tag, or that of `./dev lint --record`, whose commit
tools/analysed.txt names. The newest of those that HEAD comes after counts. Printed are the files of src/
and bench/ that differ from it, or are not committed, and those that include one of them, directly or
through others. Without such a commit, or after a change of what decides the checks themselves
(DECIDES_CHECKS below), all of them are.

Usage: tools/changed_sources.py            prints the sources, one a line
       tools/changed_sources.py --since    prints the tag or the commit, or nothing
       tools/changed_sources.py --self-test
"""
import os
import subprocess
import sys
import tempfile

from check_layers import Tree

DECIDES_CHECKS = (".clang-tidy", "cmake/CompilerOptions.cmake", "tools/lint.sh", "tools/changed_sources.py",
                  "tools/check_layers.py")
RECORD = os.path.join("tools", "analysed.txt")


def git(root, *arguments):
    """Returns the lines of a command's output; none where it fails."""
    done = subprocess.run(("git", "-C", root) + arguments, capture_output=True, text=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else []


def commits_since(root, revision):
    """Returns the number of commits from a revision to HEAD; None if HEAD does not come after it."""
    count = git(root, "rev-list", "--count", revision + "..HEAD", "--")
    after = count and git(root, "merge-base", revision, "HEAD") == git(root, "rev-parse", revision + "^{commit}")
    return int(count[0]) if after else None


def recorded(root):
    """Returns the commit that tools/analysed.txt names, or nothing."""
    try:
        with open(os.path.join(root, RECORD), encoding="ascii") as file:
            return file.read().split()[:1]
    except FileNotFoundError:
        return []


def last_analysis(root):
    """Returns the tag or the commit of the last whole analysis; None if there is none."""
    found = []
    for revision in git(root, "describe", "--tags", "--abbrev=0") + recorded(root):
        commits = commits_since(root, revision)
        if commits is not None:
            found.append((commits, revision))
    return min(found)[1] if found else None


def changed_files(root, revision):
    """Returns the files that differ from the revision, and those that git does not know yet."""
    return set(git(root, "diff", "--name-only", revision, "--") +
               git(root, "ls-files", "--others", "--exclude-standard"))


def affected(tree, changed):
    """The changed files and all that include them."""
    found = set(changed)
    while True:
        more = {path for path, included in tree.includes if included in found} - found
        if not more:
            return found
        found |= more


def changed_sources(root):
    tree = Tree(root)
    sources = sorted(path for path in tree.texts
                     if path.endswith(".c") and path.startswith(("src/", "bench/")))
    revision = last_analysis(root)
    if revision is None:
        return sources
    changed = changed_files(root, revision)
    if any(path.startswith(DECIDES_CHECKS) for path in changed):
        return sources
    found = affected(tree, changed)
    return [path for path in sources if path in found]


def self_test():
    """A repository of five files: a header that two sources include, one of them by another header."""
    with tempfile.TemporaryDirectory() as root:
        def write(path, text):
            os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="ascii") as file:
                file.write(text)

        write("src/a/low.h", "int low(void);\n")
        write("src/a/low.c", '#include "a/low.h"\n')
        write("src/a/high.h", '#include "a/low.h"\n')
        write("src/a/high.c", '#include "a/high.h"\n')
        write("src/a/alone.c", "int alone;\n")
        everything = ["src/a/alone.c", "src/a/high.c", "src/a/low.c"]
        who = ("-c", "user.name=t", "-c", "user.email=t@localhost")
        git(root, "init", "-q", "-b", "main")
        git(root, "add", "-A")
        git(root, *who, "commit", "-qm", "all")
        assert changed_sources(root) == everything, "without a tag"
        git(root, *who, "tag", "v1")
        assert not changed_sources(root), "nothing has changed"
        write("src/a/low.h", "int low(int);\n")
        assert changed_sources(root) == ["src/a/high.c", "src/a/low.c"], "a header"
        git(root, *who, "commit", "-qam", "low")
        write("src/a/new.c", "int fresh;\n")
        assert changed_sources(root) == ["src/a/high.c", "src/a/low.c", "src/a/new.c"], "a new file"
        write(RECORD, git(root, "rev-parse", "HEAD")[0] + "\n")
        assert changed_sources(root) == ["src/a/new.c"], "a record that is newer than the tag"
        git(root, "add", "-A")
        git(root, *who, "commit", "-qm", "new")
        git(root, *who, "tag", "v2")
        assert not changed_sources(root), "a tag that is newer than the record"
        git(root, "switch", "-q", "--orphan", "other")
        write("src/a/alone.c", "int alone;\n")
        write(RECORD, git(root, "rev-parse", "v2")[0] + "\n")
        git(root, "add", "-A")
        git(root, *who, "commit", "-qm", "other")
        assert changed_sources(root) == ["src/a/alone.c"], "a record that HEAD does not come after"
        git(root, "switch", "-q", "main")
        write("tools/lint.sh", "lint\n")
        assert changed_sources(root) == sorted(everything + ["src/a/new.c"]), "the checks"
    print("changed_sources: its self-test passed")


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    elif sys.argv[1:] == ["--since"]:
        print(last_analysis(".") or "", end="")
    elif not sys.argv[1:]:
        print("\n".join(changed_sources(".")))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
