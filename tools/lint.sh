# SPDX-License-Identifier: MIT
# ./dev lint: the layout of the code, static analysis, and the checks of tools/. Sourced by ./dev, whose
# functions and variables it uses.
# shellcheck shell=bash
# Some variables belong to ./dev.
# shellcheck disable=SC2034,SC2154

# files_of PATTERN...: prints the project's files that match, tracked or about to be.
files_of() { git ls-files --cached --others --exclude-standard -- "$@"; }

# read_lines ARRAY COMMAND...: fills the array with the lines that the command prints, or fails as it does.
read_lines() {
    local printed
    printed=$("${@:2}") || fail "lint could not list what to check: '${*:2}' failed"
    mapfile -t "$1" < <(printf '%s' "$printed")
}

run_lint() {
    require_tests
    require cmd:clang-format=clang-format cmd:clang-tidy=clang-tidy cmd:cppcheck=cppcheck \
        cmd:shellcheck=shellcheck cmd:mandoc=mandoc cmd:git=git cmd:python3=python3 py:yaml=python3-yaml h:pari/pari.h=libpari-dev h:ecm.h=libecm-dev
    local code c_code scripts since
    case $* in
    '' | --all) ;;
    --record) require_clean_tree "lint --record" ;;
    *) fail "lint does not know '$*'; see ./dev help" ;;
    esac
    read_lines code files_of '*.c' '*.h' '*.cpp' '*.cu'
    since=$(tools/changed_sources.py --since)
    if [ -z "$since" ] || [ "$*" = --all ]; then
        read_lines c_code files_of 'src/*.c' 'bench/*.c'
    else
        say "static analysis of what has changed since $since, and of what includes it (all: ./dev lint --all)"
        read_lines c_code tools/changed_sources.py
    fi
    # factor_variants.c includes factor.c, which is checked here, many times.
    mapfile -t c_code < <(printf '%s\n' "${c_code[@]}" | grep -vE '^(|bench/factor_variants\.c)$')
    read_lines scripts files_of dev .ci/run '*.sh'
    [ "${#code[@]}" -gt 50 ] || fail "lint found almost no source files; is this a git checkout?"

    say "clang-format"
    if [[ $(clang-format --version) == *"version 14."* ]]; then
        clang-format --dry-run --Werror "${code[@]}" || fail "clang-format -i would change these files"
    else # versions disagree in details, and the layout is that of Debian 12's
        say "skipped: $(clang-format --version) is not version 14"
    fi
    say "shellcheck"
    shellcheck "${scripts[@]}"
    say "mandoc"
    mandoc -T lint -W warning doc/factor-gpu.1
    say "layers"
    tools/check_layers.py --self-test
    tools/check_layers.py
    tools/changed_sources.py --self-test
    say "licence lines"
    tools/check_spdx.py --self-test
    tools/check_spdx.py
    say "version"
    tools/version.py --self-test
    tools/version.py --check
    tools/debian_changelog.py --self-test
    say "recipes"
    tools/check_recipes.py packaging
    say "tables"
    tools/ecm_tables.py --check
    tools/ecm_wide_tables.py --check
    tools/base2_tables.py --check
    # The emulated build has every line of the project in its compile commands, CUDA's host side too.
    cuda=OFF
    build lint fg_build_info_header -- -DCMAKE_BUILD_TYPE=Debug
    say "clang-tidy"
    local tidy_status=0
    printf '%s\n' "${c_code[@]}" | xargs -r -P "$jobs" -n 1 clang-tidy --quiet -p build/lint \
        >build/lint/tidy.log 2>build/lint/tidy.err || tidy_status=$?
    if [ "$tidy_status" -ne 0 ] || grep -qE 'warning:|error:' build/lint/tidy.log; then
        cat build/lint/tidy.log >&2
        [ "$tidy_status" -eq 0 ] || grep -vE 'warnings? generated' build/lint/tidy.err >&2
        fail "clang-tidy has complaints"
    fi
    say "cppcheck"
    local c_src
    mapfile -t c_src < <(printf '%s\n' "${c_code[@]}" | grep '^src/' || true)
    [ "${#c_src[@]}" -eq 0 ] || cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr --enable=warning,performance,portability \
        --suppress=missingIncludeSystem -D_GNU_SOURCE -DFG_SCAN_X86 -D__x86_64__ -I include -I src -I . -j "$jobs" "${c_src[@]}"
    say "lint is clean"
    [ "$*" != --record ] || record_analysis
}

# Names the last commit as one that was analysed as a whole: what has not changed was so before.
record_analysis() {
    git rev-parse HEAD >tools/analysed.txt
    say "tools/analysed.txt names this commit now; commit that file"
}
