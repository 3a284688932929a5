/* SPDX-License-Identifier: MIT
 *
 * Pages through the writer: what is stored, noted and refused, and what survives.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"
#include "pages.h"
#include "scratch.h"

static int32_t listed(by_store *store) {
    by_snapshot *snapshot;
    by_series_info *infos;
    int32_t count;
    by_error err;
    assert_int_equal(by_snapshot_open(store, &snapshot, &err), BY_OK);
    assert_int_equal(by_snapshot_list(snapshot, &infos, &count, &err), BY_OK);
    by_snapshot_list_free(infos);
    by_snapshot_close(snapshot);
    return count;
}

static void test_counts(void **state) {
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    by_writer *writer = pages_writer(store);
    by_put_part part = pages_days("A", 0, 100);
    by_span span[2];
    by_refusal refusals[4];
    part.final_end = 95 * DAY;
    series *s = fixture_series(0, 1, 100), *sound = fixture_series(0, 1, 95);
    s->column[3][40] = -1;
    by_put_result r = pages_put(writer, &s->bars, &part);
    assert_int_equal(r.counts.added, 94);
    assert_int_equal(r.refused_count, 1);
    assert_int_equal(r.unfinished_count, 5);
    assert_int_equal(r.refusal.time, 40 * DAY);
    r = pages_put(writer, &s->bars, &part); /* again: nothing is doubled */
    assert_int_equal(r.counts.unchanged, 94);
    assert_int_equal(r.refused_count, 1);
    by_coverage c = pages_coverage(store, &part.id, span, refusals);
    assert_int_equal(c.span_count, 1);
    assert_int_equal(span[0].first, 0);
    assert_int_equal(span[0].end, 95 * DAY);
    assert_int_equal(c.refusal_count, 1);
    assert_string_equal(refusals[0].reason, "close -1 is not a finite price above 0");
    assert_int_equal(c.fetched_time, 1000);
    assert_int_equal(c.stale, 0);
    s->column[3][40] = sound->column[3][40]; /* the vendor has mended it, and another one */
    s->column[4][7] = 77;
    sound->column[4][7] = 77;
    r = pages_put(writer, &s->bars, &part);
    assert_int_equal(r.counts.added, 1);
    assert_int_equal(r.counts.changed, 1);
    assert_int_equal(r.counts.replaced, 1);
    assert_int_equal(pages_coverage(store, &part.id, span, refusals).refusal_count, 0);
    fixture_holds(store, "A", &sound->bars);
    by_writer_stats stats;
    by_writer_get_stats(writer, &stats);
    assert_int_equal(stats.pages, 3);
    assert_int_equal(stats.bars, 300);
    assert_int_equal(stats.transactions, 3);
    assert_true(stats.store_seconds > 0 && stats.check_seconds > 0);
    by_writer_free(writer);
    by_store_close(store);
    free(s);
    free(sound);
}

static void test_coverage_alone(void **state) {
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    by_writer *writer = pages_writer(store);
    by_span span[2];
    by_refusal refusals[4];
    by_put_part part = pages_days("A", 10, 20);
    assert_int_equal(pages_coverage(store, &part.id, span, refusals).span_count, 0);
    part.symbol = -1;
    pages_put(writer, NULL, &part);
    part.cover = (by_span){30 * DAY, 40 * DAY};
    part.final_end = 35 * DAY;
    pages_put(writer, NULL, &part);
    by_coverage c = pages_coverage(store, &part.id, span, refusals);
    assert_int_equal(c.span_count, 2);
    assert_int_equal(span[0].end, 20 * DAY);
    assert_int_equal(span[1].first, 30 * DAY);
    assert_int_equal(span[1].end, 35 * DAY);
    assert_int_equal(listed(store), 0);
    part.cover = (by_span){50 * DAY, 60 * DAY}; /* nothing of it is final */
    pages_put(writer, NULL, &part);
    assert_int_equal(pages_coverage(store, &part.id, span, refusals).span_count, 2);
    by_writer_free(writer);
    by_store_close(store);
}

/* A bar that cannot be is known by the one behind it, which is on the next page. */
static void test_spikes_and_jumps(void **state) {
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    by_writer *writer = pages_writer(store);
    by_span span[2];
    by_refusal refusals[4];
    series *s = fixture_series(0, 1, 50);
    for (int c = 0; c < 4; c++) {
        s->column[c][9] *= 100;
        for (int i = 30; i < 50; i++) {
            s->column[c][i] /= 10; /* a crash */
        }
    }
    by_bars rest = {40,
                    s->time + 10,
                    s->column[0] + 10,
                    s->column[1] + 10,
                    s->column[2] + 10,
                    s->column[3] + 10,
                    s->column[4] + 10};
    by_put_part one = pages_days("A", 0, 10), two = pages_days("A", 10, 50);
    s->bars.count = 10;
    by_put_result r = pages_put(writer, &s->bars, &one);
    assert_int_equal(r.counts.added, 10);
    assert_int_equal(r.noted_count, 1);
    r = pages_put(writer, &rest, &two);
    assert_int_equal(r.counts.added, 40);
    assert_int_equal(r.refused_count, 1);
    assert_int_equal(r.noted_count, 1);
    assert_int_equal(r.refusal.time, 9 * DAY);
    by_coverage c = pages_coverage(store, &one.id, span, refusals);
    assert_int_equal(c.refusal_count, 2);
    assert_non_null(strstr(refusals[0].reason, "spike: 101 times its neighbours"));
    assert_int_equal(refusals[0].kept, 0);
    assert_int_equal(refusals[1].time, 30 * DAY);
    assert_int_equal(refusals[1].kept, 1);
    assert_non_null(strstr(refusals[1].reason, "times the close before; no action on file"));
    r = pages_put(writer, &s->bars, &one);
    assert_int_equal(r.counts.unchanged, 9);
    assert_int_equal(r.refused_count, 1);
    assert_int_equal(pages_coverage(store, &one.id, span, refusals).refusal_count, 2);
    by_writer_free(writer);
    by_store_close(store);
    free(s);
}

static void scale(series *s, double factor) {
    for (int c = 0; c < 4; c++) {
        for (int32_t i = 0; i < s->bars.count; i++) {
            s->column[c][i] *= factor;
        }
    }
}

static void test_readjusted(void **state) {
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    by_writer *writer = pages_writer(store);
    by_span span[2];
    by_refusal refusals[4];
    series *old = fixture_series(0, 1, 100), *new = fixture_series(95, 1, 20);
    by_put_part first = pages_days("A", 0, 100), next = pages_days("A", 95, 115),
                shadow = pages_days("A", 0, 115);
    first.flags = next.flags = shadow.flags = BY_PUT_ADJUSTED;
    pages_put(writer, &old->bars, &first);
    scale(new, 0.5);
    by_put_result r = pages_put(writer, &new->bars, &next);
    assert_int_equal(r.readjusted, 1);
    assert_true(fabs(r.ratio - 0.5) < 1e-12);
    assert_int_equal(r.counts.added + r.counts.changed, 0);
    fixture_holds(store, "A", &old->bars);
    by_coverage c = pages_coverage(store, &first.id, span, refusals);
    assert_int_equal(c.stale, 1);
    assert_int_equal(span[0].end, 100 * DAY);
    by_put_part later = pages_days("A", 200, 220); /* stays so, whatever comes */
    later.symbol = -1;
    assert_int_equal(pages_put(writer, NULL, &later).readjusted, 1);
    assert_int_equal(pages_coverage(store, &first.id, span, refusals).span_count, 1);
    series *whole = fixture_series(0, 1, 115);
    scale(whole, 0.5);
    strcpy(shadow.id.dataset, "test/all~");
    pages_put(writer, &whole->bars, &shadow);
    assert_int_equal(listed(store), 1);
    by_error err = {0};
    assert_int_equal(by_store_adopt(store, &shadow.id, &first.id, &err), BY_OK);
    fixture_holds(store, "A", &whole->bars);
    c = pages_coverage(store, &first.id, span, refusals);
    assert_int_equal(c.stale, 0);
    assert_int_equal(span[0].end, 115 * DAY);
    assert_int_equal(pages_coverage(store, &shadow.id, span, refusals).span_count, 0);
    assert_int_equal(by_store_adopt(store, &shadow.id, &first.id, &err), BY_DATA);
    assert_non_null(strstr(err.message, "no such series"));
    fixture_holds(store, "A", &whole->bars);
    assert_int_equal(by_store_adopt(store, &first.id, &first.id, &err), BY_USAGE);
    by_writer_free(writer);
    by_store_close(store);
    free(old);
    free(new);
    free(whole);
}

/* Whether a page with these closes, 20 of them stored as 100, counts as adjusted anew. */
static int readjusts(by_writer *writer, const char *symbol, int32_t count, double (*close)(int32_t),
                     int flags) {
    series *s = fixture_series(0, 1, count);
    by_put_part part = pages_days(symbol, 0, 40);
    part.flags = flags;
    for (int32_t i = 0; i < count; i++) {
        s->column[0][i] = s->column[1][i] = s->column[2][i] = s->column[3][i] = 100;
    }
    s->bars.count = count < 20 ? count : 20;
    pages_put(writer, &s->bars, &part);
    for (int32_t i = 0; i < count; i++) {
        s->column[0][i] = s->column[1][i] = s->column[2][i] = s->column[3][i] = close(i);
    }
    s->bars.count = count;
    int readjusted = pages_put(writer, &s->bars, &part).readjusted;
    free(s);
    return readjusted;
}

static double halved(int32_t i) {
    return 50 + (i % 3) * 0.01;
}

static double corrected(int32_t i) {
    return i == 7 ? 50 : 100;
}

static double both_sides(int32_t i) {
    return i % 2 ? 99 : 101;
}

static double spread(int32_t i) {
    return 99.9 - i;
}

static double slightly(int32_t i) {
    (void)i;
    return 100.00000001;
}

static double dividend(int32_t i) {
    (void)i;
    return 99.99;
}

static void test_what_is_no_readjustment(void **state) {
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    by_writer *writer = pages_writer(store);
    assert_int_equal(readjusts(writer, "A", 40, halved, BY_PUT_ADJUSTED), 1);
    assert_int_equal(readjusts(writer, "B", 40, halved, 0), 0);
    assert_int_equal(readjusts(writer, "C", 40, corrected, BY_PUT_ADJUSTED), 0);
    assert_int_equal(readjusts(writer, "D", 40, both_sides, BY_PUT_ADJUSTED), 0);
    assert_int_equal(readjusts(writer, "E", 40, spread, BY_PUT_ADJUSTED), 0);
    assert_int_equal(readjusts(writer, "F", 1, slightly, BY_PUT_ADJUSTED), 0);
    assert_int_equal(readjusts(writer, "G", 1, dividend, BY_PUT_ADJUSTED), 1);
    assert_int_equal(readjusts(writer, "H", 2, dividend, BY_PUT_ADJUSTED), 1);
    by_writer_free(writer);
    by_store_close(store);
}

static void test_bad_parts(void **state) {
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    by_writer *writer = pages_writer(store);
    series *s = fixture_series(0, 1, 10);
    by_put_part wrong[3] = {pages_days("A", 0, 10), pages_days("A B", 0, 10),
                            pages_days("A", 0, 10)};
    by_error err;
    wrong[0].symbol = 1;
    wrong[2].grid_seconds = 0;
    for (int i = 0; i < 3; i++) {
        by_page *page = pages_of("A", &s->bars);
        assert_int_equal(by_writer_put(writer, 1, page, &wrong[i], 1, 1, &err), BY_USAGE);
    }
    assert_int_equal(by_writer_put(writer, 1, NULL, wrong, 1, 1, &err), BY_USAGE);
    by_writer_done done;
    assert_int_equal(by_writer_pending(writer), 0);
    assert_int_equal(by_writer_next(writer, 60000, &done), 0); /* at once */
    by_writer_free(writer);
    by_store_close(store);
    free(s);
}

static atomic_int wakes;

static void wake(void *context) {
    atomic_fetch_add((atomic_int *)context, 1);
}

/* What was handed over is finished, and the map grows as soon as nobody reads. */
static void test_finishes_and_grows(void **state) {
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    series *s = fixture_series(0, 1, BARS_MAX);
    by_writer *writer;
    by_snapshot *snapshot;
    by_error err;
    char symbol[16];
    assert_int_equal(by_writer_new(store, wake, &wakes, &writer, &err), BY_OK);
    assert_int_equal(by_snapshot_open(store, &snapshot, &err), BY_OK);
    for (int i = 0; i < 150; i++) {
        snprintf(symbol, sizeof symbol, "S%d", i);
        by_put_part part = pages_days(symbol, 0, BARS_MAX);
        pages_send(writer, &s->bars, &part);
    }
    usleep(300000); /* by now the writer waits for the snapshot, on most machines */
    by_snapshot_close(snapshot);
    pages_await(writer);
    assert_true(atomic_load(&wakes) > 0);
    fixture_holds(store, "S149", &s->bars);
    for (int i = 0; i < 10; i++) {
        snprintf(symbol, sizeof symbol, "T%d", i);
        by_put_part part = pages_days(symbol, 0, BARS_MAX);
        pages_send(writer, &s->bars, &part);
    }
    by_writer_free(writer);
    assert_int_equal(listed(store), 160);
    fixture_holds(store, "T9", &s->bars);
    by_store_close(store);
    free(s);
}

static void test_drop_and_copy(void **state) {
    by_store *store = fixture_open(scratch_path(*state, "old"), BY_STORE_WRITE);
    by_writer *writer = pages_writer(store);
    series *s = fixture_series(0, 1, 6000);
    by_span span[2];
    by_refusal refusals[4];
    by_error err = {0};
    const char *symbols[] = {"A", "AB", "B", "ABC"};
    for (int i = 0; i < 4; i++) {
        by_put_part part = pages_days(symbols[i], 0, 6000);
        pages_put(writer, &s->bars, &part);
    }
    by_writer_free(writer);
    by_series_id id = fixture_id("AB"), none = fixture_id("NONE");
    assert_int_equal(by_store_drop(store, &id, &err), BY_OK);
    assert_int_equal(by_store_drop(store, &none, &err), BY_OK);
    assert_int_equal(pages_coverage(store, &id, span, refusals).span_count, 0);
    assert_int_equal(listed(store), 3);
    const char *target = scratch_path(*state, "a/new");
    if (by_store_copy(store, target, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
    assert_int_equal(by_store_copy(store, target, &err), BY_STORE);
    assert_non_null(strstr(err.message, "data.mdb"));
    scratch_write(scratch_path(*state, "file"), "x", 1);
    assert_int_equal(by_store_copy(store, scratch_path(*state, "file"), &err), BY_STORE);
    int64_t size = fixture_size(scratch_path(*state, "old/data.mdb"));
    by_store_close(store);
    assert_true(fixture_size(scratch_path(*state, "a/new/data.mdb")) < size);
    store = fixture_open(target, BY_STORE_WRITE);
    fixture_holds(store, "A", &s->bars);
    fixture_holds(store, "ABC", &s->bars);
    assert_int_equal(listed(store), 3);
    by_store_close(store);
    free(s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_counts),
        TEST(test_coverage_alone),
        TEST(test_spikes_and_jumps),
        TEST(test_readjusted),
        TEST(test_what_is_no_readjustment),
        TEST(test_bad_parts),
        TEST(test_finishes_and_grows),
        TEST(test_drop_and_copy),
    };
    return cmocka_run_group_tests_name("writer", tests, NULL, NULL);
}
