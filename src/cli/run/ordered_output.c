/* SPDX-License-Identifier: MIT */
/*
 * ordered_output.c: a list of pending texts, and one of unused texts. One thread at a time writes.
 * It does not hold the lock then, because others need it.
 */
#include "cli/run/ordered_output.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

/* Time for which a thread waits for an unused text. It is limited because the answers before may
 * never come. */
#define TAKE_WAIT_NS 5000000L
/* Max bytes of pending text: the larger of PENDING_BYTES_LEAST and PENDING_BYTES_PER_TEXT for each
 * text of config.text_max. Beyond it, a thread that is ahead waits. 20,000 numbers with 103,680
 * divisors each took 1.75 GB with two jobs while only the texts were counted. */
#define PENDING_BYTES_LEAST ((size_t)16 << 20)
#define PENDING_BYTES_PER_TEXT ((size_t)512 << 10)
/* After this many waits without a write, which take a second, the answers before may never come.
 * Until the next write, a thread then waits less often for each text. */
#define WAITS_FOR_A_WRITE 200
#define WAITS_WHEN_STALLED 10
/* Max count of pending texts that are left to their makers, which have them in their caches:
 * writing another core's text took 4 % of the time for 1 .. 10^6 with two jobs. If more are
 * pending, any thread writes them. */
#define LEFT_TO_MAKERS 2
/* The memory of a larger text is freed after use. */
#define KEPT_BYTES ((size_t)1 << 20)

void fg_ordered_output_init(struct fg_ordered_output *ordered,
                            const struct fg_ordered_output_config *config) {
    *ordered = (struct fg_ordered_output){.config = *config};
    pthread_mutex_init(&ordered->lock, NULL); /* with default attributes these cannot fail */
    pthread_cond_init(&ordered->text_written, NULL);
}

static void free_texts(struct fg_ordered_text *text) {
    while (text != NULL) {
        struct fg_ordered_text *const next = text->next;
        fg_text_free(&text->text);
        free(text);
        text = next;
    }
}

void fg_ordered_output_destroy(struct fg_ordered_output *ordered) {
    free_texts(ordered->unused);
    free_texts(ordered->pending);
    pthread_cond_destroy(&ordered->text_written);
    pthread_mutex_destroy(&ordered->lock);
}

/* ---- Failing ---- */

/* Notes the failure and ends all waiting. Called, and returns, under the lock, which it releases
 * meanwhile. */
static void give_up(struct fg_ordered_output *ordered) {
    if (ordered->has_failed)
        return;
    ordered->has_failed = true;
    pthread_cond_broadcast(&ordered->text_written);
    pthread_mutex_unlock(&ordered->lock);
    ordered->config.failed(ordered->config.context);
    pthread_mutex_lock(&ordered->lock);
}

void fg_ordered_output_fail(struct fg_ordered_output *ordered) {
    pthread_mutex_lock(&ordered->lock);
    give_up(ordered);
    pthread_mutex_unlock(&ordered->lock);
}

void fg_ordered_output_fail_memory(struct fg_ordered_output *ordered,
                                   struct fg_ordered_text *text) {
    if (text != NULL)
        fg_text_free(&text->text);
    free(text);
    pthread_mutex_lock(&ordered->lock);
    ordered->lacks_memory = true;
    give_up(ordered);
    pthread_mutex_unlock(&ordered->lock);
}

bool fg_ordered_output_has_failed(struct fg_ordered_output *ordered) {
    pthread_mutex_lock(&ordered->lock);
    const bool has_failed = ordered->has_failed;
    pthread_mutex_unlock(&ordered->lock);
    return has_failed;
}

/* ---- Waiting ---- */

static size_t pending_bytes_max(const struct fg_ordered_output *ordered) {
    const size_t of_texts = ordered->config.text_max * PENDING_BYTES_PER_TEXT;
    return of_texts > PENDING_BYTES_LEAST ? of_texts : PENDING_BYTES_LEAST;
}

/* Returns whether too many bytes are pending. Under the lock. */
static bool has_too_much(const struct fg_ordered_output *ordered) {
    return ordered->pending_bytes > pending_bytes_max(ordered);
}

/* Computes when a wait that begins now ends; false if there is no clock. */
static bool end_of_wait(struct timespec *until) {
    if (clock_gettime(CLOCK_MONOTONIC, until) != 0)
        return false;
    until->tv_nsec += TAKE_WAIT_NS;
    until->tv_sec += until->tv_nsec / 1000000000;
    until->tv_nsec %= 1000000000;
    return true;
}

/* Waits a limited time until there is an unused text or the text at `begin` is next. Under the
 * lock. */
static void await_unused(struct fg_ordered_output *ordered, uint64_t begin) {
    struct timespec until;
    int failure = end_of_wait(&until) ? 0 : EINVAL;
    while (ordered->unused == NULL && begin != ordered->written_end && !ordered->has_failed &&
           failure == 0)
        failure =
            pthread_cond_clockwait(&ordered->text_written, &ordered->lock, CLOCK_MONOTONIC, &until);
}

/* Keeps the text for other numbers; under the lock. */
static void put_back(struct fg_ordered_output *ordered, struct fg_ordered_text *text) {
    if (text->text.room > KEPT_BYTES)
        fg_text_free(&text->text);
    text->next = ordered->unused;
    ordered->unused = text;
}

/* ---- Writing in order ---- */

/* Inserts the text in order, behind earlier parts of its number; under the lock. Most texts go to
 * the end. */
static void insert_pending(struct fg_ordered_output *ordered, struct fg_ordered_text *text) {
    struct fg_ordered_text **at = &ordered->pending;
    while (*at != NULL && (*at)->begin <= text->begin)
        at = &(*at)->next;
    text->next = *at;
    *at = text;
    ordered->pending_count++;
    ordered->pending_bytes += text->text.size;
}

static struct fg_ordered_text *remove_first_pending(struct fg_ordered_output *ordered) {
    struct fg_ordered_text *const text = ordered->pending;
    ordered->pending = text->next;
    ordered->pending_count--;
    ordered->pending_bytes -= text->text.size;
    return text;
}

/* Returns whether the first pending text may be written now; under the lock. Texts that were made
 * before memory was short are still written. */
static bool can_write(const struct fg_ordered_output *ordered) {
    return !ordered->is_writing && ordered->config.output->error.status == FG_OK &&
           ordered->pending != NULL && ordered->pending->begin == ordered->written_end;
}

/* Returns whether the first pending text is left to its maker, which will soon write it. Under the
 * lock. */
static bool is_left_to_its_maker(const struct fg_ordered_output *ordered) {
    return ordered->config.brief_tasks && ordered->pending_count <= LEFT_TO_MAKERS &&
           !pthread_equal(ordered->pending->maker, pthread_self());
}

/* Writes the first pending text; can_write() is true. Called, and returns, under the lock. */
static void write_first_pending(struct fg_ordered_output *ordered) {
    const struct fg_ordered_output_config *const config = &ordered->config;
    struct fg_ordered_text *const text = remove_first_pending(ordered);
    ordered->is_writing = true;
    pthread_mutex_unlock(&ordered->lock);
    const bool is_written =
        (config->prepare == NULL || config->prepare(config->context, text) == FG_OK) &&
        fg_output_write(config->output, text->text.data, text->text.size) == FG_OK &&
        config->written(config->context, text) == FG_OK;
    pthread_mutex_lock(&ordered->lock);
    ordered->is_writing = false;
    ordered->is_stalled = false;
    if (is_written)
        ordered->written_end = text->end;
    else
        give_up(ordered);
    put_back(ordered, text);
    pthread_cond_broadcast(&ordered->text_written);
}

/* Writes all texts that are next; called, and returns, under the lock. */
static void write_all_next(struct fg_ordered_output *ordered) {
    while (can_write(ordered))
        write_first_pending(ordered);
}

/* Waits until fewer bytes are pending or the text at `begin` is next; gives up if no text is
 * written for long. Under the lock. */
static void await_less(struct fg_ordered_output *ordered, uint64_t begin) {
    uint64_t end = ordered->written_end;
    unsigned waits = 0;
    struct timespec until;
    while (has_too_much(ordered) && begin != ordered->written_end && !ordered->has_failed &&
           waits < (ordered->is_stalled ? WAITS_WHEN_STALLED : WAITS_FOR_A_WRITE) &&
           end_of_wait(&until)) {
        write_all_next(ordered); /* also texts left to their makers, which may be waiting here */
        pthread_cond_clockwait(&ordered->text_written, &ordered->lock, CLOCK_MONOTONIC, &until);
        waits = end == ordered->written_end ? waits + 1 : 0;
        end = ordered->written_end;
    }
    ordered->is_stalled = ordered->is_stalled || waits >= WAITS_FOR_A_WRITE;
}

void fg_ordered_output_await(struct fg_ordered_output *ordered, uint64_t begin) {
    struct timespec until;
    pthread_mutex_lock(&ordered->lock);
    while (begin != ordered->written_end && !ordered->has_failed && end_of_wait(&until)) {
        write_all_next(ordered); /* also texts left to their makers */
        if (begin != ordered->written_end)
            pthread_cond_clockwait(&ordered->text_written, &ordered->lock, CLOCK_MONOTONIC, &until);
    }
    pthread_mutex_unlock(&ordered->lock);
}

struct fg_ordered_text *fg_ordered_output_take(struct fg_ordered_output *ordered, uint64_t begin) {
    pthread_mutex_lock(&ordered->lock);
    await_less(ordered, begin);
    if (ordered->unused == NULL && ordered->text_count >= ordered->config.text_max)
        await_unused(ordered, begin);
    struct fg_ordered_text *text = ordered->unused;
    if (text != NULL)
        ordered->unused = text->next;
    else if ((text = calloc(1, sizeof *text)) != NULL)
        ordered->text_count++;
    pthread_mutex_unlock(&ordered->lock);
    if (text == NULL)
        return NULL;
    fg_text_clear(&text->text);
    text->begin = begin;
    return text;
}

void fg_ordered_output_put(struct fg_ordered_output *ordered, struct fg_ordered_text *text) {
    text->maker = pthread_self();
    pthread_mutex_lock(&ordered->lock);
    insert_pending(ordered, text);
    /* The thread that is writing ends some time, so no thread waits for ever. */
    while (ordered->is_writing && has_too_much(ordered) && !ordered->has_failed)
        pthread_cond_wait(&ordered->text_written, &ordered->lock);
    while (can_write(ordered) && !is_left_to_its_maker(ordered))
        write_first_pending(ordered);
    pthread_mutex_unlock(&ordered->lock);
}

bool fg_ordered_output_write_one(struct fg_ordered_output *ordered) {
    pthread_mutex_lock(&ordered->lock);
    const bool can = can_write(ordered);
    if (can)
        write_first_pending(ordered);
    pthread_mutex_unlock(&ordered->lock);
    return can;
}

void fg_ordered_output_flush(struct fg_ordered_output *ordered) {
    while (fg_ordered_output_write_one(ordered))
        continue;
}

void fg_ordered_output_finish(struct fg_ordered_output *ordered) {
    fg_ordered_output_flush(ordered);
    if (ordered->lacks_memory) {
        errno = ENOMEM;
        fg_output_fail(ordered->config.output);
    }
}
