/* SPDX-License-Identifier: MIT */
/*
 * task_queue.c: cutting, pulling, answering. task_gather.c gathers the answers.
 *
 * A batch is cut so that each worker gets FG_TASKS_PER_WORKER tasks: enough to balance the end of a
 * batch to a few per cent, few enough that pulling one costs nothing. If the method is not brief,
 * the tasks are of similar cost, a number's being its fg_work() plus a constant for the work around
 * them; if it is, of as many numbers.
 *
 * The number of divisors in a batch is not known beforehand. If a task has more answers than its
 * worker or the arena has capacity for, it delivers the first of them, or none. Then no worker
 * begins a new task, and the batch ends with the answers before the first gap.
 */
#include "backends/task_queue.h"

#include "arith/target.h"
#include "backends/child.h"
#include "backends/task_queue_state.h"
#include "methods/method.h"
#include <stdlib.h>
#include <string.h>

#define FG_TASKS_PER_WORKER 64
/* A full task has as many numbers as fg_factor_run() takes, because the last numbers of a task
 * leave lanes idle. Towards the end of a batch a task has fewer numbers, so that each worker has
 * FG_LAST_TASKS_PER_WORKER left, but not fewer than FG_LEAST_TASK_NUMBERS. With 512 in place of 256
 * two workers take 1.04 times as long for 100,000 random 64-bit numbers. */
#define FG_FULL_TASK_NUMBERS ((size_t)2048)
#define FG_LAST_TASKS_PER_WORKER 2
#define FG_LEAST_TASK_NUMBERS ((size_t)256)
/* The least numbers of a task in a small batch, which has no full task for each worker; or the
 * worker's share of the batch if that is less. Cut for two workers, 1000 random 64-bit numbers
 * take 1.15 times the CPU time of one task, and 1.4 times with 256 in place of 512. */
#define FG_LEAST_TASK_NUMBERS_SMALL ((size_t)512)
/* Both limits for numbers of two words: 16 of 96 bits take as long as 512 of 64 bits. */
#define FG_FULL_TASK_NUMBERS_WIDE ((size_t)512)
#define FG_LEAST_TASK_NUMBERS_WIDE ((size_t)16)
/* A task of a range has so many numbers at least, unless a worker's share is less. If its answers
 * are gathered, it has so many at most, because they must fit FG_TASK_VALUES: below 2^64 a number
 * has 4.9 primes and 45 divisors on average. */
#define FG_LEAST_TASK_RANGE ((size_t)1 << 16)
#define FG_TASK_RANGE_OF_PRIMES ((size_t)1 << 18)
#define FG_TASK_RANGE_OF_DIVISORS ((size_t)1 << 14)
/* A task of totals of a range has up to so many numbers, as long as each worker gets
 * FG_LEAST_TASKS_OF_TOTALS of them: 2^16 numbers take less time than beginning with them and
 * looking for their extremes. */
#define FG_TASK_RANGE_OF_TOTALS ((size_t)1 << 24)
#define FG_LEAST_TASKS_OF_TOTALS 8
/* The least work worth a task (about 25 us), in units of fg_work(). */
#define FG_LEAST_TASK_COST 262144
/* Max values that one task delivers: 16 MiB. It must hold FG_MAX_DIVISORS, and it holds the
 * smallest task of numbers that all have so many: eleven of 64 bits. With less, whole batches ended
 * at their first task, and a list of such numbers took twice as long as with `serial`. */
#define FG_TASK_VALUES (UINT64_C(1) << 21)
_Static_assert(FG_TASK_VALUES / 2 >= FG_WIDE_MAX_LISTED_DIVISORS, "a task holds any answer");

/* Max values that are handed to a consumer at once: 2 MiB. At least FG_MAX_DIVISORS. */
#define FG_CONSUMED_VALUES ((size_t)1 << 18)

/* Max number of tasks. If C is the batch's cost and T >= C / (workers * FG_TASKS_PER_WORKER) that
 * of a task: two runs in a row exceed T together (2C/T runs), a number is cut when it exceeds 2T
 * (C/2T of them, each ending a run early) into at most 1.5 times its cost over T slices. Together
 * less than 4.5 C/T. */
static size_t task_capacity(unsigned workers) {
    return (size_t)workers * FG_TASKS_PER_WORKER * 5 + 4;
}

/* Words of the arena. */
static const uint64_t arena_capacity = 2 * FG_QUEUE_VALUES;

/* The offset of each part of the mapping; every part begins on a cache line of its own. */
struct layout {
    size_t list, value_counts, tasks, errors, arena, end;
};

static struct layout lay_out(unsigned workers) {
    const struct fg_task_queue *const queue = NULL;
    const size_t line = 64;
    struct layout at;
    at.list = (sizeof *queue + line - 1) / line * line;
    at.value_counts = at.list + FG_PAGE_NUMBERS * sizeof(struct fg_uint128);
    at.tasks = at.value_counts + FG_PAGE_NUMBERS * sizeof *queue->value_counts;
    at.errors = at.tasks + task_capacity(workers) * sizeof *queue->tasks;
    const size_t errors_end = at.errors + task_capacity(workers) * sizeof *queue->errors;
    at.arena = (errors_end + line - 1) / line * line;
    at.end = at.arena + arena_capacity * sizeof *queue->arena;
    return at;
}

enum fg_status fg_task_queue_create(enum fg_method method, unsigned workers, bool forked,
                                    struct fg_task_queue **queue, struct fg_error *error) {
    const struct layout at = lay_out(workers);
    unsigned char *const memory = fg_child_share(at.end, error);
    if (memory == NULL)
        return FG_ERROR_MEMORY;
    struct fg_task_queue *const made = (struct fg_task_queue *)memory;
    made->shared_list = forked ? memory + at.list : NULL;
    made->value_counts = (uint32_t *)(memory + at.value_counts);
    made->tasks = (struct fg_task *)(memory + at.tasks);
    made->errors = (struct fg_error *)(memory + at.errors);
    made->arena = (uint64_t *)(memory + at.arena);
    made->method = method;
    made->workers = workers;
    made->engine = fg_method_engine(method);
    made->slices = forked ? NULL : made->engine->slices;
    made->mapped_bytes = at.end;
    *queue = made;
    return FG_OK;
}

void fg_task_queue_gathers(struct fg_task_queue *queue, enum fg_answer answer) {
    queue->gathers_primes = answer == FG_ANSWER_PRIMES;
}

void fg_task_queue_destroy(struct fg_task_queue *queue) {
    if (queue != NULL)
        fg_child_unshare(queue, queue->mapped_bytes);
}

static struct fg_task *append_task(struct fg_task_queue *queue, size_t first, size_t count) {
    FG_VERIFY_CHECK(queue->task_count < task_capacity(queue->workers));
    struct fg_task *const task = &queue->tasks[queue->task_count++];
    memset(task, 0, sizeof *task);
    task->first = first;
    task->count = count;
    return task;
}

static void append_slices(struct fg_task_queue *queue, size_t index, double slice_cost) {
    const uint64_t count = queue->slices->count(queue->method, queue->numbers.list[index]);
    const uint64_t pieces = (uint64_t)((double)count / slice_cost) + 1;
    const uint64_t length = count / pieces + 1;
    for (uint64_t begin = 0; begin < count;) {
        struct fg_task *const task = append_task(queue, index, 1);
        task->slice = true;
        task->begin = begin;
        task->end = count - begin < length ? count : begin + length;
        begin = task->end;
    }
}

/*
 * If the method is brief, estimating the work of every number would cost as much as dividing out
 * its small primes. So tasks are cut by count. They are smaller towards the end of the batch, where
 * the other workers would wait for a hard one.
 */
static void cut_by_count(struct fg_task_queue *queue) {
    const bool wide = queue->numbers.words == 2;
    const size_t full = wide ? FG_FULL_TASK_NUMBERS_WIDE : FG_FULL_TASK_NUMBERS;
    const size_t share = queue->numbers.count / queue->workers / FG_TASKS_PER_WORKER + 1;
    const size_t most = share > full ? share : full;
    /* A batch of few numbers may be one that holds all the answers that there is room for. */
    const size_t equal = (queue->numbers.count + queue->workers - 1) / queue->workers;
    const size_t surely = wide ? 1 : FG_TASK_VALUES / FG_MAX_DIVISORS;
    const size_t few = equal > surely ? equal : surely;
    const size_t usual = wide           ? FG_LEAST_TASK_NUMBERS_WIDE
                         : equal < full ? FG_LEAST_TASK_NUMBERS_SMALL
                                        : FG_LEAST_TASK_NUMBERS;
    const size_t least = few < usual ? few : usual;
    for (size_t first = 0; first < queue->numbers.count;) {
        const size_t left = queue->numbers.count - first;
        size_t count = left / queue->workers / FG_LAST_TASKS_PER_WORKER;
        count = count < least ? least : count < most ? count : most;
        append_task(queue, first, count < left ? count : left);
        first += count;
    }
}

/* Returns whether the workers hand the answers over, so that none is gathered. */
static bool is_consumed(const struct fg_task_queue *queue) {
    return queue->consumer.consume != NULL || queue->consumer.requests != NULL ||
           queue->consumer.totals != NULL;
}

/*
 * To begin a task of a range takes time, of which the method says how many numbers are worth it.
 * Larger tasks only make the workers end at different times.
 */
static void cut_range(struct fg_task_queue *queue) {
    const size_t count = queue->numbers.count;
    const size_t equal = (count + queue->workers - 1) / queue->workers;
    const size_t shortest = count / queue->workers / FG_TASKS_PER_WORKER + 1; /* for the capacity */
    const size_t worth =
        queue->engine->ranges->part_numbers(&queue->numbers, queue->consumer.totals);
    size_t length = worth > FG_LEAST_TASK_RANGE ? worth : FG_LEAST_TASK_RANGE;
    if (!is_consumed(queue)) {
        const size_t fitting =
            queue->gathers_primes ? FG_TASK_RANGE_OF_PRIMES : FG_TASK_RANGE_OF_DIVISORS;
        length = length < fitting ? length : fitting;
    }
    if (queue->consumer.totals != NULL) {
        const size_t few = count / queue->workers / FG_LEAST_TASKS_OF_TOTALS;
        const size_t most = few < FG_TASK_RANGE_OF_TOTALS ? few : FG_TASK_RANGE_OF_TOTALS;
        length = length > most ? length : most;
        if (queue->workers == 1) /* which waits for no other */
            length = count;
    }
    length = length > shortest ? length : shortest;
    length = length < equal ? length : equal;
    for (size_t first = 0; first < count; first += length)
        append_task(queue, first, length < count - first ? length : count - first);
}

static double number_cost(const struct fg_task_queue *queue, const struct fg_numbers *numbers,
                          size_t i) {
    const uint64_t work = numbers->words == 2
                              ? queue->engine->wide_work(queue->method, numbers->wide_list[i])
                              : queue->engine->work(queue->method, fg_numbers_at(numbers, i).low);
    return (double)work + FG_NUMBER_COST;
}

/* Tasks of similar cost; a number that costs much more is cut into slices. */
static void cut_by_cost(struct fg_task_queue *queue) {
    const size_t count = queue->numbers.count;
    double batch_cost = 0;
    for (size_t i = 0; i < count; i++)
        batch_cost += number_cost(queue, &queue->numbers, i);
    double task_cost = batch_cost / ((double)queue->workers * FG_TASKS_PER_WORKER);
    if (task_cost < FG_LEAST_TASK_COST)
        task_cost = FG_LEAST_TASK_COST;

    size_t run_first = 0;
    double run_cost = 0;
    for (size_t i = 0; i < count; i++) {
        const double cost = number_cost(queue, &queue->numbers, i);
        const bool cut = queue->slices != NULL && cost > 2 * task_cost;
        if (run_first < i && (cut || run_cost + cost > task_cost)) {
            append_task(queue, run_first, i - run_first);
            run_first = i;
            run_cost = 0;
        }
        run_cost += cost;
        if (cut) {
            append_slices(queue, i, task_cost);
            run_first = i + 1;
            run_cost = 0;
        }
    }
    if (run_first < count)
        append_task(queue, run_first, count - run_first);
}

double fg_task_queue_cost_bound(const struct fg_task_queue *queue,
                                const struct fg_numbers *numbers) {
    struct fg_uint128 bits = {1, 0}; /* odd: work never falls as odd numbers grow */
    if (numbers->kind == FG_NUMBERS_RANGE)
        bits.low |= numbers->count > 0 ? fg_numbers_at(numbers, numbers->count - 1).low : 0;
    else if (numbers->words == 2)
        for (size_t i = 0; i < numbers->count; i++) {
            bits.low |= numbers->wide_list[i].low;
            bits.high |= numbers->wide_list[i].high;
        }
    else
        for (size_t i = 0; i < numbers->count; i++)
            bits.low |= numbers->list[i];
    struct fg_numbers one = *numbers;
    one.kind = FG_NUMBERS_LIST;
    one.list = &bits.low;
    one.wide_list = &bits;
    return (double)numbers->count * number_cost(queue, &one, 0);
}

double fg_task_queue_cost(const struct fg_task_queue *queue, const struct fg_numbers *numbers,
                          double limit) {
    double cost = 0;
    for (size_t i = 0; i < numbers->count && cost < limit; i++)
        cost += number_cost(queue, numbers, i);
    return cost;
}

/* Lets the workers at the tasks, as the last act of filling. */
static void give_out(struct fg_task_queue *queue) {
    atomic_store(&queue->any_retry, false);
    atomic_store(&queue->full, false);
    atomic_store(&queue->arena_used, 0);
    atomic_store(&queue->supply, fg_supply_of(0, queue->task_count));
}

/* Empties the queue for the numbers. */
static void begin_fill(struct fg_task_queue *queue, const struct fg_numbers *numbers,
                       const struct fg_task_consumer *consumer) {
    const bool is_range = numbers->kind == FG_NUMBERS_RANGE;
    FG_VERIFY_CHECK(numbers->count <= FG_PAGE_NUMBERS || (is_range && consumer != NULL));
    FG_VERIFY_CHECK(consumer == NULL || queue->engine->slices == NULL);
    queue->numbers = *numbers;
    if (is_range)
        ; /* it has no list */
    else if (queue->shared_list != NULL && numbers->words == 2)
        queue->numbers.wide_list = memcpy(queue->shared_list, numbers->wide_list,
                                          numbers->count * sizeof *numbers->wide_list);
    else if (queue->shared_list != NULL)
        queue->numbers.list =
            memcpy(queue->shared_list, numbers->list, numbers->count * sizeof *numbers->list);
    queue->task_count = 0;
    queue->idle_deaths = 0;
    queue->consumer = consumer != NULL ? *consumer : (struct fg_task_consumer){0};
}

size_t fg_task_queue_fill(struct fg_task_queue *queue, const struct fg_numbers *numbers,
                          const struct fg_task_consumer *consumer) {
    begin_fill(queue, numbers, consumer);
    if (numbers->kind == FG_NUMBERS_RANGE)
        cut_range(queue);
    else
        (queue->engine->brief ? cut_by_count : cut_by_cost)(queue);
    give_out(queue);
    return queue->task_count;
}

void fg_task_queue_fill_whole(struct fg_task_queue *queue, const struct fg_numbers *numbers,
                              const struct fg_task_consumer *consumer) {
    begin_fill(queue, numbers, consumer);
    append_task(queue, 0, numbers->count);
    give_out(queue);
}

enum fg_status fg_worker_init(struct fg_worker *worker, unsigned index,
                              const struct fg_method_setup *setup, struct fg_error *error) {
    *worker = (struct fg_worker){.index = index, .answer = setup->answer};
    return fg_cpu_worker_open(&worker->cpu, setup, error);
}

void fg_worker_free(struct fg_worker *worker) {
    fg_results_free(&worker->answers);
    fg_cpu_worker_close(&worker->cpu);
}

/* Takes `task` if it is in `state`; false if another worker was quicker. */
static bool claim(struct fg_task *task, enum task_state state, const struct fg_worker *worker) {
    unsigned expected = state;
    return atomic_compare_exchange_strong(&task->state, &expected, TASK_TAKEN + worker->index);
}

/* Takes the next task off the supply; false if there is none. */
static bool take_next(struct fg_task_queue *queue, size_t *index) {
    uint64_t supply = atomic_load(&queue->supply);
    do {
        if (fg_supply_next(supply) == fg_supply_end(supply))
            return false;
    } while (!atomic_compare_exchange_weak(&queue->supply, &supply, supply + 1));
    *index = fg_supply_next(supply);
    return true;
}

struct fg_task *fg_task_queue_take(struct fg_task_queue *queue, const struct fg_worker *worker) {
    size_t index;
    while (!atomic_load(&queue->full) && take_next(queue, &index))
        if (claim(&queue->tasks[index], TASK_OPEN, worker))
            return &queue->tasks[index];
    if (atomic_load(&queue->any_retry))
        for (size_t i = 0; i < queue->task_count; i++)
            if (claim(&queue->tasks[i], TASK_RETRY, worker))
                return &queue->tasks[i];
    return NULL;
}

/* Empties the worker's answers. A consumer may have left another struct in their place. */
static void begin_answers(const struct fg_task_queue *queue, struct fg_worker *worker) {
    fg_results_clear(&worker->answers);
    worker->answers.answer = worker->answer;
    worker->answers.words = queue->numbers.words;
}

/* Answers the task and hands the answers to the consumer. */
static enum fg_status consume_task(struct fg_task_queue *queue, struct fg_task *task,
                                   struct fg_worker *worker) {
    struct fg_results *const answers = &worker->answers;
    const struct fg_task_consumer *const consumer = &queue->consumer;
    const bool is_range = queue->numbers.kind == FG_NUMBERS_RANGE;
    size_t most = task->count;
    if (consumer->requests != NULL) {
        const struct fg_numbers part = fg_numbers_part(&queue->numbers, task->first, task->count);
        return fg_cpu_worker_columns(&worker->cpu, &part, consumer->requests,
                                     consumer->request_count, consumer->first + task->first,
                                     fg_task_error(queue, task));
    }
    if (consumer->totals != NULL) {
        const struct fg_numbers part = fg_numbers_part(&queue->numbers, task->first, task->count);
        return fg_cpu_worker_totals(&worker->cpu, &part, consumer->totals,
                                    fg_task_error(queue, task));
    }
    for (size_t done = 0, count; done < task->count; done += count) {
        const size_t first = task->first + done, left = task->count - done;
        const struct fg_numbers part =
            fg_numbers_part(&queue->numbers, first, left < most ? left : most);
        begin_answers(queue, worker);
        FG_TRY(fg_cpu_worker_run(&worker->cpu, &part, FG_CONSUMED_VALUES / part.words, answers,
                                 fg_task_error(queue, task)));
        count = answers->count;
        if (!is_range)
            most = 2 * count; /* what does not fit is factored again */
        consumer->consume(consumer->context, consumer->first + first, answers);
    }
    return FG_OK;
}

/* Reserves `count` words in the arena; returns false if it is full. */
static bool take_place(struct fg_task_queue *queue, uint64_t count, uint64_t *offset) {
    *offset = atomic_load(&queue->arena_used);
    do {
        if (count > arena_capacity - *offset)
            return false;
    } while (!atomic_compare_exchange_weak(&queue->arena_used, offset, *offset + count));
    return true;
}

/* Puts as many answers into the arena as it has capacity for. */
static void deliver_answers(struct fg_task_queue *queue, struct fg_task *task,
                            const struct fg_results *answers) {
    task->value_count = answers->offsets[answers->count];
    task->answered = 0;
    const size_t words = fg_results_words(answers, task->value_count);
    if (take_place(queue, words, &task->offset)) {
        task->answered = answers->count;
        if (words > 0)
            memcpy(queue->arena + task->offset, answers->values, words * sizeof *queue->arena);
        for (size_t i = 0; i < answers->count && !task->slice; i++)
            queue->value_counts[task->first + i] =
                (uint32_t)(answers->offsets[i + 1] - answers->offsets[i]);
    }
    if (task->answered < task->count)
        atomic_store(&queue->full, true);
}

/* Answers the task and puts the answers into the arena. */
static enum fg_status answer_task(struct fg_task_queue *queue, struct fg_task *task,
                                  struct fg_worker *worker) {
    struct fg_results *const answers = &worker->answers;
    begin_answers(queue, worker);
    if (task->slice) {
        const uint64_t n = queue->numbers.list[task->first];
        FG_TRY(queue->slices->run(worker->cpu.state, n, task->begin, task->end, answers, NULL));
    } else {
        const struct fg_numbers part = fg_numbers_part(&queue->numbers, task->first, task->count);
        FG_TRY(fg_cpu_worker_run(&worker->cpu, &part, FG_TASK_VALUES / part.words, answers,
                                 fg_task_error(queue, task)));
    }
    deliver_answers(queue, task, answers);
    return FG_OK;
}

size_t fg_task_queue_left(const struct fg_task_queue *queue) {
    const uint64_t supply = atomic_load(&queue->supply);
    return fg_supply_end(supply) - fg_supply_next(supply);
}

size_t fg_task_queue_close(struct fg_task_queue *queue) {
    uint64_t supply = atomic_load(&queue->supply);
    size_t taken;
    do
        taken = fg_supply_next(supply);
    while (!atomic_compare_exchange_weak(&queue->supply, &supply, fg_supply_of(taken, taken)));
    return taken;
}

enum fg_status fg_task_queue_answer(struct fg_task_queue *queue, struct fg_task *task,
                                    struct fg_worker *worker) {
    fg_task_error(queue, task)->status = FG_OK;
    const enum fg_status status =
        (is_consumed(queue) ? consume_task : answer_task)(queue, task, worker);
    task->failed = status == FG_ERROR_SELF_CHECK;
    task->refused = status == FG_ERROR_TOO_MANY;
    if (status != FG_OK && !task->failed && !task->refused)
        return status;
    if (task->refused)
        atomic_store(&queue->full, true); /* the batch has no answers */
    atomic_store(&task->state, TASK_DONE);
    return FG_OK;
}

enum fg_status fg_task_queue_work(struct fg_task_queue *queue, struct fg_worker *worker) {
    struct fg_task *task;
    while ((task = fg_task_queue_take(queue, worker)) != NULL) {
        if (worker->cpus != NULL)
            fg_worker_cpus_spread(worker->cpus, worker->index);
        FG_TRY(fg_task_queue_answer(queue, task, worker));
    }
    if (worker->cpus != NULL)
        fg_worker_cpus_rest(worker->cpus, worker->index);
    return FG_OK;
}
