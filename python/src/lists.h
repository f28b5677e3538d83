/* SPDX-License-Identifier: MIT */
// lists.h: a list of primes or divisors for each number of a batch.
//
// The answers lie in memory of the library, once: NumPy and Arrow get views that keep it alive,
// also when the Lists and the Engine are gone.
#ifndef FG_PYTHON_LISTS_H
#define FG_PYTHON_LISTS_H

#include "factor_gpu.h"

#include <memory>
#include <nanobind/nanobind.h>
#include <string>
#include <vector>

namespace factor_gpu {

namespace nb = nanobind;

// The memory of answers: the list of number i is [offsets()[i], offsets()[i + 1]), in values().
class Answers {
  public:
    Answers() = default;
    // Answers that are no batch's: count + 1 ascending offsets, and so many values of one or two
    // words.
    Answers(std::vector<size_t> offsets, std::vector<uint64_t> values, enum fg_answer answer,
            unsigned words);
    ~Answers() { fg_results_free(&results_); }
    Answers(const Answers &) = delete;
    Answers &operator=(const Answers &) = delete;

    // The results that a batch of the library fills, before the answers are read.
    fg_results *results() { return &results_; }

    size_t count() const;
    const size_t *offsets() const; // count() + 1 of them
    const uint64_t *values() const;
    size_t value_count() const { return offsets()[count()]; }
    unsigned words() const { return results_.words == 2 ? 2 : 1; }
    enum fg_answer answer() const { return results_.answer; }

  private:
    fg_results results_{};
    std::vector<size_t> own_offsets_;
    std::vector<uint64_t> own_values_;
};

class Lists {
  public:
    // All lists of the answers.
    explicit Lists(std::shared_ptr<const Answers> answers);

    size_t size() const { return count_; }
    unsigned words() const { return answers_->words(); }
    const char *kind() const;
    // count + 1 offsets into values. The values of a slice are its own alone, without a copy.
    nb::object offsets() const;
    const nb::object &values() const;
    nb::object lengths() const;
    // An index gives an array, a slice of step 1 gives Lists without a copy.
    nb::object item(nb::handle index) const;
    nb::list to_list() const;
    std::string repr() const;
    // (schema, array): the Arrow C data interface.
    nb::tuple arrow() const;
    // A copy of the lists alone as two arrays, for pickle.
    nb::tuple arrays() const;

    // The list of the only number, as Python's integers.
    static nb::list only_list(const Answers &answers);

  private:
    Lists(std::shared_ptr<const Answers> answers, size_t first, size_t count);
    // The index of the first value among those of the whole batch.
    size_t begin() const;
    nb::object list_at(size_t index) const;
    nb::object slice(nb::handle slice) const;

    std::shared_ptr<const Answers> answers_;
    size_t first_ = 0, count_ = 0;
    mutable nb::object values_, offsets_; // made when they are first asked for
};

// Makes Lists from arrays that Lists::arrays() gave. Throws ValueError or TypeError if they fit no
// lists.
Lists restore_lists(nb::handle offsets, nb::handle values, nb::handle kind, nb::handle words);

} // namespace factor_gpu

#endif
