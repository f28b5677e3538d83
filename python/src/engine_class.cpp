// SPDX-License-Identifier: MIT
// engine_class.cpp: the class Engine as Python sees it.
#include "engine.h"
#include "methods.h"
#include "module.h"
#include "whole_number.h"

namespace factor_gpu {

namespace {

constexpr char engine_text[] =
    "Engine(*, backend='auto', devices=None, jobs=None, method='auto', allow_zeros=False)\n--\n\n"
    "Workers that answer batches of numbers.\n\n"
    "backend: 'auto', or the name of one of backends().\n"
    "devices: indices of devices(), for the backend cuda, or 'all'; None for the first that can be "
    "used.\n"
    "jobs: how many threads or processes, 0 to 4096; None or 0 for one for each CPU.\n"
    "method: 'auto', 'exhaustive', 'trial', 'factor' or 'sieve'.\n"
    "allow_zeros: whether a 0 has an empty list, and 0 in every column; otherwise it is "
    "refused.\n\n"
    "Raises UnavailableError if the backend or a device cannot be used here, ArgumentError for a\n"
    "backend that is none, ValueError and TypeError for what an argument cannot be.\n\n"
    "An Engine is a context manager. Threads can share one, and then take turns. It belongs to "
    "the\n"
    "process that opened it, and cannot be copied or pickled. Ctrl-C ends a batch, and the engine\n"
    "can be used again.\n\n"
    ">>> with factor_gpu.Engine(backend='threads', jobs=2) as engine:\n"
    "...     engine.factor([12, 35]).tolist()\n"
    "[[2, 2, 3], [5, 7]]";

constexpr Signature init_signature = {
    "Engine() takes backend, devices, jobs, method and allow_zeros by name, as in "
    "Engine(backend='threads', jobs=4)",
    0,
    0,
    {"backend", "devices", "jobs", "method", "allow_zeros"}};
constexpr Signature factor_signature = {"factor() takes one argument, numbers", 1, 1, {"numbers"}};
constexpr Signature divisors_signature = {
    "divisors() takes one argument, numbers", 1, 1, {"numbers"}};
constexpr Signature column_signature = {
    "column() takes numbers, name and bound, and wide by name, as in "
    "column(numbers, 'smooth', 100, wide='words')",
    2,
    3,
    {"numbers", "name", "bound", "wide"}};
constexpr Signature columns_signature = {
    "columns() takes numbers and names, and wide by name, as in "
    "columns(numbers, ['phi', 'count'], wide='words')",
    2,
    2,
    {"numbers", "names", "wide"}};

// Argument i, or what it is if it is not given.
template <typename Value>
nb::object given_or(const Arguments &arguments, size_t i, const Value &otherwise) {
    return arguments.has(i) ? nb::borrow(arguments[i]) : nb::object(otherwise);
}

// Opens the engine in the memory of the object, which nanobind has allocated.
PyObject *init_engine(PyObject *self, PyObject *const *values, Py_ssize_t count,
                      PyObject *names) noexcept {
    try {
        const Arguments arguments(init_signature, values, count, names);
        if (nb::inst_ready(self))
            refuse_type("this Engine is initialised already; make another one");
        const nb::str automatic("auto");
        new (nb::inst_ptr<Engine>(self))
            Engine(given_or(arguments, 0, automatic), arguments[1], arguments[2],
                   given_or(arguments, 3, automatic), given_or(arguments, 4, nb::bool_(false)));
        nb::inst_mark_ready(self);
        return nb::none().release().ptr();
    } catch (...) {
        set_caught_exception();
        return nullptr;
    }
}

nb::object answer_factor(Engine &engine, const Arguments &arguments) {
    return engine.factor(arguments[0]);
}

nb::object answer_divisors(Engine &engine, const Arguments &arguments) {
    return engine.divisors(arguments[0]);
}

nb::object answer_column(Engine &engine, const Arguments &arguments) {
    return engine.column(arguments[0], arguments[1], arguments[2],
                         given_or(arguments, 3, nb::str("ints")));
}

nb::object answer_columns(Engine &engine, const Arguments &arguments) {
    return engine.columns(arguments[0], arguments[1], given_or(arguments, 2, nb::str("ints")));
}

PyObject *enter_engine(PyObject *self, PyObject *) noexcept {
    return nb::borrow(self).release().ptr();
}

PyObject *refuse_pickle(PyObject *, PyObject *) noexcept {
    PyErr_SetString(PyExc_TypeError,
                    "an Engine cannot be copied or pickled, because it owns threads and devices; "
                    "open one in the process that uses it");
    return nullptr;
}

PyMethodDef engine_methods[] = {
    {"__init__", as_function(&init_engine), METH_FASTCALL | METH_KEYWORDS,
     "__init__($self, /, *, backend='auto', devices=None, jobs=None, method='auto', "
     "allow_zeros=False)\n--\n\nOpens an engine; the class says what the arguments are."},
    with_arguments<Engine, factor_signature, answer_factor>(
        "factor", "factor($self, /, numbers)\n--\n\n"
                  "Returns the prime factors of each number, as factor_gpu.factor() does."),
    with_arguments<Engine, divisors_signature, answer_divisors>(
        "divisors", "divisors($self, /, numbers)\n--\n\n"
                    "Returns all divisors of each number, as factor_gpu.divisors() does."),
    with_arguments<Engine, column_signature, answer_column>(
        "column", "column($self, /, numbers, name, bound=None, *, wide='ints')\n--\n\n"
                  "Returns one column: an array with an entry for each number, or for one number "
                  "an int or a\n"
                  "bool.\n\n"
                  "numbers: what factor_gpu.factor() takes.\n"
                  "name: one of factor_gpu.COLUMNS.\n"
                  "bound: that of 'smooth', from 1 to 2^64 - 1; None for all others.\n"
                  "wide: as factor_gpu.columns() has it.\n\n"
                  "The types of the entries, and what is raised, are those of the function of the "
                  "same name."),
    with_arguments<Engine, columns_signature, answer_columns>(
        "columns", "columns($self, /, numbers, names, *, wide='ints')\n--\n\n"
                   "Returns several columns, each number factored once, as factor_gpu.columns() "
                   "does."),
    {"cancel", &call_member<Engine, &Engine::cancel>, METH_NOARGS,
     "cancel($self, /)\n--\n\n"
     "Ends the batch that another thread has this engine answer: that call raises "
     "CancelledError.\n\n"
     "Does nothing if there is none. The engine can be used again."},
    {"close", &call_member<Engine, &Engine::close>, METH_NOARGS,
     "close($self, /)\n--\n\n"
     "Ends the threads and processes, and gives devices and memory back. Waits for a batch.\n\n"
     "Later batches raise ArgumentError. Lists and arrays stay. A second close() does nothing."},
    {"__enter__", &enter_engine, METH_NOARGS,
     "__enter__($self, /)\n--\n\nReturns the engine itself."},
    {"__exit__", &call_member<Engine, &Engine::close>, METH_VARARGS,
     "__exit__($self, /, *exception)\n--\n\nCloses the engine."},
    {"__repr__", &call_member<Engine, &Engine::repr>, METH_NOARGS, nullptr},
    {"__copy__", &refuse_pickle, METH_NOARGS, nullptr},
    {"__deepcopy__", &refuse_pickle, METH_O, nullptr},
    {"__reduce_ex__", &refuse_pickle, METH_O, nullptr},
    {}};

PyGetSetDef engine_properties[] = {
    {"closed", &get_property<Engine, &Engine::is_closed>, nullptr, "Whether close() was called.",
     nullptr},
    {"backend", &get_property<Engine, &Engine::backend>, nullptr,
     "The backend that answers, as 'threads'. Raises ArgumentError if the engine is closed.",
     nullptr},
    {"jobs", &get_property<Engine, &Engine::jobs>, nullptr,
     "How many threads or processes there are. Raises ArgumentError if the engine is closed.",
     nullptr},
    {"devices", &get_property<Engine, &Engine::devices>, nullptr,
     "The indices of the devices, as a tuple; none for the first that can be used.", nullptr},
    {"method", &get_property<Engine, &Engine::method>, nullptr, "The method that was asked for.",
     nullptr},
    {"allow_zeros", &get_property<Engine, &Engine::allows_zeros>, nullptr,
     "Whether zeros have empty answers.", nullptr},
    {}};

} // namespace

void define_engine(nb::module_ &module) {
    nb::class_<Engine> engine(module, "Engine", engine_text);
    add_methods(engine, engine_methods);
    add_properties(engine, engine_properties);
    use_init(engine);
}

} // namespace factor_gpu
