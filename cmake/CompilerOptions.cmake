# What every target of the project is compiled with: the language levels, the warnings, sanitizers.
# Targets take it by linking fg_compiler_options.

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
target_include_directories(fg_compiler_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
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

if(FACTOR_GPU_SANITIZE)
    # With -O3 the compiler takes twice as long to make the checks, which the tests do not win back.
    set(sanitize -fsanitize=${FACTOR_GPU_SANITIZE} -fno-omit-frame-pointer -g -O1)
    if(FACTOR_GPU_SANITIZE MATCHES "undefined")
        list(APPEND sanitize -fno-sanitize-recover=undefined)
    endif()
    foreach(flag IN LISTS sanitize)
        target_compile_options(fg_compiler_options INTERFACE
            $<$<COMPILE_LANGUAGE:C,CXX>:${flag}>)
    endforeach()
    target_link_options(fg_compiler_options INTERFACE -fsanitize=${FACTOR_GPU_SANITIZE})
endif()
