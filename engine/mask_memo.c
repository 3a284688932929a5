/* SPDX-License-Identifier: MIT */
#include "mask_memo.h"

#include <stdlib.h>
#include <string.h>

#include "large_pages.h"

enum { COUNT, PLACE, MASK, LINE_WORDS = 8, PREFETCHED_WORDS_MAX = 64 };

/* More places than this are never asked for twice within a sweep. */
#define PLACES_MAX ((int64_t)1 << 40)

static bool is_constant(const by_field *field, double value) {
    return field->param < 0 && field->constant == value;
}

/* Whether a condition depends on params alone, and costs more than to look it up: bits that are put
 * together word by word do not. `varied`: the params that have several values. */
static bool is_kept(const by_plan *plan, int32_t index, const uint8_t *live, uint64_t varied) {
    const plan_condition *condition = &plan->conditions[index];
    const by_condition *fields = &condition->fields;
    const bool plain = fields->kind == BY_ALL || fields->kind == BY_ANY || fields->kind == BY_NONE;
    const bool cheap = plain && is_constant(&fields->for_days, 1.0);
    const bool again = (varied & ~condition->params) != 0; /* else each is asked for only once */
    return !live[index] && !cheap && again && (condition->params & varied) != 0;
}

/* Marks the conditions that look at what a walk measures. */
static void find_live(const by_plan *plan, uint8_t *live) {
    for (int32_t i = 0; i < plan->condition_count; i++) { /* children come first */
        const by_condition *fields = &plan->conditions[i].fields;
        if (fields->kind == BY_COMPARE) {
            live[i] = plan->series[fields->left].live >= 0 ||
                      (fields->right >= 0 && plan->series[fields->right].live >= 0);
        }
        for (int32_t k = 0; k < fields->child_count; k++) {
            live[i] |= live[plan->condition_links[fields->child_first + k]];
        }
    }
}

static void place_condition(mask_memo *memo, const by_plan *plan, int32_t index, int32_t *used) {
    memo_condition *at = &memo->conditions[index];
    int64_t count = 1;
    at->first = *used;
    for (uint64_t params = plan->conditions[index].params; params != 0; params &= params - 1) {
        const int32_t param = __builtin_ctzll(params);
        memo->params[(*used)++] = (memo_param){param, count};
        count *= plan->tree.params[param].value_count;
        if (count > PLACES_MAX - memo->place_count) {
            *used = at->first;
            return;
        }
    }
    memo->kept[memo->kept_count++] = index;
    at->base = memo->place_count;
    at->params = plan->conditions[index].params;
    at->param_count = *used - at->first;
    memo->place_count += count;
}

static bool place_all(mask_memo *memo, const by_plan *plan) {
    const size_t count = (size_t)plan->condition_count;
    size_t params = 0;
    uint64_t varied = 0;
    for (size_t i = 0; i < count; i++) {
        params += (size_t)__builtin_popcountll(plan->conditions[i].params);
    }
    for (int32_t p = 0; p < plan->tree.param_count; p++) {
        varied |= (uint64_t)(plan->tree.params[p].value_count > 1) << p;
    }
    uint8_t *live = calloc(count + 1, 1);
    memo->conditions = malloc((count + 1) * sizeof *memo->conditions);
    memo->kept = malloc((count + 1) * sizeof *memo->kept);
    memo->params = malloc((params + 1) * sizeof *memo->params);
    if (live == NULL || memo->conditions == NULL || memo->kept == NULL || memo->params == NULL) {
        free(live);
        return false;
    }
    int32_t used = 0;
    find_live(plan, live);
    for (int32_t i = 0; i < plan->condition_count; i++) {
        memo->conditions[i] = (memo_condition){.base = -1};
        if (is_kept(plan, i, live, varied)) {
            place_condition(memo, plan, i, &used);
        }
    }
    free(live);
    return true;
}

static void keep_nothing(mask_memo *memo, const by_plan *plan) {
    memo->kept_count = 0;
    for (int32_t i = 0; i < plan->condition_count; i++) {
        memo->conditions[i] = (memo_condition){.base = -1};
    }
}

bool memo_open(mask_memo *memo, const by_plan *plan, int32_t word_count, int64_t size_bytes_max) {
    *memo = (mask_memo){.word_count = word_count};
    if (!place_all(memo, plan)) {
        memo_close(memo);
        return false;
    }
    memo->slot_words = ((size_t)word_count + MASK + LINE_WORDS - 1) / LINE_WORDS * LINE_WORDS;
    const size_t slot_bytes = memo->slot_words * sizeof *memo->slots;
    const size_t wanted = (size_t)memo->place_count;
    const size_t room = size_bytes_max > 0 ? (size_t)size_bytes_max / slot_bytes : 0;
    memo->slot_count = wanted < room ? wanted : room;
    if (memo->slot_count == 0) {
        keep_nothing(memo, plan);
        return true;
    }
    /* calloc leaves large blocks to the system, which gives pages when they are touched. */
    memo->slots = calloc(memo->slot_count, slot_bytes);
    if (memo->slots == NULL) {
        memo_close(memo);
        return false;
    }
    large_pages_ask((void *)memo->slots, memo->slot_count * slot_bytes);
    return true;
}

void memo_close(mask_memo *memo) {
    free(memo->conditions);
    free(memo->kept);
    free(memo->params);
    free((void *)memo->slots);
    *memo = (mask_memo){0};
}

/* Neighbouring places have neighbouring slots. */
static _Atomic uint64_t *slot_of(const mask_memo *memo, int64_t place) {
    const uint64_t at = (uint64_t)place;
    return memo->slots + (at < memo->slot_count ? at : at % memo->slot_count) * memo->slot_words;
}

void memo_prefetch(const mask_memo *memo, const int32_t *digits, uint64_t moved) {
    for (int32_t i = 0; i < memo->kept_count; i++) {
        const int32_t condition = memo->kept[i];
        if ((memo->conditions[condition].params & moved) != 0) {
            _Atomic uint64_t *slot = slot_of(memo, memo_place(memo, condition, digits));
            for (size_t k = 0; k < memo->slot_words && k < PREFETCHED_WORDS_MAX; k += LINE_WORDS) {
                __builtin_prefetch((const void *)&slot[k]);
            }
        }
    }
}

bool memo_get(const mask_memo *memo, int64_t place, uint64_t *out, int32_t word_count) {
    _Atomic uint64_t *slot = slot_of(memo, place);
    const uint64_t count = atomic_load_explicit(&slot[COUNT], memory_order_acquire);
    if (count % 2 != 0 ||
        atomic_load_explicit(&slot[PLACE], memory_order_acquire) != (uint64_t)place + 1) {
        return false;
    }
    for (int32_t k = 0; k < word_count; k++) {
        out[k] = atomic_load_explicit(&slot[MASK + k], memory_order_acquire);
    }
    return atomic_load_explicit(&slot[COUNT], memory_order_relaxed) == count;
}

void memo_put(const mask_memo *memo, int64_t place, const uint64_t *mask, int32_t word_count) {
    _Atomic uint64_t *slot = slot_of(memo, place);
    uint64_t count = atomic_load_explicit(&slot[COUNT], memory_order_relaxed);
    if (count % 2 != 0 ||
        !atomic_compare_exchange_strong_explicit(&slot[COUNT], &count, count + 1,
                                                 memory_order_acquire, memory_order_relaxed)) {
        return; /* somebody else is at it */
    }
    atomic_store_explicit(&slot[PLACE], (uint64_t)place + 1, memory_order_release);
    for (int32_t k = 0; k < word_count; k++) {
        atomic_store_explicit(&slot[MASK + k], mask[k], memory_order_release);
    }
    atomic_store_explicit(&slot[COUNT], count + 2, memory_order_release);
}
