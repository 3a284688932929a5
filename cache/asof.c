/* SPDX-License-Identifier: MIT */
#include "asof.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "asof_csv.h"
#include "import.h"
#include "mend.h"
#include "merge.h"
#include "store_rooms.h"
#include "textfile.h"

int by_asof_compare(const by_asof_row *a, const by_asof_row *b) {
    return a->known != b->known ? (a->known > b->known) - (a->known < b->known)
                                : (a->of > b->of) - (a->of < b->of);
}

int32_t by_asof_steps(by_asof_row *rows, int32_t count) {
    int32_t kept = 0;
    for (int32_t i = 0; i < count; i++) {
        if (kept > 0 && rows[i].of < rows[kept - 1].of) {
            continue;
        }
        kept -= kept > 0 && rows[kept - 1].known == rows[i].known;
        rows[kept++] = rows[i];
    }
    return kept;
}

int by_series_is_asof(const by_series_id *id) {
    return strcmp(id->timeframe, BY_ASOF_TIMEFRAME) == 0;
}

const char *by_asof_fault(const by_bars *bars, int32_t *at) {
    for (int32_t i = 0; i < bars->count; i++) {
        *at = i;
        if (i > 0 && bars->time[i] <= bars->time[i - 1]) {
            return "times do not rise";
        }
        if (!isfinite(bars->close[i]) || !isfinite(bars->open[i])) {
            return "a value is not finite";
        }
    }
    return NULL;
}

typedef struct put {
    by_series_id id;
    const by_asof_row *fresh; /* steps */
    int32_t fresh_count;
    int32_t replace;
    int64_t fetched_time;
    by_asof_row *rows; /* what is stored, then what is to be; room for all */
    int32_t count;
    int32_t stored_count;
    by_put_counts counts;
} put;

static int load_chunk(put *p, const by_bars *bars) {
    const int64_t count = (int64_t)p->count + bars->count;
    by_asof_row *larger = realloc(p->rows, (size_t)(count + p->fresh_count) * sizeof *larger);
    if (larger == NULL) {
        return ENOMEM;
    }
    p->rows = larger;
    for (int32_t i = 0; i < bars->count; i++) {
        p->rows[p->count++] = (by_asof_row){
            .known = bars->time[i], .of = (int64_t)bars->open[i], .value = bars->close[i]};
    }
    return 0;
}

/* The steps that are stored. */
static int load(by_table *table, put *p, by_error *err) {
    int64_t time = INT64_MIN;
    by_chunk chunk;
    int rc;
    p->count = 0;
    while ((rc = by_chunk_after(table, &p->id, time, &chunk)) == 0) {
        rc = by_chunk_open(table, &p->id, &chunk, err);
        rc = rc == 0 ? load_chunk(p, &chunk.bars) : rc;
        free(chunk.copy);
        if (rc != 0) {
            return rc;
        }
        if (p->count > BY_ASOF_ROWS_MAX) {
            by_fail(err, BY_LIMIT, "series %s: more than %d values", p->id.symbol,
                    BY_ASOF_ROWS_MAX);
            return BY_ENV_FAILED;
        }
        time = chunk.first_time;
    }
    p->stored_count = p->count;
    return rc == MDB_NOTFOUND ? 0 : rc;
}

/* Merges the fresh steps in from the end, so that nothing is overwritten before it has moved. What
 * is fresh has a line. */
static void merge(put *p) {
    int32_t stored = p->count - 1, fresh = p->fresh_count - 1, to = p->count + p->fresh_count;
    const int32_t end = to;
    p->counts = (by_put_counts){0};
    while (fresh >= 0) {
        int order = stored < 0 ? -1 : by_asof_compare(&p->rows[stored], &p->fresh[fresh]);
        if (order > 0) {
            p->rows[--to] = p->rows[stored--];
            continue;
        }
        if (stored < 0 || order < 0) {
            p->rows[--to] = p->fresh[fresh--];
            continue;
        }
        by_asof_row row = p->rows[stored--];
        if (row.value == p->fresh[fresh].value) {
            p->counts.unchanged++;
        } else {
            p->counts.changed++;
            p->counts.first_changed_time = row.known;
            row.value = p->replace ? p->fresh[fresh].value : row.value;
        }
        fresh--;
        p->rows[--to] = row;
    }
    memmove(&p->rows[stored + 1], &p->rows[to], (size_t)(end - to) * sizeof *p->rows);
    p->count = by_asof_steps(p->rows, stored + 1 + end - to);
    p->counts.replaced = p->replace && p->counts.changed > 0;
}

/* Counts what is new. Returns whether stored steps are gone. */
static int count_new(put *p) {
    for (int32_t i = 0; i < p->count; i++) {
        p->counts.added += p->rows[i].line > 0;
    }
    return p->count - p->counts.added < p->stored_count;
}

/* Writes the steps that differ from what is stored. */
static int write_steps(by_table *table, const put *p, by_error *err) {
    by_rows steps = {0}, room = {0};
    int rc = by_rows_reset(&steps, p->count);
    if (rc != 0) {
        return rc;
    }
    for (int32_t i = 0; i < p->count; i++) {
        steps.time[i] = p->rows[i].known;
        steps.column[BY_CLOSE][i] = p->rows[i].value;
        steps.column[BY_OPEN][i] = (double)p->rows[i].of;
        steps.column[BY_HIGH][i] = steps.column[BY_LOW][i] = steps.column[BY_VOLUME][i] =
            (double)NAN;
    }
    steps.count = p->count;
    by_bars bars = by_rows_bars(&steps);
    by_merge merge = {
        .id = &p->id, .bars = &bars, .replace = 1, .fetched_time = p->fetched_time, .rows = &room};
    rc = by_merge_bars(table, &merge, err);
    by_rows_free(&steps);
    by_rows_free(&room);
    return rc;
}

static int put_job(MDB_txn *txn, MDB_dbi dbi, void *context, by_error *err) {
    by_table table = {.txn = txn, .dbi = dbi};
    put *p = context;
    int mended = 0, gone = 0;
    int64_t dropped = 0;
    int rc = p->replace ? by_series_mend(&table, &p->id, &mended) : 0;
    rc = rc == 0 ? load(&table, p, err) : rc;
    if (rc == 0) {
        merge(p);
        gone = count_new(p);
        rc = gone ? by_series_drop(&table, &p->id, &dropped) : 0;
    }
    const int changes = gone || p->counts.added > 0 || p->counts.replaced;
    rc = rc == 0 && changes ? write_steps(&table, p, err) : rc;
    by_table_end(&table);
    return rc == 0 && !changes && !mended ? BY_ENV_NOTHING : rc;
}

static by_status put_rows(by_store *store, const char *name, const by_asof_csv *csv, put *p,
                          by_error *err) {
    p->id = (by_series_id){.dataset = BY_ASOF_DATASET, .timeframe = BY_ASOF_TIMEFRAME};
    strncpy(p->id.symbol, name, sizeof p->id.symbol - 1);
    const char *fault = strlen(name) < sizeof p->id.symbol ? by_series_fault(&p->id)
                                                           : "the name is longer than 31 letters";
    if (fault != NULL) {
        return by_fail(err, BY_USAGE, "series '%.40s': %s", name, fault);
    }
    p->fresh = csv->rows;
    p->fresh_count = by_asof_steps(csv->rows, csv->count);
    p->rows = malloc((size_t)p->fresh_count * sizeof *p->rows);
    if (p->rows == NULL) {
        return by_fail_nomem(err, (size_t)p->fresh_count * sizeof *p->rows);
    }
    by_status status = by_env_write(store->env, put_job, p, err);
    free(p->rows);
    return status;
}

by_status by_asof_import_text(by_store *store, const char *text, size_t size_bytes,
                              const char *source, const char *name, int32_t known_start,
                              int32_t replace, int64_t fetched_time, by_asof_file *file,
                              by_error *err) {
    by_asof_csv csv;
    *file = (by_asof_file){0};
    by_status status = by_asof_csv_parse(text, size_bytes, source, known_start, &csv, err);
    file->empty_count = csv.empty_count;
    file->repeated_count = csv.repeated_count;
    file->refused_count = csv.refused_count;
    file->refusal_count =
        csv.refused_count < BY_CSV_REFUSALS_KEPT ? csv.refused_count : BY_CSV_REFUSALS_KEPT;
    memcpy(file->refusals, csv.refusals, sizeof file->refusals);
    if (status == BY_OK) {
        put p = {.replace = replace, .fetched_time = fetched_time};
        status = put_rows(store, name, &csv, &p, err);
        if (status == BY_OK) {
            file->counts = p.counts;
            file->unseen_count =
                csv.count - (int32_t)(p.counts.added + p.counts.unchanged + p.counts.changed);
        }
    }
    free(csv.rows);
    return status;
}

by_status by_asof_import(by_store *store, const char *path, const char *name, int32_t known_start,
                         int32_t replace, int64_t fetched_time, by_asof_file *file, by_error *err) {
    char *text;
    size_t size_bytes;
    *file = (by_asof_file){0};
    by_status status = by_textfile_read(path, BY_IMPORT_FILE_BYTES_MAX, &text, &size_bytes, err);
    if (status == BY_OK) {
        status = by_asof_import_text(store, text, size_bytes, path, name, known_start, replace,
                                     fetched_time, file, err);
        free(text);
    }
    return status;
}
