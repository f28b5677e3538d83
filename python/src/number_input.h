/* SPDX-License-Identifier: MIT */
// number_input.h: a batch of numbers as Python gives it, as the library takes it.
//
// Memory with unsigned (or non-negative signed) 64-bit words in a row is used where it lies;
// anything else is copied. What is no whole number from 0 to 2^128 - 1 is refused with a sentence.
#ifndef FG_PYTHON_NUMBER_INPUT_H
#define FG_PYTHON_NUMBER_INPUT_H

#include "factor_gpu.h"

#include <array>
#include <nanobind/nanobind.h>
#include <vector>

namespace factor_gpu {

namespace nb = nanobind;

class NumberInput {
  public:
    // Reads an int, a list, a tuple, a range, what has a buffer, or what numpy.asarray() takes.
    // Needs the GIL, as the destructor does. Throws TypeError or ValueError.
    explicit NumberInput(nb::handle source);
    ~NumberInput();
    NumberInput(const NumberInput &) = delete;
    NumberInput &operator=(const NumberInput &) = delete;

    // Points into this object, or into the memory of the source.
    const fg_numbers &numbers() const { return numbers_; }
    // Returns whether the source was one number and no sequence.
    bool is_scalar() const { return is_scalar_; }
    // Throws ValueError if one of the numbers is 0.
    void refuse_zeros() const;

  private:
    void read(nb::handle source);
    void read_scalar(nb::handle integer);
    void read_sequence(nb::handle sequence, size_t count);
    void read_range(nb::handle range);
    void fill_steps(fg_uint128 first, fg_uint128 step, size_t count, bool wide);
    void read_other(nb::handle source);
    void refuse_owner(nb::handle source);
    bool open_buffer(nb::handle source);
    void find_entries();
    void read_buffer();
    void read_words(bool is_signed, bool swapped);
    void read_wide_words();
    void read_objects();
    void refuse_alone() const;
    [[noreturn]] void refuse_negative_entry(size_t index) const;

    // Returns the index of the first 0, or the count.
    size_t first_zero() const;

    void begin_list(size_t count);
    void append(nb::handle integer, size_t index);
    void append_words(fg_uint128 value, size_t index);
    void finish_list();

    fg_numbers numbers_{};
    bool is_scalar_ = false;
    bool has_buffer_ = false;
    Py_buffer buffer_{};
    // The entries of the buffer: how many, and the bytes from one to the next.
    size_t entry_count_ = 0;
    ptrdiff_t stride_ = 0;
    // A list of few numbers needs no allocation.
    std::array<uint64_t, 16> few_;
    std::vector<uint64_t> many_;
    uint64_t *list_ = nullptr; // one of the two
    std::vector<fg_uint128> wide_list_;
    size_t count_ = 0;
};

} // namespace factor_gpu

#endif
