// SPDX-License-Identifier: MIT
/*
 * turns_test.cpp: every contender in every round, each round from another one on.
 */
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "measure/turns.h"

namespace {

struct Course {
    std::vector<std::pair<std::size_t, unsigned>> turns; /* contender and round */
    std::size_t most = SIZE_MAX;                         /* the last one ends it */

    static bool turn(void *context, std::size_t contender, unsigned round) {
        Course &course = *static_cast<Course *>(context);
        course.turns.emplace_back(contender, round);
        return course.turns.size() < course.most;
    }
};

TEST(Turns, EachRoundBeginsWithAnotherContender) {
    Course course;
    EXPECT_TRUE(fg_take_turns(3, 4, Course::turn, &course));
    EXPECT_EQ(course.turns, (std::vector<std::pair<std::size_t, unsigned>>{{0, 0},
                                                                           {1, 0},
                                                                           {2, 0},
                                                                           {1, 1},
                                                                           {2, 1},
                                                                           {0, 1},
                                                                           {2, 2},
                                                                           {0, 2},
                                                                           {1, 2},
                                                                           {0, 3},
                                                                           {1, 3},
                                                                           {2, 3}}));
}

TEST(Turns, EndWhereOneSaysSo) {
    Course course;
    course.most = 4;
    EXPECT_FALSE(fg_take_turns(3, 4, Course::turn, &course));
    EXPECT_EQ(course.turns.size(), 4u);
}

TEST(Turns, NoneWithoutContendersOrRounds) {
    Course course;
    EXPECT_TRUE(fg_take_turns(0, 4, Course::turn, &course));
    EXPECT_TRUE(fg_take_turns(3, 0, Course::turn, &course));
    EXPECT_TRUE(course.turns.empty());
}

} // namespace
