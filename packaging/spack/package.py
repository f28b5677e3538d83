# SPDX-License-Identifier: MIT
"""The recipe for Spack. The copy that `./dev package` makes has the address and the digest of the tarball."""
from spack.package import *


class FactorGpu(CMakePackage, CudaPackage):
    """Finds every divisor and every prime factor of each number in a batch, on NVIDIA GPUs and on CPUs."""

    homepage = "https://example.org/factor-gpu"
    url = "https://example.org/factor-gpu-0.2.0.tar.gz"

    license("MIT")

    version("0.2.0", sha256="0000000000000000000000000000000000000000000000000000000000000000")

    generator("ninja")
    variant("program", default=True, description="Build the program, beside the library")

    depends_on("c", type="build")
    depends_on("cxx", type="build", when="+cuda")
    depends_on("cmake@3.25:", type="build")
    depends_on("cuda@12:", when="+cuda")
    depends_on("pkgconfig", type="build", when="+program")
    depends_on("jansson", when="+program")
    depends_on("nettle", when="+program")

    def cmake_args(self):
        arguments = [
            self.define("FACTOR_GPU_CUDA", "ON" if self.spec.satisfies("+cuda") else "OFF"),
            self.define_from_variant("FACTOR_GPU_PROGRAM", "program"),
            self.define("FACTOR_GPU_TESTS", False),
            self.define("FACTOR_GPU_BENCH", False),
        ]
        if self.spec.satisfies("+cuda") and not self.spec.satisfies("cuda_arch=none"):
            architectures = self.spec.variants["cuda_arch"].value
            arguments.append(self.define("CMAKE_CUDA_ARCHITECTURES", [f"{name}-real" for name in architectures]))
        return arguments
