/* SPDX-License-Identifier: MIT
 *
 * In what order trials are compared: those that are alike side by side, and no matter what comes
 * out.
 */
#include "../engine/cscv.h"
#include "../engine/cscv_order.h"
#include "random_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BLOCKS = 8, RETURNS = 32, MANY = 2 * SLAB_TRIALS + 77 };

static by_trials *new_trials(void) {
    by_trials *trials;
    by_error err;
    assert_int_equal(by_trials_new(BLOCKS, &trials, &err), BY_OK);
    return trials;
}

/* Of a number the returns are always the same. */
static void add(by_trials *trials, uint32_t number, double edge) {
    random_source source = {number + 1};
    double returns[RETURNS];
    by_error err;
    for (int32_t t = 0; t < RETURNS; t++) {
        returns[t] = 0.02 * (random_fraction(&source) - 0.5) + edge;
    }
    assert_int_equal(by_trials_add_returns(trials, number, returns, 1, RETURNS, &err), BY_OK);
}

static void test_each_once(void **unused) {
    (void)unused;
    by_trials *trials = new_trials();
    for (uint32_t i = 0; i < MANY; i++) {
        add(trials, i, 0.0);
    }
    int32_t *order;
    int32_t *alone;
    by_error err;
    assert_int_equal(cscv_order(trials, 3, &order, &err), BY_OK);
    assert_int_equal(cscv_order(trials, 1, &alone, &err), BY_OK);
    assert_memory_equal(order, alone, MANY * sizeof *order);
    static char seen[MANY];
    for (int32_t k = 0; k < MANY; k++) {
        assert_in_range(order[k], 0, MANY - 1);
        assert_int_equal(seen[order[k]]++, 0);
        assert_int_equal(order[k] / SLAB_TRIALS, k / SLAB_TRIALS);
    }
    free(order);
    free(alone);
    by_trials_free(trials);
}

/* Trials of four kinds, in turns, of which each kind fills tiles of its own. */
static void test_alike_together(void **unused) {
    (void)unused;
    by_trials *trials = new_trials();
    for (uint32_t i = 0; i < 8 * TILE_TRIALS; i++) {
        add(trials, i, 0.1 * (i % 4));
    }
    int32_t *order;
    by_error err;
    assert_int_equal(cscv_order(trials, 1, &order, &err), BY_OK);
    for (int32_t k = 0; k < 8 * TILE_TRIALS; k++) {
        assert_int_equal(order[k] % 4, order[k / TILE_TRIALS * TILE_TRIALS] % 4);
    }
    free(order);
    by_trials_free(trials);
}

static by_cscv *measure(uint32_t step) {
    by_trials *trials = new_trials();
    for (uint32_t i = 0; i < MANY; i++) {
        const uint32_t number = i * step % MANY;
        add(trials, number, 0.0001 * (number % 7));
    }
    by_cscv *cscv;
    by_error err;
    assert_int_equal(by_cscv_new(trials, 2, &cscv, &err), BY_OK);
    by_trials_free(trials);
    return cscv;
}

static void test_order_does_not_matter(void **unused) {
    (void)unused;
    by_cscv *a = measure(1);
    by_cscv *b = measure(1000);
    const size_t splits = (size_t)a->split_count;
    assert_int_equal(splits, 70);
    assert_memory_equal(a->logit, b->logit, splits * sizeof *a->logit);
    assert_memory_equal(a->chosen, b->chosen, splits * sizeof *a->chosen);
    assert_memory_equal(a->in_sample, b->in_sample, splits * sizeof *a->in_sample);
    assert_memory_equal(a->out_of_sample, b->out_of_sample, splits * sizeof *a->out_of_sample);
    by_cscv_free(a);
    by_cscv_free(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_once),
        cmocka_unit_test(test_alike_together),
        cmocka_unit_test(test_order_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
