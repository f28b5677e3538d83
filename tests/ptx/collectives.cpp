// SPDX-License-Identifier: MIT
/*
 * collectives.cpp: what the members of a mask do together, once all of them have arrived.
 */
#include "lanewise.h"

#include <map>

namespace fg_ptx {

void meet_only(Warp &, const Instruction &, std::uint32_t) {}

namespace {

std::uint32_t ballot_of(Warp &warp, const Instruction &in, std::uint32_t members) {
    const std::uint64_t *const predicate = warp.lanes(in.from[0]);
    std::uint32_t ballot = 0;
    for_lanes(members, [&](unsigned lane) {
        ballot |= static_cast<std::uint32_t>(predicate[lane] & 1) << lane;
    });
    return ballot;
}

void write_all(Warp &warp, const Instruction &in, std::uint32_t members, std::uint64_t result) {
    write_lanes(warp.lanes(in.to[0]), members, [=](unsigned) { return result; });
}

void vote_ballot(Warp &warp, const Instruction &in, std::uint32_t members) {
    write_all(warp, in, members, ballot_of(warp, in, members));
}
void vote_any(Warp &warp, const Instruction &in, std::uint32_t members) {
    write_all(warp, in, members, ballot_of(warp, in, members) != 0);
}
void vote_all(Warp &warp, const Instruction &in, std::uint32_t members) {
    write_all(warp, in, members, ballot_of(warp, in, members) == members);
}
void vote_uniform(Warp &warp, const Instruction &in, std::uint32_t members) {
    const std::uint32_t ballot = ballot_of(warp, in, members);
    write_all(warp, in, members, ballot == 0 || ballot == members);
}

/* The segment of a lane in a shuffle, as the operand c says it. */
struct Segment {
    unsigned first, last; /* the lowest lane, and the lane that must not be passed */
};
Segment segment_of(unsigned lane, unsigned c) {
    const unsigned same = c >> 8 & 31;
    return {lane & same, (lane & same) | (c & 31 & ~same)};
}

/* Each gives the source of a lane's value; false: it has none, and keeps its own. */
bool source_up(unsigned lane, unsigned by, unsigned c, unsigned *source) {
    *source = lane - by;
    return static_cast<int>(lane) - static_cast<int>(by) >=
           static_cast<int>(segment_of(lane, c).last);
}
bool source_down(unsigned lane, unsigned by, unsigned c, unsigned *source) {
    *source = lane + by;
    return *source <= segment_of(lane, c).last;
}
bool source_across(unsigned lane, unsigned by, unsigned c, unsigned *source) {
    *source = lane ^ by;
    return *source <= segment_of(lane, c).last;
}
bool source_index(unsigned lane, unsigned by, unsigned c, unsigned *source) {
    *source = segment_of(lane, c).first | (by & ~(c >> 8 & 31));
    return *source <= segment_of(lane, c).last;
}

template <bool (*find)(unsigned, unsigned, unsigned, unsigned *)>
void shuffle(Warp &warp, const Instruction &in, std::uint32_t members) {
    const std::uint64_t *const values = warp.lanes(in.from[0]), *const by = warp.lanes(in.from[1]);
    const std::uint64_t *const c = warp.lanes(in.from[2]);
    std::uint64_t results[warp_lanes] = {}, inside[warp_lanes] = {};
    for_lanes(members, [&](unsigned lane) {
        unsigned source = lane;
        inside[lane] = find(lane, by[lane] & 31, static_cast<unsigned>(c[lane]), &source);
        source = inside[lane] != 0 ? source : lane;
        if ((members >> source & 1) == 0) {
            throw Fault("lane " + std::to_string(lane) + " asks for the value of lane " +
                        std::to_string(source) + ", which takes no part");
        }
        results[lane] = values[source] & 0xffffffffu;
    });
    for_lanes(members, [&](unsigned lane) { warp.lanes(in.to[0])[lane] = results[lane]; });
    if (in.to_count > 1) {
        for_lanes(members, [&](unsigned lane) { warp.lanes(in.to[1])[lane] = inside[lane]; });
    }
}

Execute find(const std::map<std::string, Execute> &table, const std::string &name) {
    const auto found = table.find(name);
    return found == table.end() ? nullptr : found->second;
}

} // namespace

Execute find_vote(const std::string &name) {
    static const std::map<std::string, Execute> votes = {
        {"ballot", vote_ballot}, {"any", vote_any}, {"all", vote_all}, {"uni", vote_uniform}};
    return find(votes, name);
}

Execute find_shuffle(const std::string &name) {
    static const std::map<std::string, Execute> shuffles = {{"up", shuffle<source_up>},
                                                            {"down", shuffle<source_down>},
                                                            {"bfly", shuffle<source_across>},
                                                            {"idx", shuffle<source_index>}};
    return find(shuffles, name);
}

} // namespace fg_ptx
