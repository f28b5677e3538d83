/* SPDX-License-Identifier: MIT */
/*
 * driver_library.c: loads the driver's library by itself, to learn what the runtime does not say.
 */
#include "gpu/driver_library.h"

#include "gpu/vendor.h"
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* cuDriverGetVersion() of the driver's interface, whose header no build needs. */
typedef int version_function(int *version);
#define FG_DRIVER_STUB 34 /* CUDA_ERROR_STUB_LIBRARY */

/* Explains `reason`, with which the dynamic linker refused to load the library. It names the
 * library without a folder if it is in none, and by its path if that file is not good. */
static enum fg_status explain_load(const char *reason, struct fg_error *error) {
    static const char prefix[] = FG_DRIVER_LIBRARY ":";
    if (strncmp(reason, prefix, strlen(prefix)) == 0 && strstr(reason, strerror(ENOENT)) != NULL)
        return fg_fail(error, FG_ERROR_UNAVAILABLE,
                       "no GPU: no NVIDIA driver is installed (" FG_DRIVER_LIBRARY
                       " was not found); install it, or give the container the host's");
    return fg_fail(error, FG_ERROR_UNAVAILABLE,
                   "no GPU: the NVIDIA driver's library does not load (%.200s); install the driver "
                   "again, or take that folder out of LD_LIBRARY_PATH",
                   reason);
}

/* Explains a library that is loaded, by what it says of its version. */
static enum fg_status explain_loaded(void *library, struct fg_error *error) {
    version_function *version_of = NULL;
    void *const symbol = dlsym(library, "cuDriverGetVersion");
    if (symbol == NULL)
        return fg_fail(error, FG_ERROR_UNAVAILABLE,
                       "no GPU: " FG_DRIVER_LIBRARY " is not the NVIDIA driver's (it has no "
                       "cuDriverGetVersion); take its folder out of LD_LIBRARY_PATH");
    memcpy(&version_of, &symbol, sizeof version_of); /* ISO C has no cast for this */
    Dl_info place = {0};
    const char *path = FG_DRIVER_LIBRARY;
    if (dladdr(symbol, &place) != 0 && place.dli_fname != NULL)
        path = place.dli_fname;
    int version = 0;
    const int result = version_of(&version);
    if (result == FG_DRIVER_STUB || (result == 0 && version == 0))
        return fg_fail(error, FG_ERROR_UNAVAILABLE,
                       "no GPU: %.200s is a stub, with which programs are linked, and no driver; "
                       "take its folder out of LD_LIBRARY_PATH",
                       path);
    return fg_fail(error, FG_ERROR_UNAVAILABLE,
                   "no GPU: the NVIDIA driver's library %.200s does not start (error %d, version "
                   "%d); see nvidia-smi and the kernel's log",
                   path, result, version);
}

enum fg_status fg_gpu_explain_no_driver(struct fg_error *error) {
    void *const library = dlopen(FG_DRIVER_LIBRARY, RTLD_LAZY | RTLD_LOCAL);
    if (library == NULL) {
        const char *const reason = dlerror();
        return explain_load(reason != NULL ? reason : "for no given reason", error);
    }
    const enum fg_status status = explain_loaded(library, error);
    dlclose(library);
    return status;
}

/* Returns whether this process may not open a file of the driver. The driver also has a folder
 * there, nvidia-caps, that only root writes into. */
static bool is_forbidden(const char *path) {
    struct stat about;
    return stat(path, &about) == 0 && !S_ISDIR(about.st_mode) &&
           faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) != 0 &&
           (errno == EACCES || errno == EPERM);
}

bool fg_gpu_forbidden_file(const char *folder, char *path, size_t size) {
    DIR *const files = opendir(folder);
    if (files == NULL)
        return false;
    bool found = false;
    for (const struct dirent *file; !found && (file = readdir(files)) != NULL;) {
        if (strncmp(file->d_name, "nvidia", strlen("nvidia")) != 0)
            continue;
        snprintf(path, size, "%s/%s", folder, file->d_name);
        found = is_forbidden(path);
    }
    closedir(files);
    return found;
}
