/* SPDX-License-Identifier: MIT */
// methods.h: methods and properties of a class, as CPython's own descriptors.
//
// A function of nanobind that is called in a wrong way lists types of C++. These say how they are
// called, and have the signature and the text that help() and inspect.signature() show.
#ifndef FG_PYTHON_METHODS_H
#define FG_PYTHON_METHODS_H

#include <array>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <type_traits>

namespace factor_gpu {

namespace nb = nanobind;

// The arguments of a method: the first `required` names must be given, and all after the first
// `positional` by name.
struct Signature {
    static constexpr size_t max_names = 5;
    const char *usage; // "factor() takes one argument, numbers"
    size_t required, positional;
    std::array<const char *, max_names> names; // the rest is NULL
};

// The arguments of a call, in the order of the signature.
class Arguments {
  public:
    // `values` are `count` arguments without a name and then those that `names`, a tuple or NULL,
    // has names for. Throws TypeError with the usage if they do not fit.
    Arguments(const Signature &signature, PyObject *const *values, Py_ssize_t count,
              PyObject *names);

    bool has(size_t i) const { return given_[i] != nullptr; }
    // Argument i, or None if it is not given.
    nb::handle operator[](size_t i) const { return has(i) ? given_[i] : Py_None; }

  private:
    bool place(const Signature &signature, PyObject *name, PyObject *value);

    std::array<PyObject *, Signature::max_names> given_{};
};

// Describes the arguments of a call in a sentence.
std::string describe_call(Py_ssize_t count, PyObject *names);

// Makes Python's exception of the C++ exception that is being handled.
void set_caught_exception() noexcept;

// Throws TypeError for an object of a class whose __init__() has not called ours.
[[noreturn]] void refuse_uninitialised(nb::handle self);

// The C++ object of `self`, whose type CPython has checked.
template <typename Class> Class &object_of(PyObject *self) {
    if (!nb::inst_ready(self))
        refuse_uninitialised(self);
    return *nb::inst_ptr<Class>(self);
}

template <typename Class, const Signature &signature,
          nb::object (*function)(Class &, const Arguments &)>
PyObject *call_method(PyObject *self, PyObject *const *values, Py_ssize_t count,
                      PyObject *names) noexcept {
    try {
        const Arguments arguments(signature, values, count, names);
        return function(object_of<Class>(self), arguments).release().ptr();
    } catch (...) {
        set_caught_exception();
        return nullptr;
    }
}

// Calls a member function without arguments: for METH_NOARGS, METH_O and METH_VARARGS, whose second
// argument is left alone.
template <typename Class, auto member> PyObject *call_member(PyObject *self, PyObject *) noexcept {
    try {
        Class &object = object_of<Class>(self);
        if constexpr (std::is_void_v<decltype((object.*member)())>) {
            (object.*member)();
            return nb::none().release().ptr();
        } else {
            return nb::cast((object.*member)()).release().ptr();
        }
    } catch (...) {
        set_caught_exception();
        return nullptr;
    }
}

template <typename Class, auto member> PyObject *get_property(PyObject *self, void *) noexcept {
    return call_member<Class, member>(self, nullptr);
}

// The type that the table of methods has for functions of other types.
template <typename Function> PyCFunction as_function(Function *function) noexcept {
    return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

// The entry of a method with arguments. The text begins with the signature, as CPython wants it:
// "factor($self, /, numbers)\n--\n\n".
template <typename Class, const Signature &signature,
          nb::object (*function)(Class &, const Arguments &)>
PyMethodDef with_arguments(const char *name, const char *text) noexcept {
    return {name, as_function(&call_method<Class, signature, function>),
            METH_FASTCALL | METH_KEYWORDS, text};
}

// Gives a class the entries of tables, which end with an entry without a name and live for ever. An
// __init__() must be one of them.
void add_methods(nb::handle type, PyMethodDef *methods);
void add_properties(nb::handle type, PyGetSetDef *properties);

// Lets a call of the class call its __init__(), which add_methods() has added. A call of the class
// uses a function of nanobind, which has to be there.
template <typename Class> void use_init(nb::class_<Class> &type) {
    const nb::object init = type.attr("__init__");
    type.def("__init__", [init](nb::handle self, const nb::args &values, const nb::kwargs &names) {
        init(self, *values, **names);
    });
    (void)nb::object(type.attr("__init__"))
        .release(); // the class has a pointer to it, and must keep it
    nb::setattr(type, "__init__", init);
}

} // namespace factor_gpu

#endif
