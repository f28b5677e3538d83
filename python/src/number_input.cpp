// SPDX-License-Identifier: MIT
#include "number_input.h"

#include "numpy_arrays.h"
#include "text.h"
#include "unlocked.h"
#include "whole_number.h"

#include <cstring>
#include <new>
#include <stdexcept>
#include <string>

namespace factor_gpu {

namespace {

constexpr size_t word_bytes = sizeof(uint64_t);

// A loop over more numbers than these lets other threads of Python run meanwhile.
constexpr size_t long_loop = 65536;

uint8_t swap_bytes(uint8_t value) {
    return value;
}
uint16_t swap_bytes(uint16_t value) {
    return __builtin_bswap16(value);
}
uint32_t swap_bytes(uint32_t value) {
    return __builtin_bswap32(value);
}
uint64_t swap_bytes(uint64_t value) {
    return __builtin_bswap64(value);
}

// Copies the entries, each `stride` bytes after the one before. Returns the index of the first that
// is negative, if Signed, or `count`.
template <typename Word, typename Signed>
size_t copy_entries(const char *entries, ptrdiff_t stride, size_t count, bool swapped,
                    uint64_t *list) {
    for (size_t i = 0; i < count; i++, entries += stride) {
        Word word;
        memcpy(&word, entries, sizeof word);
        if (swapped)
            word = swap_bytes(word);
        const auto value = static_cast<Signed>(word);
        if constexpr (std::is_signed_v<Signed>) {
            if (value < 0)
                return i;
        }
        list[i] = word;
    }
    return count;
}

template <typename Word>
size_t copy_words(const Py_buffer &buffer, ptrdiff_t stride, size_t count, bool is_signed,
                  bool swapped, uint64_t *list) {
    const auto *const entries = static_cast<const char *>(buffer.buf);
    return is_signed
               ? copy_entries<Word, std::make_signed_t<Word>>(entries, stride, count, swapped, list)
               : copy_entries<Word, Word>(entries, stride, count, swapped, list);
}

bool is_row_of_words(const Py_buffer &buffer, ptrdiff_t stride, size_t count, bool swapped) {
    return buffer.itemsize == static_cast<Py_ssize_t>(word_bytes) && !swapped &&
           (stride == static_cast<ptrdiff_t>(word_bytes) || count <= 1) &&
           reinterpret_cast<uintptr_t>(buffer.buf) % alignof(uint64_t) == 0;
}

// Describes a type in the codes of a buffer, if it is none of whole numbers.
const char *foreign_type(const std::string &format) {
    if (format[0] == 'T')
        return "structs other than factor_gpu.uint128; numbers are whole numbers";
    switch (format.back()) {
    case 'e':
    case 'f':
    case 'd':
    case 'g':
        return format[0] == 'Z' ? "complex numbers; numbers are whole numbers"
                                : "floating-point numbers, which cannot hold every whole number; "
                                  "if they are whole, convert them with .astype(numpy.uint64)";
    case '?':
        return "booleans; numbers are whole numbers";
    case 'c':
    case 's':
    case 'w':
        return "texts; convert them with .astype(numpy.uint64), or int() if they are longer";
    default:
        return nullptr;
    }
}

// The format of a struct of two unsigned words, lo and hi, in this machine's order.
bool is_wide_format(const char *format) {
    std::string plain;
    for (const char *p = format; *p != '\0'; p++) {
        if (*p != '<' && *p != '=' && *p != '@')
            plain += *p == 'L' ? 'Q' : *p;
    }
    return plain == "T{Q:lo:Q:hi:}";
}

// Difference and sum modulo 2^128; entries of a range and its step are below 2^128.
fg_uint128 difference(fg_uint128 a, fg_uint128 b) {
    return {a.low - b.low, a.high - b.high - (a.low < b.low ? 1 : 0)};
}

fg_uint128 sum(fg_uint128 a, fg_uint128 b) {
    const uint64_t low = a.low + b.low;
    return {low, a.high + b.high + (low < a.low ? 1 : 0)};
}

} // namespace

NumberInput::NumberInput(nb::handle source) {
    try {
        read(source);
    } catch (...) {
        if (has_buffer_)
            PyBuffer_Release(&buffer_);
        throw;
    }
}

NumberInput::~NumberInput() {
    if (has_buffer_)
        PyBuffer_Release(&buffer_);
}

void NumberInput::read(nb::handle source) {
    PyObject *const object = source.ptr();
    if (PyLong_CheckExact(object))
        read_scalar(source);
    else if (PyList_Check(object) || PyTuple_Check(object))
        read_sequence(source, nb::len(source));
    else if (Py_TYPE(object) == &PyRange_Type)
        read_range(source);
    else if (PyUnicode_Check(object) || PyBytes_Check(object) || PyByteArray_Check(object))
        refuse_type(
            "a %s holds no numbers; convert it with int(), or read the file that it names, as "
            "with numpy.load()",
            type_of(source).c_str());
    else if (open_buffer(source)) {
        refuse_owner(source);
        read_buffer();
    } else if (PyFloat_Check(object) ||
               (PyIndex_Check(object) && !nb::hasattr(source, "__array__")))
        read_scalar(source);
    else
        read_other(source);
}

void NumberInput::read_scalar(nb::handle integer) {
    is_scalar_ = true;
    begin_list(1);
    append_words(to_words(integer, no_index), 0);
    finish_list();
}

void NumberInput::read_sequence(nb::handle sequence, size_t count) {
    const bool is_list = PyList_Check(sequence.ptr());
    begin_list(count);
    for (size_t i = 0; i < count; i++) {
        const auto index = static_cast<Py_ssize_t>(i);
        PyObject *const entry = is_list ? PyList_GetItem(sequence.ptr(), index)
                                        : PyTuple_GetItem(sequence.ptr(), index);
        if (entry == nullptr) // its own __index__() can shorten the list
            throw nb::python_error();
        append(nb::borrow(entry), i);
        let_python_run_at(i);
    }
    finish_list();
}

void NumberInput::read_range(nb::handle range) {
    constexpr size_t max_count = PTRDIFF_MAX / sizeof(fg_uint192);
    const Py_ssize_t length = PyObject_Size(range.ptr());
    if (length < 0) {
        PyErr_Clear();
        refuse_length("2^63 or more");
    }
    const auto count = static_cast<size_t>(length);
    if (count > max_count)
        refuse_length(std::to_string(count).c_str());
    if (count == 0) {
        begin_list(0);
        finish_list();
        return;
    }
    const fg_uint128 first = to_words(range[0], 0);
    const fg_uint128 last = to_words(range[count - 1], count - 1);
    const fg_uint128 step =
        count == 1 ? fg_uint128{1, 0} : difference(to_words(range[1], 1), first);
    if (step.low == 1 && step.high == 0 && last.high == 0)
        numbers_ = {sizeof numbers_, FG_NUMBERS_RANGE, 1, count, nullptr, nullptr, first};
    else
        fill_steps(first, step, count, (first.high | last.high) != 0);
}

// Makes the list of a range of which no entry is below 0 or above 2^128 - 1.
void NumberInput::fill_steps(fg_uint128 first, fg_uint128 step, size_t count, bool wide) {
    constexpr size_t steps_between_signals = 1 << 20;
    try {
        begin_list(wide ? 0 : count);
        Unlocked unlocked(count > long_loop);
        if (wide) {
            list_ = nullptr;
            wide_list_.resize(count);
        }
        fg_uint128 entry = first;
        for (size_t i = 0; i < count; i++, entry = sum(entry, step)) {
            if (wide)
                wide_list_[i] = entry;
            else
                list_[i] = entry.low;
            if (i % steps_between_signals == steps_between_signals - 1)
                unlocked.look_for_signals();
        }
    } catch (const std::bad_alloc &) {
        refuse_length(std::to_string(count).c_str());
    } catch (const std::length_error &) {
        refuse_length(std::to_string(count).c_str());
    }
    count_ = count;
    finish_list();
}

// Asks Python's side of the package for an array of whole numbers.
void NumberInput::read_other(nb::handle source) {
    const nb::object array = nb::module_::import_("factor_gpu._arrays").attr("as_array")(source);
    if (open_buffer(array))
        read_buffer();
    else
        refuse_type("no numbers can be read from a %s", type_of(source).c_str());
}

// Refuses memory of which the buffer does not say all: an array of NumPy with a mask, whose masked
// entries are in its buffer like the others, also behind a memoryview; a date; bytes of no type.
void NumberInput::refuse_owner(nb::handle source) {
    if (is_plain_array(source))
        return;
    nb::object owner = nb::borrow(source);
    if (PyMemoryView_Check(source.ptr()))
        owner = source.attr("obj");
    if (is_plain_array(owner))
        return;
    const bool typed = nb::hasattr(owner, "dtype") || nb::hasattr(owner, "typecode") ||
                       nb::hasattr(owner, "_type_"); // of NumPy, array.array and ctypes
    if (buffer_.itemsize == 1 && !typed)
        refuse_type("a %s holds bytes and does not say of which type its numbers are; say it with "
                    "numpy.frombuffer(memory, dtype=numpy.uint64)",
                    type_of(source).c_str());
    nb::module_::import_("factor_gpu._arrays").attr("refuse_missing")(source);
}

bool NumberInput::open_buffer(nb::handle source) {
    if (!PyObject_CheckBuffer(source.ptr()))
        return false;
    if (PyObject_GetBuffer(source.ptr(), &buffer_, PyBUF_STRIDES | PyBUF_FORMAT) != 0) {
        PyErr_Clear();
        return false;
    }
    has_buffer_ = true;
    return true;
}

// The arrays of ctypes have no strides, against the buffer protocol.
void NumberInput::find_entries() {
    is_scalar_ = buffer_.ndim == 0;
    stride_ = is_scalar_ || buffer_.strides == nullptr ? buffer_.itemsize : buffer_.strides[0];
    if (is_scalar_)
        entry_count_ = 1;
    else if (buffer_.shape != nullptr)
        entry_count_ = static_cast<size_t>(buffer_.shape[0]);
    else
        entry_count_ = static_cast<size_t>(buffer_.len / buffer_.itemsize);
}

void NumberInput::read_buffer() {
    find_entries();
    if (buffer_.ndim > 1)
        refuse_value("the array has %d dimensions; numbers have one: use .ravel()", buffer_.ndim);
    const char *format = buffer_.format == nullptr ? "B" : buffer_.format;
    if (is_wide_format(format)) {
        read_wide_words();
        return;
    }
    const bool swapped = *format == '>' || *format == '!';
    if (strchr("<>=@!", *format) != nullptr && *format != '\0')
        format++;
    if (format[0] == 'O' && format[1] == '\0') {
        read_objects();
        return;
    }
    const bool is_float = format[0] != '\0' && strchr("efdg", format[0]) != nullptr;
    if (is_float && entry_count_ == 0) { // as numpy.array([]) is
        begin_list(0);
        finish_list();
        return;
    }
    if (*format != '\0' && foreign_type(format) != nullptr) {
        if (*format != 'T')
            refuse_alone();
        refuse_type("the entries are %s", foreign_type(format));
    }
    const bool is_signed = strchr("bhilqn", format[0]) != nullptr;
    if (format[0] == '\0' || format[1] != '\0' || strchr("bhilqnBHILQN", format[0]) == nullptr)
        refuse_type("the entries have the format '%s'; numbers are whole numbers", format);
    read_words(is_signed, swapped);
}

// Refuses a number of NumPy that stands alone as Python's number of the same value, which is shown.
void NumberInput::refuse_alone() const {
    const nb::handle owner(buffer_.obj);
    if (is_scalar_ && nb::hasattr(owner, "item"))
        (void)to_words(owner.attr("item")(), no_index);
}

void NumberInput::refuse_negative_entry(size_t index) const {
    refuse_alone();
    refuse_value("numbers[%zu] is negative (the array has signed entries of %zd bytes); numbers "
                 "begin at 1",
                 index, buffer_.itemsize);
}

void NumberInput::read_words(bool is_signed, bool swapped) {
    const size_t count = entry_count_;
    size_t read = count;
    if (is_row_of_words(buffer_, stride_, count, swapped)) {
        const auto *const words = static_cast<const uint64_t *>(buffer_.buf);
        if (is_signed) {
            const Unlocked unlocked(count > long_loop);
            for (read = 0; read < count && words[read] >> 63 == 0;)
                read++;
        }
        numbers_ = {sizeof numbers_, FG_NUMBERS_LIST, 1, count, words, nullptr, {0, 0}};
    } else {
        begin_list(count);
        const Unlocked unlocked(count > long_loop);
        if (buffer_.itemsize == 1)
            read = copy_words<uint8_t>(buffer_, stride_, count, is_signed, swapped, list_);
        else if (buffer_.itemsize == 2)
            read = copy_words<uint16_t>(buffer_, stride_, count, is_signed, swapped, list_);
        else if (buffer_.itemsize == 4)
            read = copy_words<uint32_t>(buffer_, stride_, count, is_signed, swapped, list_);
        else
            read = copy_words<uint64_t>(buffer_, stride_, count, is_signed, swapped, list_);
        count_ = count;
    }
    if (read < count)
        refuse_negative_entry(read);
    if (list_ != nullptr)
        finish_list();
}

void NumberInput::read_wide_words() {
    const size_t count = entry_count_;
    const bool in_a_row = stride_ == sizeof(fg_uint128) || count <= 1;
    const fg_uint128 *words = static_cast<const fg_uint128 *>(buffer_.buf);
    if (!in_a_row || reinterpret_cast<uintptr_t>(words) % alignof(fg_uint128) != 0) {
        const Unlocked unlocked(count > long_loop);
        wide_list_.resize(count);
        const auto *const bytes = static_cast<const char *>(buffer_.buf);
        for (size_t i = 0; i < count; i++)
            memcpy(&wide_list_[i], bytes + static_cast<ptrdiff_t>(i) * stride_, sizeof(fg_uint128));
        words = wide_list_.data();
    }
    numbers_ = {sizeof numbers_, FG_NUMBERS_LIST, 2, count, nullptr, words, {0, 0}};
}

void NumberInput::read_objects() {
    const size_t count = entry_count_;
    const auto *entry = static_cast<const char *>(buffer_.buf);
    begin_list(count);
    for (size_t i = 0; i < count; i++, entry += stride_) {
        PyObject *object;
        memcpy(static_cast<void *>(&object), entry, word_bytes); // an entry is a pointer
        if (object == nullptr)                                   // NumPy's sign for None
            object = Py_None;
        append(nb::borrow(object), is_scalar_ ? no_index : i);
        let_python_run_at(i);
    }
    finish_list();
}

void NumberInput::begin_list(size_t count) {
    count_ = 0;
    if (count > few_.size()) {
        const Unlocked unlocked(count > long_loop);
        many_.resize(count);
        list_ = many_.data();
    } else {
        list_ = few_.data();
    }
}

void NumberInput::append(nb::handle integer, size_t index) {
    append_words(to_words(integer, index), count_);
}

// Appends to the list, and makes it one of two words a number if this one needs them.
void NumberInput::append_words(fg_uint128 value, size_t index) {
    if (value.high != 0 && wide_list_.empty() && list_ != nullptr) {
        for (size_t i = 0; i < index; i++)
            wide_list_.push_back({list_[i], 0});
        list_ = nullptr;
    }
    if (list_ != nullptr)
        list_[index] = value.low;
    else
        wide_list_.push_back(value);
    count_++;
}

void NumberInput::finish_list() {
    const unsigned words = list_ != nullptr ? 1 : 2;
    numbers_ = {sizeof numbers_, FG_NUMBERS_LIST, words,
                count_,          list_,           words == 2 ? wide_list_.data() : nullptr,
                {0, 0}};
}

size_t NumberInput::first_zero() const {
    if (numbers_.kind == FG_NUMBERS_RANGE)
        return numbers_.begin.low == 0 ? 0 : numbers_.count;
    const Unlocked unlocked(numbers_.count > long_loop);
    size_t i = 0;
    if (numbers_.words == 1) {
        while (i < numbers_.count && numbers_.list[i] != 0)
            i++;
    } else {
        while (i < numbers_.count && (numbers_.wide_list[i].low | numbers_.wide_list[i].high) != 0)
            i++;
    }
    return i;
}

void NumberInput::refuse_zeros() const {
    const size_t i = first_zero();
    if (i == numbers_.count)
        return;
    if (is_scalar_)
        refuse_value("the number is 0, which has no factorisation");
    refuse_value("numbers[%zu] is 0, which has no factorisation; leave zeros out, or use "
                 "Engine(allow_zeros=True)",
                 i);
}

} // namespace factor_gpu
