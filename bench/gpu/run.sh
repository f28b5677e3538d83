#!/usr/bin/env bash
# Measures a GPU: gpu_bench, and where the program is built its comparison with the CPU, over the
# numbers of the article and over a longer list. Writes what it finds into a folder.
#
#     bench/gpu/run.sh BUILD_FOLDER RESULTS_FOLDER [SECONDS]
#
# SECONDS bounds it all: what does not end in time is stopped and said to be missing. The device's
# settings are read, and left as they are.
set -euo pipefail

[ $# -eq 2 ] || [ $# -eq 3 ] || {
    echo "usage: bench/gpu/run.sh BUILD_FOLDER RESULTS_FOLDER [SECONDS]" >&2
    exit 2
}
build=$1
results=$2
limit=${3:-530}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
status=0
device=gpu
mkdir -p "$results"
rm -f "$results"/gpu_bench.json "$results"/compare-* "$results/nvidia-smi.txt" # of an earlier run

# Left for the two comparisons: on two cores, without a GPU, they take 20 s.
comparisons=0
[ ! -x "$build/factor-gpu" ] || comparisons=100

# within SECONDS WHAT COMMAND...: the command's output, or what it was and why there is none.
within() {
    local seconds=$1 what=$2 result=124
    shift 2
    if [ "$seconds" -gt 0 ]; then
        result=0
        timeout "$seconds" "$@" || result=$?
    fi
    case $result in
    0) return ;;
    124) echo "NOT measured in time: $what" >&2 ;;
    *) echo "FAILED with status $result: $what" >&2 ;;
    esac
    status=1
}

describe_device() {
    if ! command -v nvidia-smi >/dev/null; then
        echo "nvidia-smi is not here: the device is described by gpu_bench alone" >&2
        return
    fi
    {
        nvidia-smi
        nvidia-smi --format=csv --query-gpu=name,driver_version,compute_cap,pstate,clocks.sm,clocks.max.sm,clocks.mem,clocks.max.mem,power.draw,power.limit,temperature.gpu,mig.mode.current
        nvidia-smi -q -d CLOCK,PERFORMANCE
    } >"$results/nvidia-smi.txt" 2>&1 || true
    device=$(nvidia-smi --query-gpu=name --format=csv,noheader 2>/dev/null | head -n 1 |
        tr '[:upper:] ' '[:lower:]-' || true)
    case $device in
    nvidia-*) ;;
    *) device=nvidia-${device:-gpu} ;;
    esac
}

compare() {
    local name=$1 numbers=$2
    echo
    within "$((limit - SECONDS))" "the comparison over $name" "$build/factor-gpu" --compare --repeat=5 --budget=5 \
        --export-json="$results/compare-$name.json" \
        --export-markdown="$results/compare-$name.md" \
        --report="$results/compare-$name.html" "$numbers"
}

describe_device
within "$((limit - SECONDS - comparisons))" gpu_bench "$build/bench/gpu/gpu_bench" --rounds=5 \
    --json="$results/gpu_bench.json"
if [ -x "$build/factor-gpu" ]; then
    compare article "$here/numbers/article.txt"
    "$build/bench/mixed_numbers" 100000 >"$build/mixed-100000.txt"
    compare mixed-100000 "$build/mixed-100000.txt"
else
    echo
    echo "Without the program there are no comparisons."
fi

revision=$(git -C "$here" rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
echo
echo "Results: $results"
echo "Where they belong (see bench/results/README.md):"
echo "bench/results/$device/$(date +%F)-$revision/"
exit "$status"
