// SPDX-License-Identifier: MIT
// module.cpp: the extension module factor_gpu._core. Its stub is python/factor_gpu/_core.pyi.
#include "module.h"
#include "device_list.h"
#include "exceptions.h"
#include "lists.h"
#include "number_input.h"
#include "numpy_arrays.h"
#include "unlocked.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

namespace factor_gpu {

namespace {

nb::dict describe(const fg_device &device) {
    nb::dict facts;
    facts["index"] = device.index;
    facts["name"] = device.name;
    facts["capability"] = nb::make_tuple(device.capability_major, device.capability_minor);
    facts["multiprocessors"] = device.multiprocessor_count;
    facts["memory_bytes"] = device.memory_bytes;
    facts["driver_version"] = device.driver_version;
    facts["runtime_version"] = device.runtime_version;
    facts["pci_bus_id"] = device.pci_bus_id;
    facts["usable"] = device.usable;
    facts["reason"] = device.reason;
    return facts;
}

nb::list describe_devices() {
    nb::list described;
    for (const fg_device &device : list_devices())
        described.append(describe(device));
    return described;
}

nb::list list_backends() {
    nb::list described;
    for (size_t i = 0; i < fg_backend_count(); i++) {
        const char *const name = fg_backend_name(i);
        fg_error error{};
        enum fg_status status;
        {
            const Unlocked unlocked;
            status = fg_backend_probe(name, &error);
        }
        nb::dict facts;
        facts["name"] = name;
        facts["summary"] = fg_backend_summary(i);
        facts["usable"] = status == FG_OK;
        facts["reason"] = status == FG_OK ? "" : error.message;
        described.append(facts);
    }
    return described;
}

nb::dict build_info() {
    const fg_build_info *const info = fg_library_build_info();
    nb::dict facts;
    facts["version"] = info->version;
    facts["git_revision"] = info->git_revision;
    facts["compiler"] = info->compiler;
    facts["build_type"] = info->build_type;
    facts["cuda_toolkit"] = info->cuda_toolkit;
    facts["cuda_architectures"] = info->cuda_architectures;
    facts["cpu_variant"] = fg_cpu_variant();
    facts["cpu_lanes"] = fg_cpu_lanes();
    return facts;
}

std::vector<std::string> column_names() {
    std::vector<std::string> names;
    for (size_t i = 0; i < fg_column_count(); i++)
        names.emplace_back(fg_column_name(static_cast<enum fg_column>(i)));
    return names;
}

// Reads numbers as the engine does, zeros too.
nb::object to_uint128(nb::handle source) {
    const NumberInput input(source);
    const fg_numbers &numbers = input.numbers();
    const NewArray array(numbers.count, Dtype::uint128);
    auto *const words = static_cast<fg_uint128 *>(array.data());
    const Unlocked unlocked;
    for (size_t i = 0; i < numbers.count; i++) {
        if (numbers.kind == FG_NUMBERS_RANGE)
            words[i] = {numbers.begin.low + i, 0};
        else
            words[i] = numbers.words == 2 ? numbers.wide_list[i] : fg_uint128{numbers.list[i], 0};
    }
    return array.array();
}

} // namespace

} // namespace factor_gpu

NB_MODULE(_core, module) {
    using namespace factor_gpu;
    nb::set_leak_warnings(false); // an engine may live until the process ends
    nb::module_::import_("atexit").attr("register")(nb::cpp_function(&begin_end_of_python));
    module.doc() = "The C library of factor-gpu.";
    define_lists(module);
    define_engine(module);
    module.def("devices", &describe_devices);
    module.def("backends", &list_backends);
    module.def("build_info", &build_info);
    module.def("column_names", &column_names);
    module.def("to_uint128", &to_uint128, nb::arg("numbers").none());
    module.def("status_text",
               [](int status) { return fg_strerror(static_cast<fg_status>(status)); });
    module.def("restore_lists", &restore_lists, nb::arg("offsets").none(), nb::arg("values").none(),
               nb::arg("kind").none(), nb::arg("words").none());
}
