/* SPDX-License-Identifier: MIT */
#include "number_set.h"

#include <stdlib.h>

enum { CAPACITY_MIN = 1024 };

/* Where a number is, or would be. */
static uint64_t *find(uint64_t *bucket, uint32_t capacity, uint64_t number) {
    uint64_t mixed = (number ^ (number >> 32)) * UINT64_C(0x9E3779B97F4A7C15);
    uint32_t at = (uint32_t)(mixed >> 32) & (capacity - 1);
    while (bucket[at] != 0 && bucket[at] != number) {
        at = (at + 1) & (capacity - 1);
    }
    return &bucket[at];
}

static by_status grow(number_set *set, by_error *err) {
    uint32_t capacity = set->capacity > 0 ? 2 * set->capacity : CAPACITY_MIN;
    uint64_t *bucket = calloc(capacity, sizeof *bucket);
    if (bucket == NULL) {
        return by_fail_nomem(err, capacity * sizeof *bucket);
    }
    for (uint32_t i = 0; i < set->capacity; i++) {
        if (set->bucket[i] != 0) {
            *find(bucket, capacity, set->bucket[i]) = set->bucket[i];
        }
    }
    free(set->bucket);
    set->bucket = bucket;
    set->capacity = capacity;
    return BY_OK;
}

by_status number_set_add(number_set *set, uint64_t number, by_error *err) {
    if (number == 0) {
        set->count += !set->has_zero;
        set->has_zero = 1;
        return BY_OK;
    }
    if (2 * (uint64_t)set->count >= set->capacity) {
        by_status status = grow(set, err);
        if (status != BY_OK) {
            return status;
        }
    }
    uint64_t *at = find(set->bucket, set->capacity, number);
    set->count += *at == 0;
    *at = number;
    return BY_OK;
}

void number_set_free(number_set *set) {
    free(set->bucket);
    *set = (number_set){0};
}
