/* SPDX-License-Identifier: MIT
 *
 * rsi(w): 100 - 100 / (1 + gain / loss) with averages of the gains and of the losses between
 * closes.
 *
 * First value: after w + 1 bars.
 * Units: 0 to 100.
 * Options: smoothing = "wilder" (default): the means of the first w changes, then
 * (average * (w - 1) + x) / w; "simple" (Cutler): the means of the last w changes;
 * "exponential": Wilder's averages begun with the first change; "adjusted": these begun as if there
 * had been no changes before, which weighs the changes that there are as pandas does.
 * flat = 50 (default): what there is where nothing changed; 0: where the averages are together
 * below 1e-14. history = "all" (default); n: the averages of each bar begin anew with the last n
 * closes (those that exist; never fewer than w + 1).
 * Flat or empty: 100 where there is no loss; where nothing changed see flat.
 * Agrees: TA-Lib RSI (flat = 0), Tulip rsi; pandas rolling means (simple), ewm(alpha=1/w) with
 * adjust=False (exponential) and adjust=True (adjusted).
 * Differs: TA-Lib in Metastock mode, which has a value a bar earlier.
 * Source: J. W. Wilder, New Concepts in Technical Trading Systems, 1978.
 */
#include "../clones.h"
#include "changes.h"

enum { WILDER, SIMPLE, EXPONENTIAL, ADJUSTED, SMOOTHINGS };

int32_t indicator_rsi_closes(const by_recipe *recipe) {
    return recipe->window[0] + 1;
}

static inline double strength(double gain, double loss, double flat) {
    if (flat == 0.0 && gain + loss < CHANGES_NONE) {
        return 0.0;
    }
    if (loss == 0.0) {
        return gain > 0.0 ? 100.0 : flat;
    }
    return 100.0 - 100.0 / (1.0 + gain / loss);
}

/* Of the means of a window, in which (gain - loss) / (gain + loss) is the efficiency. */
BY_CLONES static void of_means(int32_t w, double flat, const double *x, int32_t count,
                               double *out) {
    const double none = flat == 0.0 ? CHANGES_NONE : 0.0;
    changes_way(x, count, w, out);
    for (int32_t i = w; i < count; i++) {
        const double half = 50.0 + 50.0 * changes_efficiency(x + i, w, out[i], 0.0);
        out[i] = out[i] < none ? 0.0 : half;
    }
}

/* The whole history. */
static void from_first(int32_t w, int32_t begin, double flat, const double *x, int32_t count,
                       double *out) {
    changes c = changes_begin(x, w, begin);
    out[w] = strength(c.gain, c.loss, flat);
    for (int32_t i = w + 1; i < count; i++) {
        changes_add(&c, x[i] - x[i - 1]);
        out[i] = strength(c.gain, c.loss, flat);
    }
}

/* Neighbouring bars side by side, each with its own averages; the first begins at x[0]. */
BY_CLONES static void history_tile(int32_t w, int32_t begin, int32_t history, const double *x,
                                   int32_t bars, double *gain, double *loss) {
    const int32_t first = begin == CHANGES_MEAN ? w : 1;
    const int32_t divisor = begin == CHANGES_FIRST ? 1 : w;
    for (int32_t i = 0; i < bars; i++) {
        gain[i] = 0.0;
        loss[i] = 0.0;
    }
    for (int32_t k = 1; k <= first; k++) {
        for (int32_t i = 0; i < bars; i++) {
            double change = x[k + i] - x[k + i - 1];
            gain[i] += change > 0.0 ? change : 0.0;
            loss[i] += change < 0.0 ? -change : 0.0;
        }
    }
    for (int32_t i = 0; i < bars; i++) {
        gain[i] /= divisor;
        loss[i] /= divisor;
    }
    for (int32_t k = first + 1; k < history; k++) {
        for (int32_t i = 0; i < bars; i++) {
            double change = x[k + i] - x[k + i - 1];
            gain[i] = (gain[i] * (w - 1) + (change > 0.0 ? change : 0.0)) / w;
            loss[i] = (loss[i] * (w - 1) + (change < 0.0 ? -change : 0.0)) / w;
        }
    }
}

void indicator_rsi(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    static const int32_t begins[SMOOTHINGS] = {
        [WILDER] = CHANGES_MEAN, [EXPONENTIAL] = CHANGES_FIRST, [ADJUSTED] = CHANGES_NOTHING};
    const int32_t w = recipe->window[0];
    const int32_t smoothing = recipe->variant % SMOOTHINGS;
    const double flat = recipe->variant / SMOOTHINGS % 2 == 0 ? 50.0 : 0.0;
    const int32_t asked = recipe->variant / SMOOTHINGS / 2;
    const int32_t history = asked == 0 ? count : asked > w ? asked : w + 1;
    double gain[KERNEL_TILE];
    double loss[KERNEL_TILE];
    if (smoothing == SIMPLE) {
        of_means(w, flat, in->close, count, out);
        return;
    }
    from_first(w, begins[smoothing], flat, in->close, count < history ? count : history, out);
    for (int32_t end = history; end < count; end += KERNEL_TILE) {
        const int32_t bars = kernel_tile_bars(count - end);
        history_tile(w, begins[smoothing], history, in->close + end - history + 1, bars, gain,
                     loss);
        for (int32_t i = 0; i < bars; i++) {
            out[end + i] = strength(gain[i], loss[i], flat);
        }
    }
}
