/* SPDX-License-Identifier: MIT */
/*
 * number_lists.h: lists of numbers with memory of their own, and their numbers in order.
 */
#ifndef FG_TESTS_NUMBER_LISTS_H
#define FG_TESTS_NUMBER_LISTS_H

#include "cli/input/number_list.h"

#include <stdexcept>
#include <vector>

namespace number_lists {

using Numbers = std::vector<unsigned __int128>;

/* 2^64 and 2^128 - 1 */
constexpr unsigned __int128 two_to_64 = static_cast<unsigned __int128>(1) << 64;
constexpr unsigned __int128 largest = ~static_cast<unsigned __int128>(0);

struct List : fg_number_list {
    explicit List(size_t most, size_t most_wide = 0)
        : fg_number_list{}, storage(most), wide_storage(most_wide), place_storage(most_wide) {
        numbers = storage.data();
        capacity = most;
        wide_capacity = most_wide;
        wide = wide_storage.data();
        wide_places = place_storage.data();
        fg_number_list_clear(this);
    }
    List(const List &) = delete;
    List &operator=(const List &) = delete;
    std::vector<uint64_t> storage;
    std::vector<fg_uint128> wide_storage;
    std::vector<size_t> place_storage;
};

/* Appends all numbers of the list, in order. */
inline void append(Numbers &numbers, const fg_number_list &list) {
    size_t wide = 0;
    for (size_t i = 0; i < list.count; i++) {
        if (list.is_range) {
            numbers.push_back(list.first + i);
            continue;
        }
        if (wide == list.wide_count || list.wide_places[wide] != i) {
            numbers.push_back(list.numbers[i]);
            continue;
        }
        const fg_uint128 number = list.wide[wide++];
        if (number.high == 0 || list.numbers[i] != 0)
            throw std::logic_error("a wide number has one word, or no 0 in its place");
        numbers.push_back(static_cast<unsigned __int128>(number.high) << 64 | number.low);
    }
    if (wide != list.wide_count)
        throw std::logic_error("the places of wide numbers do not ascend");
}

} // namespace number_lists

#endif
