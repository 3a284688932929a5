/* SPDX-License-Identifier: MIT
 *
 * The import of CSV files into the bar store: counts, readers beside it, kills, real prices.
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
#include "fixture.h"
#include "scratch.h"

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
    by_store *store = fixture_open(folder, BY_STORE_WRITE);
    by_error err;
    char **paths;
    int32_t count;
    assert_int_equal(by_import_paths(csv, &paths, &count, &err), BY_OK);
    by_series_id *ids = calloc((size_t)count + 1, sizeof *ids);
    for (int32_t i = 0; i < count; i++) {
        char name[32];
        const char *base = strrchr(paths[i], '/') + 1;
        snprintf(name, sizeof name, "%.*s", (int)strcspn(base, "."), base);
        ids[i] = fixture_id(name);
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
    int64_t size = fixture_size(scratch_path(store, "data.mdb"));
    size_t bytes, bytes_again;
    unsigned char *before = scratch_read(scratch_path(store, "data.mdb"), &bytes);
    assert_int_equal(import_all(store, csv, 1, &unchanged, &faults), 0);
    assert_int_equal(unchanged, 36000);
    assert_int_equal(fixture_size(scratch_path(store, "data.mdb")), size);
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
    series *s = fixture_series(0, 1, 3000);
    for (int i = 0; i < 3000; i++) {
        s->column[3][i] = 100 + i % 97 + 0.25;
    }
    snprintf(store, sizeof store, "%s/store", folder);
    write_files(folder, 60);
    by_store_close(fixture_open(store, BY_STORE_WRITE));
    pid_t child = fork();
    if (child == 0) {
        _exit(import_slowly(folder));
    }
    while (waitpid(child, &status, WNOHANG) == 0) {
        assert_true(fixture_survives(store, BY_STORE_READ, &s->bars));
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
    series *s = fixture_series(0, 1, 3000);
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
        if (fixture_size(scratch_path(store, "data.mdb")) > 0) {
            assert_true(
                fixture_survives(store, round % 2 ? BY_STORE_READ : BY_STORE_WRITE, &s->bars));
        }
    }
    print_message("%d of 40 imports were killed\n", killed);
    int64_t added = import_all(store, csv, 2, &unchanged, &faults);
    assert_int_equal(added + unchanged, 40 * 3000);
    assert_int_equal(faults, 0);
    assert_true(fixture_survives(store, BY_STORE_READ, &s->bars));
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_imports),
        TEST(test_reads_while_importing),
        TEST(test_kill_in_the_middle),
        TEST(test_shared_data),
    };
    return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
