/* SPDX-License-Identifier: MIT */
#include "report_positions.h"

#include <stdbool.h>
#include <stdlib.h>

/* What is held of a symbol now. */
typedef struct open_position {
    int32_t entry; /* session; -1 for none */
    int32_t seen;  /* the last session that held it */
    bool is_short;
} open_position;

/* The price at which a symbol is bought or sold on a session. */
static double price_at(const by_run *run, const by_panel *panel, bool at_open, int32_t symbol,
                       int32_t session) {
    const int32_t row = run->first + session;
    const double close = panel->close[symbol][row];
    if (!at_open || panel->open == NULL) {
        return close;
    }
    const double open = panel->open[symbol][row];
    return open == open ? open : close;
}

static void leave(const by_run *run, const by_panel *panel, bool at_open, int32_t symbol,
                  const open_position *held, by_positions *out, by_position *list) {
    const bool ended = held->seen + 1 < run->day_count;
    const int32_t exit = ended ? held->seen + 1 : held->seen;
    /* What is still held has the last close for a price. */
    const double last = price_at(run, panel, at_open && ended, symbol, exit);
    const double change = last / price_at(run, panel, at_open, symbol, held->entry) - 1.0;
    const by_position position = {symbol, held->entry, exit, held->is_short ? -change : change};
    const int32_t sessions = held->seen - held->entry + 1;
    if (list != NULL) {
        list[out->count] = position;
    }
    out->count++;
    out->held += sessions;
    out->wins += position.value > 0.0;
    out->sum += position.value;
    out->longest = sessions > out->longest ? sessions : out->longest;
    if (out->best.symbol < 0 || position.value > out->best.value) {
        out->best = position;
    }
    if (out->worst.symbol < 0 || position.value < out->worst.value) {
        out->worst = position;
    }
}

/* Takes up what is held at the end of a session. */
static void hold(const by_run *run, const by_panel *panel, bool at_open, int32_t session,
                 open_position *open, by_positions *out, by_position *list) {
    const int32_t first = run->held_first[session];
    const int32_t last = run->held_first[session + 1];
    out->most = last - first > out->most ? last - first : out->most;
    for (int32_t k = first; k < last; k++) {
        const int32_t symbol = run->held_symbol[k];
        const bool is_short = run->held_weight[k] < 0.0;
        open_position *at = &open[symbol];
        if (at->entry >= 0 && (at->seen < session - 1 || at->is_short != is_short)) {
            leave(run, panel, at_open, symbol, at, out, list);
            at->entry = -1;
        }
        if (at->entry < 0) {
            at->entry = session;
            at->is_short = is_short;
        }
        at->seen = session;
    }
}

by_status by_positions_of(const by_run *run, const by_panel *panel, int32_t at_open,
                          by_positions *out, by_position *list, by_error *err) {
    const size_t size = (size_t)panel->symbol_count * sizeof(open_position);
    open_position *open = malloc(size);
    if (open == NULL) {
        return by_fail_nomem(err, size);
    }
    *out = (by_positions){.best = {.symbol = -1}, .worst = {.symbol = -1}};
    for (int32_t s = 0; s < panel->symbol_count; s++) {
        open[s].entry = -1;
    }
    for (int32_t session = 0; session < run->day_count; session++) {
        hold(run, panel, at_open != 0, session, open, out, list);
    }
    for (int32_t s = 0; s < panel->symbol_count; s++) {
        if (open[s].entry >= 0) {
            leave(run, panel, at_open != 0, s, &open[s], out, list);
        }
    }
    free(open);
    return BY_OK;
}
