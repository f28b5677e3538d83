// SPDX-License-Identifier: MIT
/*
 * access_costs.cpp: see accesses.h.
 */
#include "accesses.h"
#include "lanewise.h"

#include <algorithm>

namespace fg_ptx {

namespace {

constexpr unsigned sector_bytes = 32, word_bytes = 4, banks = 32;

/* The places that lanes touch, at most 8 each. Most accesses are in order, and need no sorting. */
class Places {
  public:
    void add(std::uint64_t place) {
        if (count_ == 0 || places_[count_ - 1] != place) {
            is_sorted_ &= count_ == 0 || places_[count_ - 1] < place;
            places_[count_++] = place;
        }
    }

    /* Leaves each place once, and returns how many are left. */
    std::size_t count_different() {
        if (!is_sorted_) {
            std::sort(begin(), end());
        }
        return count_ = static_cast<std::size_t>(std::unique(begin(), end()) - begin());
    }
    std::uint64_t *begin() { return places_; }
    std::uint64_t *end() { return places_ + count_; }

  private:
    std::uint64_t places_[warp_lanes * 8];
    std::size_t count_ = 0;
    bool is_sorted_ = true;
};

/* The sectors that the lanes touch. */
std::size_t count_sectors(const std::uint64_t *addresses, std::uint32_t active, unsigned bytes) {
    Places sectors;
    for_lanes(active, [&](unsigned lane) {
        for (unsigned at = 0; at < bytes; at += std::min(bytes, sector_bytes)) {
            sectors.add((addresses[lane] + at) / sector_bytes);
        }
    });
    return sectors.count_different();
}

/* A sector of local memory holds one word of 8 lanes. */
std::size_t count_local_sectors(const std::uint64_t *addresses, std::uint32_t active,
                                unsigned bytes, std::size_t local_bytes) {
    const std::uint64_t first = addresses[static_cast<unsigned>(__builtin_ctz(active))];
    Places sectors;
    for_lanes(active, [&](unsigned lane) {
        /* Modulo a thread's bytes: the lanes' memory lies in a row here. */
        const std::uint64_t word =
            (addresses[lane] - first) % std::max<std::size_t>(local_bytes, 1) / word_bytes;
        for (unsigned at = 0; at < std::max(bytes / word_bytes, 1u); at++) {
            sectors.add((word + at) * (warp_lanes / 8) + lane / 8);
        }
    });
    return sectors.count_different();
}

/* Passes over the banks for the lanes of `part`, as many as move 128 bytes at once. */
std::size_t count_passes(const std::uint64_t *addresses, std::uint32_t part, unsigned bytes) {
    Places words;
    for_lanes(part, [&](unsigned lane) {
        for (unsigned at = 0; at < std::max(bytes / word_bytes, 1u); at++) {
            words.add(addresses[lane] / word_bytes + at);
        }
    });
    words.count_different(); /* of one word all lanes get a copy in one pass */
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
    Places words;
    for_lanes(active, [&](unsigned lane) { words.add(addresses[lane] / word_bytes); });
    return words.count_different();
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
