/* SPDX-License-Identifier: MIT */
/*
 * range_process_bench.c: ranges in whole programs: an older factor-gpu and GNU factor, which take
 * lists; columns in memory without a program; two processes beside two jobs; and Perl.
 *
 *     range_process_bench [--rounds=N] [--json=FILE] FACTOR-GPU OLDER wall|cpu [RACE...]
 *
 * OLDER is a factor-gpu without ranges, or "none". "cpu" counts the CPU time of all processes of a
 * run, which other programs on the machine hardly change. Programs that answer the same question
 * write files that have to be the same, byte for byte.
 */
#include "harness.h"
#include "process.h"

#include "methods/sieve/marks.h"
#include "methods/sieve/planes.h"
#include "methods/sieve/sieve_totals.h"
#include "methods/sieve/totients.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The memory for buckets, as the engine has it for one job. */
#define BUCKET_BYTES ((size_t)1 << 28)

enum { contenders_max = 5, command_most = 1024 };

/* Targets: the speed of the program over that of the column, and of two jobs over that of two
 * processes. */
#define WITHIN (1 / 1.1)
#define TWO_PROCESSES 0.95

/* A shell command; the file that it writes is compared with that of `like`. */
struct command {
    char text[command_most];
    int input, output;
    const struct command *like; /* NULL: nothing to compare */
};

/* Paths of programs, and the clock of all races. */
struct setting {
    struct fg_bench *bench;
    const char *program, *older; /* NULL: there is no older one */
    enum fg_bench_clock clock;
};

/* A race in the making. */
struct lineup {
    struct command commands[contenders_max];
    struct fg_bench_contender contenders[contenders_max];
    size_t count;
    double unit_count; /* numbers that each contender answers */
    bool same_output;  /* of all */
};

static bool fail(const char *message) {
    fprintf(stderr, "range_process_bench: %s\n", message);
    return false;
}

/* Empties the output. To give back a large file takes milliseconds, which are not the program's. */
static bool empty_output(void *context) {
    const struct command *const command = context;
    return ftruncate(command->output, 0) == 0;
}

static bool run_command(void *context) {
    const struct command *const command = context;
    const char *const arguments[FG_BENCH_ARGUMENTS_MAX] = {"sh", "-c", command->text};
    return fg_bench_run_program(arguments, command->input, command->output);
}

static bool is_same(void *context) {
    const struct command *const command = context;
    return command->like == NULL ||
           fg_bench_same_files(command->output, command->like->output, false);
}

/* Adds a command, in which each "@" is the program. */
static void add_command(struct lineup *lineup, const char *name, const char *program,
                        const char *text, double target_ratio) {
    struct command *const command = &lineup->commands[lineup->count];
    size_t length = 0;
    *command = (struct command){.input = fg_bench_make_file(), .output = fg_bench_make_file()};
    if (lineup->same_output && lineup->count > 0)
        command->like = &lineup->commands[0];
    for (; *text != '\0' && length < command_most; text++)
        length += (size_t)snprintf(command->text + length, command_most - length,
                                   *text == '@' ? "'%s'" : "%.1s", *text == '@' ? program : text);
    lineup->contenders[lineup->count++] = (struct fg_bench_contender){.name = name,
                                                                      .run = run_command,
                                                                      .check = is_same,
                                                                      .prepare = empty_output,
                                                                      .context = command,
                                                                      .target_ratio = target_ratio};
}

static bool race(const struct setting *setting, const struct lineup *lineup, const char *topic,
                 const char *title) {
    const struct fg_bench_race race = {
        .topic = topic,
        .title = title,
        .contenders = lineup->contenders,
        .count = lineup->count,
        .clock = setting->clock,
        .rounds_most = 7,
        .unit_count = lineup->unit_count,
        .unit_name = "number",
    };
    for (size_t i = 0; i < lineup->count; i++)
        if (lineup->commands[i].output < 0 || lineup->commands[i].input < 0)
            return fail("cannot make a file");
    return fg_bench_run(setting->bench, &race, NULL);
}

/* ---- Beside programs that take lists ---- */

/* Returns the target of a ratio to the older program; 0: none, because there is no such program. */
static double over_older(const struct setting *setting, double ratio) {
    return setting->older != NULL ? ratio : 0;
}

static bool race_primes(const struct setting *setting) {
    struct lineup lineup = {.unit_count = 1e7, .same_output = true};
    const char *const listed = "seq 1 10000000 | @ --show=primes --jobs=2";
    if (setting->older != NULL)
        add_command(&lineup, "seq | older", setting->older, listed, 0);
    add_command(&lineup, "seq | factor-gpu", setting->program, listed, over_older(setting, 1.7));
    add_command(&lineup, "factor-gpu A..B", setting->program,
                "@ --show=primes --jobs=2 1..10000000", over_older(setting, 2.5));
    if (fg_bench_have_program(setting->bench, "factor", "coreutils"))
        add_command(&lineup, "seq | factor", "factor", "seq 1 10000000 | @", 0);
    return race(setting, &lineup, "primes", "the primes of 1 .. 10^7, text, two jobs");
}

static bool race_npy(const struct setting *setting) {
    struct lineup lineup = {.unit_count = 1e7, .same_output = true};
    const char *const listed = "seq 1 10000000 | @ --format=npy --show=phi --jobs=2";
    if (setting->older != NULL)
        add_command(&lineup, "seq | older", setting->older, listed, 0);
    add_command(&lineup, "seq | factor-gpu", setting->program, listed, 0);
    add_command(&lineup, "factor-gpu A..B", setting->program,
                "@ --format=npy --show=phi --jobs=2 1..10000000", over_older(setting, 5));
    return race(setting, &lineup, "npy", "phi of 1 .. 10^7, .npy, two jobs");
}

/* ---- Beside what is computed in memory ---- */

#define TOTALS_END 1000000000

/* Fills the column phi of a range below 2^32, a segment at a time, in the same memory. */
static bool fill_phi(uint64_t first, uint64_t count) {
    static uint64_t values[FG_SEGMENT];
    struct fg_totients *totients;
    struct fg_error error;
    uint32_t sieved = 1;
    enum fg_status status = fg_totients_open(NULL, &totients, &error);
    if (status != FG_OK)
        return fail(error.message);
    fg_totients_begin(totients, first, count);
    while (status == FG_OK && sieved > 0) {
        status = fg_totients_next(totients, &first, &sieved, &error);
        fg_totients_values(totients, 0, sieved, values);
    }
    fg_totients_close(totients);
    return status == FG_OK || fail(error.message);
}

static bool fill_long_phi(void *context) {
    (void)context;
    return fill_phi(1, TOTALS_END);
}

/* Counts by the byte sieve what it takes of 1 .. 10^9. */
static bool count_marks(void *context) {
    struct fg_marks *marks;
    struct fg_marks_counts counts = {0};
    struct fg_error error;
    uint64_t sieved = 1;
    (void)context;
    enum fg_status status = fg_marks_open(NULL, BUCKET_BYTES, &marks, &error);
    if (status != FG_OK)
        return fail(error.message);
    fg_marks_begin(marks, FG_MARKS_MIN, TOTALS_END + 1 - FG_MARKS_MIN);
    while (status == FG_OK && sieved > 0)
        status = fg_marks_next(marks, &counts, &sieved, &error);
    fg_marks_close(marks);
    return status == FG_OK || fail(error.message);
}

static bool race_total(const struct setting *setting, const char *topic, const char *title,
                       struct fg_bench_contender in_memory, const char *column) {
    struct lineup lineup = {.unit_count = TOTALS_END};
    char text[command_most];
    lineup.contenders[lineup.count++] = in_memory;
    snprintf(text, sizeof text, "@ --total --show=%s --jobs=1 1..%d", column, TOTALS_END);
    add_command(&lineup, "--total, 1 job", setting->program, text, WITHIN);
    snprintf(text, sizeof text, "@ --total --show=%s --jobs=2 1..%d", column, TOTALS_END);
    const double jobs = setting->clock == FG_BENCH_WALL_TIME ? 2 : 1;
    add_command(&lineup, "--total, 2 jobs", setting->program, text, WITHIN * jobs);
    return race(setting, &lineup, topic, title);
}

static bool race_total_phi(const struct setting *setting) {
    return race_total(setting, "total-phi", "phi of 1 .. 10^9: its column in memory, and its total",
                      (struct fg_bench_contender){.name = "column in memory", .run = fill_long_phi},
                      "phi");
}

static bool race_total_mobius(const struct setting *setting) {
    return race_total(setting, "total-mobius", "mobius of 1 .. 10^9: the byte sieve, and its total",
                      (struct fg_bench_contender){.name = "byte sieve", .run = count_marks},
                      "mobius");
}

/* ---- Two jobs ---- */

static bool race_jobs(const struct setting *setting, const char *topic, const char *title,
                      double numbers, const char *processes, const char *jobs) {
    struct lineup lineup = {.unit_count = numbers};
    add_command(&lineup, "two processes", setting->program, processes, 0);
    add_command(&lineup, "two jobs", setting->program, jobs, TWO_PROCESSES);
    return race(setting, &lineup, topic, title);
}

static bool race_jobs_primes(const struct setting *setting) {
    return race_jobs(setting, "jobs-primes", "the primes of 1 .. 2*10^7 as text", 2e7,
                     "@ --show=primes --jobs=1 1..10000000 >/dev/null & "
                     "@ --show=primes --jobs=1 10000001..20000000 >/dev/null; wait",
                     "@ --show=primes --jobs=2 1..20000000 >/dev/null");
}

static bool race_jobs_phi(const struct setting *setting) {
    return race_jobs(setting, "jobs-phi", "the total of phi, 2*10^8 numbers from 10^12", 2e8,
                     "@ --total --show=phi --jobs=1 10^12..+99999999 & "
                     "@ --total --show=phi --jobs=1 1000100000000..+99999999; wait",
                     "@ --total --show=phi --jobs=2 10^12..+199999999");
}

static bool race_jobs_mobius(const struct setting *setting) {
    return race_jobs(setting, "jobs-mobius", "the total of mobius, 10^9 numbers from 10^12", 1e9,
                     "@ --total --show=mobius --jobs=1 10^12..+499999999 & "
                     "@ --total --show=mobius --jobs=1 1000500000000..+499999999; wait",
                     "@ --total --show=mobius --jobs=2 10^12..+999999999");
}

/* ---- Beside Math::Prime::Util, a module of Perl ---- */

/* 10^7 numbers, of which phi or the sum of mobius is asked for. The program's start is taken off:
 * both are CPU time. */
struct peer {
    uint64_t first;
    bool is_phi;
    char code[128]; /* of Perl; empty: it is the sieve */
    double took_s;
};

#define PEER_COUNT 10000000

static bool run_perl(const char *code) {
    const char *const arguments[FG_BENCH_ARGUMENTS_MAX] = {
        "perl", "-MMath::Prime::Util=moebius,euler_phi,vecsum", "-e", code};
    static int nothing = -1;
    if (nothing < 0)
        nothing = fg_bench_make_file();
    return nothing >= 0 && fg_bench_run_program(arguments, nothing, nothing);
}

static bool sum_mobius(uint64_t first, uint64_t count) {
    struct fg_totals totals = {.size = sizeof totals, .column = FG_COLUMN_MOBIUS};
    struct fg_sieve_totals *sieves;
    struct fg_error error;
    enum fg_status status = fg_sieve_totals_open(NULL, BUCKET_BYTES, &sieves, &error);
    if (status == FG_OK) {
        status = fg_sieve_totals_add(sieves, first, count, &totals, 1, &error);
        fg_sieve_totals_close(sieves);
    }
    return status == FG_OK || fail(error.message);
}

static bool run_peer(void *context) {
    struct peer *const peer = context;
    const bool is_perl = peer->code[0] != '\0';
    const double begin_s = fg_bench_cpu_s();
    if (is_perl && !run_perl(""))
        return false;
    const double started_s = fg_bench_cpu_s();
    const bool ran = is_perl        ? run_perl(peer->code)
                     : peer->is_phi ? fill_phi(peer->first, PEER_COUNT)
                                    : sum_mobius(peer->first, PEER_COUNT);
    peer->took_s = fg_bench_cpu_s() - started_s - (started_s - begin_s);
    return ran;
}

static double took_s(void *context) {
    const struct peer *const peer = context;
    return peer->took_s;
}

static bool race_peer(const struct setting *setting, const char *topic, const char *title,
                      uint64_t first, bool is_phi, double target) {
    struct peer peers[2] = {{.first = first, .is_phi = is_phi}, {.first = first, .is_phi = is_phi}};
    const uintmax_t last = first + PEER_COUNT - 1;
    snprintf(peers[0].code, sizeof peers[0].code,
             is_phi ? "my @v = euler_phi(%ju, %ju)" : "print vecsum(moebius(%ju, %ju))",
             (uintmax_t)first, last);
    const struct fg_bench_contender contenders[] = {
        {.name = "Math::Prime::Util", .run = run_peer, .context = &peers[0], .elapsed_s = took_s},
        {.name = is_phi ? "column in memory" : "sum",
         .run = run_peer,
         .context = &peers[1],
         .elapsed_s = took_s,
         .target_ratio = target},
    };
    const struct fg_bench_race race = {
        .topic = topic,
        .title = title,
        .contenders = contenders,
        .count = 2,
        .clock = FG_BENCH_PART_TIME,
        .rounds_most = 7,
        .unit_count = PEER_COUNT,
        .unit_name = "number",
    };
    return !fg_bench_have_program(setting->bench, "perl", "libmath-prime-util-perl") ||
           fg_bench_run(setting->bench, &race, NULL);
}

static bool race_peer_phi_1(const struct setting *setting) {
    return race_peer(setting, "peer-phi-1e0", "phi, 10^7 numbers from 1, CPU time", 1, true, 11);
}
static bool race_peer_phi_9(const struct setting *setting) {
    return race_peer(setting, "peer-phi-1e9", "phi, 10^7 numbers from 10^9, CPU time",
                     UINT64_C(1000000000), true, 58);
}
static bool race_peer_sum_9(const struct setting *setting) {
    return race_peer(setting, "peer-sum-1e9", "sum of mobius, 10^7 numbers from 10^9, CPU time",
                     UINT64_C(1000000000), false, 33);
}
static bool race_peer_sum_12(const struct setting *setting) {
    return race_peer(setting, "peer-sum-1e12", "sum of mobius, 10^7 numbers from 10^12, CPU time",
                     UINT64_C(1000000000000), false, 20);
}
static bool race_peer_sum_15(const struct setting *setting) {
    return race_peer(setting, "peer-sum-1e15", "sum of mobius, 10^7 numbers from 10^15, CPU time",
                     UINT64_C(1000000000000000), false, 13);
}

static const struct {
    const char *topic;
    bool (*run)(const struct setting *setting);
} races[] = {
    {"peer-phi-1e0", race_peer_phi_1},
    {"peer-phi-1e9", race_peer_phi_9},
    {"peer-sum-1e9", race_peer_sum_9},
    {"peer-sum-1e12", race_peer_sum_12},
    {"peer-sum-1e15", race_peer_sum_15},
    {"primes", race_primes},
    {"npy", race_npy},
    {"total-phi", race_total_phi},
    {"total-mobius", race_total_mobius},
    {"jobs-primes", race_jobs_primes},
    {"jobs-phi", race_jobs_phi},
    {"jobs-mobius", race_jobs_mobius},
};

/* Takes the operands before the names of races. */
static bool take_operands(struct setting *setting) {
    struct fg_bench *const bench = setting->bench;
    char **const operands = bench->operands;
    enum { COUNT = 3 };
    if (bench->operand_count < COUNT ||
        (strcmp(operands[2], "wall") != 0 && strcmp(operands[2], "cpu") != 0))
        return fail("expects the program, an older one or \"none\", and \"wall\" or \"cpu\"");
    setting->program = operands[0];
    setting->older = strcmp(operands[1], "none") != 0 ? operands[1] : NULL;
    setting->clock = strcmp(operands[2], "cpu") == 0 ? FG_BENCH_CPU_TIME : FG_BENCH_WALL_TIME;
    bench->operands += COUNT;
    bench->operand_count -= COUNT;
    return true;
}

int main(int argc, char **argv) {
    struct fg_bench bench;
    struct setting setting = {.bench = &bench};
    if (!fg_bench_open(&bench, "range_process_bench", false, &argc, argv))
        return EXIT_FAILURE;
    bool raced = take_operands(&setting);
    for (size_t i = 0; i < sizeof races / sizeof races[0] && raced; i++)
        if (fg_bench_is_asked_for(&bench, races[i].topic))
            raced = races[i].run(&setting);
    const bool written = fg_bench_close(&bench);
    return raced && written ? EXIT_SUCCESS : EXIT_FAILURE;
}
