/*
 * stream.c: a ring of batches, the pieces of text that wait for those before them, and the threads
 * around them.
 *
 * A number's place is how many numbers of the input lie before it. Each text covers a range of
 * places, and is written when everything before its first place has been. The memory of a batch is
 * free again when the text of its last number has been written.
 */
#include "cli/run/stream.h"

#include "text/failure.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Batches: one being written, one being answered, one being read, and one to spare. */
#define RING 4
/* Numbers of the first batch; each of the next has twice as many. */
#define FIRST_BATCH ((size_t)16384)
/* A piece: so many numbers, and not many more values than that: some 300 KiB of text. */
#define PIECE_NUMBERS ((size_t)8192)
#define PIECE_VALUES ((size_t)32768)
/* Formatting threads, and the answers that wait for them: what one is at, and one for the next. */
#define FORMATTERS_MOST 16
#define HANDED_OVER 2
/* Texts for each job, being made or waiting for those before them: with more, who is ahead waits a
 * little. With twice as many the memory for 1 .. 10^7 was 7 % above that for 1 .. 10^6, not 3 %;
 * neither those nor a hundred times as many took less time. */
#define RUNS_PER_JOB 8
#define RUN_WAIT_NS 5000000L
/* Text that waits while some is being written: beyond this who has made it waits too. */
#define PENDING_BYTES ((size_t)16 << 20)
/* Texts that are left to who made them, who has them in its cache: to write another core's took 4 %
 * of the time for 1 .. 10^6 with two jobs. With more waiting, whoever comes by writes them. */
#define LEFT_TO_MAKERS 2
/* A text with more room than this is not kept for the next piece. */
#define KEPT_BYTES ((size_t)1 << 20)

struct batch {
    struct fg_stream_batch view;
    struct fg_reader_batch read; /* all its numbers */
    /* In fg_stream.rooms, config.batch_numbers each. The last two are untouched without zeros. */
    uint64_t *read_room, *view_room;
    uint32_t *indices;                  /* where in `read` each of view.numbers is */
    uint64_t begin;                     /* the place of its first number */
    bool had_bad_token, had_unreadable; /* the reader, by the batch's end */
};

/* A run of answers. */
struct piece {
    const struct batch *batch;
    size_t first, count; /* which of view.numbers */
    const struct fg_results *results;
    size_t at; /* where in the results the first is */
};

/* A piece as text. */
struct line_run {
    struct fg_text text;
    const struct batch *batch;
    size_t begin, end; /* which of read.numbers */
    pthread_t maker;
    struct line_run *next;
};

/* Answers that were handed over to the formatting threads. */
struct handed_over {
    const struct batch *batch;
    size_t first;
    struct fg_results results;
    size_t taken, done; /* answers that are being formatted or have been */
    uint64_t order;     /* 0: empty; else the least goes first */
};

struct fg_stream {
    struct fg_stream_config config;
    struct fg_stream_mark mark;    /* belongs to whoever is writing */
    const struct batch *answering; /* the caller's batch */
    atomic_bool waiting;           /* the caller, for a batch */
    pthread_t reader_thread, formatters[FORMATTERS_MOST];
    bool has_begun, has_reader_thread;
    unsigned formatter_count;

    pthread_mutex_t lock; /* for all that follows */
    pthread_cond_t batch_ready, batch_free, answers_ready, answers_free, text_written;
    /* Counts of batches; the place in the ring is the count modulo RING. */
    uint64_t batches_read, batches_taken, batches_written;
    uint64_t read_place, written_place;
    struct batch batches[RING];
    void *rooms;                         /* theirs */
    struct line_run *unused, *pending;   /* pending: in order of their places */
    size_t pending_count, pending_bytes; /* they and their texts */
    unsigned run_count;                  /* texts that there are */
    bool writing;                        /* somebody is at it */
    struct handed_over handed_over[HANDED_OVER];
    uint64_t last_order;
    bool input_ended, answers_ended;
    bool stopping; /* no more reading */
    bool failed;   /* the output has, or there was no memory for text */
    bool no_memory;
};

/* ---- Writing in order ---- */

/* The output has failed: nobody waits for anything any more. Under the lock. */
static void give_up(struct fg_stream *stream) {
    if (stream->failed)
        return;
    stream->failed = stream->stopping = true;
    stream->config.output_failed(stream->config.context);
    pthread_cond_broadcast(&stream->batch_ready);
    pthread_cond_broadcast(&stream->batch_free);
    pthread_cond_broadcast(&stream->answers_ready);
    pthread_cond_broadcast(&stream->answers_free);
    pthread_cond_broadcast(&stream->text_written);
}

static void give_up_for_memory(struct fg_stream *stream) {
    pthread_mutex_lock(&stream->lock);
    stream->no_memory = true;
    give_up(stream);
    pthread_mutex_unlock(&stream->lock);
}

static uint64_t place_of(const struct line_run *run) {
    return run->batch->begin + run->begin;
}

/* Puts the run where it belongs; under the lock. Most are behind all others. */
static void insert_pending(struct fg_stream *stream, struct line_run *run) {
    struct line_run **at = &stream->pending;
    while (*at != NULL && place_of(*at) < place_of(run))
        at = &(*at)->next;
    run->next = *at;
    *at = run;
    stream->pending_count++;
    stream->pending_bytes += run->text.size;
}

static struct line_run *remove_first_pending(struct fg_stream *stream) {
    struct line_run *const run = stream->pending;
    stream->pending = run->next;
    stream->pending_count--;
    stream->pending_bytes -= run->text.size;
    return run;
}

/* Keeps the run for another piece; under the lock. */
static void put_back(struct fg_stream *stream, struct line_run *run) {
    if (run->text.room > KEPT_BYTES)
        fg_text_free(&run->text);
    run->next = stream->unused;
    stream->unused = run;
}

/* The run was written; under the lock. */
static void account(struct fg_stream *stream, const struct line_run *run) {
    const struct fg_reader_batch *const read = &run->batch->read;
    const double share = (double)run->end / (double)read->count;
    const double bytes = share * (double)(read->end_byte - read->begin_byte);
    stream->config.written(stream->config.context, run->end - run->begin,
                           read->begin_byte + (uint64_t)bytes);
    stream->written_place += run->end - run->begin;
    if (run->end == read->count) {
        stream->batches_written++;
        pthread_cond_signal(&stream->batch_free);
    }
}

/* The run was written: moves the mark behind it. By whoever is writing, not under the lock, which
 * others need meanwhile. */
static enum fg_status move_mark(struct fg_stream *stream, const struct line_run *run) {
    struct fg_stream_mark *const mark = &stream->mark;
    const struct batch *const batch = run->batch;
    fg_digest_numbers(&mark->digest, batch->read.numbers + run->begin, run->end - run->begin);
    mark->numbers += run->end - run->begin;
    mark->output_bytes = stream->config.output->bytes;
    mark->had_bad_token |= batch->had_bad_token;
    mark->had_unreadable |= batch->had_unreadable;
    return stream->config.marked(stream->config.context, mark);
}

static enum fg_status write_run(struct fg_stream *stream, const struct line_run *run) {
    FG_TRY(fg_output_write(stream->config.output, run->text.data, run->text.size));
    return stream->config.begin != NULL ? move_mark(stream, run) : FG_OK;
}

/* Whether the first text that waits may be written now; under the lock. Want of memory does not
 * keep back what was made before. */
static bool can_write(const struct fg_stream *stream) {
    return !stream->writing && stream->config.output->error.status == FG_OK &&
           stream->pending != NULL && place_of(stream->pending) == stream->written_place;
}

/* Whether who made the first text that waits will be back for it. Under the lock. */
static bool is_left_to_its_maker(const struct fg_stream *stream) {
    return stream->config.brief_tasks && stream->pending_count <= LEFT_TO_MAKERS &&
           !pthread_equal(stream->pending->maker, pthread_self());
}

/* Writes the first text that waits, which can_write(); called, and returns, under the lock. */
static void write_first_pending(struct fg_stream *stream) {
    struct line_run *const run = remove_first_pending(stream);
    stream->writing = true;
    pthread_mutex_unlock(&stream->lock);
    const bool written = write_run(stream, run) == FG_OK;
    pthread_mutex_lock(&stream->lock);
    stream->writing = false;
    if (written)
        account(stream, run);
    else
        give_up(stream);
    put_back(stream, run);
    pthread_cond_broadcast(&stream->text_written);
}

/* The same with all that may be, before a wait or at the end. */
static void write_what_is_left(struct fg_stream *stream) {
    while (can_write(stream))
        write_first_pending(stream);
}

/* Writes what is next in order, unless somebody is at it: then he does. */
static void write_or_leave(struct fg_stream *stream, struct line_run *made) {
    made->maker = pthread_self();
    pthread_mutex_lock(&stream->lock);
    insert_pending(stream, made);
    /* Whoever is writing will be done some time, so nobody waits for ever. */
    while (stream->writing && stream->pending_bytes > PENDING_BYTES && !stream->failed)
        pthread_cond_wait(&stream->text_written, &stream->lock);
    while (can_write(stream) && !is_left_to_its_maker(stream))
        write_first_pending(stream);
    pthread_mutex_unlock(&stream->lock);
}

/* ---- Formatting ---- */

/* Waits until a text is free or the piece that begins at `place` is next, but not for long: what
 * comes before it may never be answered. Under the lock. */
static void await_unused(struct fg_stream *stream, uint64_t place) {
    struct timespec until;
    int failure = clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += RUN_WAIT_NS;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    while (stream->unused == NULL && place != stream->written_place && !stream->failed &&
           failure == 0)
        failure =
            pthread_cond_clockwait(&stream->text_written, &stream->lock, CLOCK_MONOTONIC, &until);
}

/* A text for the piece that begins at `place`. */
static struct line_run *take_unused(struct fg_stream *stream, uint64_t place) {
    pthread_mutex_lock(&stream->lock);
    if (stream->unused == NULL && stream->run_count >= RUNS_PER_JOB * stream->config.jobs)
        await_unused(stream, place);
    struct line_run *run = stream->unused;
    if (run != NULL)
        stream->unused = run->next;
    else if ((run = calloc(1, sizeof *run)) != NULL)
        stream->run_count++;
    pthread_mutex_unlock(&stream->lock);
    return run;
}

/* Where in read.numbers the number view.numbers[i] is, with the zeros before it if it is the first,
 * and those behind it if it is the last. */
static size_t index_of(const struct batch *batch, size_t i) {
    if (i == 0 || batch->view.count == batch->read.count)
        return i;
    return i < batch->view.count ? batch->indices[i] : batch->read.count;
}

/* The piece's lines; false where memory is short. */
static bool format_lines(const struct fg_writer_config *writer, const struct piece *piece,
                         struct line_run *run) {
    const struct fg_results *const results = piece->results;
    /* Without answers there are no offsets. */
    const size_t *const offsets = piece->count > 0 ? results->offsets + piece->at : NULL;
    run->text.size = 0;
    return fg_writer_lines(writer, &run->text, piece->batch->read.numbers + run->begin,
                           run->end - run->begin, offsets, results->values);
}

static void format_piece(struct fg_stream *stream, const struct piece *piece) {
    const size_t begin = index_of(piece->batch, piece->first);
    struct line_run *const run = take_unused(stream, piece->batch->begin + begin);
    if (run != NULL) {
        run->batch = piece->batch;
        run->begin = begin;
        run->end = piece->count > 0 ? index_of(piece->batch, piece->first + piece->count)
                                    : piece->batch->read.count;
    }
    if (run != NULL && format_lines(&stream->config.writer, piece, run)) {
        write_or_leave(stream, run);
        return;
    }
    if (run != NULL)
        fg_text_free(&run->text);
    free(run);
    give_up_for_memory(stream);
}

/* How many of `left` answers, from results[at] on, make a piece. */
static size_t piece_count(const struct fg_stream *stream, const struct fg_results *results,
                          size_t at, size_t left) {
    const size_t *const offsets = results->offsets + at;
    size_t count = left < PIECE_NUMBERS ? left : PIECE_NUMBERS;
    if (fg_writer_expands_divisors(&stream->config.writer)) {
        const size_t most = count;
        size_t values = 0;
        for (count = 0; count < most && values < PIECE_VALUES; count++)
            values += fg_count_divisors(results->values + offsets[count],
                                        offsets[count + 1] - offsets[count]);
    }
    while (count > 1 && offsets[count] - offsets[0] > PIECE_VALUES)
        count /= 2;
    return count;
}

/* ---- The formatting threads ---- */

/* The answers that were handed over first of those that nobody has taken whole; under the lock. */
static struct handed_over *next_handed_over(struct fg_stream *stream) {
    struct handed_over *next = NULL;
    for (size_t i = 0; i < HANDED_OVER; i++) {
        struct handed_over *const one = &stream->handed_over[i];
        if (one->order != 0 && one->taken < one->results.count &&
            (next == NULL || one->order < next->order))
            next = one;
    }
    return next;
}

/* Formats a piece of what was handed over; called, and returns, under the lock. */
static void format_handed_over(struct fg_stream *stream, struct handed_over *from) {
    const struct piece piece = {.batch = from->batch,
                                .first = from->first + from->taken,
                                .count = piece_count(stream, &from->results, from->taken,
                                                     from->results.count - from->taken),
                                .results = &from->results,
                                .at = from->taken};
    from->taken += piece.count;
    if (from->taken < from->results.count)
        pthread_cond_signal(&stream->answers_ready); /* there is more, for somebody else */
    pthread_mutex_unlock(&stream->lock);
    format_piece(stream, &piece);
    pthread_mutex_lock(&stream->lock);
    from->done += piece.count;
    if (from->done == from->results.count) {
        from->order = 0;
        pthread_cond_signal(&stream->answers_free);
    }
}

static void *format_answers(void *argument) {
    struct fg_stream *const stream = argument;
    pthread_mutex_lock(&stream->lock);
    while (!stream->failed) {
        struct handed_over *const next = next_handed_over(stream);
        if (next != NULL)
            format_handed_over(stream, next);
        else if (can_write(stream)) /* before it waits: what was left to somebody */
            write_first_pending(stream);
        else if (stream->answers_ended)
            break;
        else
            pthread_cond_wait(&stream->answers_ready, &stream->lock);
    }
    pthread_mutex_unlock(&stream->lock);
    return NULL;
}

void fg_stream_use_formatters(struct fg_stream *stream) {
    const unsigned jobs = stream->config.jobs;
    if (jobs < 2 || stream->formatter_count > 0)
        return;
    const unsigned wanted = jobs < FORMATTERS_MOST ? jobs : FORMATTERS_MOST;
    while (stream->formatter_count < wanted &&
           pthread_create(&stream->formatters[stream->formatter_count], NULL, format_answers,
                          stream) == 0)
        stream->formatter_count++;
}

static void hand_over(struct fg_stream *stream, size_t first, struct fg_results *results) {
    pthread_mutex_lock(&stream->lock);
    struct handed_over *empty = NULL;
    while (empty == NULL && !stream->failed) {
        for (size_t i = 0; i < HANDED_OVER && empty == NULL; i++)
            if (stream->handed_over[i].order == 0)
                empty = &stream->handed_over[i];
        if (empty == NULL)
            pthread_cond_wait(&stream->answers_free, &stream->lock);
    }
    if (empty != NULL) {
        const struct fg_results returned = empty->results;
        *empty = (struct handed_over){.batch = stream->answering,
                                      .first = first,
                                      .results = *results,
                                      .order = ++stream->last_order};
        *results = returned;
        pthread_cond_signal(&stream->answers_ready);
    }
    pthread_mutex_unlock(&stream->lock);
}

void fg_stream_consume(struct fg_stream *stream, size_t first, struct fg_results *results) {
    if (stream->formatter_count > 0 && results->count > 0) {
        hand_over(stream, first, results);
        return;
    }
    size_t at = 0;
    do {
        const size_t count =
            results->count > 0 ? piece_count(stream, results, at, results->count - at) : 0;
        const struct piece piece = {stream->answering, first + at, count, results, at};
        format_piece(stream, &piece);
        at += count;
    } while (at < results->count);
}

/* ---- Reading ---- */

/* The first batches are small, so that nobody waits long for the first of them. */
static size_t batch_room(const struct fg_stream *stream) {
    const size_t most = stream->config.batch_numbers;
    const uint64_t before = stream->batches_read;
    return before < 16 && FIRST_BATCH << before < most ? FIRST_BATCH << before : most;
}

/* Makes the view of a batch that holds zeros. */
static void leave_out_zeros(struct batch *batch, size_t first_zero) {
    size_t kept = 0;
    for (size_t i = 0; i < batch->read.count; i++)
        if (i < first_zero || batch->read.numbers[i] != 0) {
            batch->view_room[kept] = batch->read.numbers[i];
            batch->indices[kept++] = (uint32_t)i;
        }
    batch->view = (struct fg_stream_batch){batch->view_room, kept};
}

/* Fills a batch of the ring. False at the end of the input. */
static bool read_batch(struct fg_stream *stream, struct batch *batch) {
    struct fg_reader_batch *const read = &batch->read;
    read->numbers = batch->read_room;
    read->room = batch_room(stream);
    if (!fg_reader_next(stream->config.reader, read))
        return false;
    batch->had_bad_token = fg_reader_had_bad_token(stream->config.reader);
    batch->had_unreadable = fg_reader_had_unreadable(stream->config.reader);
    size_t first_zero = 0;
    while (first_zero < read->count && read->numbers[first_zero] != 0)
        first_zero++;
    batch->view = (struct fg_stream_batch){read->numbers, read->count};
    if (first_zero < read->count)
        leave_out_zeros(batch, first_zero);
    return true;
}

static bool ring_is_full(const struct fg_stream *stream) {
    return stream->batches_read - stream->batches_written == RING;
}

/* Reads one batch into the ring, which has room; called, and returns, under the lock. */
static void read_ahead(struct fg_stream *stream) {
    struct batch *const batch = &stream->batches[stream->batches_read % RING];
    batch->begin = stream->read_place;
    pthread_mutex_unlock(&stream->lock);
    const bool got = read_batch(stream, batch);
    pthread_mutex_lock(&stream->lock);
    if (got) {
        stream->read_place += batch->read.count;
        stream->batches_read++;
    }
    stream->input_ended = !got;
    pthread_cond_signal(&stream->batch_ready);
}

static void *read_batches(void *argument) {
    struct fg_stream *const stream = argument;
    pthread_mutex_lock(&stream->lock);
    while (!stream->input_ended && !stream->stopping) {
        if (ring_is_full(stream))
            pthread_cond_wait(&stream->batch_free, &stream->lock);
        else
            read_ahead(stream);
    }
    pthread_mutex_unlock(&stream->lock);
    return NULL;
}

bool fg_stream_is_waiting(struct fg_stream *stream) {
    return atomic_load(&stream->waiting);
}

const struct fg_stream_batch *fg_stream_next(struct fg_stream *stream) {
    stream->answering = NULL;
    atomic_store(&stream->waiting, true);
    if (!stream->has_begun) /* not before: the reader's functions may ask for the stream */
        stream->has_reader_thread =
            stream->config.jobs > 1 &&
            pthread_create(&stream->reader_thread, NULL, read_batches, stream) == 0;
    stream->has_begun = true;
    pthread_mutex_lock(&stream->lock);
    write_what_is_left(stream);
    if (!stream->has_reader_thread) {
        while (ring_is_full(stream) && !stream->failed)
            pthread_cond_wait(&stream->batch_free, &stream->lock);
        if (!stream->failed)
            read_ahead(stream);
    }
    while (stream->batches_read == stream->batches_taken && !stream->input_ended && !stream->failed)
        pthread_cond_wait(&stream->batch_ready, &stream->lock);
    if (stream->batches_read > stream->batches_taken && !stream->failed)
        stream->answering = &stream->batches[stream->batches_taken++ % RING];
    pthread_mutex_unlock(&stream->lock);
    atomic_store(&stream->waiting, false);
    return stream->answering != NULL ? &stream->answering->view : NULL;
}

/* ---- Beginning and end ---- */

static bool make_rooms(struct fg_stream *stream) {
    /* One allocation: to give back twelve took 0.2 ms with two jobs. */
    const size_t most = stream->config.batch_numbers;
    uint64_t *const words = malloc(RING * most * (2 * sizeof *words + sizeof(uint32_t)));
    stream->rooms = words;
    if (words == NULL)
        return false;
    uint32_t *const indices = (uint32_t *)(words + 2 * RING * most);
    for (size_t i = 0; i < RING; i++) {
        stream->batches[i].read_room = words + 2 * i * most;
        stream->batches[i].view_room = words + (2 * i + 1) * most;
        stream->batches[i].indices = indices + i * most;
    }
    return true;
}

static bool write_header(struct fg_stream *stream) {
    struct fg_text text = {0};
    if (stream->config.output->bytes > 0)
        return true; /* it is there already */
    const bool made = stream->config.headerless || fg_writer_header(&stream->config.writer, &text);
    if (made && text.size > 0 &&
        fg_output_write(stream->config.output, text.data, text.size) != FG_OK) {
        pthread_mutex_lock(&stream->lock);
        give_up(stream);
        pthread_mutex_unlock(&stream->lock);
    }
    fg_text_free(&text);
    return made;
}

struct fg_stream *fg_stream_open(const struct fg_stream_config *config) {
    struct fg_stream *const stream = calloc(1, sizeof *stream);
    if (stream == NULL)
        return NULL;
    stream->config = *config;
    if (config->begin != NULL)
        stream->mark = *config->begin;
    pthread_mutex_init(&stream->lock, NULL); /* with default attributes these cannot fail */
    pthread_cond_init(&stream->batch_ready, NULL);
    pthread_cond_init(&stream->batch_free, NULL);
    pthread_cond_init(&stream->answers_ready, NULL);
    pthread_cond_init(&stream->answers_free, NULL);
    pthread_cond_init(&stream->text_written, NULL);
    if (!make_rooms(stream) || !write_header(stream)) {
        fg_stream_close(stream);
        return NULL;
    }
    return stream;
}

void fg_stream_drain(struct fg_stream *stream) {
    pthread_mutex_lock(&stream->lock);
    stream->answers_ended = stream->stopping = true;
    pthread_cond_broadcast(&stream->answers_ready);
    pthread_cond_signal(&stream->batch_free);
    pthread_mutex_unlock(&stream->lock);
    if (stream->has_reader_thread)
        pthread_join(stream->reader_thread, NULL);
    for (unsigned i = 0; i < stream->formatter_count; i++)
        pthread_join(stream->formatters[i], NULL);
    pthread_mutex_lock(&stream->lock);
    write_what_is_left(stream);
    pthread_mutex_unlock(&stream->lock);
    if (stream->no_memory) {
        errno = ENOMEM;
        fg_output_fail(stream->config.output);
    }
}

const struct fg_stream_mark *fg_stream_last_mark(const struct fg_stream *stream) {
    return &stream->mark;
}

static void free_runs(struct line_run *run) {
    while (run != NULL) {
        struct line_run *const next = run->next;
        fg_text_free(&run->text);
        free(run);
        run = next;
    }
}

void fg_stream_close(struct fg_stream *stream) {
    if (stream == NULL)
        return;
    free_runs(stream->unused);
    free_runs(stream->pending);
    free(stream->rooms);
    for (size_t i = 0; i < HANDED_OVER; i++)
        fg_results_free(&stream->handed_over[i].results);
    pthread_cond_destroy(&stream->batch_ready);
    pthread_cond_destroy(&stream->batch_free);
    pthread_cond_destroy(&stream->answers_ready);
    pthread_cond_destroy(&stream->answers_free);
    pthread_cond_destroy(&stream->text_written);
    pthread_mutex_destroy(&stream->lock);
    free(stream);
}
