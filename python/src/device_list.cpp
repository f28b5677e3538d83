// SPDX-License-Identifier: MIT
#include "device_list.h"

#include "exceptions.h"
#include "unlocked.h"

#include <algorithm>

namespace factor_gpu {

std::vector<fg_device> list_devices() {
    constexpr size_t max_count = 64;
    std::vector<fg_device> devices(max_count);
    devices[0].size = sizeof devices[0];
    size_t count = 0;
    fg_error error;
    enum fg_status status;
    {
        const Unlocked unlocked;
        status = fg_list_devices(devices.data(), max_count, &count, &error);
    }
    if (status != FG_OK && status != FG_ERROR_UNAVAILABLE)
        raise_error(error);
    devices.resize(status == FG_OK ? std::min(count, max_count) : 0);
    return devices;
}

std::vector<int> usable_devices() {
    std::vector<int> usable;
    for (const fg_device &device : list_devices()) {
        if (device.usable)
            usable.push_back(device.index);
    }
    return usable;
}

} // namespace factor_gpu
