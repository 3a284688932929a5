/* SPDX-License-Identifier: MIT
 *
 * trend_clarity(w): R squared of the straight line that fits the last w closes best: the square
 * of their correlation with the number of the bar.
 *
 * First value: after w bars.
 * Units: percent, 0 to 100.
 * Flat or empty: 100 where all closes are equal, as a line fits them without a rest. None for a
 * window of 1.
 */
#include "line_share.h"

int32_t indicator_trend_clarity_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

void indicator_trend_clarity(const by_recipe *recipe, const by_inputs *in, int32_t count,
                             double *out) {
    const int32_t w = recipe->window[0];
    line_share(w, in->close, count, 100.0, w > 1 ? 100.0 : NAN, out);
}
