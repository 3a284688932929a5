/* SPDX-License-Identifier: MIT
 *
 * What a node is measured by: what it holds for itself, and the equity that this would have had.
 */
#include "plain_parts.h"

#include <math.h>
#include <stdlib.h>

void plain_settle(const plain_state *s, int32_t node, int32_t row, double *out) {
    int32_t symbols = s->panel->symbol_count;
    plain_weigh(s, node, row, 0, out);
    double rest = 1 - out[symbols];
    for (int32_t t = 0; t < symbols && out[symbols] != 0; t++) {
        out[t] = rest > 1e-9 ? out[t] / rest : 0;
    }
    out[symbols] = 0;
}

/* What `held` earns from `row` to the next. */
static double earned(const plain_state *s, int32_t row, const double *held) {
    const double *forward = s->panel->forward + (size_t)row * (size_t)s->panel->symbol_count;
    double sum = 0;
    for (int32_t t = 0; t < s->panel->symbol_count; t++) {
        if (held[t] != 0) {
            sum += held[t] * forward[t];
        }
    }
    return sum;
}

const plain_column *plain_equity(plain_state *s, int32_t node) {
    int32_t rows = s->panel->bar_count;
    int32_t ready = s->ready[node];
    if (s->equity[node] != NULL) {
        return s->equity[node];
    }
    plain_column *column = plain_room(s, 1, sizeof *column);
    double *value = plain_room(s, (size_t)rows, sizeof *value);
    double *held = plain_room(s, (size_t)s->panel->symbol_count + 1, sizeof *held);
    if (s->status != BY_OK) {
        free(column);
        free(value);
        free(held);
        return NULL;
    }
    for (int32_t row = 0; row < rows; row++) {
        value[row] = row < ready ? NAN : 100;
        if (row > ready) {
            plain_settle(s, node, row - 1, held);
            value[row] = value[row - 1] * (1 + earned(s, row - 1, held));
        }
    }
    free(held);
    *column = (plain_column){.value = value, .ready = ready, .child = -1};
    s->equity[node] = column;
    return column;
}
