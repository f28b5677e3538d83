// SPDX-License-Identifier: MIT
#include "exceptions.h"

#include "text.h"

#include <string>

namespace nb = nanobind;

namespace factor_gpu {

namespace {

// Replaces words in a text, wherever they stand.
void replace_all(std::string &text, const std::string &words, const char *others) {
    for (size_t at = text.find(words); at != std::string::npos; at = text.find(words))
        text.replace(at, words.size(), others);
}

// The library's words, without names of C and of the program that a user of Python cannot use.
std::string in_python(enum fg_status status, const char *message) {
    std::string text = message;
    replace_all(text, "--jobs", "jobs");
    replace_all(text, "--backend=threads", "backend='threads'");
    const size_t advice = text.find(": ask for its primes");
    if (status == FG_ERROR_TOO_MANY && advice != std::string::npos)
        text.replace(advice, std::string::npos, ": ask for its primes with factor()");
    const std::string requests = "requests "; // those of columns(), by their indices
    if (status == FG_ERROR_ARGUMENT && text.compare(0, requests.size(), requests) == 0)
        text.replace(0, requests.size(), "names ");
    return text;
}

} // namespace

void raise_error(enum fg_status status, const char *message) {
    const nb::object find = nb::module_::import_("factor_gpu._errors").attr("class_of_status");
    const nb::object type = find(static_cast<int>(status));
    set_exception(type.ptr(), in_python(status, message).c_str());
    throw nb::python_error();
}

void raise_error(const fg_error &error) {
    raise_error(error.status, error.message);
}

} // namespace factor_gpu
