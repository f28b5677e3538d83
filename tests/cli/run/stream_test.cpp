// SPDX-License-Identifier: MIT
// The stream: the output is in the order of the input, whichever threads answer, format and write;
// and no thread waits for ever if the output fails. The label "threads" lets the thread sanitizer
// run it too.
#include "cli/run/stream.h"
#include "support/oracle.h"
#include "support/random_numbers.h"
#include "support/spawn.h"
#include "text/digest.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <sys/mman.h>
#include <thread>
#include <tuple>
#include <unistd.h>
#include <vector>

namespace {

// high * 2^64 + low
std::string decimal(uint64_t high, uint64_t low) {
    unsigned __int128 n = static_cast<unsigned __int128>(high) << 64 | low;
    std::string digits;
    for (; n > 0; n /= 10)
        digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(n % 10)));
    return digits;
}

fg_output output_to(int fd) {
    fg_output output = {};
    output.fd = fd;
    output.name = "here";
    return output;
}

// The answers that threads of their own format.
enum Formatters { no_formatters, of_wide, of_all };

// A whole run: numbers in, text out, with answers of "primes" that are the number itself.
class StreamThreads : public testing::TestWithParam<std::tuple<unsigned, bool>> {
  protected:
    static unsigned jobs() { return std::get<0>(GetParam()); }
    static bool brief_tasks() { return std::get<1>(GetParam()); }

    // The threads that answer, and the stream's own that format.
    struct Crew {
        unsigned threads;
        Formatters formatters;
    };
    // Every crew; with a sanitizer one of those that are alike, because a single job has no
    // formatters, and for the thread sanitizer none of one thread.
    static std::vector<Crew> crews() {
        std::vector<Crew> all;
        for (const unsigned threads : {1u, 3u})
            for (const Formatters formatters : {no_formatters, of_wide, of_all}) {
                const bool alone = jobs() == 1 && threads == 1;
                const bool alike = jobs() == 1 && formatters != no_formatters;
                if (is_brief() && (alike || (alone && thread_sanitized())))
                    continue;
                all.push_back({threads, formatters});
            }
        return all;
    }
    // With a sanitizer the numbers are as many as make several batches and texts.
    static bool is_brief() { return sanitized() && !every_case(); }

    struct Outcome {
        std::string text;
        uint64_t numbers_written = 0, end_byte = 0;
        int failures = 0;
        // After each write: where a run could go on.
        struct Mark {
            uint64_t numbers = 0, output_bytes = 0;
            fg_digest digest = {};
        };
        std::vector<Mark> marks;
    };
    struct Context {
        Outcome outcome;
        Outcome::Mark mark;
        const fg_output *output = nullptr;
    };

    // Answers each batch in runs, by several threads in any order or by this one in order.
    static void answer(fg_stream *stream, const fg_numbers *batch, unsigned threads,
                       RandomNumbers &random) {
        // The batch is the stream's again once its last number is consumed.
        const size_t words = batch->words, number_count = batch->count;
        std::vector<uint64_t> numbers;
        for (size_t i = 0; i < number_count; i++)
            if (batch->kind == FG_NUMBERS_RANGE) {
                EXPECT_EQ(batch->begin.high, 0u);
                numbers.push_back(batch->begin.low + i);
            } else if (words == 1) {
                numbers.push_back(batch->list[i]);
            } else {
                numbers.push_back(batch->wide_list[i].low);
                numbers.push_back(batch->wide_list[i].high);
                EXPECT_NE(numbers.back(), 0u);
            }
        std::vector<std::pair<size_t, size_t>> runs;
        for (size_t at = 0; at < number_count;) {
            const size_t count = std::min<size_t>(random.between(1, 3000), number_count - at);
            runs.emplace_back(at, count);
            at += count;
        }
        if (threads > 1)
            for (size_t i = runs.size(); i > 1; i--)
                std::swap(runs[i - 1], runs[random.between(0, i - 1)]);
        std::atomic<size_t> next{0};
        const auto work = [&] {
            fg_results results = {};
            std::vector<size_t> own_offsets;
            for (size_t i; (i = next++) < runs.size();) {
                const auto [first, count] = runs[i];
                // Arrays that may be taken away: the stream frees or returns them.
                free(results.offsets);
                free(results.values);
                results = {};
                results.count = count;
                results.offsets = static_cast<size_t *>(malloc((count + 1) * sizeof(size_t)));
                results.words = static_cast<unsigned>(words);
                results.values = static_cast<uint64_t *>(malloc(count * words * sizeof(uint64_t)));
                for (size_t k = 0; k < count; k++)
                    results.offsets[k] = k;
                for (size_t k = 0; k < count * words; k++)
                    results.values[k] = numbers[first * words + k];
                results.offsets[count] = count;
                fg_stream_consume(stream, first, &results);
            }
            fg_results_free(&results);
        };
        std::vector<std::thread> others;
        for (unsigned i = 1; i < threads; i++)
            others.emplace_back(work);
        work();
        for (std::thread &other : others)
            other.join();
    }

    // The operands "RANGE FILE RANGE", or a file alone.
    static Outcome run(const std::string &input, fg_output output, unsigned jobs, unsigned threads,
                       Formatters formatters, size_t batch_numbers, fg_writer_format format,
                       size_t batches_max = SIZE_MAX, std::string range = "") {
        const spawn::TemporaryFile file(input);
        std::string path = file.path();
        char *operands[] = {range.data(), path.data(), range.data()};
        fg_reader_config reader_config = {};
        reader_config.operands = operands + range.empty();
        reader_config.operand_count = range.empty() ? 1 : 3;
        reader_config.accept_zero = true;
        reader_config.stop_fd = -1;
        reader_config.report = [](void *, const char *message) { ADD_FAILURE() << message; };
        fg_reader *const reader = fg_reader_open(&reader_config);

        Context context;
        fg_stream_config config = {};
        config.reader = reader;
        config.output = &output;
        fg_columns columns;
        EXPECT_EQ(fg_columns_parse(&columns, "primes", nullptr), FG_OK);
        config.writer = {};
        config.writer.columns = &columns;
        config.writer.format = format;
        config.block_numbers = batch_numbers;
        config.takes_wide = true;
        config.jobs = jobs;
        config.brief_tasks = brief_tasks();
        config.written = [](void *at, const fg_stream_written *written) {
            Context &own = *static_cast<Context *>(at);
            const size_t count = written->end - written->begin;
            EXPECT_GT(count, 0u);
            own.outcome.numbers_written += count;
            EXPECT_GE(written->end_byte, own.outcome.end_byte);
            own.outcome.end_byte = written->end_byte;
            own.mark.numbers += count;
            own.mark.output_bytes = own.output->bytes;
            for (size_t i = written->begin; i < written->end; i++) {
                const fg_number_list *const list = written->list;
                const uint64_t number = list->is_range ? list->first + i : list->numbers[i];
                fg_digest_numbers(&own.mark.digest, &number, 1);
            }
            own.outcome.marks.push_back(own.mark);
            return FG_OK;
        };
        config.output_failed = [](void *at) { static_cast<Context *>(at)->outcome.failures++; };
        context.output = &output;
        fg_digest_start(&context.mark.digest);
        config.context = &context;
        fg_stream *const stream = fg_stream_open(&config);
        RandomNumbers random;
        SCOPED_TRACE(random.trace());
        if (formatters != no_formatters)
            fg_stream_use_formatters(stream, formatters == of_all);
        const fg_numbers *batch;
        for (size_t i = 0; i < batches_max && (batch = fg_stream_next(stream)) != nullptr; i++) {
            EXPECT_TRUE(batch->count <= batch_numbers || batch->kind == FG_NUMBERS_RANGE);
            answer(stream, batch, threads, random);
        }
        fg_stream_end_batch(stream);
        fg_stream_drain(stream);
        fg_stream_close(stream);
        fg_reader_close(reader);
        return context.outcome;
    }

    // Runs the stream, and returns the text that comes out too.
    static Outcome run_into_memory(const std::string &input, unsigned jobs, unsigned threads,
                                   Formatters formatters, size_t batch_numbers,
                                   fg_writer_format format = FG_WRITER_TEXT,
                                   size_t batches_max = SIZE_MAX, const std::string &range = "") {
        const int fd = memfd_create("output", MFD_CLOEXEC);
        Outcome outcome = run(input, output_to(fd), jobs, threads, formatters, batch_numbers,
                              format, batches_max, range);
        outcome.text.resize(static_cast<size_t>(lseek(fd, 0, SEEK_END)));
        EXPECT_EQ(pread(fd, outcome.text.data(), outcome.text.size(), 0),
                  static_cast<ssize_t>(outcome.text.size()));
        close(fd);
        return outcome;
    }
};

TEST_P(StreamThreads, LinesComeOutInOrder) {
    std::string input, expected;
    const int count = is_brief() ? 36000 : 100000; // several batches of each size
    for (int i = 1; i <= count; i++) {
        // Zeros at the ends, alone, and in long runs.
        const bool zero =
            i == 1 || i % 1000 == 7 || (i > count / 5 * 2 && i < count / 20 * 9) || i == count;
        const std::string number = std::to_string(zero ? 0 : i);
        input += number + "\n";
        expected += zero ? "0:\n" : number + ": " + number + "\n";
    }
    for (const auto &[threads, formatters] : crews())
        for (const size_t batch_numbers : {1000u, 16384u}) {
            const Outcome outcome =
                run_into_memory(input, jobs(), threads, formatters, batch_numbers);
            EXPECT_EQ(outcome.numbers_written, static_cast<uint64_t>(count));
            EXPECT_NEAR((double)outcome.end_byte, (double)input.size(),
                        1); // a line end may follow
            EXPECT_EQ(outcome.failures, 0);
            EXPECT_TRUE(outcome.text == expected)
                << jobs() << " jobs, " << threads << " threads, formatters " << formatters
                << ", batches of " << batch_numbers;
        }
}

// Numbers of two words alone, in runs, and among zeros and numbers of one word.
TEST_P(StreamThreads, LinesOfBothWidthsComeOutInOrder) {
    for (const size_t batch_numbers : {3u, 1000u, 16384u}) {
        const uint64_t count = batch_numbers == 3                    ? 600
                               : batch_numbers == 1000 && is_brief() ? 6000
                                                                     : 20000;
        std::string input, expected;
        for (uint64_t i = 1; i <= count; i++) {
            const bool zero = i % 100 == 7 || i * 10 / count == 3;
            const bool wide = i == 1 || i == count || i % 3 == 0 || i * 10 / count > 6;
            const uint64_t low = i % 10 == 0 ? 0 : i * i;
            const std::string number = zero ? "0" : wide ? decimal(i, low) : std::to_string(i);
            input += number + (i % 2 == 0 ? "\n" : " ");
            expected += zero ? "0:\n" : number + ": " + number + "\n";
        }
        for (const auto &[threads, formatters] : crews()) {
            const Outcome outcome =
                run_into_memory(input, jobs(), threads, formatters, batch_numbers);
            EXPECT_EQ(outcome.numbers_written, count);
            EXPECT_EQ(outcome.failures, 0);
            EXPECT_TRUE(outcome.text == expected)
                << jobs() << " jobs, " << threads << " threads, formatters " << formatters
                << ", batches of " << batch_numbers;
        }
    }
}

TEST_P(StreamThreads, LinesOfRangesComeOutInOrder) {
    const int last = is_brief() ? 30000 : 60000, listed = last / 5;
    std::string range_lines, input, input_lines;
    for (int i = 0; i <= last; i++)
        range_lines += std::to_string(i) + (i > 0 ? ": " + std::to_string(i) : ":") + "\n";
    for (int i = 1; i <= listed; i++) {
        input += std::to_string(i) + "\n";
        input_lines += std::to_string(i) + ": " + std::to_string(i) + "\n";
    }
    for (const auto &[threads, formatters] : crews()) {
        const Outcome outcome =
            run_into_memory(input, jobs(), threads, formatters, 1000, FG_WRITER_TEXT, SIZE_MAX,
                            "0.." + std::to_string(last));
        EXPECT_EQ(outcome.numbers_written, static_cast<uint64_t>(2 * (last + 1) + listed));
        EXPECT_EQ(outcome.failures, 0);
        EXPECT_TRUE(outcome.text == range_lines + input_lines + range_lines)
            << jobs() << " jobs, " << threads << " threads, formatters " << formatters;
    }
}

// A range in several batches whose columns are filled in, here with the numbers themselves.
TEST_P(StreamThreads, LinesOfColumnsComeOutInOrder) {
    // Several jobs have room for all of them at once, and one job alone has not. One thread has
    // nothing to show the thread sanitizer.
    const bool is_single = jobs() == 1 && !(is_brief() && thread_sanitized());
    const uint64_t count = is_single || !is_brief() ? 200000 : 40000;
    std::string range = "5.." + std::to_string(count + 4);
    char *operands[] = {range.data()};
    fg_reader_config reader_config = {};
    reader_config.operands = operands;
    reader_config.operand_count = 1;
    reader_config.stop_fd = -1;
    fg_reader *const reader = fg_reader_open(&reader_config);
    const int fd = memfd_create("output", MFD_CLOEXEC);
    fg_output output = output_to(fd);
    fg_stream_config config = {};
    fg_columns columns;
    const char *const names = "phi,mobius,sigma,radical,spf,gpf,core,sopfr,sopf,carmichael,count";
    ASSERT_EQ(fg_columns_parse(&columns, names, nullptr), FG_OK);
    config.reader = reader;
    config.output = &output;
    config.writer = {};
    config.writer.columns = &columns;
    config.writer.format = FG_WRITER_CSV;
    config.headerless = true;
    config.block_numbers = 1000;
    config.jobs = jobs();
    config.brief_tasks = brief_tasks();
    uint64_t written = 0;
    config.written = [](void *at, const fg_stream_written *text) {
        EXPECT_TRUE(text->list->is_range);
        *static_cast<uint64_t *>(at) += text->end - text->begin;
        return FG_OK;
    };
    config.output_failed = [](void *) { ADD_FAILURE(); };
    config.context = &written;
    fg_stream *const stream = fg_stream_open(&config);
    fg_stream_use_formatters(stream, false);
    size_t batches = 0;
    for (const fg_numbers *batch; (batch = fg_stream_next(stream)) != nullptr; batches++) {
        ASSERT_TRUE(fg_stream_wants_columns(stream));
        const fg_column_block *const block = fg_stream_columns(stream);
        ASSERT_EQ(block->request_count, columns.count);
        for (size_t k = 0; k < columns.count; k++) {
            void *const values = block->requests[k].values;
            const size_t bytes = fg_column_entry_bytes(block->requests[k].column);
            for (size_t i = 0; i < batch->count; i++) {
                const uint64_t n = batch->begin.low + i;
                if (bytes == 1)
                    static_cast<int8_t *>(values)[i] = static_cast<int8_t>(n % 3) - 1;
                else if (bytes == 8)
                    static_cast<uint64_t *>(values)[i] = n + k;
                else
                    static_cast<fg_uint128 *>(values)[i] = {n + k, 0};
            }
        }
        fg_stream_take_columns(stream);
    }
    fg_stream_end_batch(stream);
    fg_stream_drain(stream);
    fg_stream_close(stream);
    fg_reader_close(reader);
    EXPECT_GE(batches, is_single ? 2u : 1u);
    EXPECT_EQ(written, count);
    std::string expected;
    for (uint64_t n = 5; n < count + 5; n++) {
        expected += std::to_string(n);
        for (size_t k = 0; k < columns.count; k++)
            expected += "," + (columns.list[k].kind == FG_COLUMN_SIGNED
                                   ? std::to_string(static_cast<int>(n % 3) - 1)
                                   : std::to_string(n + k));
        expected += "\n";
    }
    std::string found(static_cast<size_t>(lseek(fd, 0, SEEK_END)), ' ');
    EXPECT_EQ(pread(fd, found.data(), found.size(), 0), static_cast<ssize_t>(found.size()));
    EXPECT_TRUE(found == expected);
    close(fd);
}

// The answers come out also if no other batch follows: up to the first number without an
// answer.
TEST_P(StreamThreads, ALastBatchOfTwoWordsComesOut) {
    const std::string some = decimal(5, 1), other = decimal(7, 9);
    const std::string input = some + " 0 " + other + " 5 " + some + "\n";
    for (const Formatters formatters : {no_formatters, of_wide, of_all}) {
        const Outcome outcome =
            run_into_memory(input, jobs(), 1, formatters, 1000, FG_WRITER_TEXT, 1);
        EXPECT_EQ(outcome.text, some + ": " + some + "\n0:\n" + other + ": " + other + "\n");
        EXPECT_EQ(outcome.numbers_written, 3u);
        EXPECT_EQ(outcome.failures, 0);
    }
}

// Each mark is about whole lines, as many as it says, and about the numbers that they answer.
TEST_P(StreamThreads, MarksAreWhereARunCanGoOn) {
    std::string input;
    std::vector<uint64_t> numbers;
    const uint64_t count = is_brief() ? 36000 : 60000; // several batches
    for (uint64_t i = 1; i <= count; i++) {
        numbers.push_back(i % 1000 == 7 || i == count ? 0 : i);
        input += std::to_string(numbers.back()) + "\n";
    }
    for (const auto &[threads, formatters] : crews()) {
        const Outcome outcome =
            run_into_memory(input, jobs(), threads, formatters, 16384, FG_WRITER_CSV);
        ASSERT_FALSE(outcome.marks.empty());
        EXPECT_EQ(outcome.marks.back().numbers, numbers.size());
        EXPECT_EQ(outcome.marks.back().output_bytes, outcome.text.size());
        fg_digest digest;
        fg_digest_start(&digest);
        uint64_t done = 0, bytes = 0, lines = 0;
        for (const Outcome::Mark &mark : outcome.marks) {
            ASSERT_GT(mark.numbers, done);
            fg_digest_numbers(&digest, numbers.data() + done, mark.numbers - done);
            lines += static_cast<uint64_t>(
                std::count(outcome.text.begin() + static_cast<long>(bytes),
                           outcome.text.begin() + static_cast<long>(mark.output_bytes), '\n'));
            done = mark.numbers;
            bytes = mark.output_bytes;
            char expected[FG_DIGEST_HEX], found[FG_DIGEST_HEX];
            fg_digest_hex(&digest, expected);
            fg_digest_hex(&mark.digest, found);
            ASSERT_STREQ(found, expected);
            ASSERT_EQ(lines, done + 1) << "with the header";
            ASSERT_EQ(outcome.text[bytes - 1], '\n');
        }
    }
}

TEST_P(StreamThreads, EmptyInputGivesTheHeaderAlone) {
    EXPECT_EQ(run_into_memory("", jobs(), 1, no_formatters, 1000).text, "");
    EXPECT_EQ(run_into_memory("\n# 1\n", jobs(), 1, of_all, 1000, FG_WRITER_CSV).text,
              "n,primes\n");
}

TEST_P(StreamThreads, NobodyWaitsWhenTheOutputHasFailed) {
    const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    if (full < 0)
        GTEST_SKIP() << "there is no /dev/full";
    std::string input;
    for (int i = 1; i <= 50000; i++)
        input += std::to_string(i) + "\n";
    for (const auto &[threads, formatters] : crews()) {
        const Outcome outcome =
            run(input, output_to(full), jobs(), threads, formatters, 1000, FG_WRITER_TEXT);
        EXPECT_EQ(outcome.failures, 1);
        EXPECT_LT(outcome.numbers_written, 50000u);
    }
    close(full);
}

INSTANTIATE_TEST_SUITE_P(Jobs, StreamThreads,
                         testing::Combine(testing::Values(1u, 2u, 5u), testing::Bool()));

// The primes of count numbers from `first` on, which are taken for primes.
fg_results answers_from(uint64_t first, size_t count) {
    fg_results results = {};
    results.count = count;
    results.offsets = static_cast<size_t *>(malloc((count + 1) * sizeof(size_t)));
    results.values = static_cast<uint64_t *>(malloc(count * sizeof(uint64_t)));
    for (size_t k = 0; k <= count; k++)
        results.offsets[k] = k;
    for (size_t k = 0; k < count; k++)
        results.values[k] = first + k;
    return results;
}

// A text that is left to its thread does not wait for ever: the caller's next poll writes it. If
// tasks can be long, no text is left.
TEST(StreamThreadsText, IsLeftToItsMakerForAWhile) {
    for (const bool brief_tasks : {false, true}) {
        const spawn::TemporaryFile file("1\n2\n3\n4\n");
        std::string path = file.path();
        char *operands[] = {path.data()};
        fg_reader_config reader_config = {};
        reader_config.operands = operands;
        reader_config.operand_count = 1;
        reader_config.stop_fd = -1;
        fg_reader *const reader = fg_reader_open(&reader_config);
        const int fd = memfd_create("output", MFD_CLOEXEC);
        fg_output output = output_to(fd);
        fg_columns columns;
        ASSERT_EQ(fg_columns_parse(&columns, "primes", nullptr), FG_OK);
        fg_stream_config config = {};
        config.reader = reader;
        config.output = &output;
        config.writer = {};
        config.writer.columns = &columns;
        config.block_numbers = 100;
        config.jobs = 2;
        config.brief_tasks = brief_tasks;
        config.written = [](void *, const fg_stream_written *) { return FG_OK; };
        config.output_failed = [](void *) { ADD_FAILURE(); };
        fg_stream *const stream = fg_stream_open(&config);
        ASSERT_NE(fg_stream_next(stream), nullptr);
        std::thread([stream] { // the second half, before the first
            fg_results late = answers_from(3, 2);
            fg_stream_consume(stream, 2, &late);
            fg_results_free(&late);
        })
            .join();
        EXPECT_EQ(output.bytes, 0u);
        fg_results early = answers_from(1, 2);
        fg_stream_consume(stream, 0, &early);
        fg_results_free(&early);
        EXPECT_EQ(output.bytes, brief_tasks ? strlen("1: 1\n2: 2\n") : 4 * strlen("1: 1\n"));
        EXPECT_EQ(fg_stream_next(stream), nullptr);
        EXPECT_EQ(output.bytes, 4 * strlen("1: 1\n"));
        fg_stream_drain(stream);
        fg_stream_close(stream);
        fg_reader_close(reader);
        close(fd);
    }
}

} // namespace
