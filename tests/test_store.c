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
#include <zlib.h>

#include "../cache/import.h"
#include "../cache/store.h"
#include "../cache/when.h"
#include "scratch.h"

enum { DAY = 86400, BARS_MAX = 12000 };

/* A series of our own making: bar i is of day `first + i * step`. */
typedef struct series {
    by_bars bars;
    int64_t time[BARS_MAX];
    double column[5][BARS_MAX];
} series;

static series *series_new(int32_t first, int32_t step, int32_t count) {
    series *s = calloc(1, sizeof *s);
    s->bars = (by_bars){count,        s->time,      s->column[0], s->column[1],
                        s->column[2], s->column[3], s->column[4]};
    for (int32_t i = 0; i < count; i++) {
        int32_t day = first + i * step;
        s->time[i] = (int64_t)day * DAY;
        for (int c = 0; c < 5; c++) {
            s->column[c][i] = 100 + day % 97 + c * 0.25;
        }
    }
    return s;
}

static by_series_id id_of(const char *symbol) {
    by_series_id id = {.dataset = "test/all", .timeframe = "1d"};
    snprintf(id.symbol, sizeof id.symbol, "%s", symbol);
    return id;
}

static by_store *open_store(const char *folder, int mode) {
    by_store *store = NULL;
    by_error err = {0};
    if (by_store_open(folder, mode, &store, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
    return store;
}

static by_put_counts put(by_store *store, const char *symbol, const by_bars *bars, int replace) {
    by_series_id id = id_of(symbol);
    by_put_counts counts;
    by_error err = {0};
    if (by_store_put(store, &id, bars, replace, 1, &counts, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
    return counts;
}

/* Expects opening to fail with `status` and a message with `part`. */
static void refuses_open(const char *folder, int mode, by_status status, const char *part) {
    by_store *store = NULL;
    by_error err = {0};
    by_status got = by_store_open(folder, mode, &store, &err);
    if (got != status || strstr(err.message, part) == NULL) {
        fail_msg("%d instead of %d, or '%s' is not in: %s", (int)got, (int)status, part,
                 err.message);
    }
    assert_null(store);
}

/* Expects exactly these bars in the series. */
static void holds(by_store *store, const char *symbol, const by_bars *expected) {
    by_snapshot *snapshot;
    const by_bars *slices;
    int32_t slice_count, at = 0;
    by_series_id id = id_of(symbol);
    by_error err = {0};
    assert_int_equal(by_snapshot_open(store, &snapshot, &err), BY_OK);
    if (by_snapshot_read(snapshot, &id, &slices, &slice_count, &err) != BY_OK ||
        by_snapshot_check(snapshot, &id, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
    for (int32_t s = 0; s < slice_count; s++) {
        size_t size = (size_t)slices[s].count * 8;
        assert_true((uintptr_t)slices[s].time % 8 == 0);
        assert_true(at + slices[s].count <= expected->count);
        assert_memory_equal(slices[s].time, expected->time + at, size);
        assert_memory_equal(slices[s].open, expected->open + at, size);
        assert_memory_equal(slices[s].high, expected->high + at, size);
        assert_memory_equal(slices[s].low, expected->low + at, size);
        assert_memory_equal(slices[s].close, expected->close + at, size);
        assert_memory_equal(slices[s].volume, expected->volume + at, size);
        at += slices[s].count;
    }
    assert_int_equal(at, expected->count);
    by_snapshot_close(snapshot);
}

static int64_t size_of(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 ? (int64_t)info.st_size : -1;
}

static void test_merges(void **state) {
    const char *folder = *state;
    by_store *store = open_store(folder, BY_STORE_WRITE);
    series *even = series_new(0, 2, 5000), *odd = series_new(1, 2, 5000);
    series *all = series_new(0, 1, 10000);
    assert_int_equal(put(store, "A", &even->bars, 0).added, 5000);
    holds(store, "A", &even->bars);
    assert_int_equal(put(store, "A", &even->bars, 0).unchanged, 5000);
    by_put_counts counts = put(store, "A", &odd->bars, 0);
    assert_int_equal(counts.added, 5000);
    assert_int_equal(counts.unchanged + counts.changed, 0);
    holds(store, "A", &all->bars);
    for (int32_t from = 0; from < 10000; from += 1000) { /* piece by piece, from the end */
        by_bars part = {1000,
                        all->time + 9000 - from,
                        all->column[0] + 9000 - from,
                        all->column[1] + 9000 - from,
                        all->column[2] + 9000 - from,
                        all->column[3] + 9000 - from,
                        all->column[4] + 9000 - from};
        assert_int_equal(put(store, "B", &part, 0).added, 1000);
    }
    holds(store, "B", &all->bars);
    by_store_close(store);
    store = open_store(folder, BY_STORE_READ);
    holds(store, "A", &all->bars);
    holds(store, "B", &all->bars);
    by_store_close(store);
    free(even);
    free(odd);
    free(all);
}

static void test_replaces_only_when_asked(void **state) {
    by_store *store = open_store(*state, BY_STORE_WRITE);
    series *old = series_new(0, 1, 6000), *new = series_new(0, 1, 6000);
    put(store, "A", &old->bars, 0);
    new->column[3][4000] = 55;
    new->column[4][5000] = (double)NAN;
    by_put_counts counts = put(store, "A", &new->bars, 0);
    assert_int_equal(counts.changed, 2);
    assert_int_equal(counts.replaced, 0);
    assert_int_equal(counts.first_changed_time, INT64_C(4000) * DAY);
    holds(store, "A", &old->bars);
    counts = put(store, "A", &new->bars, 1);
    assert_int_equal(counts.changed, 2);
    assert_int_equal(counts.replaced, 1);
    holds(store, "A", &new->bars);
    assert_int_equal(put(store, "A", &new->bars, 1).unchanged, 6000);
    by_store_close(store);
    free(old);
    free(new);
}

static void test_columns_may_be_missing(void **state) {
    by_store *store = open_store(*state, BY_STORE_WRITE);
    series *s = series_new(0, 1, 10);
    by_bars bars = {.count = 10, .time = s->time, .close = s->column[3]};
    put(store, "A", &bars, 0);
    assert_int_equal(put(store, "A", &bars, 0).unchanged, 10);
    for (int i = 0; i < 10; i++) {
        s->column[0][i] = s->column[1][i] = s->column[2][i] = s->column[4][i] = (double)NAN;
    }
    holds(store, "A", &s->bars);
    by_store_close(store);
    free(s);
}

static void test_refuses_bad_bars(void **state) {
    by_store *store = open_store(*state, BY_STORE_WRITE);
    by_put_counts counts;
    by_error err;
    by_series_id id = id_of("A"), empty = id_of(""), blank = id_of("A B");
    series *s = series_new(0, 1, 10);
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
    by_store *store = open_store(*state, BY_STORE_WRITE);
    series *s = series_new(10, 1, 3000);
    const char *symbols[] = {"SPY", "SPXL", "TLT", "BRK.B", "AVERYLONGSYMBOLWITH31LETTERSXXX"};
    for (int i = 0; i < 5; i++) {
        put(store, symbols[i], &s->bars, 0);
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
    by_series_id id = id_of("SPU");
    assert_int_equal(by_snapshot_read(snapshot, &id, &slices, &count, &err), BY_DATA);
    assert_non_null(strstr(err.message, "nearest symbols: SPY, SPXL"));
    id = id_of("SPY");
    strcpy(id.timeframe, "1h");
    assert_int_equal(by_snapshot_read(snapshot, &id, &slices, &count, &err), BY_DATA);
    assert_non_null(strstr(err.message, "it is there as 1d of test/all"));
    by_snapshot_close(snapshot);
    refuses_open(*state, BY_STORE_READ, BY_STORE, "already open");
    by_store_close(store);
    free(s);
}

static void test_bad_folders(void **state) {
    const char *folder = *state;
    refuses_open(scratch_path(folder, "none"), BY_STORE_READ, BY_DATA, "there is none");
    refuses_open(folder, BY_STORE_READ, BY_DATA, "there is none in this folder");
    refuses_open("", BY_STORE_READ, BY_USAGE, "letters");
    scratch_write(scratch_path(folder, "file"), "x", 1);
    refuses_open(scratch_path(folder, "file"), BY_STORE_WRITE, BY_STORE, "file");
    by_store_close(open_store(scratch_path(folder, "a/b/c"), BY_STORE_WRITE));
    by_store *store = open_store(scratch_path(folder, "a/b/c"), BY_STORE_READ);
    by_put_counts counts;
    by_error err;
    by_series_id id = id_of("A");
    series *s = series_new(0, 1, 1);
    assert_int_equal(by_store_put(store, &id, &s->bars, 0, 1, &counts, &err), BY_STORE);
    by_store_close(store);
    free(s);
}

/* Opens, lists, checks and reads whatever is there; must not crash. Returns whether all is well. */
static int survives(const char *folder, int mode, const by_bars *expected) {
    by_store *store;
    by_error err = {0};
    if (by_store_open(folder, mode, &store, &err) != BY_OK) {
        assert_true(err.message[0] != '\0');
        return 0;
    }
    by_snapshot *snapshot;
    int ok = by_snapshot_open(store, &snapshot, &err) == BY_OK;
    by_series_info *infos = NULL;
    int32_t count = 0;
    if (ok) {
        ok = by_snapshot_list(snapshot, &infos, &count, &err) == BY_OK;
        for (int32_t i = 0; i < count; i++) {
            const by_bars *slices;
            int32_t slice_count, at = 0;
            int sound = by_snapshot_check(snapshot, &infos[i].id, &err) == BY_OK;
            ok &= sound;
            if (sound &&
                by_snapshot_read(snapshot, &infos[i].id, &slices, &slice_count, &err) == BY_OK) {
                for (int32_t k = 0; k < slice_count; k++) { /* never other data */
                    assert_memory_equal(slices[k].close, expected->close + at,
                                        (size_t)slices[k].count * 8);
                    at += slices[k].count;
                }
            }
        }
        by_snapshot_list_free(infos);
        by_snapshot_close(snapshot);
    }
    by_store_close(store);
    return ok;
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
    refuses_open(folder, BY_STORE_READ, BY_DATA, "not a store");
    refuses_open(folder, BY_STORE_WRITE, BY_DATA, "not a store");
    scratch_write(path, noise, 10);
    refuses_open(folder, BY_STORE_WRITE, BY_DATA, "cut short");
    free(noise);
    scratch_write(path, "", 0);
    refuses_open(folder, BY_STORE_READ, BY_DATA, "empty");
    by_store_close(open_store(folder, BY_STORE_WRITE));
    by_store_close(open_store(folder, BY_STORE_READ));
    size_t size;
    unsigned char *data = scratch_read(path, &size);
    for (size_t i = 0; i + 12 < size; i++) {
        if (memcmp(data + i, "banyan bars 1", 13) == 0) {
            data[i + 12] = '9';
        }
    }
    scratch_write(path, data, size);
    free(data);
    refuses_open(folder, BY_STORE_WRITE, BY_STORE, "banyan bars 9");
}

static void test_damage(void **state) {
    const char *folder = *state;
    char path[600];
    snprintf(path, sizeof path, "%s/data.mdb", folder);
    series *s = series_new(0, 1, 6000);
    by_store *store = open_store(folder, BY_STORE_WRITE);
    for (int i = 0; i < 60; i++) {
        char symbol[16];
        snprintf(symbol, sizeof symbol, "S%d", i);
        by_bars bars = s->bars;
        bars.count = i < 3 ? 6000 : 5 + i; /* some in their own pages, some in the leaves */
        put(store, symbol, &bars, 0);
    }
    by_store_close(store);
    size_t size;
    unsigned char *data = scratch_read(path, &size);
    assert_true(survives(folder, BY_STORE_READ, &s->bars));
    for (size_t cut = 0; cut < size; cut += cut < 40000 ? 1111 : 40000) {
        scratch_write(path, data, cut);
        assert_false(survives(folder, BY_STORE_READ, &s->bars));
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
        found += !survives(folder, i % 5 ? BY_STORE_READ : BY_STORE_WRITE, &s->bars);
    }
    print_message("%d of %d single bits were noticed (the rest lie in unused room)\n", found,
                  tries);
    scratch_write(path, data, size);
    assert_true(survives(folder, BY_STORE_READ, &s->bars));
    free(bad);
    free(data);
    free(s);
}

/* Flips a byte in the middle of the only large series' first chunk, then mends by replacing. */
static void test_damage_is_mended(void **state) {
    const char *folder = *state;
    series *s = series_new(0, 1, 6000);
    by_store *store = open_store(folder, BY_STORE_WRITE);
    put(store, "A", &s->bars, 0);
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
    store = open_store(folder, BY_STORE_WRITE);
    by_put_counts counts;
    by_error err;
    by_series_id id = id_of("A");
    assert_int_equal(by_store_put(store, &id, &s->bars, 0, 1, &counts, &err), BY_DATA);
    assert_non_null(strstr(err.message, "A 1d of test/all: chunk 2 of 3"));
    assert_int_equal(put(store, "A", &s->bars, 1).added, 2729);
    holds(store, "A", &s->bars);
    by_store_close(store);
    free(s);
}

/* 86 MB: more than the first map. */
static void fill(by_store *store, const series *s) {
    char symbol[16];
    for (int i = 0; i < 150; i++) {
        snprintf(symbol, sizeof symbol, "S%d", i);
        put(store, symbol, &s->bars, 0);
    }
}

static void test_grows(void **state) {
    by_store *store = open_store(*state, BY_STORE_WRITE);
    series *s = series_new(0, 1, BARS_MAX);
    fill(store, s);
    holds(store, "S149", &s->bars);
    by_store_close(store);
    assert_true(survives(*state, BY_STORE_READ, &s->bars));
    free(s);
}

/* Growing takes another map, which what a snapshot handed out would not survive. */
static void test_does_not_grow_below_a_snapshot(void **state) {
    by_store *store = open_store(*state, BY_STORE_WRITE);
    series *s = series_new(0, 1, BARS_MAX);
    by_snapshot *snapshot;
    by_put_counts counts;
    by_error err = {0};
    by_status status = BY_OK;
    put(store, "A", &s->bars, 0);
    assert_int_equal(by_snapshot_open(store, &snapshot, &err), BY_OK);
    int wrote = 0;
    for (; wrote < 200 && status == BY_OK; wrote++) {
        by_series_id id = id_of("B");
        snprintf(id.symbol, sizeof id.symbol, "B%d", wrote);
        status = by_store_put(store, &id, &s->bars, 0, 1, &counts, &err);
    }
    assert_int_equal(status, BY_LIMIT);
    assert_non_null(strstr(err.message, "snapshots"));
    assert_true(wrote > 50);
    by_snapshot_close(snapshot);
    assert_int_equal(put(store, "Z", &s->bars, 0).added, BARS_MAX);
    by_store_close(store);
    free(s);
}

/* Another process makes the store larger while this one has it open. */
static void test_follows_growth(void **state) {
    series *s = series_new(0, 1, BARS_MAX);
    int go[2], status;
    char byte = 0;
    by_store_close(open_store(*state, BY_STORE_WRITE));
    assert_int_equal(pipe(go), 0);
    pid_t child = fork(); /* before the store is open: LMDB does not like to be forked */
    if (child == 0) {
        by_store *store = read(go[0], &byte, 1) == 1 ? open_store(*state, BY_STORE_WRITE) : NULL;
        fill(store, s);
        by_store_close(store);
        _exit(0);
    }
    by_store *store = open_store(*state, BY_STORE_READ);
    assert_int_equal(write(go[1], &byte, 1), 1);
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    holds(store, "S149", &s->bars);
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
    series *s = series_new(0, 1, 6000);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    if (by_store_open(folder, BY_STORE_WRITE, &store, &err) != BY_OK) {
        return 1;
    }
    for (int i = 0; i < 50; i++) {
        char symbol[16];
        snprintf(symbol, sizeof symbol, "S%d", i);
        by_series_id id = id_of(symbol);
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
    series *s = series_new(0, 1, 6000);
    assert_int_equal(in_child(create_on_full, folder), 0);
    assert_int_equal(in_child(fill_until_full, folder), 0);
    assert_true(survives(folder, BY_STORE_READ, &s->bars));
    by_store *store = open_store(folder, BY_STORE_WRITE);
    holds(store, "S5", &s->bars);
    assert_int_equal(put(store, "S49", &s->bars, 0).added, 6000);
    by_store_close(store);
    free(s);
}

static int read_as_nobody(const char *folder) {
    series *s = series_new(0, 1, 100);
    by_store *store;
    by_error err;
    if (geteuid() == 0 && setuid(65534) != 0) {
        return 9;
    }
    int refused = by_store_open(folder, BY_STORE_WRITE, &store, &err) == BY_STORE &&
                  strstr(err.message, "permissions") != NULL;
    int ok = survives(folder, BY_STORE_READ, &s->bars);
    free(s);
    return refused && ok ? 0 : 1 + refused;
}

static void test_read_only(void **state) {
    const char *folder = *state;
    series *s = series_new(0, 1, 100);
    by_store *store = open_store(folder, BY_STORE_WRITE);
    put(store, "A", &s->bars, 0);
    by_store_close(store);
    chmod(scratch_path(folder, "data.mdb"), 0444);
    chmod(scratch_path(folder, "lock.mdb"), 0444);
    chmod(folder, 0555);
    assert_int_equal(in_child(read_as_nobody, folder), 0);
    chmod(folder, 0755);
    free(s);
}

/* Writes `count` CSV.gz files of 3000 days below folder/csv. */
static void write_files(const char *folder, int count) {
    char text[96], day[BY_WHEN_TEXT_SIZE];
    mkdir(scratch_path(folder, "csv"), 0755);
    for (int f = 0; f < count; f++) {
        char path[600];
        snprintf(path, sizeof path, "%s/csv/S%03d.csv.gz", folder, f);
        gzFile file = gzopen(path, "wb1");
        gzputs(file, "date,open,high,low,close,volume\n");
        for (int i = 0; i < 3000; i++) {
            double price = 100 + i % 97;
            snprintf(text, sizeof text, "%s,%.2f,%.2f,%.2f,%.2f,%d\n",
                     by_when_text((int64_t)i * DAY, day), price, price + 1, price - 1, price + 0.25,
                     f);
            gzputs(file, text);
        }
        gzclose(file);
    }
}

/* Imports all files; returns the bars added, or -1. */
static int64_t import_all(const char *folder, const char *csv, int threads, int64_t *unchanged,
                          int32_t *faults) {
    by_store *store = open_store(folder, BY_STORE_WRITE);
    by_error err;
    char **paths;
    int32_t count;
    assert_int_equal(by_import_paths(csv, &paths, &count, &err), BY_OK);
    by_series_id *ids = calloc((size_t)count + 1, sizeof *ids);
    for (int32_t i = 0; i < count; i++) {
        char name[32];
        const char *base = strrchr(paths[i], '/') + 1;
        snprintf(name, sizeof name, "%.*s", (int)strcspn(base, "."), base);
        ids[i] = id_of(name);
    }
    by_import *import;
    by_import_options options = {
        .csv = {.timeframe_seconds = DAY}, .thread_count = threads, .fetched_time = 1};
    assert_int_equal(
        by_import_start(store, (const char *const *)paths, ids, count, &options, &import, &err),
        BY_OK);
    by_import_file file;
    int64_t added = 0;
    *unchanged = *faults = 0;
    while (by_import_next(import, &file)) {
        added += file.counts.added;
        *unchanged += file.counts.unchanged;
        *faults += file.status != BY_OK || file.refused_count > 0;
        if (file.status != BY_OK) {
            assert_non_null(strstr(file.message, csv));
        }
    }
    by_import_free(import);
    by_import_paths_free(paths, count);
    free(ids);
    by_store_close(store);
    return added;
}

static void test_imports(void **state) {
    const char *folder = *state;
    int64_t unchanged;
    int32_t faults;
    char csv[600], store[600];
    snprintf(csv, sizeof csv, "%s/csv", folder);
    snprintf(store, sizeof store, "%s/store", folder);
    write_files(folder, 12);
    scratch_write(scratch_path(csv, "INDEX.csv"), "ticker\n", 7);
    scratch_write(scratch_path(csv, ".hidden.csv"), "x\n", 2);
    assert_int_equal(import_all(store, csv, 3, &unchanged, &faults), 36000);
    assert_int_equal(faults, 0);
    int64_t size = size_of(scratch_path(store, "data.mdb"));
    size_t bytes, bytes_again;
    unsigned char *before = scratch_read(scratch_path(store, "data.mdb"), &bytes);
    assert_int_equal(import_all(store, csv, 1, &unchanged, &faults), 0);
    assert_int_equal(unchanged, 36000);
    assert_int_equal(size_of(scratch_path(store, "data.mdb")), size);
    unsigned char *after = scratch_read(scratch_path(store, "data.mdb"), &bytes_again);
    assert_int_equal(bytes, bytes_again);
    assert_memory_equal(before, after, bytes);
    free(before);
    free(after);
    /* Cut short, damaged, two members, not a CSV, with a bad row. */
    size_t packed;
    unsigned char *gz = scratch_read(scratch_path(csv, "S000.csv.gz"), &packed);
    scratch_write(scratch_path(csv, "CUT.csv.gz"), gz, packed / 2);
    scratch_write(scratch_path(csv, "STUB.csv.gz"), gz, 10);
    gz[packed / 2] ^= 0x55;
    scratch_write(scratch_path(csv, "BAD.csv.gz"), gz, packed);
    free(gz);
    scratch_write(scratch_path(csv, "NOCLOSE.csv"), "date,last\n2020-01-02,1\n", 23);
    scratch_write(scratch_path(csv, "ROW.CSV"), "date,close\n2020-01-02,1\n2020-01-03,0\n", 37);
    assert_int_equal(import_all(store, csv, 2, &unchanged, &faults), 1);
    assert_int_equal(faults, 5);
}

static int import_slowly(const char *folder) {
    char csv[600], store[600];
    int64_t unchanged;
    int32_t faults;
    snprintf(csv, sizeof csv, "%s/csv", folder);
    snprintf(store, sizeof store, "%s/store", folder);
    return import_all(store, csv, 2, &unchanged, &faults) >= 0 ? 0 : 1;
}

/* Opening proves the pages of a file that another process is writing. */
static void test_reads_while_importing(void **state) {
    const char *folder = *state;
    char store[600];
    int opened = 0, status;
    series *s = series_new(0, 1, 3000);
    for (int i = 0; i < 3000; i++) {
        s->column[3][i] = 100 + i % 97 + 0.25;
    }
    snprintf(store, sizeof store, "%s/store", folder);
    write_files(folder, 60);
    by_store_close(open_store(store, BY_STORE_WRITE));
    pid_t child = fork();
    if (child == 0) {
        _exit(import_slowly(folder));
    }
    while (waitpid(child, &status, WNOHANG) == 0) {
        assert_true(survives(store, BY_STORE_READ, &s->bars));
        opened++;
    }
    assert_int_equal(status, 0);
    print_message("opened %d times during the import\n", opened);
    free(s);
}

static void test_kill_in_the_middle(void **state) {
    const char *folder = *state;
    char csv[600], store[600];
    int64_t unchanged;
    int32_t faults;
    uint64_t seed = 3;
    int killed = 0;
    series *s = series_new(0, 1, 3000);
    for (int i = 0; i < 3000; i++) {
        s->column[3][i] = 100 + i % 97 + 0.25;
    }
    snprintf(csv, sizeof csv, "%s/csv", folder);
    snprintf(store, sizeof store, "%s/store", folder);
    write_files(folder, 40);
    for (int round = 0; round < 40; round++) {
        seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
        if (round % 8 == 0) {
            scratch_remove(store);
        }
        pid_t child = fork();
        if (child == 0) {
            _exit(import_slowly(folder));
        }
        usleep((useconds_t)(seed / 64 % (round % 2 ? 150000 : 30000)));
        kill(child, SIGKILL);
        int status;
        waitpid(child, &status, 0);
        killed += WIFSIGNALED(status);
        if (size_of(scratch_path(store, "data.mdb")) > 0) {
            assert_true(survives(store, round % 2 ? BY_STORE_READ : BY_STORE_WRITE, &s->bars));
        }
    }
    print_message("%d of 40 imports were killed\n", killed);
    int64_t added = import_all(store, csv, 2, &unchanged, &faults);
    assert_int_equal(added + unchanged, 40 * 3000);
    assert_int_equal(faults, 0);
    assert_true(survives(store, BY_STORE_READ, &s->bars));
    free(s);
}

static void test_shared_data(void **state) {
    const char *shared = getenv("BANYAN_SHARED");
    char csv[600];
    snprintf(csv, sizeof csv, "%s/data/us_daily_adjusted", shared != NULL ? shared : "../shared");
    if (by_import_path_kind(csv) != 1) {
        print_message("skipped: there is no %s (set BANYAN_SHARED)\n", csv);
        skip();
    }
    int64_t unchanged;
    int32_t faults;
    assert_int_equal(import_all(*state, csv, 2, &unchanged, &faults), 1034731);
    assert_int_equal(faults, 0);
    assert_int_equal(import_all(*state, csv, 2, &unchanged, &faults), 0);
    assert_int_equal(unchanged, 1034731);
}

static int setup(void **state) {
    char *folder = malloc(SCRATCH_SIZE);
    scratch_make(folder);
    *state = folder;
    return 0;
}

static int teardown(void **state) {
    scratch_remove(*state);
    free(*state);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

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
        TEST(test_imports),
        TEST(test_reads_while_importing),
        TEST(test_kill_in_the_middle),
        TEST(test_shared_data),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
