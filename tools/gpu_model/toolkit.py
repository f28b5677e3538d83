# SPDX-License-Identifier: MIT
"""toolkit.py: nvcc's PTX that a build made, machine code by ptxas, its text by nvdisasm."""
import glob
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from typing import Optional

import machine_code
from lists import ModelError, run
from machine_code import Kernel

VERSION = re.compile(r"// Cuda compilation tools, release \S+, (V\S+)")
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def jobs() -> int:
    return int(os.environ.get("FACTOR_GPU_JOBS", os.cpu_count() or 1))


def tool(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/local/cuda/bin")
    if found is None:
        raise ModelError(f"{name} of the CUDA toolkit is not on PATH, and not in /usr/local/cuda/bin")
    return found


def find_ptx(folder: str) -> list[str]:
    """Returns the files of a folder with the PTX of all kernels, without that of the tests' own."""
    found = sorted(path for path in glob.glob(os.path.join(folder, "*.ptx"))
                   if not os.path.basename(path).startswith("device_arithmetic"))
    if not found:
        raise ModelError(f"{folder} has no PTX; a build with nvcc 13 makes it, ./dev gpu-model does")
    return found


def ptx_version(path: str) -> str:
    """Returns the version of nvcc that made a PTX file, as V13.0.88."""
    with open(path, encoding="utf-8") as file:
        match = VERSION.search(file.read(2000))
    if match is None:
        raise ModelError(f"{path} does not say which nvcc made it")
    return match[1]


def find_nvdisasm(venv: str) -> Optional[str]:
    """Returns nvdisasm of the virtual environment, or that of PATH, or None."""
    found = glob.glob(os.path.join(venv, "lib", "python*", "site-packages", "nvidia", "*", "bin",
                                   "nvdisasm"))
    return found[0] if found else shutil.which("nvdisasm")


def machine_code_of(ptx_files: list[str], architecture: str, folder: str,
                    nvdisasm: str) -> dict[str, Kernel]:
    """Assembles PTX for an architecture and returns its kernels by their mangled names."""
    os.makedirs(folder, exist_ok=True)
    ptxas = tool("ptxas")

    def assemble(path: str) -> list[Kernel]:
        cubin = os.path.join(folder, os.path.basename(path).replace(".ptx", ".cubin"))
        run([ptxas, f"-arch=sm_{architecture}", "--generate-line-info", path, "-o", cubin])
        return machine_code.parse(run([nvdisasm, "-c", "-gp", cubin]))

    with ThreadPoolExecutor(jobs()) as pool:
        return {kernel.mangled: kernel for kernels in pool.map(assemble, ptx_files)
                for kernel in kernels}
