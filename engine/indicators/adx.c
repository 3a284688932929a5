/* SPDX-License-Identifier: MIT
 *
 * adx(w): Wilder's average of the directional index DX = |P - M| / (P + M) * 100, where P and M are
 * sums that fade, sum - sum / w + x, of the up and the down moves over that of the true ranges. An
 * up move is how far the high rose, if that is more than the low fell and more than 0; a down move
 * the reverse. The sums begin with w - 1 moves; the average with the plain mean of the next w
 * values of DX, then (average * (w - 1) + DX) / w. A bar without ranges or moves adds nothing to
 * that mean, and leaves the average as it is. First value after 2 w bars. (J. W. Wilder, New
 * Concepts in Technical Trading Systems; seeds as in TA-Lib.)
 */
#include "kernel.h"

int32_t indicator_adx_closes(const int32_t *window, int32_t variant) {
    (void)variant;
    return 2 * window[0];
}

typedef struct fading {
    double up;
    double down;
    double range;
} fading;

/* Adds the moves from bar i - 1 to bar i. */
static void add_moves(fading *sums, const by_inputs *in, int32_t i) {
    const double up = in->high[i] - in->high[i - 1];
    const double down = in->low[i - 1] - in->low[i];
    if (down > 0.0 && down > up) {
        sums->down += down;
    } else if (up > 0.0 && up > down) {
        sums->up += up;
    }
    sums->range += kernel_true_range(in, i);
}

static void fade(fading *sums, int32_t w) {
    sums->up -= sums->up / w;
    sums->down -= sums->down / w;
    sums->range -= sums->range / w;
}

/* DX, or `otherwise` where it is not defined. */
static double directional(const fading *sums, double otherwise) {
    if (sums->range == 0.0) {
        return otherwise;
    }
    const double plus = 100.0 * (sums->up / sums->range);
    const double minus = 100.0 * (sums->down / sums->range);
    return plus + minus == 0.0 ? otherwise : 100.0 * (fabs(plus - minus) / (plus + minus));
}

void indicator_adx(const int32_t *window, int32_t variant, const by_inputs *in, int32_t count,
                   double *out) {
    (void)variant;
    const int32_t w = window[0];
    fading sums = {0.0, 0.0, 0.0};
    double average = 0.0;
    for (int32_t i = 1; i < w; i++) {
        add_moves(&sums, in, i);
    }
    for (int32_t i = w; i < 2 * w; i++) {
        fade(&sums, w);
        add_moves(&sums, in, i);
        average += directional(&sums, 0.0);
    }
    average /= w;
    out[2 * w - 1] = average;
    for (int32_t i = 2 * w; i < count; i++) {
        fade(&sums, w);
        add_moves(&sums, in, i);
        average = (average * (w - 1) + directional(&sums, average)) / w;
        out[i] = average;
    }
}
