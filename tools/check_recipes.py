#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_recipes.py: checks the recipes of conda and Spack as far as goes without conda and Spack.

The recipe of conda is read as YAML, with and without CUDA, after its selectors and its few expressions. The
recipe of Spack runs with stand-ins for Spack's classes, and its options of CMake must be options of this
project. conda's script must be a script.

Usage: tools/check_recipes.py FOLDER      the folder that holds conda/ and spack/
"""
import os
import re
import subprocess
import sys
import types

import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def read(*names):
    with open(os.path.join(*names), encoding="utf-8") as file:
        return file.read()


def fail(words):
    sys.exit(f"check_recipes: {words}")


def selected(line, cuda):
    """Returns whether conda-build keeps the line: `# [CONDITION]` at its end selects."""
    condition = re.search(r"# \[(.*)\]$", line)
    known = {"linux": True, "cuda_compiler_version": "13.0" if cuda else "None"}
    return condition is None or eval(condition[1], {}, known)  # pylint: disable=eval-used


def conda_recipe(text, cuda):
    version = re.search(r'{% set version = "(.*)" %}\n', text)
    lines = [line for line in text.replace(version[0], "").split("\n") if selected(line, cuda)]
    values = {"version": version[1], 'compiler("c")': "c", 'stdlib("c")': "libc", 'compiler("cxx")': "cxx",
              'compiler("cuda")': "cuda"}
    return yaml.safe_load(re.sub(r"{{ (.*?) }}", lambda found: values[found[1]], "\n".join(lines)))


def strings(value):
    return isinstance(value, list) and value and all(isinstance(item, str) for item in value)


def check_conda(folder):
    for cuda in (False, True):
        recipe = conda_recipe(read(folder, "conda", "meta.yaml"), cuda)
        needs = recipe["requirements"]
        lists = [needs["build"], needs["host"], needs["run"], recipe["test"]["commands"], recipe["about"]["license_file"]]
        if not all(map(strings, lists)):
            fail(f"conda/meta.yaml: each of these must be a list of words: {lists}")
        if ("cuda" in needs["build"]) != cuda or "skip" in recipe["build"]:
            fail("conda/meta.yaml: its selectors select the wrong lines")
        if not re.fullmatch(r"[0-9a-f]{64}", str(recipe["source"]["sha256"])):
            fail("conda/meta.yaml: source/sha256 is no digest")
        for name in recipe["about"]["license_file"]:
            read(ROOT, name)
    subprocess.run(["bash", "-n", os.path.join(folder, "conda", "build.sh")], check=True)


class Spec:
    """A spec with CUDA and architectures, or without."""

    def __init__(self, cuda, architectures):
        self.facts = {"+cuda": cuda, "cuda_arch=none": not architectures}
        self.variants = {"cuda_arch": types.SimpleNamespace(value=architectures)}

    def satisfies(self, words):
        return self.facts[words]


class CMakePackage:
    """Stands in for Spack's class of that name."""

    def __init__(self, spec):
        self.spec = spec

    @staticmethod
    def define(name, value):
        if isinstance(value, bool):
            value = "ON" if value else "OFF"
        return f"-D{name}={value if isinstance(value, str) else ';'.join(value)}"

    def define_from_variant(self, name, variant):
        if variant not in CMakePackage.variants:
            fail(f"spack/package.py: there is no variant '{variant}'")
        return self.define(name, True)


def spack_package(text):
    CMakePackage.variants = set()
    scope = {"CMakePackage": CMakePackage, "CudaPackage": type("CudaPackage", (), {})}
    for directive in ("license", "version", "generator", "depends_on"):
        scope[directive] = lambda *arguments, **options: None
    scope["variant"] = lambda name, **options: CMakePackage.variants.add(name)
    sys.modules["spack"] = types.ModuleType("spack")
    sys.modules["spack.package"] = types.ModuleType("spack.package")
    exec(compile(text, "spack/package.py", "exec"), scope)  # pylint: disable=exec-used
    return scope["FactorGpu"]


def check_spack(folder):
    package = spack_package(read(folder, "spack", "package.py"))
    options = set(re.findall(r"(?:option\(|set\()(FACTOR_GPU_[A-Z]+)", read(ROOT, "CMakeLists.txt")))
    for spec, words in ((Spec(False, ()), "-DFACTOR_GPU_CUDA=OFF"), (Spec(True, ()), "-DFACTOR_GPU_CUDA=ON"),
                        (Spec(True, ("80", "90")), "-DCMAKE_CUDA_ARCHITECTURES=80-real;90-real")):
        arguments = package(spec).cmake_args()
        if words not in arguments:
            fail(f"spack/package.py: {words} is not among {arguments}")
        unknown = {name for name in re.findall(r"-D(FACTOR_GPU_\w+)=", " ".join(arguments))} - options
        if unknown:
            fail(f"spack/package.py: CMakeLists.txt has no option {unknown}")


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    check_conda(sys.argv[1])
    check_spack(sys.argv[1])


if __name__ == "__main__":
    main()
