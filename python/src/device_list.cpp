// SPDX-License-Identifier: MIT
#include "device_list.h"

#include "unlocked.h"

#include <algorithm>

namespace factor_gpu {

enum fg_status list_devices(std::vector<fg_device> &devices, fg_error *error) {
    constexpr size_t max_count = 64;
    devices.resize(max_count);
    devices[0].size = sizeof devices[0];
    size_t count = 0;
    enum fg_status status;
    {
        const Unlocked unlocked;
        status = fg_list_devices(devices.data(), max_count, &count, error);
    }
    devices.resize(status == FG_OK ? std::min(count, max_count) : 0);
    return status;
}

std::vector<int> usable_devices() {
    std::vector<fg_device> devices;
    fg_error ignored;
    (void)list_devices(devices, &ignored);
    std::vector<int> usable;
    for (const fg_device &device : devices) {
        if (device.usable)
            usable.push_back(device.index);
    }
    return usable;
}

} // namespace factor_gpu
