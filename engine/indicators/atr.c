/* SPDX-License-Identifier: MIT
 *
 * atr(w): average of the true range, which is the largest of high - low and of how far both are
 * from the close before: the plain mean of the first w true ranges, then (average * (w - 1) + true
 * range) / w.
 *
 * First value: after w + 1 bars.
 * Units: those of the series.
 * Options: smoothing = "wilder" (default): as above; "simple": the plain mean of the last w true
 * ranges; "exponential": average + (true range - average) / w, from the first true range on. first
 * = "none" (default): the first bar, which has no close before it, has no true range; "range": it
 * has high - low, so that the first value comes after w bars.
 * Agrees: TA-Lib ATR; first = "range": Tulip atr, and pandas rolling(w).mean() by smoothing =
 * "simple", ewm(alpha=1/w) by "exponential", which reports from the first bar on.
 * Differs: TradingView ta.atr: first = "range".
 * Source: J. W. Wilder, New Concepts in Technical Trading Systems, 1978.
 */
#include "kernel.h"

enum { WILDER, SIMPLE, EXPONENTIAL, SMOOTHINGS };

/* The first bar that has a true range. */
static int32_t begin_of(const by_recipe *recipe) {
    return recipe->variant / SMOOTHINGS == 1 ? 0 : 1;
}

int32_t indicator_atr_closes(const by_recipe *recipe) {
    return recipe->window[0] + begin_of(recipe);
}

static void smooth_wilder(double *x, int32_t count, int32_t w) {
    kernel_window_mean(x, w, w, x);
    double average = x[w - 1];
    for (int32_t i = w; i < count; i++) {
        average = (average * (w - 1) + x[i]) / w;
        x[i] = average;
    }
}

static void smooth_exponential(double *x, int32_t count, int32_t w) {
    double average = x[0];
    for (int32_t i = 1; i < count; i++) {
        average += (x[i] - average) / w;
        x[i] = average;
    }
}

void indicator_atr(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    const int32_t w = recipe->window[0];
    const int32_t begin = begin_of(recipe);
    const int32_t smoothing = recipe->variant % SMOOTHINGS;
    indicator_true_range(&(by_recipe){.variant = 1 - begin}, in, count, out);
    if (smoothing == SIMPLE) {
        kernel_window_mean(out + begin, count - begin, w, out + begin);
    } else if (smoothing == EXPONENTIAL) {
        smooth_exponential(out + begin, count - begin, w);
    } else {
        smooth_wilder(out + begin, count - begin, w);
    }
}
