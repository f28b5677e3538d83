// SPDX-License-Identifier: MIT
// lists_class.cpp: the class Lists as Python sees it.
#include "lists.h"
#include "methods.h"
#include "module.h"

namespace factor_gpu {

namespace {

constexpr Signature arrow_signature = {
    "__arrow_c_array__() takes requested_schema only", 0, 1, {"requested_schema"}};

nb::object export_lists(Lists &lists, const Arguments &) {
    return lists.arrow();
}

PyObject *get_list(PyObject *self, PyObject *index) noexcept {
    try {
        return object_of<Lists>(self).item(index).release().ptr();
    } catch (...) {
        set_caught_exception();
        return nullptr;
    }
}

PyObject *iterate_lists(PyObject *self, PyObject *) noexcept {
    return PySeqIter_New(self);
}

// The loop that Python makes of `n in lists` otherwise compares arrays with n.
PyObject *refuse_membership(PyObject *, PyObject *) noexcept {
    PyErr_SetString(PyExc_TypeError, "a number is in a list, as in `2 in lists[0]`, or in all of "
                                     "them: `2 in lists.values`");
    return nullptr;
}

PyObject *same_lists(PyObject *self, PyObject *) noexcept {
    return nb::borrow(self).release().ptr();
}

PyObject *refuse_init(PyObject *, PyObject *, PyObject *) noexcept {
    PyErr_SetString(PyExc_TypeError, "Lists are made by factor() and divisors()");
    return nullptr;
}

// Tells pickle how to make them again: by a function of Python.
PyObject *reduce_lists(PyObject *self, PyObject *) noexcept {
    try {
        const nb::object restore = nb::module_::import_("factor_gpu._arrays").attr("restore_lists");
        return nb::make_tuple(restore, object_of<Lists>(self).arrays()).release().ptr();
    } catch (...) {
        set_caught_exception();
        return nullptr;
    }
}

PyMethodDef lists_methods[] = {
    {"__init__", as_function(&refuse_init), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"__len__", &call_member<Lists, &Lists::size>, METH_NOARGS,
     "__len__($self, /)\n--\n\nReturns of how many numbers these lists are."},
    {"__getitem__", &get_list, METH_O,
     "__getitem__($self, index, /)\n--\n\n"
     "Returns the list of one number, or the lists of a slice of step 1.\n\n"
     "A list is a read-only array of uint64 that shares the memory, and if words is 2 an array of\n"
     "ints (dtype object). Raises IndexError if there is no such list."},
    {"__iter__", &iterate_lists, METH_NOARGS,
     "__iter__($self, /)\n--\n\nReturns an iterator over the lists, which are arrays."},
    {"__contains__", &refuse_membership, METH_O, nullptr},
    {"__repr__", &call_member<Lists, &Lists::repr>, METH_NOARGS, nullptr},
    with_arguments<Lists, arrow_signature, export_lists>(
        "__arrow_c_array__",
        "__arrow_c_array__($self, /, requested_schema=None)\n--\n\n"
        "Returns capsules of an Arrow schema and array, which share the memory.\n\n"
        "The type is large_list<uint64>, and if words is 2 large_list<fixed_size_binary(16)>, "
        "each\n"
        "value with its lowest byte first. Another schema that is requested is not made."),
    {"__copy__", &same_lists, METH_NOARGS,
     "__copy__($self, /)\n--\n\nReturns the same lists, because they never change."},
    {"__deepcopy__", &same_lists, METH_O,
     "__deepcopy__($self, memo, /)\n--\n\nReturns the same lists, because they never change."},
    {"__reduce__", &reduce_lists, METH_NOARGS, nullptr},
    {"tolist", &call_member<Lists, &Lists::to_list>, METH_NOARGS,
     "tolist($self, /)\n--\n\nReturns a list of lists of ints."},
    {}};

PyGetSetDef lists_properties[] = {
    {"kind", &get_property<Lists, &Lists::kind>, nullptr,
     "What the lists hold: 'primes' or 'divisors'.", nullptr},
    {"words", &get_property<Lists, &Lists::words>, nullptr,
     "64-bit words of a value: 2 if one of the numbers of the batch is 2^64 or more, otherwise 1.",
     nullptr},
    {"offsets", &get_property<Lists, &Lists::offsets>, nullptr,
     "Where lists begin and end: list i is values[offsets[i]:offsets[i + 1]].\n\n"
     "A read-only array of len(self) + 1 entries of uint64 that shares the memory.",
     nullptr},
    {"values", &get_property<Lists, &Lists::values>, nullptr,
     "All values, one list after the other, each list ascending.\n\n"
     "A read-only array that shares the memory: uint64, or factor_gpu.uint128 if words is 2.",
     nullptr},
    {"lengths", &get_property<Lists, &Lists::lengths>, nullptr,
     "How many values each list has: an array of len(self) entries of uint64.", nullptr},
    {}};

} // namespace

void define_lists(nb::module_ &module) {
    nb::class_<Lists> lists(
        module, "Lists",
        "A list of primes or divisors for each number, in C memory that is not copied.\n\n"
        "factor() and divisors() return it for many numbers. lists[i] is an array, lists[a:b] are\n"
        "Lists, and len() and iteration work. Arrow, polars and DuckDB take it as it is. The "
        "memory\n"
        "lives as long as one of its arrays.");
    add_methods(lists, lists_methods);
    add_properties(lists, lists_properties);
    use_init(lists);
}

} // namespace factor_gpu
