/* SPDX-License-Identifier: MIT
 *
 * The writer on damaged stores, on a full disk, and killed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"
#include "pages.h"
#include "scratch.h"

static void flip(const char *folder, const void *bytes, size_t size) {
    size_t size_bytes;
    const char *path = scratch_path(folder, "data.mdb");
    unsigned char *data = scratch_read(path, &size_bytes);
    for (size_t i = 0; i + size < size_bytes; i++) {
        if (memcmp(data + i, bytes, size) == 0) {
            data[i] ^= 1;
        }
    }
    scratch_write(path, data, size_bytes);
    free(data);
}

/* What a series has lost is forgotten to have been fetched; pages of others go on. */
static void test_mends(void **state) {
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    by_writer *writer = pages_writer(store);
    by_span span[2];
    by_refusal refusals[4];
    series *s = fixture_series(0, 1, 6000);
    by_put_part a = pages_days("A", 0, 6000), b = pages_days("B", 0, 6000);
    s->column[3][3000] = -1; /* refused, with a reason to be found in the file */
    pages_put(writer, &s->bars, &a);
    pages_put(writer, &s->bars, &b);
    by_writer_free(writer);
    by_store_close(store);
    flip(*state, &s->time[10], 8);
    flip(*state, "is not a finite price", 21);
    store = fixture_open(*state, BY_STORE_WRITE);
    by_snapshot *snapshot;
    by_coverage coverage;
    by_error err;
    assert_int_equal(by_snapshot_open(store, &snapshot, &err), BY_OK);
    assert_int_equal(by_snapshot_coverage(snapshot, &a.id, &coverage, &err), BY_DATA);
    assert_non_null(strstr(err.message, "A 1d of test/all: the record of what was fetched"));
    assert_int_equal(by_snapshot_check(snapshot, &a.id, &err), BY_DATA);
    by_snapshot_close(snapshot);
    writer = pages_writer(store);
    s->column[3][3000] = s->column[2][3000];
    s->bars.count = 100;
    a.cover.end = 100 * DAY;
    pages_send(writer, &s->bars, &a);
    b.id = fixture_id("C");
    pages_send(writer, &s->bars, &b);
    pages_await(writer);
    by_coverage c = pages_coverage(store, &a.id, span, refusals);
    assert_int_equal(c.span_count, 1);
    assert_int_equal(span[0].end, 100 * DAY);
    fixture_holds(store, "C", &s->bars);
    s->bars.count = 6000;
    by_put_result r = pages_put(writer, &s->bars, &a);
    assert_int_equal(r.counts.added, 2729 - 100 + 1);
    assert_int_equal(r.counts.changed, 0);
    fixture_holds(store, "A", &s->bars);
    by_writer_free(writer);
    by_store_close(store);
    free(s);
}

/* Puts pages of 500 bars of four symbols for ever. */
static void write_for_ever(const char *folder) {
    by_store *store = fixture_open(folder, BY_STORE_WRITE);
    by_writer *writer = pages_writer(store);
    series *s = fixture_series(0, 1, BARS_MAX);
    for (int32_t from = 0;; from = (from + 500) % BARS_MAX) {
        for (int k = 0; k < 4; k++) {
            char symbol[16];
            snprintf(symbol, sizeof symbol, "K%d", k);
            by_put_part part = pages_days(symbol, from, from + 500);
            by_bars bars = {500,
                            s->time + from,
                            s->column[0] + from,
                            s->column[1] + from,
                            s->column[2] + from,
                            s->column[3] + from,
                            s->column[4] + from};
            pages_send(writer, &bars, &part);
        }
        if (by_writer_pending(writer) > 20) {
            pages_await(writer);
        }
    }
}

/* Every bar that is covered is there, and no other. */
static void covers_what_it_holds(by_store *store, const char *symbol) {
    by_snapshot *snapshot;
    by_series_id id = fixture_id(symbol);
    const by_bars *slices;
    int32_t count;
    by_coverage c;
    by_error err;
    assert_int_equal(by_snapshot_open(store, &snapshot, &err), BY_OK);
    assert_int_equal(by_snapshot_coverage(snapshot, &id, &c, &err), BY_OK);
    int64_t bars = 0, covered = c.span_count > 0 ? (c.spans[0].end - c.spans[0].first) / DAY : 0;
    assert_true(c.span_count <= 1);
    if (by_snapshot_read(snapshot, &id, &slices, &count, &err) == BY_OK) {
        for (int32_t i = 0; i < count; i++) {
            bars += slices[i].count;
        }
        assert_int_equal(by_snapshot_check(snapshot, &id, &err), BY_OK);
    }
    assert_int_equal(bars, covered);
    by_snapshot_close(snapshot);
}

static void test_kill(void **state) {
    for (int i = 0; i < 20; i++) {
        char folder[16];
        snprintf(folder, sizeof folder, "k%d", i);
        const char *path = scratch_path(*state, folder);
        pid_t child = fork();
        if (child == 0) {
            write_for_ever(path);
            _exit(0);
        }
        usleep(3000 + (useconds_t)(7919 * i % 60000));
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        by_store *store = fixture_open(path, BY_STORE_WRITE);
        covers_what_it_holds(store, "K0");
        covers_what_it_holds(store, "K3");
        by_store_close(store);
    }
}

static int write_until_full(const char *folder) {
    struct rlimit limit = {6 << 20, 6 << 20};
    by_store *store;
    by_writer *writer;
    by_writer_done done;
    by_error err;
    int full = 0, sound = 0;
    series *s = fixture_series(0, 1, 6000);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    if (by_store_open(folder, BY_STORE_WRITE, &store, &err) != BY_OK ||
        by_writer_new(store, NULL, NULL, &writer, &err) != BY_OK) {
        return 1;
    }
    for (int i = 0; i < 60; i++) {
        char symbol[16];
        snprintf(symbol, sizeof symbol, "S%d", i);
        by_put_part part = pages_days(symbol, 0, 6000);
        if (by_writer_put(writer, i, pages_of(symbol, &s->bars), &part, 1, 1, &err) != BY_OK ||
            (i % 4 == 3 && by_writer_next(writer, 60000, &done) != 1)) {
            return 2;
        }
        if (i % 4 == 3) {
            sound += done.status == BY_OK;
            full += done.status == BY_LIMIT && strstr(done.message, "disk is full") != NULL;
            by_writer_done_free(&done);
        }
    }
    while (by_writer_next(writer, 60000, &done) == 1) {
        sound += done.status == BY_OK;
        full += done.status == BY_LIMIT && strstr(done.message, "disk is full") != NULL;
        by_writer_done_free(&done);
    }
    by_writer_free(writer);
    by_store_close(store);
    free(s);
    return sound > 0 && full > 0 && sound + full == 60 ? 0 : 3;
}

static void test_full_disk(void **state) {
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        _exit(write_until_full(*state));
    }
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    series *s = fixture_series(0, 1, 6000);
    assert_true(fixture_survives(*state, BY_STORE_READ, &s->bars));
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    by_writer *writer = pages_writer(store);
    by_put_part part = pages_days("Z", 0, 6000);
    assert_int_equal(pages_put(writer, &s->bars, &part).counts.added, 6000);
    by_writer_free(writer);
    by_store_close(store);
    free(s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_mends),
        TEST(test_kill),
        TEST(test_full_disk),
    };
    return cmocka_run_group_tests_name("writer, faults", tests, NULL, NULL);
}
