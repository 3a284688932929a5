/* SPDX-License-Identifier: MIT
 *
 * Masks: one bit a day, 64 days a word, the first day in the lowest bit. Bits behind the last day
 * are 0.
 */
#ifndef BY_MASK_H
#define BY_MASK_H

#include <stdbool.h>
#include <stdint.h>

static inline int32_t mask_words(int32_t day_count) {
    return (day_count + 63) / 64;
}

/* The bits of the last word that are days. */
static inline uint64_t mask_tail(int32_t day_count) {
    return day_count % 64 == 0 ? ~(uint64_t)0 : ((uint64_t)1 << day_count % 64) - 1;
}

/* out = left `comparator` right, day by day; a NaN makes it false. `right` is a column, or NULL for
 * `threshold`. */
void mask_compare(int32_t comparator, const double *left, const double *right, double threshold,
                  int32_t day_count, uint64_t *out);
/* to[day] = mask ? yes[day] : no[day] on the days of `days` (a mask, too); those on which to[day]
 * stays as it was are taken from it. Other days are not looked at. */
void mask_choose(const uint64_t *mask, const int32_t *yes, const int32_t *no, int32_t word_count,
                 uint64_t *days, int32_t *to);

#endif
