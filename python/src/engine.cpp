// SPDX-License-Identifier: MIT
#include "engine.h"

#include "column_arrays.h"
#include "whole_number.h"

#include <cstring>

namespace factor_gpu {

namespace {

enum fg_method method_of(const std::string &name) {
    enum fg_method method = FG_METHOD_AUTO;
    if (name == fg_method_name(FG_METHOD_AUTO) || fg_method_from_name(name.c_str(), &method))
        return method;
    std::string known = fg_method_name(FG_METHOD_AUTO);
    for (size_t i = 0; i < fg_method_count(); i++)
        known += std::string(", ") + fg_method_name(fg_method_at(i));
    refuse_value("there is no method '%.40s'; there are %s", name.c_str(), known.c_str());
}

// Reads a whole number from 0 to `max`.
unsigned small_number(nb::handle value, const char *name, unsigned max) {
    const fg_uint128 words = to_words(value, no_index);
    if (words.high != 0 || words.low > max)
        refuse_value("%s is %s; it is %u at most", name, nb::repr(value).c_str(), max);
    return static_cast<unsigned>(words.low);
}

EngineOptions options_of(const std::string &backend, nb::handle devices, nb::handle jobs,
                         enum fg_method method) {
    constexpr unsigned max_index = 1 << 20, max_jobs = 4096;
    EngineOptions options{backend, method, {}, 0};
    if (!jobs.is_none())
        options.jobs = small_number(jobs, "jobs", max_jobs);
    if (!devices.is_none()) {
        for (const nb::handle index : devices)
            options.devices.push_back(
                static_cast<int>(small_number(index, "an index of a device", max_index)));
        if (options.devices.empty())
            refuse_value("devices is empty; leave it out for the first device that can be used");
    }
    return options;
}

bool wants_words(const char *wide) {
    if (strcmp(wide, "words") == 0)
        return true;
    if (strcmp(wide, "ints") != 0)
        refuse_value("wide is 'ints' or 'words', not '%.40s'", wide);
    return false;
}

} // namespace

Engine::Engine(const std::string &backend, nb::handle devices, nb::handle jobs,
               const std::string &method, bool allow_zeros)
    : method_(method_of(method)), allow_zeros_(allow_zeros),
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

nb::object Engine::column(nb::handle source, const char *name, nb::handle bound, const char *wide) {
    const bool words = wants_words(wide);
    const NumberInput input(source);
    ColumnArray column(name, bound, input);
    if (!allow_zeros_ && !column.takes_zeros())
        input.refuse_zeros();
    const fg_column_request request = column.request();
    calls_.answer(FG_ANSWER_PRIMES, Work{&input.numbers(), nullptr, &request, 1});
    return column.result(words);
}

nb::dict Engine::columns(nb::handle source, nb::handle names, const char *wide) {
    const bool words = wants_words(wide);
    const NumberInput input(source);
    std::vector<std::unique_ptr<ColumnArray>> columns;
    std::vector<fg_column_request> requests;
    bool zeros = allow_zeros_;
    if (PyUnicode_Check(names.ptr()))
        refuse_type("names is a list of names, as in ['phi', 'smooth=100']");
    for (const nb::handle name : names)
        columns.push_back(ColumnArray::parse(name, input));
    if (columns.empty())
        refuse_value("there are no names of columns");
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

std::string Engine::repr() {
    const std::string method = fg_method_name(method_);
    return is_closed() ? "Engine(closed)"
                       : "Engine(backend='" + backend() + "', method='" + method +
                             "', jobs=" + std::to_string(jobs()) + ")";
}

} // namespace factor_gpu
