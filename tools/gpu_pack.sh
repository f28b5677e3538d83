#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Packs what the first minutes on a GPU need, so that a machine without compiler, packages or network can
# run them: programs, the libraries that they load, numbers and their answers, and gpu-first.
#
#     tools/gpu_pack.sh FOLDER COUNT NAME=PROGRAM...
#
# COUNT is how many numbers the device is asked for agreement, and of numbers above 2^64 a tenth of that.
# NAME=PROGRAM is a file of bin/: factor-gpu, gpu_bench, list_numbers, kernel_gpu_test and
# backend_gpu_test. The primes are GNU factor's; the divisors, and the primes of numbers above 2^64, are
# those of the backend `threads`.
#
# A folder that is there must be empty or an older pack. Of a pack only what comes from here is replaced,
# and one with results/ is refused: nobody can measure them again.
set -euo pipefail

max_kib=61440

fail() {
    echo "gpu-pack: $*" >&2
    exit 1
}

[[ $# -ge 7 && $2 =~ ^[1-9][0-9]*$ ]] || fail "usage: tools/gpu_pack.sh FOLDER COUNT NAME=PROGRAM..."
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=$1 count=$2
shift 2
marker=$folder/.factor-gpu-pack
if [ -e "$folder" ] && [ ! -f "$marker" ] && [ -n "$(ls -A "$folder")" ]; then
    fail "$folder is there, and is no pack (it has no .factor-gpu-pack): remove it, or name another folder"
fi
[ ! -e "$folder/results" ] ||
    fail "$folder/results was measured with the pack that is there: move it elsewhere, or name another folder"
# The marker comes first, so that a pack that stops halfway is known for one.
mkdir -p "$folder"
echo "made by tools/gpu_pack.sh, which replaces what is in here" >"$marker"
packed=()
for name in bin lib numbers answers gpu-first about LICENSE THIRD-PARTY.md; do
    packed+=("$folder/$name")
done
rm -rf "${packed[@]}"
mkdir "$folder/bin" "$folder/lib" "$folder/numbers" "$folder/answers"

for program in "$@"; do
    cp -L "${program#*=}" "$folder/bin/${program%%=*}"
    strip "$folder/bin/${program%%=*}"
done
for name in factor-gpu gpu_bench list_numbers kernel_gpu_test backend_gpu_test; do
    [ -x "$folder/bin/$name" ] || fail "there is no NAME=PROGRAM for $name"
done

# All but the C library, which belongs to the machine's dynamic linker.
c_library='^(ld-linux.*|libc|libm|libdl|librt|libpthread)\.so'
for library in $(ldd "$folder"/bin/* | awk '$2 == "=>" { print $1 "=" $3 }' | sort -u); do
    [[ ${library#*=} == /* ]] || fail "the library ${library%%=*} is not found"
    grep -qE "$c_library" <<<"$library" || cp -L "${library#*=}" "$folder/lib/${library%%=*}"
done

cp "$root/bench/numbers/article.txt" "$folder/numbers"
"$folder/bin/list_numbers" mixed "$count" >"$folder/numbers/agreement.txt"
factor <"$folder/numbers/agreement.txt" >"$folder/answers/primes.txt"
"$folder/bin/factor-gpu" --backend=threads --show=divisors "$folder/numbers/agreement.txt" |
    sha256sum >"$folder/answers/divisors.sha256"
"$folder/bin/list_numbers" mixed-wide "$(((count + 9) / 10))" >"$folder/numbers/agreement-wide.txt"
"$folder/bin/factor-gpu" --backend=threads --show=primes "$folder/numbers/agreement-wide.txt" |
    sha256sum >"$folder/answers/wide.sha256"
# Totals of all columns that a device has, of a range with more numbers than the root of its last one.
echo mobius,liouville,squarefree,omega,bigomega,is_prime,count,phi,radical,core,sigma \
    >"$folder/numbers/totals-columns.txt"
echo "10^9..+$((count < 1000 ? 2000 : 1000 * count))" >"$folder/numbers/totals-range.txt"
"$folder/bin/factor-gpu" --backend=threads --method=sieve --total \
    --show="$(cat "$folder/numbers/totals-columns.txt")" "$(cat "$folder/numbers/totals-range.txt")" |
    sha256sum >"$folder/answers/totals.sha256"
cp "$root/tools/gpu_first.sh" "$folder/gpu-first"
chmod +x "$folder/gpu-first"
cp "$root/LICENSE" "$root/THIRD-PARTY.md" "$folder"

# The newest version of the C library that a program or a library asks for.
needed=$(cat "$folder"/bin/* "$folder"/lib/* | grep -aoE 'GLIBC_2\.[0-9]+' | sort -uV | tail -n 1)
{
    "$folder/bin/factor-gpu" --version | head -n 1
    "$folder/bin/factor-gpu" --version | tail -n +2
    echo "revision $(git -C "$root" rev-parse --short=12 HEAD 2>/dev/null || echo unknown)"
    echo "made for $(uname -m) and a C library not older than $needed (ldd --version)"
} >"$folder/about"
kib=$(du -skc "${packed[@]}" | tail -n 1 | cut -f1)
[ "$kib" -le "$max_kib" ] || fail "$kib KiB is more than the $max_kib that the folder may have"
echo "gpu-pack: $folder, $((kib / 1024 + 1)) MiB; copy it to the machine with the GPU, and run ./gpu-first there"
