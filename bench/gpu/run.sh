#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Measures a GPU: gpu_bench, and where the program is built its comparison with the CPU, over the
# numbers of the article and over longer lists. Writes what it finds into a folder.
#
#     bench/gpu/run.sh BUILD_FOLDER RESULTS_FOLDER [SECONDS]
#
# SECONDS bounds it all: what does not end in time is stopped and said to be missing. What an earlier
# run left in the folder stays unless all of this one works. The device's settings are read, and left
# as they are.
set -euo pipefail

usage() {
    echo "usage: bench/gpu/run.sh BUILD_FOLDER RESULTS_FOLDER [SECONDS]" >&2
    exit 2
}

[ $# -eq 2 ] || [ $# -eq 3 ] || usage
# The files of a run, and no others: the folder is the user's.
remove_results() { rm -f "$1"/gpu_bench.json "$1"/compare-* "$1/nvidia-smi.txt"; }

build=$1
results=$2
limit=${3:-530}
[[ $limit =~ ^-?[0-9]+$ ]] || usage
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=tools/bounded.sh
. "$here/../tools/bounded.sh"
status=0
new=$results/unfinished
mkdir -p "$new"
remove_results "$new"

# Left for the comparisons, whose rows may take the budget of 5 s each.
comparisons=0
[ ! -x "$build/factor-gpu" ] || comparisons=200

# within SECONDS WHAT COMMAND...: the command's output, or what it was and why there is none.
within() {
    local seconds=$1 what=$2 result=0
    shift 2
    bounded "$seconds" "$@" || result=$?
    case $result in
    0) return ;;
    124 | 137) echo "NOT measured in time: $what" >&2 ;;
    *) echo "FAILED with status $result: $what" >&2 ;;
    esac
    status=1
}

# --- the device -------------------------------------------------------------------------------

smi() { timeout -k 5 20 nvidia-smi "$@"; }

# describe_devices WHEN: their clocks, what slows them, and who else uses them.
describe_devices() {
    command -v nvidia-smi >/dev/null || return 0
    {
        echo "=== $1 measuring, $(date -u +%FT%TZ)"
        if smi; then # one that does not answer once is not asked again
            smi --format=csv --query-gpu=name,pci.bus_id,driver_version,compute_cap,pstate,clocks.sm,clocks.max.sm,clocks.mem,clocks.max.mem,power.draw,power.limit,temperature.gpu,utilization.gpu,mig.mode.current
            smi --format=csv --query-compute-apps=gpu_bus_id,pid,name,used_memory
            smi -q -d CLOCK,PERFORMANCE
        fi
    } >>"$new/nvidia-smi.txt" 2>&1 || true
}

# The device that gpu_bench has measured, `NAME, PCI BUS-ID`; nothing if it has not got so far.
measured_device() {
    grep -o 'measured: device [0-9]*, [^"\\]*' "$new/gpu_bench.json" 2>/dev/null | head -n 1 |
        sed 's/^measured: device [0-9]*, //' || true
}

# folder_of NAME: as in bench/results.
folder_of() {
    local folder
    folder=$(tr '[:upper:]' '[:lower:]' <<<"${1:-gpu}" | tr -cs '[:alnum:]\n' -)
    folder=${folder%-}
    echo "nvidia-${folder#nvidia-}"
}

# Says which processes had the measured device, before or after: their work is in every time.
name_other_users() {
    local bus=${1##*PCI } users
    bus=${bus%%[ ,;]*}
    # nvidia-smi writes the domain with four digits more.
    users=$(grep -iE "^[0-9a-f]*$bus, *[0-9]+," "$new/nvidia-smi.txt" 2>/dev/null | cut -d, -f2- |
        sort -u || true)
    [ -z "$users" ] || printf 'OTHERS use this GPU, and these times are worth little:\n%s\n' "$users" >&2
}

# --- measuring --------------------------------------------------------------------------------

# compare NAME FILE [OPTION]...
compare() {
    local name=$1 numbers=$2
    shift 2
    echo
    within "$((limit - SECONDS))" "the comparison over $name" "$build/factor-gpu" --compare --repeat=5 --budget=5 \
        --export-json="$new/compare-$name.json" \
        --export-markdown="$new/compare-$name.md" \
        --report="$new/compare-$name.html" "$@" "$numbers"
}

# compare_list LIST COUNT [OPTION]...: over so many numbers of a list (bench/list_numbers.c).
compare_list() {
    local list=$1 count=$2
    local numbers=$build/$list-$count.txt
    shift 2
    within "$((limit - SECONDS))" list_numbers "$build/bench/list_numbers" "$list" "$count" >"$numbers"
    compare "$list-$count" "$numbers" "$@"
}

# What lies in `new` becomes the result, unless it is less than what is there.
keep() {
    if [ "$status" -ne 0 ] && [ -e "$results/gpu_bench.json" ]; then
        echo "An earlier run's results are left in $results" >&2
        results=$new
        return
    fi
    remove_results "$results"
    mv "$new"/* "$results" 2>/dev/null || true # there may be none
    rmdir "$new" 2>/dev/null || true
}

command -v nvidia-smi >/dev/null ||
    echo "nvidia-smi is not here: the device is described by gpu_bench alone" >&2
describe_devices before
within "$((limit - SECONDS - comparisons))" gpu_bench "$build/bench/gpu/gpu_bench" --rounds=5 \
    --json="$new/gpu_bench.json"
describe_devices after
if [ -x "$build/factor-gpu" ]; then
    compare article "$here/numbers/article.txt"
    compare_list mixed 100000
    compare_list semiprimes-64 1000000 --method=factor
    compare_list random-64 4000000 --method=factor
else
    echo
    echo "Without the program there are no comparisons."
fi

device=$(measured_device)
revision=$(git -C "$here" rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
echo
if [ -n "$device" ]; then
    echo "Measured: $device"
    name_other_users "$device"
fi
keep
echo "Results: $results"
echo "Where they belong (see bench/results/README.md):"
echo "bench/results/$(folder_of "${device%, PCI*}")/$(date +%F)-$revision/"
exit "$status"
