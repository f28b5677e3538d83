#!/usr/bin/python3
"""check_layers.py: holds the includes of the project to src/layers.txt, and its files to having no circles.

src/layers.txt has a line for each folder: the folder, a colon, and the folders whose headers its files
may include. A file may always include headers of its own folder. The longest folder that a path starts
with is the one that counts.

A header and the sources that define what it declares are one module. Two modules that need each other,
by an include or by a call, are a circle: only read together can they be understood. Circles are errors.

Usage: tools/check_layers.py [--edges]      --edges prints which folder includes which, as the table reads
"""
import collections
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TABLE = os.path.join("src", "layers.txt")
FOLDERS = ("include", "src", "kernels")
# Where the compiler looks for an include, besides the folder of the file.
SEARCHED = ("include", "src", "")
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^">]+)[">]', re.MULTILINE)


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def project_files():
    for top in FOLDERS:
        for folder, _, names in os.walk(os.path.join(ROOT, top)):
            for name in names:
                if name.endswith((".c", ".h", ".cu")):
                    yield os.path.relpath(os.path.join(folder, name), ROOT)


def resolve(path, included, files):
    for folder in (os.path.dirname(path),) + SEARCHED:
        found = os.path.normpath(os.path.join(folder, included))
        if found in files:
            return found
    return None


def read_table():
    """The folders of the table, each with those that it may include."""
    table = {}
    for number, line in enumerate(read(TABLE).splitlines(), 1):
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
            if not os.path.isdir(os.path.join(ROOT, name)):
                sys.exit(f"{TABLE}: there is no folder {name}")
    return table


def layer_of(path, table):
    folder = os.path.dirname(path)
    while folder and folder not in table:
        folder = os.path.dirname(folder)
    return folder


def check_table(edges, table):
    complaints = []
    for path, included in edges:
        source, target = layer_of(path, table), layer_of(included, table)
        if not source:
            complaints.append(f"{path}: {TABLE} has no line for its folder")
        elif source != target and target not in table[source]:
            complaints.append(f"{path} includes {included}: {TABLE} does not let {source} include {target}")
    return complaints


def main():
    files = set(project_files())
    texts = {path: read(path) for path in files}
    edges = []
    for path, text in sorted(texts.items()):
        for included in INCLUDE.findall(text):
            found = resolve(path, included, files)
            if found:
                edges.append((path, found))
    if len(edges) < 50:
        sys.exit(f"only {len(edges)} includes were found to check")
    if "--edges" in sys.argv[1:]:
        seen = collections.defaultdict(set)
        for path in files:
            seen[os.path.dirname(path)]
        for path, included in edges:
            if os.path.dirname(path) != os.path.dirname(included):
                seen[os.path.dirname(path)].add(os.path.dirname(included))
        for folder in sorted(seen):
            print(f"{folder}: {' '.join(sorted(seen[folder]))}".rstrip())
        return
    complaints = check_table(edges, read_table())
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
