/* SPDX-License-Identifier: MIT */
/*
 * emulated_fixture.h: tests that choose the emulated machine, and look for leaks when they end.
 */
#ifndef FG_TESTS_EMULATED_FIXTURE_H
#define FG_TESTS_EMULATED_FIXTURE_H

#include "emulator.h"
#include "engine_face.h"

#include <gtest/gtest.h>

/* Every engine of a test must be closed before the test ends. */
class Emulated : public testing::Test {
  protected:
    void SetUp() override { fg_emulator_reset(); }
    void TearDown() override {
        expect_nothing_leaked();
        fg_emulator_reset();
    }

    static void expect_nothing_leaked() {
        const fg_emulator_live live = fg_emulator_count_live();
        EXPECT_EQ(live.device_blocks, 0u);
        EXPECT_EQ(live.pinned_blocks, 0u);
        EXPECT_EQ(live.streams, 0u);
        EXPECT_EQ(live.events, 0u);
        EXPECT_EQ(live.ranges, 0u);
        EXPECT_TRUE(fg_emulator_nothing_leaked());
    }
};

inline bool contains(const std::string &text, const std::string &part) {
    return text.find(part) != std::string::npos;
}

#endif
