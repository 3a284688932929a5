/* SPDX-License-Identifier: MIT */
#include "plain_panel.h"

#include <math.h>
#include <stdlib.h>

typedef struct input {
    int32_t symbol_count;
    const by_bars *slices;
    const int32_t *slice_first;
} input;

/* The next time after `after` at which `symbol` (or any, if it is negative) has a bar; INT64_MAX
 * when there is none. `close` gets its close. */
static int64_t next_time(const input *in, int32_t symbol, int64_t after, double *close) {
    int64_t found = INT64_MAX;
    for (int32_t t = 0; t < in->symbol_count; t++) {
        for (int32_t s = in->slice_first[t]; s < in->slice_first[t + 1]; s++) {
            const by_bars *bars = &in->slices[s];
            for (int32_t i = 0; i < bars->count && (symbol < 0 || symbol == t); i++) {
                if (bars->time[i] > after && bars->time[i] < found) {
                    found = bars->time[i];
                    *close = bars->close[i];
                }
            }
        }
    }
    return found;
}

/* The time from which on all have had a bar, and the most bars that a symbol has before it. */
static int64_t common_time(const input *in, int32_t *bars_before) {
    int64_t common = INT64_MIN;
    double close;
    for (int32_t t = 0; t < in->symbol_count; t++) {
        int64_t first = next_time(in, t, INT64_MIN, &close);
        common = first > common ? first : common;
    }
    *bars_before = 0;
    for (int32_t t = 0; t < in->symbol_count; t++) {
        int32_t count = 0;
        for (int64_t at = next_time(in, t, INT64_MIN, &close); at < common;
             at = next_time(in, t, at, &close)) {
            count++;
        }
        *bars_before = count > *bars_before ? count : *bars_before;
    }
    return common;
}

static void fill_symbol(const input *in, int32_t t, int64_t common, by_panel *panel, double *column,
                        int32_t *first_bar, int32_t *last_bar, int32_t *filled) {
    double close = NAN;
    int32_t before = 0;
    int64_t at = next_time(in, t, INT64_MIN, &close);
    for (; at < common; at = next_time(in, t, at, &close)) {
        before++;
    }
    int32_t row = panel->first_common - before;
    *first_bar = row;
    *last_bar = panel->first_common - 1;
    *filled = 0;
    for (int32_t i = 0; i < row; i++) {
        column[i] = NAN;
    }
    at = next_time(in, t, INT64_MIN, &close);
    for (; row < panel->first_common; at = next_time(in, t, at, &close)) {
        column[row++] = close;
    }
    int32_t missed = 0;
    for (; row < panel->bar_count; row++) {
        if (at == panel->time[row]) {
            column[row] = close;
            *last_bar = row;
            *filled = missed;
            at = next_time(in, t, at, &close);
        } else {
            column[row] = column[row - 1];
            missed++;
        }
    }
}

static void fill_forward(const by_panel *panel, double *forward) {
    for (int32_t row = 0; row < panel->bar_count; row++) {
        for (int32_t t = 0; t < panel->symbol_count; t++) {
            const double *close = panel->close[t];
            double *value = &forward[(size_t)row * (size_t)panel->symbol_count + (size_t)t];
            *value = 0;
            if (row >= panel->first_bar[t] && row + 1 < panel->bar_count) {
                *value = close[row + 1] / close[row] - 1;
            }
        }
    }
}

static void *room(size_t count, size_t size) {
    void *memory = calloc(count, size);
    if (memory == NULL) {
        abort();
    }
    return memory;
}

by_status plain_panel_new(int32_t symbol_count, const by_bars *slices, const int32_t *slice_first,
                          by_panel **out) {
    input in = {symbol_count, slices, slice_first};
    by_panel *panel = room(1, sizeof *panel);
    size_t symbols = (size_t)symbol_count;
    double close;
    int64_t common = common_time(&in, &panel->first_common);
    panel->symbol_count = symbol_count;
    panel->bar_count = panel->first_common;
    for (int64_t at = common; at != INT64_MAX; at = next_time(&in, -1, at, &close)) {
        panel->bar_count++;
    }
    size_t rows = (size_t)panel->bar_count;
    int64_t *time = room(rows, sizeof *time);
    int32_t row = panel->first_common;
    for (int64_t at = common; at != INT64_MAX; at = next_time(&in, -1, at, &close)) {
        time[row++] = at;
    }
    panel->time = time;
    double **columns = room(symbols, sizeof *columns);
    int32_t *bar[3]; /* first, last, filled */
    for (int32_t i = 0; i < 3; i++) {
        bar[i] = room(symbols, sizeof *bar[i]);
    }
    panel->last_common = panel->bar_count - 1;
    for (int32_t t = 0; t < symbol_count; t++) {
        columns[t] = room(rows, sizeof *columns[t]);
        fill_symbol(&in, t, common, panel, columns[t], &bar[0][t], &bar[1][t], &bar[2][t]);
        panel->last_common = bar[1][t] < panel->last_common ? bar[1][t] : panel->last_common;
    }
    double *forward = room(rows * symbols, sizeof *forward);
    panel->close = (const double *const *)columns;
    panel->first_bar = bar[0];
    panel->last_bar = bar[1];
    panel->filled_count = bar[2];
    fill_forward(panel, forward);
    panel->forward = forward;
    *out = panel;
    if (panel->last_common < panel->first_common) {
        plain_panel_free(panel);
        *out = NULL;
        return BY_DATA;
    }
    return BY_OK;
}

void plain_panel_free(by_panel *panel) {
    if (panel == NULL) {
        return;
    }
    for (int32_t t = 0; t < panel->symbol_count; t++) {
        free((void *)panel->close[t]);
    }
    free((void *)panel->close);
    free((void *)panel->time);
    free((void *)panel->forward);
    free((void *)panel->first_bar);
    free((void *)panel->last_bar);
    free((void *)panel->filled_count);
    free(panel);
}
