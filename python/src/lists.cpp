// SPDX-License-Identifier: MIT
#include "lists.h"

#include "arrow_export.h"
#include "numpy_arrays.h"
#include "text.h"
#include "unlocked.h"
#include "whole_number.h"

#include <cstring>
#include <utility>

namespace factor_gpu {

namespace {

static_assert(sizeof(size_t) == sizeof(uint64_t), "offsets are shown as words");

const uint64_t *as_words(const size_t *offsets) {
    return reinterpret_cast<const uint64_t *>(offsets);
}

// Value k of answers, as an int.
nb::object value_at(const Answers &answers, size_t k) {
    const uint64_t *const values = answers.values();
    return answers.words() == 2 ? to_int(fg_uint128{values[2 * k], values[2 * k + 1]})
                                : to_int(values[k]);
}

nb::list ints_of(const Answers &answers, size_t begin, size_t end) {
    nb::list ints;
    for (size_t k = begin; k < end; k++) {
        let_python_run_at(k);
        ints.append(value_at(answers, k));
    }
    return ints;
}

} // namespace

Answers::Answers(std::vector<size_t> offsets, std::vector<uint64_t> values, enum fg_answer answer,
                 unsigned words)
    : own_offsets_(std::move(offsets)), own_values_(std::move(values)) {
    results_.answer = answer;
    results_.words = words;
}

size_t Answers::count() const {
    return own_offsets_.empty() ? results_.count : own_offsets_.size() - 1;
}

const size_t *Answers::offsets() const {
    static const size_t none = 0;
    if (!own_offsets_.empty())
        return own_offsets_.data();
    return results_.count == 0 ? &none : results_.offsets;
}

const uint64_t *Answers::values() const {
    return own_offsets_.empty() ? results_.values : own_values_.data();
}

Lists::Lists(std::shared_ptr<const Answers> answers)
    : answers_(std::move(answers)), count_(answers_->count()) {}

Lists::Lists(std::shared_ptr<const Answers> answers, size_t first, size_t count)
    : answers_(std::move(answers)), first_(first), count_(count) {}

const char *Lists::kind() const {
    return answers_->answer() == FG_ANSWER_PRIMES ? "primes" : "divisors";
}

size_t Lists::begin() const {
    return answers_->offsets()[first_];
}

nb::object Lists::offsets() const {
    const size_t *const shared = answers_->offsets() + first_;
    if (begin() == 0)
        return view_of(as_words(shared), count_ + 1, answers_);
    if (!offsets_.is_valid()) {
        const auto own = std::make_shared<std::vector<uint64_t>>(shared, shared + count_ + 1);
        for (uint64_t &offset : *own)
            offset -= shared[0];
        offsets_ = view_of(own->data(), own->size(), own);
    }
    return offsets_;
}

const nb::object &Lists::values() const {
    if (!values_.is_valid()) {
        const size_t words = answers_->words(), count = answers_->offsets()[first_ + count_];
        const uint64_t *const all = answers_->values();
        values_ = view_of(all == nullptr ? nullptr : all + begin() * words,
                          (count - begin()) * words, answers_);
        if (answers_->words() == 2)
            values_ = as_dtype(values_, Dtype::uint128);
    }
    return values_;
}

nb::object Lists::lengths() const {
    NewArray lengths(count_, Dtype::uint64);
    auto *const words = static_cast<uint64_t *>(lengths.data());
    const size_t *const offsets = answers_->offsets() + first_;
    for (size_t i = 0; i < count_; i++)
        words[i] = offsets[i + 1] - offsets[i];
    return lengths.array();
}

nb::object Lists::item(nb::handle index) const {
    if (PySlice_Check(index.ptr()))
        return slice(index);
    const bool is_number = PyIndex_Check(index.ptr());
    const Py_ssize_t asked = is_number ? PyNumber_AsSsize_t(index.ptr(), PyExc_IndexError) : 0;
    const bool failed = asked == -1 && PyErr_Occurred() != nullptr;
    // An array of several numbers has __index__(), which refuses.
    if (!is_number || (failed && PyErr_ExceptionMatches(PyExc_TypeError) != 0)) {
        PyErr_Clear();
        refuse_type("lists are indexed by a whole number or a slice, not by a %s",
                    type_of(index).c_str());
    }
    if (failed)
        throw nb::python_error();
    const Py_ssize_t i = asked < 0 ? asked + static_cast<Py_ssize_t>(count_) : asked;
    if (i < 0 || static_cast<size_t>(i) >= count_) {
        PyErr_Format(PyExc_IndexError, "there is no list %zd; there are %zu, and the first is 0",
                     asked, count_);
        throw nb::python_error();
    }
    return list_at(static_cast<size_t>(i));
}

nb::object Lists::list_at(size_t index) const {
    const size_t *const offsets = answers_->offsets() + first_ + index;
    if (answers_->words() == 2)
        return array_of_ints(ints_of(*answers_, offsets[0], offsets[1]));
    PyObject *const view =
        PySequence_GetSlice(values().ptr(), static_cast<Py_ssize_t>(offsets[0] - begin()),
                            static_cast<Py_ssize_t>(offsets[1] - begin()));
    if (view == nullptr)
        throw nb::python_error();
    return nb::steal(view);
}

nb::object Lists::slice(nb::handle slice) const {
    Py_ssize_t start, stop, step;
    if (PySlice_Unpack(slice.ptr(), &start, &stop, &step) != 0)
        throw nb::python_error();
    const Py_ssize_t length =
        PySlice_AdjustIndices(static_cast<Py_ssize_t>(count_), &start, &stop, step);
    if (step != 1)
        refuse_value("a slice of lists has the step 1, not %zd", step);
    return nb::cast(
        Lists(answers_, first_ + static_cast<size_t>(start), static_cast<size_t>(length)));
}

nb::list Lists::to_list() const {
    nb::list lists;
    for (size_t i = 0; i < count_; i++) {
        let_python_run_at(i);
        const size_t *const offsets = answers_->offsets() + first_ + i;
        lists.append(ints_of(*answers_, offsets[0], offsets[1]));
    }
    return lists;
}

nb::list Lists::only_list(const Answers &answers) {
    return ints_of(answers, answers.offsets()[0], answers.offsets()[1]);
}

std::string Lists::repr() const {
    constexpr size_t shown_lists = 4, shown_values = 12;
    const size_t *const offsets = answers_->offsets() + first_;
    std::string text = "Lists(" + std::string(kind()) + " of " + std::to_string(count_) +
                       (count_ == 1 ? " number: [" : " numbers: [");
    for (size_t i = 0; i < count_ && i < shown_lists; i++) {
        const size_t begin = offsets[i], length = offsets[i + 1] - begin;
        text += i == 0 ? "[" : ", [";
        for (size_t k = 0; k < length && k < shown_values; k++)
            text +=
                (k == 0 ? "" : ", ") + std::string(nb::str(value_at(*answers_, begin + k)).c_str());
        text += length > shown_values ? ", ...]" : "]";
    }
    return text + (count_ > shown_lists ? ", ...])" : "])");
}

nb::tuple Lists::arrow() const {
    return export_to_arrow(answers_, first_, count_);
}

nb::tuple Lists::arrays() const {
    const size_t *const offsets = answers_->offsets() + first_;
    const size_t words = answers_->words();
    NewArray own_offsets(count_ + 1, Dtype::uint64);
    for (size_t i = 0; i <= count_; i++)
        static_cast<uint64_t *>(own_offsets.data())[i] = offsets[i] - offsets[0];
    const size_t word_count = (offsets[count_] - offsets[0]) * words;
    NewArray own_values(word_count, Dtype::uint64);
    if (word_count > 0)
        memcpy(own_values.data(), answers_->values() + offsets[0] * words,
               word_count * sizeof(uint64_t));
    return nb::make_tuple(own_offsets.array(), own_values.array(), kind(), answers_->words());
}

} // namespace factor_gpu
