# SPDX-License-Identifier: MIT
# The tests on a GPU, and what measures one on another machine: `./dev gpu-test`, `./dev gpu-pack`.
# Sourced by ./dev, whose functions it uses.
# shellcheck shell=bash
# Some variables belong to ./dev.
# shellcheck disable=SC2034,SC2154

# The time of a whole command, the build included, so that it fits into a job of ten minutes.
gpu_test_seconds=580

# --- what must be there -----------------------------------------------------------------------

# require_gpu COMMAND [sanitizer]: checks what the GPU's commands need and no package brings, and names
# all that is missing at once.
require_gpu() {
    local lacks=()
    command -v nvcc >/dev/null ||
        lacks+=("nvcc of the CUDA toolkit, 12 or later, on PATH or in /usr/local/cuda/bin")
    has_gpu || lacks+=("an NVIDIA GPU with its driver ($no_gpu)")
    if [ "${2:-}" = sanitizer ]; then
        find_sanitizer || lacks+=("compute-sanitizer of the CUDA toolkit (--no-sanitizer goes without)")
    fi
    [ "${#lacks[@]}" -eq 0 ] && return
    printf 'dev:   %s\n' "${lacks[@]}" >&2
    fail "$1 needs what is named above, and this machine has not got it"
}

# Succeeds if there is a GPU; if not, `no_gpu` says where it was looked for. Some containers have the
# device without nvidia-smi, and not always as number 0.
has_gpu() {
    if command -v nvidia-smi >/dev/null; then
        local list status=0
        list=$(timeout -k 5 20 nvidia-smi -L 2>/dev/null) || status=$?
        no_gpu="nvidia-smi shows none"
        [ "$status" -ne 124 ] && [ "$status" -ne 137 ] || no_gpu="nvidia-smi does not answer"
        [[ $list =~ (^|$'\n')' '*'GPU ' ]]
    else
        no_gpu="there is neither nvidia-smi nor a device /dev/nvidia*"
        compgen -G '/dev/nvidia[0-9]*' >/dev/null
    fi
}

find_sanitizer() {
    sanitizer=$(command -v compute-sanitizer ||
        compgen -G "$(dirname "$(readlink -f "$(command -v nvcc || echo /)")")/compute-sanitizer")
}

# --- testing ----------------------------------------------------------------------------------

run_gpu_tests() {
    local sanitizer='' status=0 built
    [ $# -le 1 ] || fail "gpu-test takes one option at most; see ./dev help"
    case ${1:-} in
    '') require_gpu gpu-test sanitizer ;;
    --no-sanitizer) require_gpu gpu-test ;;
    *) fail "gpu-test does not know '$1'; see ./dev help" ;;
    esac
    cuda=ON
    require_gpu_tests
    # Warnings of an untried compiler are no errors.
    build gpu-test gpu_tests -- -DCMAKE_BUILD_TYPE=Release -DFACTOR_GPU_VERIFY=ON \
        -DFACTOR_GPU_BENCH=OFF
    built=$SECONDS
    probe_gpu
    run_gpu_ctest "${sanitizer:+150}" || status=$?
    list_skipped build/gpu-test
    if [ -n "$sanitizer" ]; then
        supervised tests/gpu/gpu_sanitize.sh build/gpu-test "$sanitizer" \
            "$((gpu_test_seconds - SECONDS))" || status=$?
    else
        echo "compute-sanitizer: left out on request"
    fi
    [ "$status" -eq 0 ] || fail "the GPU's tests failed (build/gpu-test)$(after_a_long_build "$built" gpu-test)"
    say "the GPU's tests passed, in $SECONDS s with the build"
}

# Reports a driver that does not work once, instead of in every test.
probe_gpu() {
    local status=0 log=build/gpu-test/probe.log
    FG_REQUIRE_GPU=1 bounded 60 build/gpu-test/tests/backend_gpu_test \
        --gtest_filter='*.WrongUseOfAnEngine*' >"$log" 2>&1 || status=$?
    case $status in
    0) return ;;
    124 | 137) fail "this GPU does not answer within 60 s" ;;
    esac
    cat "$log" >&2
    fail "no test can use this GPU; the reason is above"
}

# run_gpu_ctest [SECONDS]: runs the tests, and leaves those seconds for what comes after them.
run_gpu_ctest() {
    local log=build/gpu-test/ctest.log left=$((gpu_test_seconds - SECONDS - ${1:-0})) shown status=0
    [ "$left" -gt 0 ] || {
        say "no time is left for the tests"
        return 1
    }
    say "running the tests, for $left s at most ($log has all)"
    exec 3> >(tee "$log" | grep --line-buffered -vE '^ *Start +[0-9]+:|^$')
    shown=$!
    # One after the other: a GPU may be set to serve one process at a time. ctest stops by itself, so
    # that it can say what it has not run.
    FG_REQUIRE_GPU=1 bounded "$((left + 20))" ctest --test-dir build/gpu-test --output-on-failure \
        --no-tests=error -L gpu --stop-time "$(date -d "+$left seconds" +%T)" >&3 2>&1 || status=$?
    exec 3>&-
    wait "$shown" || true
    return "$status"
}

# --- packing ----------------------------------------------------------------------------------

run_gpu_pack() {
    local results='' architectures=90-real folders=() programs=() target
    for argument in "$@"; do
        case $argument in
        --architectures=?*) architectures=${argument#*=} ;;
        *) folders+=("$argument") ;;
        esac
    done
    results_folder gpu-pack "${folders[@]:-$root/build/gpu-pack/pack}"
    command -v nvcc >/dev/null ||
        fail "gpu-pack needs nvcc of the CUDA toolkit, 12 or later, on PATH or in /usr/local/cuda/bin"
    cuda=ON
    require_gpu_tests
    require cmd:factor=coreutils cmd:strip=binutils
    # Without FG_VERIFY_CHECK: what is tested is what is measured.
    build gpu-pack factor-gpu gpu_bench list_numbers kernel_gpu_test backend_gpu_test -- \
        -DCMAKE_BUILD_TYPE=Release -DCMAKE_CUDA_ARCHITECTURES="${architectures//,/;}"
    for target in factor-gpu bench/gpu/gpu_bench bench/list_numbers tests/kernel_gpu_test tests/backend_gpu_test; do
        programs+=("${target##*/}=build/gpu-pack/$target")
    done
    tools/gpu_pack.sh "$results" 100000 "${programs[@]}"
}

# after_a_long_build SECONDS COMMAND: what to add to a message if the build took the time of the rest.
after_a_long_build() {
    [ "$1" -lt 60 ] || printf '.\nThe build took %s s of its time. A second ./dev %s starts from the finished build.' "$1" "$2"
}
