# SPDX-License-Identifier: MIT
# The contents of an installation. Components: runtime (the program, if it is built), library (what a
# program linked to the shared library needs) and development (what linking needs). Each comes with the
# licences. Debian.cmake makes packages of them.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(FACTOR_GPU_BASH_COMPLETIONS ${CMAKE_INSTALL_DATADIR}/bash-completion/completions CACHE STRING
    "Where bash looks for completions")
set(FACTOR_GPU_ZSH_COMPLETIONS ${CMAKE_INSTALL_DATADIR}/zsh/site-functions CACHE STRING
    "Where zsh looks for completions (Debian: share/zsh/vendor-completions)")
set(FACTOR_GPU_FISH_COMPLETIONS ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d CACHE STRING
    "Where fish looks for completions")
option(FACTOR_GPU_DEBIAN "Install what Debian's packages hold, and make such packages" OFF)

# ---- runtime ----

if(FACTOR_GPU_PROGRAM)
    install(TARGETS factor-gpu RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT runtime)
endif()
# Debian wants the man page compressed.
if(FACTOR_GPU_PROGRAM AND NOT FACTOR_GPU_DEBIAN)
    install(FILES ${PROJECT_SOURCE_DIR}/doc/factor-gpu.1
            DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT runtime)
    install(FILES ${PROJECT_SOURCE_DIR}/doc/compare.schema.json
            DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/factor-gpu COMPONENT runtime)
endif()

# The program prints its completions, so a cross build has none.
if(FACTOR_GPU_PROGRAM AND NOT CMAKE_CROSSCOMPILING)
    set(shells bash zsh fish)
    set(scripts factor-gpu _factor-gpu factor-gpu.fish)
    foreach(shell name IN ZIP_LISTS shells scripts)
        string(TOUPPER ${shell} SHELL)
        set(script ${PROJECT_BINARY_DIR}/completions/${shell}/${name})
        file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/completions/${shell})
        add_custom_command(OUTPUT ${script} DEPENDS factor-gpu VERBATIM
            COMMAND factor-gpu --completion=${shell} > ${script})
        list(APPEND completions ${script})
        install(FILES ${script} DESTINATION ${FACTOR_GPU_${SHELL}_COMPLETIONS} COMPONENT runtime)
    endforeach()
    add_custom_target(completions ALL DEPENDS ${completions})
endif()

# ---- library and development ----

install(TARGETS factorgpu_shared LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library
        NAMELINK_COMPONENT development)
install(TARGETS factorgpu ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(FILES ${PROJECT_SOURCE_DIR}/include/factor_gpu.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        COMPONENT development)

# The libraries that a program needs in addition to the static one.
set(static_link_flags -pthread -lm)
if(FG_HAVE_CUDA)
    # The host side of kernels is C++.
    list(PREPEND static_link_flags "-L\${cudadir}" -lcudart_static -ldl -lrt -lstdc++)
    set(cuda_folder ${CUDAToolkit_LIBRARY_DIR})
    if(FACTOR_GPU_DEBIAN) # made for other machines, which have NVIDIA's own packages if any
        set(cuda_folder /usr/local/cuda/lib64)
    endif()
    set(FG_CUDA_VARIABLE "cudadir=${cuda_folder}\n")
endif()
list(JOIN static_link_flags " " FG_STATIC_LINK_FLAGS)

# Both files find the installation relative to themselves, so that it can be moved.
set(pkgconfig_folder ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_LIBDIR OUTPUT_VARIABLE libdir
           BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX})
cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_INCLUDEDIR OUTPUT_VARIABLE includedir
           BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX})
file(RELATIVE_PATH FG_UP_FROM_PKGCONFIG /prefix/${libdir}/pkgconfig /prefix)
configure_file(${PROJECT_SOURCE_DIR}/cmake/factor-gpu.pc.in ${PROJECT_BINARY_DIR}/factor-gpu.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/factor-gpu.pc DESTINATION ${pkgconfig_folder}
        COMPONENT development)

set(config_folder ${CMAKE_INSTALL_LIBDIR}/cmake/factor-gpu)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/factor-gpuConfig.cmake.in
    ${PROJECT_BINARY_DIR}/factor-gpuConfig.cmake INSTALL_DESTINATION ${config_folder}
    PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR)
# Before 1.0 a minor version may be incompatible.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/factor-gpuConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/factor-gpuConfig.cmake
              ${PROJECT_BINARY_DIR}/factor-gpuConfigVersion.cmake
        DESTINATION ${config_folder} COMPONENT development)

# ---- licences, with every component ----

set(components library development)
if(FACTOR_GPU_PROGRAM)
    list(PREPEND components runtime)
endif()
if(FACTOR_GPU_DEBIAN)
    include(Debian) # keeps them in a file for each package
else()
    foreach(component IN LISTS components)
        install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/THIRD-PARTY.md
                DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/factor-gpu COMPONENT ${component})
    endforeach()
endif()
