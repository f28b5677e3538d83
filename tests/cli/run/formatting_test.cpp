// SPDX-License-Identifier: MIT
// Formatting of numbers of two words: in threads of its own if there are some, and in order.
#include "support/atomics.h"

#include <cstdlib>
#include <gtest/gtest.h>

#include <string>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

extern "C" {
#include "cli/run/formatting.h"
}

namespace {

class Formatting : public testing::Test {
  protected:
    Formatting() {
        output.fd = memfd_create("output", MFD_CLOEXEC);
        output.name = "here";
        fg_ordered_output_config config = {};
        config.output = &output;
        config.text_max = 8;
        config.written = [](void *at, const fg_ordered_text *text) {
            Formatting &own = *static_cast<Formatting *>(at);
            own.texts++;
            own.by_caller += pthread_equal(text->maker, own.caller) != 0;
            return FG_OK;
        };
        config.failed = [](void *) { ADD_FAILURE() << "the output failed"; };
        config.context = this;
        fg_ordered_output_init(&ordered, &config);
        EXPECT_EQ(fg_columns_parse(&columns, "primes", nullptr), FG_OK);
        writer.columns = &columns;
        fg_formatting_init(&formatting, &writer, &ordered, nullptr);
        fg_wide_answers_init(&answers);
    }
    ~Formatting() override {
        fg_wide_answers_destroy(&answers);
        fg_formatting_destroy(&formatting);
        fg_ordered_output_destroy(&ordered);
        close(output.fd);
    }
    Formatting(const Formatting &) = delete;
    Formatting &operator=(const Formatting &) = delete;

    // A block of numbers 2^64, 2^64 + 1, .., whose answers are the numbers themselves.
    void make_block(size_t count) {
        numbers.assign(count, 0);
        wide.resize(count);
        places.resize(count);
        list.resize(count);
        fg_results results = {};
        results.words = 2;
        results.count = count;
        results.offsets = static_cast<size_t *>(malloc((count + 1) * sizeof(size_t)));
        results.values = static_cast<uint64_t *>(malloc(2 * count * sizeof(uint64_t)));
        for (size_t i = 0; i < count; i++) {
            wide[i] = {i, 1};
            places[i] = results.offsets[i] = i;
            results.values[2 * i] = i;
            results.values[2 * i + 1] = 1;
        }
        results.offsets[count] = count;
        block.read.list.numbers = numbers.data();
        block.read.list.count = block.read.list.wide_count = count;
        block.read.list.wide = wide.data();
        block.read.list.wide_places = places.data();
        answers.list = list.data();
        block.wide = &answers;
        ASSERT_TRUE(fg_wide_answers_take(&answers, 0, &results));
    }
    std::string format_all() {
        const fg_formatting_range range = {&block, 0, 0, wide.size()};
        fg_formatting_take_others(&formatting, &range);
        fg_formatting_finish(&formatting);
        fg_ordered_output_finish(&ordered);
        std::string text(static_cast<size_t>(lseek(output.fd, 0, SEEK_END)), ' ');
        EXPECT_EQ(pread(output.fd, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
        return text;
    }
    // 2^64 = 18446744073709551616.
    std::string expected() const {
        std::string lines;
        for (size_t i = 0; i < wide.size(); i++) {
            const std::string number = "184467440737095" + std::to_string(51616 + i);
            lines.append(number).append(": ").append(number).append("\n");
        }
        return lines;
    }

    const pthread_t caller = pthread_self();
    size_t texts = 0, by_caller = 0;
    fg_output output = {};
    fg_ordered_output ordered;
    fg_columns columns;
    fg_writer_config writer = {};
    fg_formatting formatting;
    fg_wide_answers answers;
    fg_input_block block = {};
    std::vector<uint64_t> numbers;
    std::vector<fg_uint128> wide;
    std::vector<size_t> places;
    std::vector<fg_wide_answer> list;
};

TEST_F(Formatting, ManyNumbersOfTwoWordsAreFormattedByThreads) {
    make_block(20000);
    fg_formatting_start(&formatting, 3, false);
    EXPECT_EQ(format_all(), expected());
    EXPECT_GT(texts, 10u);
    EXPECT_EQ(by_caller, 0u);
}

TEST_F(Formatting, FewAreFormattedByTheCaller) {
    make_block(20);
    fg_formatting_start(&formatting, 3, false);
    EXPECT_EQ(format_all(), expected());
    EXPECT_EQ(texts, 1u);
    EXPECT_EQ(by_caller, 1u);
}

TEST_F(Formatting, WithoutThreadsTheCallerFormatsAll) {
    make_block(20000);
    EXPECT_EQ(format_all(), expected());
    EXPECT_EQ(by_caller, texts);
}

} // namespace
