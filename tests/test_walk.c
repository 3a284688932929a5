/* SPDX-License-Identifier: MIT
 *
 * What sweeps keep and share: masks in the memo, columns on demand, groups of combos in tiles. That
 * they change no result, tests/test_random.c proves; here, that they do their work.
 */
#include "../engine/columns.h"
#include "../engine/sweep.h"
#include "../engine/tile_walk.h"
#include "random_tree.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { COMBOS = 12, SEEDS = 200, WORDS = 5 };

/* A random tree on its bars. */
typedef struct world {
    random_bars bars;
    random_tree random;
    by_panel *panel;
    by_plan *plan;
    by_columns *columns;
    int32_t digits[COMBOS][BY_PARAMS_MAX];
    uint16_t combos[COMBOS * BY_PARAMS_MAX];
    by_range asked;
} world;

static void close_world(world *at) {
    by_columns_free(at->columns);
    by_plan_free(at->plan);
    by_panel_free(at->panel);
}

static bool open_world(world *at, uint64_t seed) {
    random_source source = {seed};
    by_error err = {0};
    random_bars_fill(&at->bars, &source);
    random_tree_fill(&at->random, &at->bars, &source);
    at->panel = NULL;
    at->plan = NULL;
    at->columns = NULL;
    by_status status = by_panel_new(at->bars.symbol_count, at->bars.names, at->bars.slices,
                                    at->bars.slice_first, 1, &at->panel, &err);
    status = status == BY_OK ? by_plan_new(&at->random.tree, &at->plan, &err) : status;
    status = status == BY_OK
                 ? by_columns_new(at->plan, at->panel, 1, INT64_C(1) << 30, &at->columns, &err)
                 : status;
    if (status != BY_OK || at->panel->last_common - at->panel->first_common < 100) {
        close_world(at);
        return false;
    }
    at->asked = (by_range){at->panel->first_common, at->panel->last_common};
    const by_tree *tree = &at->plan->tree;
    for (int32_t c = 0; c < COMBOS; c++) {
        for (int32_t p = 0; p < tree->param_count; p++) {
            at->digits[c][p] = random_below(&source, tree->params[p].value_count);
            at->combos[c * tree->param_count + p] = (uint16_t)at->digits[c][p];
        }
    }
    return true;
}

/* Memo ------------------------------------------------------------------------------------------
 */

static void fill_mask(int64_t place, uint64_t *mask) {
    for (int32_t k = 0; k < WORDS; k++) {
        mask[k] = (uint64_t)(place + 1) * 0x9E3779B97F4A7C15u + (uint64_t)k;
    }
}

static bool has(const mask_memo *memo, int64_t place) {
    uint64_t mask[WORDS];
    uint64_t expected[WORDS];
    fill_mask(place, expected);
    if (!memo_get(memo, place, mask, WORDS)) {
        return false;
    }
    assert_memory_equal(mask, expected, sizeof mask);
    return true;
}

static void put(const mask_memo *memo, int64_t place) {
    uint64_t mask[WORDS];
    fill_mask(place, mask);
    memo_put(memo, place, mask, WORDS);
}

static void test_memo_keeps_what_fits(void **state) {
    world *at = *state;
    int32_t tried = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        mask_memo memo;
        if (!open_world(at, seed)) {
            continue;
        }
        assert_true(memo_open(&memo, at->plan, WORDS, INT64_C(1) << 30));
        const int64_t places = memo.place_count;
        assert_int_equal(memo.slot_count, places);
        for (int64_t place = 0; place < places; place++) {
            assert_false(has(&memo, place));
            put(&memo, place);
        }
        for (int64_t place = 0; place < places; place++) {
            assert_true(has(&memo, place));
        }
        const int64_t slot_bytes = (int64_t)memo.slot_words * 8;
        memo_close(&memo);
        if (places > 2) { /* room for two: the last two are there */
            assert_true(memo_open(&memo, at->plan, WORDS, 2 * slot_bytes));
            int64_t found = 0;
            for (int64_t place = 0; place < places; place++) {
                put(&memo, place);
            }
            for (int64_t place = 0; place < places; place++) {
                found += has(&memo, place);
            }
            assert_int_equal(found, 2);
            assert_true(has(&memo, places - 1) && has(&memo, places - 2));
            memo_close(&memo);
            tried++;
        }
        assert_true(memo_open(&memo, at->plan, WORDS, 0)); /* keeps nothing */
        for (int32_t c = 0; c < at->plan->condition_count; c++) {
            assert_int_equal(memo_place(&memo, c, at->digits[0]), -1);
        }
        memo_close(&memo);
        close_world(at);
    }
    assert_true(tried > 5);
}

typedef struct hammer {
    const mask_memo *memo;
    uint64_t seed;
    int64_t place_count;
    int64_t found;
    bool wrong;
} hammer;

static void *strike(void *argument) {
    hammer *at = argument;
    random_source source = {at->seed};
    for (int32_t i = 0; i < 20000; i++) {
        uint64_t mask[WORDS];
        uint64_t expected[WORDS];
        const int64_t place = random_below(&source, (int32_t)at->place_count);
        fill_mask(place, expected);
        if (memo_get(at->memo, place, mask, WORDS)) {
            at->wrong = at->wrong || memcmp(mask, expected, sizeof mask) != 0;
            at->found++;
        } else {
            memo_put(at->memo, place, expected, WORDS);
        }
    }
    return NULL;
}

/* Threads that read and write the same few slots never see half of a mask, or another one. */
static void test_memo_is_never_torn(void **state) {
    world *at = *state;
    mask_memo memo = {0};
    for (uint64_t seed = 1; memo.place_count < 8; seed++) {
        memo_close(&memo);
        if (open_world(at, seed)) {
            assert_true(memo_open(&memo, at->plan, WORDS, 3 * 64));
            close_world(at);
        }
    }
    pthread_t threads[3];
    hammer hammers[3];
    for (uint64_t i = 0; i < 3; i++) {
        hammers[i] = (hammer){&memo, i + 1, memo.place_count, 0, false};
        assert_int_equal(pthread_create(&threads[i], NULL, strike, &hammers[i]), 0);
    }
    int64_t found = 0;
    for (int32_t i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
        assert_false(hammers[i].wrong);
        found += hammers[i].found;
    }
    assert_true(found > 0);
    memo_close(&memo);
}

/* Columns on demand ------------------------------------------------------------------------------
 */

static bool take(column_cache *cache, int32_t column) {
    bool computes;
    assert_non_null(column_cache_take(cache, column, &computes));
    if (computes) {
        column_cache_ready(cache, column);
    }
    return computes;
}

static void test_columns_leave_by_age(void **state) {
    (void)state;
    double data[3 * 8];
    column_cache cache;
    assert_true(column_cache_open(&cache, 10, 3, data, 8));
    for (int32_t column = 0; column < 3; column++) {
        assert_null(column_cache_find(&cache, column));
        assert_true(take(&cache, column));
    }
    column_cache_release(&cache, 1);
    column_cache_release(&cache, 0);
    assert_true(take(&cache, 3)); /* 0 was taken first, and 2 is held */
    assert_null(column_cache_find(&cache, 0));
    assert_false(take(&cache, 1));
    column_cache_release(&cache, 1);
    column_cache_release(&cache, 3);
    assert_true(take(&cache, 4)); /* 1 was taken again since */
    assert_null(column_cache_find(&cache, 3));
    assert_ptr_equal(column_cache_find(&cache, 2), data + 2 * 8);
    column_cache_close(&cache);
}

static void *release_soon(void *cache) {
    column_cache_release(cache, 0);
    return NULL;
}

static void test_columns_wait_for_room(void **state) {
    (void)state;
    double data[8];
    column_cache cache;
    pthread_t thread;
    assert_true(column_cache_open(&cache, 2, 1, data, 8));
    assert_true(take(&cache, 0));
    assert_int_equal(pthread_create(&thread, NULL, release_soon, &cache), 0);
    assert_true(take(&cache, 1)); /* when the thread has released the other */
    pthread_join(thread, NULL);
    column_cache_close(&cache);
}

/* Columns that were driven out come back with the same bits. */
static void test_columns_again(void **state) {
    world *at = *state;
    int32_t tried = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        if (!open_world(at, seed)) {
            continue;
        }
        const by_columns *all = at->columns;
        by_columns *few = NULL;
        by_error err;
        const int64_t column_bytes = (int64_t)(all->stride * sizeof(double));
        assert_int_equal(
            by_columns_new(at->plan, at->panel, 2, column_bytes * all->slots_a_thread, &few, &err),
            BY_OK);
        tried += few->on_demand;
        for (int32_t round = 0; round < 2; round++) {
            for (int32_t c = 0; c < all->column_count; c++) {
                const double *values = columns_take(few, c);
                const int32_t first = all->first_valid[c];
                const int32_t rows = all->frames.list[columns_key(all, c)->frame].bars.bar_count;
                assert_int_equal(few->first_valid[c], first);
                assert_memory_equal(values + first, all->data + all->place[c] + first,
                                    (size_t)(rows - first) * sizeof *values);
                columns_release(few, c);
            }
        }
        if (few->on_demand) {
            by_columns *least = NULL;
            assert_int_equal(by_columns_new(at->plan, at->panel, 2, column_bytes, &least, &err),
                             BY_OK);
            assert_true(least->slot_count <= few->slot_count);
            by_columns_free(least);
        }
        by_columns_free(few);
        close_world(at);
    }
    assert_true(tried > 5);
}

/* Tiles ------------------------------------------------------------------------------------------
 */

static void expect_rows(const tile_walk *t, int32_t combo, const walk *whole) {
    const int32_t days = t->range.last - t->range.first + 1;
    for (int32_t day = 0; day < days; day++) {
        int32_t count;
        int32_t expected_count;
        const row_entry *row = rows_entries(
            &t->walk.pool, t->rows[(size_t)combo * (size_t)days + (size_t)day], &count);
        const row_entry *expected =
            rows_entries(&whole->pool, walk_root(whole)[whole->lead + day], &expected_count);
        assert_int_equal(count, expected_count);
        if (count > 0) {
            assert_memory_equal(row, expected, (size_t)count * sizeof *row);
        }
    }
}

/* Groups are as large as masks and rows allow, and tell what a whole walk does. */
static void test_groups_in_tiles(void **state) {
    world *at = *state;
    int32_t short_groups = 0;
    int32_t whole_groups = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        if (!open_world(at, seed)) {
            continue;
        }
        by_error err;
        int32_t shared;
        int32_t own;
        walk whole;
        tile_walk t;
        tile_walk_masks(at->plan, &shared, &own);
        const tile_limits limits = {.tile_days = 70,
                                    .group_max = COMBOS - 2,
                                    .mask_max = shared + (seed % 2 == 0 ? 2 : 20) * own,
                                    .pool_bytes_max = seed % 3 == 0 ? 1 : 1 << 20};
        if (tile_walk_fits(at->columns)) {
            assert_int_equal(walk_open(&whole, at->columns, at->asked, &err), BY_OK);
            assert_int_equal(tile_walk_open(&t, at->columns, at->asked, &limits, NULL, &err),
                             BY_OK);
            for (int32_t c = 0, walked; c < COMBOS; c += walked) {
                assert_int_equal(
                    tile_walk_group(&t, at->digits[c], COMBOS - c, NULL, &walked, &err), BY_OK);
                assert_true(walked >= 1 && walked <= limits.group_max && c + walked <= COMBOS);
                short_groups += c == 0 && walked < limits.group_max;
                whole_groups += c == 0 && walked == limits.group_max;
                for (int32_t i = 0; i < walked; i++) {
                    by_range range;
                    assert_int_equal(walk_step(&whole, at->digits[c + i], &err), BY_OK);
                    const bool any = walk_range(&whole, &range, NULL) == BY_OK;
                    assert_int_equal(t.first[i], any ? range.first : -1);
                    expect_rows(&t, i, &whole);
                }
            }
            tile_walk_close(&t);
            walk_close(&whole);
        }
        close_world(at);
    }
    assert_true(short_groups > 3 && whole_groups > 3);
}

/* Sweeps -----------------------------------------------------------------------------------------
 */

static by_sweep_counts sweep(const world *at, int32_t alone) {
    by_error err;
    by_sweep *sweep = NULL;
    const by_sweep_options options = {.asked = at->asked, .thread_count = 1, .alone = alone};
    by_sweep_counts counts;
    int32_t first;
    int32_t count;
    const by_result *results;
    assert_int_equal(by_sweep_start(at->columns, at->combos, COMBOS, &options, &sweep, &err),
                     BY_OK);
    while (by_sweep_take(sweep, 1000, &first, &count, &results) >= 0) {
    }
    assert_int_equal(by_sweep_finish(sweep, &err), BY_OK);
    by_sweep_count(sweep, &counts);
    by_sweep_free(sweep);
    return counts;
}

static void test_sharing_computes_less(void **state) {
    world *at = *state;
    int64_t shared_computed = 0;
    int64_t alone_computed = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        if (open_world(at, seed)) {
            const by_sweep_counts shared = sweep(at, 0);
            const by_sweep_counts alone = sweep(at, 1);
            assert_int_equal(shared.combos_done, COMBOS);
            assert_int_equal(shared.nodes_asked, alone.nodes_asked);
            assert_true(shared.nodes_computed <= shared.nodes_asked);
            assert_true(shared.nodes_computed <= alone.nodes_computed);
            shared_computed += shared.nodes_computed;
            alone_computed += alone.nodes_computed;
            close_world(at);
        }
    }
    assert_true(shared_computed < alone_computed);
}

static void test_too_little_memory(void **state) {
    world *at = *state;
    uint64_t seed = 1;
    while (!open_world(at, seed)) {
        seed++;
    }
    by_error err;
    by_sweep *sweep = NULL;
    by_sweep_counts counts;
    const by_sweep_options options = {
        .asked = at->asked, .thread_count = 2, .memory_bytes_max = 1000};
    assert_int_equal(by_sweep_start(at->columns, at->combos, COMBOS, &options, &sweep, &err),
                     BY_OK);
    by_sweep_count(sweep, &counts);
    assert_true(counts.memory_bytes_least > 1000);
    by_sweep_free(sweep);
    close_world(at);
}

static int open_room(void **state) {
    *state = calloc(1, sizeof(world));
    return *state == NULL;
}

static int close_room(void **state) {
    free(*state);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memo_keeps_what_fits),  cmocka_unit_test(test_memo_is_never_torn),
        cmocka_unit_test(test_columns_leave_by_age),  cmocka_unit_test(test_columns_wait_for_room),
        cmocka_unit_test(test_columns_again),         cmocka_unit_test(test_groups_in_tiles),
        cmocka_unit_test(test_sharing_computes_less), cmocka_unit_test(test_too_little_memory),
    };
    return cmocka_run_group_tests(tests, open_room, close_room);
}
