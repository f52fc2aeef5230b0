/* When the program breaks: the terminal is given back, and what is known goes into a file. */
#ifndef TUI_CRASH_H
#define TUI_CRASH_H

/* Handles SIGSEGV, SIGABRT, SIGBUS, SIGFPE and SIGILL from here on: restores the terminal, writes
 * version, time, signal and backtrace to a new file "crash-TIME-PID.txt" (0600) in `folder`, says
 * on standard error where it is, and dies by the same signal. Everything it needs is made ready
 * now. */
void crash_prepare(const char *folder);

#endif
