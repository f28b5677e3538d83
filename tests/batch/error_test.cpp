// SPDX-License-Identifier: MIT
/*
 * error_test.cpp: statuses and the words that go with them.
 */
#include "support/internals.h"

#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <string>

namespace {

TEST(Error, EveryStatusHasASentenceOfItsOwn) {
    const fg_status all[] = {
#define FG_STATUS_NAME(name, text) name,
        FG_STATUS_LIST(FG_STATUS_NAME)
#undef FG_STATUS_NAME
    };
    std::set<std::string> sentences;
    for (const fg_status status : all) {
        const std::string sentence = fg_strerror(status);
        EXPECT_NE(sentence, "");
        EXPECT_NE(sentence.back(), '.');
        EXPECT_TRUE(sentences.insert(sentence).second) << sentence;
    }
    EXPECT_STREQ(fg_strerror(FG_OK), "no error");
    EXPECT_EQ(sentences.count(fg_strerror(static_cast<fg_status>(12345))), 0u);
}

TEST(Error, FailFormatsItsMessageAndReturnsItsStatus) {
    fg_error error;
    EXPECT_EQ(fg_fail(&error, FG_ERROR_SYSTEM, "%d of %s", 3, "four"), FG_ERROR_SYSTEM);
    EXPECT_EQ(error.status, FG_ERROR_SYSTEM);
    EXPECT_STREQ(error.message, "3 of four");
}

TEST(Error, FailWorksWithoutAPlaceForTheMessage) {
    EXPECT_EQ(fg_fail(nullptr, FG_ERROR_DEVICE, "%s", "unheard"), FG_ERROR_DEVICE);
    EXPECT_EQ(fg_fail_memory(nullptr, 1), FG_ERROR_MEMORY);
}

TEST(Error, LongMessagesAreCutNotOverrun) {
    fg_error error;
    const std::string text(2 * sizeof error.message, 'x');
    fg_fail(&error, FG_ERROR_INTERNAL, "%s", text.c_str());
    EXPECT_EQ(std::strlen(error.message), sizeof error.message - 1);
}

/* Names come from callers and words from drivers; a message is one line. */
TEST(Error, MessagesHaveNoControlCharacters) {
    fg_error error;
    fg_fail(&error, FG_ERROR_ARGUMENT, "there is no backend '%s'", "a\nb\x1b[2J\xE2\x80\xAE");
    EXPECT_STREQ(error.message, "there is no backend 'a\\x0ab\\x1b[2J\\xe2\\x80\\xae'");
    const std::string newlines(2 * sizeof error.message, '\n');
    fg_fail(&error, FG_ERROR_ARGUMENT, "%s", newlines.c_str());
    EXPECT_EQ(std::string(error.message).find('\n'), std::string::npos);
    EXPECT_EQ(std::strlen(error.message), (sizeof error.message - 1) / 4 * 4);

    fg_engine *engine = nullptr;
    fg_config config = {};
    config.backend = "abacus\nor not";
    EXPECT_EQ(fg_engine_open(&config, &engine, &error), FG_ERROR_ARGUMENT);
    EXPECT_STREQ(error.message, "there is no backend 'abacus\\x0aor not'");
}

TEST(Error, AMessageMayQuoteItself) {
    fg_error error;
    fg_fail(&error, FG_ERROR_DEVICE, "first");
    fg_fail(&error, FG_ERROR_DEVICE, "second: %s", error.message);
    EXPECT_STREQ(error.message, "second: first");
}

TEST(Error, MemoryErrorsSayHowMuchWasAskedFor) {
    fg_error error;
    EXPECT_EQ(fg_fail_memory(&error, 4096), FG_ERROR_MEMORY);
    EXPECT_NE(std::string(error.message).find("4096 bytes"), std::string::npos) << error.message;
}

} // namespace
