# SPDX-License-Identifier: MIT
# Decides whether the cuda backend is built (FG_HAVE_CUDA) and for which architectures.
#
# FACTOR_GPU_CUDA=AUTO builds it if nvcc is found, ON fails if it is not, OFF leaves it out.
# FACTOR_GPU_CUDA_CODE says for which GPUs, unless CMAKE_CUDA_ARCHITECTURES names them: ALL generations
# that nvcc has machine code for, FEW for a build whose tests need no GPU, AUTO for this machine's GPUs or
# else ALL.

set(FG_HAVE_CUDA FALSE)

# The compute capabilities of this machine's GPUs, as in 90.
function(fg_own_cuda_architectures result)
    find_program(FG_NVIDIA_SMI nvidia-smi)
    mark_as_advanced(FG_NVIDIA_SMI)
    set(own "")
    if(FG_NVIDIA_SMI)
        execute_process(COMMAND ${FG_NVIDIA_SMI} --query-gpu=compute_cap --format=csv,noheader
                        OUTPUT_VARIABLE capabilities ERROR_QUIET RESULT_VARIABLE failed TIMEOUT 20)
        if(NOT failed)
            string(REGEX MATCHALL "[0-9]+\\.[0-9]+" own "${capabilities}")
            list(REMOVE_DUPLICATES own)
            list(TRANSFORM own REPLACE "\\." "")
        endif()
    endif()
    set(${result} "${own}" PARENT_SCOPE)
endfunction()

# The default architectures: the machine's own GPUs (`own`) if this nvcc has code for one and not ALL
# are asked for; otherwise machine code for each generation from 8.0 on that this nvcc knows, and PTX,
# which the driver compiles for other GPUs. Machine code of 8.0 serves 8.6 and 8.9 too, 10.0 serves 10.3,
# and 12.0 serves 12.1. FEW has PTX and one generation, because each takes as long to compile as any other.
function(fg_default_cuda_architectures nvcc own result)
    execute_process(COMMAND ${nvcc} --list-gpu-code OUTPUT_VARIABLE known ERROR_QUIET)
    string(REGEX MATCHALL "sm_[0-9]+" known "${known}")
    list(TRANSFORM known REPLACE "sm_" "")
    list(SORT known COMPARE NATURAL)
    set(chosen "")
    set(too_old "")
    foreach(architecture IN LISTS own)
        if(architecture IN_LIST known)
            list(APPEND chosen ${architecture}-real)
        else()
            message(STATUS "CUDA: this nvcc has no code for the GPU here (sm_${architecture})")
            list(SUBLIST known 0 1 oldest)
            if(oldest AND architecture LESS oldest)
                list(APPEND too_old sm_${architecture})
            endif()
        endif()
    endforeach()
    if(too_old AND NOT chosen AND FACTOR_GPU_CUDA STREQUAL "ON")
        message(FATAL_ERROR "FACTOR_GPU_CUDA=ON, but ${nvcc} has no code for the GPU here "
            "(${too_old}): CUDA 12 is the last that has for any before sm_75. Install it beside this "
            "one and set CMAKE_CUDA_COMPILER to its nvcc; or name the architectures of other "
            "machines in CMAKE_CUDA_ARCHITECTURES.")
    endif()
    if(FACTOR_GPU_CUDA_CODE STREQUAL "ALL" OR NOT chosen)
        set(chosen 75-virtual)
        foreach(architecture 80 90 100 120)
            if(architecture IN_LIST known AND (architecture EQUAL 90 OR NOT FACTOR_GPU_CUDA_CODE STREQUAL "FEW"))
                list(APPEND chosen ${architecture}-real)
            endif()
        endforeach()
    endif()
    set(${result} "${chosen}" PARENT_SCOPE)
endfunction()

# Whether code for `architectures` runs on a GPU of capability `own`: its own code, that of an earlier
# one of its generation, or PTX of an earlier one. Names such as all-major are assumed to run.
function(fg_cuda_runs_on own architectures result)
    set(runs FALSE)
    math(EXPR generation "${own} / 10")
    foreach(architecture IN LISTS architectures)
        if(NOT architecture MATCHES "^([0-9]+)([af]?)(-real|-virtual)?$")
            set(runs TRUE)
        elseif(CMAKE_MATCH_2) # for that GPU alone
            if(CMAKE_MATCH_1 EQUAL own)
                set(runs TRUE)
            endif()
        elseif(CMAKE_MATCH_1 LESS_EQUAL own)
            math(EXPR its_generation "${CMAKE_MATCH_1} / 10")
            if(its_generation EQUAL generation OR NOT CMAKE_MATCH_3 STREQUAL "-real")
                set(runs TRUE)
            endif()
        endif()
    endforeach()
    set(${result} ${runs} PARENT_SCOPE)
endfunction()

# Chooses CMAKE_CUDA_ARCHITECTURES if it is not set, and again if FACTOR_GPU_CUDA_CODE has changed or the
# build folder meets a GPU that the last choice does not cover. A value that was set by hand stays.
function(fg_choose_cuda_architectures nvcc)
    fg_own_cuda_architectures(own)
    set(by_hand TRUE)
    if(DEFINED FG_CUDA_ARCHITECTURES_CHOSEN AND CMAKE_CUDA_ARCHITECTURES STREQUAL FG_CUDA_ARCHITECTURES_CHOSEN)
        set(by_hand FALSE)
    endif()
    if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES OR
       (NOT by_hand AND NOT FACTOR_GPU_CUDA_CODE STREQUAL "${FG_CUDA_CODE_CHOSEN}"))
        fg_default_cuda_architectures(${nvcc} "${own}" chosen)
    else()
        set(uncovered "")
        foreach(architecture IN LISTS own)
            fg_cuda_runs_on(${architecture} "${CMAKE_CUDA_ARCHITECTURES}" runs)
            if(NOT runs)
                list(APPEND uncovered sm_${architecture})
            endif()
        endforeach()
        if(NOT uncovered)
            return()
        elseif(by_hand)
            message(STATUS "CUDA: CMAKE_CUDA_ARCHITECTURES=${CMAKE_CUDA_ARCHITECTURES} has no code for "
                "the GPU here (${uncovered}); in a new build folder (./dev clean) it is chosen anew")
            return()
        endif()
        message(STATUS "CUDA: the code of this build folder, ${CMAKE_CUDA_ARCHITECTURES}, is not for "
            "the GPU here (${uncovered}); choosing anew")
        fg_default_cuda_architectures(${nvcc} "${own}" chosen)
    endif()
    set(CMAKE_CUDA_ARCHITECTURES "${chosen}" CACHE STRING "CUDA architectures" FORCE)
    set(FG_CUDA_ARCHITECTURES_CHOSEN "${chosen}" CACHE INTERNAL "as chosen automatically")
    set(FG_CUDA_CODE_CHOSEN "${FACTOR_GPU_CUDA_CODE}" CACHE INTERNAL "for which they were chosen")
endfunction()

# Tests whether `nvcc` compiles a kernel with the host compiler that it finds here.
function(fg_nvcc_works nvcc result)
    set(folder ${PROJECT_BINARY_DIR}/nvcc_works)
    file(WRITE ${folder}/probe.cu "__global__ void probe() {}\n")
    execute_process(COMMAND ${nvcc} -c probe.cu -o probe.o WORKING_DIRECTORY ${folder}
                    RESULT_VARIABLE failed OUTPUT_VARIABLE output ERROR_VARIABLE output)
    if(failed)
        string(REGEX MATCH "[^\n]*(error|fatal)[^\n]*" first_error "${output}")
        message(STATUS "CUDA: ${nvcc} does not work here: ${first_error}")
        set(${result} FALSE PARENT_SCOPE)
    else()
        set(${result} TRUE PARENT_SCOPE)
    endif()
endfunction()

if(NOT FACTOR_GPU_CUDA STREQUAL "OFF")
    # Looked up at every configuration, because the toolkit may have been installed since the last one.
    if(NOT CMAKE_CUDA_COMPILER)
        unset(CMAKE_CUDA_COMPILER CACHE)
        find_program(FG_NVCC nvcc HINTS ENV CUDACXX PATHS ENV CUDA_PATH /usr/local/cuda
                     PATH_SUFFIXES bin NO_CACHE)
    else()
        set(FG_NVCC ${CMAKE_CUDA_COMPILER})
    endif()
    set(works FALSE)
    if(FG_NVCC)
        fg_nvcc_works(${FG_NVCC} works)
    endif()
    if(works)
        # CMake refuses 'native' and 'all-major' with CUDA 13 on a machine without a GPU, and tests the
        # compiler with this value: so it is always set first.
        fg_choose_cuda_architectures(${FG_NVCC})
        set(CMAKE_CUDA_COMPILER ${FG_NVCC} CACHE FILEPATH "nvcc")
        enable_language(CXX)
        enable_language(CUDA)
        set(CMAKE_CUDA_STANDARD 17)
        set(CMAKE_CUDA_STANDARD_REQUIRED ON)
        # CMake 3.25.1, which is that of Debian 12, relies on a library that CUDA 13 no longer has.
        if(CMAKE_VERSION VERSION_LESS 3.26 AND NOT TARGET CUDA::nvToolsExt)
            add_library(CUDA::nvToolsExt INTERFACE IMPORTED)
        endif()
        find_package(CUDAToolkit REQUIRED)
        set(FG_HAVE_CUDA TRUE)
        message(STATUS "CUDA: ${CUDAToolkit_VERSION}, architectures ${CMAKE_CUDA_ARCHITECTURES}")
    elseif(FACTOR_GPU_CUDA STREQUAL "ON")
        message(FATAL_ERROR "FACTOR_GPU_CUDA=ON, but no working nvcc was found. Install the CUDA "
            "toolkit and g++, put nvcc on PATH or set CMAKE_CUDA_COMPILER, or use "
            "FACTOR_GPU_CUDA=AUTO.")
    else()
        message(STATUS "CUDA: no working nvcc found; building for the CPU only")
    endif()
else()
    message(STATUS "CUDA: left out on request (FACTOR_GPU_CUDA=OFF)")
endif()
