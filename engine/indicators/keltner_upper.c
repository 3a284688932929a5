/* SPDX-License-Identifier: MIT
 *
 * keltner_upper(w, ranges, multiple): ema(w) + multiple * atr(ranges).
 *
 * First value: after the larger of w and ranges + 1 bars.
 * Units: those of the series.
 * Source: C. W. Keltner, How to Make Money in Commodities, 1960; with an exponential average and
 * true ranges, L. B. Raschke.
 */
#include "kernel.h"

int32_t indicator_keltner_upper_closes(const by_recipe *recipe) {
    return recipe->window[0] > recipe->window[1] ? recipe->window[0] : recipe->window[1] + 1;
}

void indicator_keltner_upper(const by_recipe *recipe, const by_inputs *in, int32_t count,
                             double *out) {
    const int32_t first = indicator_keltner_upper_closes(recipe) - 1;
    kernel_average average =
        kernel_average_after(in->close, first + 1, recipe->window[0], KERNEL_SEED_FIRST);
    indicator_atr(&(by_recipe){.window = {recipe->window[1]}}, in, count, out);
    out[first] = average.value + recipe->number[0] * out[first];
    for (int32_t i = first + 1; i < count; i++) {
        out[i] = kernel_average_add(&average, in->close[i]) + recipe->number[0] * out[i];
    }
}
