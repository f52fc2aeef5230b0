#include "tui/cli/stopping.h"

#include <signal.h>
#include <stddef.h>

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { SIGNALS = sizeof signals / sizeof signals[0] };

static struct sigaction before[SIGNALS];
static volatile sig_atomic_t has_signal;

static void note_signal(int number)
{
    (void)number;
    has_signal = 1;
}

void stopping_begin(void)
{
    struct sigaction act = {.sa_handler = note_signal};
    has_signal = 0;
    for (size_t i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &act, &before[i]);
}

bool stopping_is_asked(void)
{
    return has_signal != 0;
}

void stopping_end(void)
{
    for (size_t i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &before[i], NULL);
}
