/* SPDX-License-Identifier: MIT
 *
 * The program on a pseudo-terminal, as somebody who types and reads. What goes wrong fails the test
 * that calls, after what was on the screen was printed.
 */
#ifndef BY_TEST_CONSOLE_H
#define BY_TEST_CONSOLE_H

#include <stdbool.h>

typedef struct console console;

/* Starts the program under test with words behind its name, up to a NULL, on a terminal of 24 lines
 * of 80 columns. Its home, its state and its store are in `folder`. */
console *console_start(const char *folder, const char *const *words);
/* The path of the program under test. */
const char *console_program(void);

void console_type(console *self, const char *keys);
/* Reads until a text comes behind the one that was expected before. Escapes and carriage returns
 * are left out. */
void console_expect(console *self, const char *text);
void console_resize(console *self, unsigned short lines, unsigned short columns);
void console_signal(console *self, int number);
/* Whether the terminal echoes and makes lines itself, as it does when nobody edits. */
bool console_is_cooked(const console *self);
/* Waits for the end of the program: its exit code, or minus the signal that ended it. Frees the
 * console. */
int console_end(console *self);

#endif
