# SPDX-License-Identifier: MIT
# ./dev cross: builds for another CPU, 64-bit ARM, and runs tests of the library and of the program
# under qemu. Sourced by ./dev, whose functions it uses.
# shellcheck shell=bash
# Some variables belong to ./dev.
# shellcheck disable=SC2034,SC2154

# The tests of arithmetic, words and processes, which can fail on other CPUs. Left out are comparisons,
# documents, the emulated device and packages.
cross_tests=(gcd_test inverse_test iroot_test isqrt_test montgomery_test residues_test wide_mul_test
    candidates_test divisibility_test divisors_test factorization_test hart_test pm1_test primality_test
    rho_test small_primes_test answers_test arithmetic_test error_test results_test method_test scan_test
    hart_batch_test lanes_test strip_test registry_test factor_test backend_test backend_threads_test
    cli_columns_test cli_binary_test)

# fetch_arm64 FOLDER PACKAGE...: unpacks Debian's packages for arm64, with their dependencies, except those
# that the cross compiler brings. It uses apt's sources with lists of its own, so that it needs no root
# and changes nothing that is installed.
fetch_arm64() {
    local folder=$1 work names
    shift
    [ ! -f "$folder/complete" ] || return 0
    say "fetching packages for arm64 into $folder"
    rm -rf "$folder"
    mkdir -p "$folder"
    work=$(cd "$folder" && pwd)/packages
    mkdir -p "$work/lists/partial" "$work/archives/partial"
    local options=(-q -o APT::Architecture=arm64 -o APT::Architectures::=arm64 -o Dir::State="$work"
        -o Dir::State::status=/dev/null -o Dir::Cache="$work" -o APT::Sandbox::User=root
        -o Acquire::Languages=none)
    apt-get "${options[@]}" update >"$work/log" 2>&1 || {
        tail -n 5 "$work/log" >&2
        fail "apt could not fetch the lists of packages for arm64 (its last words are above)"
    }
    names=$(apt-cache "${options[@]}" depends --recurse --no-recommends --no-suggests --no-conflicts \
        --no-breaks --no-replaces --no-enhances "$@" |
        grep '^[a-z0-9]' | sort -u | grep -vE '^(libc6|libgcc.*|libstdc.*|gcc-.*|googletest)$')
    mapfile -t names <<<"$names"
    (cd "$work" && apt-get "${options[@]}" download "${names[@]}") >"$work/log" 2>&1 || {
        tail -n 5 "$work/log" >&2
        fail "apt could not download for arm64: ${names[*]} (its last words are above)"
    }
    for package in "$work"/*.deb; do
        dpkg-deb -x "$package" "$folder"
    done
    rm -r "$work"
    touch "$folder/complete"
}

require_cross() {
    require cmd:cmake=cmake cmd:ninja=ninja-build cmd:pkg-config=pkg-config \
        cmd:aarch64-linux-gnu-gcc=gcc-aarch64-linux-gnu cmd:aarch64-linux-gnu-g++=g++-aarch64-linux-gnu \
        cmd:qemu-aarch64-static=qemu-user-static
}

run_cross() {
    [ $# -eq 0 ] || fail "cross takes no arguments; see ./dev help"
    require_cross
    fetch_arm64 build/aarch64-libraries libjansson-dev nettle-dev libflint-dev libgtest-dev
    cuda=OFF
    build aarch64 factor-gpu factorgpu_shared "${cross_tests[@]}" -- -DCMAKE_BUILD_TYPE=Release \
        -DCMAKE_TOOLCHAIN_FILE="$root/cmake/aarch64-linux-gnu.cmake" \
        -DFACTOR_GPU_TARGET_ROOT="$root/build/aarch64-libraries" -DFACTOR_GPU_VERIFY=ON \
        -DFACTOR_GPU_BENCH=OFF
    # qemu takes ten to twenty times as long: fewer random numbers.
    export FG_TEST_SCALE=${FG_TEST_SCALE:-0.05}
    local pattern
    pattern=$(IFS='|' && echo "^(${cross_tests[*]})\\.")
    # A limit on the program's memory would include the emulator's.
    run_ctest build/aarch64 -j "$jobs" --output-on-failure --no-tests=error -R "$pattern" \
        -E '\.MemoryStaysBounded' ||
        fail "tests failed under qemu (build/aarch64)"
}
