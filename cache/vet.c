/* SPDX-License-Identifier: MIT */
#include "vet.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "range.h"

enum { COLUMNS = 5 };

typedef struct vetting {
    const by_bars *rows;
    const by_vet_rules *rules;
    by_vetted *out;
    int32_t *order; /* the rows that may be stored */
    int32_t count;
} vetting;

/* Comparisons with NaN are false, so that what is not told is sound. */
static inline int price_sound(double price) {
    return !(price <= 0) && !(price > DBL_MAX);
}

static inline int volume_sound(double volume) {
    return !(volume < 0) && !(volume > DBL_MAX);
}

static inline int values_sound(const by_bars *rows, int32_t i) {
    double open = rows->open[i], high = rows->high[i], low = rows->low[i], close = rows->close[i];
    return (close > 0) & price_sound(open) & price_sound(high) & price_sound(low) &
               price_sound(close) & volume_sound(rows->volume[i]) &&
           by_range_sound(open, high, low, close);
}

static inline int on_grid(const by_vet_rules *rules, int64_t time) {
    return (time - rules->grid_offset) % rules->grid_seconds == 0;
}

/* How many rows from the first on are sound and rise. Most times are one step behind the one
 * before, and then need no division. */
static int32_t sound_rows(const by_bars *rows, const by_vet_rules *rules, int *no_open) {
    int64_t before = INT64_MIN, next = INT64_MIN, first = rules->window.first;
    int64_t end = rules->window.end < rules->final_end ? rules->window.end : rules->final_end;
    int missing = 0;
    int32_t i = 0;
    for (; i < rows->count; i++) {
        int64_t time = rows->time[i];
        if (time <= before || time < first || time >= end ||
            (time != next && !on_grid(rules, time)) || !values_sound(rows, i)) {
            break;
        }
        missing |= isnan(rows->open[i]) != 0;
        before = time;
        next = time + rules->grid_seconds;
    }
    *no_open = missing;
    return i;
}

static by_refusal refusal_of(const by_bars *rows, int32_t i) {
    return (by_refusal){.time = rows->time[i],
                        .open = rows->open[i],
                        .high = rows->high[i],
                        .low = rows->low[i],
                        .close = rows->close[i],
                        .volume = rows->volume[i]};
}

static void tell_values(const by_bars *rows, int32_t i, char *out, size_t size_bytes) {
    static const char *const names[] = {"close", "open", "high", "low"};
    const double price[] = {rows->close[i], rows->open[i], rows->high[i], rows->low[i]};
    if (isnan(rows->close[i])) {
        (void)snprintf(out, size_bytes, "the close is missing");
        return;
    }
    for (int c = 0; c < 4; c++) {
        if (!price_sound(price[c])) {
            (void)snprintf(out, size_bytes, "%s %.10g is not a finite price above 0", names[c],
                           price[c]);
            return;
        }
    }
    if (!volume_sound(rows->volume[i])) {
        (void)snprintf(out, size_bytes, "volume %.10g is below 0 or not finite", rows->volume[i]);
        return;
    }
    char fault[BY_RANGE_TEXT_SIZE];
    by_range_tell(rows->open[i], rows->high[i], rows->low[i], rows->close[i], fault);
    (void)snprintf(out, size_bytes, "%s", fault);
}

static int refuse(by_vetted *out, const by_refusal *refusal) {
    out->refused_count++;
    return by_refusals_keep(&out->refusals, refusal);
}

/* Sorts a row in among those to store, or says why not. */
static int take(vetting *v, int32_t i) {
    const by_vet_rules *rules = v->rules;
    int64_t time = v->rows->time[i];
    if (time >= rules->final_end) {
        v->out->unfinished_count++;
        return 0;
    }
    by_refusal refusal = refusal_of(v->rows, i);
    if (time < rules->window.first || time >= rules->window.end) {
        (void)snprintf(refusal.reason, sizeof refusal.reason,
                       "outside of the range that was asked for");
    } else if (!on_grid(rules, time)) {
        (void)snprintf(refusal.reason, sizeof refusal.reason,
                       "not at the start of a bar of %lld seconds", (long long)rules->grid_seconds);
    } else if (!values_sound(v->rows, i)) {
        tell_values(v->rows, i, refusal.reason, sizeof refusal.reason);
    } else {
        v->order[v->count++] = i;
        return 0;
    }
    return refuse(v->out, &refusal);
}

static int compare_rows(const void *a, const void *b, void *context) {
    const by_bars *rows = context;
    int32_t i = *(const int32_t *)a, j = *(const int32_t *)b;
    int64_t x = rows->time[i], y = rows->time[j];
    return x != y ? (x > y) - (x < y) : (i > j) - (i < j);
}

/* Sorts by time, then as they came. Pages that come newest first are only turned around. */
static void sort(vetting *v) {
    const int64_t *time = v->rows->time;
    int rising = 1, falling = 1;
    for (int32_t k = 1; k < v->count; k++) {
        int64_t before = time[v->order[k - 1]], now = time[v->order[k]];
        rising &= now >= before;
        falling &= now < before;
    }
    if (rising) {
        return;
    }
    if (!falling) {
        qsort_r(v->order, (size_t)v->count, sizeof *v->order, compare_rows,
                (void *)(uintptr_t)v->rows);
        return;
    }
    for (int32_t a = 0, b = v->count - 1; a < b; a++, b--) {
        int32_t row = v->order[a];
        v->order[a] = v->order[b];
        v->order[b] = row;
    }
}

static int same(double a, double b) {
    return a == b || (isnan(a) && isnan(b));
}

static int same_row(const by_bars *rows, int32_t i, int32_t j) {
    return same(rows->open[i], rows->open[j]) && same(rows->high[i], rows->high[j]) &&
           same(rows->low[i], rows->low[j]) && same(rows->close[i], rows->close[j]) &&
           same(rows->volume[i], rows->volume[j]);
}

/* Leaves one row of each time. */
static int keep_first(vetting *v) {
    const by_bars *rows = v->rows;
    int32_t kept = 0;
    int rc = 0;
    for (int32_t k = 0; k < v->count && rc == 0; k++) {
        int32_t i = v->order[k], last = kept > 0 ? v->order[kept - 1] : i;
        if (kept == 0 || rows->time[i] != rows->time[last]) {
            v->order[kept++] = i;
        } else if (same_row(rows, i, last)) {
            v->out->repeated_count++;
        } else {
            by_refusal refusal = refusal_of(rows, i);
            (void)snprintf(refusal.reason, sizeof refusal.reason,
                           "another bar of the same time came before it");
            rc = refuse(v->out, &refusal);
        }
    }
    v->count = kept;
    return rc;
}

static int copy_rows(vetting *v) {
    const by_bars *rows = v->rows;
    const double *from[COLUMNS] = {rows->open, rows->high, rows->low, rows->close, rows->volume};
    size_t count = (size_t)v->count;
    int64_t *time = malloc((count + 1) * (COLUMNS + 1) * sizeof *time);
    if (time == NULL) {
        return ENOMEM;
    }
    double *to = (double *)(void *)(time + count);
    for (size_t k = 0; k < count; k++) {
        time[k] = rows->time[v->order[k]];
    }
    for (size_t c = 0; c < COLUMNS; c++) {
        for (size_t k = 0; k < count; k++) {
            to[c * count + k] = from[c][v->order[k]];
        }
    }
    v->out->owned = time;
    v->out->bars = (by_bars){(int32_t)count, time,          to, to + count, to + 2 * count,
                             to + 3 * count, to + 4 * count};
    return 0;
}

/* Rows that are not all sound and rising. */
static int vet_each(const by_bars *rows, const by_vet_rules *rules, by_vetted *out) {
    vetting v = {.rows = rows, .rules = rules, .out = out};
    v.order = malloc(((size_t)rows->count + 1) * sizeof *v.order);
    int rc = v.order != NULL ? 0 : ENOMEM;
    for (int32_t i = 0; i < rows->count && rc == 0; i++) {
        rc = take(&v, i);
    }
    if (rc == 0) {
        sort(&v);
        rc = keep_first(&v);
    }
    rc = rc == 0 ? copy_rows(&v) : rc;
    free(v.order);
    return rc;
}

static int fill_opens(by_vetted *out) {
    by_bars *bars = &out->bars;
    double *open = malloc(((size_t)bars->count + 1) * sizeof *open);
    if (open == NULL) {
        return ENOMEM;
    }
    for (int32_t i = 0; i < bars->count; i++) {
        open[i] = isnan(bars->open[i]) ? bars->close[i] : bars->open[i];
    }
    bars->open = out->owned_open = open;
    return 0;
}

by_status by_vet(const by_bars *rows, const by_vet_rules *rules, by_vetted *out, by_error *err) {
    int no_open, rc = 0;
    *out = (by_vetted){.bars = *rows};
    int32_t sound = sound_rows(rows, rules, &no_open), rest = sound;
    while (rest < rows->count && rows->time[rest] >= rules->final_end) {
        rest++;
    }
    if (rest == rows->count) {
        out->unfinished_count = rest - sound;
        out->bars.count = sound;
    } else {
        rc = vet_each(rows, rules, out);
        no_open = 1;
    }
    if (rc == 0 && rules->open_close && no_open) {
        rc = fill_opens(out);
    }
    if (rc != 0) {
        by_vetted_free(out);
        return by_fail_nomem(err, (size_t)rows->count * sizeof(int64_t) * (COLUMNS + 1));
    }
    return BY_OK;
}

void by_vetted_free(by_vetted *vetted) {
    free(vetted->owned);
    free(vetted->owned_open);
    by_refusals_free(&vetted->refusals);
    *vetted = (by_vetted){0};
}
