#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Builds and runs all benchmarks, in order; prints their tables, and writes their JSON where asked.
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

bench scan_bench
bench backend_bench
bench threads_bench
bench estimate_bench
bench text_bench
bench factor_bench
bench step_bench
bench process_bench "$build/factor-gpu" "$here/peers/experiment.py"

if [[ -n $results ]]; then
    echo
    echo "JSON with all samples: $results"
fi
