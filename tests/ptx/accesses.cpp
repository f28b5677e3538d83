// SPDX-License-Identifier: MIT
/*
 * accesses.cpp: loads, stores and atomics, each address checked, and what they cost.
 */
#include "accesses.h"
#include "lanewise.h"

#include <algorithm>
#include <cstdio>
#include <map>

namespace fg_ptx {

namespace {

[[noreturn]] void fail(std::uint64_t address, unsigned bytes, unsigned lane, const char *why) {
    char text[200];
    std::snprintf(text, sizeof text, "lane %u: %u bytes at address 0x%llx %s", lane, bytes,
                  static_cast<unsigned long long>(address), why);
    throw Fault(text);
}

/* The bytes of `address` in memory that begins at `begin`; null if they are not all inside. */
unsigned char *inside(unsigned char *begin, std::size_t size, std::uint64_t address,
                      unsigned bytes) {
    const Range range = {reinterpret_cast<std::uint64_t>(begin), size};
    return begin != nullptr && range.holds(address, bytes) ? begin + (address - range.begin)
                                                           : nullptr;
}

unsigned char *find_shared(Block &block, std::uint64_t address, unsigned bytes) {
    unsigned char *const begin = block.shared.bytes();
    return begin == nullptr ? nullptr
                            : inside(begin, block.shared.size(),
                                     reinterpret_cast<std::uint64_t>(begin) + address, bytes);
}

unsigned char *find_local(Warp &warp, unsigned lane, std::uint64_t address, unsigned bytes) {
    Block &block = *warp.block;
    const std::size_t size = block.launch->kernel.local_bytes;
    unsigned char *const begin = block.local.bytes();
    return begin == nullptr
               ? nullptr
               : inside(begin + (warp.number * warp_lanes + lane) * size, size, address, bytes);
}

/* Returns the host's memory behind an address; throws if the access is not allowed. */
unsigned char *find_memory(Warp &warp, const Instruction &in, unsigned lane, std::uint64_t address,
                           unsigned bytes) {
    if (address % bytes != 0) {
        fail(address, bytes, lane, "are not aligned");
    }
    Block &block = *warp.block;
    Launch &launch = *block.launch;
    Kernel &kernel = launch.kernel;
    unsigned char *found = nullptr;
    switch (in.space) {
    case Space::shared:
        found = find_shared(block, address, bytes);
        break;
    case Space::local:
        found = find_local(warp, lane, address, bytes);
        break;
    case Space::parameter:
        found = inside(kernel.parameter_memory.data(), kernel.parameter_bytes, address, bytes);
        break;
    case Space::generic:
        found = inside(block.shared.bytes(), block.shared.size(), address, bytes);
        found = found != nullptr ? found : find_local(warp, lane, address, bytes);
        found = found != nullptr ? found : launch.find_global(in, address, bytes);
        break;
    default:
        found = launch.find_global(in, address, bytes);
    }
    if (found == nullptr) {
        fail(address, bytes, lane, "are not in memory of that space");
    }
    return found;
}

std::uint64_t address_of(Warp &warp, const Instruction &in, unsigned lane) {
    return warp.lanes(in.from[0])[lane] + static_cast<std::uint64_t>(in.offset);
}

template <class T> void load_lane(Warp &warp, const Instruction &in, unsigned lane) {
    const unsigned bytes = sizeof(T) * in.to_count;
    T values[4];
    std::memcpy(values, find_memory(warp, in, lane, address_of(warp, in, lane), bytes), bytes);
    for (unsigned i = 0; i < in.to_count; i++) {
        /* A register may be wider than what is loaded: signed numbers keep their value. */
        warp.lanes(in.to[i])[lane] = static_cast<std::uint64_t>(values[i]);
    }
}

template <class T> void store_lane(Warp &warp, const Instruction &in, unsigned lane) {
    const unsigned count = in.from_count - 1u, bytes = sizeof(T) * count;
    T values[4];
    for (unsigned i = 0; i < count; i++) {
        values[i] = static_cast<T>(warp.lanes(in.from[i + 1])[lane]);
    }
    std::memcpy(find_memory(warp, in, lane, address_of(warp, in, lane), bytes), values, bytes);
}

void note_access(Warp &warp, const Instruction &in, std::uint32_t active, unsigned bytes) {
    Launch &launch = *warp.block->launch;
    if (launch.settings.counts_memory) {
        std::uint64_t addresses[warp_lanes];
        for_lanes(active, [&](unsigned lane) { addresses[lane] = address_of(warp, in, lane); });
        count_access(in, addresses, active, bytes, launch.kernel.local_bytes, &launch.count(in));
    }
}

} // namespace

void load(Warp &warp, const Instruction &in, std::uint32_t active) {
    note_access(warp, in, active, in.type.bytes() * in.to_count);
    const bool is_signed = in.type.kind == Type::Kind::signed_integer;
    for_lanes(active, [&](unsigned lane) {
        switch (in.type.bits) {
        case 8:
            is_signed ? load_lane<std::int8_t>(warp, in, lane)
                      : load_lane<std::uint8_t>(warp, in, lane);
            break;
        case 16:
            is_signed ? load_lane<std::int16_t>(warp, in, lane)
                      : load_lane<std::uint16_t>(warp, in, lane);
            break;
        case 32:
            is_signed ? load_lane<std::int32_t>(warp, in, lane)
                      : load_lane<std::uint32_t>(warp, in, lane);
            break;
        default:
            load_lane<std::uint64_t>(warp, in, lane);
        }
    });
}

void store(Warp &warp, const Instruction &in, std::uint32_t active) {
    note_access(warp, in, active, in.type.bytes() * (in.from_count - 1u));
    for_lanes(active, [&](unsigned lane) {
        switch (in.type.bits) {
        case 8:
            store_lane<std::uint8_t>(warp, in, lane);
            break;
        case 16:
            store_lane<std::uint16_t>(warp, in, lane);
            break;
        case 32:
            store_lane<std::uint32_t>(warp, in, lane);
            break;
        default:
            store_lane<std::uint64_t>(warp, in, lane);
        }
    });
}

/* ---- Atomics ---- */

namespace {

/* Each gives the new value of memory that holds `old`. */
struct Add {
    template <class T> static T apply(T old, T a, T) {
        return static_cast<T>(static_cast<std::uint64_t>(old) + static_cast<std::uint64_t>(a));
    }
};
struct Minimum {
    template <class T> static T apply(T old, T a, T) { return std::min(old, a); }
};
struct Maximum {
    template <class T> static T apply(T old, T a, T) { return std::max(old, a); }
};
struct Exchange {
    template <class T> static T apply(T, T a, T) { return a; }
};
struct CompareAndSwap {
    template <class T> static T apply(T old, T a, T b) { return old == a ? b : old; }
};
struct And {
    template <class T> static T apply(T old, T a, T) { return old & a; }
};
struct Or {
    template <class T> static T apply(T old, T a, T) { return old | a; }
};
struct ExclusiveOr {
    template <class T> static T apply(T old, T a, T) { return old ^ a; }
};
struct Increment {
    template <class T> static T apply(T old, T a, T) {
        return old >= a ? T{0} : static_cast<T>(old + 1);
    }
};
struct Decrement {
    template <class T> static T apply(T old, T a, T) {
        return old == 0 || old > a ? a : static_cast<T>(old - 1);
    }
};

template <class Operation, class T>
void atomic(Warp &warp, const Instruction &in, std::uint32_t active) {
    note_access(warp, in, active, sizeof(T));
    for_lanes(active, [&](unsigned lane) {
        unsigned char *const memory =
            find_memory(warp, in, lane, address_of(warp, in, lane), sizeof(T));
        const T a = value<T>(warp.lanes(in.from[1])[lane]);
        const T b = in.from_count > 2 ? value<T>(warp.lanes(in.from[2])[lane]) : T{0};
        T old;
        std::memcpy(&old, memory, sizeof old);
        const T changed = Operation::template apply<T>(old, a, b);
        std::memcpy(memory, &changed, sizeof changed);
        if (in.to_count > 0) {
            warp.lanes(in.to[0])[lane] = raw<T>(old);
        }
    });
}

template <class Operation> Execute of_type(Type type) {
    const bool is_signed = type.kind == Type::Kind::signed_integer;
    if (type.bits == 32) {
        return is_signed ? atomic<Operation, std::int32_t> : atomic<Operation, std::uint32_t>;
    }
    if (type.bits == 64) {
        return is_signed ? atomic<Operation, std::int64_t> : atomic<Operation, std::uint64_t>;
    }
    return nullptr;
}

} // namespace

Execute find_atomic(const std::string &name, Type type) {
    static const std::map<std::string, Execute (*)(Type)> operations = {
        {"add", of_type<Add>},       {"min", of_type<Minimum>},        {"max", of_type<Maximum>},
        {"exch", of_type<Exchange>}, {"cas", of_type<CompareAndSwap>}, {"and", of_type<And>},
        {"or", of_type<Or>},         {"xor", of_type<ExclusiveOr>},    {"inc", of_type<Increment>},
        {"dec", of_type<Decrement>},
    };
    const auto found = operations.find(name);
    const bool counts = type.kind != Type::Kind::floating;
    return found == operations.end() || !counts ? nullptr : found->second(type);
}

} // namespace fg_ptx
