# SPDX-License-Identifier: MIT
# Toolchain: for 64-bit ARM, by Debian's cross compiler; the tests run in qemu's user mode. `./dev cross`
# uses it; by hand:
#
#     cmake -S . -B build/arm --toolchain cmake/aarch64-linux-gnu.cmake -DFACTOR_GPU_TARGET_ROOT=FOLDER
#
# FOLDER holds the target's libraries as Debian's packages for arm64 unpack (FOLDER/usr/lib/...).
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)

# The C library of the cross compiler.
set(target_libc /usr/aarch64-linux-gnu)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static -L ${target_libc})

set(FACTOR_GPU_TARGET_ROOT "" CACHE PATH "Where the target's libraries are unpacked")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES FACTOR_GPU_TARGET_ROOT)
set(CMAKE_FIND_ROOT_PATH ${target_libc} ${FACTOR_GPU_TARGET_ROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
if(FACTOR_GPU_TARGET_ROOT)
    set(target_libraries ${FACTOR_GPU_TARGET_ROOT}/usr/lib/aarch64-linux-gnu)
    set(ENV{PKG_CONFIG_LIBDIR} ${target_libraries}/pkgconfig)
    set(ENV{PKG_CONFIG_SYSROOT_DIR} ${FACTOR_GPU_TARGET_ROOT})
    set(ENV{PKG_CONFIG_ALLOW_SYSTEM_CFLAGS} 1)
    # With the old tags, libraries find the libraries that they need in the same folder.
    string(JOIN " " CMAKE_EXE_LINKER_FLAGS_INIT -Wl,--disable-new-dtags
           -Wl,-rpath-link,${target_libraries} -Wl,-rpath,${target_libraries})
endif()
