/* SPDX-License-Identifier: MIT */
#include "readjust.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define RATIO_LEAST 1e-6

typedef struct ratios {
    double *values;
    int32_t count;
    int32_t equal; /* of them, bars whose close is as it was */
} ratios;

static void compare(ratios *r, const by_bars *stored, const by_bars *bars, int32_t from,
                    int32_t end) {
    int32_t i = by_time_find(stored->time, stored->count, bars->time[from]);
    for (int32_t j = from; j < end && i < stored->count;) {
        if (stored->time[i] == bars->time[j]) {
            r->equal += stored->close[i] == bars->close[j];
            r->values[r->count++] = bars->close[j++] / stored->close[i++];
        } else if (stored->time[i] < bars->time[j]) {
            i++;
        } else {
            j++;
        }
    }
}

/* Chunk by chunk, those alone in which bars lie. */
static int collect(by_table *table, const by_series_id *id, const by_bars *bars, ratios *r,
                   by_error *err) {
    for (int32_t at = 0; at < bars->count;) {
        by_chunk chunk, behind;
        int32_t end = bars->count;
        int found = by_chunk_upto(table, id, bars->time[at], &chunk);
        int rc = by_chunk_after(table, id, bars->time[at], &behind);
        if ((found != 0 && found != MDB_NOTFOUND) || (rc != 0 && rc != MDB_NOTFOUND)) {
            return found != 0 && found != MDB_NOTFOUND ? found : rc;
        }
        if (rc == 0) {
            end = by_time_find(bars->time, bars->count, behind.first_time);
        }
        if (found == 0) {
            rc = by_chunk_open(table, id, &chunk, err);
            if (rc != 0) {
                return rc;
            }
            compare(r, &chunk.bars, bars, at, end);
            free(chunk.copy);
        }
        at = end;
    }
    return 0;
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int moved_together(const ratios *r, double median) {
    double least = r->values[0], most = r->values[r->count - 1], distance = fabs(median - 1);
    if (r->count == 1) {
        return distance > RATIO_LEAST;
    }
    return r->equal == 0 && (least > 1 || most < 1) && most - least < distance;
}

int by_readjust_look(by_table *table, const by_series_id *id, const by_bars *bars, int *readjusted,
                     double *ratio, by_error *err) {
    by_record record;
    ratios r = {0};
    *readjusted = 0;
    *ratio = 0;
    int rc = by_record_get(table, id, &record, err);
    if (rc != 0) {
        return rc == MDB_NOTFOUND ? 0 : rc;
    }
    if (bars->count == 0 || bars->time[0] > record.last_time ||
        bars->time[bars->count - 1] < record.first_time) {
        return 0;
    }
    r.values = malloc((size_t)bars->count * sizeof *r.values);
    rc = r.values != NULL ? collect(table, id, bars, &r, err) : ENOMEM;
    if (rc == 0 && r.count > 0) {
        qsort(r.values, (size_t)r.count, sizeof *r.values, compare_doubles);
        *ratio = r.values[r.count / 2];
        *readjusted = moved_together(&r, *ratio);
    }
    free(r.values);
    return rc;
}
