#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_layers.py: checks that no file includes what its layer must not know, and that no modules form a circle.

src/layers.txt has a line for each folder: the folder, a colon, and the folders whose headers its files
may include. A file may always include headers of its own folder. The longest folder that a path starts
with is the one that counts.

A module is what one folder calls by one name: window.h and window.c, or either alone. A module needs
another if one of its files includes one of the other's, or calls a function that the other defines.
Modules that need each other form a circle: one of them cannot be understood without all the others.
Folders form none either. A name is that of one file only, so that a name in a comment says which file.

Usage: tools/check_layers.py              checks the tree
       tools/check_layers.py --edges      prints which folder includes which, as the table reads
       tools/check_layers.py --self-test  checks itself, on small trees with known mistakes
"""
import collections
import os
import re
import sys
import tempfile

TABLE = os.path.join("src", "layers.txt")
FOLDERS = ("include", "src", "kernels", "bench")
# The compiler looks for an include in these, besides the folder of the file.
SEARCHED = ("include", "src", "bench", "bench/gpu", "")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^">]+)[">]', re.MULTILINE)
COMMENT_OR_STRING = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.DOTALL)
# A function that other files can call. Definitions start in the first column.
DEFINITION = re.compile(r'^(?!static\b|typedef\b|else\b)(?:extern\s+)?[A-Za-z_][\w \t*]*?[\s*](\w+)\([^;{}]*\)\s*\{',
                        re.MULTILINE)
# The lines with calls and with addresses of functions: those of bodies, of macros, of initialisers.
USING_LINE = re.compile(r'^(?:[ \t]+\S.*|#[ \t]*define.*|[^\n=]*=.*)$', re.MULTILINE)
# A tag can have the name of a function.
TAG = re.compile(r'\b(?:struct|union|enum)\s+\w+')
WORD = re.compile(r'\b[A-Za-z_]\w*')


class Tree:
    """The files of the project with their includes and the functions that they define and use."""

    def __init__(self, root):
        self.root = root
        self.texts = {}
        for top in FOLDERS:
            for folder, _, names in os.walk(os.path.join(root, top)):
                for name in names:
                    if name.endswith((".c", ".h", ".cu")):
                        path = os.path.relpath(os.path.join(folder, name), root)
                        self.texts[path] = self.read(path)
        self.includes = []  # (path, included path)
        for path, text in sorted(self.texts.items()):
            for included in INCLUDE.findall(text):
                found = self.resolve(path, included)
                if found:
                    self.includes.append((path, found))

    def read(self, path):
        with open(os.path.join(self.root, path), encoding="utf-8") as file:
            return file.read()

    def resolve(self, path, included):
        for folder in (os.path.dirname(path),) + SEARCHED:
            found = os.path.normpath(os.path.join(folder, included))
            if found in self.texts:
                return found
        return None

    def calls(self):
        """Returns (path, called function, path of its definition), sorted."""
        codes = {path: COMMENT_OR_STRING.sub(" ", text) for path, text in self.texts.items()}
        defined = collections.defaultdict(list)
        for path, code in codes.items():
            if not path.endswith(".h"):
                for name in DEFINITION.findall(code):
                    defined[name].append(path)
        defined.pop("main", None)
        calls = []
        for path, code in codes.items():
            words = {word for line in USING_LINE.findall(TAG.sub("TAG", code)) for word in WORD.findall(line)}
            for name in words & defined.keys():
                if path not in defined[name]:
                    calls += [(path, name, definer) for definer in defined[name]]
        return sorted(calls)


def read_table(tree):
    """Returns the folders of the table, each with those that it may include."""
    table = {}
    for number, line in enumerate(tree.read(TABLE).splitlines(), 1):
        line = line.split("#")[0].strip()
        if not line:
            continue
        folder, colon, allowed = line.partition(":")
        if not colon:
            sys.exit(f"{TABLE}:{number}: '{line}' has no colon; write FOLDER: FOLDER...")
        table[folder.strip()] = set(allowed.split())
    for folder, allowed in table.items():
        for name in allowed | {folder}:
            if name not in table:
                sys.exit(f"{TABLE}: '{name}', which {folder} may include, has no line of its own")
            if not os.path.isdir(os.path.join(tree.root, name)):
                sys.exit(f"{TABLE}: there is no folder {name}")
    return table


def layer_of(path, table):
    folder = os.path.dirname(path)
    while folder and folder not in table:
        folder = os.path.dirname(folder)
    return folder


def check_table(tree, table):
    complaints = []
    for path, included in tree.includes:
        source, target = layer_of(path, table), layer_of(included, table)
        if not source:
            complaints.append(f"{path}: {TABLE} has no line for its folder")
        elif source != target and target not in table[source]:
            complaints.append(f"{path} includes {included}: {TABLE} does not let {source} include {target}")
    return complaints


def module_of(path):
    return os.path.splitext(path)[0]


def needs(tree):
    """Returns for each module the modules that it needs, each with one reason in words."""
    graph = {module_of(path): {} for path in tree.texts}
    for path, included in tree.includes:
        graph[module_of(path)].setdefault(module_of(included), f"{path} includes {included}")
    for path, name, definer in tree.calls():
        graph[module_of(path)].setdefault(module_of(definer), f"{path} calls {name}() of {definer}")
    for module, needed in graph.items():
        needed.pop(module, None)
    return graph


def shortest_circle(graph, start):
    """Returns the modules of a shortest circle through `start`, or nothing."""
    came_from, queue = {}, collections.deque([start])
    while queue:
        module = queue.popleft()
        for needed in sorted(graph[module]):
            if needed == start:
                circle = [module]
                while circle[-1] != start:
                    circle.append(came_from[circle[-1]])
                return circle[::-1]
            if needed not in came_from:
                came_from[needed] = module
                queue.append(needed)
    return []


def check_circles(graph):
    """Reports a shortest circle for every module that is in one and in none that was reported."""
    complaints, reported = [], set()
    for module in sorted(graph):
        circle = [] if module in reported else shortest_circle(graph, module)
        if circle:
            reported.update(circle)
            reasons = [graph[a][b] for a, b in zip(circle, circle[1:] + circle[:1])]
            complaints.append("these modules need each other: " + "; ".join(reasons))
    return complaints


def print_edges(tree):
    seen = collections.defaultdict(set)
    for path in tree.texts:
        seen[os.path.dirname(path)]
    for path, included in tree.includes:
        if os.path.dirname(path) != os.path.dirname(included):
            seen[os.path.dirname(path)].add(os.path.dirname(included))
    for folder in sorted(seen):
        print(f"{folder}: {' '.join(sorted(seen[folder]))}".rstrip())


def check_names(tree):
    places = collections.defaultdict(list)
    for path in sorted(tree.texts):
        places[os.path.basename(path)].append(path)
    return [f"these files have one name: {' '.join(paths)}" for paths in places.values() if len(paths) > 1]


def check_tree(tree):
    table = read_table(tree)
    folders = {folder: {name: f"{folder} may include {name}" for name in allowed} for folder, allowed in table.items()}
    return check_table(tree, table) + check_circles(folders) + check_circles(needs(tree)) + check_names(tree)


# Small trees: a name, the files besides the table, and what a complaint must say; None: there is none.
SELF_TESTS = (
    ("a tree without mistakes",
     {"src/low/low.h": "int low_get(void);\n",
      "src/low/low.c": '#include "low/low.h"\nint low_get(void) {\n    return 1;\n}\n',
      "src/high/high.c": '#include "low/low.h"\nint high_get(void) {\n    return low_get();\n}\n'}, None),
    ("a forbidden include",
     {"src/high/high.h": "int high_get(void);\n", "src/low/low.c": '#include "high/high.h"\n'},
     "src/low/low.c includes src/high/high.h: src/layers.txt does not let src/low include src/high"),
    ("a folder that the table does not name",
     {"bench/race.c": '#include "low/low.h"\n', "src/low/low.h": "\n"},
     "bench/race.c: src/layers.txt has no line for its folder"),
    ("two files of one name",
     {"src/low/list.h": "\n", "src/high/list.h": "\n"}, "these files have one name: src/high/list.h src/low/list.h"),
    ("a circle of folders",
     {TABLE: "src/low: src/high\nsrc/high: src/low\n"}, "src/high may include src/low; src/low may include src/high"),
    ("a circle of includes",
     {"src/low/a.h": '#include "b.h"\n', "src/low/b.h": '# include "c.h"\n', "src/low/c.c": '#include "a.h"\n',
      "src/low/c.h": "\n"},
     "src/low/a.h includes src/low/b.h; src/low/b.h includes src/low/c.h; src/low/c.c includes src/low/a.h"),
    ("a circle of calls",
     {"src/low/a.c": "void *b_make(int,\n             int);\n\nint a_get(void) {\n    return b_make(1, 2) != 0;\n}\n",
      "src/low/b.c": "int a_get(void);\n\nvoid *b_make(int x,\n             int y) {\n    return a_get() + x + y;\n}\n"},
     "src/low/a.c calls b_make() of src/low/b.c; src/low/b.c calls a_get() of src/low/a.c"),
    ("a circle of an include and an address",
     {"src/low/parts.h": "int part_run(void);\nint whole_run(void);\n",
      "src/low/parts.c": '#include "parts.h"\nstatic int (*const runs[])(void) = {part_run};\nint whole_run(void) {\n'
                         "    return runs[0]();\n}\n",
      "src/low/part.c": '#include "parts.h"\nint part_run(void) {\n    return 1;\n}\n'},
     "src/low/part.c includes src/low/parts.h; src/low/parts.c calls part_run() of src/low/part.c"),
    ("a circle through a macro",
     {"src/low/check.h": "#define CHECK(call) check_failed(call)\n",
      "src/low/failed.c": '#include "check.h"\nvoid check_failed(int call) {\n}\n'},
     "src/low/check.h calls check_failed() of src/low/failed.c; src/low/failed.c includes src/low/check.h"),
    ("declarations, tags, comments, strings and static functions, which are no calls",
     {"src/low/a.h": "int b_get(void); /* a_get() calls b_get() */\nint a_get(void);\nstruct b_get {\n    struct a_get *next;\n};\n",
      "src/low/a.c": '#include "a.h"\n#include "b.h"\nint a_get(void) {\n    return b_get() + helper();\n}\n'
                     "static int helper(void) {\n    return 2;\n}\n",
      "src/low/b.h": "int b_get(void);\n",
      "src/low/b.c": "/*\n * As a_get() does.\n */\nint b_get(void) {\n    // a_get()\n"
                     '    return "a_get()"[0] + helper();\n}\nstatic int helper(void) {\n    return 1;\n}\n'}, None),
)


def self_test():
    for name, files, expected in SELF_TESTS:
        with tempfile.TemporaryDirectory() as root:
            files = {TABLE: "src/low:  # below\nsrc/high: src/low\n", "src/high/.keep": "", "src/low/.keep": "", **files}
            for path, text in files.items():
                os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
                with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                    file.write(text)
            complaints = check_tree(Tree(root))
        if expected is None and complaints or expected is not None and not any(expected in c for c in complaints) \
                or len(complaints) > 1:
            sys.exit(f"{sys.argv[0]}: self-test with {name}: expected {expected or 'no complaint'}, got {complaints}")


def main():
    if "--self-test" in sys.argv[1:]:
        self_test()
        return
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    if "--edges" in sys.argv[1:]:
        print_edges(Tree(root))
        return
    tree = Tree(root)
    if len(tree.includes) < 50:
        sys.exit(f"only {len(tree.includes)} includes were found to check")
    complaints = check_tree(tree)
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
