# SPDX-License-Identifier: MIT
# The contents of an installation, and the packages made of it. Components: runtime (the program, if it
# is built), library (what a program linked to the shared library needs) and development (what linking
# needs). Each comes with the licences.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(FACTOR_GPU_BASH_COMPLETIONS ${CMAKE_INSTALL_DATADIR}/bash-completion/completions CACHE STRING
    "Where bash looks for completions")
set(FACTOR_GPU_ZSH_COMPLETIONS ${CMAKE_INSTALL_DATADIR}/zsh/site-functions CACHE STRING
    "Where zsh looks for completions (Debian: share/zsh/vendor-completions)")
set(FACTOR_GPU_FISH_COMPLETIONS ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d CACHE STRING
    "Where fish looks for completions")

# ---- runtime ----

if(FACTOR_GPU_PROGRAM)
    install(TARGETS factor-gpu RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT runtime)
    install(FILES ${PROJECT_SOURCE_DIR}/doc/factor-gpu.1
            DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT runtime)
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

# What a program needs in addition to the static library.
set(static_link_flags -pthread -lm)
if(FG_HAVE_CUDA)
    # The host side of kernels is C++.
    list(PREPEND static_link_flags -L${CUDAToolkit_LIBRARY_DIR} -lcudart_static -ldl -lrt -lstdc++)
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

# Debian keeps them in one file for each package; the names are those of the packages.
option(FACTOR_GPU_DEBIAN_COPYRIGHT "Install the licences as a file `copyright` for each package" OFF)
set(components library development)
set(packages libfactorgpu${FACTOR_GPU_ABI} libfactorgpu-dev)
if(FACTOR_GPU_PROGRAM)
    list(PREPEND components runtime)
    list(PREPEND packages factor-gpu)
endif()
set(notices ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/THIRD-PARTY.md)
if(FACTOR_GPU_DEBIAN_COPYRIGHT)
    set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${notices})
    set(copyright "factor-gpu ${PROJECT_VERSION}. The project's own build made this package.\n")
    foreach(notice IN LISTS notices)
        file(READ ${notice} text)
        string(APPEND copyright "\n${text}")
    endforeach()
    file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/debian/copyright CONTENT "@copyright@" @ONLY)
    set(notices ${PROJECT_BINARY_DIR}/debian/copyright)
endif()
foreach(component package IN ZIP_LISTS components packages)
    if(NOT FACTOR_GPU_DEBIAN_COPYRIGHT)
        set(package factor-gpu)
    endif()
    install(FILES ${notices} DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package}
            COMPONENT ${component})
endforeach()

# ---- Debian packages ----

# `cpack` in a build folder of the preset `package` makes three: factor-gpu, libfactorgpu1 (the
# number is FACTOR_GPU_ABI) and libfactorgpu-dev. A project that includes this one makes packages of
# its own.
if(NOT PROJECT_IS_TOP_LEVEL)
    return()
endif()
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME factor-gpu)
set(CPACK_PACKAGE_CONTACT "unknown <unknown@localhost>" CACHE STRING
    "The maintainer that the packages name, as in: A Name <name@example.org>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_COMPONENTS_ALL ${components})
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
# The dependencies of a package are read from its programs; the shared library's file says how other
# packages name it.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
# dpkg insists on 0755, whatever the umask of the build.
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ
    GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(about "Finds them for any 64-bit numbers, on an NVIDIA GPU where there is one
and on the CPU elsewhere.")
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "${about}")
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION "${about} This is the shared library.")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "${about} This is what linking to the library needs:
header, static library, and the files of pkg-config and CMake.")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME factor-gpu)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION math)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libfactorgpu${FACTOR_GPU_ABI})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
file(WRITE ${PROJECT_BINARY_DIR}/debian/triggers "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${PROJECT_BINARY_DIR}/debian/triggers)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libfactorgpu-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
    "libfactorgpu${FACTOR_GPU_ABI} (= ${PROJECT_VERSION})")
include(CPack)
