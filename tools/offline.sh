#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Gathers what a build, the tests and the comparison need beyond a compiler, CMake and CUDA, into a
# folder that a machine without network or root can use: `./dev` there finds it beside itself.
#
#     tools/offline.sh FOLDER        an older one is replaced
#
# It takes apt and its lists of packages, but no root. The packages come in one prefix (bin, include,
# lib) that works wherever it lies. It fits machines of this architecture whose C library is not
# older than this one's: FOLDER/about says what it was made on and of which versions.

# Other programs expand what stands in single quotes.
# shellcheck disable=SC2016
set -euo pipefail

packages=(libjansson-dev nettle-dev libgmp-dev libmpfr-dev libflint-dev libgtest-dev ninja-build)
# The packages that come with a compiler; and the sources of GoogleTest, which comes compiled.
with_the_compiler='^(libc6|libc6-dev|libc-dev.*|libc-bin|linux-libc-dev|libgcc.*|libstdc.*|gcc-.*|libcrypt.*|googletest)$'
most_kib=40960

fail() {
    echo "offline: $*" >&2
    exit 1
}

case $#$* in
1-* | 1) fail "'$1' is no folder's name; usage: tools/offline.sh FOLDER" ;;
1*) ;;
*) fail "usage: tools/offline.sh FOLDER" ;;
esac
for tool in apt-get apt-cache dpkg-deb; do
    command -v "$tool" >/dev/null || fail "there is no $tool here: this needs Debian or Ubuntu"
done
mkdir -p "$(dirname "$1")"
folder=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
[ ! -e "$folder" ] || { [ -f "$folder/about" ] && [ -x "$folder/bin/pkg-config" ]; } ||
    fail "$folder is there, and is not from here"
work=$(mktemp -d)
beside= # the new folder, until it has its name
trap 'rm -rf "$work" ${beside:+"$beside"}' EXIT

# depends PACKAGE...: these and what they depend on.
depends() {
    apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \
        --no-replaces --no-enhances "$@" ||
        fail "apt-cache could not tell what is needed, for the reason above. Its lists may be missing: apt-get update, as root"
}

# The packages and their dependencies, without those that come with every compiler; and pkgconf alone,
# without its dependencies (older releases' pkg-config is another program).
closure() {
    local all its_own name
    all=$(depends "${packages[@]}") && its_own=$(depends pkgconf) || exit
    printf '%s\n' "$all" "$(grep pkgconf <<<"$its_own")" | grep '^[a-z0-9]' | sort -u |
        grep -vE "$with_the_compiler" | while read -r name; do
        # Some names stand for others, which are in the list too.
        if apt-cache show --no-all-versions "$name" >/dev/null 2>&1; then
            echo "$name"
        fi
    done
}

download() {
    local names
    names=$(closure) || exit # it has said why
    mapfile -t names <<<"$names"
    [ "${#names[@]}" -ge "${#packages[@]}" ] ||
        fail "apt knows too few of: ${packages[*]}. Its lists may be missing: apt-get update, as root"
    # As root apt would download as another user, which cannot write here.
    (cd "$work" && apt-get -q -o APT::Sandbox::User=root download "${names[@]}") >"$work/log" 2>&1 || {
        tail -n 5 "$work/log" >&2
        fail "apt could not download into $work: ${names[*]} (its last words are above)"
    }
    for package in "$work"/*.deb; do
        dpkg-deb -x "$package" "$work/root"
    done
}

# Debian's own folders for an architecture become those of any prefix.
arrange() {
    local usr=$work/root/usr triplet prefix=$work/prefix
    triplet=$(cd "$usr/lib" && compgen -G '*-linux-gnu*' | head -n 1)
    mkdir -p "$prefix/bin" "$prefix/include" "$prefix/lib"
    cp -a "$usr/include/." "$prefix/include"
    if [ -d "$prefix/include/$triplet" ]; then
        cp -a "$prefix/include/$triplet/." "$prefix/include"
        rm -r "${prefix:?}/include/$triplet"
    fi
    cp -a "$usr/lib/$triplet/." "$prefix/lib"
    [ ! -d "$work/root/lib/$triplet" ] || cp -a "$work/root/lib/$triplet/." "$prefix/lib"
    cp -a "$usr/bin/pkgconf" "$usr/bin/ninja" "$prefix/bin"
    # Without these, CMake looks for headers and libraries by name: they know only Debian's folders.
    rm -rf "$prefix/lib/cmake"
    local static
    for static in "$prefix"/lib/*.a; do
        [ ! -e "${static%.a}.so" ] || rm "$static"
    done
    sed -i -e 's#^prefix=.*#prefix=${pcfiledir}/../..#' -e 's#^libdir=.*#libdir=${prefix}/lib#' \
        -e 's#^includedir=.*#includedir=${prefix}/include#' "$prefix"/lib/pkgconfig/*.pc
    cat >"$prefix/bin/pkg-config" <<'END'
#!/bin/sh
# pkgconf with the library that lies beside it.
here=$(dirname "$(dirname "$(readlink -f "$0")")")
LD_LIBRARY_PATH=$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} exec "$here/bin/pkgconf" "$@"
END
    chmod +x "$prefix/bin/pkg-config"
}

describe() {
    local package
    (
        # shellcheck source=/dev/null
        . /etc/os-release
        echo "$PRETTY_NAME, $(uname -m)"
    )
    for package in "$work"/*.deb; do
        dpkg-deb -W --showformat '${Package} ${Version}\n' "$package"
    done
}

download
arrange
describe >"$work/prefix/about"
kib=$(du -sk "$work/prefix" | cut -f1)
[ "$kib" -le "$most_kib" ] || fail "$kib KiB is more than the $most_kib that it may be"
chmod -R a+rX "$work/prefix"
# A full disk must leave the old folder.
if ! beside=$(mktemp -d "$folder.XXXXXX") || ! cp -a "$work/prefix/." "$beside"; then
    fail "it could not be written to $(dirname "$folder"); it takes $((kib / 1024)) MiB"
fi
chmod 755 "$beside"
rm -rf "$folder"
mv "$beside" "$folder"
beside=
echo "offline: $folder, $((kib / 1024)) MiB, from $(head -n 1 "$folder/about")"
