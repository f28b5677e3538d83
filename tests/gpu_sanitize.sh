#!/usr/bin/env bash
# Runs a few tests on a GPU under NVIDIA's compute-sanitizer, so that every kernel of kernels/ runs
# at least once under each of its tools. Prints a line for each tool.
#
#     tests/gpu_sanitize.sh BUILD_FOLDER COMPUTE_SANITIZER
#     tests/gpu_sanitize.sh --filter      the tests that run every kernel, as gtest takes them
#
# Two tests are enough for that, because whoever opens an engine has the device tested: by known
# numbers in each form of the candidate kernels, or in every queue of the wavefront. `./dev test`
# measures which lines these two execute on the emulated device. A third has the longest answers.
set -euo pipefail

usage() {
    echo "usage: tests/gpu_sanitize.sh BUILD_FOLDER COMPUTE_SANITIZER | --filter" >&2
    exit 2
}

every_kernel='*.AnswersTheArticlesNumbers/cuda:*.EveryMethodGivesPrimesToo/cuda'
if [ "${1:-}" = --filter ]; then
    echo "$every_kernel"
    exit
fi
[ $# -eq 2 ] || usage
build=$1
sanitizer=$2
status=0

# check TOOL [OPTION]...: the tests under the tool, and what it said of them.
check() {
    local tool=$1 words=clean before=$SECONDS result=0 output=$build/gpu-sanitize.$1.log
    shift
    FG_REQUIRE_GPU=1 FG_TEST_SCALE=0.02 timeout -k 10 100 "$sanitizer" --tool "$tool" \
        --error-exitcode 86 "$@" "$build/tests/backend_gpu_test" --gtest_brief=1 \
        --gtest_filter="$every_kernel:*.TheNumbersWithTheMostDivisors/cuda" >"$output" 2>&1 ||
        result=$?
    if [ "$result" -eq 124 ]; then
        words='NOT finished within 100 s'
    elif [ "$result" -ne 0 ]; then
        words="FAILED with status $result; see $output"
    elif ! grep -qE '^========= (ERROR|RACECHECK) SUMMARY: 0 ' "$output"; then
        words="has NOT said that there is no error; see $output"
    fi
    [ "$words" = clean ] || status=1
    printf '  %-10s %s (%d s)\n' "$tool" "$words" "$((SECONDS - before))"
}

echo "compute-sanitizer, over tests that run every kernel:"
check memcheck --leak-check full
check racecheck
# Copies are left out: the first places for hits come back along with their count, filled or not.
check initcheck --check-api-memory-access no
check synccheck
if grep -q "Device not supported" "$build"/gpu-sanitize.*.log; then
    echo "compute-sanitizer does not support this machine; ./dev gpu-test --no-sanitizer leaves it out"
fi
exit "$status"
