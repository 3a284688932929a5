/* SPDX-License-Identifier: MIT
 *
 * Bytes and keys from standard input, and what signals mean while one waits for them. Not
 * thread-safe: there is one standard input.
 */
#ifndef BY_LUA_TERMINAL_H
#define BY_LUA_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

typedef enum terminal_wait {
    TERMINAL_BYTES, /* there is something to read, or the end */
    TERMINAL_TIMEOUT,
    TERMINAL_SIGNAL, /* a signal came: ask what for */
} terminal_wait;

/* Watches for a changed size and for being continued, and holds back signals but while waiting, so
 * that none is missed in between. terminal_release undoes both. */
void terminal_hold(void);
void terminal_release(void);

/* Waits for input; without end when `timeout_ms` is negative. */
terminal_wait terminal_wait_input(int timeout_ms);

/* Whether the screen has to be drawn again, told once. */
bool terminal_changed(void);

/* The next byte: 1, 0 at the end, -1 when a signal came first. */
int terminal_byte(unsigned char *out);
/* All bytes that were read and not taken; they are taken. NULL and size 0 when there are none. */
const char *terminal_rest(size_t *size);
/* Takes what was read up to the last such byte: whether there was one. */
bool terminal_skip_through(unsigned char byte);
/* Reads into the empty buffer: the number of bytes, 0 at the end, -1 when a signal came first. */
long terminal_fill(void);
/* The next character by the locale's encoding, U+FFFD for what is none: 1, 0 at the end, -1 when a
 * signal came first. */
int terminal_character(wchar_t *out);

#endif
