/* SPDX-License-Identifier: MIT */
#include "console.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 60000, WORDS_MAX = 16 };

struct console {
    pid_t child;
    int terminal;
    char *text; /* without escapes; ends in a NUL */
    size_t size, room;
    size_t begin, end; /* between the last two texts that were expected */
    int escape;        /* 0 none, 1 behind ESC, 2 inside of ESC [ */
    bool hung_up;
};

const char *console_program(void) {
    const char *program = getenv("BANYAN_PROGRAM");
    return program != NULL ? program : "build/release/banyan";
}

static void become_program(const char *folder, const char *const *words) {
    const char *arguments[WORDS_MAX] = {console_program()};
    for (int i = 0; words[i] != NULL && i + 2 < WORDS_MAX; i++) {
        arguments[i + 1] = words[i];
    }
    const char *homes[] = {"HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "BANYAN_DATA",
                           "XDG_DATA_HOME"};
    for (size_t i = 0; i < sizeof homes / sizeof homes[0]; i++) {
        setenv(homes[i], folder, 1);
    }
    setenv("TERM", "xterm", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    unsetenv("NO_COLOR");
    execv(arguments[0], (char *const *)arguments);
    _exit(127);
}

console *console_start(const char *folder, const char *const *words) {
    console *self = calloc(1, sizeof *self);
    assert_non_null(self);
    self->room = 1 << 16;
    self->text = malloc(self->room);
    assert_non_null(self->text);
    self->text[0] = '\0';
    const struct winsize size = {.ws_row = 24, .ws_col = 80};
    self->child = forkpty(&self->terminal, NULL, NULL, &size);
    assert_true(self->child >= 0);
    if (self->child == 0) {
        become_program(folder, words);
    }
    return self;
}

static void give_up(console *self, const char *why, const char *text) {
    kill(self->child, SIGKILL);
    fail_msg("%s: '%s'; on the screen:\n%s", why, text, self->text + self->begin);
}

/* Keeps a byte unless it belongs to an escape. */
static void keep(console *self, char c) {
    if (self->escape == 0 && c == '\033') {
        self->escape = 1;
    } else if (self->escape == 1) {
        self->escape = c == '[' ? 2 : 0;
    } else if (self->escape == 2) {
        self->escape = c >= '@' && c <= '~' ? 0 : 2;
    } else if (c != '\r') {
        self->text[self->size++] = c;
    }
}

/* Takes what the program wrote, for up to a time: false when nothing came. */
static bool take(console *self, int timeout_ms) {
    char bytes[4096];
    struct pollfd wanted = {.fd = self->terminal, .events = POLLIN};
    if (self->hung_up || poll(&wanted, 1, timeout_ms) <= 0) {
        return false;
    }
    const ssize_t got = read(self->terminal, bytes, sizeof bytes);
    if (got <= 0) {
        self->hung_up = true;
        return false;
    }
    if (self->size + sizeof bytes + 1 > self->room) {
        self->room *= 2;
        self->text = realloc(self->text, self->room);
        assert_non_null(self->text);
    }
    for (ssize_t i = 0; i < got; i++) {
        keep(self, bytes[i]);
    }
    self->text[self->size] = '\0';
    return true;
}

/* Reads along, so that a program that echoes much never waits for its reader. */
void console_type(console *self, const char *keys) {
    size_t left = strlen(keys);
    while (left > 0) {
        struct pollfd wanted = {.fd = self->terminal, .events = POLLIN | POLLOUT};
        assert_true(poll(&wanted, 1, PATIENCE_MS) > 0);
        if (wanted.revents & POLLIN) {
            take(self, 0);
        }
        if (wanted.revents & POLLOUT) {
            const ssize_t put = write(self->terminal, keys, left < 512 ? left : 512);
            assert_true(put > 0);
            keys += put;
            left -= (size_t)put;
        } else if (self->hung_up) {
            give_up(self, "the program ended before", keys);
        }
    }
}

void console_expect(console *self, const char *text) {
    self->begin = self->end;
    for (;;) {
        const char *found = strstr(self->text + self->begin, text);
        if (found != NULL) {
            self->end = (size_t)(found - self->text) + strlen(text);
            return;
        }
        if (!take(self, PATIENCE_MS)) {
            give_up(self, self->hung_up ? "the program ended before" : "waited in vain for", text);
        }
    }
}

void console_resize(console *self, unsigned short lines, unsigned short columns) {
    const struct winsize size = {.ws_row = lines, .ws_col = columns};
    assert_int_equal(ioctl(self->terminal, TIOCSWINSZ, &size), 0);
}

void console_signal(console *self, int number) {
    assert_int_equal(kill(self->child, number), 0);
}

bool console_is_cooked(const console *self) {
    struct termios modes;
    assert_int_equal(tcgetattr(self->terminal, &modes), 0);
    return (modes.c_lflag & (ECHO | ICANON | ISIG)) == (ECHO | ICANON | ISIG);
}

int console_end(console *self) {
    while (take(self, PATIENCE_MS)) {
    }
    int status;
    if (!self->hung_up) {
        give_up(self, "waited in vain for", "the end");
    }
    assert_int_equal(waitpid(self->child, &status, 0), self->child);
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    if (code == 66 || code == 1) { /* a sanitizer's report */
        print_message("%s\n", self->text + self->begin);
    }
    close(self->terminal);
    free(self->text);
    free(self);
    return code;
}
