# SPDX-License-Identifier: MIT
# ./dev python: builds the wheel of the Python package, installs it into a fresh virtual environment,
# and runs its tests there. Sourced by ./dev, whose functions and variables it uses.
# shellcheck shell=bash
# Some variables belong to ./dev.
# shellcheck disable=SC2034,SC2154

# Packages that each virtual environment gets from the index that pip is set to.
python_tools=(scikit-build-core 'nanobind<4')
python_tested=(numpy pytest distributed)
python_neighbours=(pandas pyarrow polars duckdb matplotlib)
python_clusters=(ray asyncssh dask-jobqueue dask-kubernetes)

# fetch_python ENVIRONMENT PACKAGE...: installs into a virtual environment. In the gate it ends ./dev
# without a failure if the packages cannot be had.
fetch_python() {
    local environment=$1 reason
    shift
    build/python/tools/bin/pip --disable-pip-version-check --python "$environment/bin/python" \
        --retries 2 install -q "$@" && return
    reason="pip could not install $* into $environment; it needs the index that it is set to (pip config list)"
    [ "$mode" = --brief ] || fail "$reason"
    say "skipped: the tests of the Python package: $reason"
    exit 0
}

# Makes the environment that builds wheels, once. In the gate ./dev lint wants it at the same time.
python_build_tools() {
    local environment=build/python/tools
    mkdir -p build/python
    {
        flock 8
        "$environment/bin/python" -c 'import nanobind, scikit_build_core' 2>/dev/null && return
        rm -rf "$environment"
        /usr/bin/python3 -m venv "$environment"
        fetch_python "$environment" "${python_tools[@]}"
    } 8>build/python/tools.lock
}

# Builds the wheel, with the static library of build/run inside; its name is then in `wheel`.
build_wheel() {
    require_build
    require cmd:g++=g++ cmd:python3=python3 py:ensurepip=python3-venv 'h:python3.*/Python.h=python3-dev'
    build_product factor-gpu factorgpu factorgpu_shared
    rm -rf build/python/library build/python/wheel
    cmake --install build/run --component development --prefix build/python/library >/dev/null
    python_build_tools
    say "building the wheel (build/python/wheel.log)"
    build/python/tools/bin/pip --disable-pip-version-check wheel --no-build-isolation --no-deps -v \
        -w build/python/wheel --config-settings=cmake.define.FACTOR_GPU_INSTALLED="$root/build/python/library" \
        --config-settings=cmake.define.FACTOR_GPU_PYTHON_WERROR=ON ./python >build/python/wheel.log 2>&1 || {
        tail -n 60 build/python/wheel.log >&2
        fail "the wheel could not be built; its output is above and in build/python/wheel.log"
    }
    wheel=$(compgen -G 'build/python/wheel/*.whl')
}

# describe_wheel FOLDER: says how large the wheel is, and what its module, installed in that folder of
# packages, needs.
describe_wheel() {
    local module needed
    module=$(compgen -G "$1/factor_gpu/_core*.so")
    needed=$(readelf -d "$module" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | tr '\n' ' ')
    printf '%s: %d bytes; the module in it: %d bytes, links to %s\n' "${wheel##*/}" \
        "$(stat -c %s "$wheel")" "$(stat -c %s "$module")" "${needed% }"
}

# check_types ENVIRONMENT MODE: the annotations of the package, its stub against the module, and the types
# that a user's program gets.
check_types() {
    local python=$root/$1/bin/python tests=$root/python/tests
    fetch_python "$1" mypy
    say "types (mypy, stubtest)"
    printf '[mypy]\nignore_missing_imports = True\n' >build/python/mypy.ini
    # In this folder, so that the package is the one that was installed.
    (cd build/python && "$python" -m mypy --config-file mypy.ini -p factor_gpu &&
        "$python" -m mypy --config-file mypy.ini --strict "$tests/user_program.py" &&
        "$python" -m mypy.stubtest --mypy-config-file mypy.ini --allowlist "$tests/stubtest_allowed.txt" \
            factor_gpu._core) || fail "the types of the package are not right"
    [ "$2" = --all ] || return 0
    fetch_python build/python/tools basedpyright
    printf '{"enableTypeIgnoreComments": true, "typeCheckingMode": "strict"}\n' >build/python/pyright.json
    cp "$tests/user_program.py" build/python
    (cd build/python && tools/bin/basedpyright -p pyright.json --pythonpath "$python" user_program.py) ||
        fail "pyright has complaints about a user's program"
}

# Builds the module once more, with the emulated CUDA device of the project's tests inside, and runs the
# tests of the backend cuda with it.
test_emulated() {
    local folder=build/python/emulated
    require_tests
    say "building the module with the emulated CUDA device ($folder/wheel.log)"
    rm -rf "$folder/wheel" "$folder/venv"
    mkdir -p "$folder"
    CMAKE_BUILD_PARALLEL_LEVEL=$jobs build/python/tools/bin/pip --disable-pip-version-check wheel \
        --no-build-isolation --no-deps -v -w "$folder/wheel" --config-settings=build-dir="$root/$folder/build" \
        --config-settings=cmake.define.FACTOR_GPU_PYTHON_EMULATED=ON ./python >"$folder/wheel.log" 2>&1 || {
        tail -n 60 "$folder/wheel.log" >&2
        fail "the module could not be built; its output is above and in $folder/wheel.log"
    }
    /usr/bin/python3 -m venv --without-pip "$folder/venv"
    fetch_python "$folder/venv" numpy pytest "$root/$(compgen -G "$folder/wheel/*.whl")"
    say "running the tests of the backend cuda on the emulated device"
    (cd build/python && "$root/$folder/venv/bin/python" -m pytest -q -p no:cacheprovider \
        -c "$root/python/tests/pytest.ini" -k 'cuda and not fifth' "$root/python/tests/test_engine.py") ||
        fail "tests of the package failed on the emulated device"
}

run_python() {
    local environment=build/python/venv mode=${1:-} wheel='' options=(-m 'not long')
    case $mode in
    '' | --brief) ;;
    --all) options=() ;;
    --cross)
        run_python_cross
        return
        ;;
    *) fail "python does not know '$mode'; see ./dev help" ;;
    esac
    [ $# -le 1 ] || fail "python takes one option at most; see ./dev help"
    build_wheel
    rm -rf "$environment"
    /usr/bin/python3 -m venv --without-pip "$environment"
    fetch_python "$environment" "${python_tested[@]}" "$root/$wheel"
    if [ "$mode" != --brief ]; then # without them their tests are skipped
        fetch_python "$environment" "${python_neighbours[@]}"
        export FG_PYTHON_REQUIRED=1
    fi
    if [ "$mode" = --all ]; then
        fetch_python "$environment" "${python_clusters[@]}"
        # Only root can run its daemons.
        [ "$(id -u)" -ne 0 ] || want cmd:munged=munge cmd:slurmctld=slurmctld cmd:slurmd=slurmd cmd:sbatch=slurm-client
    fi
    describe_wheel "$environment"/lib/python3*/site-packages
    [ "$mode" = --brief ] || check_types "$environment" "$mode"
    export FACTOR_GPU_PROGRAM=$root/build/run/factor-gpu # what parts are compared with
    say "running the tests of the package"
    # Elsewhere, so that the package is the one that was installed.
    (cd build/python && "$root/$environment/bin/python" -m pytest -q -p no:cacheprovider "${options[@]}" \
        -c "$root/python/tests/pytest.ini" "$root/python/tests") || fail "tests of the package failed"
    [ "$mode" != --all ] || test_emulated
}
