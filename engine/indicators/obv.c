/* SPDX-License-Identifier: MIT
 *
 * obv: running sum of the volume, added on a close above the one before, taken off on one below.
 *
 * First value: after 1 bar.
 * Units: those of the volume.
 * Options: start = "volume" (default): begins with the volume of the first bar; "zero": with 0.
 * Agrees: TA-Lib OBV; start = "zero": Tulip obv.
 * Differs: TradingView ta.obv: start = "zero".
 * Source: J. E. Granville, Granville's New Key to Stock Market Profits, 1963.
 */
#include "../clones.h"
#include "kernel.h"

int32_t indicator_obv_closes(const by_recipe *recipe) {
    (void)recipe;
    return 1;
}

BY_CLONES void indicator_obv(const by_recipe *recipe, const by_inputs *in, int32_t count,
                             double *out) {
    double sum = recipe->variant == 1 ? 0.0 : in->volume[0];
    out[0] = sum;
    for (int32_t i = 1; i < count; i++) {
        const double up = in->close[i] > in->close[i - 1] ? in->volume[i] : 0.0;
        const double down = in->close[i] < in->close[i - 1] ? in->volume[i] : 0.0;
        sum += up - down;
        out[i] = sum;
    }
}
