# SPDX-License-Identifier: MIT
# ./dev package: Debian packages, a source tarball and checksums, all from the last commit. Sourced by
# ./dev, whose functions it uses.
# shellcheck shell=bash
# Some variables belong to ./dev.
# shellcheck disable=SC2034,SC2154

# Prints the architectures of a build by this nvcc of CUDA 12, which has code for older GPUs. Older
# drivers take machine code only, because they cannot compile the PTX of a newer toolkit.
cuda12_architectures() {
    local generation
    printf '60;70-real;75-real;80-real;90-real'
    for generation in 100 120; do # which the first releases of CUDA 12 do not know
        ! "$1" --list-gpu-code | grep -qx "sm_$generation" || printf ';%s-real' "$generation"
    done
}

run_package() {
    cuda_code=ALL
    local results='' commit version work=$root/build/package/work source made nvcc nvccs remark
    umask 022
    results_folder package "$@"
    require_build
    require cmd:git=git cmd:python3=python3 py:yaml=python3-yaml cmd:gzip=gzip cmd:dpkg-deb=dpkg cmd:file=file \
        cmd:dpkg-shlibdeps=dpkg-dev cmd:g++=g++
    want cmd:lintian=lintian
    require_clean_tree package
    require_own_folder "$results"
    find_toolkits
    # The repository may go on meanwhile: from here on only this commit counts.
    commit=$(git rev-parse HEAD)
    SOURCE_DATE_EPOCH=$(git log -1 --format=%ct "$commit")
    export SOURCE_DATE_EPOCH
    # The packages of an earlier run stay until all is made anew and checked.
    rm -rf "$work"
    source=$work/source made=$work/results
    mkdir -p "$source" "$made"
    git archive "$commit" | tar -x -C "$source"
    version=$(package_version)
    git archive --format=tar --prefix="factor-gpu-$version/" "$commit" | gzip -9 -n >"$made/factor-gpu-$version.tar.gz"
    [ "${#nvccs[@]}" -gt 0 ] || build_packages cpu ''
    for nvcc in "${nvccs[@]}"; do
        build_packages "cuda$(toolkit_release "$nvcc")" "$nvcc"
    done
    cp "$source/LICENSE" "$source/THIRD-PARTY.md" "$made"
    make_recipes
    (cd "$made" && find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum) >"$work/sums"
    mv "$work/sums" "$made/SHA256SUMS"
    say "checking what was made"
    supervised "$source/tools/check_packages.sh" "$made" || fail "the packages in $made are not good; the reason is above"
    take_over "$made" "$results"
    rm -rf "$work"
    say "made from ${commit:0:12}, in $results:"
    (cd "$results" && du -b --apparent-size -- *.deb *.tar.gz | awk '{ printf "  %9d bytes  %s\n", $1, $2 }')
    [ -z "$remark" ] || printf '  %s\n' "$remark"
}

# --- the state of the repository --------------------------------------------------------------

# require_clean_tree COMMAND: only what is committed counts, so nothing else may be there.
require_clean_tree() {
    local state
    state=$(git status --porcelain 2>&1) || fail "$1 needs the git repository, not an unpacked tarball: $state"
    [ -z "$state" ] && return
    printf '%s\n' "$state" >&2
    fail "$1 works from the last commit alone, and the files above differ from it.
Commit them (git commit), put them aside (git stash -u), or have git ignore them"
}

# Prints the version of the sources: that of CMakeLists.txt at its tag; elsewhere with the day and the
# revision, so that it is before a release that is still open, and after one that is out.
package_version() {
    local version sign=+
    version=$("$source/tools/version.py") || exit 1
    if [ "$(git rev-parse -q --verify "v$version^{commit}")" = "$commit" ]; then
        echo "$version"
        return
    fi
    ! grep -q "^## $version, not released yet" "$source/CHANGELOG.md" || sign='~'
    echo "$version${sign}git$(TZ=UTC0 git log -1 --date=format-local:%Y%m%d --format=%cd "$commit").${commit:0:12}"
}

# Refuses a folder that holds anything but what an earlier run has made.
require_own_folder() {
    local name
    while read -r -d '' name; do
        [ "$name" = SHA256SUMS ] || grep -qxF -- "$name" <(sed 's/^[0-9a-f]*  //' "$1/SHA256SUMS" 2>/dev/null) ||
            fail "$1 holds $name, which is not from ./dev package: take it away, or name another folder"
    done < <(find "$1" -mindepth 1 ! -type d -printf '%P\0')
}

# take_over MADE RESULTS: puts what was made in the place of what an earlier run had made.
take_over() {
    require_own_folder "$2"
    find "$2" -mindepth 1 -delete
    cp -a "$1/." "$2"
}

# --- making -----------------------------------------------------------------------------------

# The maintainer that the packages name, as Debian's tools ask for it; or the author of the commit.
maintainer() {
    if [ -n "${DEBEMAIL:-}" ]; then
        echo "${DEBFULLNAME:-$DEBEMAIL} <$DEBEMAIL>"
    else
        git log -1 --format='%an <%ae>' "$commit"
    fi
}

# The project's address: FACTOR_GPU_HOMEPAGE, or where the repository was cloned from.
homepage() {
    local origin
    origin=$(git remote get-url origin 2>/dev/null) || origin=
    [[ $origin =~ ^(git@([^:/]+):|ssh://git@([^:/]+)(:[0-9]+)?/)(.+)$ ]] &&
        origin=https://${BASH_REMATCH[2]}${BASH_REMATCH[3]}/${BASH_REMATCH[5]}
    [[ $origin =~ ^https://[^@]+$ ]] || origin=
    echo "${FACTOR_GPU_HOMEPAGE:-${origin%.git}}"
}

# The release of the toolkit that nvcc belongs to, as in 13.0.
toolkit_release() { "$1" --version | sed -n 's/^.*release \([0-9]*\.[0-9]*\),.*$/\1/p'; }

# nvcc of the newest CUDA 12 beside the toolkit on PATH; FACTOR_GPU_CUDA12 names another folder.
cuda12_nvcc() {
    local folder release
    for folder in ${FACTOR_GPU_CUDA12:+"$FACTOR_GPU_CUDA12"} $(compgen -G '/usr/local/cuda-12*' | sort -rV); do
        [ -x "$folder/bin/nvcc" ] || continue
        release=$(toolkit_release "$folder/bin/nvcc")
        if [ "${release%%.*}" = 12 ]; then
            echo "$folder/bin/nvcc"
            return
        fi
        [ "$folder" != "${FACTOR_GPU_CUDA12:-}" ] || fail "FACTOR_GPU_CUDA12=$folder holds CUDA $release, not 12"
    done
    [ -z "${FACTOR_GPU_CUDA12:-}" ] || fail "FACTOR_GPU_CUDA12=$FACTOR_GPU_CUDA12 has no bin/nvcc"
}

# NVIDIA's agreement in the toolkit of this nvcc; where it is depends on how the toolkit was installed.
cuda_terms() {
    local toolkit name
    # nvcc on PATH may be a script that calls another.
    toolkit=$("$1" -dryrun -c -x cu /dev/null 2>&1 | sed -n 's/^#\$ TOP=//p')
    for name in "$toolkit"/EULA.txt "$toolkit"/License.txt "$toolkit"/LICENSE "$toolkit"/doc*/EULA.txt \
        "$toolkit"/dist-info/nvidia_cuda_runtime-*/licenses/License.txt \
        "/usr/share/doc/cuda-cudart-$(toolkit_release "$1" | tr . -)/copyright"; do
        if [ -s "$name" ]; then
            echo "$name"
            return
        fi
    done
}

# Fills `nvccs` with the compilers to build with, one a build: that on PATH, and that of CUDA 12 if the
# first is newer. `remark` says what is left out, and why.
find_toolkits() {
    local newest='' older
    nvccs=() remark=
    [ "$cuda" = OFF ] || newest=$(command -v nvcc || true)
    if [ "$cuda" = OFF ]; then
        remark="These packages are without CUDA, as FACTOR_GPU_CUDA=OFF asks."
    elif [ -z "$newest" ]; then
        [ "$cuda" != ON ] || fail "FACTOR_GPU_CUDA=ON, but there is no nvcc on PATH or in /usr/local/cuda/bin"
        remark="These packages are without CUDA: there is no nvcc on PATH or in /usr/local/cuda/bin."
    fi
    [ -n "$newest" ] || return 0
    nvccs=("$newest")
    [ "$(toolkit_release "$newest" | cut -d. -f1)" -gt 12 ] || return 0
    older=$(cuda12_nvcc) || exit 1
    if [ -n "$older" ]; then
        nvccs+=("$older")
    else
        remark="There is no second build, for drivers 525 to 575 and GPUs before compute capability 7.5: it takes
  CUDA 12, and no /usr/local/cuda-12* has it. FACTOR_GPU_CUDA12=FOLDER names another place."
    fi
}

# build_packages VARIANT NVCC: three packages. The files of the tarball are built, in a folder that git
# does not know.
build_packages() {
    local variant=$1 nvcc=$2 terms='' options=()
    if [ -n "$nvcc" ]; then
        terms=$(cuda_terms "$nvcc")
        [ -n "$terms" ] || say "this toolkit is without NVIDIA's agreement: add it to the packages that you pass on"
        # Names of temporary files would differ from build to build.
        options+=(-DCMAKE_CUDA_COMPILER="$nvcc" -DCMAKE_CUDA_FLAGS=-objtemp)
        [[ $variant != cuda12.* ]] || options+=(-DCMAKE_CUDA_ARCHITECTURES="$(cuda12_architectures "$nvcc")")
        cuda=ON
    else
        cuda=OFF
    fi
    (cd "$source" && build "$variant" all -- --preset package "${options[@]}" \
        -DCPACK_PACKAGE_CONTACT="$(cd "$root" && maintainer)" -DFACTOR_GPU_HOMEPAGE="$(cd "$root" && homepage)" \
        -DFACTOR_GPU_DEBIAN_VERSION="$version-1+$variant" -DFACTOR_GPU_CUDA_TERMS="$terms") || exit 1
    if ! (cd "$source/build/$variant" && cpack) >"$source/build/$variant/cpack.log" 2>&1; then
        cat "$source/build/$variant/cpack.log" >&2
        fail "cpack made no packages"
    fi
    mv "$source/build/$variant"/*.deb "$made"
    [ -z "$terms" ] || install -m 644 "$terms" "$made/NVIDIA-CUDA-EULA-${variant#cuda}.txt"
}

# Writes the recipes of conda and Spack with the digest of the tarball, and with its address among the
# releases of the home page.
make_recipes() {
    local tarball=factor-gpu-$version.tar.gz digest page recipe
    digest=$(sha256sum "$made/$tarball" | cut -d' ' -f1)
    # Escaped for sed.
    page=$(homepage | sed 's/[\\&|#]/\\&/g')
    for recipe in conda/meta.yaml conda/build.sh spack/package.py; do
        mkdir -p "$made/$(dirname "$recipe")"
        sed -e "s/0\\{64\\}/$digest/" ${page:+-e "s#https://example.org/factor-gpu\\([^-]\\|\$\\)#$page\\1#"} \
            ${page:+-e "s|https://example.org/factor-gpu-.*\\.tar\\.gz|$page/releases/download/v$version/$tarball|"} \
            "$source/packaging/$recipe" >"$made/$recipe"
    done
    chmod +x "$made/conda/build.sh"
    [ -n "$page" ] || say "the packages name no home page, and the recipes example.org: FACTOR_GPU_HOMEPAGE=URL sets it"
}
