/* SPDX-License-Identifier: MIT */
/*
 * npy_bytes.h: .npy files as numpy.save writes them, made here from their description.
 */
#ifndef FG_TESTS_NPY_BYTES_H
#define FG_TESTS_NPY_BYTES_H

#include <cstdint>
#include <string>
#include <vector>

namespace npy {

/* Everything before the elements, with any dictionary, padded to a multiple of 64 bytes. */
inline std::string header(const std::string &dictionary, unsigned major = 1) {
    const size_t fixed = major == 1 ? 10 : 12;
    std::string text = dictionary;
    text.append(63 - (fixed + text.size()) % 64, ' ');
    text += '\n';
    std::string bytes = "\x93NUMPY";
    bytes += static_cast<char>(major);
    bytes += '\0';
    for (unsigned i = 0; i < fixed - 8; i++)
        bytes += static_cast<char>(text.size() >> 8 * i & 255);
    return bytes + text;
}

/* The dictionary of an array of one dimension. */
inline std::string dictionary(const std::string &type, size_t count) {
    return "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + std::to_string(count) +
           ",), }";
}

/* Words of so many bytes, the least byte first or last. */
inline std::string words(const std::vector<uint64_t> &numbers, unsigned bytes = 8,
                         bool big_endian = false) {
    std::string text;
    for (const uint64_t number : numbers)
        for (unsigned i = 0; i < bytes; i++)
            text += static_cast<char>(number >> 8 * (big_endian ? bytes - 1 - i : i) & 255);
    return text;
}

inline std::string file(const std::vector<uint64_t> &numbers) {
    return header(dictionary("<u8", numbers.size())) + words(numbers);
}

} // namespace npy

#endif
