# SPDX-License-Identifier: MIT
# The part of ./dev lint that analyses the C++ of the Python package. Sourced by ./dev, whose functions it
# uses.
# shellcheck shell=bash
# Some variables belong to ./dev.
# shellcheck disable=SC2034,SC2154

# lint_python [OPTION]: static analysis of python/src, if it differs from the last analysis or with an
# option of lint. The files are one unit, because nanobind's headers take most of the time of each. With
# an option the analyzer follows paths through them, which takes a minute: it skips what a unit includes.
lint_python() {
    local since sources nanobind python unit=build/lint/python_module.cpp mode=--brief paths=()
    since=$(tools/changed_sources.py --since)
    if [ -n "$since" ] && [ $# -eq 0 ] && git diff --quiet "$since" -- python/src; then
        return
    fi
    [ $# -eq 0 ] || paths=(-Xclang -analyzer-opt-analyze-headers)
    require cmd:clang-tidy=clang-tidy cmd:cppcheck=cppcheck py:ensurepip=python3-venv \
        'h:python3.*/Python.h=python3-dev'
    read_lines sources files_of 'python/src/*.cpp'
    say "cppcheck (python/src)"
    cppcheck --quiet --std=c++17 --language=c++ --error-exitcode=1 --inline-suppr \
        --enable=warning,performance,portability --suppress=missingIncludeSystem -I include \
        -j "$jobs" "${sources[@]}" || fail "cppcheck has complaints about python/src"
    (python_build_tools)
    if ! nanobind=$(build/python/tools/bin/python -m nanobind --include_dir 2>/dev/null); then
        say "skipped: clang-tidy for python/src needs nanobind, which pip could not install"
        return
    fi
    say "clang-tidy (python/src)"
    python=$(/usr/bin/python3 -c 'import sysconfig; print(sysconfig.get_path("include"))')
    mkdir -p build/lint
    printf "#include \"$root/%s\"\n" "${sources[@]}" >"$unit"
    # It is right that a unit includes sources, a struct has members, and refusals are formatted.
    clang-tidy --checks=-bugprone-suspicious-include,-cert-dcl50-cpp,-misc-non-private-member-variables-in-classes \
        --quiet --warnings-as-errors='*' --header-filter='python/src/.*' "$unit" -- -std=c++17 \
        -isystem "$nanobind" -isystem "$python" -I include "${paths[@]}" 2>build/lint/python.err || {
        grep -vE 'warnings? generated' build/lint/python.err >&2
        fail "clang-tidy has complaints about python/src"
    }
}
