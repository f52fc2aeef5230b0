/* Runs a fuzz target without a fuzzing engine: over the files of tests/data/fuzz/NAME, then over
 * seeded mutations of them. Built with clang -fsanitize=fuzzer a target needs no driver.
 *
 *   fuzz_NAME [ROUNDS [SEED [FILE]]]
 *
 * The same seed gives the same inputs. Each input is written to FILE before it is tried, so that
 * the one that broke the target is at hand. Speaks TAP, as tests/run expects. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROUNDS = 20000, INPUT_MAX = 8192, SEEDS_MAX = 256, CHANGES_MAX = 6, PATH_SIZE = 512 };

struct input {
    uint8_t bytes[INPUT_MAX];
    size_t size;
};

struct driver {
    struct input *seeds;
    size_t seed_count;
    uint64_t state;
    const char *keep; /* where the current input is written, or NULL */
};

static uint32_t pick(struct driver *driver, size_t count)
{
    driver->state ^= driver->state << 13U;
    driver->state ^= driver->state >> 7U;
    driver->state ^= driver->state << 17U;
    return count == 0 ? 0 : (uint32_t)((driver->state >> 11U) % count);
}

static void try_input(const struct driver *driver, const struct input *input)
{
    FILE *file = driver->keep != NULL ? fopen(driver->keep, "wb") : NULL;
    if (file != NULL) {
        fwrite(input->bytes, 1, input->size, file);
        fclose(file);
    }
    /* A copy of the exact size lets the sanitizer see a read behind its end. */
    uint8_t *copy = malloc(input->size > 0 ? input->size : 1);
    if (copy == NULL)
        abort();
    memcpy(copy, input->bytes, input->size);
    LLVMFuzzerTestOneInput(copy, input->size);
    free(copy);
}

/* Puts bytes in at a place; what no longer fits is dropped. */
static void insert(struct input *input, size_t at, const uint8_t *bytes, size_t size)
{
    if (size > INPUT_MAX - input->size)
        size = INPUT_MAX - input->size;
    memmove(input->bytes + at + size, input->bytes + at, input->size - at);
    memcpy(input->bytes + at, bytes, size);
    input->size += size;
}

static void mutate(struct driver *driver, struct input *input)
{
    static const uint8_t awkward[] = {0,    '"',  '\'', ',',  ':',  '-',  '.',  '\r', '\n', '\t',
                                      ' ',  '\\', '{',  '[',  '<',  '>',  '=',  '0',  '9',  0x1B,
                                      0x7F, 0x80, 0xC3, 0xE2, 0xED, 0xF0, 0xFE, 0xFF};
    size_t at = pick(driver, input->size + 1), left = input->size - at;
    const struct input *other = &driver->seeds[pick(driver, driver->seed_count)];
    size_t from = pick(driver, other->size + 1), length = pick(driver, other->size - from + 1);
    uint8_t piece[INPUT_MAX];
    switch (pick(driver, 6)) {
    case 0:
        if (left > 0)
            input->bytes[at] = (uint8_t)pick(driver, 256);
        break;
    case 1:
        insert(input, at, &awkward[pick(driver, sizeof awkward)], 1);
        break;
    case 2: /* lose some */
        length = pick(driver, left + 1);
        memmove(input->bytes + at, input->bytes + at + length, left - length);
        input->size -= length;
        break;
    case 3: /* say it again, many times */
        length = left > 0 ? 1 + pick(driver, left) : 0;
        memcpy(piece, input->bytes + at, length);
        for (uint32_t times = pick(driver, 40); times > 0; times--)
            insert(input, at, piece, length);
        break;
    case 4:
        insert(input, at, other->bytes + from, length);
        break;
    default:
        if (left > 0)
            input->bytes[at] ^= (uint8_t)(1U << pick(driver, 8));
        break;
    }
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void read_seeds(struct driver *driver, const char *name)
{
    char folder[PATH_SIZE];
    snprintf(folder, sizeof folder, "tests/data/fuzz/%s", name);
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_visible, by_name);
    for (int i = 0; i < count; i++) {
        char path[2 * PATH_SIZE];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        FILE *file = driver->seed_count < SEEDS_MAX ? fopen(path, "rb") : NULL;
        if (file != NULL) {
            struct input *seed = &driver->seeds[driver->seed_count++];
            seed->size = fread(seed->bytes, 1, INPUT_MAX, file);
            fclose(file);
        }
        free(entries[i]);
    }
    free(entries);
}

int main(int argc, char **argv)
{
    long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : ROUNDS;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    const char *program = strrchr(argv[0], '/') != NULL ? strrchr(argv[0], '/') + 1 : argv[0];
    const char *name = strncmp(program, "fuzz_", 5) == 0 ? program + 5 : program;
    struct driver driver = {.state = seed * UINT64_C(0x9E3779B97F4A7C15) + 1,
                            .keep = argc > 3 ? argv[3] : NULL};
    driver.seeds = calloc(SEEDS_MAX, sizeof *driver.seeds);
    struct input *input = calloc(1, sizeof *input);
    if (driver.seeds == NULL || input == NULL)
        abort();
    printf("1..1\n");
    fflush(stdout);
    read_seeds(&driver, name);
    for (size_t i = 0; i < driver.seed_count; i++)
        try_input(&driver, &driver.seeds[i]);
    for (long round = 0; round < rounds && driver.seed_count > 0; round++) {
        *input = driver.seeds[pick(&driver, driver.seed_count)];
        for (uint32_t changes = 1 + pick(&driver, CHANGES_MAX); changes > 0; changes--)
            mutate(&driver, input);
        try_input(&driver, input);
    }
    printf("%s 1 - %s: %zu files, %ld rounds from seed %llu\n",
           driver.seed_count > 0 ? "ok" : "not ok", program, driver.seed_count, rounds,
           (unsigned long long)seed);
    int code = driver.seed_count > 0 ? 0 : 1;
    free(driver.seeds);
    free(input);
    return code;
}
