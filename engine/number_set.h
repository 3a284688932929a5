/* SPDX-License-Identifier: MIT
 *
 * A set of 64-bit numbers, such as hashes. Starts as {0}.
 */
#ifndef BY_NUMBER_SET_H
#define BY_NUMBER_SET_H

#include "status.h"

typedef struct number_set {
    uint64_t *bucket;  /* open addressing; 0 is free */
    uint32_t capacity; /* a power of two */
    uint32_t count;    /* numbers in the set */
    int32_t has_zero;
} number_set;

by_status number_set_add(number_set *set, uint64_t number, by_error *err);
void number_set_free(number_set *set);

#endif
