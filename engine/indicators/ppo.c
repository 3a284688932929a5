/* SPDX-License-Identifier: MIT
 *
 * ppo(s, l): (EMA_s - EMA_l) / EMA_l * 100, both averages seeded with the first close of the
 * history; from the max(s, l)-th close on.
 */
#include "kernel.h"

int32_t indicator_ppo_closes(const int32_t *window) {
    return window[0] > window[1] ? window[0] : window[1];
}

void indicator_ppo(const int32_t *window, const double *close, int32_t count, double *out) {
    const double short_factor = 2.0 / (window[0] + 1);
    const double short_rest = 1.0 - short_factor;
    const double long_factor = 2.0 / (window[1] + 1);
    const double long_rest = 1.0 - long_factor;
    double short_average = close[0];
    double long_average = close[0];
    out[0] = (short_average - long_average) / long_average * 100.0;
    for (int32_t i = 1; i < count; i++) {
        short_average = short_factor * close[i] + short_rest * short_average;
        long_average = long_factor * close[i] + long_rest * long_average;
        out[i] = (short_average - long_average) / long_average * 100.0;
    }
}
