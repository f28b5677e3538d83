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
# alone. When the array has ended:
#
#     factor-gpu --verify-manifest=answers/parts.jsonl && cat answers/part??? > answers/all
#
#SBATCH --requeue --open-mode=append --output=slurm-%A_%a.log
set -euo pipefail
of=$1 input=$2 folder=$3
shift 3
part=$folder/part$(printf '%03d' "$SLURM_ARRAY_TASK_ID")
manifest=$folder/parts.jsonl
if [ -e "$part" ] && grep -qsF "\"$part\"" "$manifest"; then
    exit 0
fi
exec factor-gpu --shard="$SLURM_ARRAY_TASK_ID/$of" --output="$part" --manifest="$manifest" \
    --checkpoint="$part.ckpt" --resume --quiet "$@" "$input"
