/* SPDX-License-Identifier: MIT
 *
 * Series from outside on the axis of a panel: random ones against a scan of all values for each
 * row, the errors, and that nothing which is known later changes what was seen before.
 */
#include "../engine/panel.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "random_tree.h"

enum { SYMBOLS_MAX = 5, BARS_MAX = 60, SLICES_MAX = 3 * SYMBOLS_MAX, TRIALS = 3000 };

static const char *const names[SYMBOLS_MAX] = {"@A", "@B", "C", "D", "E"};

typedef struct input {
    int32_t symbol_count;
    uint8_t as_of[SYMBOLS_MAX];
    int32_t count[SYMBOLS_MAX];
    int64_t time[SYMBOLS_MAX][BARS_MAX];
    double value[SYMBOLS_MAX][BARS_MAX];
    by_bars slices[SLICES_MAX];
    int32_t slice_first[SYMBOLS_MAX + 1];
} input;

/* Cuts a symbol into up to three slices. */
static void slice(input *in, int32_t s, int32_t *at, random_source *source) {
    in->slice_first[s] = *at;
    for (int32_t from = 0, left = 3; from < in->count[s]; left--) {
        int32_t rest = in->count[s] - from;
        int32_t count = left == 1 ? rest : 1 + random_below(source, rest);
        const double *values = in->value[s] + from;
        in->slices[(*at)++] = (by_bars){.count = count,
                                        .time = in->time[s] + from,
                                        .open = values,
                                        .high = values,
                                        .low = values,
                                        .close = values,
                                        .volume = values};
        from += count;
    }
    in->slice_first[s + 1] = *at;
}

static void make(input *in, random_source *source) {
    int32_t at = 0;
    *in = (input){.symbol_count = 1 + random_below(source, SYMBOLS_MAX)};
    for (int32_t s = 0; s < in->symbol_count; s++) {
        in->as_of[s] = (uint8_t)(s < in->symbol_count - 1 && random_chance(source, 0.5));
        in->count[s] = 1 + random_below(source, BARS_MAX);
        int64_t time = random_below(source, 40) - 20;
        for (int32_t i = 0; i < in->count[s]; i++) {
            time += 1 + random_below(source, random_chance(source, 0.1) ? 20 : 3);
            in->time[s][i] = time;
            in->value[s][i] =
                in->as_of[s] ? random_below(source, 5) - 2 : 1 + random_below(source, 9);
        }
        slice(in, s, &at, source);
    }
}

static by_status build(const input *in, int32_t full, by_panel **panel, by_error *err) {
    return by_panel_new_as_of(in->symbol_count, names, in->slices, in->slice_first, in->as_of, full,
                              panel, err);
}

/* What a row sees of a series: the value known last, of all that are not behind it. */
static double seen(const input *in, int32_t s, int64_t time) {
    double value = NAN;
    for (int32_t i = 0; i < in->count[s]; i++) {
        value = in->time[s][i] <= time ? in->value[s][i] : value;
    }
    return value;
}

static void assert_same(double expected, double actual) {
    if (expected != actual && !(isnan(expected) && isnan(actual))) {
        fail_msg("%.17g instead of %.17g", actual, expected);
    }
}

/* The panel of the bars alone: what it says of them must not change. */
static by_panel *of_bars(const input *in, int32_t *index) {
    by_bars slices[SLICES_MAX];
    const char *bar_names[SYMBOLS_MAX];
    int32_t first[SYMBOLS_MAX + 1] = {0};
    int32_t count = 0;
    for (int32_t s = 0; s < in->symbol_count; s++) {
        index[s] = count;
        if (in->as_of[s]) {
            continue;
        }
        int32_t own = in->slice_first[s + 1] - in->slice_first[s];
        memcpy(slices + first[count], in->slices + in->slice_first[s],
               (size_t)own * sizeof *slices);
        bar_names[count] = names[s];
        first[count + 1] = first[count] + own;
        count++;
    }
    by_panel *panel = NULL;
    (void)by_panel_new(count, bar_names, slices, first, 1, &panel, NULL);
    return panel;
}

static void check_outside(const input *in, const by_panel *panel, int32_t s, bool full) {
    int32_t first = panel->bar_count;
    for (int32_t row = panel->bar_count - 1; row >= 0; row--) {
        double value = seen(in, s, panel->time[row]);
        first = isnan(value) ? first : row;
        assert_same(value, panel->close[s][row]);
        assert_same(0, panel->forward[row * panel->symbol_count + s]);
        if (full) {
            assert_same(value, panel->open[s][row]);
            assert_same(value, panel->high[s][row]);
            assert_same(value, panel->low[s][row]);
            assert_true(isnan(panel->volume[s][row]));
        }
    }
    assert_int_equal(panel->first_bar[s], first);
    assert_int_equal(panel->last_bar[s], panel->bar_count - 1);
    assert_int_equal(panel->filled_count[s], 0);
    assert_true(panel->first_common >= first);
}

static void check_bars(const by_panel *panel, int32_t s, const by_panel *alone, int32_t a) {
    const size_t size = (size_t)panel->bar_count * sizeof(double);
    assert_memory_equal(panel->close[s], alone->close[a], size);
    assert_int_equal(panel->first_bar[s], alone->first_bar[a]);
    assert_int_equal(panel->last_bar[s], alone->last_bar[a]);
    assert_int_equal(panel->filled_count[s], alone->filled_count[a]);
    for (int32_t row = 0; row < panel->bar_count; row++) {
        assert_same(alone->forward[row * alone->symbol_count + a],
                    panel->forward[row * panel->symbol_count + s]);
    }
}

static void test_random(void **unused) {
    (void)unused;
    random_source source = {20240105};
    static input in;
    int32_t checked = 0;
    for (int32_t trial = 0; trial < TRIALS; trial++) {
        int32_t index[SYMBOLS_MAX];
        by_panel *panel = NULL;
        by_error err = {0};
        make(&in, &source);
        const int32_t full = trial & 1;
        by_panel *alone = of_bars(&in, index);
        if (build(&in, full, &panel, &err) != BY_OK) {
            assert_int_equal(err.status, BY_DATA);
            by_panel_free(alone);
            continue;
        }
        checked++;
        assert_non_null(alone);
        assert_int_equal(panel->bar_count, alone->bar_count);
        assert_int_equal(panel->last_common, alone->last_common);
        assert_memory_equal(panel->time, alone->time,
                            (size_t)panel->bar_count * sizeof *panel->time);
        assert_same(alone->periods_per_year, panel->periods_per_year);
        for (int32_t s = 0; s < in.symbol_count; s++) {
            if (in.as_of[s]) {
                check_outside(&in, panel, s, full);
            } else {
                check_bars(panel, s, alone, index[s]);
            }
        }
        by_panel_free(panel);
        by_panel_free(alone);
    }
    assert_true(checked > TRIALS / 4);
}

/* Two values around the rows 10, 20 and 30. */
static void two_values(input *in, int64_t first, int64_t second) {
    random_source source = {1};
    int32_t at = 0;
    *in = (input){.symbol_count = 2, .as_of = {1, 0}, .count = {2, 3}};
    for (int32_t i = 0; i < 3; i++) {
        in->time[1][i] = 10 * (i + 1);
        in->value[1][i] = 5;
    }
    in->time[0][0] = first;
    in->time[0][1] = second;
    in->value[0][0] = -1;
    in->value[0][1] = 0;
    slice(in, 0, &at, &source);
    slice(in, 1, &at, &source);
}

static void expect(int64_t first, int64_t second, const double *expected) {
    static input in;
    two_values(&in, first, second);
    by_panel *panel;
    assert_int_equal(build(&in, 0, &panel, NULL), BY_OK);
    for (int32_t row = 0; row < 3; row++) {
        assert_same(expected[row], panel->close[0][row]);
    }
    by_panel_free(panel);
}

static void test_by_hand(void **unused) {
    (void)unused;
    expect(10, 20, (double[]){-1, 0, 0});
    expect(11, 20, (double[]){NAN, 0, 0});
    expect(11, 21, (double[]){NAN, -1, 0});
    expect(1, 9, (double[]){0, 0, 0});
    expect(30, 99, (double[]){NAN, NAN, -1});
    expect(9, 31, (double[]){-1, -1, -1});
}

static void refuses(input *in, const char *part) {
    by_panel *panel;
    by_error err = {0};
    assert_int_equal(build(in, 0, &panel, &err), BY_DATA);
    assert_null(panel);
    if (strstr(err.message, part) == NULL) {
        fail_msg("'%s' is not in: %s", part, err.message);
    }
}

static void test_refusals(void **unused) {
    (void)unused;
    static input in;
    two_values(&in, 31, 40);
    refuses(&in, "the first value of @A is known only after the last bar");
    two_values(&in, 1, 2);
    in.as_of[1] = 1;
    refuses(&in, "a strategy needs a ticker with bars");
    two_values(&in, 2, 2);
    refuses(&in, "of @A is not later than the one before it");
}

static uint64_t hash_of(const input *in, int32_t last) {
    by_panel *panel;
    assert_int_equal(build(in, 1, &panel, NULL), BY_OK);
    uint64_t hash = by_panel_hash(panel, last);
    by_panel_free(panel);
    return hash;
}

static void test_hash(void **unused) {
    (void)unused;
    static input in;
    two_values(&in, 10, 25);
    uint64_t before = hash_of(&in, 1), whole = hash_of(&in, 2);
    in.value[0][1] = 7; /* seen on the last row alone */
    assert_true(hash_of(&in, 1) == before);
    assert_true(hash_of(&in, 2) != whole);
    in.value[0][1] = 0;
    in.time[0][0] = 11;
    assert_true(hash_of(&in, 1) != before);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_hash),
    };
    return cmocka_run_group_tests_name("panel as of", tests, NULL, NULL);
}
