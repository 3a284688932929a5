/* SPDX-License-Identifier: MIT
 *
 * Compiled behind exact_prelude.h alone, together with the plain indicators: a double is a long
 * double in here.
 */
#include "exact.h"

#include "plain.h"

int32_t exact_indicator(int32_t kind, const exact_recipe *recipe, const exact_inputs *inputs,
                        int32_t count, exact_number *out) {
    const by_recipe asked = {
        .window = {recipe->window[0], recipe->window[1], recipe->window[2]},
        .variant = recipe->variant,
        .number = {recipe->number[0], recipe->number[1]},
    };
    const by_inputs in = {.open = inputs->open,
                          .high = inputs->high,
                          .low = inputs->low,
                          .close = inputs->close,
                          .volume = inputs->volume,
                          .other = inputs->other,
                          .time = inputs->time};
    return plain_indicator(kind, &asked, &in, count, out);
}
