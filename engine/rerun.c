/* SPDX-License-Identifier: MIT */
#include "rerun.h"

#include <stdlib.h>

#include "run_parts.h"
#include "tile_walk.h"

struct by_rerun {
    const by_columns *columns;
    by_range asked;
    by_range range; /* of the walk */
    bool walks;     /* keeps a walk */
    bool open;      /* there is one */
    int64_t computed;
    walk walk;
};

static bool can_walk(const by_rerun *rerun, int64_t memory_bytes_max) {
    const by_columns *columns = rerun->columns;
    const by_range range = rerun->range;
    if (range.first > range.last) { /* fails in words of its own */
        return false;
    }
    const bool tiled = tile_walk_days(columns->plan, range) > 0 && tile_walk_fits(columns);
    return !tiled && walk_size_bytes(columns, range) <= memory_bytes_max;
}

by_status by_rerun_new(const by_columns *columns, by_range asked, int64_t memory_bytes_max,
                       by_rerun **out, by_error *err) {
    *out = NULL;
    by_status status = columns_check_range(columns, asked, err);
    if (status != BY_OK) {
        return status;
    }
    by_rerun *rerun = calloc(1, sizeof *rerun);
    if (rerun == NULL) {
        return by_fail_nomem(err, sizeof *rerun);
    }
    const int32_t earliest = columns_earliest(columns);
    rerun->columns = columns;
    rerun->asked = asked;
    rerun->range = (by_range){asked.first > earliest ? asked.first : earliest, asked.last};
    rerun->walks = can_walk(rerun, memory_bytes_max);
    *out = rerun;
    return BY_OK;
}

static void close_walk(by_rerun *rerun) {
    if (rerun->open) {
        walk_close(&rerun->walk);
        rerun->open = false;
    }
}

static by_status step(by_rerun *rerun, const int32_t *digits, by_run **out, by_error *err) {
    walk *w = &rerun->walk;
    by_range range;
    if (!rerun->open) {
        by_status status = walk_open(w, rerun->columns, rerun->range, err);
        if (status != BY_OK) {
            return status;
        }
        rerun->open = true;
    }
    const int64_t before = w->nodes_computed;
    by_status status = walk_step(w, digits, err);
    if (status == BY_OK) {
        status = walk_range(w, &range, err);
    }
    if (status == BY_OK) {
        rerun->computed = w->nodes_computed - before;
        status = run_account(rerun->columns, digits, range, &w->pool,
                             walk_root(w) + (range.first - w->first), out, err);
    }
    return status;
}

/* What fails in the walk fails again by itself, with the words that a run has for it. */
by_status by_rerun_run(by_rerun *rerun, const int32_t *digits, by_run **out, by_error *err) {
    *out = NULL;
    rerun->computed = -1;
    if (rerun->walks && step(rerun, digits, out, NULL) == BY_OK) {
        return BY_OK;
    }
    close_walk(rerun);
    rerun->computed = -1;
    return by_run_new(rerun->columns, digits, rerun->asked, out, err);
}

int64_t by_rerun_computed(const by_rerun *rerun) {
    return rerun->computed;
}

void by_rerun_free(by_rerun *rerun) {
    if (rerun != NULL) {
        close_walk(rerun);
        free(rerun);
    }
}
