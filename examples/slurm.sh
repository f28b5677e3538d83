#!/bin/bash
# SPDX-License-Identifier: MIT
# slurm.sh: answers an input in parts, each a job of an array, without Python.
#
#     mkdir answers
#     sbatch --array=1-100 examples/slurm.sh 100 numbers.npy answers --show=phi --format=u64le
#
# The arguments are how many parts there are, the input (a file or a range), a folder that all nodes
# share, and options of factor-gpu. A job that is preempted, or whose node fails, begins again by
# itself (--requeue) and goes on after its last checkpoint. For parts that ended otherwise give the
# same command again, for all parts or for some (--array=7,12): those that are complete are left
# alone. A folder with parts of another input, of other options or of another number of parts is
# refused. When the array has ended:
#
#     factor-gpu --verify-manifest=answers/parts.jsonl &&
#         (cd answers && cat $(seq -f part%03.0f 100)) > all
#
#SBATCH --requeue --open-mode=append --output=slurm-%A_%a.log
set -euo pipefail

fail() {
    echo "slurm.sh: $*" >&2
    exit 2
}

[ $# -ge 3 ] || fail 'usage: sbatch --array=1-PARTS slurm.sh PARTS INPUT FOLDER [OPTION OF factor-gpu]...'
[ -n "${SLURM_ARRAY_TASK_ID:-}" ] || fail 'is a job of an array: sbatch --array=1-PARTS slurm.sh ...'
of=$1 input=$2 folder=$3
shift 3
[[ $of =~ ^[1-9][0-9]*$ ]] || fail "PARTS is '$of': give a number, as in --array=1-100 and 100"
[ -d "$folder" ] || fail "there is no folder '$folder': make it first, where all nodes see it"
part=$folder/part$(printf '%03d' "$SLURM_ARRAY_TASK_ID")
manifest=$folder/parts.jsonl

# quote TEXT: as a row of the manifest has it.
quote() {
    local text=${1//\\/\\\\}
    printf '"%s"' "${text//\"/\\\"}"
}

# rows_of MANIFEST: the rows of parts that were written, without spaces between their members.
rows_of() {
    sed -nE '/^\{"format": ?"factor-gpu manifest".*"output_sha256": ?".*\}$/{
        s/": (["[0-9])/":\1/g; s/, "/,"/g; p; }' "$1"
}

# options_of ROWS: the options that shape the output, each once.
options_of() {
    sed -nE 's/.*"options":("([^"\\]|\\.)*"),"method".*/\1/p' "$1" | sort -u | paste -sd ' '
}

# Compares the parts that are there with what this job would write: the options are in the row of a
# run over one number.
check_folder() {
    local there=$scratch/there mine=$scratch/mine size=''
    factor-gpu "$@" --quiet --output="$scratch/output" --checkpoint="$scratch/checkpoint" \
        --manifest="$mine" 1..1
    [ "$(options_of "$there")" = "$(options_of "$mine")" ] ||
        fail "$folder has parts with the options $(options_of "$there"), and not $(options_of "$mine"):" \
            'take another folder, or the same options'
    [ ! -f "$input" ] || size=$(stat -Lc %s "$input"),
    ! grep -qvF "\"input\":[{\"name\":$(quote "$input"),\"bytes\":$size" "$there" ||
        fail "$folder has parts of another input than $input, or of one of another size: take another folder"
    ! grep -qvF "\"of\":$of," "$there" ||
        fail "$folder has parts of another number of parts than $of: take another folder"
}

if [ -s "$manifest" ]; then
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    rows_of "$manifest" >"$scratch/there"
    [ ! -s "$scratch/there" ] || check_folder "$@"
    if [ -e "$part" ] && grep -qF "\"output\":$(quote "$part")," "$scratch/there"; then
        exit 0
    fi
    rm -rf "$scratch"
    trap - EXIT
fi
exec factor-gpu --shard="$SLURM_ARRAY_TASK_ID/$of" --output="$part" --manifest="$manifest" \
    --checkpoint="$part.ckpt" --resume --quiet "$@" "$input"
