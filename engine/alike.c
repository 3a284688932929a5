/* SPDX-License-Identifier: MIT */
#include "alike.h"

#include <stdlib.h>

enum { SLOTS_MIN = 16 };

by_status by_alike(const uint64_t *behaviours, const int32_t *return_counts, int32_t count,
                   int32_t *first, int32_t *shared, int32_t *distinct, by_error *err) {
    size_t size = SLOTS_MIN;
    while (size < 2 * (size_t)count) {
        size *= 2;
    }
    int32_t *slots = calloc(size, sizeof *slots); /* combos from 1; 0 is free */
    if (slots == NULL) {
        return by_fail_nomem(err, size * sizeof *slots);
    }
    *distinct = 0;
    for (int32_t i = 0; i < count; i++) {
        first[i] = -1;
        if (return_counts[i] < 0) {
            continue;
        }
        size_t slot = behaviours[i] & (size - 1); /* a hash as it is */
        while (slots[slot] != 0 && behaviours[slots[slot] - 1] != behaviours[i]) {
            slot = (slot + 1) & (size - 1);
        }
        if (slots[slot] == 0) {
            slots[slot] = i + 1;
            ++*distinct;
        }
        first[i] = slots[slot] - 1;
        shared[first[i]]++;
    }
    free(slots);
    return BY_OK;
}
