// SPDX-License-Identifier: MIT
// NVML's declarations in measure/nvml_interface.h against NVIDIA's header, at compile time.
#include "measure/nvml_interface.h"

#include <gtest/gtest.h>
#include <nvml.h>
#include <type_traits>

namespace {

// The way a type is passed: an enumeration as int, a pointer to a struct other than a device as
// any.
template <typename T, typename = void> struct Passed { using Type = T; };
template <typename T> struct Passed<T, std::enable_if_t<std::is_enum_v<T>>> {
    static_assert(sizeof(T) == sizeof(int));
    using Type = int;
};
template <> struct Passed<nvmlViolationTime_t *> { using Type = void *; };
template <> struct Passed<fg_nvml_violation_time *> { using Type = void *; };

template <typename T> struct Signature;
template <typename Result, typename... Arguments> struct Signature<Result(Arguments...)> {
    using Type = typename Passed<Result>::Type(typename Passed<Arguments>::Type...);
};
template <typename Ours, typename Theirs>
constexpr bool alike = std::is_same_v<typename Signature<Ours>::Type,
                                      typename Signature<std::remove_pointer_t<Theirs>>::Type>;

static_assert(alike<fg_nvml_init_v2, decltype(&nvmlInit_v2)>);
static_assert(alike<fg_nvml_shutdown, decltype(&nvmlShutdown)>);
static_assert(alike<fg_nvml_error_string, decltype(&nvmlErrorString)>);
static_assert(alike<fg_nvml_device_by_pci_bus_id_v2, decltype(&nvmlDeviceGetHandleByPciBusId_v2)>);
static_assert(alike<fg_nvml_clock_info, decltype(&nvmlDeviceGetClockInfo)>);
static_assert(alike<fg_nvml_temperature, decltype(&nvmlDeviceGetTemperature)>);
static_assert(alike<fg_nvml_power_usage, decltype(&nvmlDeviceGetPowerUsage)>);
static_assert(alike<fg_nvml_total_energy, decltype(&nvmlDeviceGetTotalEnergyConsumption)>);
static_assert(alike<fg_nvml_clocks_reasons, decltype(&nvmlDeviceGetCurrentClocksThrottleReasons)>);
static_assert(alike<fg_nvml_violation_status, decltype(&nvmlDeviceGetViolationStatus)>);

static_assert(sizeof(fg_nvml_violation_time) == sizeof(nvmlViolationTime_t));
static_assert(offsetof(fg_nvml_violation_time, violation_ns) ==
              offsetof(nvmlViolationTime_t, violationTime));

static_assert(FG_NVML_SUCCESS == NVML_SUCCESS);
static_assert(FG_NVML_CLOCK_SM == NVML_CLOCK_SM && FG_NVML_CLOCK_MEM == NVML_CLOCK_MEM);
static_assert(FG_NVML_TEMPERATURE_GPU == NVML_TEMPERATURE_GPU);
static_assert(FG_NVML_POLICY_POWER == NVML_PERF_POLICY_POWER);
static_assert(FG_NVML_POLICY_THERMAL == NVML_PERF_POLICY_THERMAL);
static_assert(FG_NVML_POLICY_SYNC_BOOST == NVML_PERF_POLICY_SYNC_BOOST);
static_assert(FG_NVML_POLICY_BOARD_LIMIT == NVML_PERF_POLICY_BOARD_LIMIT);

static_assert(FG_NVML_REASON_GPU_IDLE == nvmlClocksThrottleReasonGpuIdle);
static_assert(FG_NVML_REASON_APPLICATIONS_CLOCKS_SETTING ==
              nvmlClocksThrottleReasonApplicationsClocksSetting);
static_assert(FG_NVML_REASON_SW_POWER_CAP == nvmlClocksThrottleReasonSwPowerCap);
static_assert(FG_NVML_REASON_HW_SLOWDOWN == nvmlClocksThrottleReasonHwSlowdown);
static_assert(FG_NVML_REASON_SYNC_BOOST == nvmlClocksThrottleReasonSyncBoost);
static_assert(FG_NVML_REASON_SW_THERMAL_SLOWDOWN == nvmlClocksThrottleReasonSwThermalSlowdown);
static_assert(FG_NVML_REASON_HW_THERMAL_SLOWDOWN == nvmlClocksThrottleReasonHwThermalSlowdown);
static_assert(FG_NVML_REASON_HW_POWER_BRAKE_SLOWDOWN ==
              nvmlClocksThrottleReasonHwPowerBrakeSlowdown);
static_assert(FG_NVML_REASON_DISPLAY_CLOCK_SETTING == nvmlClocksThrottleReasonDisplayClockSetting);
#ifdef nvmlClocksEventReasonBoardLimit
static_assert(FG_NVML_REASON_BOARD_LIMIT == nvmlClocksEventReasonBoardLimit);
static_assert(FG_NVML_REASON_RELIABILITY == nvmlClocksEventReasonReliability);
#endif

TEST(NvmlHeader, IsAsWeDeclareIt) {
    SUCCEED() << "the compiler has compared them";
}

} // namespace
