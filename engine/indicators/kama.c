/* SPDX-License-Identifier: MIT
 *
 * kama(w, fast, slow): Kaufman's adaptive average: k = k + c * (close - k), where c is the square
 * of e * (2 / (fast + 1) - 2 / (slow + 1)) + 2 / (slow + 1), and e, the efficiency, the size of the
 * change over w bars over the sum of the sizes of the changes from bar to bar. It begins with the
 * w-th close.
 *
 * First value: after w + 1 bars.
 * Units: those of the series.
 * Flat or empty: e is 1 when no close of the window changed.
 * Agrees: TA-Lib KAMA and Tulip kama, which have fast = 2, slow = 30.
 * Source: P. J. Kaufman, Smarter Trading, 1995.
 */
#include "../clones.h"
#include "changes.h"

int32_t indicator_kama_closes(const by_recipe *recipe) {
    return recipe->window[0] + 1;
}

/* c of each bar. */
BY_CLONES static void factors(const int32_t *window, const double *x, int32_t count, double *out) {
    const int32_t w = window[0];
    const double slow = 2.0 / (window[2] + 1);
    const double span = 2.0 / (window[1] + 1) - slow;
    changes_way(x, count, w, out);
    for (int32_t i = w; i < count; i++) {
        const double factor = fabs(changes_efficiency(x + i, w, out[i], 1.0)) * span + slow;
        out[i] = factor * factor;
    }
}

void indicator_kama(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    const int32_t w = recipe->window[0];
    double average = in->close[w - 1];
    factors(recipe->window, in->close, count, out);
    for (int32_t i = w; i < count; i++) {
        average += out[i] * (in->close[i] - average);
        out[i] = average;
    }
}
