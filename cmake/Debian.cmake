# SPDX-License-Identifier: MIT
# What Debian wants of an installation (copyright, change logs, a compressed man page), and the packages:
# `cpack` makes factor-gpu, libfactorgpu1 (the number is FACTOR_GPU_ABI) and libfactorgpu-dev. They are
# for the preset `package`, whose prefix is /usr; `./dev package` builds, checks and names them.
#
# The files carry the time SOURCE_DATE_EPOCH, if the environment has it.
if(NOT PROJECT_IS_TOP_LEVEL)
    message(FATAL_ERROR "FACTOR_GPU_DEBIAN makes packages of factor-gpu alone: a project that includes it "
        "makes packages of its own.")
endif()
set(CPACK_PACKAGE_CONTACT "unknown <unknown@localhost>" CACHE STRING
    "The maintainer that the packages name, as in: A Name <name@example.org>")
set(FACTOR_GPU_DEBIAN_VERSION ${PROJECT_VERSION}-1 CACHE STRING
    "The version of the Debian packages, with its revision")
set(FACTOR_GPU_HOMEPAGE "" CACHE STRING "The address of the project, which the packages name")
set(FACTOR_GPU_CUDA_TERMS "" CACHE FILEPATH
    "NVIDIA's agreement about the CUDA runtime, to be installed beside the binaries")
string(REGEX REPLACE "-[^-]*$" "" upstream_version ${FACTOR_GPU_DEBIAN_VERSION})
set(library_package libfactorgpu${FACTOR_GPU_ABI})
set(packages ${library_package} libfactorgpu-dev)
if(FACTOR_GPU_PROGRAM)
    list(PREPEND packages factor-gpu)
endif()
find_package(Python3 REQUIRED COMPONENTS Interpreter)
find_program(FG_GZIP gzip REQUIRED)
find_program(FG_GENSYMBOLS dpkg-gensymbols REQUIRED)
mark_as_advanced(FG_GZIP FG_GENSYMBOLS)

set(debian ${PROJECT_BINARY_DIR}/debian)
file(MAKE_DIRECTORY ${debian})
set(changes ${PROJECT_SOURCE_DIR}/CHANGELOG.md)
set(manual ${PROJECT_SOURCE_DIR}/doc/factor-gpu.1)
set(licence ${PROJECT_SOURCE_DIR}/LICENSE)
set(third_party ${PROJECT_SOURCE_DIR}/THIRD-PARTY.md)
set(debian_changelog ${PROJECT_SOURCE_DIR}/tools/debian_changelog.py)
set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
             ${changes} ${manual} ${licence} ${third_party} ${debian_changelog})

# ---- files ----

# Compresses a file, without the name and the time that would differ from build to build.
function(fg_compress file result)
    execute_process(COMMAND ${FG_GZIP} -9 -n -c ${file} OUTPUT_FILE ${result}
                    COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# The text of a file as a field of a control file: each line is indented, an empty one is a dot.
function(fg_field_of file result)
    file(READ ${file} text)
    string(STRIP "${text}" text)
    string(REGEX REPLACE "\n" "\n " text " ${text}")
    string(REGEX REPLACE "\n (\n|$)" "\n .\\1" text "${text}")
    string(REGEX REPLACE "\n (\n|$)" "\n .\\1" text "${text}")
    set(${result} "${text}" PARENT_SCOPE)
endfunction()

fg_field_of(${licence} licence_text)
fg_field_of(${third_party} third_party_text)
string(REGEX MATCH "Copyright \\(c\\) ([^\n]*)" copyright_line "${licence_text}")
set(copyright_holder "${CMAKE_MATCH_1}")
set(source "the sources of version ${upstream_version}")
if(FACTOR_GPU_HOMEPAGE)
    set(source ${FACTOR_GPU_HOMEPAGE})
endif()
file(CONFIGURE OUTPUT ${debian}/copyright @ONLY CONTENT
"Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: factor-gpu
Source: @source@
Comment:
@third_party_text@

Files: *
Copyright: @copyright_holder@
License: Expat
@licence_text@
")
execute_process(COMMAND ${Python3_EXECUTABLE} ${debian_changelog} ${changes}
                        ${FACTOR_GPU_DEBIAN_VERSION} ${CPACK_PACKAGE_CONTACT}
                OUTPUT_FILE ${debian}/changelog COMMAND_ERROR_IS_FATAL ANY)
fg_compress(${debian}/changelog ${debian}/changelog.Debian.gz)
fg_compress(${changes} ${debian}/changelog.gz)
fg_compress(${manual} ${debian}/factor-gpu.1.gz)
set(documents ${debian}/copyright ${debian}/changelog.gz ${debian}/changelog.Debian.gz)
if(FG_HAVE_CUDA AND FACTOR_GPU_CUDA_TERMS)
    fg_compress(${FACTOR_GPU_CUDA_TERMS} ${debian}/NVIDIA-CUDA-EULA.txt.gz)
    list(APPEND documents ${debian}/NVIDIA-CUDA-EULA.txt.gz)
endif()
foreach(component package IN ZIP_LISTS components packages)
    install(FILES ${documents} DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package}
            COMPONENT ${component})
endforeach()
if(FACTOR_GPU_PROGRAM)
    install(FILES ${debian}/factor-gpu.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1
            COMPONENT runtime)
endif()

# ---- what the library promises to other packages ----

# Before 1.0 a package may use whatever this version exports, so it needs this version or a later one.
file(WRITE ${debian}/shlibs
     "libfactorgpu ${FACTOR_GPU_ABI} ${library_package} (>= ${upstream_version})\n")
file(WRITE ${debian}/triggers "activate-noawait ldconfig\n")
file(WRITE ${debian}/${library_package}
"# CPack writes these scripts, and cannot be told that the trigger does the same. They do no harm.
${library_package}: maintscript-calls-ldconfig *
")
install(FILES ${debian}/${library_package} DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides
        COMPONENT library)
add_custom_command(OUTPUT ${debian}/symbols DEPENDS factorgpu_shared VERBATIM
    COMMAND ${CMAKE_COMMAND} -E rm -f ${debian}/symbols
    COMMAND ${FG_GENSYMBOLS} -q -c0 -p${library_package} -v${upstream_version}
            -e$<TARGET_FILE:factorgpu_shared> -P${debian}/none -O${debian}/symbols)
add_custom_target(debian_symbols ALL DEPENDS ${debian}/symbols)

# ---- packages ----

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME factor-gpu)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_COMPONENTS_ALL ${components})
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_VERSION ${FACTOR_GPU_DEBIAN_VERSION})
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_HOMEPAGE ${FACTOR_GPU_HOMEPAGE})
# The dependencies of a package are read from its programs.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# dpkg insists on 0755, whatever the umask of the build.
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ
    GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "every divisor and every prime factor of a batch of numbers")
set(about "factor-gpu finds every divisor and every prime factor of each number in a\n\
list, on an NVIDIA GPU if there is one and on the CPU if there is none.")
if(FG_HAVE_CUDA)
    string(REGEX MATCH "^[0-9]+" cuda_major ${CUDAToolkit_VERSION})
    # The first driver that runs programs of any minor version of that CUDA.
    set(driver_of_12 525)
    set(driver_of_13 580)
    string(APPEND about "\nA GPU needs NVIDIA's driver ${driver_of_${cuda_major}} or later and nothing else: the runtime of CUDA\n\
${CUDAToolkit_VERSION_MAJOR}.${CUDAToolkit_VERSION_MINOR} is inside.")
    set(CPACK_DEBIAN_RUNTIME_PACKAGE_SUGGESTS libcuda1)
    set(CPACK_DEBIAN_LIBRARY_PACKAGE_SUGGESTS libcuda1)
else()
    string(APPEND about "\nThis build is without CUDA: it uses the CPU.")
endif()
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "${about}")
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION "${about}\n.\nThis is the shared library.")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "${about}\n.\nThis is what linking to the library needs: \
the header, the static library, and\nthe files of pkg-config and CMake.")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME factor-gpu)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION math)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME ${library_package})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${debian}/triggers ${debian}/shlibs ${debian}/symbols)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libfactorgpu-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "${library_package} (= ${FACTOR_GPU_DEBIAN_VERSION})")
include(CPack)
