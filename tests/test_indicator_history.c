/* SPDX-License-Identifier: MIT
 *
 * Of every indicator: a value depends on no later bar, on no bar before a NaN, and is there from
 * the bar on that its definition says, with histories and windows of any length.
 */
#include "indicator_trial.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* A prefix has the values of the whole. */
static void no_later_bars(int32_t kind, const by_recipe *recipe) {
    static indicator_bars b;
    double whole[ROWS];
    double out[ROWS];
    trial_walk(&b, 9);
    const by_inputs inputs = trial_inputs(&b);
    trial_compute(kind, recipe, &inputs, ROWS, whole);
    for (int32_t count = 0; count < ROWS; count = count < 20 ? count + 1 : count + 37) {
        trial_compute(kind, recipe, &inputs, count, out);
        for (int32_t i = 0; i < count; i++) {
            if (!trial_same(out[i], whole[i])) {
                trial_fail("a prefix", kind, recipe, i, out[i], whole[i]);
            }
        }
    }
}

/* Whether a kind reads a column. */
static bool is_read(int32_t kind, int32_t column) {
    static const int32_t bits[COLUMNS] = {BY_READS_OPEN,   BY_READS_RANGE, BY_READS_RANGE, 0,
                                          BY_READS_VOLUME, BY_READS_OTHER};
    const int32_t reads = by_indicator_reads(kind);
    return (reads & BY_READS_TIME) == 0 && (column == 3 || (reads & bits[column]) != 0);
}

/* Runs of NaN in one of the columns that are read: what stands between them has the values that it
 * would have alone. */
static void nan_runs(int32_t kind, const by_recipe *recipe) {
    static indicator_bars b;
    static const int32_t stretches[][2] = {{1, 60}, {63, 320}, {331, 332}, {333, ROWS}};
    double out[ROWS];
    double alone[ROWS];
    for (int32_t c = 0; c < COLUMNS; c++) {
        trial_walk(&b, 10);
        const by_inputs inputs = trial_inputs(&b);
        int32_t at = 0;
        for (int32_t s = 0; s < 4; s++) {
            for (; at < stretches[s][0]; at++) {
                b.columns[c][at] = NAN;
            }
            at = stretches[s][1];
        }
        if (!is_read(kind, c)) {
            continue;
        }
        trial_compute(kind, recipe, &inputs, ROWS, out);
        at = 0;
        for (int32_t s = 0; s < 4; s++) {
            const int32_t begin = stretches[s][0];
            const by_inputs from = {inputs.open + begin,   inputs.high + begin,
                                    inputs.low + begin,    inputs.close + begin,
                                    inputs.volume + begin, inputs.other + begin,
                                    inputs.time + begin};
            trial_compute(kind, recipe, &from, stretches[s][1] - begin, alone);
            for (; at < stretches[s][1]; at++) {
                const double expected = at < begin ? NAN : alone[at - begin];
                if (!trial_same(out[at], expected)) {
                    trial_fail("between NaN", kind, recipe, at, out[at], expected);
                }
            }
        }
    }
}

/* Histories as long as is needed, a bar shorter, a bar longer, a bar and none. */
static void lengths(int32_t kind, const by_recipe *recipe) {
    static indicator_bars b;
    double out[ROWS];
    const int32_t needed = by_indicator_closes_needed(kind, recipe);
    const bool alone = recipe->window[0] == 1; /* a deviation of one value is none */
    trial_walk(&b, 11);
    const by_inputs inputs = trial_inputs(&b);
    assert_true(needed >= 1);
    for (int32_t count = 0; count <= needed + 1; count++) {
        if (count > 2 && count < needed - 1) {
            continue;
        }
        const int32_t first = by_indicator_compute(kind, recipe, &inputs, count, out);
        const bool enough = count >= needed;
        if (first < needed - 1 && first < count) {
            trial_fail("too early", kind, recipe, first, out[first], NAN);
        }
        if (enough && first != needed - 1 && !trial_begins_by_itself(kind) && !alone) {
            trial_fail("too late", kind, recipe, first, NAN, 0);
        }
    }
}

static void full(int32_t kind, const by_recipe *recipe, const by_inputs *inputs, double *out) {
    const int32_t needed = by_indicator_closes_needed(kind, recipe);
    assert_true(needed >= 1 && needed <= 3 * BY_WINDOW_MAX);
    trial_compute(kind, recipe, inputs, needed - 1, out);
    assert_true(needed == 1 || isnan(out[needed - 2]));
    trial_compute(kind, recipe, inputs, needed, out);
    if (isnan(out[needed - 1]) != (kind >= BY_SWING_HIGH && kind <= BY_HIGHER_LOW)) {
        trial_fail("full", kind, recipe, needed - 1, out[needed - 1], 0);
    }
}

/* Each window as long as it can be, the others short: a value when it is full, and not before. */
static void test_longest(void **unused) {
    (void)unused;
    static indicator_bars b;
    double *columns[COLUMNS + 1];
    const int32_t room = 3 * BY_WINDOW_MAX;
    int64_t *time = calloc((size_t)room, sizeof *time);
    trial_walk(&b, 12);
    for (int32_t c = 0; c <= COLUMNS; c++) {
        columns[c] = calloc((size_t)room, sizeof **columns);
        assert_true(columns[c] != NULL && time != NULL);
        for (int32_t i = 0; i < room && c < COLUMNS; i++) {
            columns[c][i] = b.columns[c][i % ROWS];
        }
    }
    const by_inputs inputs = {columns[0], columns[1], columns[2], columns[3],
                              columns[4], columns[5], time};
    for (int32_t kind = 0; kind < BY_INDICATOR_COUNT; kind++) {
        for (int32_t w = 0; w == 0 || w < by_indicator_window_count(kind); w++) {
            by_recipe longest = {.window = {7, 5, 3}, .number = {BY_NUMBER_MAX, BY_NUMBER_MAX}};
            longest.window[w] = BY_WINDOW_MAX;
            full(kind, &longest, &inputs, columns[COLUMNS]);
        }
    }
    for (int32_t c = 0; c <= COLUMNS; c++) {
        free(columns[c]);
    }
    free(time);
}

#define FOR_ALL(property)                                                                          \
    static void test_##property(void **unused) {                                                   \
        (void)unused;                                                                              \
        trial_all(property);                                                                       \
    }
FOR_ALL(no_later_bars)
FOR_ALL(nan_runs)
FOR_ALL(lengths)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_later_bars),
        cmocka_unit_test(test_nan_runs),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_longest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
