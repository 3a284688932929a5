/* SPDX-License-Identifier: MIT
 *
 * mfi(w): share, in percent, of the money that flowed in over the last w bars: a bar's flow is
 * (high + low + close) / 3 * volume, in when that price is above the one before, out when it is
 * below. 0 where nothing flowed at all. First value after w + 1 bars. (TA-Lib gives 0 for any flow
 * below 1, too, which small volumes meet.)
 */
#include <string.h>

#include "../clones.h"
#include "kernel.h"

int32_t indicator_mfi_closes(const int32_t *window, int32_t variant) {
    (void)variant;
    return window[0] + 1;
}

static double typical(const by_inputs *in, int32_t i) {
    return (in->high[i] + in->low[i] + in->close[i]) / 3.0;
}

/* Shares of what is positive among the flows of each window. */
BY_CLONES static void share_tile(const double *flow, int32_t bars, int32_t window, double *share) {
    double came[KERNEL_TILE];
    double left[KERNEL_TILE];
    for (int32_t i = 0; i < bars; i++) {
        came[i] = left[i] = 0.0;
    }
    for (int32_t k = 0; k < window; k++) {
        for (int32_t i = 0; i < bars; i++) {
            came[i] += flow[k + i] > 0.0 ? flow[k + i] : 0.0;
            left[i] += flow[k + i] < 0.0 ? -flow[k + i] : 0.0;
        }
    }
    for (int32_t i = 0; i < bars; i++) {
        double all = came[i] + left[i];
        share[i] = all > 0.0 ? 100.0 * (came[i] / all) : 0.0;
    }
}

void indicator_mfi(const int32_t *window, int32_t variant, const by_inputs *in, int32_t count,
                   double *out) {
    (void)variant;
    const int32_t w = window[0];
    double tile[KERNEL_TILE];
    double before = typical(in, 0);
    for (int32_t i = 1; i < count; i++) {
        double now = typical(in, i);
        double flow = now * in->volume[i];
        out[i] = now > before ? flow : now < before ? -flow : 0.0;
        before = now;
    }
    /* From the last tile to the first: a tile is written only after those that read it. */
    for (int32_t end = count; end > w;) {
        int32_t bars = end - w < KERNEL_TILE ? end - w : KERNEL_TILE;
        end -= bars;
        share_tile(out + end - w + 1, bars, w, tile);
        memcpy(out + end, tile, (size_t)bars * sizeof *tile);
    }
}
