// SPDX-License-Identifier: MIT
/*
 * moves.cpp: vectors to and from words, special registers, and addresses between the spaces.
 */
#include "lanewise.h"

#include <map>

namespace fg_ptx {

void do_nothing(Warp &, const Instruction &, std::uint32_t) {}

void pack(Warp &warp, const Instruction &in, std::uint32_t active) {
    const unsigned bits = in.type.bits / unsigned{in.from_count};
    const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
    write_lanes(warp.lanes(in.to[0]), active, [&](unsigned lane) {
        std::uint64_t word = 0;
        for (unsigned i = 0; i < in.from_count; i++) {
            word |= (warp.lanes(in.from[i])[lane] & mask) << (i * bits);
        }
        return word;
    });
}

void unpack(Warp &warp, const Instruction &in, std::uint32_t active) {
    const unsigned bits = in.type.bits / unsigned{in.to_count};
    const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
    for_lanes(active, [&](unsigned lane) {
        const std::uint64_t word = warp.lanes(in.from[0])[lane];
        for (unsigned i = 0; i < in.to_count; i++) {
            warp.lanes(in.to[i])[lane] = word >> (i * bits) & mask;
        }
    });
}

void move_local_address(Warp &warp, const Instruction &in, std::uint32_t active) {
    Block &block = *warp.block;
    const std::size_t bytes = block.launch->kernel.local_bytes;
    const std::uint64_t base = reinterpret_cast<std::uint64_t>(block.local.bytes()) +
                               static_cast<std::uint64_t>(in.offset);
    const std::size_t first = std::size_t{warp.number} * warp_lanes;
    write_lanes(warp.lanes(in.to[0]), active,
                [=](unsigned lane) { return base + (first + lane) * bytes; });
}

void shared_to_generic(Warp &warp, const Instruction &in, std::uint32_t active) {
    const std::uint64_t base = reinterpret_cast<std::uint64_t>(warp.block->shared.bytes());
    const std::uint64_t *const from = warp.lanes(in.from[0]);
    write_lanes(warp.lanes(in.to[0]), active, [=](unsigned lane) { return base + from[lane]; });
}

void generic_to_shared(Warp &warp, const Instruction &in, std::uint32_t active) {
    const std::uint64_t base = reinterpret_cast<std::uint64_t>(warp.block->shared.bytes());
    const std::uint64_t *const from = warp.lanes(in.from[0]);
    write_lanes(warp.lanes(in.to[0]), active, [=](unsigned lane) { return from[lane] - base; });
}

void active_mask(Warp &warp, const Instruction &in, std::uint32_t active) {
    write_lanes(warp.lanes(in.to[0]), active, [=](unsigned) { return std::uint64_t{active}; });
}

namespace {

using Special = std::uint64_t (*)(const Warp &warp, unsigned lane);

unsigned thread_of(const Warp &warp, unsigned lane) {
    return warp.number * warp_lanes + lane;
}
const Size &threads_of(const Warp &warp) {
    return warp.block->launch->threads;
}
const Size &grid_of(const Warp &warp) {
    return warp.block->launch->grid;
}

template <Special special>
void read_special(Warp &warp, const Instruction &in, std::uint32_t active) {
    write_lanes(warp.lanes(in.to[0]), active, [&](unsigned lane) { return special(warp, lane); });
}

std::uint64_t thread_x(const Warp &w, unsigned lane) {
    return thread_of(w, lane) % threads_of(w).x;
}
std::uint64_t thread_y(const Warp &w, unsigned lane) {
    return thread_of(w, lane) / threads_of(w).x % threads_of(w).y;
}
std::uint64_t thread_z(const Warp &w, unsigned lane) {
    return thread_of(w, lane) / threads_of(w).x / threads_of(w).y;
}
std::uint64_t threads_x(const Warp &w, unsigned) {
    return threads_of(w).x;
}
std::uint64_t threads_y(const Warp &w, unsigned) {
    return threads_of(w).y;
}
std::uint64_t threads_z(const Warp &w, unsigned) {
    return threads_of(w).z;
}
std::uint64_t block_x(const Warp &w, unsigned) {
    return w.block->place.x;
}
std::uint64_t block_y(const Warp &w, unsigned) {
    return w.block->place.y;
}
std::uint64_t block_z(const Warp &w, unsigned) {
    return w.block->place.z;
}
std::uint64_t grid_x(const Warp &w, unsigned) {
    return grid_of(w).x;
}
std::uint64_t grid_y(const Warp &w, unsigned) {
    return grid_of(w).y;
}
std::uint64_t grid_z(const Warp &w, unsigned) {
    return grid_of(w).z;
}
std::uint64_t lane_number(const Warp &, unsigned lane) {
    return lane;
}
std::uint64_t warp_number(const Warp &w, unsigned) {
    return w.number;
}
std::uint64_t lanes_equal(const Warp &, unsigned lane) {
    return UINT64_C(1) << lane;
}
std::uint64_t lanes_below(const Warp &, unsigned lane) {
    return (UINT64_C(1) << lane) - 1;
}
std::uint64_t lanes_up_to(const Warp &, unsigned lane) {
    return (UINT64_C(2) << lane) - 1;
}
std::uint64_t lanes_above(const Warp &w, unsigned lane) {
    return ~lanes_up_to(w, lane) & all_lanes;
}
std::uint64_t lanes_from(const Warp &w, unsigned lane) {
    return ~lanes_below(w, lane) & all_lanes;
}

} // namespace

Execute find_special(const std::string &name) {
    static const std::map<std::string, Execute> registers = {
        {"%tid.x", read_special<thread_x>},          {"%tid.y", read_special<thread_y>},
        {"%tid.z", read_special<thread_z>},          {"%ntid.x", read_special<threads_x>},
        {"%ntid.y", read_special<threads_y>},        {"%ntid.z", read_special<threads_z>},
        {"%ctaid.x", read_special<block_x>},         {"%ctaid.y", read_special<block_y>},
        {"%ctaid.z", read_special<block_z>},         {"%nctaid.x", read_special<grid_x>},
        {"%nctaid.y", read_special<grid_y>},         {"%nctaid.z", read_special<grid_z>},
        {"%laneid", read_special<lane_number>},      {"%warpid", read_special<warp_number>},
        {"%lanemask_eq", read_special<lanes_equal>}, {"%lanemask_lt", read_special<lanes_below>},
        {"%lanemask_le", read_special<lanes_up_to>}, {"%lanemask_gt", read_special<lanes_above>},
        {"%lanemask_ge", read_special<lanes_from>},
    };
    const auto found = registers.find(name);
    return found == registers.end() ? nullptr : found->second;
}

} // namespace fg_ptx
