/* SPDX-License-Identifier: MIT */
// engine.h: the class Engine of the package: numbers of Python in, lists and columns out.
#ifndef FG_PYTHON_ENGINE_H
#define FG_PYTHON_ENGINE_H

#include "engine_calls.h"
#include "lists.h"
#include "number_input.h"

namespace factor_gpu {

class Engine {
  public:
    // Throws TypeError and ValueError for what an argument cannot be, and the library's exceptions.
    Engine(nb::handle backend, nb::handle devices, nb::handle jobs, nb::handle method,
           nb::handle allow_zeros);

    // Lists, or for one number the list of its primes or divisors.
    nb::object factor(nb::handle numbers) { return lists(FG_ANSWER_PRIMES, numbers); }
    nb::object divisors(nb::handle numbers) { return lists(FG_ANSWER_DIVISORS, numbers); }
    // An array, or for one number an int or a bool. `bound` is None except for "smooth".
    nb::object column(nb::handle numbers, nb::handle name, nb::handle bound, nb::handle wide);
    // A dict with an array for each name, in their order.
    nb::dict columns(nb::handle numbers, nb::handle names, nb::handle wide);

    void cancel() { calls_.cancel(); }
    void close() { calls_.close(); }
    bool is_closed() const { return calls_.is_closed(); }
    std::string backend() { return calls_.backend(); }
    unsigned jobs() { return calls_.jobs(); }
    const char *method() const { return fg_method_name(method_); }
    nb::tuple devices() const;
    bool allows_zeros() const { return allow_zeros_; }
    std::string repr();

  private:
    nb::object lists(enum fg_answer kind, nb::handle numbers);

    const enum fg_method method_;
    const bool allow_zeros_;
    EngineCalls calls_;
};

} // namespace factor_gpu

#endif
