#!/usr/bin/env bash
# The floors of the house: a file includes only what lies on its own floor or a lower one, the command
# line only the public header, a backend no other backend, and kernels/launch.h is known to the cuda
# backend alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

floors=(factor_gpu.h arith algorithms batch scan factor backends engine.c cli)
# What several backends are made of, and so may include.
backend_parts='backends/(backend|child|solver|spread|task_queue)\.h'

status=0
checked=0
complain() {
    printf '%s\n' "$*" >&2
    status=1
}

# The floor of a path below src/: its place in the list above, or nothing.
floor() {
    local i first=${1%%/*}
    [ "$first" = build_info.c ] && first=engine.c
    for i in "${!floors[@]}"; do
        if [ "${floors[$i]}" = "$first" ]; then
            echo "$i"
            return
        fi
    done
}

check_src() { # FILE INCLUDED, both below src/
    local file=$1 included=$2 from to
    if [[ $included == *kernels/* ]]; then
        [[ $file == backends/cuda* ]] || complain "src/$file: only the cuda backend knows $included"
        return
    fi
    from=$(floor "$file")
    to=$(floor "$included")
    [ -n "$from" ] || complain "src/$file is on no floor"
    [ -n "$to" ] || complain "src/$file includes $included, which is on no floor"
    if [ -z "$from" ] || [ -z "$to" ]; then
        return
    fi
    if [ "$from" -lt "$to" ]; then
        complain "src/$file includes $included, which is on a higher floor"
    elif [[ $file == cli/* && $included != cli/* && $included != factor_gpu.h ]]; then
        complain "src/$file includes $included: the command line uses factor_gpu.h only"
    elif [[ $file == backends/* && $included == backends/* && ! $included =~ ^$backend_parts$ ]]; then
        local own=${file#backends/}
        own=${own%%[._]*}
        [[ $included == backends/${own}[._]* ]] ||
            complain "src/$file includes $included: backends do not see each other"
    fi
}

check_kernels() { # FILE INCLUDED
    case $2 in
    launch.h | launch_macro.h | factor_launch.h | factor_parts.h | algorithms/* | arith/*) ;;
    *) complain "$1 includes $2: kernels stand on arith/ and algorithms/" ;;
    esac
}

# Every include of a file of the project, in quotes or in brackets.
matches=$(grep -rnE '^\s*#\s*include\s*[<"]([^">]*/)?[^">]*[">]' src kernels \
    --include='*.[ch]' --include='*.cu')
while IFS=: read -r file _ line; do
    included=$(sed -E 's/.*[<"]([^">]*)[">].*/\1/' <<<"$line")
    # System headers, and the header that the build generates.
    if [ ! -e "src/$included" ] && [ ! -e "kernels/${included##*/}" ]; then
        continue
    fi
    checked=$((checked + 1))
    case $file in
    src/*) check_src "${file#src/}" "$included" ;;
    kernels/*) check_kernels "$file" "$included" ;;
    esac
done <<<"$matches"

[ "$checked" -gt 50 ] || complain "only $checked includes were found to check"
exit $status
