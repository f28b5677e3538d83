#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""changed_sources.py: prints the C sources that a change since the last whole analysis may have touched.

A release, which has a tag, was analysed as a whole, and so was the commit that tools/analysed.txt names:
`./dev lint --record` analyses what has changed since the last one. The newest of those that HEAD comes after
counts. Printed are the files of src/ and bench/ that differ from it, or are not committed, and those that
include one of them, directly or through others. Without such a commit, or after a change of what decides how
they are compiled or checked (decides_checks() below), all of them are. A CMakeLists.txt whose lists only have
other sources decides nothing, and comments alone are no change.

Usage: tools/changed_sources.py            prints the sources, one a line
       tools/changed_sources.py --since    prints the tag or the commit, or nothing
       tools/changed_sources.py --self-test
"""
import os
import re
import subprocess
import sys
import tempfile

from check_layers import Tree

# Besides the project's CMakeLists.txt files. The headers of the emulated device stand in for CUDA's.
DECIDES_CHECKS = (".clang-tidy", "cmake/BuildInfo.cmake", "cmake/CompilerOptions.cmake", "cmake/Cuda.cmake",
                  "src/factor_gpu.map.in", "tests/emulator/CMakeLists.txt", "tests/emulator/include/",
                  "tools/lint.sh", "tools/changed_sources.py", "tools/check_layers.py")
WHO = ("-c", "user.name=t", "-c", "user.email=t@localhost")  # of the self-test's commits
RECORD = os.path.join("tools", "analysed.txt")
IN_C = (".c", ".h", ".cuh")
COMMENT_OR_LITERAL = re.compile(r"""(/\*.*?\*/|//(?:\\\n|[^\n])*)|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""",
                                re.DOTALL)
# A comment that the analysis reads: what it leaves out, and the name of a parameter before an argument.
READ_COMMENT = re.compile(r"NOLINT|cppcheck|=\s*\*/$")
# The end of a line that says something of the next one, even if that has nothing but a comment.
JOINS_NEXT = re.compile(r"\\$|NOLINTNEXTLINE")
# No comments are #!, #[[ of CMake, and a directive in a string. An indented line of YAML may be text, too.
HASH_COMMENT = re.compile(r"\s*#(\s|#|$)")
YAML_COMMENT = re.compile(r"#(\s|#|$)")


def git(root, *arguments):
    """Returns the lines of a command's output; raises CalledProcessError where it fails."""
    done = subprocess.run(("git", "-C", root) + arguments, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def git_or_nothing(root, *arguments):
    """Returns the lines of a command's output; none where it fails, as without tags or for an unknown commit."""
    try:
        return git(root, *arguments)
    except subprocess.CalledProcessError:
        return []


def commits_since(root, revision):
    """Returns the number of commits from a revision to HEAD; None if HEAD does not come after it."""
    count = git_or_nothing(root, "rev-list", "--count", revision + "..HEAD", "--")
    after = count and (git_or_nothing(root, "merge-base", revision, "HEAD") ==
                       git(root, "rev-parse", revision + "^{commit}"))
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
    for revision in git_or_nothing(root, "describe", "--tags", "--abbrev=0") + recorded(root):
        commits = commits_since(root, revision)
        if commits is not None:
            found.append((commits, revision))
    return min(found)[1] if found else None


def changed_files(root, revision):
    """Returns the files that differ from the revision, and those that git does not know yet.

    Of a file that was renamed both names are among them.
    """
    return set(git(root, "diff", "--name-only", "--no-renames", revision, "--") +
               git(root, "ls-files", "--others", "--exclude-standard"))


def code_of(path, text):
    """Returns a file's lines that are more than comments: of C without any, of others indented as they are."""
    def without(match):
        comment = match.group(1)
        return " " if comment and not READ_COMMENT.search(comment) else match.group()

    if not path.endswith(IN_C):
        comment = YAML_COMMENT if path == ".clang-tidy" else HASH_COMMENT
        return [line.rstrip() for line in text.splitlines() if line.strip() and not comment.match(line)]
    lines = []
    for line in map(str.strip, COMMENT_OR_LITERAL.sub(without, text).splitlines()):
        if line or (lines and JOINS_NEXT.search(lines[-1])):
            lines.append(line)
    return lines


def has_same_code(root, revision, path):
    """Returns whether a file differs from the revision in comments only."""
    before = git_or_nothing(root, "show", revision + ":" + path)
    try:
        with open(os.path.join(root, path), encoding="utf-8") as file:
            return bool(before) and code_of(path, "\n".join(before)) == code_of(path, file.read())
    except FileNotFoundError:
        return False


def decides_checks(path):
    """Returns whether a file decides how sources are compiled or checked, besides those that they include."""
    return path.startswith(DECIDES_CHECKS) or (os.path.basename(path) == "CMakeLists.txt" and
                                               not path.startswith(("tests/", "python/")))


def outline(text, sources):
    """Returns the words of a CMakeLists.txt without names of sources, and after how many of them each name is.

    A name may be the end of a path, and may lack its ".c".
    """
    ends = tuple("/" + path for path in sources) + tuple("/" + path[:-len(".c")] for path in sources)
    words, places = [], {}
    for word in re.findall(r"[()]|[^\s()]+", re.sub(r"#.*", "", text)):
        if any(end.endswith("/" + word) for end in ends):
            places.setdefault(word, []).append(len(words))
        else:
            words.append(word)
    return words, places


def lists_other_sources(root, revision, path, sources):
    """Returns whether a CMakeLists.txt differs from the revision in names of sources only.

    A source that both have must be in the same lists.
    """
    before = git_or_nothing(root, "show", revision + ":" + path)
    try:
        with open(os.path.join(root, path), encoding="utf-8") as file:
            after = file.read()
    except FileNotFoundError:
        return False
    old = set(git(root, "ls-tree", "-r", "--name-only", revision)) | set(sources)
    old = {source for source in old if source.endswith(".c")}
    old_words, old_places = outline("\n".join(before), old)
    words, places = outline(after, old)
    return bool(before) and words == old_words and all(
        places[name] == old_places[name] for name in places.keys() & old_places.keys())


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
    changed = {path for path in changed_files(root, revision)
               if not (path.endswith(IN_C) or decides_checks(path)) or not has_same_code(root, revision, path)}
    if any(decides_checks(path) and not (os.path.basename(path) == "CMakeLists.txt" and
                                         lists_other_sources(root, revision, path, sources))
           for path in changed):
        return sources
    found = affected(tree, changed)
    return [path for path in sources if path in found]


def test_checks(root, write, everything):
    """Each file that decides the checks, in a repository where nothing else has changed."""
    for path in ("tools/lint.sh", "tests/emulator/include/cub/cub.cuh", "CMakeLists.txt", "src/CMakeLists.txt",
                 "bench/gpu/CMakeLists.txt", "kernels/CMakeLists.txt", "src/factor_gpu.map.in"):
        write(path, "changed\n")
        assert changed_sources(root) == everything, path
        os.remove(os.path.join(root, path))
    for path in ("tests/CMakeLists.txt", "python/CMakeLists.txt", "tests/emulator/grid.cpp", "doc/include.txt"):
        write(path, "changed\n")
        assert not changed_sources(root), path
    git(root, "mv", "tests/emulator/include/cuda_runtime.h", "doc/moved.h")
    assert changed_sources(root) == everything, "a header of the emulated device that was moved away"


def test_lists(root, write, everything):
    """A list of sources that grows, and a source that comes to another list or a name that is no source."""
    write("src/CMakeLists.txt", "set(few a/low.c)\nset(many\n    a/high.c)\n")
    git(root, "add", "-A")
    git(root, *WHO, "commit", "-qm", "lists")
    git(root, "tag", "v3")
    write("src/a/more.c", "int more;\n")
    write("src/CMakeLists.txt", "set(few a/low.c a/more)\nset(many # long\n    a/high.c\n)\n")
    assert changed_sources(root) == ["src/a/more.c"], "a list with one more source"
    for text in ("set(few a/low.c a/high.c a/more)\nset(many)\n", "set(few a/low.c -O0)\nset(many a/high.c)\n",
                 "set(few a/low.c)\nset(many a/low.c a/high.c)\n"):
        write("src/CMakeLists.txt", text)
        assert changed_sources(root) == sorted(everything + ["src/a/more.c"]), text
    os.remove(os.path.join(root, "src/CMakeLists.txt"))
    assert changed_sources(root) == sorted(everything + ["src/a/more.c"]), "no lists any more"
    os.remove(os.path.join(root, "src/a/more.c"))


def test_comments(root, write):
    """Comments in the place of others; one that the analysis reads; and code and strings that look like comments."""
    write("src/a/low.h", "/* One\n * word. */\nint low(int); // of it\nconst char *const far = \"//a\";\n")
    git(root, "add", "-A")
    git(root, *WHO, "commit", "-qm", "comments")
    git(root, "tag", "v4")
    low = ["src/a/high.c", "src/a/low.c"]
    for text, expected in (("int low(int);\n// it's \"one\n/* 'a' */ const char *const far = \"//a\"; /* \" */\n", []),
                           ("int low(int); // NOLINT\nconst char *const far = \"//a\";\n", low),
                           ("int low(int);\nconst char *const far = \"//b\";\n", low),
                           ("int low(int); const char quote = '\"';\nconst char *const far = \"//a\";\n", low),
                           ("/* int low(int);\nconst char *const far = \"//a\"; */\n", low)):
        write("src/a/low.h", text)
        assert changed_sources(root) == expected, text
    git(root, "checkout", "-q", "-f", "main")
    write("tools/lint.sh", "# One word.\nanalyse\n")
    git(root, "add", "-A")
    git(root, *WHO, "commit", "-qm", "script")
    git(root, "tag", "v5")
    write("tools/lint.sh", "# Another.\n\n  # And one.\nanalyse\n")
    assert not changed_sources(root), "comments of a script"
    write("tools/lint.sh", "# One word.\nanalyse # all\n")
    assert changed_sources(root), "code of a script"
    git(root, "checkout", "-q", "-f", "main")


def test_code():
    """What looks like a change of comments alone, but is more."""
    for path, before, after in (
            ("a.h", "// NOLINTNEXTLINE\nint a;", "// NOLINTNEXTLINE\n/* of it */\nint a;"),
            ("a.h", "#define A \\\n\nint a;", "#define A \\\nint a;"),
            ("a.h", "// of it\nint a;", "// of it \\\nint a;"),
            ("tools/a.py", "if a:\n    b()\n    c()", "if a:\n    b()\nc()"),
            ("cmake/a.cmake", "a()", "#[[\na()\n#]]"),
            ("cmake/a.cmake", "set(a \"\n#define A 1\")", "set(a \"\n#define A 2\")"),
            (".clang-tidy", "Checks: >\n  -*", "Checks: >\n  # none\n  -*")):
        assert code_of(path, before) != code_of(path, after), after


def self_test():
    """A repository of six files: a header that two sources include, one of them by another header."""
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
        write("tests/emulator/include/cuda_runtime.h", "int device;\n")
        everything = ["src/a/alone.c", "src/a/high.c", "src/a/low.c"]
        git(root, "init", "-q", "-b", "main")
        git(root, "add", "-A")
        git(root, *WHO, "commit", "-qm", "all")
        assert changed_sources(root) == everything, "without a tag"
        git(root, *WHO, "tag", "v1")
        assert not changed_sources(root), "nothing has changed"
        write("src/a/low.h", "int low(int);\n")
        assert changed_sources(root) == ["src/a/high.c", "src/a/low.c"], "a header"
        git(root, *WHO, "commit", "-qam", "low")
        write("src/a/new.c", "int fresh;\n")
        assert changed_sources(root) == ["src/a/high.c", "src/a/low.c", "src/a/new.c"], "a new file"
        write(RECORD, git(root, "rev-parse", "HEAD")[0] + "\n")
        assert changed_sources(root) == ["src/a/new.c"], "a record that is newer than the tag"
        git(root, "add", "-A")
        git(root, *WHO, "commit", "-qm", "new")
        git(root, *WHO, "tag", "v2")
        assert not changed_sources(root), "a tag that is newer than the record"
        git(root, "switch", "-q", "--orphan", "other")
        write("src/a/alone.c", "int alone;\n")
        write(RECORD, git(root, "rev-parse", "v2")[0] + "\n")
        git(root, "add", "-A")
        git(root, *WHO, "commit", "-qm", "other")
        assert changed_sources(root) == ["src/a/alone.c"], "a record that HEAD does not come after"
        git(root, "switch", "-q", "main")
        test_checks(root, write, sorted(everything + ["src/a/new.c"]))
        git(root, "checkout", "-q", "-f", "main")
        test_lists(root, write, sorted(everything + ["src/a/new.c"]))
        test_comments(root, write)
        test_code()
        write(".git/index", "broken\n")
        try:
            found = changed_sources(root)
        except subprocess.CalledProcessError:
            found = None
        assert found is None, "an index that git cannot read"
    print("changed_sources: its self-test passed")


def main():
    try:
        run()
    except subprocess.CalledProcessError as error:
        sys.exit(f"changed_sources: '{' '.join(error.cmd)}' failed, so that what has changed is not known; "
                 f"./dev lint --all checks everything. It said: {error.stderr.strip()}")


def run():
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
