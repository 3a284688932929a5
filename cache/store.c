/* SPDX-License-Identifier: MIT */
#include "store.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mend.h"
#include "merge.h"
#include "store_rooms.h"
#include "when.h"

by_status by_store_open(const char *directory, int32_t mode, by_store **out, by_error *err) {
    *out = NULL;
    by_store *store = calloc(1, sizeof *store);
    if (store == NULL) {
        return by_fail_nomem(err, sizeof *store);
    }
    by_status status =
        by_env_open(directory, mode == BY_STORE_WRITE, BY_ENV_BARS, &store->env, err);
    if (status != BY_OK) {
        free(store);
        return status;
    }
    *out = store;
    return BY_OK;
}

void by_store_close(by_store *store) {
    if (store != NULL) {
        by_env_close(store->env);
        free(store);
    }
}

static int is_price(const double *column, int32_t i) {
    return column == NULL || isnan(column[i]) || (column[i] > 0 && isfinite(column[i]));
}

const char *by_bars_fault(const by_bars *bars, int32_t *at) {
    for (int32_t i = 0; i < bars->count; i++) {
        *at = i;
        if (i > 0 && bars->time[i] <= bars->time[i - 1]) {
            return "times do not rise";
        }
        if (isnan(bars->close[i]) || !is_price(bars->close, i) || !is_price(bars->open, i) ||
            !is_price(bars->high, i) || !is_price(bars->low, i)) {
            return "a price is not finite and positive";
        }
        if (bars->volume != NULL && !isnan(bars->volume[i]) &&
            !(bars->volume[i] >= 0 && isfinite(bars->volume[i]))) {
            return "a volume is below 0 or not finite";
        }
    }
    return NULL;
}

/* Bars with a column of NaN where one is missing; `unknown` is freed by the caller. */
static by_status complete(const by_bars *bars, by_bars *out, double **unknown, by_error *err) {
    *out = *bars;
    *unknown = NULL;
    if (bars->open != NULL && bars->high != NULL && bars->low != NULL && bars->volume != NULL) {
        return BY_OK;
    }
    size_t count = (size_t)bars->count;
    *unknown = malloc(count * sizeof **unknown);
    if (*unknown == NULL) {
        return by_fail_nomem(err, count * sizeof **unknown);
    }
    for (size_t i = 0; i < count; i++) {
        (*unknown)[i] = (double)NAN;
    }
    out->open = bars->open != NULL ? bars->open : *unknown;
    out->high = bars->high != NULL ? bars->high : *unknown;
    out->low = bars->low != NULL ? bars->low : *unknown;
    out->volume = bars->volume != NULL ? bars->volume : *unknown;
    return BY_OK;
}

/* What was damaged is dropped when the bars are there to replace it. */
static int put_job(MDB_txn *txn, MDB_dbi dbi, void *context, by_error *err) {
    by_table table = {.txn = txn, .dbi = dbi};
    by_merge *merge = context;
    int mended = 0;
    int rc = merge->replace ? by_series_mend(&table, merge->id, &mended) : 0;
    rc = rc == 0 ? by_merge_bars(&table, merge, err) : rc;
    by_table_end(&table);
    return rc == 0 && !merge->wrote && !mended ? BY_ENV_NOTHING : rc;
}

by_status by_store_put(by_store *store, const by_series_id *id, const by_bars *bars,
                       int32_t replace, int64_t fetched_time, by_put_counts *counts,
                       by_error *err) {
    by_bars whole;
    double *unknown;
    int32_t at;
    *counts = (by_put_counts){0};
    const char *fault = by_series_fault(id);
    if (fault != NULL) {
        return by_fail(err, BY_USAGE, "bar store: %s", fault);
    }
    if (bars->count <= 0) {
        return BY_OK;
    }
    fault = by_bars_fault(bars, &at);
    if (fault != NULL) {
        char text[BY_WHEN_TEXT_SIZE];
        return by_fail(err, BY_DATA, "%s %s: bar %d (%s): %s", id->symbol, id->timeframe, at + 1,
                       by_when_text(bars->time[at], text), fault);
    }
    by_status status = complete(bars, &whole, &unknown, err);
    if (status == BY_OK) {
        by_rows rows = {0};
        by_merge merge = {.id = id,
                          .bars = &whole,
                          .replace = replace,
                          .fetched_time = fetched_time,
                          .rows = &rows};
        status = by_env_write(store->env, put_job, &merge, err);
        if (status == BY_OK) {
            *counts = merge.counts;
        }
        by_rows_free(&rows);
    }
    free(unknown);
    return status;
}
