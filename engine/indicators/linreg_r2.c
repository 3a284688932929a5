/* SPDX-License-Identifier: MIT
 *
 * linreg_r2(w): R squared of the straight line that fits the last w closes best: how much of
 * their variance is the line's. trend_clarity(w) is the same in percent, with 100 for a flat
 * window.
 *
 * First value: after w bars.
 * Units: a fraction, 0 to 1.
 * Flat or empty: none (NaN) where all closes are equal: there is no variance. None for a window
 * of 1; 1 for a window of 2.
 * Agrees: scipy linregress rvalue squared.
 */
#include "line_share.h"

int32_t indicator_linreg_r2_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

void indicator_linreg_r2(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    line_share(recipe->window[0], in->close, count, 1.0, NAN, out);
}
