# SPDX-License-Identifier: MIT
# `./dev gpu-model`: predicts what a GPU would do. Sourced by ./dev, whose functions it uses.
# shellcheck shell=bash
# Some variables belong to ./dev.
# shellcheck disable=SC2034,SC2154

# The disassembler's version: of nvcc 13.0 PyPI has none, and a later one reads its machine code.
nvdisasm_package=nvidia-cuda-nvdisasm==13.2.51

run_gpu_model() {
    local folder=build/gpu-model
    command -v nvcc >/dev/null ||
        fail "gpu-model needs nvcc of the CUDA toolkit, 13.0, on PATH or in /usr/local/cuda/bin"
    cuda=ON
    require_tests
    require cmd:python3=python3
    make_nvdisasm "$folder/venv" || [[ " $* " =~ " --"(check|counters)" " ]] ||
        fail "pip could not install $nvdisasm_package, which needs the network and python3-venv"
    build gpu-model factor-gpu-emulated list_numbers wide_rounds fg_ptx_folder_75 fg_ptx_folder_90 -- \
        -DCMAKE_BUILD_TYPE=Release -DFACTOR_GPU_TESTS=ON -DFACTOR_GPU_BENCH=ON
    FACTOR_GPU_JOBS=$jobs exec python3 tools/gpu_model --build="$folder" --venv="$folder/venv" "$@"
}

# make_nvdisasm VENV: installs nvdisasm, which the toolkit may lack, in a virtual environment.
make_nvdisasm() {
    compgen -G "$1/lib/python*/site-packages/nvidia/*/bin/nvdisasm" >/dev/null && return
    say "installing $nvdisasm_package in $1"
    mkdir -p build
    { python3 -m venv "$1" && "$1/bin/pip" install --quiet "$nvdisasm_package"; } >&2
}
