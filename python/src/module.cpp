// SPDX-License-Identifier: MIT
// module.cpp: the extension module factor_gpu._core. Its stub is python/factor_gpu/_core.pyi.
#include "engine.h"
#include "exceptions.h"
#include "numpy_arrays.h"
#include "text.h"
#include "unlocked.h"
#include "whole_number.h"

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

nb::list list_devices() {
    std::vector<fg_device> devices(64);
    devices[0].size = sizeof devices[0];
    size_t count = 0;
    fg_error error;
    enum fg_status status;
    {
        const Unlocked unlocked;
        status = fg_list_devices(devices.data(), devices.size(), &count, &error);
    }
    nb::list described;
    if (status == FG_ERROR_UNAVAILABLE)
        return described;
    if (status != FG_OK)
        raise_error(error);
    for (size_t i = 0; i < count && i < devices.size(); i++)
        described.append(describe(devices[i]));
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

// Describes the arguments of a call: how many had no name, and the names of the others.
std::string describe_call(const nb::args &args, const nb::kwargs &names) {
    std::string text = std::to_string(args.size()) + " without a name";
    const char *join = " and ";
    for (const auto entry : names) {
        text += join + shown(entry.first);
        join = ", ";
    }
    return text;
}

// Adds the last signature of a function, which takes what fits no other and says how the function
// is called. Without it nanobind would list the types of C++.
template <typename Scope>
void refuse_other_arguments(Scope &scope, const char *name, const char *usage) {
    const auto refuse = [usage](const nb::args &args, const nb::kwargs &names) {
        refuse_type("%s; it was given %s", usage, describe_call(args, names).c_str());
    };
    if constexpr (std::is_same_v<Scope, nb::module_>)
        scope.def(name, refuse);
    else
        scope.def(name, [refuse](nb::handle, const nb::args &args, const nb::kwargs &names) {
            refuse(args, names);
        });
}

[[noreturn]] void refuse_pickle(nb::handle, nb::args) {
    PyErr_SetString(PyExc_TypeError,
                    "an Engine cannot be copied or pickled, because it owns threads and devices; "
                    "open one in the process that uses it");
    throw nb::python_error();
}

nb::object itself(nb::handle lists, nb::args) {
    return nb::borrow(lists);
}

nb::object iterate(nb::handle lists) {
    PyObject *const iterator = PySeqIter_New(lists.ptr());
    if (iterator == nullptr)
        throw nb::python_error();
    return nb::steal(iterator);
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

nb::tuple reduce_lists(const Lists &lists) {
    const nb::object restore = nb::module_::import_("factor_gpu._arrays").attr("restore_lists");
    return nb::make_tuple(restore, lists.arrays());
}

void define_lists(nb::module_ &module) {
    nb::class_<Lists> lists(
        module, "Lists",
        "A list of primes or divisors for each number, in C memory that is not copied.");
    lists.def("__len__", &Lists::size)
        .def("__getitem__", &Lists::item, nb::arg("index").none())
        .def("__iter__", &iterate)
        .def("__repr__", &Lists::repr)
        .def(
            "__arrow_c_array__", [](const Lists &lists, nb::handle) { return lists.arrow(); },
            nb::arg("requested_schema") = nb::none())
        .def("__copy__", &itself)
        .def("__deepcopy__", &itself)
        .def("__reduce__", &reduce_lists)
        .def("tolist", &Lists::to_list, "A list of lists of ints.")
        .def_prop_ro("kind", &Lists::kind, "'primes' or 'divisors'")
        .def_prop_ro("words", &Lists::words, "64-bit words of a value: 1 or 2.")
        .def_prop_ro(
            "offsets", &Lists::offsets,
            "len + 1 offsets into values (uint64): list i is values[offsets[i]:offsets[i + 1]].")
        .def_prop_ro("values", &Lists::values,
                     "All values, one list after the other: uint64, or for numbers from 2^64 on "
                     "factor_gpu.uint128.")
        .def_prop_ro("lengths", &Lists::lengths, "How many values each list has (uint64).");
    refuse_other_arguments(lists, "__init__", "Lists are made by factor() and divisors()");
    refuse_other_arguments(lists, "tolist", "tolist() takes no arguments");
    refuse_other_arguments(lists, "__arrow_c_array__",
                           "__arrow_c_array__() takes requested_schema only");
}

void define_engine(nb::module_ &module) {
    nb::class_<Engine> engine(module, "Engine", "Workers that answer batches of numbers.");
    engine
        .def(nb::init<nb::handle, nb::handle, nb::handle, nb::handle, nb::handle>(), nb::kw_only(),
             nb::arg("backend").none() = "auto", nb::arg("devices") = nb::none(),
             nb::arg("jobs") = nb::none(), nb::arg("method").none() = "auto",
             nb::arg("allow_zeros").none() = false)
        .def("factor", &Engine::factor, nb::arg("numbers").none())
        .def("divisors", &Engine::divisors, nb::arg("numbers").none())
        .def("column", &Engine::column, nb::arg("numbers").none(), nb::arg("name").none(),
             nb::arg("bound") = nb::none(), nb::kw_only(), nb::arg("wide").none() = "ints")
        .def("columns", &Engine::columns, nb::arg("numbers").none(), nb::arg("names").none(),
             nb::kw_only(), nb::arg("wide").none() = "ints")
        .def("cancel", &Engine::cancel)
        .def("close", &Engine::close)
        .def("__enter__", [](nb::handle self) { return nb::borrow(self); })
        .def("__exit__", [](Engine &engine, nb::args) { engine.close(); })
        .def("__repr__", &Engine::repr)
        .def("__copy__", &refuse_pickle)
        .def("__deepcopy__", &refuse_pickle)
        .def("__reduce_ex__", &refuse_pickle)
        .def_prop_ro("closed", &Engine::is_closed)
        .def_prop_ro("backend", &Engine::backend)
        .def_prop_ro("jobs", &Engine::jobs)
        .def_prop_ro("method", &Engine::method)
        .def_prop_ro("allow_zeros", &Engine::allows_zeros);
    refuse_other_arguments(engine, "__init__",
                           "Engine() takes backend, devices, jobs, method and allow_zeros by name, "
                           "as in Engine(backend='threads', jobs=4)");
    refuse_other_arguments(engine, "factor", "factor() takes one argument, numbers");
    refuse_other_arguments(engine, "divisors", "divisors() takes one argument, numbers");
    refuse_other_arguments(engine, "column",
                           "column() takes numbers, name and bound, and wide by name, as in "
                           "column(numbers, 'smooth', 100, wide='words')");
    refuse_other_arguments(engine, "columns",
                           "columns() takes numbers and names, and wide by name, as in "
                           "columns(numbers, ['phi', 'count'], wide='words')");
    refuse_other_arguments(engine, "cancel", "cancel() takes no arguments");
    refuse_other_arguments(engine, "close", "close() takes no arguments");
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
    module.def("devices", &list_devices);
    module.def("backends", &list_backends);
    module.def("build_info", &build_info);
    module.def("column_names", &column_names);
    module.def("to_uint128", &to_uint128, nb::arg("numbers").none());
    module.def("status_text",
               [](int status) { return fg_strerror(static_cast<fg_status>(status)); });
    module.def("restore_lists", &restore_lists, nb::arg("offsets"), nb::arg("values"),
               nb::arg("kind"), nb::arg("words"));
    refuse_other_arguments(module, "restore_lists",
                           "restore_lists() takes offsets, values, kind and words of a pickle");
}
