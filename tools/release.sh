# SPDX-License-Identifier: MIT
# ./dev release: the steps of a release, in their order. Sourced by ./dev, whose functions it uses.
# shellcheck shell=bash
# Some variables belong to ./dev.
# shellcheck disable=SC2034,SC2154

# The tests as .ci/run runs them under sanitizers, and the threads with all that it leaves out.
sanitized_tests=(--cpu-only --wide-mul=portable '--sanitize=address,undefined')
thread_tests=(--cpu-only '--sanitize=thread' --threads)

# All is done in a clone. Only a release that has passed everything comes back to the repository, as one
# commit and one tag, so that a failure leaves nothing behind.
run_release() {
    local version='' dry_run='' argument clone=$root/build/release/clone
    for argument in "$@"; do
        case $argument in
        --dry-run) dry_run=yes ;;
        -*) fail "release does not know '$argument'; see ./dev help" ;;
        *)
            [ -z "$version" ] || fail "release takes one version; see ./dev help"
            version=$argument
            ;;
        esac
    done
    [ -n "$version" ] || fail "release needs a version, as in  ./dev release $(tools/version.py)"
    require cmd:git=git cmd:python3=python3
    require_releasable "$version"
    prepare_release "$version" "$clone"
    if [ -n "$dry_run" ]; then
        show_release "$version" "$clone"
        return
    fi
    finish_release "$version" "$clone"
}

# require_releasable VERSION: everything that can be known before the long checks.
require_releasable() {
    local version=$1 branch
    [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "'$version' is not a version such as 0.3.0"
    require_clean_tree release
    branch=$(git symbolic-ref -q --short HEAD) || branch="no branch"
    [ "$branch" = main ] || fail "a release is made on main, and this is $branch: git switch main"
    ! git rev-parse -q --verify "refs/tags/v$version" >/dev/null ||
        fail "v$version is there already, at $(git rev-parse --short=12 "v$version^{commit}"): a version is released once"
    tools/version.py --check || fail "the files of the project do not agree on the version; the lines above say which"
    [ "$(tools/version.py)" = "$version" ] ||
        fail "the sources are of version $(tools/version.py): tools/version.py --open $version makes them those of $version; then commit"
    grep -q "^## $version, not released yet$" CHANGELOG.md ||
        fail "CHANGELOG.md has no '## $version, not released yet': list there what is new"
    [ -n "$(changes_of "$version" CHANGELOG.md)" ] || fail "CHANGELOG.md lists no changes under $version"
}

# changes_of VERSION FILE: what stands under the heading of that version.
changes_of() {
    awk -v heading="## $1," 'index($0, heading) == 1 { wanted = 1; next } /^## / { wanted = 0 } wanted' "$2" |
        sed -e '/./,$!d'
}

# prepare_release VERSION CLONE: a clone with the commit of the release.
prepare_release() {
    local version=$1 clone=$2 day origin
    day=$(date -u +%F)
    rm -rf "$clone"
    git clone -q --no-local --branch main . "$clone"
    # The packages name the address that this repository came from.
    origin=$(git remote get-url origin 2>/dev/null) || origin=
    [ -z "$origin" ] || git -C "$clone" remote set-url origin "$origin"
    "$clone/tools/version.py" --release "$day" || fail "the version could not be closed; the reason is above"
    "$clone/tools/version.py" --check || fail "the files of the release do not agree; the lines above say where"
    git -C "$clone" -c user.name="$(git log -1 --format=%an)" -c user.email="$(git log -1 --format=%ae)" \
        commit -q -a -m "Release $version"
}

show_release() {
    local version=$1 clone=$2
    git -C "$clone" --no-pager show --stat --patch --format='%s' HEAD
    say "a release of $version would make this commit, and then:
  ./dev lint --all
  ./dev test --all
  ./dev test --all ${sanitized_tests[*]}
  ./dev test --all ${thread_tests[*]}
  ./dev fuzz 60
  git tag -a v$version, with the changes of $version as its message
  ./dev package
in a clone, and take commit and tag over if all of them pass. Nothing was changed (--dry-run)"
    rm -rf "$clone"
}

finish_release() {
    local version=$1 clone=$2 results=$root/build/release/$1
    supervised "$clone/dev" lint --all || fail "lint failed: nothing was released"
    supervised "$clone/dev" test --all || fail "tests failed: nothing was released ($clone/build/test has the logs)"
    supervised "$clone/dev" test --all "${sanitized_tests[@]}" ||
        fail "tests failed under sanitizers: nothing was released (the lines above name the folder of the logs)"
    supervised "$clone/dev" test --all "${thread_tests[@]}" ||
        fail "the thread sanitizer found a fault: nothing was released (the lines above name the folder of the logs)"
    supervised "$clone/dev" fuzz 60 || fail "the fuzz targets failed: nothing was released (the lines above name the logs)"
    { printf 'factor-gpu %s\n\n' "$version" && changes_of "$version" "$clone/CHANGELOG.md"; } |
        git -C "$clone" -c user.name="$(git log -1 --format=%an)" -c user.email="$(git log -1 --format=%ae)" \
            tag -a --cleanup=verbatim -F - "v$version"
    mkdir -p "$results"
    supervised "$clone/dev" package "$results" || fail "the packages failed: nothing was released"
    { git fetch -q --no-tags "$clone" main && git merge -q --ff-only FETCH_HEAD; } ||
        fail "main has moved or the tree has changed while the release was tested: nothing was released, begin again"
    git fetch -q "$clone" "refs/tags/v$version:refs/tags/v$version" ||
        fail "the commit of the release is on main, its tag is not: git fetch '$clone' refs/tags/v$version:refs/tags/v$version"
    rm -rf "$clone"
    say "$version is released: the commit and the tag v$version are on main, the packages in $results.
  git push origin main v$version
publishes them. tools/version.py --open $(next_patch "$version") begins the next version"
}

next_patch() { echo "${1%.*}.$((${1##*.} + 1))"; }
