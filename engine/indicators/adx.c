/* SPDX-License-Identifier: MIT
 *
 * adx(w): Wilder's average of dx(w): the plain mean of its first w values, then (average * (w - 1)
 * + dx) / w.
 *
 * First value: after 2 w bars.
 * Units: 0 to 100.
 * Flat or empty: 0 while nothing moved at all.
 * Agrees: TA-Lib ADX; Tulip adx after some 20 w bars, where no two moves are equal.
 * Differs: Tulip: its first mean begins a bar earlier, and equal moves up and down count as both.
 * Source: J. W. Wilder, New Concepts in Technical Trading Systems, 1978.
 */
#include "directional.h"

int32_t indicator_adx_closes(const by_recipe *recipe) {
    return 2 * recipe->window[0];
}

void indicator_adx(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    const int32_t w = recipe->window[0];
    directional sums = directional_begin(in, w);
    for (int32_t i = w; i < 2 * w; i++) {
        directional_next(&sums, in, w, i);
        out[i] = directional_index(&sums);
    }
    kernel_window_mean(out + w, w, w, out + w);
    double average = out[2 * w - 1];
    for (int32_t i = 2 * w; i < count; i++) {
        directional_next(&sums, in, w, i);
        average = (average * (w - 1) + directional_index(&sums)) / w;
        out[i] = average;
    }
}
