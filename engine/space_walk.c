/* SPDX-License-Identifier: MIT
 *
 * The grid of a space in the order in which it is walked.
 */
#include <stdlib.h>
#include <string.h>

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

enum { COPIED = 4 }; /* digits at a time */

_Static_assert(BY_PARAMS_MAX % COPIED == 0, "a row is copied in whole steps");

static by_status make_room(by_space *space, int64_t count, by_error *err) {
    const size_t params = (size_t)space->params.plan->tree.param_count;
    const size_t combos_bytes = (size_t)count * sizeof *space->combos;
    const size_t digits_bytes = (size_t)count * params * sizeof *space->digits;
    free(space->combos);
    free(space->digits);
    space->combos = malloc(combos_bytes + 1);
    space->digits = malloc(digits_bytes + COPIED * sizeof *space->digits); /* of the last row */
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

/* The params that have several values and matter, those that change least first. */
static int32_t find_moving(const by_space *space, moving_param *moving) {
    const by_tree *tree = &space->params.plan->tree;
    int32_t order[BY_PARAMS_MAX];
    int64_t stride[BY_PARAMS_MAX];
    int64_t count = 1;
    for (int32_t p = tree->param_count - 1; p >= 0; p--) {
        stride[p] = count;
        count *= matters(space, p) && count <= INT32_MAX ? tree->params[p].value_count : 1;
    }
    int32_t moving_count = 0;
    by_sweep_order(space->params.plan, order);
    for (int32_t i = 0; i < tree->param_count; i++) {
        const int32_t p = order[i], values = tree->params[p].value_count;
        if (matters(space, p) && values > 1) {
            moving[moving_count++] = (moving_param){p, values, stride[p], 1};
        }
    }
    return moving_count;
}

/* Every param goes up and down again, so that neighbours differ in one digit by one. */
static void walk_moving(by_space *space, moving_param *moving, int32_t moving_count,
                        int32_t count) {
    const int32_t params = space->params.plan->tree.param_count;
    uint16_t row[BY_PARAMS_MAX] = {0};
    for (int32_t p = 0; p < params; p++) {
        row[p] = matters(space, p) ? 0 : BY_DIGIT_NONE;
    }
    int64_t combo = 0;
    uint16_t *to = space->digits;
    for (int32_t i = 0; i < count; i++, to += params) {
        space->combos[i] = (uint32_t)combo;
        /* In steps of one size, which are no calls: the next row overwrites what is too much. */
        for (int32_t p = 0; p < params; p += COPIED) {
            memcpy(to + p, row + p, COPIED * sizeof *row);
        }
        for (int32_t m = moving_count - 1; m >= 0; m--) {
            moving_param *at = &moving[m];
            const int32_t digit = row[at->param] + at->step;
            if (digit >= 0 && digit < at->value_count) {
                row[at->param] = (uint16_t)digit;
                combo += at->step * at->stride;
                break;
            }
            at->step = -at->step;
        }
    }
}

/* Where nothing chooses which params matter, each of their points is a combo. */
static by_status walk_plain(by_space *space, int32_t count_max, int32_t *count, by_error *err) {
    moving_param moving[BY_PARAMS_MAX];
    const int32_t moving_count = find_moving(space, moving);
    int64_t points = 1;
    for (int32_t m = 0; m < moving_count && points <= count_max; m++) {
        points *= moving[m].value_count;
    }
    if (points > count_max) {
        return space_fail_limit(count_max, err);
    }
    by_status status = make_room(space, points, err);
    if (status == BY_OK) {
        *count = (int32_t)points;
        walk_moving(space, moving, moving_count, *count);
    }
    return status;
}

static by_status walk_distinct(by_space *space, int32_t count_max, int32_t *count, by_error *err) {
    const size_t params = (size_t)space->params.plan->tree.param_count;
    by_status status = by_space_grid(space, count_max, NULL, count, err);
    if (status != BY_OK) {
        return status;
    }
    const size_t bytes = (size_t)*count * params * sizeof(uint16_t);
    uint16_t *grid = malloc(bytes + 1);
    if (grid == NULL) {
        return by_fail_nomem(err, bytes);
    }
    status = by_space_grid(space, *count, grid, count, err);
    status = status == BY_OK ? make_room(space, *count, err) : status;
    if (status == BY_OK) {
        status = by_space_arrange(space, grid, *count, 0, space->combos, space->digits, err);
    }
    free(grid);
    return status;
}

by_status by_space_walk(by_space *space, int32_t count_max, int32_t *count, const uint32_t **combos,
                        const uint16_t **digits, by_error *err) {
    by_status status = space->params.choosing == 0 ? walk_plain(space, count_max, count, err)
                                                   : walk_distinct(space, count_max, count, err);
    *combos = space->combos;
    *digits = space->digits;
    return status;
}
