/* SPDX-License-Identifier: MIT
 *
 * ema(w): a * close + (1 - a) * (average of the bar before), with a = 2 / (w + 1).
 *
 * First value: after w bars.
 * Units: those of the series.
 * Options: seed = "first" (default): it begins with the first close; "sma": the w-th value is the
 * plain mean of the first w closes; "adjusted": without a seed, the mean of all closes with the
 * weights 1, 1 - a, (1 - a)^2, ... from the newest on.
 * Agrees: Tulip ema, TA-Lib EMA in Metastock mode and pandas ewm(adjust=False) (seed = first),
 * which report from the first bars on; TA-Lib EMA (sma); pandas ewm(adjust=True) (adjusted).
 * Differs: StockCharts: seed = "sma".
 */
#include "kernel.h"

enum { ADJUSTED = 2 };

int32_t indicator_ema_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

static void adjusted(const double *x, int32_t count, int32_t window, double *out) {
    const double rest = 1.0 - 2.0 / (window + 1);
    double sum = 0.0;
    double weights = 0.0;
    for (int32_t i = 0; i < count; i++) {
        sum = x[i] + rest * sum;
        weights = 1.0 + rest * weights;
        out[i] = sum / weights;
    }
}

void indicator_ema(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    if (recipe->variant == ADJUSTED) {
        adjusted(in->close, count, recipe->window[0], out);
        return;
    }
    kernel_exponential(in->close, count, recipe->window[0], recipe->variant, out);
}
