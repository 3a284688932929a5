/* SPDX-License-Identifier: MIT
 *
 * A memo of masks that all workers of a sweep share: each condition that is dear to evaluate, under
 * each assignment of the params that it depends on, is evaluated once and then looked up, as long
 * as there is room. Where there is not, what came later takes the place of what came before; what
 * is not there is evaluated again, to the same bits.
 *
 * Every slot is guarded by a count that is odd while somebody writes it. Nobody waits: who finds a
 * slot in use evaluates for himself. All functions but open and close are thread-safe.
 */
#ifndef BY_MASK_MEMO_H
#define BY_MASK_MEMO_H

#include <stdatomic.h>

#include "plan_parts.h"

typedef struct memo_param {
    int32_t param;
    int64_t stride;
} memo_param;

/* The place of a condition under digits: base + sum of digit[param] * stride. */
typedef struct memo_condition {
    int64_t base; /* -1: not kept */
    uint64_t params;
    int32_t first;
    int32_t param_count;
} memo_condition;

typedef struct mask_memo {
    memo_condition *conditions;
    int32_t *kept; /* [kept_count]; those that are kept */
    int32_t kept_count;
    memo_param *params;
    int64_t place_count;
    int32_t word_count; /* of a mask */
    size_t slot_words;
    size_t slot_count;
    _Atomic uint64_t *slots; /* [slot]: count, place + 1, mask */
} mask_memo;

/* For masks of `word_count` words in up to `size_bytes_max` bytes; too few make a memo that keeps
 * nothing. False when memory is short. */
bool memo_open(mask_memo *memo, const by_plan *plan, int32_t word_count, int64_t size_bytes_max);
void memo_close(mask_memo *memo);
/* The place of a condition's mask; -1 when it is not kept. */
static inline int64_t memo_place(const mask_memo *memo, int32_t condition, const int32_t *digits) {
    const memo_condition *at = &memo->conditions[condition];
    const memo_param *params = memo->params + at->first;
    int64_t place = at->base;
    for (int32_t k = 0; k < at->param_count; k++) {
        place += digits[params[k].param] * params[k].stride;
    }
    return place;
}
/* Asks the processor to fetch the masks under `digits` of the conditions that depend on one of the
 * params in `moved`: what is not in a cache by then costs more than to evaluate it. */
void memo_prefetch(const mask_memo *memo, const int32_t *digits, uint64_t moved);
/* Copies the mask of a place to `out`; false when it is not there. */
bool memo_get(const mask_memo *memo, int64_t place, uint64_t *out, int32_t word_count);
void memo_put(const mask_memo *memo, int64_t place, const uint64_t *mask, int32_t word_count);

#endif
