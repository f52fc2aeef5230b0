#include "tests/bench/measure.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int64_t read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t measure_now(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t measure_cpu(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

void samples_add(struct samples *samples, int64_t value)
{
    if (samples->count == samples->capacity) {
        samples->capacity = samples->capacity > 0 ? samples->capacity * 2 : 256;
        samples->values = realloc(samples->values, samples->capacity * sizeof *samples->values);
        if (samples->values == NULL)
            abort();
    }
    samples->values[samples->count++] = value;
}

static int compare(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

int64_t samples_percentile(struct samples *samples, int percent)
{
    if (samples->count == 0)
        return 0;
    qsort(samples->values, samples->count, sizeof *samples->values, compare);
    size_t at = samples->count * (size_t)percent / 100;
    return samples->values[at < samples->count ? at : samples->count - 1];
}

void samples_done(struct samples *samples)
{
    free(samples->values);
    *samples = (struct samples){0};
}

void report_time(const char *name, int64_t nanoseconds)
{
    printf("%s %.3f ms\n", name, (double)nanoseconds / 1e6);
}

void report_count(const char *name, int64_t value, const char *unit)
{
    printf("%s %" PRId64 " %s\n", name, value, unit);
}

void give_up(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}
