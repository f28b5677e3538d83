/* SPDX-License-Identifier: MIT */
/*
 * reading.h: for tests, a reader over operands that keeps its messages and can read all at once.
 */
#ifndef FG_TESTS_READING_H
#define FG_TESTS_READING_H

#include "cli/input/reader.h"
#include "number_lists.h"

#include <memory>
#include <string>
#include <vector>

namespace reading {

/* A batch with room of its own. */
struct Batch : fg_reader_block {
    explicit Batch(size_t most = 65536, size_t most_wide = 0)
        : fg_reader_block{}, storage(most, most_wide) {
        list = storage;
    }
    number_lists::List storage;
};

class Reading {
  public:
    /* The operands, messages and their context are set here; `rest` is all else. */
    Reading(std::vector<std::string> operands, fg_reader_config rest)
        : operands_(std::move(operands)) {
        for (std::string &operand : operands_)
            pointers_.push_back(operand.data());
        rest.operands = pointers_.data();
        rest.operand_count = pointers_.size();
        rest.report = [](void *context, const char *message) {
            static_cast<std::vector<std::string> *>(context)->push_back(message);
        };
        rest.context = &messages;
        reader.reset(fg_reader_open(&rest));
    }
    explicit Reading(std::vector<std::string> operands, bool strict = false, int stop_fd = -1,
                     bool (*wanted)(void *) = nullptr)
        : Reading(std::move(operands), simple_config(strict, stop_fd)) {
        fg_reader_set_wanted(reader.get(), wanted, nullptr);
    }

    /* Reads what is left, in batches of at most `room` numbers. */
    std::vector<uint64_t> read_all(size_t room = 65536) const {
        std::vector<uint64_t> numbers;
        Batch batch(room);
        while (fg_reader_next(reader.get(), &batch))
            numbers.insert(numbers.end(), batch.list.numbers,
                           batch.list.numbers + batch.list.count);
        return numbers;
    }
    /* Reads what is left, with at most `wide_room` numbers from 2^64 on in each batch. */
    number_lists::Numbers read_all_wide(size_t room, size_t wide_room) const {
        number_lists::Numbers numbers;
        Batch batch(room, wide_room);
        while (fg_reader_next(reader.get(), &batch))
            number_lists::append(numbers, batch.list);
        return numbers;
    }

    std::vector<std::string> messages;
    std::unique_ptr<fg_reader, void (*)(fg_reader *)> reader{nullptr, fg_reader_close};

  private:
    static fg_reader_config simple_config(bool strict, int stop_fd) {
        fg_reader_config config = {};
        config.strict = strict;
        config.stop_fd = stop_fd;
        return config;
    }

    std::vector<std::string> operands_;
    std::vector<char *> pointers_;
};

} // namespace reading

#endif
