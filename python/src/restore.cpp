// SPDX-License-Identifier: MIT
// restore.cpp: lists out of the arrays that a pickle of them holds.
#include "lists.h"
#include "number_input.h"
#include "text.h"
#include "whole_number.h"

namespace factor_gpu {

namespace {

std::vector<uint64_t> words_of(nb::handle array) {
    const NumberInput input(array);
    const fg_numbers &numbers = input.numbers();
    if (numbers.kind != FG_NUMBERS_LIST || numbers.words != 1)
        refuse_value("lists are restored from arrays of 64-bit words");
    return {numbers.list, numbers.list + numbers.count};
}

} // namespace

Lists restore_lists(nb::handle offsets, nb::handle values, nb::handle kind_text,
                    nb::handle word_count) {
    if (!PyUnicode_Check(kind_text.ptr()))
        refuse_type("the kind of lists is a text, not a %s", type_of(kind_text).c_str());
    const std::string kind = text_of(kind_text);
    const auto words = static_cast<unsigned>(to_argument(word_count, "words", 1, 2));
    const std::vector<uint64_t> bounds = words_of(offsets);
    std::vector<uint64_t> entries = words_of(values);
    if (kind != "primes" && kind != "divisors")
        refuse_value("lists are of the kind primes or divisors, not '%.40s'", kind.c_str());
    bool ascending = !bounds.empty() && bounds[0] == 0;
    for (size_t i = 1; ascending && i < bounds.size(); i++)
        ascending = bounds[i - 1] <= bounds[i];
    if (!ascending || bounds.back() > SIZE_MAX / 2 || bounds.back() * words != entries.size())
        refuse_value("these offsets do not fit the %zu words of values", entries.size());
    const enum fg_answer answer = kind == "primes" ? FG_ANSWER_PRIMES : FG_ANSWER_DIVISORS;
    return Lists(std::make_shared<const Answers>(std::vector<size_t>(bounds.begin(), bounds.end()),
                                                 std::move(entries), answer, words));
}

} // namespace factor_gpu
