/* SPDX-License-Identifier: MIT
 * The explorer as somebody at a terminal has it: the real program on a pseudo-terminal.
 */
#include "console.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"

static const char *const plain_words[] = {"repl", NULL};

#define CTRL_C "\003"
#define CTRL_D "\004"
#define UP "\033[A"
#define PASTE_BEGIN "\033[200~"
#define PASTE_END "\033[201~"

/* Under the thread sanitizer a signal waits until code calls something that it watches, which a
 * loop does not. */
static bool signals_wait(void) {
    return strstr(console_program(), "/tsan/") != NULL;
}

/* A session that has greeted and waits. */
static console *start(void **state) {
    console *at = console_start(*state, plain_words);
    console_expect(at, "Ctrl-D leaves.");
    console_expect(at, ">> ");
    return at;
}

static void leave(console *at) {
    console_type(at, CTRL_D);
    assert_int_equal(console_end(at), 0);
}

/* Presses keys and waits for what the screen shows then. */
static void press(console *at, const char *keys, const char *shown) {
    console_type(at, keys);
    console_expect(at, shown);
}

/* Types a line and waits for what it prints. */
static void enter(console *at, const char *line, const char *answer) {
    console_type(at, line);
    press(at, "\r", answer);
    console_expect(at, ">> ");
}

/* Ctrl-C, which either drops the line ("^C") or stops what runs. */
static void interrupt(console *at, const char *answer) {
    press(at, CTRL_C, answer);
    console_expect(at, ">> ");
}

static void test_values_and_locals(void **state) {
    console *at = start(state);
    enter(at, "1 + 1", "\n2\n");
    enter(at, "local x = 20", "\n");
    enter(at, "local function f(y) return x * y end", "\n");
    enter(at, "x = 21", "\n");
    enter(at, "f(2)", "\n42\n");
    enter(at, "_ + 1", "\n43\n");
    console_type(at, "exit\r");
    assert_int_equal(console_end(at), 0);
}

static void test_without_arguments(void **state) {
    static const char *const none[] = {NULL};
    console *at = console_start(*state, none);
    console_expect(at, ">> ");
    enter(at, "6 * 7", "\n42\n");
    leave(at);
}

static void test_errors(void **state) {
    console *at = start(state);
    enter(at, "b.stratgy", "line 1: banyan has no 'stratgy', did you mean 'strategy'?\n");
    enter(at, "rsi('SPY', 3)", "it is b.rsi\n");
    enter(at, "local t = nil", "\n");
    enter(at, "t.x", "line 1: ");
    enter(at, "end", "line 1: ");
    enter(at, "io.open('x')", "there is no 'io'");
    enter(at, "ecit", "did you mean 'exit'?");
    enter(at, ":sav x", "did you mean ':save'?");
    enter(at, "2 + 2", "\n4\n");
    leave(at);
}

static void test_lines_until_complete(void **state) {
    console *at = start(state);
    press(at, "for i = 1, 2 do\r", ".. ");
    press(at, "print('at', i)\r", ".. ");
    enter(at, "end", "\nat\t1\nat\t2\n");
    press(at, "x = {\r", ".. ");
    press(at, "lost" CTRL_C, "^C\n");
    console_expect(at, ">> ");
    enter(at, "type(x)", "nil");
    enter(at, "b.when(b.rsi('SPY', 10):gt(70), 'UVXY')", "\n");
    enter(at, "  :otherwise('TLT')", "else\n  TLT\n"); /* goes on, though it looked complete */
    press(at, "function f(\r", ".. ");
    press(at, CTRL_D, "before the block is complete");
    console_expect(at, ">> ");
    enter(at, "3 + 3", "\n6\n");
    leave(at);
}

static void test_interrupt(void **state) {
    console *at = start(state);
    press(at, "half a line" CTRL_C, "^C\n");
    console_expect(at, ">> ");
    static const char *const endless[] = {
        "print 'begun' while true do end",
        "print 'begun' while true do pcall(error) end",
        "f = b.indicator { name = 'f', compute = function(bars, out, n) while true do end end } "
        "print 'begun' b.eval(f('ZORB'))",
    };
    for (size_t i = 0; i < sizeof endless / sizeof endless[0] && !signals_wait(); i++) {
        console_type(at, endless[i]);
        press(at, "\r", "\nbegun\n");
        assert_true(console_is_cooked(at));
        interrupt(at, "interrupted");
    }
    for (int i = 0; i < 5; i++) { /* nothing runs, nothing happens */
        interrupt(at, "^C\n");
    }
    if (!signals_wait()) {
        console_type(at, "while true do end\r" CTRL_C); /* typed ahead */
        console_expect(at, "interrupted");
        console_expect(at, ">> ");
    }
    enter(at, "'still ' .. 'there'", "still there");
    leave(at);
}

/* What runs in the background is not what Ctrl-C stops, neither at the prompt nor while a loop
 * runs. */
static void test_interrupt_leaves_jobs(void **state) {
    console *at = start(state);
    char line[SCRATCH_SIZE + 64];
    enter(at, "w = b.param('w', 2, b.range(1, 3)) t = b.param('t', 50, b.range(1, 50, 0.001))",
          "\n");
    enter(at,
          "s = b.strategy { name = 'Two', b.when(b.rsi('ZORB', w):gt(t), 'ZORB')"
          ":otherwise(b.void) }",
          "\n");
    enter(at, "b.run(s)", "Two");
    snprintf(line, sizeof line, "job = sweep(s, { store = '%s/S.sweep' })", (const char *)*state);
    enter(at, line, "\n");
    interrupt(at, "^C\n");
    if (!signals_wait()) {
        press(at, "print 'begun' while true do end\r", "\nbegun\n");
        interrupt(at, "interrupted");
    }
    enter(at, "while job.state == 'running' do job:poll() end print('it is ' .. job.state)",
          "\nit is done\n");
    enter(at, ":jobs", "job 1: sweep of Two, done in");
    leave(at);
}

static void test_terminate(void **state) {
    console *at;
    if (!signals_wait()) {
        at = start(state);
        console_type(at, "while true do end\r");
        console_signal(at, SIGTERM);
        assert_int_equal(console_end(at), 130);
    }
    at = start(state);
    console_signal(at, SIGTERM);
    assert_int_equal(console_end(at), 130);
}

static void test_completion(void **state) {
    console *at = start(state);
    press(at, "b.strat\t", "b.strategy");
    interrupt(at, "^C\n");
    press(at, "b.rsi(\"zo\t", "ZORB\"");
    press(at, ", 3):lt\t\t", "lte");
    press(at, "(30)\r", "rsi(ZORB, 3) < 30");
    console_expect(at, ">> ");
    enter(at, "mine = { first_one = 1, second_one = 2 }", "\n");
    press(at, "mine.f\t", "mine.first_one");
    interrupt(at, "^C\n");
    press(at, "print(mi\t.s\t)\r", "\n2\n");
    console_expect(at, ">> ");
    press(at, ":sa\t", ":save ");
    char typed[SCRATCH_SIZE + 16];
    snprintf(typed, sizeof typed, "%s/ZO\t", (const char *)*state);
    press(at, typed, "/ZORB.csv");
    interrupt(at, "^C\n");
    press(at, "b.rsi(\t", "Relative strength index");
    interrupt(at, "^C\n");
    press(at, "b.\t", "names; <Tab> again lists them");
    press(at, "\t", "zscore");
    interrupt(at, "^C\n");
    leave(at);
}

static void test_help(void **state) {
    console *at = start(state);
    enter(at, "?", ":save FILE");
    enter(at, "help", ":save FILE");
    enter(at, "?b.rsi", "b.rsi(\"SPY\", ");
    enter(at, "b.sma?", "b.sma(");
    enter(at, "?:save", "script");
    enter(at, "?stratgy", "did you mean ?strategy");
    leave(at);
}

static void test_history(void **state) {
    console *first = start(state), *second = start(state);
    enter(first, "40 + 1", "\n41\n");
    enter(second, "50 + 1", "\n51\n");
    enter(first, " 'a' .. ' secret'", "a secret");
    press(first, "for i = 7, 7 do\r", ".. ");
    press(first, "print('back\\\\slash', i)\r", ".. ");
    enter(first, "end", "back\\slash\t7\n");
    leave(first);
    leave(second);
    console *at = start(state);
    press(at, UP, "end");
    press(at, "\r", "\nback\\slash\t7\n");
    console_expect(at, ">> ");
    console_type(at, UP UP UP UP);
    console_type(at, "\r");
    console_expect(at,
                   "\n51\n"); /* the block is three lines up, then comes what the second typed */
    console_expect(at, ">> ");
    leave(at);
    const char *path = scratch_path(*state, "banyan/history");
    size_t size;
    char *text = (char *)scratch_read(path, &size);
    assert_non_null(text);
    text = realloc(text, size + 1);
    text[size] = '\0';
    assert_non_null(strstr(text, "40 + 1\n"));
    assert_non_null(strstr(text, "50 + 1\n"));
    assert_null(strstr(text, "secret"));
    assert_non_null(strstr(text, "for i = 7, 7 do\\nprint("));
    free(text);
    char line[SCRATCH_SIZE + 64];
    snprintf(line, sizeof line, "test \"$(stat -c %%a %s)\" = 600", path);
    assert_int_equal(system(line), 0);
}

static void test_paste(void **state) {
    console *at = start(state);
    console_type(at,
                 PASTE_BEGIN "local s = b.when(b.rsi('SPY', 10):gt(70), 'UVXY')\n\n"
                             "\t:otherwise('TLT')\r\nlocal n = 0\nfor i = 1, 10 do\n\tn = n + i\n"
                             "end\n?b.sma\nn\n" PASTE_END);
    console_expect(at, "\nn");
    press(at, "\r", "b.sma(");
    console_expect(at, "\n55\n");
    console_expect(at, ">> ");
    enter(at, "s", "else\n  TLT\n");
    console_type(at, PASTE_BEGIN);
    for (int i = 0; i < 500; i++) {
        console_type(at, "n = n + 1\n");
    }
    console_type(at, PASTE_END);
    press(at, "\r", ">> ");
    enter(at, "n", "\n555\n");
    leave(at);
}

static void test_letters_and_length(void **state) {
    console *at = start(state);
    enter(at, "#'日本\177ü'", "\n5\n"); /* the key deletes a whole letter */
    enter(at, "'naïve'", "naïve");
    char *line = malloc(6000);
    assert_non_null(line);
    strcpy(line, "#'");
    memset(line + 2, 'y', 5000);
    strcpy(line + 5002, "'");
    enter(at, line, "\n5000\n");
    free(line);
    leave(at);
}

static void test_resize(void **state) {
    console *at = start(state);
    enter(at, "?b.macd", "b.macd(");
    press(at, "half", "half");
    console_resize(at, 10, 30);
    console_expect(at, ">> half"); /* drawn again */
    interrupt(at, "^C\n");
    press(at, "b.w\t", ">> b.w");
    interrupt(at, "^C\n");
    if (!signals_wait()) {
        press(at, "print 'begun' while true do end\r", "\nbegun\n");
        console_resize(at, 24, 100); /* while something runs */
        press(at, CTRL_C, ">> ");
    }
    enter(at, "8 * 8", "\n64\n");
    leave(at);
}

static void test_save(void **state) {
    console *at = start(state);
    char line[2 * SCRATCH_SIZE + 64];
    enter(at, "local x = 3", "\n");
    enter(at, "x + nothing", "there is no 'nothing'");
    enter(at, "x * 5", "\n15\n");
    snprintf(line, sizeof line, ":save %s/done.lua", (const char *)*state);
    enter(at, line, "written to ");
    enter(at, line, "written to "); /* its own file it may replace */
    snprintf(line, sizeof line, ":save %s/ZORB.csv", (const char *)*state);
    enter(at, line, "is there already");
    leave(at);
    snprintf(line, sizeof line, "%s lua %s/done.lua | grep -qx 15", console_program(),
             (const char *)*state);
    assert_int_equal(system(line), 0);
}

/* A folder with a store of a few bars. */
static int setup(void **state) {
    if (scratch_setup(state) != 0) {
        return -1;
    }
    const char *path = scratch_path(*state, "ZORB.csv");
    const char csv[] = "date,open,high,low,close,volume\n"
                       "2024-01-02,1,2,1,2,5\n2024-01-03,2,3,2,3,5\n2024-01-04,3,4,3,4,5\n"
                       "2024-01-05,4,5,4,5,5\n2024-01-08,5,6,5,6,5\n2024-01-09,6,7,6,7,5\n";
    scratch_write(path, csv, sizeof csv - 1);
    char line[3 * SCRATCH_SIZE];
    snprintf(line, sizeof line, "%s data import %s --data %s >/dev/null 2>&1", console_program(),
             path, (const char *)*state);
    return system(line);
}

#define ON_TERMINAL(f) cmocka_unit_test_setup_teardown(f, setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_TERMINAL(test_values_and_locals),
        ON_TERMINAL(test_without_arguments),
        ON_TERMINAL(test_errors),
        ON_TERMINAL(test_lines_until_complete),
        ON_TERMINAL(test_interrupt),
        ON_TERMINAL(test_interrupt_leaves_jobs),
        ON_TERMINAL(test_terminate),
        ON_TERMINAL(test_completion),
        ON_TERMINAL(test_help),
        ON_TERMINAL(test_history),
        ON_TERMINAL(test_paste),
        ON_TERMINAL(test_letters_and_length),
        ON_TERMINAL(test_resize),
        ON_TERMINAL(test_save),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
