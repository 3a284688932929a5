/* SPDX-License-Identifier: MIT */
#include "neighbours.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char spike_text[] = "spike: ";

/* Comparisons with a NaN (there is no such row) are false. */
static int is_far(double close, double before) {
    return close > before * BY_NEIGHBOUR_FAR || close * BY_NEIGHBOUR_FAR < before;
}

static int is_near(double close, double before) {
    return close <= before * BY_NEIGHBOUR_NEAR && close * BY_NEIGHBOUR_NEAR >= before;
}

static int same(double a, double b) {
    return a == b || (isnan(a) && isnan(b));
}

/* Sets an open that is not told. One that equals the close that was stored before its bar had been
 * filled in so. */
static void fill_open(by_rows *rows, int32_t i, double before, double stored_before) {
    double *open = &rows->column[BY_OPEN][i];
    int stored = !isnan(rows->stored_close[i]);
    if ((isnan(*open) || (stored && *open == stored_before)) && !same(*open, before)) {
        *open = before;
        rows->mark[i] |= stored ? BY_ROW_FILLED : 0;
    }
}

/* The last row before `row` that was not dropped, -1 when there is none. */
static int32_t kept_before(const by_rows *rows, int32_t row) {
    do {
        row--;
    } while (row >= 0 && (rows->mark[row] & BY_ROW_DROPPED) != 0);
    return row;
}

int32_t by_neighbours_judge(by_rows *rows, int32_t first, int32_t last, int open_previous,
                            int32_t *from) {
    const double *close = rows->column[BY_CLOSE];
    double before = (double)NAN, stored_before = (double)NAN;
    int32_t i = first > 0 ? first - 1 : 0;
    int32_t kept = kept_before(rows, i);
    *from = i;
    if (kept >= 0) {
        before = close[kept];
        stored_before = rows->stored_close[kept];
    }
    for (; i < rows->count; i++) {
        int far = is_far(close[i], before);
        int spike = far && i + 1 < rows->count && is_near(close[i + 1], before);
        int stored = !isnan(rows->stored_close[i]);
        rows->mark[i] &= (uint8_t) ~(BY_ROW_DROPPED | BY_ROW_JUMP);
        if (open_previous) {
            fill_open(rows, i, spike ? (double)NAN : before, stored_before);
        }
        if (spike) {
            rows->mark[i] |= BY_ROW_DROPPED;
        } else {
            rows->mark[i] |= far ? BY_ROW_JUMP : 0;
            before = close[i];
        }
        stored_before = stored ? rows->stored_close[i] : stored_before;
        if (i > last && stored && !spike) {
            return i; /* behind it nothing is judged otherwise than before */
        }
    }
    return rows->count - 1;
}

void by_neighbours_tell_jump(double ratio, const char *why, by_refusal *out) {
    (void)snprintf(out->reason, sizeof out->reason, "jump: %.3g times the close before; %s", ratio,
                   why);
}

void by_neighbours_tell(const by_rows *rows, int32_t row, by_refusal *out) {
    const double *close = rows->column[BY_CLOSE];
    int spike = (rows->mark[row] & BY_ROW_DROPPED) != 0;
    int32_t before = kept_before(rows, row);
    double ratio = before >= 0 ? close[row] / close[before] : 1;
    *out = (by_refusal){.time = rows->time[row],
                        .open = rows->column[BY_OPEN][row],
                        .high = rows->column[BY_HIGH][row],
                        .low = rows->column[BY_LOW][row],
                        .close = rows->column[BY_CLOSE][row],
                        .volume = rows->column[BY_VOLUME][row],
                        .kept = !spike};
    if (spike) {
        (void)snprintf(out->reason, sizeof out->reason, "%s%.3g times its neighbours", spike_text,
                       ratio);
    } else {
        by_neighbours_tell_jump(ratio, "no action on file", out);
    }
}

int by_neighbours_is_spike(const by_refusal *refusal) {
    return refusal->kept == 0 && strncmp(refusal->reason, spike_text, sizeof spike_text - 1) == 0;
}
