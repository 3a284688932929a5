/* SPDX-License-Identifier: MIT
 *
 * The grid of a space in the order in which it is walked.
 */
#include <stdlib.h>
#include <string.h>

#include "hash.h"
#include "large_pages.h"
#include "plan_params.h"
#include "space.h"

/* A param that moves, and how far combos are apart whose digits differ by one. */
typedef struct moving_param {
    int32_t param;
    int32_t value_count;
    int64_t stride;
    int32_t step; /* 1, or -1 on the way back */
} moving_param;

/* A walk on its way. */
typedef struct walk {
    moving_param moving[BY_PARAMS_MAX]; /* those that change least first */
    int32_t moving_count;
    int32_t param_count;
    int64_t combo; /* the next one */
    uint16_t row[BY_PARAMS_MAX];
} walk;

enum { COPIED = 4 }; /* digits at a time */

_Static_assert(BY_PARAMS_MAX % COPIED == 0, "a row is copied in whole steps");

enum { BLOCK_COMBOS = 1024 }; /* that are made to be hashed alone */

_Static_assert(BLOCK_COMBOS * sizeof(uint16_t) % sizeof(uint64_t) == 0, "whole words are hashed");

static size_t row_bytes(const by_space *space) {
    return (size_t)space->params.plan->tree.param_count * sizeof(uint16_t);
}

/* Pages that nobody writes cost nothing. */
static by_status make_room(by_space *space, int32_t count, by_error *err) {
    const size_t combos_bytes = (size_t)count * sizeof *space->combos;
    const size_t digits_bytes = (size_t)count * row_bytes(space);
    free(space->combos);
    free(space->digits);
    space->combos = calloc(combos_bytes + 1, 1);
    space->digits = calloc(digits_bytes + COPIED * sizeof *space->digits, 1); /* of the last row */
    if (space->combos == NULL || space->digits == NULL) {
        return by_fail_nomem(err, combos_bytes + digits_bytes);
    }
    large_pages_ask(space->combos, combos_bytes);
    large_pages_ask(space->digits, digits_bytes);
    return BY_OK;
}

static bool matters(const by_space *space, int32_t param) {
    return (space->params.always >> param & 1) != 0;
}

/* The walk of a grid where nothing chooses which params matter, so that each of their points is a
 * combo, at one of its positions. */
static void walk_begin(const by_space *space, int32_t position, walk *at) {
    const by_tree *tree = &space->params.plan->tree;
    int32_t order[BY_PARAMS_MAX];
    int64_t stride[BY_PARAMS_MAX];
    int64_t count = 1;
    *at = (walk){.param_count = tree->param_count};
    for (int32_t p = tree->param_count - 1; p >= 0; p--) {
        stride[p] = count;
        count *= matters(space, p) ? tree->params[p].value_count : 1;
        at->row[p] = matters(space, p) ? 0 : BY_DIGIT_NONE;
    }
    by_sweep_order(space->params.plan, order);
    for (int32_t i = 0; i < tree->param_count; i++) {
        const int32_t p = order[i], values = tree->params[p].value_count;
        if (matters(space, p) && values > 1) {
            at->moving[at->moving_count++] = (moving_param){p, values, stride[p], 1};
        }
    }
    for (int32_t m = at->moving_count - 1; m >= 0; m--) {
        moving_param *moving = &at->moving[m];
        const int32_t gone = position % moving->value_count;
        position /= moving->value_count; /* how often it has turned around */
        const int32_t digit = position % 2 == 0 ? gone : moving->value_count - 1 - gone;
        moving->step = position % 2 == 0 ? 1 : -1;
        at->row[moving->param] = (uint16_t)digit;
        at->combo += digit * moving->stride;
    }
}

/* Every param goes up and down again, so that neighbours differ in one digit by one. */
static void walk_step(walk *at) {
    for (int32_t m = at->moving_count - 1; m >= 0; m--) {
        moving_param *moving = &at->moving[m];
        const int32_t digit = at->row[moving->param] + moving->step;
        if (digit >= 0 && digit < moving->value_count) {
            at->row[moving->param] = (uint16_t)digit;
            at->combo += moving->step * moving->stride;
            return;
        }
        moving->step = -moving->step;
    }
}

/* Rows that differ in the digit of one param alone, which changes by `step`. */
static void write_rows(const walk *at, int32_t count, int32_t param, int32_t step,
                       uint16_t *digits) {
    int32_t digit = at->row[param];
    for (int32_t i = 0; i < count; i++, digits += at->param_count, digit += step) {
        /* In steps of one size, which are no calls: the next row overwrites what is too much. */
        for (int32_t p = 0; p < at->param_count; p += COPIED) {
            memcpy(digits + p, at->row + p, COPIED * sizeof *at->row);
        }
        digits[param] = (uint16_t)digit;
    }
}

/* The next combos, or one of both parts of them where the other is NULL. */
static void walk_on(walk *at, int32_t count, uint32_t *combos, uint16_t *digits) {
    const moving_param none = {.value_count = 1, .step = 1};
    const moving_param *last = at->moving_count > 0 ? &at->moving[at->moving_count - 1] : &none;
    while (count > 0) {
        const int32_t digit = at->row[last->param];
        const int32_t left = last->step > 0 ? last->value_count - digit : digit + 1;
        const int32_t run = last == &none ? 1 : left < count ? left : count;
        const int64_t apart = last->step * last->stride;
        for (int32_t i = 0; combos != NULL && i < run; i++) {
            combos[i] = (uint32_t)(at->combo + i * apart);
        }
        if (digits != NULL) {
            write_rows(at, run, last->param, last->step, digits);
            digits += (ptrdiff_t)run * at->param_count;
        }
        combos = combos != NULL ? combos + run : NULL;
        at->row[last->param] = (uint16_t)(digit + (run - 1) * last->step);
        at->combo += (run - 1) * apart;
        walk_step(at);
        count -= run;
    }
}

static uint64_t hash_all(const by_space *space, int32_t count) {
    return by_hash(space->digits, (size_t)count * row_bytes(space),
                   by_hash(space->combos, (size_t)count * sizeof *space->combos, 0));
}

/* Makes all combos in a small place, to hash first their numbers, and then their digits. */
static by_status hash_blocks(const by_space *space, int32_t count, uint64_t *hash, by_error *err) {
    const size_t widths[] = {sizeof(uint32_t), row_bytes(space)};
    const size_t bytes = BLOCK_COMBOS * (widths[0] + widths[1]) + COPIED * sizeof(uint16_t);
    void *block = malloc(bytes);
    if (block == NULL) {
        return by_fail_nomem(err, bytes);
    }
    *hash = 0;
    for (int which = 0; which < 2; which++) {
        walk at;
        walk_begin(space, 0, &at);
        *hash = hash_begin((size_t)count * widths[which], *hash);
        for (int32_t i = 0; i < count; i += BLOCK_COMBOS) {
            const int32_t here = count - i < BLOCK_COMBOS ? count - i : BLOCK_COMBOS;
            walk_on(&at, here, which == 0 ? block : NULL, which == 1 ? block : NULL);
            *hash = hash_more(block, (size_t)here * widths[which], *hash);
        }
    }
    free(block);
    return BY_OK;
}

/* Where nothing chooses which params matter, any stretch of the walk can be made by itself. */
static by_status walk_plain(by_space *space, int32_t count, int32_t first, int32_t held,
                            uint64_t *hash, by_error *err) {
    walk at;
    walk_begin(space, first, &at);
    walk_on(&at, held, space->combos + first,
            space->digits + (size_t)first * (size_t)at.param_count);
    if (held < count) {
        return hash_blocks(space, count, hash, err);
    }
    *hash = hash_all(space, count);
    return BY_OK;
}

static by_status walk_distinct(by_space *space, int32_t count, uint64_t *hash, by_error *err) {
    const size_t bytes = (size_t)count * row_bytes(space);
    uint16_t *grid = malloc(bytes + 1);
    if (grid == NULL) {
        return by_fail_nomem(err, bytes);
    }
    by_status status = by_space_grid(space, count, grid, &count, err);
    if (status == BY_OK) {
        status = by_space_arrange(space, grid, count, 0, space->combos, space->digits, err);
    }
    free(grid);
    *hash = status == BY_OK ? hash_all(space, count) : 0;
    return status;
}

by_status by_space_count(by_space *space, int32_t count_max, int32_t *count, by_error *err) {
    const by_tree *tree = &space->params.plan->tree;
    if (space->params.choosing != 0) {
        return by_space_grid(space, count_max, NULL, count, err);
    }
    int64_t points = 1;
    for (int32_t p = 0; p < tree->param_count && points <= count_max; p++) {
        points *= matters(space, p) ? tree->params[p].value_count : 1;
    }
    *count = (int32_t)points;
    return points <= count_max ? BY_OK : space_fail_limit(count_max, err);
}

by_status by_space_walk(by_space *space, int32_t count, int32_t first, int32_t held,
                        const uint32_t **combos, const uint16_t **digits, uint64_t *hash,
                        by_error *err) {
    by_status status = make_room(space, count, err);
    if (status == BY_OK) {
        status = space->params.choosing == 0 ? walk_plain(space, count, first, held, hash, err)
                                             : walk_distinct(space, count, hash, err);
    }
    *combos = space->combos;
    *digits = space->digits;
    return status;
}
