/* SPDX-License-Identifier: MIT */
/*
 * process_bench.c: whole programs, from start to end: factor-gpu, the Python experiment, GNU factor
 * and PARI/GP.
 *
 *     process_bench [--rounds=N] [--json=FILE] FACTOR-GPU EXPERIMENT.PY [PRIMES-TOPIC]
 *
 * With a topic that begins with text-primes it runs that race alone.
 *
 * Each program reads a file and writes a file; if programs answer the same question their output
 * has to be the same, byte for byte. A slow peer may be given the first part of the input; its
 * times are scaled to the whole. A program that is not installed is named and left out.
 */
#include "harness.h"
#include "number_lists.h"
#include "process.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { number_count = 1000000, leads_max = 3 };

/* One program with its arguments. */
struct process {
    const char *arguments[FG_BENCH_ARGUMENTS_MAX]; /* ends with NULL */
    int input, output;                             /* files without names */
    bool partial;                                  /* its input is the first part of the others' */
    const struct process *like; /* whose output this one's must equal; NULL: none */
};

/* A file that holds the text. */
static int make_text(const char *text) {
    const int file = fg_bench_make_file();
    const size_t size = strlen(text);
    return file >= 0 && write(file, text, size) == (ssize_t)size ? file : -1;
}

/* A file that holds the first numbers of the list, one a line. */
static int make_numbers(const struct fg_bench_list *list, size_t count) {
    FILE *const file = tmpfile();
    struct fg_uint128 *const numbers = malloc(count * sizeof *numbers);
    bool made = file != NULL && numbers != NULL;
    if (made) {
        fg_bench_fill_any(list, numbers, count);
        for (size_t i = 0; i < count; i++)
            fg_bench_print_number(file, numbers[i]);
        made = fflush(file) == 0;
    }
    free(numbers);
    return made ? fileno(file) : -1;
}

/* 1, 2, 3 ... */
static const struct fg_bench_list counting = {FG_BENCH_CONSECUTIVE, 0, 1};

/* Empties the output. To give back a file of 20 MB takes milliseconds, which are not the program's.
 */
static bool prepare_process(void *context) {
    const struct process *const process = context;
    return ftruncate(process->output, 0) == 0;
}

static bool run_process(void *context) {
    const struct process *const process = context;
    return fg_bench_run_program(process->arguments, process->input, process->output);
}

static bool check_process(void *context) {
    const struct process *const process = context;
    return process->like == NULL ||
           fg_bench_same_files(process->output, process->like->output, process->partial);
}

/* A race in the making. */
struct lineup {
    struct process processes[FG_BENCH_CONTENDERS_MAX];
    struct fg_bench_contender contenders[FG_BENCH_CONTENDERS_MAX];
    double covered[FG_BENCH_CONTENDERS_MAX];
    struct fg_bench_lead leads[leads_max];
    size_t count, lead_count;
    int input;
    double unit_count; /* numbers in the input; 0: not counted */
    bool same_output;  /* as the first one's */
};

/* Adds a program; `targets` holds what it should reach. False if a file cannot be had. */
static bool add(struct lineup *lineup, struct fg_bench_contender contender,
                const char *const arguments[]) {
    struct process *const process = &lineup->processes[lineup->count];
    *process = (struct process){.input = lineup->input, .output = fg_bench_make_file()};
    lineup->covered[lineup->count] = lineup->unit_count;
    if (lineup->same_output && lineup->count > 0)
        process->like = &lineup->processes[0];
    for (int i = 0; i < FG_BENCH_ARGUMENTS_MAX - 1 && arguments[i] != NULL; i++)
        process->arguments[i] = arguments[i];
    contender.prepare = prepare_process;
    contender.run = run_process;
    contender.check = check_process;
    contender.context = process;
    lineup->contenders[lineup->count++] = contender;
    return process->input >= 0 && process->output >= 0;
}

static bool run(struct fg_bench *bench, const struct lineup *lineup, struct fg_bench_race race) {
    race.contenders = lineup->contenders;
    race.count = lineup->count;
    race.leads = lineup->leads;
    race.lead_count = lineup->lead_count;
    if (lineup->unit_count > 0) {
        race.unit_count = lineup->unit_count;
        race.unit_name = "number";
        race.covered = lineup->covered;
    }
    const bool raced = fg_bench_run(bench, &race, NULL);
    for (size_t i = 0; i < lineup->count; i++)
        close(lineup->processes[i].output);
    return raced;
}

#define ARGUMENTS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NAMED(text) ((struct fg_bench_contender){.name = (text)})

static bool race_start_up(struct fg_bench *bench, const char *program) {
    struct lineup lineup = {.input = make_text("")};
    bool ready = add(&lineup, NAMED("true (does nothing)"), ARGUMENTS("true"));
    if (ready && fg_bench_have_program(bench, "factor", "coreutils"))
        ready = add(&lineup, NAMED("factor 12"), ARGUMENTS("factor", "12"));
    const struct fg_bench_contender ours = {.name = "factor-gpu 12", .target_s = 0.010};
    return ready && add(&lineup, ours, ARGUMENTS(program, "12")) &&
           run(bench, &lineup,
               (struct fg_bench_race){
                   .topic = "start-up",
                   .title = "start-up to answer, one small number, whole process",
                   .least_sample_s = 0.02,
               });
}

#define ARTICLE "53541233", "21235343", "11421443", "5423123"

static bool race_experiment(struct fg_bench *bench, const char *program, const char *experiment) {
    struct lineup lineup = {.input = make_text(""), .same_output = true};
    if (!fg_bench_have_program(bench, "python3", "python3"))
        return true;
    const struct fg_bench_contender forked = {.name = "factor-gpu -b fork", .target_ratio = 20};
    return add(&lineup, NAMED("Python, processes"),
               ARGUMENTS("python3", experiment, "--way=processes", ARTICLE)) &&
           add(&lineup, NAMED("Python, loop"),
               ARGUMENTS("python3", experiment, "--way=loop", ARTICLE)) &&
           add(&lineup, NAMED("Python, pool"),
               ARGUMENTS("python3", experiment, "--way=pool", ARTICLE)) &&
           add(&lineup, forked,
               ARGUMENTS(program, "--method=exhaustive", "--backend=fork", ARTICLE)) &&
           add(&lineup, NAMED("factor-gpu -b serial"),
               ARGUMENTS(program, "--method=exhaustive", "--backend=serial", ARTICLE)) &&
           add(&lineup, NAMED("factor-gpu, trial"),
               ARGUMENTS(program, "--method=trial", ARTICLE)) &&
           run(bench, &lineup,
               (struct fg_bench_race){
                   .topic = "experiment",
                   .title = "the article's four numbers, exhaustive, whole process",
                   .rounds_most = 5,
               });
}

/* PARI/GP programs that print what factor-gpu prints, a line at a time. */
#define GP_PRIMES                                                                                  \
    "print(\"1:\");for(n=2,1000000,f=factor(n);print(n,\": \","                                    \
    "strjoin(concat(vector(#f~,i,vector(f[i,2],k,f[i,1]))),\" \")))\n"
#define GP_DIVISORS "for(n=1,1000000,print(n,\": \",strjoin(divisors(n),\" \")))\n"

/* The input of gp is a program, and not numbers. */
static bool add_gp(struct fg_bench *bench, struct lineup *lineup, const char *text) {
    if (!fg_bench_have_program(bench, "gp", "pari-gp"))
        return true;
    const bool added = add(lineup, NAMED("gp"), ARGUMENTS("gp", "-q", "-f"));
    lineup->processes[lineup->count - 1].input = make_text(text);
    return added && lineup->processes[lineup->count - 1].input >= 0;
}

/* Numbers to be written as their primes. */
struct primes_input {
    const char *topic, *title;
    struct fg_bench_list list;
    size_t count, factor_count; /* the latter for GNU factor */
    double over_factor;         /* with one job, how many times as fast as GNU factor */
    const char *gp_program;     /* for the same numbers; NULL: gp is left out */
};

static const struct primes_input primes_inputs[] = {
    {"text-primes",
     "the primes of 1 .. 1000000, text to text, whole process",
     {FG_BENCH_CONSECUTIVE, 0, 1},
     number_count,
     number_count,
     1.5,
     GP_PRIMES},
    {"text-primes-random-64",
     "the primes of random 64-bit numbers, text to text, whole process",
     {FG_BENCH_RANDOM, 64, 0},
     100000,
     20000,
     6,
     NULL},
    {"text-primes-semiprimes-64",
     "the primes of 64-bit semiprimes, text to text, whole process",
     {FG_BENCH_SEMIPRIMES, 64, 0},
     100000,
     1000,
     25,
     NULL},
    {"text-primes-random-96",
     "the primes of random 96-bit numbers, text to text, whole process",
     {FG_BENCH_RANDOM, 96, 0},
     50000,
     1000,
     150,
     NULL},
};
/* Targets: the speed of two jobs over that of one, and over that of two processes. */
static const double two_jobs_over_one = 1.8, two_jobs_over_processes = 0.95;

/* The shell's way to two processes of $0, each with half of the input and one job. A process in the
 * background has no standard input of the shell, and each reads from the beginning. */
static const char two_processes[] =
    "exec 3<&0; second=$(mktemp) || exit; half='--show=primes --backend=threads --jobs=1'; "
    "\"$0\" $half --shard=2/2 /dev/fd/3 >\"$second\" & "
    "\"$0\" $half --shard=1/2 /dev/fd/3 && wait $! && cat \"$second\"; rm \"$second\"";

/* Two processes beside the two jobs, which are contender number 1. */
static bool add_two_processes(struct lineup *lineup, const char *program) {
    lineup->leads[lineup->lead_count++] =
        (struct fg_bench_lead){1, lineup->count, two_jobs_over_processes};
    return add(lineup, NAMED("two processes"), ARGUMENTS("sh", "-c", two_processes, program));
}

/* GNU factor, on its part of the numbers. */
static bool add_factor(struct fg_bench *bench, struct lineup *lineup,
                       const struct primes_input *input) {
    if (!fg_bench_have_program(bench, "factor", "coreutils"))
        return true;
    const size_t index = lineup->count;
    const bool added = add(lineup, NAMED("factor"), ARGUMENTS("factor"));
    struct process *const process = &lineup->processes[index];
    if (input->factor_count < input->count) {
        process->input = make_numbers(&input->list, input->factor_count);
        process->partial = true;
        lineup->covered[index] = (double)input->factor_count;
    }
    lineup->leads[lineup->lead_count++] = (struct fg_bench_lead){0, index, input->over_factor};
    return added && process->input >= 0;
}

static bool race_primes(struct fg_bench *bench, const char *program,
                        const struct primes_input *input) {
    struct lineup lineup = {
        .input = make_numbers(&input->list, input->count),
        .unit_count = (double)input->count,
        .same_output = true,
        .leads = {{1, 0, two_jobs_over_one}},
        .lead_count = 1,
    };
    return add(&lineup, NAMED("factor-gpu, 1 job"),
               ARGUMENTS(program, "--show=primes", "--backend=threads", "--jobs=1")) &&
           add(&lineup, NAMED("factor-gpu, 2 jobs"),
               ARGUMENTS(program, "--show=primes", "--backend=threads", "--jobs=2")) &&
           add_two_processes(&lineup, program) && add_factor(bench, &lineup, input) &&
           (input->gp_program == NULL || add_gp(bench, &lineup, input->gp_program)) &&
           run(bench, &lineup,
               (struct fg_bench_race){
                   .topic = input->topic,
                   .title = input->title,
                   .rounds_most = 5,
               });
}

static bool race_all_primes(struct fg_bench *bench, const char *program) {
    bool raced = true;
    for (size_t i = 0; i < sizeof primes_inputs / sizeof primes_inputs[0] && raced; i++)
        raced = race_primes(bench, program, &primes_inputs[i]);
    return raced;
}

/* The race with that topic. */
static bool race_primes_named(struct fg_bench *bench, const char *program, const char *topic) {
    for (size_t i = 0; i < sizeof primes_inputs / sizeof primes_inputs[0]; i++)
        if (strcmp(primes_inputs[i].topic, topic) == 0)
            return race_primes(bench, program, &primes_inputs[i]);
    fprintf(stderr, "process_bench: '%s' is no topic; they are", topic);
    for (size_t i = 0; i < sizeof primes_inputs / sizeof primes_inputs[0]; i++)
        fprintf(stderr, " %s", primes_inputs[i].topic);
    fprintf(stderr, "\n");
    return false;
}

static bool race_divisors(struct fg_bench *bench, const char *program) {
    struct lineup lineup = {
        .input = make_numbers(&counting, number_count),
        .unit_count = number_count,
        .same_output = true,
    };
    return add(&lineup, NAMED("factor-gpu"), ARGUMENTS(program)) &&
           add(&lineup, NAMED("factor-gpu -j 1"), ARGUMENTS(program, "-j", "1")) &&
           add_gp(bench, &lineup, GP_DIVISORS) &&
           run(bench, &lineup,
               (struct fg_bench_race){
                   .topic = "text-divisors",
                   .title = "the divisors of 1 .. 1000000, text to text, whole process",
                   .rounds_most = 5,
               });
}

int main(int argc, char **argv) {
    struct fg_bench bench;
    if (!fg_bench_open(&bench, "process_bench", false, &argc, argv))
        return EXIT_FAILURE;
    bool raced = argc == 3 || argc == 4;
    if (!raced)
        fprintf(stderr, "process_bench: expects the program and the experiment as operands, and at "
                        "most a topic\n");
    if (argc == 4)
        raced = race_primes_named(&bench, argv[1], argv[3]);
    else
        raced = raced && race_start_up(&bench, argv[1]) &&
                race_experiment(&bench, argv[1], argv[2]) && race_all_primes(&bench, argv[1]) &&
                race_divisors(&bench, argv[1]);
    const bool written = fg_bench_close(&bench);
    return raced && written ? EXIT_SUCCESS : EXIT_FAILURE;
}
