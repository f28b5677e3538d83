/* SPDX-License-Identifier: MIT */
/*
 * read_ahead.c: a ring of blocks, and the thread that fills it.
 */
#include "cli/run/read_ahead.h"

#include <stdlib.h>

/* Numbers of the first block; each of the next has twice as many. */
#define FIRST_BLOCK ((size_t)16384)
/* One in so many numbers of a block may be above 2^64 - 1. */
#define WIDE_PART 4

/* ---- A block ---- */

/* Returns the capacity of the next block. The first blocks are small, so that the first one is
 * ready soon. */
static size_t block_room(const struct fg_read_ahead *ahead) {
    const size_t max = ahead->block_numbers;
    const uint64_t before = ahead->read_count;
    return before < 16 && FIRST_BLOCK << before < max ? FIRST_BLOCK << before : max;
}

/* Returns how many of a block's numbers may have two words. They take so much longer that fewer are
 * enough for all jobs. */
static size_t wide_room(const struct fg_read_ahead *ahead, size_t capacity) {
    const size_t room = capacity / WIDE_PART > 0 ? capacity / WIDE_PART : 1;
    return room < ahead->wide_numbers ? room : ahead->wide_numbers;
}

/* Leaves out the zeros, and the numbers from 2^64 on, in whose places there is a 0. */
static void leave_out_others(struct fg_input_block *block, size_t first_zero) {
    size_t kept = 0;
    for (size_t i = 0; i < block->read.list.count; i++)
        if (i < first_zero || block->read.list.numbers[i] != 0) {
            block->without_others[kept] = block->read.list.numbers[i];
            block->indices[kept++] = (uint32_t)i;
        }
    block->numbers = block->without_others;
    block->count = kept;
}

/* Reads one block. False at the end of the input. */
static bool fill_block(struct fg_read_ahead *ahead, struct fg_input_block *block) {
    struct fg_reader_block *const read = &block->read;
    read->list.capacity = block_room(ahead);
    read->list.wide_capacity = wide_room(ahead, read->list.capacity);
    read->list.range_capacity = SIZE_MAX;
    if (!fg_reader_next(ahead->reader, read))
        return false;
    block->had_bad_token = fg_reader_had_bad_token(ahead->reader);
    block->had_unreadable = fg_reader_had_unreadable(ahead->reader);
    block->count = read->list.count;
    block->numbers = read->list.is_range ? NULL : read->list.numbers;
    if (read->list.is_range)
        return true;
    size_t first_zero = 0;
    while (first_zero < read->list.count && read->list.numbers[first_zero] != 0)
        first_zero++;
    if (first_zero < read->list.count)
        leave_out_others(block, first_zero);
    return true;
}

size_t fg_input_block_index(const struct fg_input_block *block, size_t i) {
    if (i == 0 || block->count == block->read.list.count)
        return i;
    return i < block->count ? block->indices[i] : block->read.list.count;
}

size_t fg_input_block_count_before(const struct fg_input_block *block, size_t place) {
    if (block->count == block->read.list.count)
        return place;
    size_t low = 0, high = block->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (block->indices[middle] < place)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- The ring ---- */

static bool is_full(const struct fg_read_ahead *ahead) {
    return ahead->read_count - ahead->released_count == FG_READ_AHEAD_BLOCKS;
}

/* Reads one block into the ring, which must not be full. Called, and returns, under the lock. */
static void read_block(struct fg_read_ahead *ahead) {
    struct fg_input_block *const block = &ahead->blocks[ahead->read_count % FG_READ_AHEAD_BLOCKS];
    block->begin = ahead->read_end;
    pthread_mutex_unlock(&ahead->lock);
    const bool got = fill_block(ahead, block);
    pthread_mutex_lock(&ahead->lock);
    if (got) {
        ahead->read_end += block->read.list.count;
        ahead->read_count++;
    }
    ahead->input_ended = !got;
    pthread_cond_signal(&ahead->block_read);
}

static void *read_blocks(void *argument) {
    struct fg_read_ahead *const ahead = argument;
    pthread_mutex_lock(&ahead->lock);
    while (!ahead->input_ended && !ahead->is_stopped) {
        if (is_full(ahead))
            pthread_cond_wait(&ahead->block_released, &ahead->lock);
        else
            read_block(ahead);
    }
    pthread_mutex_unlock(&ahead->lock);
    return NULL;
}

const struct fg_input_block *fg_read_ahead_next(struct fg_read_ahead *ahead) {
    const struct fg_input_block *next = NULL;
    atomic_store(&ahead->is_waiting, true);
    pthread_mutex_lock(&ahead->lock);
    if (!ahead->has_thread) {
        while (is_full(ahead) && !ahead->is_stopped)
            pthread_cond_wait(&ahead->block_released, &ahead->lock);
        if (!ahead->is_stopped)
            read_block(ahead);
    }
    while (ahead->read_count == ahead->taken_count && !ahead->input_ended && !ahead->is_stopped)
        pthread_cond_wait(&ahead->block_read, &ahead->lock);
    if (ahead->read_count > ahead->taken_count && !ahead->is_stopped)
        next = &ahead->blocks[ahead->taken_count++ % FG_READ_AHEAD_BLOCKS];
    pthread_mutex_unlock(&ahead->lock);
    atomic_store(&ahead->is_waiting, false);
    return next;
}

void fg_read_ahead_release(struct fg_read_ahead *ahead) {
    pthread_mutex_lock(&ahead->lock);
    fg_wide_answers_clear(&ahead->wide[ahead->released_count % FG_READ_AHEAD_BLOCKS]);
    ahead->released_count++;
    pthread_cond_signal(&ahead->block_released);
    pthread_mutex_unlock(&ahead->lock);
}

void fg_read_ahead_stop(struct fg_read_ahead *ahead) {
    pthread_mutex_lock(&ahead->lock);
    ahead->is_stopped = true;
    pthread_cond_broadcast(&ahead->block_read);
    pthread_cond_broadcast(&ahead->block_released);
    pthread_mutex_unlock(&ahead->lock);
}

/* ---- Beginning and end ---- */

/* Serves as the reader's callback `wanted`. */
static bool is_block_wanted(void *context) {
    struct fg_read_ahead *const ahead = context;
    return atomic_load(&ahead->is_waiting);
}

/* Gives the blocks their memory: one allocation, because freeing twelve took 0.2 ms with two jobs.
 * What is for zeros and for numbers of two words stays untouched without such. False if memory is
 * short. */
static bool allocate_blocks(struct fg_read_ahead *ahead) {
    const size_t numbers = ahead->block_numbers, wide = ahead->wide_numbers;
    const size_t bytes =
        numbers * (2 * sizeof(uint64_t) + sizeof(uint32_t)) +
        wide * (sizeof(struct fg_uint128) + sizeof(size_t) + sizeof(struct fg_wide_answer));
    const size_t aligned = (bytes + 63) / 64 * 64;
    ahead->memory = malloc(FG_READ_AHEAD_BLOCKS * aligned);
    if (ahead->memory == NULL)
        return false;
    for (size_t i = 0; i < FG_READ_AHEAD_BLOCKS; i++) {
        struct fg_input_block *const block = &ahead->blocks[i];
        struct fg_number_list *const list = &block->read.list;
        list->numbers = (uint64_t *)((char *)ahead->memory + i * aligned);
        block->without_others = list->numbers + numbers;
        list->wide = (struct fg_uint128 *)(block->without_others + numbers);
        list->wide_places = (size_t *)(list->wide + wide);
        block->wide = &ahead->wide[i];
        block->wide->list = (struct fg_wide_answer *)(list->wide_places + wide);
        block->indices = (uint32_t *)(block->wide->list + wide);
    }
    return true;
}

bool fg_read_ahead_init(struct fg_read_ahead *ahead, struct fg_reader *reader, size_t block_numbers,
                        bool takes_wide) {
    *ahead = (struct fg_read_ahead){.reader = reader, .block_numbers = block_numbers};
    ahead->wide_numbers = takes_wide ? block_numbers / WIDE_PART + 1 : 0;
    pthread_mutex_init(&ahead->lock, NULL); /* with default attributes these cannot fail */
    pthread_cond_init(&ahead->block_read, NULL);
    pthread_cond_init(&ahead->block_released, NULL);
    fg_reader_set_wanted(reader, is_block_wanted, ahead);
    for (size_t i = 0; i < FG_READ_AHEAD_BLOCKS; i++)
        fg_wide_answers_init(&ahead->wide[i]);
    return allocate_blocks(ahead);
}

void fg_read_ahead_start(struct fg_read_ahead *ahead) {
    ahead->has_thread = pthread_create(&ahead->thread, NULL, read_blocks, ahead) == 0;
}

void fg_read_ahead_join(struct fg_read_ahead *ahead) {
    if (ahead->has_thread)
        pthread_join(ahead->thread, NULL);
    ahead->has_thread = false;
}

void fg_read_ahead_destroy(struct fg_read_ahead *ahead) {
    free(ahead->memory);
    for (size_t i = 0; i < FG_READ_AHEAD_BLOCKS; i++)
        fg_wide_answers_destroy(&ahead->wide[i]);
    pthread_cond_destroy(&ahead->block_read);
    pthread_cond_destroy(&ahead->block_released);
    pthread_mutex_destroy(&ahead->lock);
}
