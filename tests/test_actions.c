/* SPDX-License-Identifier: MIT
 *
 * Splits on file, and the jumps of prices that they explain.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "../cache/actions.h"
#include "fixture.h"
#include "pages.h"
#include "scratch.h"

static void put(by_store *store, const char *symbol, int64_t from, const by_action *list,
                int32_t count) {
    by_series_id id = fixture_id(symbol);
    by_error err = {0};
    if (by_store_put_actions(store, &id, from * DAY, 7777, list, count, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
}

static void refuses(by_store *store, const by_action *list, int32_t count, by_status status,
                    const char *part) {
    by_series_id id = fixture_id("A");
    by_error err = {0};
    assert_int_equal(by_store_put_actions(store, &id, 10 * DAY, 1, list, count, &err), status);
    assert_non_null(strstr(err.message, part));
}

/* Expects these actions on file of a series of the provider. */
static void holds(by_store *store, const char *dataset, const by_action *list, int32_t count,
                  int64_t from) {
    by_series_id id = fixture_id("A");
    by_snapshot *snapshot;
    by_actions got;
    by_error err = {0};
    strcpy(id.dataset, dataset);
    strcpy(id.timeframe, "1m");
    assert_int_equal(by_snapshot_open(store, &snapshot, &err), BY_OK);
    assert_int_equal(by_snapshot_actions(snapshot, &id, &got, &err), BY_OK);
    assert_int_equal(got.count, count);
    assert_int_equal(got.from, from * DAY);
    for (int32_t i = 0; i < count; i++) {
        assert_int_equal(got.list[i].date, list[i].date);
        assert_true(got.list[i].ratio == list[i].ratio);
    }
    by_snapshot_close(snapshot);
}

static void test_on_file(void **state) {
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    const by_action first[] = {{20 * DAY, 4}, {30 * DAY, 0.1}}, later[] = {{25 * DAY, 3}};
    const by_action both[] = {{20 * DAY, 4}, {25 * DAY, 3}};
    holds(store, "test/all", NULL, 0, 0);
    put(store, "A", 10, first, 2);
    put(store, "B", 5, NULL, 0);
    holds(store, "test/all", first, 2, 10);
    holds(store, "test/feed/raw", first, 2, 10); /* they are the provider's, not the dataset's */
    holds(store, "tes/all", NULL, 0, 0);
    put(store, "A", 25, later, 1); /* what was told from there on gives way */
    by_store_close(store);
    store = fixture_open(*state, BY_STORE_WRITE);
    holds(store, "test/all", both, 2, 10);
    put(store, "A", 2, NULL, 0); /* the vendor has withdrawn them all */
    holds(store, "test/all", NULL, 0, 2);
    by_store_close(store);
}

static void test_bad_lists(void **state) {
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    by_action *many = calloc(BY_ACTIONS_MAX + 1, sizeof *many);
    const by_action twice[] = {{20 * DAY, 4}, {20 * DAY, 4}}, none[] = {{20 * DAY, 0}},
                    early[] = {{9 * DAY, 2}};
    for (int32_t i = 0; i <= BY_ACTIONS_MAX; i++) {
        many[i] = (by_action){(10 + i) * (int64_t)DAY, 2};
    }
    refuses(store, twice, 2, BY_DATA, "do not rise");
    refuses(store, none, 1, BY_DATA, "ratio");
    refuses(store, early, 1, BY_DATA, "before what was asked for");
    refuses(store, many, BY_ACTIONS_MAX + 1, BY_LIMIT, "more than 4096");
    holds(store, "test/all", NULL, 0, 0);
    put(store, "A", 10, many, BY_ACTIONS_MAX);
    holds(store, "test/all", many, BY_ACTIONS_MAX, 10);
    free(many);
    by_store_close(store);
}

/* 50 days, without some before day 30, from which on all prices are multiplied. */
static void put_jump(by_store *store, const char *symbol, double factor, int32_t missing) {
    series *s = fixture_series(0, 1, 50), *rest = fixture_series(30, 1, 20);
    by_put_part first = pages_days(symbol, 0, 30), second = pages_days(symbol, 30, 50);
    by_writer *writer = pages_writer(store);
    for (int c = 0; c < 4; c++) {
        for (int i = 0; i < 20; i++) {
            rest->column[c][i] *= factor;
        }
    }
    s->bars.count = 30 - missing;
    pages_put(writer, &s->bars, &first);
    assert_int_equal(pages_put(writer, &rest->bars, &second).noted_count, 1);
    by_writer_free(writer);
    free(s);
    free(rest);
}

static by_jumps explain(by_store *store, const char *symbol, int adjusted) {
    by_series_id id = fixture_id(symbol);
    by_jumps jumps;
    by_error err = {0};
    if (by_store_explain_jumps(store, &id, adjusted, &jumps, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
    return jumps;
}

/* The only note of a series, "" when there is none. */
static const char *note(by_store *store, const char *symbol) {
    static by_refusal refusals[4];
    by_series_id id = fixture_id(symbol);
    by_span span[2];
    by_coverage c = pages_coverage(store, &id, span, refusals);
    assert_int_equal(c.span_count, 1);
    assert_int_equal(span[0].end, 50 * DAY);
    assert_true(c.refusal_count <= 1);
    return c.refusal_count == 1 ? refusals[0].reason : "";
}

static void test_explained(void **state) {
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    const by_action reverse[] = {{25 * DAY, 4}, {30 * DAY, 0.1}};
    put_jump(store, "A", 10, 0);
    by_jumps jumps = explain(store, "A", 0);
    assert_int_equal(jumps.open, 1);
    assert_int_equal(jumps.first_open, 29 * DAY);
    assert_int_equal(jumps.last_open, 30 * DAY);
    put(store, "A", 0, reverse, 2);
    assert_string_equal(note(store, "A"), "jump: 10.1 times the close before; no action on file");
    assert_int_equal(explain(store, "A", 0).explained, 1);
    assert_string_equal(note(store, "A"), "");
    jumps = explain(store, "A", 0);
    assert_int_equal(jumps.explained + jumps.unadjusted + jumps.open, 0);
    by_store_close(store);
}

/* What is left beside the action must not be more than a factor of 2, and both must be near. */
static void test_what_explains(void **state) {
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    const struct {
        double factor;
        int32_t missing, day;
        double ratio;
        int explained;
    } cases[] = {
        {10, 0, 30, 0.1, 1}, {0.1, 0, 30, 10, 1}, {0.1, 0, 30, 0.1, 0}, {6, 0, 30, 0.1, 1},
        {6, 0, 30, 0.08, 0}, {24, 0, 30, 0.1, 0}, {10, 0, 35, 0.1, 1},  {10, 0, 36, 0.1, 0},
        {10, 0, 24, 0.1, 1}, {10, 0, 23, 0.1, 0}, {10, 9, 25, 0.1, 1},  {10, 9, 15, 0.1, 1},
        {10, 9, 14, 0.1, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char name[] = {(char)('A' + (char)i), '\0'};
        const by_action action = {cases[i].day * (int64_t)DAY, cases[i].ratio};
        put_jump(store, name, cases[i].factor, cases[i].missing);
        put(store, name, 0, &action, 1);
        by_jumps jumps = explain(store, name, 0);
        if (jumps.explained != cases[i].explained || jumps.open != !cases[i].explained) {
            fail_msg("case %zu: %d explained, %d open", i, jumps.explained, jumps.open);
        }
    }
    by_store_close(store);
}

static void test_unadjusted(void **state) {
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    const by_action reverse = {30 * DAY, 0.1}, forward = {30 * DAY, 7.5};
    put_jump(store, "A", 10, 0);
    put_jump(store, "B", 0.1, 0);
    put(store, "A", 0, &reverse, 1);
    put(store, "B", 0, &forward, 1);
    for (int again = 0; again < 2; again++) {
        by_jumps jumps = explain(store, "A", 1);
        assert_int_equal(jumps.unadjusted, 1);
        assert_int_equal(jumps.open + jumps.explained, 0);
        assert_int_equal(explain(store, "B", 1).unadjusted, 1);
        assert_string_equal(note(store, "A"),
                            "jump: 10.1 times the close before; 1:10 split not adjusted");
        assert_string_equal(note(store, "B"),
                            "jump: 0.101 times the close before; 7.5:1 split not adjusted");
    }
    put(store, "A", 0, NULL, 0); /* the vendor has withdrawn it */
    assert_int_equal(explain(store, "A", 1).open, 1);
    assert_string_equal(note(store, "A"), "jump: 10.1 times the close before; no action on file");
    by_store_close(store);
}

/* A record that cannot be read explains nothing, and gives way to the next one. */
static void test_damage(void **state) {
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    const by_action odd = {30 * DAY, 0.1000123456789}, sound = {30 * DAY, 0.1};
    const char *path = scratch_path(*state, "data.mdb");
    size_t size;
    int hits = 0;
    put_jump(store, "A", 10, 0);
    put(store, "A", 0, &odd, 1);
    by_store_close(store);
    unsigned char *bytes = scratch_read(path, &size), *at = bytes;
    while ((at = memmem(at, size - (size_t)(at - bytes), &odd.ratio, sizeof odd.ratio)) != NULL) {
        *at++ ^= 1;
        hits++;
    }
    assert_true(hits > 0);
    scratch_write(path, bytes, size);
    free(bytes);
    store = fixture_open(*state, BY_STORE_WRITE);
    by_series_id id = fixture_id("A");
    by_snapshot *snapshot;
    by_actions got;
    by_error err = {0};
    assert_int_equal(by_snapshot_open(store, &snapshot, &err), BY_OK);
    assert_int_equal(by_snapshot_actions(snapshot, &id, &got, &err), BY_DATA);
    assert_non_null(strstr(err.message, "A of test/all: the record of its splits is damaged"));
    assert_int_equal(got.count, 0);
    assert_int_equal(by_snapshot_check(snapshot, &id, &err), BY_DATA);
    by_snapshot_close(snapshot);
    assert_int_equal(explain(store, "A", 0).open, 1);
    put(store, "A", 0, &sound, 1);
    assert_int_equal(explain(store, "A", 0).explained, 1);
    by_store_close(store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_on_file),       TEST(test_bad_lists),  TEST(test_explained),
        TEST(test_what_explains), TEST(test_unadjusted), TEST(test_damage),
    };
    return cmocka_run_group_tests_name("actions", tests, NULL, NULL);
}
