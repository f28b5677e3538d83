/* SPDX-License-Identifier: MIT */
/*
 * fake_driver.c: a library libcuda.so.1 for tests, which answers for its version only. What else
 * the runtime asks for is missing, as from a driver that is too old for it.
 *
 * FG_DRIVER_STUB: the toolkit's stub. FG_DRIVER_OLD: a driver of CUDA 11.4. FG_DRIVER_DEAD: one
 * that fails to start. FG_DRIVER_FOREIGN: a library of that name that is something else.
 */
int cuDriverGetVersion(int *version);
int foreign_function(void);

#ifdef FG_DRIVER_FOREIGN
__attribute__((visibility("default"))) int foreign_function(void) {
    return 0;
}
#else
__attribute__((visibility("default"))) int cuDriverGetVersion(int *version) {
#if defined(FG_DRIVER_OLD)
    *version = 11040;
    return 0;
#elif defined(FG_DRIVER_STUB)
    *version = 0;
    return 34;
#else
    *version = 0;
    return 3;
#endif
}
#endif
