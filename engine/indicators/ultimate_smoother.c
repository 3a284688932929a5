/* SPDX-License-Identifier: MIT
 *
 * ultimate_smoother(w): the close less what a second-order high-pass filter of the period w passes,
 * so that what is slower than w comes through without lag: u = (1 - c1) * x + (2 c1 - c2) * x1 -
 * (c1 + c3) * x2 + c2 * u1 + c3 * u2, where 1 and 2 are bars back, a = exp(-sqrt(2) pi / w), c2 = 2
 * a cos(sqrt(2) pi / w), c3 = -a a, c1 = (1 + c2 - c3) / 4. The first three values are the closes.
 *
 * First value: after w bars.
 * Units: those of the series.
 * Source: J. F. Ehlers, The Ultimate Smoother, Technical Analysis of Stocks & Commodities, April
 * 2024.
 */
#include <math.h>

#include "kernel.h"

int32_t indicator_ultimate_smoother_closes(const by_recipe *recipe) {
    return recipe->window[0];
}

void indicator_ultimate_smoother(const by_recipe *recipe, const by_inputs *in, int32_t count,
                                 double *out) {
    const double *x = in->close;
    const double angle = sqrt(2.0) * M_PI / recipe->window[0];
    const double a = exp(-angle);
    const double c2 = 2.0 * a * cos(angle);
    const double c3 = -a * a;
    const double c1 = (1.0 + c2 - c3) / 4.0;
    for (int32_t i = 0; i < count; i++) {
        out[i] = i < 3 ? x[i]
                       : (1.0 - c1) * x[i] + (2.0 * c1 - c2) * x[i - 1] - (c1 + c3) * x[i - 2] +
                             c2 * out[i - 1] + c3 * out[i - 2];
    }
}
