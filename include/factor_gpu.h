/* SPDX-License-Identifier: MIT */
/*
 * factor_gpu.h: every divisor and every prime factor of a batch of whole numbers.
 *
 * The library's only public header. A caller opens an engine (a method on a backend), hands it
 * batches, reads the answers from a struct fg_results, and closes the engine.
 *
 *     struct fg_config config = {.backend = "threads"};
 *     struct fg_engine *engine;
 *     struct fg_error error;
 *     struct fg_results results = {0};
 *     const uint64_t numbers[] = {12, 35};
 *     if (fg_engine_open(&config, &engine, &error) == FG_OK) {
 *         if (fg_factor_batch(engine, numbers, 2, &results, &error) == FG_OK)
 *             ; // results.values[results.offsets[0] .. results.offsets[1]) = 1 2 3 4 6 12
 *         fg_results_free(&results);
 *         fg_engine_close(engine);
 *     }
 *
 * The library never prints, exits or aborts. Different engines may be used from different threads
 * at the same time; one engine by one thread at a time, except where a function says otherwise: a
 * batch that another thread asks for meanwhile is refused (FG_ERROR_ARGUMENT). An engine belongs to
 * the process that opened it: in a child forked from there every batch is refused, and
 * fg_engine_close() only frees memory.
 * Strings that it returns are constant, the library's own, unless a function says otherwise.
 *
 * Structs that may grow begin with their size, which the caller sets to sizeof, or leaves 0: then
 * the struct is taken to be as large as it was in version 0.2. Members that a newer version has
 * added must be 0 if the library is older.
 * Engines of the backends "fork" and "pool" create child processes: open and use them before the
 * process has touched CUDA, from a thread that outlives the engine, and in a process that does not
 * reap children it did not create. A batch after one that was cancelled opens the backend again.
 * An engine that uses CUDA leaves one of its devices as the calling thread's current one.
 *
 * A thread that calls the library needs 64 KiB of stack at most, with the backend "cuda" that and
 * what the CUDA runtime needs. The library's own threads have the default size of the process.
 */
#ifndef FACTOR_GPU_H
#define FACTOR_GPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The shared library exports only what is declared here. */
#if defined(__GNUC__)
#pragma GCC visibility push(default)
#endif

/*
 * The version of this header. The library's own is fg_library_build_info()->version. Programs that
 * were linked to one shared library run with every later one of the same FG_ABI_VERSION.
 */
#define FG_VERSION_MAJOR 0
#define FG_VERSION_MINOR 2
#define FG_VERSION_PATCH 0
/* 200 for 0.2.0: grows with every version, for comparisons by the preprocessor. */
#define FG_VERSION_NUMBER (10000 * FG_VERSION_MAJOR + 100 * FG_VERSION_MINOR + FG_VERSION_PATCH)
/* "0.2.0" */
#define FG_VERSION FG_VERSION_TEXT(FG_VERSION_MAJOR, FG_VERSION_MINOR, FG_VERSION_PATCH)
#define FG_VERSION_TEXT(major, minor, patch) FG_VERSION_DOTTED(major, minor, patch)
#define FG_VERSION_DOTTED(major, minor, patch) #major "." #minor "." #patch
/* The number of the binary interface: the library's SONAME is libfactorgpu.so.1. */
#define FG_ABI_VERSION 1

/* Max number of divisors of a number below 2^64: 18401055938125660800 has this many. */
#define FG_MAX_DIVISORS 184320
/* Max number of distinct primes of a number below 2^64: the product of the first 16 exceeds
 * 2^64. */
#define FG_MAX_DISTINCT_PRIMES 15

/* Max number of divisors of a number below 2^128: 278282512406132373381723386382308832000 has this
 * many. */
#define FG_WIDE_MAX_DIVISORS 318504960
/* Max number of distinct primes of a number below 2^128, and of primes with multiplicity. */
#define FG_WIDE_MAX_DISTINCT_PRIMES 26
#define FG_WIDE_MAX_PRIMES 127
/* Max number of divisors that the answer to a two-word number lists: 4 MiB of them, more than any
 * number below 2^64 has. A number with more is FG_ERROR_TOO_MANY; its primes and
 * fg_wide_divisors_open() give them all. */
#define FG_WIDE_MAX_LISTED_DIVISORS 262144

/* Every status the library returns, with the sentence that fg_strerror() gives for it. */
#define FG_STATUS_LIST(X)                                                                          \
    X(FG_OK, "no error")                                                                           \
    X(FG_ERROR_ARGUMENT, "an argument is outside its range")                                       \
    X(FG_ERROR_MEMORY, "out of memory")                                                            \
    X(FG_ERROR_SYSTEM, "the operating system refused a request")                                   \
    X(FG_ERROR_UNAVAILABLE, "the backend is not available on this machine")                        \
    X(FG_ERROR_WORKER_DIED, "a worker process died")                                               \
    X(FG_ERROR_DEVICE, "the GPU reported an error")                                                \
    X(FG_ERROR_SELF_CHECK, "an answer failed its check")                                           \
    X(FG_ERROR_CANCELLED, "the work was cancelled")                                                \
    X(FG_ERROR_INTERNAL, "internal error")                                                         \
    X(FG_ERROR_TOO_MANY, "a number has more divisors than a list holds")

enum fg_status {
#define FG_STATUS_ENUMERATOR(name, text) name,
    FG_STATUS_LIST(FG_STATUS_ENUMERATOR)
#undef FG_STATUS_ENUMERATOR
};

/* Returns a constant English sentence without a full stop; never NULL. Thread-safe. */
const char *fg_strerror(enum fg_status status);

/*
 * A failure, in words for the user. Every function that takes one fills it if it fails; the pointer
 * must not be NULL.
 */
struct fg_error {
    enum fg_status status;
    char message[512]; /* NUL-terminated, one line, no full stop */
};

/* A whole number below 2^128: low + 2^64 * high. */
struct fg_uint128 {
    uint64_t low, high;
};

/* A whole number below 2^192: low + 2^64 * middle + 2^128 * high. */
struct fg_uint192 {
    uint64_t low, middle, high;
};

enum fg_numbers_kind {
    FG_NUMBERS_LIST, /* numbers in any order, as often as they stand there */
    /* begin, begin + 1, .. begin + count - 1, which is below 2^64. Every method and backend answers
     * ranges; those that take lists only are given lists of so many consecutive numbers. */
    FG_NUMBERS_RANGE,
};

/*
 * A batch of numbers that an engine is asked for. All are of one kind and one width, so that no
 * loop over them asks for either: a list of mixed widths is two batches, the numbers below 2^64 and
 * the others, whose answers the caller puts back in order. Zero-initialise and fill; what it points
 * to is the caller's and must stay as it is during the call.
 */
struct fg_numbers {
    size_t size; /* sizeof(struct fg_numbers), or 0, which stands for its size in version 0.2 */
    enum fg_numbers_kind kind;
    unsigned words;                     /* 64-bit words of a number: 1 or 2; of a range 1 */
    size_t count;                       /* how many numbers */
    const uint64_t *list;               /* of a list with one word a number: count entries */
    const struct fg_uint128 *wide_list; /* of a list with two: count entries */
    struct fg_uint128 begin;            /* of a range: its first number; high is 0 */
};

/* The ways to find the answers. The names that users type come from fg_method_name(). */
enum fg_method {
    /* The library's choice; today FG_METHOD_FACTOR, and FG_METHOD_SIEVE for ranges, and for lists
     * of consecutive numbers, that are long enough for their height. */
    FG_METHOD_AUTO,
    FG_METHOD_TRIAL,      /* every d in 1..isqrt(n): a hit gives d and n/d */
    FG_METHOD_EXHAUSTIVE, /* every d in 1..n, the way the original experiment did it */
    FG_METHOD_FACTOR,     /* the proved prime factorisation, and the divisors from it */
    FG_METHOD_SIEVE,      /* all numbers of a range together, by their primes up to its root */
};

/* The methods without AUTO, in the order in which a comparison lists them. Thread-safe. */
size_t fg_method_count(void);
enum fg_method fg_method_at(size_t index); /* FG_METHOD_AUTO if there are not so many */
/* Returns "auto", "exhaustive", "trial", "factor" or "sieve"; NULL if `method` is none of the
 * enumerators. Thread-safe. */
const char *fg_method_name(enum fg_method method);
/* Finds a method by its name. False, and `method` untouched, if there is none. Thread-safe. */
bool fg_method_from_name(const char *name, enum fg_method *method);

/* Returns the method by which FG_METHOD_AUTO answers lists; another as it is. Thread-safe. */
enum fg_method fg_method_resolve(enum fg_method method);
/* Returns whether the method answers batches of this kind and width. Thread-safe. */
bool fg_method_takes(enum fg_method method, enum fg_numbers_kind kind, unsigned words);
/* Returns whether every number takes the method milliseconds at most; if not, a large one can take
 * hours. Thread-safe. */
bool fg_method_is_brief(enum fg_method method);

/*
 * The backends in the order that a comparison lists them, those that this build or machine lacks
 * among them. NULL if `index` is not below the count. Thread-safe.
 */
size_t fg_backend_count(void);
const char *fg_backend_name(size_t index);    /* as --backend takes it */
const char *fg_backend_summary(size_t index); /* a few words on what it is */
/*
 * Checks whether the backend can run here: FG_OK, FG_ERROR_UNAVAILABLE, and error->message says
 * why, or FG_ERROR_ARGUMENT if `name`, never NULL, is no backend's. Probing "cuda" initialises the
 * CUDA driver (see the note on fork above) and may change the calling thread's current device.
 * Thread-safe.
 */
enum fg_status fg_backend_probe(const char *name, struct fg_error *error);

/* The properties of a backend, so that no caller needs to compare names. */
struct fg_backend_properties {
    size_t size;     /* sizeof(struct fg_backend_properties) where the library was built */
    bool one_worker; /* one loop in the calling thread: fg_config.jobs changes nothing */
    /* GPUs: fg_config.devices counts. With FG_METHOD_FACTOR fg_config.jobs threads of this machine
     * check and copy the answers of all of them, at least one for each. */
    bool uses_devices;
    /* Child processes, which are given whole numbers: the largest number bounds a batch's time. */
    bool uses_processes;
    bool process_per_number; /* a new one for each number */
    /* Threads, which also share the candidates of one number. "auto" begins with them, and
     * fg_factor_batch_to() hands answers over from them. */
    bool uses_threads;
    /* The backend that a comparison's ratios refer to: 1 for the first choice, 2 for the next if
     * that was not measured; 0: never. */
    unsigned baseline_rank;
};
/* Returns a constant; NULL if `name`, never NULL, is no backend's. Thread-safe. */
const struct fg_backend_properties *fg_backend_get_properties(const char *name);

/* One CUDA device as `--list-devices` shows it. */
struct fg_device {
    size_t size; /* sizeof(struct fg_device), or 0; of an array, that of its first entry counts */
    int index;   /* what fg_config.devices takes */
    char name[256];
    int capability_major, capability_minor;
    int multiprocessor_count;
    uint64_t memory_bytes;
    int driver_version, runtime_version; /* 1000 * major + 10 * minor, as CUDA counts */
    bool usable;
    char reason[256];    /* why it is not usable; empty when it is */
    char pci_bus_id[32]; /* domain:bus:device.function, as in 0000:01:00.0; empty if unknown */
};
/*
 * Writes up to `capacity` devices to the caller's `devices` (NULL if capacity is 0), of which
 * the first has its size set, or 0, and how many exist, which may be more, to `*count`.
 * FG_ERROR_UNAVAILABLE if there is none, with the reason in `error`; FG_ERROR_ARGUMENT for a
 * size that no version has; FG_ERROR_MEMORY. Initialises the CUDA driver, and may change the
 * calling thread's current device. Thread-safe.
 */
enum fg_status fg_list_devices(struct fg_device *devices, size_t capacity, size_t *count,
                               struct fg_error *error);

/* The number of CPUs that this process can use. */
struct fg_cpu_count {
    size_t size;      /* sizeof(struct fg_cpu_count), or 0 */
    unsigned usable;  /* at least 1: `allowed`, or the quota rounded up if that is less */
    unsigned allowed; /* that the calling thread may run on */
    double quota;     /* the CPUs' worth of time that cgroups (v1 or v2) allow; 0: no quota */
};
/* Fills `count`. Reads files of /proc and of the cgroups; takes what it cannot read for no quota.
 * Thread-safe. */
void fg_count_cpus(struct fg_cpu_count *count);

/* The answer that the caller wants for each number. Every method on every backend gives either. */
enum fg_answer {
    FG_ANSWER_DIVISORS, /* every divisor, ascending */
    FG_ANSWER_PRIMES,   /* the prime factors, ascending, each as often as it divides; none of 1 */
};

struct fg_certificate; /* below, beside fg_prove_prime() */

/*
 * A function of the caller that receives the certificate of a prime above 2^64 while a batch is
 * worked on. The certificate is the library's, and gone when the function returns. The function
 * must not call a function that takes the engine but fg_engine_cancel().
 */
typedef void fg_certificate_consumer(void *context, const struct fg_certificate *certificate);

/* The configuration of an engine. All zero is a good default. The library copies what it points
 * to. */
struct fg_config {
    size_t size;         /* sizeof(struct fg_config), or 0 */
    const char *backend; /* a backend's name; NULL or "auto": the engine decides as it sees work */
    enum fg_method method;
    enum fg_answer answer;
    unsigned jobs;      /* processes or threads, at most 4096; 0: fg_count_cpus()'s `usable` */
    const int *devices; /* CUDA device indices; NULL: the first that can be used */
    size_t device_count;
    size_t value_limit; /* a batch ends early once its answers hold this many values; 0: never */
    bool allow_zeros;   /* a number 0 has an empty answer; if false, it is refused with its batch */
    /* Not 0: only numbers whose primes are all at most this bound are of interest. Another number
     * is given up as soon as it is proved to have a larger prime, and its answer says so: see
     * fg_results_is_not_smooth(). Zeros stay as they are. */
    struct fg_uint128 smooth_bound;
    /*
     * Receives the certificates of the primes above 2^64 that the engine proves, so that they need
     * no second proof. NULL: no one does. Those below 3317044064679887385961981 are primes of
     * answers; of the larger ones some are primes that proofs stand on, or of numbers that are
     * given up. With "threads" and "cuda" it is called from several threads at the same time; with
     * "serial", "fork" and "pool" from the calling one. A prime may come more than once. Left out
     * are the primes that a GPU proves by 13 bases, and with "fork" and "pool" those beyond the
     * first 16,384 of a batch: see fg_prove_prime().
     */
    fg_certificate_consumer *take_certificate;
    void *certificate_context;
};

/* The answers to a batch, in input order. Zero-initialise; owned by the caller. */
struct fg_results {
    size_t size;           /* sizeof(struct fg_results), or 0 */
    enum fg_answer answer; /* what the values are: divisors or primes */
    unsigned words;        /* 64-bit words of a value: those of a number of the batch, 1 or 2 */
    bool has_smooth_bound; /* the engine has one: fg_results_is_not_smooth() may be true */
    size_t count;          /* numbers answered */
    size_t *offsets;       /* count + 1 entries once count > 0: where each number's answer begins */
    /* The answer to number i is [offsets[i], offsets[i + 1]), in values. A value of two words
     * stands low word first: value k is values[2 * k] + 2^64 * values[2 * k + 1]. */
    uint64_t *values;
    size_t offset_capacity, value_capacity; /* entries allocated, kept across batches */
};

/* May be called from several threads at the same time, for different results. */
void fg_results_clear(struct fg_results *results); /* forgets the answers, keeps the memory */
void fg_results_free(struct fg_results *results);  /* back to all zero but the size */
/*
 * Returns whether answer i, below results->count, says that its number has a prime above the
 * engine's config.smooth_bound. Such an answer, of primes or of divisors, is the single value 0,
 * which no other answer holds; every number has its answer, this one or the complete list.
 * Thread-safe.
 */
bool fg_results_is_not_smooth(const struct fg_results *results, size_t i);

struct fg_engine;

/*
 * Opens an engine. On success `*engine` must be closed with fg_engine_close(); on failure it is
 * untouched. FG_ERROR_ARGUMENT if the configuration names something that does not exist;
 * FG_ERROR_UNAVAILABLE if the backend cannot run here; FG_ERROR_MEMORY, _SYSTEM, _DEVICE or
 * _SELF_CHECK if it failed to start. "auto" starts on the CPU and takes the GPU when the work seen
 * so far is worth its start-up.
 */
enum fg_status fg_engine_open(const struct fg_config *config, struct fg_engine **engine,
                              struct fg_error *error);

/* Releases everything the engine holds, child processes included, and waits for them; what was
 * answered into a struct fg_results stays. NULL is allowed. */
void fg_engine_close(struct fg_engine *engine);

/*
 * Answers a batch and replaces what `results` holds by the answers. Every method answers lists of
 * numbers with one word, and ranges; the method factor also lists of numbers with two words. What
 * the engine does not take (fg_engine_takes()), and a range that ends above 2^64 - 1, is
 * FG_ERROR_ARGUMENT. A list of two-word numbers may hold numbers below
 * 2^64, whose answers have two words a value too. Every number must be at
 * least 1 unless config.allow_zeros is set, or none is answered (FG_ERROR_ARGUMENT). Every answer
 * has passed its check (see fg_check_divisors(), fg_check_primes()). On failure `results` holds no
 * answers, and after any but FG_ERROR_ARGUMENT, FG_ERROR_TOO_MANY and FG_ERROR_CANCELLED the engine
 * answers no more: close it. Until then a batch that it is asked for fails with the status of that
 * first failure, and its words in the message.
 *
 * With config.value_limit the batch may end early, with FG_OK and results->count < numbers->count:
 * call again with the numbers from number results->count on. At least one is answered if there is
 * one.
 *
 * An engine for FG_ANSWER_DIVISORS refuses a batch with FG_ERROR_TOO_MANY if a number of two words
 * in it has more than FG_WIDE_MAX_LISTED_DIVISORS divisors; the message names the number and says
 * how many it has.
 *
 * Memory: 8 bytes for each word of a value, and while a batch is worked on up to 40 more for each
 * value of a part of it. config.value_limit bounds it: the answers exceed the limit by at most one
 * such part, about 2^23 values on the CPU. Beside it every job keeps its own buffers: with
 * "threads" and "pool" up to 24 MiB for numbers of very many divisors, with "fork" up to 4 MiB.
 * A range that is sieved takes each job 4 MiB, and above 2^32 up to 256 MiB more, as far as it is
 * long enough to need them; with "threads" its answers exist twice for a moment. The jobs of a
 * process share the list of primes: 0.08 MB at 10^12, 2 MB at 10^15, 51 MB at 10^18, 203 MB below
 * 2^64; it is kept until the last engine that sieved is closed.
 *
 * Threads: with "threads" the parts of a range are sieved side by side. A part is as long as the
 * walk through the primes to its root is worth: 2^16 numbers below 2^32, 6 * 10^7 near 2^64.
 */
enum fg_status fg_factor_numbers(struct fg_engine *engine, const struct fg_numbers *numbers,
                                 struct fg_results *results, struct fg_error *error);

/* The short way: fg_factor_numbers() for the list numbers[0 .. count) of one-word numbers. */
enum fg_status fg_factor_batch(struct fg_engine *engine, const uint64_t *numbers, size_t count,
                               struct fg_results *results, struct fg_error *error);
/* The short way: fg_factor_numbers() for a list of two-word numbers, below 2^128. */
enum fg_status fg_factor_wide_batch(struct fg_engine *engine, const struct fg_uint128 *numbers,
                                    size_t count, struct fg_results *results,
                                    struct fg_error *error);

/*
 * A function of the caller that receives the answers to some of a batch's numbers: results->count
 * of them, from number `first` on. The engine uses `results` again when the function returns. The
 * function may leave another struct fg_results in its place, all zero or filled, and keep this one.
 */
typedef void fg_consumer(void *context, size_t first, struct fg_results *results);

/*
 * Answers a batch as fg_factor_numbers() does, but hands the answers over as they are found instead
 * of gathering them, a run of numbers at a time and each number once. With the backend "threads"
 * and a brief method (fg_method_is_brief()) the runs come in any order and from several threads at
 * the same time, the calling one among them; otherwise in order and from the calling thread.
 * config.value_limit plays no part: a run holds about 2^23 values at most, with "cuda" 2^26. The
 * same errors; after a failure some runs were handed over. `consume` must not call a function that
 * takes the engine but fg_engine_cancel().
 */
enum fg_status fg_factor_numbers_to(struct fg_engine *engine, const struct fg_numbers *numbers,
                                    fg_consumer *consume, void *context, struct fg_error *error);

/* The short way: fg_factor_numbers_to() for the list numbers[0 .. count) of one-word numbers. */
enum fg_status fg_factor_batch_to(struct fg_engine *engine, const uint64_t *numbers, size_t count,
                                  fg_consumer *consume, void *context, struct fg_error *error);
/* The short way: fg_factor_numbers_to() for a list of two-word numbers, below 2^128. */
enum fg_status fg_factor_wide_batch_to(struct fg_engine *engine, const struct fg_uint128 *numbers,
                                       size_t count, fg_consumer *consume, void *context,
                                       struct fg_error *error);

/*
 * Ends the engine's running batch soon with FG_ERROR_CANCELLED, or if none is running, the next one
 * at once; one that is refused with FG_ERROR_ARGUMENT is none. After that batch the engine can be
 * used as before. May be called from any thread and from a signal handler, until fg_engine_close()
 * is called.
 */
void fg_engine_cancel(struct fg_engine *engine);

/* Returns the backend of the last batch, or else of the next one; one of fg_backend_name(). */
const char *fg_engine_backend(const struct fg_engine *engine);
unsigned fg_engine_jobs(const struct fg_engine *engine); /* processes or threads, at least 1 */
/* Returns the method that the engine was opened for; FG_METHOD_FACTOR if that was FG_METHOD_AUTO.
 */
enum fg_method fg_engine_method(const struct fg_engine *engine);
/*
 * Returns whether the engine has answered numbers by this method, or has begun to. With
 * FG_METHOD_AUTO that may be true of FG_METHOD_FACTOR and of FG_METHOD_SIEVE; of FG_METHOD_AUTO
 * itself, and of what is no method, it never is. Thread-safe, also while a batch runs.
 */
bool fg_engine_has_used(const struct fg_engine *engine, enum fg_method method);
enum fg_answer fg_engine_answer(const struct fg_engine *engine); /* as it was opened for */
/* Returns whether the engine answers batches of this kind and width: its method must, and the
 * backend too. */
bool fg_engine_takes(const struct fg_engine *engine, enum fg_numbers_kind kind, unsigned words);
/*
 * Returns a notice for the user (why the GPU was not used), once: the next call returns NULL until
 * there is news. One line without a full stop, the engine's; valid until the next call that takes
 * the engine.
 */
const char *fg_engine_take_notice(struct fg_engine *engine);

/*
 * Returns what "auto" expects of both sides with the work so far, by which it takes the GPU or does
 * not: part of a line, for --verbose. NULL if the engine has no such choice. The engine's; valid
 * until the next call that takes the engine.
 */
const char *fg_engine_reason(struct fg_engine *engine);

/* The GPU's times, summed over all batches since the engine was opened. */
struct fg_timing {
    size_t size;          /* sizeof(struct fg_timing), or 0 */
    bool known;           /* false: this backend keeps no account */
    uint64_t start_up_ns; /* once: context, module, self-test, buffers */
    uint64_t copy_in_ns;  /* on the device's clock; overlaps with kernels and host */
    uint64_t kernels_ns;  /* on the device's clock */
    uint64_t copy_out_ns; /* on the device's clock */
    /* Checking the answers and putting them in order, on this machine's clock, summed over threads.
     */
    uint64_t host_ns;
    uint64_t launch_count; /* kernels launched */
    uint64_t rerun_count;  /* launches repeated because the buffer of hits overflowed */
};
/* Copies the times so far. Must not be called while a batch runs. */
void fg_engine_timing(const struct fg_engine *engine, struct fg_timing *timing);

/*
 * Returns the work for n >= 1, in units of about 0.1 ns of one CPU core: how many candidates
 * `method` tests, or for FG_METHOD_FACTOR, which tests none, the expected time of an average number
 * of that size. Never falls as odd n grow. Thread-safe.
 */
uint64_t fg_work(enum fg_method method, uint64_t n);
/* Returns the work for a number of two words, in the units of fg_work(); 0 for a method that does
 * not take such numbers. Thread-safe. */
uint64_t fg_wide_work(enum fg_method method, struct fg_uint128 n);
/* Returns the sum of fg_work() over a batch, without its zeros. For a brief method it is an
 * estimate from some hundreds of the numbers, and for another method and a long range from some
 * thousands. 0 for a batch that the method does not take. Thread-safe. */
double fg_work_numbers(enum fg_method method, const struct fg_numbers *numbers);
/*
 * Estimates how long one thread of this machine works on n >= 1, in seconds of its CPU time, from a
 * few thousand of its candidates, evenly spaced, which are tested now. Takes a few milliseconds.
 * FG_ERROR_ARGUMENT for a method that tests no candidates. Thread-safe.
 */
enum fg_status fg_sample_work(enum fg_method method, uint64_t n, double *seconds,
                              struct fg_error *error);
/* Returns an upper bound of the count of divisors of all numbers with as many bits as `n`.
 * Thread-safe. */
uint32_t fg_divisor_bound(uint64_t n);

/* A prime power p^exponent. */
struct fg_prime_power {
    uint64_t prime;
    uint32_t exponent; /* at least 1 */
};
/*
 * Computes the prime factorisation of n from its complete ascending list of divisors. Writes at
 * most FG_MAX_DISTINCT_PRIMES entries, primes ascending, and returns how many; 0 for n = 1.
 * Thread-safe.
 */
size_t fg_prime_factors(uint64_t n, const uint64_t *divisors, size_t divisor_count,
                        struct fg_prime_power primes[FG_MAX_DISTINCT_PRIMES]);

/*
 * Returns whether the list can be n's divisors: strictly ascending from 1 to n, d and n/d in pairs,
 * and as many as the exponents of its factorisation demand. Thread-safe.
 */
bool fg_check_divisors(uint64_t n, const uint64_t *divisors, size_t divisor_count);

/*
 * Returns whether the list can be n's prime factors: ascending, each at least 2, and their product
 * exactly n. Does not prove them prime. Thread-safe.
 */
bool fg_check_primes(uint64_t n, const uint64_t *primes, size_t prime_count);

/* The kind of proof that a number is prime. */
enum fg_certificate_kind {
    FG_CERTIFICATE_NONE,  /* it is not prime: that is proved, too */
    FG_CERTIFICATE_SMALL, /* below 2^64: a strong test to base 2 and a Lucas test are a proof */
    FG_CERTIFICATE_BASES, /* below 3317044064679887385961981: strong tests to the first 13 primes */
    /* Primes of n - 1, or of n + 1, each with a witness (Brillhart, Lehmer, Selfridge 1975,
     * theorems 5 and 17), or of both (Lenstra 1984): doc/ALGORITHMS.md says what they prove. */
    FG_CERTIFICATE_MINUS_1,
    FG_CERTIFICATE_PLUS_1,
    FG_CERTIFICATE_BOTH,
};

/* Max number of factors of a certificate: a number below 2^128 has no more distinct primes. */
#define FG_CERTIFICATE_FACTORS 26

/* A prime q of n - 1 or n + 1, and its witness. */
struct fg_certificate_factor {
    struct fg_uint128 prime;
    int64_t base; /* for n - 1: a with a^(n-1) = 1 and gcd(a^((n-1)/q) - 1, n) = 1; else 0 */
    /* For n + 1: the Lucas sequence with U_(n+1)(p, q) = 0 and gcd(U_((n+1)/prime), n) = 1; p^2 - 4
     * q is the same for all primes of a certificate. Else 0. */
    int64_t p, q;
};

/* A proof that a number is prime. The powers of its factors in n - 1 or n + 1 multiply to an F
 * above about the cube root of n, and a discriminant that they determine is no square; or those of
 * both together, and n has no divisor in a residue class. */
struct fg_certificate {
    size_t size; /* sizeof(struct fg_certificate), or 0 */
    struct fg_uint128 number;
    enum fg_certificate_kind kind;
    size_t factor_count; /* 0 unless the kind is one of the last three */
    /* 2 first; with both, those of n - 1 and then those of n + 1. */
    struct fg_certificate_factor factors[FG_CERTIFICATE_FACTORS];
};

/*
 * Decides whether a number below 2^128 is prime, and fills the certificate, of which the caller
 * sets the size, or 0. At most one factor is above 2^64, the last: it is proved, too, and another
 * call gives its certificate. A proof above 2^81.4 factors n - 1 or n + 1, as far as it must: some
 * milliseconds, rarely more than a second; it allocates 2.5 MB meanwhile. FG_ERROR_MEMORY;
 * FG_ERROR_ARGUMENT for a size that no version has. Thread-safe.
 */
enum fg_status fg_prove_prime(struct fg_uint128 number, struct fg_certificate *certificate,
                              struct fg_error *error);

/* A function of the caller that says whether to stop. It is called every few milliseconds of work,
 * by the thread that works. */
typedef bool fg_stop(void *context);

/* Does what fg_prove_prime() does, and ends with FG_ERROR_CANCELLED soon after `stop` has returned
 * true. The certificate then means nothing. */
enum fg_status fg_prove_prime_until(struct fg_uint128 number, fg_stop *stop, void *context,
                                    struct fg_certificate *certificate, struct fg_error *error);

/*
 * The arithmetic functions of a number n, 1 <= n < 2^64, from its prime factors as FG_ANSWER_PRIMES
 * gives them: ascending, each as often as it divides, none for n = 1. They cannot fail; of a list
 * that is no such factorisation the result means nothing. Thread-safe.
 */
/* tau(n), at most FG_MAX_DIVISORS. */
uint64_t fg_count_divisors(const uint64_t *primes, size_t prime_count);
/* sigma(n), which can exceed 64 bits. */
struct fg_uint128 fg_sum_divisors(const uint64_t *primes, size_t prime_count);
/* phi(n): how many of 1 .. n have no factor in common with n. */
uint64_t fg_totient(const uint64_t *primes, size_t prime_count);
/* mu(n): 0 if a square above 1 divides n, otherwise 1 or -1 as the primes are even or odd in
 * number. */
int fg_mobius(const uint64_t *primes, size_t prime_count);
/* omega(n), at most FG_MAX_DISTINCT_PRIMES. */
uint64_t fg_count_distinct_primes(const uint64_t *primes, size_t prime_count);
/* rad(n): the product of the distinct primes. */
uint64_t fg_radical(const uint64_t *primes, size_t prime_count);
/* Liouville's lambda(n): 1 or -1 as the primes, with multiplicity, are even or odd in number. */
int fg_liouville(const uint64_t *primes, size_t prime_count);
/* Returns whether no square above 1 divides n. */
bool fg_is_squarefree(const uint64_t *primes, size_t prime_count);
/* core(n): the squarefree d for which n / d is a square. */
uint64_t fg_squarefree_part(const uint64_t *primes, size_t prime_count);
/* sopfr(n): the sum of the primes with multiplicity, at most n; 0 for 1. */
uint64_t fg_sum_primes(const uint64_t *primes, size_t prime_count);
/* sopf(n): the sum of the distinct primes; 0 for 1. */
uint64_t fg_sum_distinct_primes(const uint64_t *primes, size_t prime_count);
/* Carmichael's lambda(n), the reduced totient: the least m > 0 with a^m = 1 modulo n for every a
 * that has no factor in common with n. */
uint64_t fg_reduced_totient(const uint64_t *primes, size_t prime_count);
/* Writes every divisor, ascending, and returns how many; 0 for a list that has more primes than a
 * number below 2^64 can have. `divisors` and `scratch` are the caller's,
 * with room for fg_count_divisors() entries each. */
size_t fg_expand_divisors(const uint64_t *primes, size_t prime_count, uint64_t *divisors,
                          uint64_t *scratch);

/*
 * The same checks and functions for numbers of two words, 1 <= n < 2^128, whose primes are given as
 * struct fg_uint128: ascending, each as often as it divides. Thread-safe.
 */
bool fg_wide_check_divisors(struct fg_uint128 n, const struct fg_uint128 *divisors,
                            size_t divisor_count);
bool fg_wide_check_primes(struct fg_uint128 n, const struct fg_uint128 *primes, size_t prime_count);
/* tau(n), at most FG_WIDE_MAX_DIVISORS. */
uint64_t fg_wide_count_divisors(const struct fg_uint128 *primes, size_t prime_count);
/* sigma(n), below 2^132. */
struct fg_uint192 fg_wide_sum_divisors(const struct fg_uint128 *primes, size_t prime_count);
struct fg_uint128 fg_wide_totient(const struct fg_uint128 *primes, size_t prime_count);
int fg_wide_mobius(const struct fg_uint128 *primes, size_t prime_count);
/* omega(n), at most FG_WIDE_MAX_DISTINCT_PRIMES. */
uint64_t fg_wide_count_distinct_primes(const struct fg_uint128 *primes, size_t prime_count);
struct fg_uint128 fg_wide_radical(const struct fg_uint128 *primes, size_t prime_count);
int fg_wide_liouville(const struct fg_uint128 *primes, size_t prime_count);
bool fg_wide_is_squarefree(const struct fg_uint128 *primes, size_t prime_count);
struct fg_uint128 fg_wide_squarefree_part(const struct fg_uint128 *primes, size_t prime_count);
struct fg_uint128 fg_wide_sum_primes(const struct fg_uint128 *primes, size_t prime_count);
struct fg_uint128 fg_wide_sum_distinct_primes(const struct fg_uint128 *primes, size_t prime_count);
struct fg_uint128 fg_wide_reduced_totient(const struct fg_uint128 *primes, size_t prime_count);

/*
 * A walk through all divisors of a number of two words, ascending. It needs at most 8 MiB, even for
 * a number with FG_WIDE_MAX_DIVISORS of them: the divisors d of one part of the primes are a list,
 * each divisor e of the others gives the ascending products e * d, and these are merged.
 * Different walks may be used from different threads at the same time.
 */
struct fg_wide_divisors;
/*
 * Begins a walk for the number with these primes: ascending, each as often as it divides; none for
 * 1. On success `*walk` must be closed with fg_wide_divisors_close(); on failure it is untouched.
 * FG_ERROR_ARGUMENT if they do not ascend, if one is below 2, or if their product is 2^128 or more;
 * FG_ERROR_MEMORY.
 */
enum fg_status fg_wide_divisors_open(const struct fg_uint128 *primes, size_t prime_count,
                                     struct fg_wide_divisors **walk, struct fg_error *error);
/* Writes the next divisors, up to `capacity` of them, and returns how many; 0 after the last. */
size_t fg_wide_divisors_next(struct fg_wide_divisors *walk, struct fg_uint128 *divisors,
                             size_t capacity);
void fg_wide_divisors_close(struct fg_wide_divisors *walk); /* NULL is allowed */

/*
 * Columns: the same functions and a few more, under the names of --show, over many numbers at once.
 * One call goes once through the primes of each number, whatever is asked for, so that a caller in
 * another language makes no call a number.
 */
enum fg_column {
    FG_COLUMN_COUNT,      /* "count": tau(n) */
    FG_COLUMN_SIGMA,      /* "sigma": the sum of the divisors, a word more than n */
    FG_COLUMN_PHI,        /* "phi": Euler's totient */
    FG_COLUMN_MOBIUS,     /* "mobius": -1, 0 or 1 */
    FG_COLUMN_OMEGA,      /* "omega": how many distinct primes divide n */
    FG_COLUMN_BIGOMEGA,   /* "bigomega": how many prime factors n has with multiplicity */
    FG_COLUMN_RADICAL,    /* "radical": the product of the distinct primes */
    FG_COLUMN_SPF,        /* "spf": the smallest prime factor; 1 for n = 1 */
    FG_COLUMN_GPF,        /* "gpf": the greatest prime factor; 1 for n = 1 */
    FG_COLUMN_IS_PRIME,   /* "is_prime" */
    FG_COLUMN_SMOOTH,     /* "smooth": whether no prime factor exceeds the request's bound */
    FG_COLUMN_LIOUVILLE,  /* "liouville": -1 or 1 */
    FG_COLUMN_SQUAREFREE, /* "squarefree": whether no square above 1 divides n */
    FG_COLUMN_CORE,       /* "core": the squarefree part: n without its largest square divisor */
    FG_COLUMN_SOPFR,      /* "sopfr": the sum of the primes with multiplicity */
    FG_COLUMN_SOPF,       /* "sopf": the sum of the distinct primes */
    FG_COLUMN_CARMICHAEL, /* "carmichael": the reduced totient */
};

/* The type of an entry of a column's array. */
enum fg_column_type {
    FG_COLUMN_UINT64,  /* uint64_t */
    FG_COLUMN_UINT128, /* struct fg_uint128 */
    FG_COLUMN_INT8,    /* int8_t */
    FG_COLUMN_BOOL,    /* bool: one byte, 0 or 1 */
    FG_COLUMN_UINT192, /* struct fg_uint192 */
};

/* The columns are the enumerators 0 .. fg_column_count() - 1, in the order of --show. Thread-safe.
 */
size_t fg_column_count(void);
const char *fg_column_name(enum fg_column column); /* NULL if `column` is none */
/* Finds a column by its name. False, and `column` untouched, if there is none. Thread-safe. */
bool fg_column_from_name(const char *name, enum fg_column *column);
/* Return facts of a column, for numbers with one word. Thread-safe. */
enum fg_column_type fg_column_get_type(enum fg_column column);
size_t fg_column_entry_bytes(enum fg_column column); /* sizeof the type */
bool fg_column_has_bound(enum fg_column column);     /* whether a request must have one */
/* Return the type and its size for numbers with two words: FG_COLUMN_UINT192 for sigma,
 * FG_COLUMN_UINT128 for phi, radical, spf, gpf, core, sopfr, sopf and carmichael, and for the
 * others the same type as above. Thread-safe. */
enum fg_column_type fg_wide_column_get_type(enum fg_column column);
size_t fg_wide_column_entry_bytes(enum fg_column column);

/* One column that is asked for, and the array for it. Zero-initialise and fill. */
struct fg_column_request {
    size_t size; /* sizeof(struct fg_column_request), or 0; of an array, its first entry's counts */
    enum fg_column column;
    uint64_t bound; /* of FG_COLUMN_SMOOTH, at least 1; 0 with every other column */
    /* The caller's array, an entry a number: of the column's type for numbers of so many words. */
    void *values;
};

/*
 * Fills values[0 .. count) of every request with the columns of the numbers whose answers are first
 * .. first + count - 1 of `results`. FG_ERROR_ARGUMENT, and nothing is written, if `results` has no
 * such answers or holds divisors (it must be FG_ANSWER_PRIMES), or if a request is malformed or a
 * duplicate (the same column and bound). An empty answer is taken for that of 1, even if it is a
 * zero's (config.allow_zeros). A number that is not smooth (fg_results_is_not_smooth()) has 0 in
 * every column. The words of the results decide the type of a column's entries: see
 * fg_column_get_type(), fg_wide_column_get_type().
 *
 * Works in the calling thread and allocates nothing: 15 to 19 ns a number for count, sigma and phi
 * on a Zen 5 core. Called by an fg_consumer, it is done by the engine's threads. Thread-safe as
 * long as the arrays differ, or the parts of them.
 */
enum fg_status fg_compute_columns(const struct fg_results *results, size_t first, size_t count,
                                  const struct fg_column_request *requests, size_t request_count,
                                  struct fg_error *error);

/* Computes the columns of any lists of primes, each as FG_ANSWER_PRIMES gives it: those of number i
 * are primes[offsets[i] .. offsets[i + 1]), 0 <= i < count. */
enum fg_status fg_compute_columns_of(const uint64_t *primes, const size_t *offsets, size_t count,
                                     const struct fg_column_request *requests, size_t request_count,
                                     struct fg_error *error);
/* Computes the columns of lists of primes of two words, into entries of the types for two words. */
enum fg_status fg_wide_compute_columns_of(const struct fg_uint128 *primes, const size_t *offsets,
                                          size_t count, const struct fg_column_request *requests,
                                          size_t request_count, struct fg_error *error);

/*
 * Answers a batch straight into columns: entry i of each request's array belongs to number i. This
 * is fg_factor_numbers_to() with a consumer that keeps no answer, so that memory does not grow with
 * the batch, and with "threads" and a brief method every thread computes the columns of what it
 * has answered, and FG_METHOD_SIEVE fills them without making lists. The words of the numbers
 * decide the type of a column's entries. The engine must be opened for FG_ANSWER_PRIMES. A zero
 * (config.allow_zeros) has 0 in every column, and so has a number that is not smooth
 * (config.smooth_bound). The errors of fg_factor_numbers_to() and of fg_compute_columns(); after
 * one that is not FG_ERROR_ARGUMENT some entries are written.
 */
enum fg_status fg_factor_columns(struct fg_engine *engine, const struct fg_numbers *numbers,
                                 const struct fg_column_request *requests, size_t request_count,
                                 struct fg_error *error);

/*
 * Totals: the sum, the extremes and the histogram of a column over many numbers. The totals of
 * parts add up to those of the whole, in any order, so that threads, machines and runs can share
 * the numbers.
 */

/* A whole number from -2^255 to 2^255 - 1 in two's complement, the lowest word first. It has room
 * for the sum of any column over 2^64 numbers. */
struct fg_int256 {
    uint64_t words[4];
};

/* A histogram counts the values -1 .. 127. */
#define FG_TOTALS_VALUES 129

/*
 * The totals of one column. Zero-initialise and set column and bound: these are the totals of no
 * numbers. Every number counts as often as it is added; a 0 is left out, because it has no
 * factorisation.
 */
struct fg_totals {
    size_t size; /* sizeof(struct fg_totals), or 0; of an array, its first entry's counts */
    enum fg_column column;
    uint64_t bound; /* of FG_COLUMN_SMOOTH, at least 1; 0 with every other column */
    uint64_t count; /* how many numbers; if 0, all that follows is 0 */
    struct fg_int256 sum;
    struct fg_int256 least, greatest;      /* of the values */
    struct fg_uint128 least_n, greatest_n; /* the smallest of the numbers that have this value */
    /* Entry i: how many numbers have the value i - 1; if fg_column_has_histogram(), otherwise 0. */
    uint64_t histogram[FG_TOTALS_VALUES];
};

/* Returns whether the values of the column are so few that totals count how often each occurs:
 * mobius, omega, bigomega, is_prime, smooth, liouville, squarefree. Thread-safe. */
bool fg_column_has_histogram(enum fg_column column);

/*
 * Adds the totals more[0 .. column_count) to totals[0 .. column_count), each to the one at its
 * place. FG_ERROR_ARGUMENT, and nothing has changed, if an entry is malformed, if two at the same
 * place are of different columns or bounds, or if there would be 2^64 numbers or more. Thread-safe
 * for different `totals`.
 */
enum fg_status fg_totals_add(struct fg_totals *totals, const struct fg_totals *more,
                             size_t column_count, struct fg_error *error);

/*
 * Adds values that fg_compute_columns() and its kin have filled in: entry i of requests[k].values,
 * of the type for numbers of so many words, is the value of number i, for the column of totals[k].
 * Numbers that are 0 are left out. The errors of fg_totals_add(), and FG_ERROR_ARGUMENT for a value
 * that its column cannot have. Thread-safe for different `totals`.
 */
enum fg_status fg_totals_add_columns(struct fg_totals *totals,
                                     const struct fg_column_request *requests, size_t column_count,
                                     const struct fg_numbers *numbers, struct fg_error *error);

/*
 * Adds the totals of a batch's columns: fg_factor_columns() without arrays. Each of the totals says
 * which column it is of; the same column and bound twice is FG_ERROR_ARGUMENT. The engine must be
 * opened for FG_ANSWER_PRIMES. Numbers that are not smooth (config.smooth_bound) are left out.
 * Needs memory for some thousand entries of each column and thread. The errors of
 * fg_factor_columns(); after any of them `totals` is as it was.
 */
enum fg_status fg_factor_totals(struct fg_engine *engine, const struct fg_numbers *numbers,
                                struct fg_totals *totals, size_t column_count,
                                struct fg_error *error);

/* The facts about how this library was built. */
struct fg_build_info {
    const char *version;            /* "0.2.0" */
    const char *git_revision;       /* short hash, "-dirty" appended; "unknown" outside git */
    const char *compiler;           /* "GNU 12.2.0" */
    const char *build_type;         /* "Release" */
    const char *cuda_toolkit;       /* "13.0.88"; NULL: built without CUDA; "emulated" in tests */
    const char *cuda_architectures; /* "80-real;90-real"; NULL without CUDA */
};
/* Returns a constant of the library. Thread-safe. */
const struct fg_build_info *fg_library_build_info(void);

/*
 * Returns the instruction set that the CPU backends use: "avx512", "avx2" or "portable". Chosen
 * from what the CPU has; the environment variable FACTOR_GPU_CPU names a lower one. Thread-safe.
 */
const char *fg_cpu_variant(void);
/*
 * Returns the lanes of the method "factor": "avx512ifma", up to 32 numbers side by side; "avx2fma",
 * the same below 2^51 and up to four above; or "scalar", up to four interleaved. It follows
 * fg_cpu_variant(). Thread-safe.
 */
const char *fg_cpu_lanes(void);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#ifdef __cplusplus
}
#endif

#endif
