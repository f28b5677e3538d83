// SPDX-License-Identifier: MIT
/*
 * access_costs.cpp: see accesses.h.
 */
#include "accesses.h"
#include "lanewise.h"

#include <algorithm>
#include <vector>

namespace fg_ptx {

namespace {

constexpr unsigned sector_bytes = 32, word_bytes = 4, banks = 32;

std::size_t different(std::vector<std::uint64_t> &places) {
    std::sort(places.begin(), places.end());
    return static_cast<std::size_t>(std::unique(places.begin(), places.end()) - places.begin());
}

/* The sectors that the lanes touch. */
std::size_t count_sectors(const std::uint64_t *addresses, std::uint32_t active, unsigned bytes) {
    std::vector<std::uint64_t> sectors;
    for_lanes(active, [&](unsigned lane) {
        for (unsigned at = 0; at < bytes; at += std::min(bytes, sector_bytes)) {
            sectors.push_back((addresses[lane] + at) / sector_bytes);
        }
    });
    return different(sectors);
}

/* A sector of local memory holds one word of 8 lanes. */
std::size_t count_local_sectors(const std::uint64_t *addresses, std::uint32_t active,
                                unsigned bytes, std::size_t local_bytes) {
    const std::uint64_t first = addresses[static_cast<unsigned>(__builtin_ctz(active))];
    std::vector<std::uint64_t> sectors;
    for_lanes(active, [&](unsigned lane) {
        /* Modulo a thread's bytes: the lanes' memory lies in a row here. */
        const std::uint64_t word =
            (addresses[lane] - first) % std::max<std::size_t>(local_bytes, 1) / word_bytes;
        for (unsigned at = 0; at < std::max(bytes / word_bytes, 1u); at++) {
            sectors.push_back((word + at) * (warp_lanes / 8) + lane / 8);
        }
    });
    return different(sectors);
}

/* Passes over the banks for the lanes of `part`, as many as move 128 bytes at once. */
std::size_t count_passes(const std::uint64_t *addresses, std::uint32_t part, unsigned bytes) {
    std::vector<std::uint64_t> words;
    for_lanes(part, [&](unsigned lane) {
        for (unsigned at = 0; at < std::max(bytes / word_bytes, 1u); at++) {
            words.push_back(addresses[lane] / word_bytes + at);
        }
    });
    words.resize(different(words));
    std::size_t of_bank[banks] = {}, most = 0;
    for (const std::uint64_t word : words) {
        most = std::max(most, ++of_bank[word % banks]);
    }
    return most;
}

std::size_t count_wavefronts(const std::uint64_t *addresses, std::uint32_t active, unsigned bytes) {
    const unsigned lanes = warp_lanes / std::max(bytes / word_bytes, 1u);
    const std::uint32_t part = lanes == warp_lanes ? all_lanes : (1u << lanes) - 1;
    std::size_t passes = 0;
    for (unsigned first = 0; first < warp_lanes; first += lanes) {
        passes += count_passes(addresses, active & part << first, bytes);
    }
    return passes;
}

std::size_t count_words(const std::uint64_t *addresses, std::uint32_t active) {
    std::vector<std::uint64_t> words;
    for_lanes(active, [&](unsigned lane) { words.push_back(addresses[lane] / word_bytes); });
    return different(words);
}

} // namespace

void count_access(const Instruction &instruction, const std::uint64_t *addresses,
                  std::uint32_t active, unsigned bytes, std::size_t local_bytes, Count *count) {
    switch (instruction.space) {
    case Space::shared:
        count->wavefronts += count_wavefronts(addresses, active, bytes);
        break;
    case Space::constant:
    case Space::parameter:
        count->constant_words += count_words(addresses, active);
        break;
    case Space::local:
        count->sectors += count_local_sectors(addresses, active, bytes, local_bytes);
        break;
    default:
        count->sectors += count_sectors(addresses, active, bytes);
    }
    if (instruction.is_atomic) {
        const std::uint64_t first = addresses[static_cast<unsigned>(__builtin_ctz(active))];
        for_lanes(active, [&](unsigned lane) { count->same_address += addresses[lane] == first; });
    }
}

} // namespace fg_ptx
