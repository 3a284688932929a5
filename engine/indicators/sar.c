/* SPDX-License-Identifier: MIT
 *
 * sar(step, maximum): Wilder's stop-and-reverse line. From bar to bar it goes the part `factor` of
 * the way to the extreme, the highest high of a rise or the lowest low of a fall, but not beyond
 * the lows (the highs) of this bar and the one before. The factor begins with `step` and grows by
 * it with each new extreme, to at most `maximum`. A bar that touches the line turns it: it becomes
 * the extreme, or the high (the low) of this bar or the one before if these are beyond, and a new
 * trend begins. The first trend falls if the second bar's low fell more than its high rose, else it
 * rises; its line begins at the high (the low) of the first bar, its extreme is the low (the high)
 * of the second.
 *
 * First value: after 2 bars.
 * Units: those of the series.
 * Agrees: TA-Lib SAR; Tulip psar once both have turned, where no bar just touches the line.
 * Differs: Tulip: the first trend rises if high + low did not fall; a touch does not turn.
 * Source: J. W. Wilder, New Concepts in Technical Trading Systems, 1978.
 */
#include <stdbool.h>

#include "kernel.h"

int32_t indicator_sar_closes(const by_recipe *recipe) {
    (void)recipe;
    return 2;
}

static inline double lower(double a, double b) {
    return b < a ? b : a;
}

static inline double higher(double a, double b) {
    return b > a ? b : a;
}

void indicator_sar(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    const double maximum = recipe->number[1];
    const double step = lower(recipe->number[0], maximum);
    const double *high = in->high;
    const double *low = in->low;
    const double fell = low[0] - low[1];
    bool rises = !(fell > 0.0 && fell > high[1] - high[0]);
    double line = rises ? low[0] : high[0];
    double extreme = rises ? high[1] : low[1];
    double factor = step;
    for (int32_t i = 1; i < count; i++) {
        const int32_t before = i > 1 ? i - 1 : 1;
        if (rises ? low[i] <= line : high[i] >= line) {
            rises = !rises;
            line = rises ? lower(lower(extreme, low[before]), low[i])
                         : higher(higher(extreme, high[before]), high[i]);
            out[i] = line;
            extreme = rises ? high[i] : low[i];
            factor = step;
        } else {
            out[i] = line;
            if (rises ? high[i] > extreme : low[i] < extreme) {
                extreme = rises ? high[i] : low[i];
                factor = lower(factor + step, maximum);
            }
        }
        line += factor * (extreme - line);
        line = rises ? lower(lower(line, low[before]), low[i])
                     : higher(higher(line, high[before]), high[i]);
    }
}
