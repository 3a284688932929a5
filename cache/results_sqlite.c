/* SPDX-License-Identifier: MIT */
#include "results_sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Nothing reads the file before it is whole, and a crash leaves the old one, so that a journal
 * would guard nothing. */
#define BEGIN "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;"

/* A file could not be made, or not be given its name. */
static by_status fail_file(const char *path, int code, by_error *err) {
    if (code == ENOSPC || code == EDQUOT) {
        return by_fail(err, BY_LIMIT, "%s: cannot write: %s, or none for another file; make room",
                       path, strerror(code));
    }
    return by_fail(err, BY_USAGE, "cannot write %s: %s", path, strerror(code));
}

static by_status fail(sqlite3 *db, const char *path, by_error *err) {
    int code = sqlite3_errcode(db), system = sqlite3_system_errno(db);
    const char *why = system != 0 ? strerror(system) : sqlite3_errmsg(db);
    switch (code & 0xff) {
    case SQLITE_NOMEM:
        return by_fail(err, BY_NOMEM, "%s: out of memory; close other programs", path);
    case SQLITE_FULL:
        return by_fail(err, BY_LIMIT, "%s: cannot write: the disk is full; make room", path);
    case SQLITE_IOERR:
        return by_fail(err, BY_LIMIT, "%s: cannot write: %s", path, why);
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
        return by_fail(err, BY_USAGE, "cannot write %s: %s", path, why);
    default:
        return by_fail(err, BY_INTERNAL, "%s: SQLite: %s", path, sqlite3_errmsg(db));
    }
}

static void bind_number(sqlite3_stmt *insert, int at, double value) {
    if (isfinite(value)) {
        sqlite3_bind_double(insert, at, value);
    } else {
        sqlite3_bind_null(insert, at);
    }
}

static void bind_row(sqlite3_stmt *insert, const by_results_table *table, int32_t combo,
                     const by_result *row, const uint16_t *digits) {
    int at = 1;
    sqlite3_bind_int(insert, at++, combo + 1);
    for (int32_t p = 0; p < table->param_count; p++, at++) {
        if (digits[p] == BY_DIGIT_NONE) {
            sqlite3_bind_null(insert, at);
            continue;
        }
        const by_results_cell *cell = &table->param_cells[p][digits[p]];
        if (cell->text != NULL) {
            sqlite3_bind_text(insert, at, cell->text, -1, SQLITE_STATIC);
        } else {
            bind_number(insert, at, cell->number);
        }
    }
    for (int32_t m = 0; m < BY_METRIC_COUNT; m++, at++) {
        bind_number(insert, at, row->metric[m]);
    }
    const char *error = table->errors[table->error_of[combo]];
    if (error != NULL) {
        sqlite3_bind_text(insert, at, error, -1, SQLITE_STATIC);
    } else {
        sqlite3_bind_null(insert, at);
    }
}

/* Whether all rows went in; else the error is in the connection. */
static int insert_rows(sqlite3 *db, const by_results_table *table, const by_result *rows,
                       const uint16_t *digits, int32_t combo_count) {
    sqlite3_stmt *insert = NULL;
    if (sqlite3_prepare_v2(db, table->insert, -1, &insert, NULL) != SQLITE_OK) {
        return 0;
    }
    int good = 1;
    for (int32_t i = 0; good && i < combo_count; i++) {
        if (table->error_of[i] < 0) {
            continue;
        }
        bind_row(insert, table, i, &rows[i], digits + (size_t)i * (size_t)table->param_count);
        good = sqlite3_step(insert) == SQLITE_DONE;
        if (good) {
            sqlite3_reset(insert);
        }
    }
    int finalized = sqlite3_finalize(insert) == SQLITE_OK;
    return good && finalized;
}

static by_status write_database(const char *path, const by_results_table *table,
                                const by_result *rows, const uint16_t *digits, int32_t combo_count,
                                by_error *err) {
    sqlite3 *db = NULL;
    int good = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
               sqlite3_exec(db, BEGIN, NULL, NULL, NULL) == SQLITE_OK &&
               sqlite3_exec(db, table->schema, NULL, NULL, NULL) == SQLITE_OK &&
               insert_rows(db, table, rows, digits, combo_count) &&
               sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
    by_status status = good ? BY_OK : fail(db, path, err);
    sqlite3_close(db);
    return status;
}

/* Makes an empty file; SQLite, which would, does not tell why it cannot. */
static by_status make_file(const char *path, by_error *err) {
    (void)unlink(path); /* of an export that was killed */
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) {
        return fail_file(path, errno, err);
    }
    close(file);
    return BY_OK;
}

/* Brings a file to the disk and gives it its name. */
static by_status put_in_place(const char *part, const char *path, by_error *err) {
    int file = open(part, O_RDONLY | O_CLOEXEC);
    int good = file >= 0 && fsync(file) == 0;
    int why = errno;
    if (file >= 0) {
        close(file);
    }
    if (!good) {
        return by_fail(err, BY_LIMIT, "%s: cannot write: %s", part, strerror(why));
    }
    return rename(part, path) == 0 ? BY_OK : fail_file(path, errno, err);
}

by_status by_results_sqlite(const char *path, const by_results_table *table, const by_result *rows,
                            const uint16_t *digits, int32_t combo_count, by_error *err) {
    struct stat there;
    if (stat(path, &there) == 0 && !S_ISREG(there.st_mode)) { /* a device is not to be replaced */
        return by_fail(err, BY_USAGE, "cannot write %s: it is no plain file; name another one",
                       path);
    }
    char *part = NULL;
    if (asprintf(&part, "%s.part", path) < 0) {
        return by_fail_nomem(err, strlen(path));
    }
    by_status status = make_file(part, err);
    if (status == BY_OK) {
        status = write_database(part, table, rows, digits, combo_count, err);
    }
    if (status == BY_OK) {
        status = put_in_place(part, path, err);
    }
    if (status != BY_OK) {
        (void)unlink(part);
    }
    free(part);
    return status;
}
