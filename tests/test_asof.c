/* SPDX-License-Identifier: MIT
 *
 * Series from outside: the CSV text they come from, the steps that are seen, and their merge into
 * the store.
 */
#include "../cache/asof.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../cache/asof_csv.h"
#include "fixture.h"
#include "random_tree.h"
#include "scratch.h"

static const int64_t jan_5 = 19727 * (int64_t)DAY; /* 2024-01-05 */

static by_asof_csv parse(const char *text, int32_t known_start) {
    by_asof_csv csv;
    by_error err = {0};
    if (by_asof_csv_parse(text, strlen(text), "x.csv", known_start, &csv, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
    return csv;
}

static void refuses(const char *text, by_status status, const char *part) {
    by_asof_csv csv;
    by_error err = {0};
    assert_int_equal(by_asof_csv_parse(text, strlen(text), "x.csv", 0, &csv, &err), status);
    assert_null(csv.rows);
    assert_non_null(strstr(err.message, "x.csv"));
    if (strstr(err.message, part) == NULL) {
        fail_msg("'%s' is not in: %s", part, err.message);
    }
}

/* Expects the second of two rows to be refused with `part` in the reason. */
static void refuses_row(const char *header, const char *row, const char *part) {
    char text[400];
    (void)snprintf(text, sizeof text, "%s\n2024-01-01,1,2024-01-01\n%s\n", header, row);
    by_asof_csv csv = parse(text, 0);
    assert_int_equal(csv.count, 1);
    assert_int_equal(csv.refused_count, 1);
    assert_int_equal(csv.refusals[0].line, 3);
    if (strstr(csv.refusals[0].reason, part) == NULL) {
        fail_msg("'%s' is not in: %s", part, csv.refusals[0].reason);
    }
    free(csv.rows);
}

/* One row: since when it is known, and what it is of. */
static void knows(const char *header, const char *row, int32_t known_start, int64_t known,
                  int64_t of) {
    char text[200];
    (void)snprintf(text, sizeof text, "%s\n%s\n", header, row);
    by_asof_csv csv = parse(text, known_start);
    assert_int_equal(csv.count, 1);
    assert_int_equal(csv.rows[0].known, known);
    assert_int_equal(csv.rows[0].of, of);
    assert_true(csv.rows[0].value == -2.5);
    free(csv.rows);
}

static void test_times(void **unused) {
    (void)unused;
    const int64_t next = jan_5 + DAY, noon = jan_5 + DAY / 2;
    knows("date,value", "2024-01-05,-2.5", 0, next, jan_5);
    knows("date,value", "2024-01-05,-2.5", 1, jan_5, jan_5);
    knows("Time;Value", "20240105;-2.5", 0, next, jan_5);
    knows("timestamp,value", "1704456000,-2.5", 0, noon, noon);
    knows("timestamp,value", "1704412800000,-2.5", 0, next, jan_5);
    knows("date,value", "2024-01-05T12:00:00Z,-2.5", 0, noon, noon);
    knows("date,value", "2024-01-05T07:00-05:00,-2.5", 1, noon, noon);
    /* midnight, as it is written, is how files write a day */
    knows("date,value", "2024-01-05 00:00:00,-2.5", 0, next, jan_5);
    knows("date,value", "2024-01-05T00:00:00-05:00,-2.5", 0, next, jan_5);
    knows("date,time,value", "2024-01-05,12:00,-2.5", 0, noon, noon);
    knows("date,value,known", "2023-12-01,-2.5,2024-01-05", 0, next, 19692 * (int64_t)DAY);
    knows("date,value,known", "2023-12-01,-2.5,2024-01-05", 1, jan_5, 19692 * (int64_t)DAY);
    knows("known,date,value", "2024-01-05T12:00:00,2024-02-01,-2.5", 0, noon, 19754 * (int64_t)DAY);
}

static void test_columns(void **unused) {
    (void)unused;
    knows("observation_date,DFF", "2024-01-05,-2.5", 1, jan_5, jan_5);
    knows("DATE,OPEN,HIGH,LOW,CLOSE", "2024-01-05,1,2,3,-2.5", 1, jan_5, jan_5);
    knows("date,close,value", "2024-01-05,1,-2.5", 1, jan_5, jan_5);
    knows("observation_date,CPI,realtime_start_date", "2023-12-01,-2.5,2024-01-05", 1, jan_5,
          19692 * (int64_t)DAY);
    refuses("", BY_DATA, "the file is empty");
    refuses(
        "date,a,b\n2024-01-05,1,2\n", BY_DATA,
        "line 1: no value column; found: date, a, b. The first line must name the columns (date "
        "or time, value; optionally known)");
    refuses("day,value\n2024-01-05,1\n", BY_DATA, "no date or time column; found: day, value");
    refuses("date,value,value\n2024-01-05,1,1\n", BY_DATA, "two columns named value");
    refuses("date,value\n", BY_DATA, "there are no values below the header");
    refuses("date,value\n2024-01-05,.\n", BY_DATA, "there are no values below the header");
    refuses("date,value\n2024-01-05,x\n", BY_DATA,
            "none of its rows can be used; line 2: value 'x' is not a number");
}

static void test_rows(void **unused) {
    (void)unused;
    static const char header[] = "date,value,known";
    refuses_row(header, "2024-13-01,1,2024-01-01",
                "'2024-13-01' is a date that is not in the calen");
    refuses_row(header, "2024-01-02,1,soon", "'soon' is not a time");
    refuses_row(header, "2024-01-02,1,", "the time since when it is known is missing");
    refuses_row(header, ",1,2024-01-01", "the time is missing");
    refuses_row(header, "2024-01-02,0x10,2024-01-02", "value '0x10' is not a number");
    refuses_row(header, "2024-01-02,1e999,2024-01-02", "value 1e999 is too large");
    refuses_row(header, "2024-01-02,inf,2024-01-02", "value 'inf' is not a number");
    refuses_row(header, "2024-01-02,1", "2 cells, but the header has 3 columns");
    refuses_row(header, "2024-01-01,2,2024-01-01",
                "a second value of 2024-01-01, known since the same moment");
    by_asof_csv csv = parse("date,value\n2024-01-02,\n2024-01-03,.\n2024-01-04,NaN\n"
                            "2024-01-05,n/a\n2024-01-08,NULL\n2024-01-09,-0\n2024-01-09,0\n"
                            "2024-01-01,7\n",
                            0);
    assert_int_equal(csv.empty_count, 5);
    assert_int_equal(csv.repeated_count, 1);
    assert_int_equal(csv.refused_count, 0);
    assert_int_equal(csv.count, 2);
    assert_true(csv.rows[0].value == 7); /* rows may come in any order */
    assert_true(csv.rows[1].value == 0 && !signbit(csv.rows[1].value));
    free(csv.rows);
}

/* What is seen at a moment by the definition: of what is known, the latest, in its latest form. */
static const by_asof_row *seen(const by_asof_row *rows, int32_t count, int64_t moment) {
    const by_asof_row *best = NULL;
    for (int32_t i = 0; i < count; i++) {
        if (rows[i].known <= moment && (best == NULL || rows[i].of > best->of ||
                                        (rows[i].of == best->of && rows[i].known > best->known))) {
            best = &rows[i];
        }
    }
    return best;
}

enum { ROWS_MAX = 40, MOMENTS = 30 };

/* Distinct rows in rising order. */
static int32_t random_rows(by_asof_row *rows, random_source *source) {
    int32_t count = 0;
    for (int64_t known = 0; known < MOMENTS && count < ROWS_MAX - 1; known++) {
        for (int64_t of = random_below(source, 8); of < 8 && random_chance(source, 0.3);
             of += 1 + random_below(source, 4)) {
            rows[count++] = (by_asof_row){known, of, random_below(source, 100) - 50, count + 1};
            if (count == ROWS_MAX) {
                return count;
            }
        }
    }
    return count;
}

static void test_steps(void **unused) {
    (void)unused;
    random_source source = {7};
    for (int32_t trial = 0; trial < 2000; trial++) {
        by_asof_row rows[ROWS_MAX], steps[ROWS_MAX];
        int32_t count = random_rows(rows, &source);
        memcpy(steps, rows, sizeof rows);
        int32_t kept = by_asof_steps(steps, count), at = -1;
        for (int64_t moment = -1; moment <= MOMENTS; moment++) {
            while (at + 1 < kept && steps[at + 1].known <= moment) {
                at++;
                assert_true(at == 0 || steps[at].known > steps[at - 1].known);
            }
            const by_asof_row *expected = seen(rows, count, moment);
            assert_true((expected == NULL) == (at < 0));
            assert_true(expected == NULL || expected->line == steps[at].line);
        }
    }
}

static by_asof_file import(by_store *store, const char *folder, const char *text, int32_t replace) {
    const char *path = scratch_path(folder, "in.csv");
    by_asof_file file;
    by_error err = {0};
    scratch_write(path, text, strlen(text));
    if (by_asof_import(store, path, "x", 0, replace, 1, &file, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
    return file;
}

static const by_series_id id_x = {BY_ASOF_DATASET, BY_ASOF_TIMEFRAME, "x"};

/* The stored series as the CSV text of its export. */
static char *stored(by_store *store) {
    enum { ROOM = 400000 };
    char *text = calloc(1, ROOM), *at = text;
    const by_bars *slices;
    by_snapshot *snapshot;
    int32_t count;
    int64_t length;
    assert_int_equal(by_snapshot_open(store, &snapshot, NULL), BY_OK);
    assert_int_equal(by_snapshot_check(snapshot, &id_x, NULL), BY_OK);
    assert_int_equal(by_snapshot_read(snapshot, &id_x, &slices, &count, NULL), BY_OK);
    at += sprintf(at, "date,known,value\n");
    for (int32_t s = 0; s < count; s++) {
        assert_int_equal(by_asof_export(&slices[s], 0, at, text + ROOM - at, &length),
                         slices[s].count);
        at += length;
    }
    by_snapshot_close(snapshot);
    return text;
}

static void holds(by_store *store, const char *expected) {
    char *text = stored(store);
    assert_string_equal(text, expected);
    free(text);
}

static void test_merge(void **state) {
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    by_asof_file file = import(store, *state, "date,value\n2024-01-05,1\n2024-02-05,-2\n", 0);
    assert_int_equal(file.counts.added, 2);
    holds(store, "date,known,value\n2024-01-05,2024-01-05,1\n2024-02-05,2024-02-05,-2\n");
    /* the same again, one that nobody ever sees, and a revision of what is seen */
    file = import(store, *state,
                  "date,value,known\n2024-01-05,1,2024-01-05\n2024-01-05,9,2024-03-01\n"
                  "2024-02-05,-3,2024-02-09T12:00\n",
                  0);
    assert_int_equal(file.counts.added, 1);
    assert_int_equal(file.counts.unchanged, 1);
    assert_int_equal(file.counts.changed, 0);
    assert_int_equal(file.unseen_count, 1);
    static const char both[] = "date,known,value\n2024-01-05,2024-01-05,1\n"
                               "2024-02-05,2024-02-05,-2\n2024-02-05,2024-02-09T12:00:00Z,-3\n";
    holds(store, both);
    /* another value since the same moment is taken only when that is asked for */
    file = import(store, *state, "date,value\n2024-01-05,5\n", 0);
    assert_int_equal(file.counts.changed, 1);
    assert_int_equal(file.counts.first_changed_time, jan_5 + DAY);
    assert_int_equal(file.counts.replaced, 0);
    holds(store, both);
    file = import(store, *state, "date,value\n2024-01-05,5\n", 1);
    assert_int_equal(file.counts.replaced, 1);
    /* one known early of a late time hides those that come after */
    file = import(store, *state, "date,value,known\n2024-12-31,7,2024-01-31\n", 0);
    assert_int_equal(file.counts.added, 1);
    holds(store, "date,known,value\n2024-01-05,2024-01-05,5\n2024-12-31,2024-01-31,7\n");
    by_store_close(store);
}

/* A file in pieces, in any order, comes to the same as the whole, and the export reads back. */
static void test_pieces(void **state) {
    random_source source = {11};
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    for (int32_t trial = 0; trial < 12; trial++) {
        by_asof_row rows[ROWS_MAX];
        char piece[3][4000], whole[12000];
        int32_t count = random_rows(rows, &source);
        char *at = whole + sprintf(whole, "date,known,value\n");
        for (int32_t p = 0; p < 3; p++) {
            (void)sprintf(piece[p], "date,known,value\n2024-01-01,2024-01-01,0\n");
        }
        at += sprintf(at, "2024-01-01,2024-01-01,0\n");
        for (int32_t i = 0; i < count; i++) {
            char line[80];
            (void)snprintf(line, sizeof line, "2024-02-%02d,2024-03-%02d,%g\n", 1 + (int)rows[i].of,
                           1 + (int)rows[i].known, rows[i].value);
            strcat(piece[random_below(&source, 3)], line);
            at += sprintf(at, "%s", line);
        }
        assert_int_equal(by_store_drop(store, &id_x, NULL), BY_OK);
        import(store, *state, whole, 0);
        char *expected = stored(store);
        assert_int_equal(by_store_drop(store, &id_x, NULL), BY_OK);
        for (int32_t p = 0; p < 3; p++) {
            import(store, *state, piece[(p + trial) % 3], 0);
        }
        holds(store, expected);
        assert_int_equal(by_store_drop(store, &id_x, NULL), BY_OK);
        import(store, *state, expected, 0);
        holds(store, expected);
        free(expected);
    }
    by_store_close(store);
}

/* More than one chunk, in and out again. */
static void test_chunks(void **state) {
    enum { ROWS = 3500 };
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    char *text = malloc(ROWS * 40), *at = text + sprintf(text, "time,value\n");
    for (int32_t i = 0; i < ROWS; i++) {
        at += sprintf(at, "%lld,%d.5\n", (long long)jan_5 + 60 * i + 30, i - ROWS / 2);
    }
    assert_int_equal(import(store, *state, text, 0).counts.added, ROWS);
    assert_int_equal(import(store, *state, text, 0).counts.unchanged, ROWS);
    char *all = stored(store);
    assert_int_equal(by_store_drop(store, &id_x, NULL), BY_OK);
    assert_int_equal(import(store, *state, all, 0).counts.added, ROWS);
    holds(store, all);
    free(all);
    free(text);
    by_store_close(store);
}

static void test_names(void **state) {
    by_store *store = fixture_open(*state, BY_STORE_WRITE);
    const char *path = scratch_path(*state, "in.csv");
    by_asof_file file;
    by_error err = {0};
    scratch_write(path, "date,value\n2024-01-05,1\n", 24);
    assert_int_equal(
        by_asof_import(store, path, "a name that is far too long for a key", 0, 0, 1, &file, &err),
        BY_USAGE);
    assert_non_null(strstr(err.message, "longer than 31 letters"));
    assert_int_equal(by_asof_import(store, path, "a b", 0, 0, 1, &file, &err), BY_USAGE);
    assert_int_equal(
        by_asof_import(store, scratch_path(*state, "none.csv"), "x", 0, 0, 1, &file, &err),
        BY_DATA);
    by_store_close(store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_steps),
        cmocka_unit_test_setup_teardown(test_merge, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_pieces, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_chunks, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_names, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests_name("series from outside", tests, NULL, NULL);
}
