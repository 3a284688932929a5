/* SPDX-License-Identifier: MIT
 *
 * Columns of other software that a script puts together from indicators.
 */
#include "reference_rows.h"

#include <assert.h>
#include <math.h>

enum { ROWS_MAX = 1100 };

static double *values(reference_compute *compute, int32_t kind, int32_t w, const by_inputs *inputs,
                      int32_t count) {
    static double kept[4][ROWS_MAX];
    static int32_t turn;
    double *out = kept[turn++ % 4];
    assert(count <= ROWS_MAX);
    (void)compute(kind, &(by_recipe){.window = {w}}, inputs, count, out);
    return out;
}

void reference_momentum(reference_compute *compute, int32_t w, const by_inputs *inputs,
                        int32_t count, double *out) {
    const double *close = values(compute, BY_CLOSE, 0, inputs, count);
    for (int32_t i = 0; i < count; i++) {
        out[i] = i < w ? NAN : close[i] - close[i - w];
    }
}

void reference_sum(reference_compute *compute, int32_t w, const by_inputs *inputs, int32_t count,
                   double *out) {
    const double *mean = values(compute, BY_SMA, w, inputs, count);
    for (int32_t i = 0; i < count; i++) {
        out[i] = mean[i] * w;
    }
}

void reference_typical(reference_compute *compute, int32_t w, const by_inputs *inputs,
                       int32_t count, double *out) {
    const double *high = values(compute, BY_HIGH, w, inputs, count);
    const double *low = values(compute, BY_LOW, w, inputs, count);
    const double *close = values(compute, BY_CLOSE, w, inputs, count);
    for (int32_t i = 0; i < count; i++) {
        out[i] = (high[i] + low[i] + close[i]) / 3;
    }
}

/* The line of regression `steps` bars behind its end. */
static void on_line(reference_compute *compute, int32_t w, const by_inputs *inputs, int32_t count,
                    int32_t steps, double *out) {
    const double *end = values(compute, BY_LINREG, w, inputs, count);
    const double *slope = values(compute, BY_LINREG_SLOPE, w, inputs, count);
    for (int32_t i = 0; i < count; i++) {
        out[i] = end[i] + slope[i] * steps;
    }
}

void reference_intercept(reference_compute *compute, int32_t w, const by_inputs *inputs,
                         int32_t count, double *out) {
    on_line(compute, w, inputs, count, 1 - w, out);
}

void reference_forecast(reference_compute *compute, int32_t w, const by_inputs *inputs,
                        int32_t count, double *out) {
    on_line(compute, w, inputs, count, 1, out);
}

void reference_angle(reference_compute *compute, int32_t w, const by_inputs *inputs, int32_t count,
                     double *out) {
    const double *slope = values(compute, BY_LINREG_SLOPE, w, inputs, count);
    for (int32_t i = 0; i < count; i++) {
        out[i] = atan(slope[i]) * (180 / 3.14159265358979323846);
    }
}

void reference_triangular(reference_compute *compute, int32_t w, const by_inputs *inputs,
                          int32_t count, double *out) {
    const by_inputs means = {.close = values(compute, BY_SMA, w / 2 + 1, inputs, count)};
    (void)compute(BY_SMA, &(by_recipe){.window = {(w + 1) / 2}}, &means, count, out);
}

void reference_adxr(reference_compute *compute, int32_t w, const by_inputs *inputs, int32_t count,
                    double *out) {
    const double *adx = values(compute, BY_ADX, w, inputs, count);
    for (int32_t i = 0; i < count; i++) {
        out[i] = i < w - 1 ? NAN : (adx[i] + adx[i - (w - 1)]) / 2;
    }
}

void reference_balance(reference_compute *compute, int32_t w, const by_inputs *inputs,
                       int32_t count, double *out) {
    const double *open = values(compute, BY_OPEN, w, inputs, count);
    const double *high = values(compute, BY_HIGH, w, inputs, count);
    const double *low = values(compute, BY_LOW, w, inputs, count);
    const double *close = values(compute, BY_CLOSE, w, inputs, count);
    for (int32_t i = 0; i < count; i++) {
        out[i] = (close[i] - open[i]) / (high[i] - low[i]);
    }
}
