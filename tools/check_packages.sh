#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Checks what `./dev package` has made, as those who get it will use it: digests, fields and files of each
# package, the program, a C and a C++ program that link to the library, the tarball, lintian.
#
#     tools/check_packages.sh FOLDER
#
# Nothing is installed: the packages are unpacked in a folder of their own.
set -euo pipefail

fail() {
    printf 'check_packages: %s\n' "$*" >&2
    exit 1
}
{ [ $# -eq 1 ] && [ -f "$1/SHA256SUMS" ]; } || fail "usage: tools/check_packages.sh FOLDER (which ./dev package made)"
cd "$1"
folder=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# expect WHAT EXPECTED COMMAND...: the command prints exactly this.
expect() {
    local what=$1 expected=$2 printed
    shift 2
    printed=$("$@" 2>"$work/stderr") || fail "$what: '$*' failed: $(cat "$work/stderr")"
    [ "$printed" = "$expected" ] || fail "$what: '$*' printed '$printed', not '$expected'"
}

# expect_words WHAT COMMAND WORD...: what the command prints contains each of them.
expect_words() {
    local what=$1 printed word
    printed=$($2 2>&1) || fail "$what: '$2' failed: $printed"
    shift 2
    for word in "$@"; do
        [[ $printed == *"$word"* ]] || fail "$what: '$word' is not in:
$printed"
    done
}

# --- the whole --------------------------------------------------------------------------------

LC_ALL=C sha256sum --strict --quiet -c SHA256SUMS || fail "the digests in SHA256SUMS are of other files"
[ "$(find . -type f ! -name SHA256SUMS | wc -l)" -eq "$(wc -l <SHA256SUMS)" ] ||
    fail "SHA256SUMS does not name every file of $folder"
for name in LICENSE THIRD-PARTY.md conda/meta.yaml conda/build.sh spack/package.py; do
    [ -s "$name" ] || fail "$name is missing"
done
shopt -s nullglob
tarballs=(factor-gpu-*.tar.gz)
programs=(factor-gpu_*.deb)
[ "${#tarballs[@]}" -eq 1 ] || fail "there must be one tarball, and there are ${#tarballs[@]}"
[ "${#programs[@]}" -ge 1 ] || fail "there are no packages"
version=${tarballs[0]#factor-gpu-}
version=${version%.tar.gz}
number=${version%%[~+]*}

# --- the tarball ------------------------------------------------------------------------------

tar -xzf "${tarballs[0]}" -C "$work"
source=$work/factor-gpu-$version
revision=$(cat "$source/cmake/source_revision.txt")
[[ $revision =~ ^[0-9a-f]{40}$ ]] || fail "the tarball does not know its revision: '$revision'"
expect "the tarball" "$number" "$source/tools/version.py"
for name in dev CMakeLists.txt LICENSE include/factor_gpu.h tests/CMakeLists.txt; do
    [ -f "$source/$name" ] || fail "the tarball has no $name"
done
[ ! -e "$source/.git" ] || fail "the tarball has a .git"

# --- the recipes ------------------------------------------------------------------------------

digest=$(sha256sum "${tarballs[0]}" | cut -d' ' -f1)
for name in conda/meta.yaml spack/package.py; do
    { grep -q "$digest" "$name" && grep -qF "\"$number\"" "$name"; } ||
        fail "$name does not have the digest and the version of ${tarballs[0]}"
done
"$source/tools/check_recipes.py" . || fail "the recipes are not good; the reason is above"

# --- one build: factor-gpu, libfactorgpu1, libfactorgpu-dev -------------------------------------

field() { dpkg-deb -f "$1" "$2"; }

# check_fields PACKAGE NAME DEPENDS...
check_fields() {
    local package=$1 word
    [ "$(field "$package" Package)" = "$2" ] || fail "$package is not $2"
    shift 2
    for word in "$@"; do
        [[ ", $(field "$package" Depends)," == *", $word"* ]] ||
            fail "$package does not depend on $word: $(field "$package" Depends)"
    done
    [[ $(field "$package" Maintainer) == *' <'*@*'>' ]] || fail "$package has no maintainer"
    [ -n "$(field "$package" Description)" ] || fail "$package has no description"
}

# check_documents ROOT NAME DEBIAN-VERSION
check_documents() {
    local documents=$1/usr/share/doc/$2
    grep -q '^Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/$' "$documents/copyright" ||
        fail "$2: its copyright is not in Debian's form"
    grep -q libcudart_static.a "$documents/copyright" || fail "$2: its copyright does not name the software of others"
    gzip -dc "$documents/changelog.Debian.gz" >"$work/changelog"
    [ "$(dpkg-parsechangelog -l "$work/changelog" -S Version 2>"$work/stderr") $(cat "$work/stderr")" = "$3 " ] ||
        fail "$2: its changelog.Debian does not begin with $3: $(head -n 1 "$work/changelog"; cat "$work/stderr")"
    gzip -dc "$documents/changelog.gz" | cmp -s - "$source/CHANGELOG.md" || fail "$2: changelog.gz is not CHANGELOG.md"
}

check_program() {
    local root=$1 variant=$2 program=$1/usr/bin/factor-gpu script
    expect "the program" "360: 2 2 2 3 3 5" "$program" --show=primes 360
    expect "the program" "18446744073709551557: 1 18446744073709551557" "$program" 18446744073709551557
    expect_words "the program" "$program --version -v" "$number" "${revision:0:12}"
    gzip -dc "$root/usr/share/man/man1/factor-gpu.1.gz" | cmp -s - "$source/doc/factor-gpu.1" ||
        fail "the man page is not that of the tarball"
    for script in bash-completion/completions/factor-gpu zsh/vendor-completions/_factor-gpu \
        fish/vendor_completions.d/factor-gpu.fish; do
        [ -s "$root/usr/share/$script" ] || fail "there is no completion $script"
    done
    case $variant in
    cpu) ;;
    *)
        expect_words "the program" "$program --version -v" "CUDA toolkit ${variant#cuda}" 80-real 90-real
        ! objdump -p "$program" | grep -E 'NEEDED.*(cuda|nvidia)' ||
            fail "the program needs a library of CUDA, which the owner of a driver has not got"
        ;;
    esac
}

# check_linking ROOT: programs in C and C++, by pkg-config and by CMake.
check_linking() {
    local usr=$1/usr libraries flags
    libraries=$(dirname "$(find "$usr/lib" -name libfactorgpu.so)")
    export LD_LIBRARY_PATH=$libraries
    flags=$(PKG_CONFIG_PATH=$libraries/pkgconfig pkg-config --cflags --libs factor-gpu)
    # shellcheck disable=SC2086 # several options
    cc -std=c11 -Wall -Werror "$source/tests/consumer/example.c" -o "$work/c_pkg" $flags ||
        fail "a C program does not compile against libfactorgpu-dev"
    expect "a C program" "$c_prints" "$work/c_pkg"
    { cmake -S "$source/tests/consumer" -B "$work/consumer" -DCMAKE_PREFIX_PATH="$usr" &&
        cmake --build "$work/consumer" --target c_shared cpp_shared; } >"$work/log" 2>&1 ||
        fail "CMake does not find libfactorgpu-dev: $(cat "$work/log")"
    expect "a C program by CMake" "$c_prints" "$work/consumer/c_shared"
    expect "a C++ program by CMake" "factor-gpu $number: 3 numbers" "$work/consumer/cpp_shared"
    unset LD_LIBRARY_PATH
    rm -rf "$work/consumer"
}
c_prints="12: 1 2 3 4 6 12
97: 1 97
18446744073709551557: 1 18446744073709551557"

# check_build VARIANT: the three packages whose version ends with it.
check_build() {
    local variant=$1 debian=$version-1+$1 root=$work/root-$1 library packages name
    local packages=(factor-gpu_"$debian"_*.deb libfactorgpu[0-9]*_"$debian"_*.deb libfactorgpu-dev_"$debian"_*.deb)
    [ "${#packages[@]}" -eq 3 ] || fail "there are not three packages of $debian, but ${packages[*]}"
    library=$(field "${packages[1]}" Package)
    check_fields "${packages[0]}" factor-gpu libc6 libjansson4 libnettle8
    check_fields "${packages[1]}" "$library" libc6
    check_fields "${packages[2]}" libfactorgpu-dev "$library (= $debian)"
    for name in "${packages[@]}"; do
        dpkg-deb -x "$name" "$root"
        check_documents "$root" "$(field "$name" Package)" "$debian"
    done
    dpkg-deb -I "${packages[1]}" symbols | grep -q "^ fg_factor_numbers@FACTOR_GPU_[0-9]* $version$" ||
        fail "$library has no file of symbols for $version"
    dpkg-deb -I "${packages[1]}" shlibs | grep -q "$library (>= $version)" || fail "$library has no file shlibs"
    dpkg-deb -I "${packages[1]}" triggers | grep -q 'activate-noawait ldconfig' || fail "$library does not call ldconfig"
    [ "$variant" = cpu ] || [ -s "NVIDIA-CUDA-EULA-${variant#cuda}.txt" ] ||
        printf "check_packages: NVIDIA's agreement is not beside the packages of %s\n" "$variant" >&2
    check_program "$root" "$variant"
    check_linking "$root"
    rm -rf "$root"
}

for name in "${programs[@]}"; do
    [[ $name =~ -1\+([a-z0-9.]+)_[a-z0-9]+\.deb$ ]] || fail "the name of $name does not say what it was built with"
    check_build "${BASH_REMATCH[1]}"
done

# --- lintian ----------------------------------------------------------------------------------

if command -v lintian >/dev/null; then
    lintian --fail-on error -- *.deb >"$work/lintian" 2>"$work/stderr" ||
        fail "lintian has complaints: $(cat "$work/lintian" "$work/stderr")"
    cat "$work/lintian"
else
    echo "check_packages: lintian is not here and was left out"
fi
echo "check_packages: ${#programs[@]} x 3 packages of $version and the tarball are good"
