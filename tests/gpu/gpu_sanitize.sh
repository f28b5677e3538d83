#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs a few tests on a GPU under NVIDIA's compute-sanitizer, so that every kernel of kernels/ runs
# at least once under each of its tools. Prints a line for each tool.
#
#     tests/gpu/gpu_sanitize.sh BUILD_FOLDER COMPUTE_SANITIZER [SECONDS]
#     tests/gpu/gpu_sanitize.sh --filter      the tests that run every kernel, as gtest takes them
#
# Four tests are enough for that, because the device is tested before it is used: with known numbers in
# each form of the candidate kernels, in every queue of the wavefronts for one and for two words, or with a
# range through each kernel of the sieve.
# `./dev test` measures which lines these execute on the emulated device. A fifth has the longest answers.
#
# SECONDS bounds it all; each tool gets its part of what is left.
set -euo pipefail

usage() {
    echo "usage: tests/gpu/gpu_sanitize.sh BUILD_FOLDER COMPUTE_SANITIZER [SECONDS] | --filter" >&2
    exit 2
}

every_kernel='*.AnswersTheArticlesNumbers/cuda:*.EveryMethodGivesPrimesToo/cuda'
every_kernel+=':*.BatchesOfBothWidthsTakeTurns/cuda'
every_kernel+=':*DeviceTotals.OfShortRanges/cuda'
if [ "${1:-}" = --filter ]; then
    echo "$every_kernel"
    exit
fi
[ $# -eq 2 ] || [ $# -eq 3 ] || usage
build=$1
sanitizer=$2
limit=${3:-400}
[[ $limit =~ ^-?[0-9]+$ ]] || usage
# shellcheck source=tools/bounded.sh
. "$(dirname "${BASH_SOURCE[0]}")/../../tools/bounded.sh"
status=0
tools_left=4

# check TOOL [OPTION]...: runs the tests under the tool, and prints its result.
check() {
    local tool=$1 words=clean before=$SECONDS result=0 output=$build/gpu-sanitize.$1.log
    local seconds=$(((limit - SECONDS) / tools_left))
    shift
    tools_left=$((tools_left - 1))
    FG_REQUIRE_GPU=1 FG_TEST_SCALE=0.02 bounded "$seconds" "$sanitizer" --tool "$tool" \
        --error-exitcode 86 "$@" "$build/tests/backend_gpu_test" --gtest_brief=1 \
        --gtest_filter="$every_kernel:*.TheNumbersWithTheMostDivisors/cuda" >"$output" 2>&1 ||
        result=$?
    if [ "$seconds" -le 0 ]; then
        words="NOT run: no time was left for it"
    elif [ "$result" -eq 124 ] || [ "$result" -eq 137 ]; then
        words="NOT finished within the $seconds s that were left for it"
    elif [ "$result" -ne 0 ]; then
        words="FAILED with status $result; see $output"
    elif ! grep -qE '^========= (ERROR|RACECHECK) SUMMARY: 0 ' "$output"; then
        words="has NOT said that there is no error; see $output"
    fi
    printf '  %-10s %s (%d s)\n' "$tool" "$words" "$((SECONDS - before))"
    [ "$words" != clean ] || return 0
    status=1
    show_errors "$output"
}

# Prints the first errors that the tool has named, or its last lines if it has named none.
show_errors() {
    local errors
    [ -s "$1" ] || return 0
    errors=$(grep -E '^========= +[^= ]' "$1" | grep -vE '^========= (COMPUTE-SANITIZER|ERROR SUMMARY)' |
        head -n 20 || true)
    [ -n "$errors" ] || errors=$(tail -n 20 "$1")
    # shellcheck disable=SC2001
    sed 's/^/    /' <<<"$errors"
}

echo "compute-sanitizer, over tests that run every kernel:"
check memcheck --leak-check full
check racecheck
# Copies are not checked: the first entries for hits are copied back with their count, filled or not.
check initcheck --check-api-memory-access no
check synccheck
if grep -q "Device not supported" "$build"/gpu-sanitize.*.log; then
    echo "compute-sanitizer does not support this machine; ./dev gpu-test --no-sanitizer leaves it out"
fi
exit "$status"
