# SPDX-License-Identifier: MIT
# ./dev python --cross: builds the wheel for 64-bit ARM and runs tests of it under qemu. Sourced by ./dev,
# whose functions and variables it uses.
# shellcheck shell=bash
# Some variables belong to ./dev.
# shellcheck disable=SC2034,SC2154

# The tests that begin no second process of Python: qemu runs only the one that it is given.
python_cross_tests=(test_answers.py test_inputs.py test_lists.py)

# build_cross_wheel VERSION: builds the wheel from the sources, as pip does for a user; its name is then in
# `wheel`. The interpreter that builds is this machine's, so that the target must be named.
build_cross_wheel() {
    local version=$1 folder=build/python/aarch64
    say "building the wheel for 64-bit ARM ($folder/wheel.log)"
    env _PYTHON_HOST_PLATFORM=linux-aarch64 \
        SETUPTOOLS_EXT_SUFFIX=".cpython-${version/./}-aarch64-linux-gnu.so" \
        CMAKE_BUILD_PARALLEL_LEVEL="$jobs" \
        build/python/tools/bin/pip --disable-pip-version-check wheel --no-build-isolation --no-deps -v \
        -w "$folder/wheel" --config-settings=cmake.define.FACTOR_GPU_CUDA=OFF \
        --config-settings=cmake.define.FACTOR_GPU_PYTHON_WERROR=ON \
        --config-settings=cmake.define.CMAKE_TOOLCHAIN_FILE="$root/cmake/aarch64-linux-gnu.cmake" \
        --config-settings=cmake.define.CMAKE_CXX_FLAGS="-idirafter $root/build/aarch64-python/usr/include" \
        --config-settings=cmake.define.nanobind_DIR="$(build/python/tools/bin/python -m nanobind --cmake_dir)" \
        ./python >"$folder/wheel.log" 2>&1 || {
        tail -n 60 "$folder/wheel.log" >&2
        fail "the wheel could not be built; its output is above and in $folder/wheel.log"
    }
    wheel=$(compgen -G "$folder/wheel/*.whl")
}

# Installs the wheel, and what its tests need, into a folder, as pip would on a machine of that kind.
install_cross_wheel() {
    local version=$1 folder=build/python/aarch64 platform platforms=()
    for platform in linux manylinux2014 manylinux_2_{17..28}; do
        platforms+=(--platform "${platform}_aarch64")
    done
    build/python/tools/bin/pip --disable-pip-version-check --retries 2 install -q --target "$folder/site" \
        --only-binary :all: "${platforms[@]}" --python-version "$version" numpy pytest "$wheel" ||
        fail "pip could not install the wheel; it needs NumPy from the index that it is set to (pip config list)"
}

# run_arm64 COMMAND...: runs a program of build/aarch64-python under qemu.
run_arm64() {
    local target=$root/build/aarch64-python
    PYTHONHOME=$target/usr PYTHONPATH=$root/build/python/aarch64/site PYTHONDONTWRITEBYTECODE=1 \
        qemu-aarch64-static -L /usr/aarch64-linux-gnu \
        -E LD_LIBRARY_PATH="$target/usr/lib/aarch64-linux-gnu:$target/lib/aarch64-linux-gnu" "$@"
}

run_python_cross() {
    local mode=--cross version python wheel=''
    require_cross
    require cmd:python3=python3 py:ensurepip=python3-venv 'h:python3.*/Python.h=python3-dev'
    version=$(/usr/bin/python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    fetch_arm64 build/aarch64-python "python$version-minimal" "libpython$version-stdlib" "libpython$version-dev"
    python_build_tools
    rm -rf build/python/aarch64
    mkdir -p build/python/aarch64
    build_cross_wheel "$version"
    install_cross_wheel "$version"
    describe_wheel build/python/aarch64/site
    python=$root/build/aarch64-python/usr/bin/python$version
    run_arm64 "$python" -c 'import platform, factor_gpu
print("under qemu:", platform.machine(), factor_gpu.factor(360), factor_gpu.factor(2**67 - 1))' ||
        fail "the package cannot be imported under qemu"
    say "running ${python_cross_tests[*]} under qemu"
    (cd build/python && run_arm64 "$python" -m pytest -q -p no:cacheprovider -m 'not long' \
        -c "$root/python/tests/pytest.ini" "${python_cross_tests[@]/#/$root/python/tests/}") ||
        fail "tests of the package failed under qemu"
}
