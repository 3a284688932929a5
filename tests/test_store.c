/* SPDX-License-Identifier: MIT
 *
 * The bar store and the import: merging, damage, full disks, kills.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../cache/store.h"
#include "../cache/when.h"
#include "fixture.h"
#include "scratch.h"

static void test_merges(void **state) {
    const char *folder = *state;
    by_store *store = fixture_open(folder, BY_STORE_WRITE);
    series *even = fixture_series(0, 2, 5000), *odd = fixture_series(1, 2, 5000);
    series *all = fixture_series(0, 1, 10000);
    assert_int_equal(fixture_put(store, "A", &even->bars, 0).added, 5000);
    fixture_holds(store, "A", &even->bars);
    assert_int_equal(fixture_put(store, "A", &even->bars, 0).unchanged, 5000);
    by_put_counts counts = fixture_put(store, "A", &odd->bars, 0);
    assert_int_equal(counts.added, 5000);
    assert_int_equal(counts.unchanged + counts.changed, 0);
    fixture_holds(store, "A", &all->bars);
    for (int32_t from = 0; from < 10000; from += 1000) { /* piece by piece, from the end */
        by_bars part = {1000,
                        all->time + 9000 - from,
                        all->column[0] + 9000 - from,
                        all->column[1] + 9000 - from,
                        all->column[2] + 9000 - from,
                        all->column[3] + 9000 - from,
                        all->column[4] + 9000 - from};
        assert_int_equal(fixture_put(store, "B", &part, 0).added, 1000);
    }
    fixture_holds(store, "B", &all->bars);
    by_store_close(store);
    store = fixture_open(folder, BY_STORE_READ);
    fixture_holds(store, "A", &all->bars);
    fixture_holds(store, "B", &all->bars);
    by_store_close(store);
    free(even);
    free(odd);
    free(all);
}

static void test_replaces_only_when_asked(void **state) {
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    series *old = fixture_series(0, 1, 6000), *new = fixture_series(0, 1, 6000);
    fixture_put(store, "A", &old->bars, 0);
    new->column[3][4000] = 55;
    new->column[4][5000] = (double)NAN;
    by_put_counts counts = fixture_put(store, "A", &new->bars, 0);
    assert_int_equal(counts.changed, 2);
    assert_int_equal(counts.replaced, 0);
    assert_int_equal(counts.first_changed_time, INT64_C(4000) * DAY);
    fixture_holds(store, "A", &old->bars);
    counts = fixture_put(store, "A", &new->bars, 1);
    assert_int_equal(counts.changed, 2);
    assert_int_equal(counts.replaced, 1);
    fixture_holds(store, "A", &new->bars);
    assert_int_equal(fixture_put(store, "A", &new->bars, 1).unchanged, 6000);
    by_store_close(store);
    free(old);
    free(new);
}

static void test_columns_may_be_missing(void **state) {
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    series *s = fixture_series(0, 1, 10);
    by_bars bars = {.count = 10, .time = s->time, .close = s->column[3]};
    fixture_put(store, "A", &bars, 0);
    assert_int_equal(fixture_put(store, "A", &bars, 0).unchanged, 10);
    for (int i = 0; i < 10; i++) {
        s->column[0][i] = s->column[1][i] = s->column[2][i] = s->column[4][i] = (double)NAN;
    }
    fixture_holds(store, "A", &s->bars);
    by_store_close(store);
    free(s);
}

static void test_refuses_bad_bars(void **state) {
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    by_put_counts counts;
    by_error err;
    by_series_id id = fixture_id("A"), empty = fixture_id(""), blank = fixture_id("A B");
    series *s = fixture_series(0, 1, 10);
    assert_int_equal(by_store_put(store, &empty, &s->bars, 0, 1, &counts, &err), BY_USAGE);
    assert_int_equal(by_store_put(store, &blank, &s->bars, 0, 1, &counts, &err), BY_USAGE);
    s->column[3][5] = -1;
    assert_int_equal(by_store_put(store, &id, &s->bars, 0, 1, &counts, &err), BY_DATA);
    assert_non_null(strstr(err.message, "A 1d: bar 6"));
    s->column[3][5] = 1;
    s->time[5] = s->time[4];
    assert_int_equal(by_store_put(store, &id, &s->bars, 0, 1, &counts, &err), BY_DATA);
    by_store_close(store);
    free(s);
}

static void test_lists_and_suggests(void **state) {
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    series *s = fixture_series(10, 1, 3000);
    const char *symbols[] = {"SPY", "SPXL", "TLT", "BRK.B", "AVERYLONGSYMBOLWITH31LETTERSXXX"};
    for (int i = 0; i < 5; i++) {
        fixture_put(store, symbols[i], &s->bars, 0);
    }
    by_snapshot *snapshot;
    by_series_info *infos;
    int32_t count;
    by_error err;
    assert_int_equal(by_snapshot_open(store, &snapshot, &err), BY_OK);
    assert_int_equal(by_snapshot_list(snapshot, &infos, &count, &err), BY_OK);
    assert_int_equal(count, 5);
    assert_string_equal(infos[0].id.symbol, symbols[4]);
    assert_string_equal(infos[4].id.symbol, "TLT");
    assert_int_equal(infos[4].bar_count, 3000);
    assert_int_equal(infos[4].chunk_count, 2);
    assert_int_equal(infos[4].first_time, 10 * DAY);
    assert_int_equal(infos[4].last_time, INT64_C(3009) * DAY);
    assert_int_equal(infos[4].fetched_time, 1);
    by_snapshot_list_free(infos);
    const by_bars *slices;
    by_series_id id = fixture_id("SPU");
    assert_int_equal(by_snapshot_read(snapshot, &id, &slices, &count, &err), BY_DATA);
    assert_non_null(strstr(err.message, "nearest symbols: SPY, SPXL"));
    id = fixture_id("SPY");
    strcpy(id.timeframe, "1h");
    assert_int_equal(by_snapshot_read(snapshot, &id, &slices, &count, &err), BY_DATA);
    assert_non_null(strstr(err.message, "it is there as 1d of test/all"));
    by_snapshot_close(snapshot);
    fixture_refuses(*state, BY_STORE_READ, BY_STORE, "already open");
    by_store_close(store);
    free(s);
}

static void test_bad_folders(void **state) {
    const char *folder = *state;
    fixture_refuses(scratch_path(folder, "none"), BY_STORE_READ, BY_DATA, "there is none");
    fixture_refuses(folder, BY_STORE_READ, BY_DATA, "there is none in this folder");
    fixture_refuses("", BY_STORE_READ, BY_USAGE, "letters");
    scratch_write(scratch_path(folder, "file"), "x", 1);
    fixture_refuses(scratch_path(folder, "file"), BY_STORE_WRITE, BY_STORE, "file");
    by_store_close(fixture_open(scratch_path(folder, "a/b/c"), BY_STORE_WRITE));
    by_store *store = fixture_open(scratch_path(folder, "a/b/c"), BY_STORE_READ);
    by_put_counts counts;
    by_error err;
    by_series_id id = fixture_id("A");
    series *s = fixture_series(0, 1, 1);
    assert_int_equal(by_store_put(store, &id, &s->bars, 0, 1, &counts, &err), BY_STORE);
    by_store_close(store);
    free(s);
}

static void test_files_that_are_no_store(void **state) {
    const char *folder = *state;
    char path[600];
    snprintf(path, sizeof path, "%s/data.mdb", folder);
    unsigned char *noise = malloc(100000);
    for (size_t i = 0; i < 100000; i++) {
        noise[i] = (unsigned char)(i * 2654435761u >> 13);
    }
    scratch_write(path, noise, 100000);
    fixture_refuses(folder, BY_STORE_READ, BY_DATA, "not a store");
    fixture_refuses(folder, BY_STORE_WRITE, BY_DATA, "not a store");
    scratch_write(path, noise, 10);
    fixture_refuses(folder, BY_STORE_WRITE, BY_DATA, "cut short");
    free(noise);
    scratch_write(path, "", 0);
    fixture_refuses(folder, BY_STORE_READ, BY_DATA, "empty");
    by_store_close(fixture_open(folder, BY_STORE_WRITE));
    by_store_close(fixture_open(folder, BY_STORE_READ));
    size_t size;
    unsigned char *data = scratch_read(path, &size);
    for (size_t i = 0; i + 12 < size; i++) {
        if (memcmp(data + i, "banyan bars 2", 13) == 0) {
            data[i + 12] = '9';
        }
    }
    scratch_write(path, data, size);
    free(data);
    fixture_refuses(folder, BY_STORE_WRITE, BY_STORE,
                    "made by another version of banyan ('banyan bars 9', where 'banyan bars 2' is "
                    "needed); name another folder, or remove this one, and import again");
}

static void test_damage(void **state) {
    const char *folder = *state;
    char path[600];
    snprintf(path, sizeof path, "%s/data.mdb", folder);
    series *s = fixture_series(0, 1, 6000);
    by_store *store = fixture_open(folder, BY_STORE_WRITE);
    for (int i = 0; i < 60; i++) {
        char symbol[16];
        snprintf(symbol, sizeof symbol, "S%d", i);
        by_bars bars = s->bars;
        bars.count = i < 3 ? 6000 : 5 + i; /* some in their own pages, some in the leaves */
        fixture_put(store, symbol, &bars, 0);
    }
    by_store_close(store);
    size_t size;
    unsigned char *data = scratch_read(path, &size);
    assert_true(fixture_survives(folder, BY_STORE_READ, &s->bars));
    for (size_t cut = 0; cut < size; cut += cut < 40000 ? 1111 : 40000) {
        scratch_write(path, data, cut);
        assert_false(fixture_survives(folder, BY_STORE_READ, &s->bars));
    }
    uint64_t seed = 7;
    int found = 0, tries = 3000;
    unsigned char *bad = malloc(size);
    for (int i = 0; i < tries; i++) {
        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        size_t page = seed / 64 % (size / 4096) * 4096; /* heads of pages are hit more often */
        size_t at = i % 2 ? seed / 64 % size : page + seed / 65536 % 40;
        memcpy(bad, data, size);
        bad[at] ^= (unsigned char)(1u << seed % 8);
        scratch_write(path, bad, size);
        found += !fixture_survives(folder, i % 5 ? BY_STORE_READ : BY_STORE_WRITE, &s->bars);
    }
    print_message("%d of %d single bits were noticed (the rest lie in unused room)\n", found,
                  tries);
    scratch_write(path, data, size);
    assert_true(fixture_survives(folder, BY_STORE_READ, &s->bars));
    free(bad);
    free(data);
    free(s);
}

/* Flips a byte in the middle of the only large series' first chunk, then mends by replacing. */
static void test_damage_is_mended(void **state) {
    const char *folder = *state;
    series *s = fixture_series(0, 1, 6000);
    by_store *store = fixture_open(folder, BY_STORE_WRITE);
    fixture_put(store, "A", &s->bars, 0);
    by_store_close(store);
    size_t size;
    const char *path = scratch_path(folder, "data.mdb");
    unsigned char *data = scratch_read(path, &size);
    for (size_t i = 0; i + 8 < size; i += 8) {
        if (memcmp(data + i, &s->time[3000], 8) == 0) {
            data[i] ^= 1;
        }
    }
    scratch_write(path, data, size);
    free(data);
    store = fixture_open(folder, BY_STORE_WRITE);
    by_put_counts counts;
    by_error err;
    by_series_id id = fixture_id("A");
    assert_int_equal(by_store_put(store, &id, &s->bars, 0, 1, &counts, &err), BY_DATA);
    assert_non_null(
        strstr(err.message, "A 1d of test/all: chunk of bars from 1977-06-22 to before"));
    assert_int_equal(fixture_put(store, "A", &s->bars, 1).added, 2729);
    fixture_holds(store, "A", &s->bars);
    by_store_close(store);
    free(s);
}

/* 86 MB: more than the first map. */
static void fill(by_store *store, const series *s) {
    char symbol[16];
    for (int i = 0; i < 150; i++) {
        snprintf(symbol, sizeof symbol, "S%d", i);
        fixture_put(store, symbol, &s->bars, 0);
    }
}

static void test_grows(void **state) {
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    series *s = fixture_series(0, 1, BARS_MAX);
    fill(store, s);
    fixture_holds(store, "S149", &s->bars);
    by_store_close(store);
    assert_true(fixture_survives(*state, BY_STORE_READ, &s->bars));
    free(s);
}

/* Growing takes another map, which what a snapshot handed out would not survive. */
static void test_does_not_grow_below_a_snapshot(void **state) {
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    series *s = fixture_series(0, 1, BARS_MAX);
    by_snapshot *snapshot;
    by_put_counts counts;
    by_error err = {0};
    by_status status = BY_OK;
    fixture_put(store, "A", &s->bars, 0);
    assert_int_equal(by_snapshot_open(store, &snapshot, &err), BY_OK);
    int wrote = 0;
    for (; wrote < 200 && status == BY_OK; wrote++) {
        by_series_id id = fixture_id("B");
        snprintf(id.symbol, sizeof id.symbol, "B%d", wrote);
        status = by_store_put(store, &id, &s->bars, 0, 1, &counts, &err);
    }
    assert_int_equal(status, BY_LIMIT);
    assert_non_null(strstr(err.message, "snapshots"));
    assert_true(wrote > 50);
    by_snapshot_close(snapshot);
    assert_int_equal(fixture_put(store, "Z", &s->bars, 0).added, BARS_MAX);
    by_store_close(store);
    free(s);
}

/* Another process makes the store larger while this one has it open. */
static void test_follows_growth(void **state) {
    series *s = fixture_series(0, 1, BARS_MAX);
    int go[2], status;
    char byte = 0;
    by_store_close(fixture_open(*state, BY_STORE_WRITE));
    assert_int_equal(pipe(go), 0);
    pid_t child = fork(); /* before the store is open: LMDB does not like to be forked */
    if (child == 0) {
        by_store *store = read(go[0], &byte, 1) == 1 ? fixture_open(*state, BY_STORE_WRITE) : NULL;
        fill(store, s);
        by_store_close(store);
        _exit(0);
    }
    by_store *store = fixture_open(*state, BY_STORE_READ);
    assert_int_equal(write(go[1], &byte, 1), 1);
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    fixture_holds(store, "S149", &s->bars);
    by_store_close(store);
    close(go[0]);
    close(go[1]);
    free(s);
}

static int in_child(int (*run)(const char *folder), const char *folder) {
    pid_t child = fork();
    if (child == 0) {
        _exit(run(folder));
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static int fill_until_full(const char *folder) {
    struct rlimit limit = {3 << 20, 3 << 20};
    by_store *store;
    by_error err;
    by_put_counts counts;
    series *s = fixture_series(0, 1, 6000);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    if (by_store_open(folder, BY_STORE_WRITE, &store, &err) != BY_OK) {
        return 1;
    }
    for (int i = 0; i < 50; i++) {
        char symbol[16];
        snprintf(symbol, sizeof symbol, "S%d", i);
        by_series_id id = fixture_id(symbol);
        by_status status = by_store_put(store, &id, &s->bars, 0, 1, &counts, &err);
        if (status != BY_OK) {
            int ok = status == BY_LIMIT && strstr(err.message, "disk is full") != NULL && i > 5;
            if (!ok) {
                fprintf(stderr, "series %d: %s\n", i, err.message);
            }
            by_store_close(store);
            free(s);
            return ok ? 0 : 2;
        }
    }
    return 3;
}

static int create_on_full(const char *folder) {
    struct rlimit limit = {4096, 4096};
    by_store *store;
    by_error err;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    return by_store_open(folder, BY_STORE_WRITE, &store, &err) == BY_LIMIT ? 0 : 1;
}

static void test_full_disk(void **state) {
    const char *folder = *state;
    series *s = fixture_series(0, 1, 6000);
    assert_int_equal(in_child(create_on_full, folder), 0);
    assert_int_equal(in_child(fill_until_full, folder), 0);
    assert_true(fixture_survives(folder, BY_STORE_READ, &s->bars));
    by_store *store = fixture_open(folder, BY_STORE_WRITE);
    fixture_holds(store, "S5", &s->bars);
    assert_int_equal(fixture_put(store, "S49", &s->bars, 0).added, 6000);
    by_store_close(store);
    free(s);
}

static int read_as_nobody(const char *folder) {
    series *s = fixture_series(0, 1, 100);
    by_store *store;
    by_error err;
    if (geteuid() == 0 && setuid(65534) != 0) {
        return 9;
    }
    int refused = by_store_open(folder, BY_STORE_WRITE, &store, &err) == BY_STORE &&
                  strstr(err.message, "permissions") != NULL;
    int ok = fixture_survives(folder, BY_STORE_READ, &s->bars);
    free(s);
    return refused && ok ? 0 : 1 + refused;
}

static void test_read_only(void **state) {
    const char *folder = *state;
    series *s = fixture_series(0, 1, 100);
    by_store *store = fixture_open(folder, BY_STORE_WRITE);
    fixture_put(store, "A", &s->bars, 0);
    by_store_close(store);
    chmod(scratch_path(folder, "data.mdb"), 0444);
    chmod(scratch_path(folder, "lock.mdb"), 0444);
    chmod(folder, 0555);
    assert_int_equal(in_child(read_as_nobody, folder), 0);
    chmod(folder, 0755);
    free(s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_merges),
        TEST(test_replaces_only_when_asked),
        TEST(test_columns_may_be_missing),
        TEST(test_refuses_bad_bars),
        TEST(test_lists_and_suggests),
        TEST(test_bad_folders),
        TEST(test_files_that_are_no_store),
        TEST(test_damage),
        TEST(test_damage_is_mended),
        TEST(test_grows),
        TEST(test_does_not_grow_below_a_snapshot),
        TEST(test_follows_growth),
        TEST(test_full_disk),
        TEST(test_read_only),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
