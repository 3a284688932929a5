/* SPDX-License-Identifier: MIT
 *
 * Of every indicator: its laws of scale and level, its range, and what flat and steady bars give.
 */
#include "indicator_laws.h"
#include "indicator_trial.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_told(void **unused) {
    (void)unused;
    for (int32_t kind = 0; kind < BY_INDICATOR_COUNT; kind++) {
        if (!indicator_laws[kind].told) {
            fail_msg("%s has no laws in indicator_laws.c", by_indicator_name(kind));
        }
    }
}

/* Below this sum of averages, some definitions say that nothing moved. */
static bool has_threshold(int32_t kind, int32_t variant) {
    return (kind == BY_RSI && variant >= 4) || (kind == BY_CMO && variant == 1);
}

static void scale(int32_t kind, const by_recipe *recipe, int32_t first, int32_t end, int32_t power,
                  int32_t by) {
    static indicator_bars b;
    double plain[ROWS];
    double out[ROWS];
    trial_walk(&b, 7);
    const by_inputs inputs = trial_inputs(&b);
    trial_compute(kind, recipe, &inputs, ROWS, plain);
    for (int32_t c = first; c < end; c++) {
        for (int32_t i = 0; i < ROWS; i++) {
            b.columns[c][i] = ldexp(b.columns[c][i], by);
        }
    }
    trial_compute(kind, recipe, &inputs, ROWS, out);
    for (int32_t i = 0; i < ROWS; i++) {
        if (!trial_same(out[i], ldexp(plain[i], power * by))) {
            trial_fail("scaled", kind, recipe, i, out[i], ldexp(plain[i], power * by));
        }
    }
}

/* Times a power of two is exact, up to 1e150 and down to 1e-150. */
static void scaling(int32_t kind, const by_recipe *recipe) {
    static const int32_t powers[] = {3, -5, 490, -490};
    for (size_t i = 0; i < sizeof powers / sizeof *powers; i++) {
        if (powers[i] > -100 || !has_threshold(kind, recipe->variant)) {
            scale(kind, recipe, 0, 4, indicator_laws[kind].prices, powers[i]);
        }
        scale(kind, recipe, 4, 5, indicator_laws[kind].volumes, powers[i]);
    }
}

static void translation(int32_t kind, const by_recipe *recipe) {
    static indicator_bars b;
    const double more = 1024;
    const indicator_law *law = &indicator_laws[kind];
    double plain[ROWS];
    double out[ROWS];
    if (law->level == NO_LAW) {
        return;
    }
    trial_walk(&b, 8);
    const by_inputs inputs = trial_inputs(&b);
    trial_compute(kind, recipe, &inputs, ROWS, plain);
    for (int32_t i = 0; i < 4 * ROWS; i++) {
        b.columns[i / ROWS][i % ROWS] += more;
    }
    trial_compute(kind, recipe, &inputs, ROWS, out);
    for (int32_t i = 0; i < ROWS; i++) {
        const double expected = plain[i] + law->level * more;
        if (!(fabs(out[i] - expected) <= 1e-9 * fmax(1, fabs(expected))) &&
            !trial_same(out[i], expected)) {
            trial_fail("moved", kind, recipe, i, out[i], expected);
        }
    }
}

/* Walks in 64ths and not, and rising and falling prices that are rounded. */
static void range(int32_t kind, const by_recipe *recipe) {
    static indicator_bars b;
    const indicator_law *law = &indicator_laws[kind];
    const by_inputs inputs = trial_inputs(&b);
    double out[ROWS];
    for (uint64_t seed = 1; seed <= 8; seed++) {
        trial_walk(&b, seed);
        if (seed > 6) {
            trial_line(&b, 100, seed == 7 ? 0.1 : -0.1);
        }
        for (int32_t i = 0; i < 4 * ROWS && seed > 3; i++) {
            b.columns[i / ROWS][i % ROWS] *= 1.1;
        }
        trial_compute(kind, recipe, &inputs, ROWS, out);
        for (int32_t i = 0; i < ROWS; i++) {
            if (out[i] < law->least || out[i] > law->most) {
                trial_fail("out of range", kind, recipe, i, out[i],
                           out[i] < law->least ? law->least : law->most);
            }
        }
    }
}

static void check(const char *what, int32_t kind, const indicator_bars *b, double least,
                  double most) {
    double out[ROWS];
    const by_inputs inputs = trial_inputs(b);
    trial_compute(kind, &trial_recipes[0], &inputs, ROWS, out);
    for (int32_t i = 0; i < ROWS; i++) {
        if (out[i] < least - 1e-9 || out[i] > most + 1e-9) {
            trial_fail(what, kind, &trial_recipes[0], i, out[i], out[i] < least ? least : most);
        }
    }
}

/* Where bars rise, what is a price does so as well, and other things are what they have to be. */
static void test_steady(void **unused) {
    (void)unused;
    static indicator_bars up;
    static indicator_bars down;
    double out[ROWS];
    trial_line(&up, 100, 1);
    trial_line(&down, 1000, -1);
    const by_inputs both[2] = {trial_inputs(&up), trial_inputs(&down)};
    for (int32_t kind = 0; kind < BY_INDICATOR_COUNT; kind++) {
        const indicator_law *law = &indicator_laws[kind];
        check("rising", kind, &up, law->rising[0], law->rising[1]);
        check("falling", kind, &down, law->falling[0], law->falling[1]);
        for (int32_t way = 0; way < 2 && law->level == 1; way++) {
            trial_compute(kind, &trial_recipes[0], &both[way], ROWS, out);
            for (int32_t i = 1; i < ROWS; i++) {
                const double rise = way == 0 ? out[i] - out[i - 1] : out[i - 1] - out[i];
                if (rise < -1e-9) {
                    trial_fail("does not follow", kind, &trial_recipes[0], i, out[i], out[i - 1]);
                }
            }
        }
    }
}

static void test_flat(void **unused) {
    (void)unused;
    static indicator_bars b;
    double out[ROWS];
    trial_line(&b, 5, 0);
    const by_inputs inputs = trial_inputs(&b);
    for (int32_t kind = 0; kind < BY_INDICATOR_COUNT; kind++) {
        const double flat = indicator_laws[kind].flat;
        for (int32_t r = 0; r < RECIPES; r += 2) {
            trial_compute(kind, &trial_recipes[r], &inputs, ROWS, out);
            for (int32_t i = by_indicator_closes_needed(kind, &trial_recipes[r]) - 1; i < ROWS;
                 i++) {
                if (!(fabs(out[i] - flat) <= 1e-12) && !trial_same(out[i], flat)) {
                    trial_fail("flat", kind, &trial_recipes[r], i, out[i], flat);
                }
            }
        }
    }
}

#define FOR_ALL(property)                                                                          \
    static void test_##property(void **unused) {                                                   \
        (void)unused;                                                                              \
        trial_all(property);                                                                       \
    }
FOR_ALL(scaling)
FOR_ALL(translation)
FOR_ALL(range)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_told),        cmocka_unit_test(test_scaling),
        cmocka_unit_test(test_translation), cmocka_unit_test(test_range),
        cmocka_unit_test(test_steady),      cmocka_unit_test(test_flat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
