/* SPDX-License-Identifier: MIT */
#include "terminal.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static const int held_signals[] = {SIGINT, SIGTERM, SIGWINCH, SIGCONT};
enum { HELD_COUNT = sizeof held_signals / sizeof held_signals[0] };

static volatile sig_atomic_t changed;
static bool holding;
static sigset_t before; /* the mask outside of holding */
static struct sigaction old_resize, old_continue;

static struct {
    unsigned char bytes[4096];
    size_t first, count;
} input;

static mbstate_t shift; /* of a character that has not ended */

static void on_change(int number) {
    (void)number;
    changed = 1;
}

void terminal_hold(void) {
    sigset_t held;
    sigemptyset(&held);
    for (int i = 0; i < HELD_COUNT; i++) {
        sigaddset(&held, held_signals[i]);
    }
    pthread_sigmask(SIG_BLOCK, &held, &before);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_change;
    action.sa_flags = SA_RESTART;
    sigaction(SIGWINCH, &action, &old_resize);
    sigaction(SIGCONT, &action, &old_continue);
    holding = true;
}

void terminal_release(void) {
    holding = false;
    sigaction(SIGWINCH, &old_resize, NULL);
    sigaction(SIGCONT, &old_continue, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

bool terminal_changed(void) {
    const bool was = changed != 0;
    changed = 0;
    return was;
}

terminal_wait terminal_wait_input(int timeout_ms) {
    struct pollfd wanted = {.fd = STDIN_FILENO, .events = POLLIN};
    const struct timespec timeout = {.tv_sec = timeout_ms / 1000,
                                     .tv_nsec = timeout_ms % 1000 * 1000000L};
    const int ready = ppoll(&wanted, 1, timeout_ms < 0 ? NULL : &timeout, holding ? &before : NULL);
    if (ready == 0) {
        return TERMINAL_TIMEOUT;
    }
    return ready < 0 && errno == EINTR ? TERMINAL_SIGNAL : TERMINAL_BYTES;
}

long terminal_fill(void) {
    for (;;) {
        if (terminal_wait_input(-1) == TERMINAL_SIGNAL) {
            return -1;
        }
        const ssize_t got = read(STDIN_FILENO, input.bytes, sizeof input.bytes);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
            continue; /* somebody else was faster, or left the descriptor without waiting */
        }
        input.first = 0;
        input.count = got > 0 ? (size_t)got : 0; /* a terminal that went away is an end */
        return got > 0 ? (long)got : 0;
    }
}

int terminal_byte(unsigned char *out) {
    if (input.count == 0) {
        const long got = terminal_fill();
        if (got <= 0) {
            return (int)got;
        }
    }
    *out = input.bytes[input.first++];
    input.count--;
    return 1;
}

const char *terminal_rest(size_t *size) {
    *size = input.count;
    input.count = 0;
    return *size > 0 ? (const char *)input.bytes + input.first : NULL;
}

bool terminal_skip_through(unsigned char byte) {
    const unsigned char *begin = input.bytes + input.first;
    const unsigned char *last = memrchr(begin, byte, input.count);
    if (last == NULL) {
        return false;
    }
    const size_t taken = (size_t)(last - begin) + 1;
    input.first += taken;
    input.count -= taken;
    return true;
}

int terminal_character(wchar_t *out) {
    for (;;) {
        unsigned char byte;
        const int got = terminal_byte(&byte);
        if (got <= 0) {
            return got;
        }
        const size_t used = mbrtowc(out, (const char *)&byte, 1, &shift);
        if (used == (size_t)-1) {
            memset(&shift, 0, sizeof shift);
            *out = 0xFFFD;
        }
        if (used != (size_t)-2) {
            return 1;
        }
    }
}
