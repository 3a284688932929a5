/* SPDX-License-Identifier: MIT
 *
 * Indicators as exact arithmetic would have them, as near as numbers of 64 bits come to it: the
 * plain ones compiled a second time with long double in the place of double.
 */
#ifndef BY_TEST_EXACT_H
#define BY_TEST_EXACT_H

#include <stdint.h>

typedef long double exact_number;

/* As by_recipe and by_inputs; all columns are there. */
typedef struct exact_recipe {
    int32_t window[3];
    int32_t variant;
    exact_number number[2];
} exact_recipe;

typedef struct exact_inputs {
    const exact_number *open;
    const exact_number *high;
    const exact_number *low;
    const exact_number *close;
    const exact_number *volume;
    const exact_number *other;
    const int64_t *time;
} exact_inputs;

/* As plain_indicator. */
int32_t exact_indicator(int32_t kind, const exact_recipe *recipe, const exact_inputs *inputs,
                        int32_t count, exact_number *out);

#endif
