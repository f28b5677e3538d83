#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The first minutes on a GPU, with what ./dev gpu-pack has packed into this folder: no compiler, no
# package and no network. First what must be right, then what decides, then the rest.
#
#     ./gpu-first [OPTION]... [SECONDS]       SECONDS bound the whole (default 420)
#
#     --only=STEP,...      only these steps, for a second run: it adds to the results that are there
#     --results=DIR        where everything goes (default: results/ beside this script)
#     --step-seconds=N     no step may take longer than that
#     --small              small sizes, whose times mean nothing: for the emulated device of the tests
#
# Every figure is a line of first.jsonl as soon as there is one, and on the disk. A step that takes too
# long is killed and named, and the others go on. If the device no longer answers, the run ends. The
# GPU's settings are read, and left as they are. No line is ever erased: a whole run moves the results
# that are there aside, and one with --only adds its lines and replaces the other files of its steps.
#
# Exit status: 0 all steps passed; 1 one failed, or took too long, or the device went away; 2 usage;
# 3 nothing failed, but there was no time for some steps.
# Functions are called by their names, which shellcheck does not follow.
# shellcheck disable=SC2317
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
results=$here/results total=420 only='' small='' step_seconds=600
for argument in "$@"; do
    case $argument in
    --only=*) only=,${argument#*=}, ;;
    --results=?*) results=$(realpath -m -- "${argument#*=}") ;;
    --step-seconds=?*) step_seconds=${argument#*=} ;;
    --small) small=yes ;;
    -h | --help)
        sed -n '/^#     /s/^#     //p' "${BASH_SOURCE[0]}"
        exit
        ;;
    *) total=$argument ;;
    esac
done
if ! [[ $total =~ ^[1-9][0-9]*$ && $step_seconds =~ ^[1-9][0-9]*$ ]]; then
    echo "gpu-first: SECONDS and --step-seconds take a number of seconds; see --help" >&2
    exit 2
fi

steps=(device arithmetic agreement-{primes,divisors,wide,totals} ceilings rates wide ranges curves lists
    batch-{semiprimes-64,random-64,semiprimes-80,random-128} compare-article compare-mixed trial start
    {memcheck,synccheck}-{factor,trial,exhaustive} tunables tests)
known=$(printf ',%s' "${steps[@]}"),
mapfile -td, named < <(printf '%s' "${only:1}")
for name in "${named[@]}"; do
    [[ $known != *,"$name",* ]] || continue
    echo "gpu-first: there is no step '$name'; the steps are: ${steps[*]}" >&2
    exit 2
done
# Those need the lists.
[[ $only != *,batch-* ]] || only+=lists,

program=$here/bin/factor-gpu
export LD_LIBRARY_PATH=$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
begun_us=${EPOCHREALTIME/[.,]/}
# Left for ending what runs, and for the summary.
reserve_ms=4000
lines=$results/first.jsonl
if [ -f "$lines" ] && [ -z "$only" ]; then
    number=1
    while [ -e "$results.$number" ]; do number=$((number + 1)); done
    mv -T "$results" "$results.$number" || exit 2
    echo "gpu-first: the results that were in $results are now in $results.$number" >&2
elif [ ! -f "$lines" ] && [ -n "$(ls -A "$results" 2>/dev/null)" ]; then
    echo "gpu-first: $results is there without a first.jsonl, so it is not from here; name another" >&2
    exit 2
fi
mkdir -p "$results" && true >>"$lines" || exit 2
# Lists are long and can be made again, so they are no results; the pack keeps them for a second run.
lists=$here/numbers semiprimes=1000000 random=2000000 wide=300000
[ -w "$lists" ] || lists=$results
[ -z "$small" ] || semiprimes=200 random=200 wide=10
semiprimes_list=$lists/semiprimes-64-$semiprimes.txt
random_list=$lists/random-64-$random.txt
wide_semiprimes_list=$lists/semiprimes-80-$wide.txt
wide_random_list=$lists/random-128-$wide.txt

# --- lines ------------------------------------------------------------------------------------

elapsed_ms() { echo $(((${EPOCHREALTIME/[.,]/} - begun_us) / 1000)); }

# json_text TEXT: as a string of JSON.
json_text() {
    local text=${1//\\/\\\\}
    text=${text//\"/\\\"}
    printf '"%s"' "${text//[[:cntrl:]]/ }"
}

# record MEMBERS: a line, on the disk before anything else happens.
record() {
    local ms
    ms=$(elapsed_ms)
    printf '{"t_s":%d.%03d,%s}\n' $((ms / 1000)) $((ms % 1000)) "$1" >>"$lines"
    sync -d "$lines" 2>/dev/null || sync
}

# --- a step -----------------------------------------------------------------------------------

shown=() failed=() slow=() cut=() unreached=() left_out=()
gone='' wrong='' running='' background='' others=''

# Ends a process and all that it has started. One that even SIGKILL does not end waits in the driver.
end_group() {
    local signal until
    for signal in TERM KILL; do
        kill -s "$signal" -- "-$1" 2>/dev/null
        until=$(($(elapsed_ms) + 1000))
        while [ "$(elapsed_ms)" -lt "$until" ]; do
            kill -0 "$1" 2>/dev/null || return 0
            sleep 0.05
        done
    done
    return 1
}

# limited MILLISECONDS LOG COMMAND...: runs the command. `status` is its status, 124 if the time was too
# short, 137 if it could not be ended either.
limited() {
    local until=$(($(elapsed_ms) + $1)) log=$2
    shift 2
    setsid "$@" >>"$log" 2>&1 </dev/null &
    running=$!
    status=0
    while kill -0 "$running" 2>/dev/null; do
        if [ "$(elapsed_ms)" -ge "$until" ]; then
            status=124
            end_group "$running" || status=137
            break
        fi
        sleep 0.05
    done
    if [ "$status" -eq 0 ]; then
        { wait "$running" || status=$?; } 2>/dev/null
        # A command may end with these by itself, and then it did not take too long.
        [ "$status" -ne 124 ] && [ "$status" -ne 137 ] || status=1
    fi
    running=
}

left_ms() { echo $((total * 1000 - reserve_ms - $(elapsed_ms))); }

# last_words LOG: its last line that is not empty.
last_words() { grep -v '^[[:space:]]*$' "$1" 2>/dev/null | tail -n 1 | sed 's/^ *//' | cut -c1-200; }

# Notes in `gone` what is wrong if the device no longer answers.
probe() {
    local left limit
    left=$(left_ms)
    [ "$left" -gt 500 ] || return 0
    limit=$((left < 15000 ? left : 15000))
    rm -f "$results/probe.log"
    limited "$limit" "$results/probe.log" "$program" --list-devices
    case $status in
    0) return 0 ;;
    124) gone="The device hangs: asked for its name, it had not answered after $((limit / 1000)) s." ;;
    137) gone="The device hangs, and even SIGKILL does not end what waits for it: restart the machine." ;;
    *) gone="The device went away, or there was none: $(last_words "$results/probe.log")" ;;
    esac
    record "\"event\":\"gone\",\"why\":$(json_text "$gone")"
    echo "gpu-first: the run ends. $gone" >&2
}

# step NAME SECONDS CHECK COMMAND...: CHECK, a function or true, judges what the command has left.
step() {
    local name=$1 own=$(($2 < step_seconds ? $2 * 1000 : step_seconds * 1000)) check=$3 left limit before word
    shift 3
    [[ -z $only || $only == *,$name,* ]] || return 0
    left=$(left_ms)
    if [ -n "$gone" ] || [ "$left" -lt 500 ]; then
        unreached+=("$name")
        record "\"step\":\"$name\",\"event\":\"end\",\"result\":\"not reached\""
        return
    fi
    limit=$((own < left ? own : left))
    before=$(elapsed_ms)
    record "\"step\":\"$name\",\"event\":\"begin\",\"limit_ms\":$limit"
    printf 'gpu-first: %s\n' "$name" >&2
    rm -f "$results/$name".* "$results/gpu_bench-$name.json"
    limited "$limit" "$results/$name.log" "$@"
    case $status in
    0) if "$check" "$results/$name.log" 2>>"$results/check.log" >&2; then
        word=passed shown+=("$name")
    else
        word=failed failed+=("$name: what it left is not right; see check.log")
    fi ;;
    124 | 137) if [ "$limit" -lt "$own" ]; then
        word=cut cut+=("$name")
    else
        word=hung slow+=("$name: killed after $((own / 1000)) s")
    fi ;;
    *) word=failed failed+=("$name: status $status: $(last_words "$results/$name.log")") ;;
    esac
    record "\"step\":\"$name\",\"event\":\"end\",\"result\":\"$word\",\"status\":$status,\"took_ms\":$(($(elapsed_ms) - before))"
    [ "$word" != failed ] || [[ $name != arithmetic && $name != agreement-* ]] || wrong=yes
    [ "$word" = passed ] || probe
}

# --- what is judged ---------------------------------------------------------------------------

same_primes() {
    cmp "$here/answers/primes.txt" "$results/primes.part" && rm "$results/primes.part"
}

# same_digest NAME: of the answers in NAME.part.
same_digest() {
    [ "$(sha256sum <"$results/$1.part")" = "$(cat "$here/answers/$1.sha256")" ] ||
        { echo "the answers are not those of answers/$1.sha256"; return 1; }
    rm "$results/$1.part"
}

same_divisors() { same_digest divisors; }
same_wide() { same_digest wide; }
same_totals() { same_digest totals; }

record_devices() {
    local line
    while read -r line; do
        [[ $line != \{* ]] || record "\"device\":$line"
    done <"$1"
}

# The comparison that has just been exported becomes a line.
record_comparison() {
    local name
    name=$(basename "$1" .log)
    [ -s "$results/$name.json" ] || { echo "there is no $name.json"; return 1; }
    if tr -s ' \n' ' ' <"$1" | grep -qE 'cuda: (not run|failed)'; then
        echo "$name has no row of the GPU: see $1"
        return 1
    fi
    record "\"comparison\":\"$name\",\"report\":$(tr -d '\n' <"$results/$name.json")"
}

without_errors() { grep -q 'ERROR SUMMARY: 0 errors' "$1"; }

# --- the steps --------------------------------------------------------------------------------

describe_clocks() {
    local text
    command -v nvidia-smi >/dev/null || return 0
    limited 15000 "$results/nvidia-smi.log" nvidia-smi
    text=$(timeout -k 1 15 nvidia-smi --format=csv,noheader --query-gpu=name,pci.bus_id,driver_version,pstate,clocks.sm,clocks.max.sm,clocks.mem,power.draw,power.limit,temperature.gpu,utilization.gpu,mig.mode.current) || return 0
    record "\"clocks\":$(json_text "$text")"
    text=$(timeout -k 1 15 nvidia-smi --format=csv,noheader --query-compute-apps=pid,name,used_memory) || return 0
    [ -n "$text" ] || return 0
    others+=$text$'\n'
    record "\"others\":$(json_text "$text")"
}

# bench STEP SECONDS TOPIC: a topic of gpu_bench, whose figures are lines too.
bench() {
    local options=(--rounds=3)
    [ -z "$small" ] || options=(--smoke --rounds=2)
    step "$1" "$2" true "$here/bin/gpu_bench" "${options[@]}" --json="$results/gpu_bench-$1.json" \
        --lines="$lines" "$3"
}

# compare NAME SECONDS FILE METHOD
compare() {
    local name=$1 options=(--repeat=3 --budget=5 --method="$4")
    [ -z "$small" ] || options=(--repeat=2 --budget=1 --method=factor)
    step "$name" "$2" record_comparison "$program" --compare "${options[@]}" \
        --export-json="$results/$name.json" --export-markdown="$results/$name.md" \
        --report="$results/$name.html" "$3"
}

# make_list NAME COUNT FILE: one that is there already is kept.
make_list() {
    [ -f "$3" ] || { "$here/bin/list_numbers" "$1" "$2" >"$3.part" && mv "$3.part" "$3"; }
}

# Lists that one core makes while the GPU does other things.
make_lists() {
    make_list semiprimes-64 "$semiprimes" "$semiprimes_list"
    make_list random-64 "$random" "$random_list"
    make_list semiprimes-80 "$wide" "$wide_semiprimes_list"
    make_list random-128 "$wide" "$wide_random_list"
}

find_sanitizer() {
    command -v compute-sanitizer || compgen -G '/usr/local/cuda*/bin/compute-sanitizer' | tail -n 1
}

# check_memory TOOL: every kernel runs, because an engine tests itself when it is opened, and for numbers
# above 2^64 with the first of them.
check_memory() {
    local sanitizer method wide=()
    sanitizer=$(find_sanitizer)
    for method in factor trial exhaustive; do
        wide=()
        [ "$method" != factor ] || wide=(1180591620717411303425)
        if [ -n "$sanitizer$gone" ]; then
            step "$1-$method" 60 without_errors "$sanitizer" --tool "$1" --error-exitcode 86 \
                "$program" --backend=cuda --method=$method 720720 5423123 "${wide[@]}"
        elif [[ -z $only || $only == *,$1-$method,* ]]; then
            left_out+=("$1-$method, for want of compute-sanitizer")
        fi
    done
}

run_steps() {
    local arithmetic=() tests=()
    if [ -n "$small" ]; then
        arithmetic=(--gtest_filter='*Arithmetic*')
        tests=(--gtest_filter='*.AnswersTheArticlesNumbers/cuda')
    fi
    step device 30 record_devices "$program" --list-devices --format=jsonl
    describe_clocks
    FG_REQUIRE_GPU=1 step arithmetic 60 true "$here/bin/kernel_gpu_test" "${arithmetic[@]}"
    step agreement-primes 45 same_primes "$program" --backend=cuda --show=primes \
        --output="$results/primes.part" "$here/numbers/agreement.txt"
    step agreement-divisors 45 same_divisors "$program" --backend=cuda --show=divisors \
        --output="$results/divisors.part" "$here/numbers/agreement.txt"
    step agreement-wide 45 same_wide "$program" --backend=cuda --show=primes \
        --output="$results/wide.part" "$here/numbers/agreement-wide.txt"
    # This is the command of the pack, but for the backend.
    step agreement-totals 45 same_totals "$program" --backend=cuda --total \
        --show="$(cat "$here/numbers/totals-columns.txt")" --output="$results/totals.part" \
        "$(cat "$here/numbers/totals-range.txt")"
    bench ceilings 40 ceilings
    bench rates 90 factor
    bench wide 60 wide
    bench ranges 40 ranges
    bench curves 60 curves
    # shellcheck disable=SC2016
    step lists 30 true bash -c 'for list; do until [ -f "$list" ]; do sleep 0.1; done; done' lists \
        "$semiprimes_list" "$random_list" "$wide_semiprimes_list" "$wide_random_list"
    compare batch-semiprimes-64 60 "$semiprimes_list" factor
    compare batch-random-64 60 "$random_list" factor
    compare batch-semiprimes-80 60 "$wide_semiprimes_list" factor
    compare batch-random-128 60 "$wide_random_list" factor
    compare compare-article 40 "$here/numbers/article.txt" auto
    compare compare-mixed 60 "$here/numbers/agreement.txt" auto
    bench trial 60 trial
    bench start 30 start
    describe_clocks
    check_memory memcheck
    check_memory synccheck
    bench tunables 90 tunables
    FG_REQUIRE_GPU=1 step tests 180 true "$here/bin/backend_gpu_test" "${tests[@]}"
}

# --- the end ----------------------------------------------------------------------------------

list() {
    local title=$1
    shift
    [ $# -eq 0 ] || printf '  %s\n' "$title" "${@/#/    }"
}

summary() {
    local ms folder
    ms=$(elapsed_ms)
    echo "gpu-first: $((ms / 1000)) s of $total s, $(head -n 1 "$here/about" 2>/dev/null)"
    list "passed:" "${shown[@]}"
    list "FAILED (STEP.log has more):" "${failed[@]}"
    list "took too long, and was killed:" "${slow[@]}"
    list "stopped because the time was over:" "${cut[@]}"
    list "not reached:" "${unreached[@]}"
    list "left out:" "${left_out[@]}"
    [ -z "$wrong" ] || echo "  What must be right has failed, so that no figure of this run counts."
    [ -z "$gone" ] || echo "  $gone"
    [ -z "$others" ] || printf '  OTHERS use this GPU, and these times are worth little:\n%s' "$others"
    grep -hE '^ +(target: |.* a cycle and multiprocessor|measured: )' "$results"/*.log 2>/dev/null | sort -u
    folder=$(sed -n 's/^ *measured: device [0-9]*, \(.*\), PCI.*/\1/p' "$results"/*.log 2>/dev/null | head -n 1 |
        tr '[:upper:]' '[:lower:]' | tr -cs '[:alnum:]\n' -)
    echo "Results: $results"
    [ -z "$folder" ] || [ -n "$small" ] ||
        echo "They belong into bench/results/nvidia-${folder#nvidia-}/$(date +%F)-$(sed -n 's/^revision //p' "$here/about")/"
}

# finish [STATUS]: ends what runs, sums up, and exits with that status or with what the steps say.
finish() {
    local code=0
    trap '' INT TERM HUP
    [ -z "$running" ] || end_group "$running"
    [ -z "$background" ] || end_group "$background"
    local made=("$semiprimes_list" "$random_list" "$wide_semiprimes_list" "$wide_random_list")
    rm -f "$results"/*.part "${made[@]/%/.part}"
    [ "$lists" != "$results" ] || rm -f "${made[@]}"
    summary | tee ${only:+-a} "$results/summary.txt"
    record '"event":"finished"'
    [ "${#cut[@]}${#unreached[@]}" = 00 ] || code=3
    [ "${#failed[@]}${#slow[@]}" = 00 ] && [ -z "$gone" ] || code=1
    exit "${1:-$code}"
}
trap 'finish 130' INT
trap 'finish 143' TERM HUP

record "\"event\":\"begun\",\"date\":$(json_text "$(date -u +%FT%TZ)"),\"pack\":$(json_text "$(tr '\n' ';' <"$here/about" 2>/dev/null)"),\"seconds\":$total,\"only\":$(json_text "${named[*]}")"
if ! "$program" --version >"$results/version.log" 2>&1; then
    echo "gpu-first: the programs do not run here: $(head -n 1 "$results/version.log")" >&2
    echo "gpu-first: $(tail -n 1 "$here/about" 2>/dev/null)" >&2
    exit 1
fi
if [[ -z $only || $only == *,lists,* ]]; then
    export -f make_list make_lists
    export here semiprimes random wide semiprimes_list random_list wide_semiprimes_list wide_random_list
    setsid bash -c make_lists >"$results/list_numbers.log" 2>&1 </dev/null &
    background=$!
fi
run_steps
finish ''
