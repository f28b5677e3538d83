#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Builds and runs all benchmarks and the program's own comparisons, in order; prints their tables, and writes their JSON where asked.
#
#     bench/run.sh [--rounds=N] BUILD_FOLDER [RESULTS_FOLDER]
set -euo pipefail

usage() {
    echo "usage: bench/run.sh [--rounds=N] BUILD_FOLDER [RESULTS_FOLDER]" >&2
    exit 2
}

rounds=()
folders=()
for argument in "$@"; do
    case $argument in
    --rounds=*) rounds=("$argument") ;;
    -*) usage ;;
    *) folders+=("$argument") ;;
    esac
done
[[ ${#folders[@]} -eq 1 || ${#folders[@]} -eq 2 ]] || usage
build=${folders[0]}
results=${folders[1]:-}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

cmake --build "$build" --target fg_bench
[[ -z $results ]] || mkdir -p "$results"

# bench NAME [OPERAND]...
bench() {
    local name=$1
    shift
    local options=(${rounds[@]+"${rounds[@]}"})
    [[ -z $results ]] || options+=("--json=$results/$name.json")
    echo
    "$build/bench/$name" ${options[@]+"${options[@]}"} "$@"
}

# compare NAME LIST OPTION...: what two jobs gain over one, and where there is time over a process for
# every number.
compare() {
    local name=$1 list=$2
    shift 2
    local options=("--jobs=2" "--budget=60")
    [[ ${#rounds[@]} -eq 0 ]] || options+=("--repeat=${rounds[0]#--rounds=}")
    [[ -z $results ]] || options+=("--export-json=$results/compare-$name.json")
    echo
    "$build/factor-gpu" --compare "${options[@]}" "$@" <<<"$list"
}

article_512_times() {
    for ((i = 0; i < 512; i++)); do
        cat "$here/numbers/article.txt"
    done
}

bench scan_bench
random=$("$build/bench/list_numbers" random-64 100000)
compare trial "$(seq 72057594037927935 -2 72057594037927681)" --method=trial
compare exhaustive "$(article_512_times)" --method=exhaustive
compare random-64 "$random" --method=factor
bench threads_bench
bench answers_bench
bench estimate_bench
bench call_bench
bench text_bench
bench factor_bench
bench wide_bench
bench range_bench
bench range_process_bench "$build/factor-gpu" none wall
bench step_bench
bench process_bench "$build/factor-gpu" "$here/peers/experiment.py"

if [[ -n $results ]]; then
    echo
    echo "JSON with all samples: $results"
fi
