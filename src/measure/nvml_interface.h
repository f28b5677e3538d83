/* SPDX-License-Identifier: MIT */
/*
 * nvml_interface.h: the part of NVIDIA's management library (NVML, libnvidia-ml.so.1) that
 * gpu_state.c calls.
 *
 * The library comes with the driver and its header with some toolkits only, so the declarations
 * stand here, after NVIDIA's "NVML API Reference Guide". nvml_header_test.cpp compares them with
 * nvml.h if that is installed. Enumerations of NVML are int here.
 */
#ifndef FG_MEASURE_NVML_INTERFACE_H
#define FG_MEASURE_NVML_INTERFACE_H

#define FG_NVML_LIBRARY "libnvidia-ml.so.1"

struct nvmlDevice_st; /* NVML's own name; opaque */

/* nvmlReturn_t: NVML_SUCCESS */
#define FG_NVML_SUCCESS 0

/* nvmlClockType_t: NVML_CLOCK_SM, NVML_CLOCK_MEM */
#define FG_NVML_CLOCK_SM 1
#define FG_NVML_CLOCK_MEM 2

/* nvmlTemperatureSensors_t: NVML_TEMPERATURE_GPU */
#define FG_NVML_TEMPERATURE_GPU 0

/* nvmlPerfPolicyType_t: NVML_PERF_POLICY_POWER ... */
#define FG_NVML_POLICY_POWER 0
#define FG_NVML_POLICY_THERMAL 1
#define FG_NVML_POLICY_SYNC_BOOST 2
#define FG_NVML_POLICY_BOARD_LIMIT 3

/* nvmlViolationTime_t */
struct fg_nvml_violation_time {
    unsigned long long reference_us;
    unsigned long long violation_ns; /* since the driver was loaded */
};

/* Bits of what limits the clocks: nvmlClocksEventReason..., before driver 535
 * nvmlClocksThrottleReason... */
#define FG_NVML_REASON_GPU_IDLE 0x1u
#define FG_NVML_REASON_APPLICATIONS_CLOCKS_SETTING 0x2u
#define FG_NVML_REASON_SW_POWER_CAP 0x4u
#define FG_NVML_REASON_HW_SLOWDOWN 0x8u
#define FG_NVML_REASON_SYNC_BOOST 0x10u
#define FG_NVML_REASON_SW_THERMAL_SLOWDOWN 0x20u
#define FG_NVML_REASON_HW_THERMAL_SLOWDOWN 0x40u
#define FG_NVML_REASON_HW_POWER_BRAKE_SLOWDOWN 0x80u
#define FG_NVML_REASON_DISPLAY_CLOCK_SETTING 0x100u
#define FG_NVML_REASON_BOARD_LIMIT 0x200u
#define FG_NVML_REASON_RELIABILITY 0x400u

/* The types of the functions, each named after its function. All but the text return nvmlReturn_t.
 */
typedef int fg_nvml_init_v2(void);
typedef int fg_nvml_shutdown(void);
typedef const char *fg_nvml_error_string(int result);
typedef int fg_nvml_device_by_pci_bus_id_v2(const char *id, struct nvmlDevice_st **device);
typedef int fg_nvml_clock_info(struct nvmlDevice_st *device, int clock, unsigned *mhz);
typedef int fg_nvml_temperature(struct nvmlDevice_st *device, int sensor, unsigned *celsius);
typedef int fg_nvml_power_usage(struct nvmlDevice_st *device, unsigned *milliwatts);
typedef int fg_nvml_total_energy(struct nvmlDevice_st *device, unsigned long long *millijoules);
typedef int fg_nvml_clocks_reasons(struct nvmlDevice_st *device, unsigned long long *reasons);
typedef int fg_nvml_violation_status(struct nvmlDevice_st *device, int policy,
                                     struct fg_nvml_violation_time *time);

#endif
