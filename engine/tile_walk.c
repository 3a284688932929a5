/* SPDX-License-Identifier: MIT */
#include "tile_walk.h"

#include <stdlib.h>
#include <string.h>

#include "mask.h"
#include "walk_parts.h"

static const int32_t *digits_of(const int32_t *digits, int32_t combo) {
    return digits + (size_t)combo * BY_PARAMS_MAX;
}

static const uint64_t **given_of(const tile_walk *t, int32_t combo) {
    return t->given + (size_t)combo * (size_t)t->walk.plan->condition_count;
}

static bool same_digits(const int32_t *a, const int32_t *b, uint64_t params) {
    for (; params != 0; params &= params - 1) {
        const int32_t param = __builtin_ctzll(params);
        if (a[param] != b[param]) {
            return false;
        }
    }
    return true;
}

/* The mask of an earlier combo of the group that is the same; NULL when there is none. */
static const uint64_t *find_mask(const tile_walk *t, const int32_t *digits, int32_t combo,
                                 int32_t condition) {
    const uint64_t params = t->walk.plan->conditions[condition].params;
    for (int32_t i = combo - 1; i >= 0; i--) {
        if (same_digits(digits_of(digits, i), digits_of(digits, combo), params)) {
            return given_of(t, i)[condition];
        }
    }
    return NULL;
}

/* Compares over all days: with the walk's own means, but for the days. */
static void make_mask(tile_walk *t, const int32_t *digits, int32_t condition, uint64_t *out) {
    const by_plan *plan = t->walk.plan;
    const int64_t place = t->memo == NULL ? -1 : memo_place(t->memo, condition, digits);
    if (place >= 0 && memo_get(t->memo, place, out, t->mask_words)) {
        return;
    }
    walk whole = t->walk;
    memcpy(whole.digits, digits, (size_t)plan->tree.param_count * sizeof *digits);
    whole.first = t->mask_first;
    whole.day_count = t->range.last - t->mask_first + 1;
    whole.word_count = t->mask_words;
    whole.shifted = t->shifted;
    walk_evaluate(&whole, condition, out);
    t->walk.nodes_computed = whole.nodes_computed;
    if (whole.columns->on_demand) {
        walk_release(&whole);
    }
    if (place >= 0) {
        memo_put(t->memo, place, out, t->mask_words);
    }
}

/* Makes the masks of a combo; false when there is no room. */
static bool give_masks(tile_walk *t, const int32_t *digits, int32_t combo) {
    const by_plan *plan = t->walk.plan;
    const uint64_t **given = given_of(t, combo);
    for (int32_t c = 0; c < plan->condition_count; c++) {
        if (!walk_compares_columns(plan, c)) {
            given[c] = NULL;
            continue;
        }
        const bool shared = plan->conditions[c].params == 0 && t->kept_count > 0;
        given[c] = shared ? given_of(t, 0)[c] : find_mask(t, digits, combo, c);
        if (given[c] == NULL) {
            if (t->mask_count == t->limits.mask_max) {
                return false;
            }
            uint64_t *mask = t->masks + (size_t)t->mask_count++ * (size_t)t->mask_words;
            make_mask(t, digits_of(digits, combo), c, mask);
            given[c] = mask;
        }
    }
    return true;
}

/* The masks that depend on no param stay, in front of all others. */
static void keep_static(tile_walk *t, const int32_t *digits) {
    const by_plan *plan = t->walk.plan;
    for (int32_t c = 0; c < plan->condition_count; c++) {
        if (plan->conditions[c].params == 0 && walk_compares_columns(plan, c)) {
            uint64_t *mask = t->masks + (size_t)t->mask_count++ * (size_t)t->mask_words;
            make_mask(t, digits, c, mask);
            given_of(t, 0)[c] = mask;
        }
    }
    t->kept_count = t->mask_count;
}

static int32_t give_all(tile_walk *t, const int32_t *digits, int32_t count) {
    int32_t given = 0;
    t->mask_count = t->kept_count;
    if (t->kept_count == 0 && !t->limits.alone) {
        keep_static(t, digits);
    }
    while (given < count && give_masks(t, digits, given)) {
        given++;
    }
    return given;
}

static by_status walk_tile(tile_walk *t, by_range part, const int32_t *digits, int32_t count,
                           by_error *err) {
    walk *w = &t->walk;
    const size_t days = (size_t)(t->range.last - t->range.first + 1);
    walk_move(w, part);
    for (int32_t i = 0; i < count; i++) {
        by_range session;
        w->given = given_of(t, i);
        by_status status = t->limits.alone ? walk_once(w, digits_of(digits, i), err)
                                           : walk_step(w, digits_of(digits, i), err);
        if (status != BY_OK) {
            return status;
        }
        t->first[i] = walk_range(w, &session, NULL) == BY_OK ? session.first : -1;
        memcpy(t->rows + (size_t)i * days + (part.first - t->range.first), walk_root(w) + w->lead,
               (size_t)(part.last - part.first + 1) * sizeof *t->rows);
    }
    return BY_OK;
}

by_status tile_walk_group(tile_walk *t, const int32_t *digits, int32_t count,
                          const atomic_int *cancelled, int32_t *walked, by_error *err) {
    count = count < t->limits.group_max ? count : t->limits.group_max;
    count = give_all(t, digits, count);
    rows_clear(&t->walk.pool);
    const int64_t computed = t->walk.nodes_computed;
    int32_t tiles = 0;
    for (int32_t first = t->range.first; first <= t->range.last;) {
        const int32_t left = t->range.last - first + 1;
        const int32_t days = left < t->limits.tile_days ? left : t->limits.tile_days;
        if (cancelled != NULL && *cancelled) {
            return BY_CANCELLED;
        }
        by_status status = walk_tile(t, (by_range){first, first + days - 1}, digits, count, err);
        if (status != BY_OK) {
            return status;
        }
        first += days;
        tiles++;
        if (count > 1 && rows_size_bytes(&t->walk.pool) > t->limits.pool_bytes_max) {
            count = (count + 1) / 2; /* too many different rows: again, with less combos */
            first = t->range.first;
            rows_clear(&t->walk.pool);
        }
    }
    /* What is computed in all tiles is computed once. */
    t->walk.nodes_computed = computed + (t->walk.nodes_computed - computed) / tiles;
    *walked = count;
    return BY_OK;
}

void tile_walk_masks(const by_plan *plan, int32_t *shared, int32_t *own) {
    *shared = 0;
    *own = 0;
    for (int32_t c = 0; c < plan->condition_count; c++) {
        if (walk_compares_columns(plan, c)) {
            *(plan->conditions[c].params == 0 ? shared : own) += 1;
        }
    }
}
