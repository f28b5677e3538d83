# SPDX-License-Identifier: MIT
# The options of every target of the project: language levels, warnings, sanitizers, hardening. Targets
# get them by linking fg_compiler_options. The variables set here hold for the project's own folder
# only, and a program that links the library gets none of the options.

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

add_library(fg_compiler_options INTERFACE)
target_include_directories(fg_compiler_options INTERFACE
    ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR})
target_compile_definitions(fg_compiler_options INTERFACE _GNU_SOURCE)

set(host_warnings -Wall -Wextra -Wpointer-arith -Wcast-qual -Wvla -Wundef)
if(FACTOR_GPU_WERROR)
    list(APPEND host_warnings -Werror)
endif()
foreach(warning IN LISTS host_warnings)
    target_compile_options(fg_compiler_options INTERFACE
        $<$<COMPILE_LANGUAGE:C,CXX>:${warning}>)
endforeach()
target_compile_options(fg_compiler_options INTERFACE
    $<$<COMPILE_LANGUAGE:C>:-Wshadow$<SEMICOLON>-Wstrict-prototypes$<SEMICOLON>-Wmissing-prototypes>)

if(FACTOR_GPU_VERIFY OR CMAKE_BUILD_TYPE STREQUAL "Debug")
    target_compile_definitions(fg_compiler_options INTERFACE FG_VERIFY)
endif()

if(FACTOR_GPU_WIDE_MUL STREQUAL "portable")
    target_compile_definitions(fg_compiler_options INTERFACE FG_WIDE_MUL=0)
elseif(FACTOR_GPU_WIDE_MUL STREQUAL "native")
    target_compile_definitions(fg_compiler_options INTERFACE FG_WIDE_MUL=1)
elseif(NOT FACTOR_GPU_WIDE_MUL STREQUAL "")
    message(FATAL_ERROR "FACTOR_GPU_WIDE_MUL is '${FACTOR_GPU_WIDE_MUL}': portable or native")
endif()

# Fuzz targets link the libraries, which are instrumented for them.
if(FACTOR_GPU_FUZZ)
    set(FACTOR_GPU_SANITIZE fuzzer-no-link,address,undefined)
endif()
if(FACTOR_GPU_SANITIZE)
    # With -O3 the compiler takes twice as long for the checks, and the tests do not win that back.
    # These options belong to the folder, so that the tests can take back some of them.
    set(sanitize -fsanitize=${FACTOR_GPU_SANITIZE} -fno-omit-frame-pointer -g1 -O1)
    if(FACTOR_GPU_SANITIZE MATCHES "undefined")
        list(APPEND sanitize -fno-sanitize-recover=undefined)
    endif()
    foreach(flag IN LISTS sanitize)
        add_compile_options($<$<COMPILE_LANGUAGE:C,CXX>:${flag}>)
    endforeach()
    target_compile_definitions(fg_compiler_options INTERFACE FG_SANITIZED)
    target_link_options(fg_compiler_options INTERFACE -fsanitize=${FACTOR_GPU_SANITIZE})
endif()

# Hardening ends the program at a memory error, if the compiler and the linker support it. Sanitizers do
# the same with better messages, and some hardening misleads them. No hot file is left out: on one core
# of a Zen 5 all of it costs 0.2 % in factoring 64-bit numbers, 0.4 % in trial division, and 1 to 2 % in
# text of small numbers (0.6 % more instructions).
set(FG_HARDENED FALSE)
set(FG_FORTIFIED FALSE)
if(FACTOR_GPU_HARDENING AND NOT FACTOR_GPU_SANITIZE)
    include(CheckCCompilerFlag)
    include(CheckCSourceCompiles)
    include(CheckLinkerFlag)
    set(FG_HARDENED TRUE)
    if(FACTOR_GPU_PROGRAM OR FACTOR_GPU_BENCH)
        include(CheckPIESupported)
        check_pie_supported(LANGUAGES C)
    endif()
    set(hardening_flags -fstack-protector-strong -fstack-clash-protection)
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
        list(APPEND hardening_flags -fcf-protection)
    endif()
    foreach(flag IN LISTS hardening_flags)
        string(MAKE_C_IDENTIFIER "FG_HAS${flag}" has_flag)
        check_c_compiler_flag(${flag} ${has_flag})
        if(${has_flag})
            target_compile_options(fg_compiler_options INTERFACE
                $<$<COMPILE_LANGUAGE:C,CXX>:${flag}>)
        endif()
    endforeach()
    foreach(flag relro now noexecstack)
        check_linker_flag(C LINKER:-z,${flag} FG_HAS_LINKER_${flag})
        if(FG_HAS_LINKER_${flag})
            target_link_options(fg_compiler_options INTERFACE LINKER:-z,${flag})
        endif()
    endforeach()
    # Level 3 needs a recent compiler and C library; older ones warn about it.
    if(CMAKE_BUILD_TYPE AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug") # it needs an optimiser
        set(FG_FORTIFIED TRUE)
        set(CMAKE_REQUIRED_FLAGS "-O2 -Werror -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3")
        check_c_source_compiles("#include <string.h>\nint main(void) { return 0; }" FG_HAS_FORTIFY_3)
        unset(CMAKE_REQUIRED_FLAGS)
        set(fortify_level 2)
        if(FG_HAS_FORTIFY_3)
            set(fortify_level 3)
        endif()
        target_compile_options(fg_compiler_options INTERFACE
            $<$<COMPILE_LANGUAGE:C,CXX>:-U_FORTIFY_SOURCE$<SEMICOLON>-D_FORTIFY_SOURCE=${fortify_level}>)
    endif()
endif()
