/* Times and what stands for many of them. Benchmarks print one line each, in the words that
 * tests/bench/run puts into its table:  NAME VALUE UNIT */
#ifndef TESTS_BENCH_MEASURE_H
#define TESTS_BENCH_MEASURE_H

#include <stddef.h>
#include <stdint.h>

int64_t measure_now(void); /* nanoseconds of a clock that only goes on */

int64_t measure_cpu(void); /* nanoseconds that this program has worked */

struct samples {
    int64_t *values;
    size_t count, capacity;
};
void samples_add(struct samples *samples, int64_t value);
/* The value below which `percent` of them lie; 0 when there is none. Sorts them. */
int64_t samples_percentile(struct samples *samples, int percent);
void samples_done(struct samples *samples);

/* "name 0.123 ms" for nanoseconds, "name 12 unit" for a count. */
void report_time(const char *name, int64_t nanoseconds);
void report_count(const char *name, int64_t value, const char *unit);
/* Prints the sentence and ends the program with 1. */
void give_up(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

#endif
