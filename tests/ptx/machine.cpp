// SPDX-License-Identifier: MIT
/*
 * machine.cpp: the blocks of a launch, the order in which their warps go on, and the flow of
 * control in a warp.
 *
 * In order, one block is there at a time and the lanes at the lowest address go first, so that
 * those that parted meet again. In the other schedules several blocks are there at once, admitted
 * in order: a block that waits for an earlier one is served, as on a device.
 */
#include "machine.h"

#include "lanewise.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace fg_ptx {

namespace {

constexpr std::size_t random_blocks = 4; /* at once */
constexpr unsigned random_slice = 64;    /* instructions until others may go on, at most */

} // namespace

void Scratch::resize(std::size_t bytes) {
    size_ = bytes;
    lines_.resize((bytes + sizeof(Line) - 1) / sizeof(Line));
}

void Scratch::fill() {
    is_fresh_ = true;
    if (!lines_.empty()) {
        std::memset(lines_[0].bytes, garbage_, lines_.size() * sizeof(Line));
    }
}

Launch::Launch(Kernel &its_kernel, Size its_grid, Size its_threads, const Memory &memory,
               const Settings &its_settings)
    : kernel(its_kernel), grid(its_grid), threads(its_threads), settings(its_settings),
      memory_(memory), dice_(its_settings.seed),
      blocks_left_(std::uint64_t{its_grid.x} * its_grid.y * its_grid.z), next_place_({0, 0, 0}),
      last_range_(its_kernel.code.size()) {}

/* ---- Memory ---- */

bool Launch::find_range(const Instruction &instruction, std::uint64_t address, Range *range) const {
    for (const auto &entry : kernel.module->variables) {
        const Variable &variable = entry.second;
        const bool is_constant = instruction.space == Space::constant;
        if (variable.memory == nullptr || (is_constant && variable.space != Space::constant)) {
            continue;
        }
        *range = {reinterpret_cast<std::uint64_t>(variable.memory), variable.bytes};
        if (range->holds(address, 1)) {
            return true;
        }
    }
    return instruction.space != Space::constant &&
           memory_.find(address, &range->begin, &range->bytes);
}

unsigned char *Launch::find_global(const Instruction &instruction, std::uint64_t address,
                                   unsigned bytes) {
    Range &range = last_range_[index_of(instruction)];
    if (!range.holds(address, bytes) &&
        (!find_range(instruction, address, &range) || !range.holds(address, bytes))) {
        return nullptr;
    }
    return reinterpret_cast<unsigned char *>(address);
}

/* ---- Blocks ---- */

void Launch::begin(Warp &warp) {
    const unsigned first = warp.number * warp_lanes;
    const unsigned lanes = std::min(thread_count() - first, warp_lanes);
    warp.alive = lanes == warp_lanes ? all_lanes : (1u << lanes) - 1;
    warp.steps = 0;
    warp.ready.assign(1, {0, warp.alive});
    warp.at_barrier.clear();
    warp.meetings.clear();
    if (warp.registers.empty()) {
        warp.registers.assign(std::size_t{kernel.register_count} * warp_lanes,
                              UINT64_C(0xDEADBEEFDEADBEEF));
        for (const auto &constant : kernel.constants) {
            std::uint64_t *const lanes_of_it = warp.lanes(constant.first);
            std::fill(lanes_of_it, lanes_of_it + warp_lanes, constant.second);
        }
    }
}

void Launch::begin(Block &block) {
    const bool in_order = settings.schedule == Schedule::in_order;
    const unsigned char garbage = in_order ? 0xA5 : static_cast<unsigned char>(dice_() % 255 + 1);
    block.shared.spoil(garbage);
    block.local.spoil(garbage);
    kernel.blocks++;
    kernel.warps += block.warps.size();
    kernel.threads += thread_count();
    for (Warp &warp : block.warps) {
        begin(warp);
    }
}

/* Returns the next block of the grid, in the memory of one that is over if there is any. */
std::unique_ptr<Block> Launch::next_block() {
    std::unique_ptr<Block> block;
    if (!idle_.empty()) {
        block = std::move(idle_.back());
        idle_.pop_back();
    } else {
        block = std::make_unique<Block>();
        block->launch = this;
        block->warps.resize((thread_count() + warp_lanes - 1) / warp_lanes);
        for (std::size_t i = 0; i < block->warps.size(); i++) {
            block->warps[i].block = block.get();
            block->warps[i].number = static_cast<unsigned>(i);
        }
        block->shared.resize(kernel.shared_bytes);
        block->local.resize(kernel.local_bytes * warp_lanes * block->warps.size());
    }
    block->place = next_place_;
    blocks_left_--;
    if (++next_place_.x == grid.x) {
        next_place_.x = 0;
        if (++next_place_.y == grid.y) {
            next_place_.y = 0;
            next_place_.z++;
        }
    }
    begin(*block);
    return block;
}

Block *Launch::choose_block() {
    const std::size_t i = settings.schedule == Schedule::in_order ? 0 : dice_() % resident_.size();
    return resident_[i].get();
}

/* Returns a warp of the block that can go on; null if there is none. */
Warp *Launch::choose_warp(Block &block) {
    const std::size_t count = block.warps.size();
    const std::size_t first = settings.schedule == Schedule::in_order ? 0 : dice_() % count;
    for (std::size_t i = 0; i < count; i++) {
        Warp &warp = block.warps[(first + i) % count];
        if (!warp.ready.empty()) {
            return &warp;
        }
    }
    return nullptr;
}

Group Launch::take_group(Warp &warp) {
    std::vector<Group> &ready = warp.ready;
    auto chosen = ready.begin();
    if (settings.schedule == Schedule::in_order) {
        chosen = std::min_element(ready.begin(), ready.end(),
                                  [](const Group &a, const Group &b) { return a.at < b.at; });
    } else {
        chosen += static_cast<std::ptrdiff_t>(dice_() % ready.size());
    }
    const Group group = *chosen;
    ready.erase(chosen);
    return group;
}

/* Lets the warps of a block go on that wait at its barrier; false if all its lanes have left. */
bool Launch::settle(Block &block) {
    bool alive = false, complete = true;
    for (const Warp &warp : block.warps) {
        std::uint32_t waiting = 0;
        for (const Group &group : warp.at_barrier) {
            waiting |= group.lanes;
        }
        alive |= warp.alive != 0;
        complete &= (warp.alive & ~waiting) == 0;
    }
    if (alive && !complete) {
        report_deadlock(block);
    }
    for (Warp &warp : block.warps) {
        for (const Group &group : warp.at_barrier) {
            push(warp, group.at, group.lanes & warp.alive);
        }
        warp.at_barrier.clear();
    }
    return alive;
}

void Launch::report_deadlock(const Block &block) {
    std::string why = "deadlock:";
    char text[160];
    std::snprintf(text, sizeof text, " block (%u, %u, %u)", block.place.x, block.place.y,
                  block.place.z);
    why += text;
    for (const Warp &warp : block.warps) {
        for (const Group &group : warp.at_barrier) {
            std::snprintf(text, sizeof text, "; warp %u, lanes 0x%08x wait at a barrier",
                          warp.number, group.lanes);
            why += text;
        }
        for (const Meeting &meeting : warp.meetings) {
            std::snprintf(text, sizeof text,
                          "; warp %u, lanes 0x%08x of 0x%08x (alive 0x%08x) wait at line %u `%s`",
                          warp.number, meeting.arrived, meeting.members, warp.alive,
                          kernel.code[meeting.at].line, kernel.texts[meeting.at].c_str());
            why += text;
        }
    }
    running_ = nullptr;
    throw Fault(why);
}

void Launch::run_blocks() {
    const std::size_t at_once = settings.schedule == Schedule::in_order ? 1 : random_blocks;
    while (blocks_left_ > 0 || !resident_.empty()) {
        while (blocks_left_ > 0 && resident_.size() < at_once) {
            resident_.push_back(next_block());
        }
        Block *const block = choose_block();
        Warp *const warp = choose_warp(*block);
        if (warp != nullptr) {
            advance(*warp, take_group(*warp));
        } else if (!settle(*block)) {
            const auto over = std::find_if(
                resident_.begin(), resident_.end(),
                [&](const std::unique_ptr<Block> &each) { return each.get() == block; });
            idle_.push_back(std::move(*over));
            resident_.erase(over);
        }
    }
}

std::string Launch::where() const {
    if (running_ == nullptr) {
        return "";
    }
    const Size &place = running_->block->place;
    const std::size_t at = running_group_.at;
    char text[128];
    std::snprintf(text, sizeof text, "block (%u, %u, %u), warp %u, lanes 0x%08x: ", place.x,
                  place.y, place.z, running_->number, running_group_.lanes);
    return text + kernel.module->path + ":" + std::to_string(kernel.code[at].line) + ": `" +
           kernel.texts[at] + "`: ";
}

void Launch::run() {
    kernel.launches++;
    try {
        run_blocks();
    } catch (const Fault &fault) {
        std::string schedule;
        if (settings.schedule != Schedule::in_order) {
            schedule = " (FG_PTX_SCHEDULE=" + std::to_string(static_cast<int>(settings.schedule)) +
                       " FG_PTX_SEED=" + std::to_string(settings.seed) + ")";
        }
        throw Fault(kernel.name + ": " + where() + fault.what() + schedule);
    }
}

/* ---- Flow of control ---- */

void Launch::push(Warp &warp, std::uint32_t at, std::uint32_t lanes) {
    if (lanes == 0) {
        return;
    }
    if (settings.schedule == Schedule::in_order) {
        for (Group &group : warp.ready) {
            if (group.at == at) {
                group.lanes |= lanes;
                return;
            }
        }
    }
    warp.ready.push_back({at, lanes});
}

std::uint32_t Launch::lowest_ready(const Warp &warp) const {
    std::uint32_t lowest = UINT32_MAX;
    if (settings.schedule == Schedule::in_order) {
        for (const Group &group : warp.ready) {
            lowest = std::min(lowest, group.at);
        }
    }
    return lowest;
}

/* Runs a group until it ends, waits, parts, or has to let others go on. */
void Launch::advance(Warp &warp, Group group) {
    running_ = &warp;
    const bool in_order = settings.schedule == Schedule::in_order;
    const std::uint32_t limit = lowest_ready(warp);
    std::uint64_t slice = in_order ? UINT64_MAX : 1 + dice_() % random_slice;
    for (; group.lanes != 0; slice--) {
        if (group.at >= limit) {
            push(warp, group.at, group.lanes);
            return;
        }
        if (slice == 0) {
            const bool parts = settings.schedule == Schedule::independent;
            const std::uint32_t first = parts ? static_cast<std::uint32_t>(dice_()) : all_lanes;
            push(warp, group.at, group.lanes & first);
            push(warp, group.at, group.lanes & ~first);
            return;
        }
        running_group_ = group;
        if (++warp.steps > settings.max_steps) {
            throw Fault("the warp has not ended after " + std::to_string(settings.max_steps) +
                        " instructions");
        }
        const Instruction &instruction = kernel.code[group.at];
        std::uint32_t active = group.lanes;
        if (instruction.has_guard) {
            const std::uint64_t *const guard = warp.lanes(instruction.guard);
            std::uint32_t holds = 0;
            for (unsigned lane = 0; lane < warp_lanes; lane++) {
                holds |= static_cast<std::uint32_t>(guard[lane] & 1) << lane;
            }
            active &= instruction.guard_is_negated ? ~holds : holds;
        }
        if (instruction.control != Control::none) {
            if (!control(warp, instruction, &group, active)) {
                return;
            }
            continue;
        }
        Count &counted = kernel.counts[group.at];
        counted.runs++;
        counted.lanes += static_cast<unsigned>(__builtin_popcount(active));
        if (active != 0) {
            instruction.execute(warp, instruction, active);
        }
        group.at++;
    }
}

/* Executes an instruction that changes the flow; false if the group does not go on by itself. */
bool Launch::control(Warp &warp, const Instruction &instruction, Group *group,
                     std::uint32_t active) {
    const bool waits =
        instruction.control == Control::barrier || instruction.control == Control::meeting;
    if (waits && active == 0) {
        group->at++;
        return true;
    }
    if (waits && active != group->lanes) {
        throw Fault("a barrier or collective under a predicate that differs between lanes");
    }
    switch (instruction.control) {
    case Control::branch:
        branch(warp, instruction, group, active);
        return group->lanes != 0;
    case Control::leave:
        leave(warp, group, active);
        return group->lanes != 0;
    case Control::barrier:
        wait_at_barrier(warp, *group);
        return false;
    default:
        meet(warp, instruction, *group);
        return false;
    }
}

void Launch::branch(Warp &warp, const Instruction &instruction, Group *group,
                    std::uint32_t active) {
    Count &counted = kernel.counts[group->at];
    counted.runs++;
    counted.lanes += static_cast<unsigned>(__builtin_popcount(group->lanes));
    if (active == 0) {
        group->at++;
    } else if (active == group->lanes) {
        group->at = instruction.target;
    } else {
        counted.splits++;
        push(warp, instruction.target, active);
        push(warp, group->at + 1, group->lanes & ~active);
        group->lanes = 0;
    }
}

void Launch::leave(Warp &warp, Group *group, std::uint32_t active) {
    Count &counted = kernel.counts[group->at];
    counted.runs++;
    counted.lanes += static_cast<unsigned>(__builtin_popcount(active));
    warp.alive &= ~active;
    group->lanes &= ~active;
    group->at++;
    finish_meetings(warp);
}

void Launch::wait_at_barrier(Warp &warp, Group group) {
    Count &counted = kernel.counts[group.at];
    counted.runs++;
    counted.lanes += static_cast<unsigned>(__builtin_popcount(group.lanes));
    warp.at_barrier.push_back({group.at + 1, group.lanes});
}

/* Adds the group's lanes to the meetings of their masks. */
void Launch::meet(Warp &warp, const Instruction &instruction, Group group) {
    const std::uint64_t *const masks = warp.lanes(instruction.from[instruction.from_count - 1u]);
    while (group.lanes != 0) {
        const std::uint32_t members = static_cast<std::uint32_t>(masks[__builtin_ctz(group.lanes)]);
        std::uint32_t same = 0;
        for_lanes(group.lanes, [&](unsigned lane) {
            same |= std::uint32_t{static_cast<std::uint32_t>(masks[lane]) == members} << lane;
        });
        if ((same & ~members) != 0) {
            throw Fault("a lane is not in its own mask");
        }
        auto meeting =
            std::find_if(warp.meetings.begin(), warp.meetings.end(), [&](const Meeting &each) {
                return each.at == group.at && each.members == members;
            });
        if (meeting == warp.meetings.end()) {
            meeting = warp.meetings.insert(meeting, {group.at, 0, members});
        }
        meeting->arrived |= same;
        group.lanes &= ~same;
    }
    finish_meetings(warp);
}

/* Executes the collectives whose live members have all arrived. */
void Launch::finish_meetings(Warp &warp) {
    for (std::size_t i = warp.meetings.size(); i-- > 0;) {
        const Meeting meeting = warp.meetings[i];
        if ((meeting.members & warp.alive & ~meeting.arrived) != 0) {
            continue;
        }
        warp.meetings.erase(warp.meetings.begin() + static_cast<std::ptrdiff_t>(i));
        Count &counted = kernel.counts[meeting.at];
        counted.runs++;
        counted.lanes += static_cast<unsigned>(__builtin_popcount(meeting.arrived));
        const Instruction &instruction = kernel.code[meeting.at];
        running_group_ = {meeting.at, meeting.arrived};
        instruction.execute(warp, instruction, meeting.arrived);
        push(warp, meeting.at + 1, meeting.arrived);
    }
}

} // namespace fg_ptx
