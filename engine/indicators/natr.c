/* SPDX-License-Identifier: MIT
 *
 * natr(w): atr(w) / close * 100.
 *
 * First value: after w + 1 bars.
 * Units: percent.
 * Options: smoothing and first, as those of atr.
 * Agrees: TA-Lib NATR; first = "range": Tulip natr.
 * Source: J. Forman, Cross-Market Evaluations with Normalized Average True Range, 2006.
 */
#include "kernel.h"

int32_t indicator_natr_closes(const by_recipe *recipe) {
    return indicator_atr_closes(recipe);
}

void indicator_natr(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    indicator_atr(recipe, in, count, out);
    for (int32_t i = indicator_atr_closes(recipe) - 1; i < count; i++) {
        out[i] = out[i] / in->close[i] * 100.0;
    }
}
