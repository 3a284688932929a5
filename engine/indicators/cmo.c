/* SPDX-License-Identifier: MIT
 *
 * cmo(w): (gain - loss) / (gain + loss) * 100 of the sums of the gains and losses of the last w
 * changes between closes: the change over w bars in percent of the way that led there.
 *
 * First value: after w + 1 bars.
 * Units: -100 to 100.
 * Options: smoothing = "sum" (default): as above; "wilder": of Wilder's averages, those of rsi.
 * Flat or empty: 0 when no close changed; by "wilder" when the averages are together below 1e-14.
 * Agrees: Tulip cmo (smoothing = sum), TA-Lib CMO (smoothing = wilder).
 * Source: T. S. Chande and S. Kroll, The New Technical Trader, 1994.
 */
#include "../clones.h"
#include "changes.h"

int32_t indicator_cmo_closes(const by_recipe *recipe) {
    return recipe->window[0] + 1;
}

static double balance(const changes *c) {
    const double all = c->gain + c->loss;
    return all < CHANGES_NONE ? 0.0 : 100.0 * ((c->gain - c->loss) / all);
}

static void of_averages(int32_t w, const double *x, int32_t count, double *out) {
    changes c = changes_begin(x, w, CHANGES_MEAN);
    out[w] = balance(&c);
    for (int32_t i = w + 1; i < count; i++) {
        changes_add(&c, x[i] - x[i - 1]);
        out[i] = balance(&c);
    }
}

BY_CLONES static void of_sums(int32_t w, const double *x, int32_t count, double *out) {
    changes_way(x, count, w, out);
    for (int32_t i = w; i < count; i++) {
        out[i] = 100.0 * changes_efficiency(x + i, w, out[i], 0.0);
    }
}

void indicator_cmo(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    (recipe->variant == 0 ? of_sums : of_averages)(recipe->window[0], in->close, count, out);
}
