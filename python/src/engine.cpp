// SPDX-License-Identifier: MIT
#include "engine.h"

#include "column_arrays.h"
#include "device_list.h"
#include "exceptions.h"
#include "text.h"
#include "whole_number.h"

namespace factor_gpu {

namespace {

// Reads an argument that is a text; the words say which.
std::string text_argument(nb::handle value, const char *name, const char *what) {
    if (!PyUnicode_Check(value.ptr()))
        refuse_type("%s is %s, of the type %s; it is %s", name, shown(value).c_str(),
                    type_of(value).c_str(), what);
    return text_of(value);
}

bool switch_argument(nb::handle value, const char *name) {
    if (!PyBool_Check(value.ptr()))
        refuse_type("%s is %s, of the type %s; it is True or False", name, shown(value).c_str(),
                    type_of(value).c_str());
    return value.ptr() == Py_True;
}

// Returns an iterator of an argument that is a list of what the words say.
nb::object iterator_of(nb::handle value, const char *name, const char *what) {
    PyObject *const iterator =
        PyUnicode_Check(value.ptr()) ? nullptr : PyObject_GetIter(value.ptr());
    if (iterator == nullptr) {
        PyErr_Clear();
        refuse_type("%s is %s, of the type %s; %s is a list of %s", name, shown(value).c_str(),
                    type_of(value).c_str(), name, what);
    }
    return nb::steal(iterator);
}

enum fg_method method_of(const std::string &name) {
    enum fg_method method = FG_METHOD_AUTO;
    if (name == fg_method_name(FG_METHOD_AUTO) || fg_method_from_name(name.c_str(), &method))
        return method;
    std::string known = fg_method_name(FG_METHOD_AUTO);
    for (size_t i = 0; i < fg_method_count(); i++)
        known += std::string(", ") + fg_method_name(fg_method_at(i));
    refuse_value("there is no method '%.40s'; there are %s", name.c_str(), known.c_str());
}

// Returns a name that is a backend's.
std::string backend_of(nb::handle value) {
    constexpr size_t max_shown = 40;
    std::string name = text_argument(value, "backend", "the name of a backend, as 'threads'");
    std::string known = "auto";
    bool found = name == known;
    for (size_t i = 0; i < fg_backend_count(); i++) {
        found = found || name == fg_backend_name(i);
        known += std::string(", ") + fg_backend_name(i);
    }
    if (!found)
        raise_error(FG_ERROR_ARGUMENT,
                    ("there is no backend '" + name.substr(0, max_shown) + "'; there are " + known)
                        .c_str());
    return name;
}

// Returns indices of devices. None for "all" if there is none: then the library chooses, and says
// what is missing.
std::vector<int> devices_of(nb::handle devices) {
    constexpr uint64_t max_index = 1 << 20;
    if (PyUnicode_Check(devices.ptr()) &&
        PyUnicode_CompareWithASCIIString(devices.ptr(), "all") == 0)
        return usable_devices();
    std::vector<int> listed;
    const nb::object indices = iterator_of(devices, "devices", "indices, as in [0, 1], or 'all'");
    while (PyObject *const index = PyIter_Next(indices.ptr())) {
        const nb::object owned = nb::steal(index);
        const std::string place = "devices[" + std::to_string(listed.size()) + "]";
        listed.push_back(static_cast<int>(to_argument(owned, place.c_str(), 0, max_index)));
    }
    if (PyErr_Occurred() != nullptr)
        throw nb::python_error();
    if (listed.empty())
        refuse_value("devices is empty; leave it out for the first device that can be used");
    return listed;
}

EngineOptions options_of(nb::handle backend, nb::handle devices, nb::handle jobs,
                         enum fg_method method) {
    constexpr uint64_t max_jobs = 4096;
    EngineOptions options{backend_of(backend), method, {}, 0};
    if (!jobs.is_none())
        options.jobs = static_cast<unsigned>(to_argument(jobs, "jobs", 0, max_jobs));
    if (devices.is_none())
        return options;
    const fg_backend_properties *const properties =
        fg_backend_get_properties(options.backend.c_str());
    if (properties != nullptr && !properties->uses_devices)
        refuse_value("devices are for the backend cuda, not for %s; leave them out",
                     options.backend.c_str());
    options.devices = devices_of(devices);
    return options;
}

bool wants_words(nb::handle wide) {
    if (PyUnicode_Check(wide.ptr())) {
        if (PyUnicode_CompareWithASCIIString(wide.ptr(), "ints") == 0)
            return false;
        if (PyUnicode_CompareWithASCIIString(wide.ptr(), "words") == 0)
            return true;
    }
    refuse_value("wide is 'ints' or 'words', not '%.40s'",
                 text_argument(wide, "wide", "'ints' or 'words'").c_str());
}

} // namespace

Engine::Engine(nb::handle backend, nb::handle devices, nb::handle jobs, nb::handle method,
               nb::handle allow_zeros)
    : method_(method_of(text_argument(method, "method", "the name of a method, as 'factor'"))),
      allow_zeros_(switch_argument(allow_zeros, "allow_zeros")),
      calls_(options_of(backend, devices, jobs, method_)) {}

nb::object Engine::lists(enum fg_answer kind, nb::handle source) {
    const NumberInput input(source);
    if (!allow_zeros_)
        input.refuse_zeros();
    const auto answers = std::make_shared<Answers>();
    calls_.answer(kind, Work{&input.numbers(), answers->results(), nullptr, 0});
    if (input.is_scalar())
        return Lists::only_list(*answers);
    return nb::cast(Lists(answers));
}

nb::object Engine::column(nb::handle source, nb::handle name, nb::handle bound, nb::handle wide) {
    const bool words = wants_words(wide);
    const NumberInput input(source);
    ColumnArray column(ColumnArray::column_text(name).c_str(), bound, input);
    if (!allow_zeros_ && !column.takes_zeros())
        input.refuse_zeros();
    const fg_column_request request = column.request();
    calls_.answer(FG_ANSWER_PRIMES, Work{&input.numbers(), nullptr, &request, 1});
    return column.result(words);
}

nb::dict Engine::columns(nb::handle source, nb::handle names, nb::handle wide) {
    const bool words = wants_words(wide);
    const NumberInput input(source);
    std::vector<std::unique_ptr<ColumnArray>> columns;
    std::vector<fg_column_request> requests;
    bool zeros = allow_zeros_;
    const nb::object iterator = iterator_of(names, "names", "names, as in ['phi', 'smooth=100']");
    while (PyObject *const name = PyIter_Next(iterator.ptr())) {
        const nb::object owned = nb::steal(name);
        columns.push_back(ColumnArray::parse(owned, input));
    }
    if (PyErr_Occurred() != nullptr)
        throw nb::python_error();
    if (columns.empty())
        refuse_value("there are no names of columns");
    requests.reserve(columns.size());
    for (const auto &column : columns)
        requests.push_back(column->request());
    if (!zeros)
        input.refuse_zeros();
    calls_.answer(FG_ANSWER_PRIMES,
                  Work{&input.numbers(), nullptr, requests.data(), requests.size()});
    nb::dict results;
    for (const auto &column : columns)
        results[column->key().c_str()] = column->result(words);
    return results;
}

nb::tuple Engine::devices() const {
    nb::list indices;
    for (const int index : calls_.devices())
        indices.append(index);
    return nb::tuple(indices);
}

std::string Engine::repr() {
    const std::string method = fg_method_name(method_);
    return is_closed() ? "Engine(closed)"
                       : "Engine(backend='" + backend() + "', method='" + method +
                             "', jobs=" + std::to_string(jobs()) + ")";
}

} // namespace factor_gpu
