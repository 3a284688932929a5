/* SPDX-License-Identifier: MIT
 *
 * Indicators over all highs, lows and volumes up to a row.
 */
#include "plain_indicator.h"

#include <math.h>
#include <stdlib.h>

/* Row 0 has no close before it. */
static double true_range(const by_inputs *in, int32_t t) {
    double range = in->high[t] - in->low[t];
    if (t == 0) {
        return range;
    }
    double close = in->close[t - 1];
    range = fabs(in->high[t] - close) > range ? fabs(in->high[t] - close) : range;
    return fabs(in->low[t] - close) > range ? fabs(in->low[t] - close) : range;
}

static void fill_true_range(int32_t variant, const by_inputs *in, int32_t count, double *out) {
    for (int32_t t = variant == 1 ? 0 : 1; t < count; t++) {
        out[t] = true_range(in, t);
    }
}

/* Variant: 0 Wilder's average, 1 the plain mean, 2 the exponential average of the true ranges; 3
 * more where row 0 has a true range, too. */
static void fill_atr(int32_t w, int32_t variant, const by_inputs *in, int32_t count, double *out) {
    int32_t begin = variant < 3 ? 1 : 0;
    double *range = calloc((size_t)count, sizeof *range);
    double average = 0;
    for (int32_t t = begin; t < count && range != NULL; t++) {
        range[t] = true_range(in, t);
        bool there = t >= begin + w - 1;
        if (variant % 3 == 1 || t == begin + w - 1) {
            average = there && variant % 3 != 2 ? plain_mean(range + t - w + 1, w) : average;
        }
        if (variant % 3 == 0 && t >= begin + w) {
            average = (average * (w - 1) + range[t]) / w;
        } else if (variant % 3 == 2) {
            average = t == begin ? range[t] : average + (range[t] - average) / w;
        }
        out[t] = there ? average : NAN;
    }
    free(range);
}

static void fill_natr(int32_t w, int32_t variant, const by_inputs *in, int32_t count, double *out) {
    fill_atr(w, variant, in, count, out);
    for (int32_t t = 0; t < count; t++) {
        out[t] = out[t] / in->close[t] * 100;
    }
}

/* The average of the closes and, on that side of it, a band. */
static void fill_keltner(const by_recipe *recipe, double side, const by_inputs *in, int32_t count,
                         double *out) {
    const by_recipe average = {.window = {recipe->window[0]}};
    double *reach = calloc((size_t)count, sizeof *reach);
    if (reach != NULL) {
        reach[0] = NAN;
        fill_atr(recipe->window[1], 0, in, count, reach);
        (void)plain_fill_histories(BY_EMA, &average, in, count, out);
    }
    for (int32_t t = 0; t < count && reach != NULL; t++) {
        out[t] += side * recipe->number[0] * reach[t];
    }
    free(reach);
}

/* Sums that fade, from row 1 on, and +DI, -DI or DX of them, from row w on. */
static void fill_directional(int32_t kind, int32_t w, const by_inputs *in, int32_t count,
                             double *out) {
    double plus = 0;
    double minus = 0;
    double range = 0;
    for (int32_t t = 1; t < count; t++) {
        double up = in->high[t] - in->high[t - 1];
        double down = in->low[t - 1] - in->low[t];
        if (t >= w) {
            plus = plus - plus / w;
            minus = minus - minus / w;
            range = range - range / w;
        }
        plus += up > down && up > 0 ? up : 0;
        minus += down > up && down > 0 ? down : 0;
        range += true_range(in, t);
        double p = range != 0 ? 100 * (plus / range) : 0;
        double m = range != 0 ? 100 * (minus / range) : 0;
        double dx = p + m != 0 ? 100 * (fabs(p - m) / (p + m)) : 0;
        out[t] = t < w ? NAN : kind == BY_PLUS_DI ? p : kind == BY_MINUS_DI ? m : dx;
    }
}

static void fill_adx(int32_t w, const by_inputs *in, int32_t count, double *out) {
    double *dx = calloc((size_t)count, sizeof *dx);
    if (dx != NULL) {
        fill_directional(BY_DX, w, in, count, dx);
    }
    for (int32_t t = 2 * w - 1; t < count && dx != NULL; t++) {
        out[t] = t == 2 * w - 1 ? plain_mean(dx + w, w) : (out[t - 1] * (w - 1) + dx[t]) / w;
    }
    free(dx);
}

static double smaller(double a, double b) {
    return b < a ? b : a;
}

static double larger(double a, double b) {
    return b > a ? b : a;
}

/* Where the line stands, where it goes to, and how fast. */
typedef struct parabola {
    bool rising;
    double line;
    double extreme;
    double factor;
} parabola;

static void sar_rise(parabola *p, double step, double maximum, const double high[2],
                     const double low[2]) {
    if (low[1] <= p->line) {
        *p = (parabola){false, larger(larger(p->extreme, high[0]), high[1]), low[1], step};
    } else if (high[1] > p->extreme) {
        p->extreme = high[1];
        p->factor = smaller(p->factor + step, maximum);
    }
}

static void sar_fall(parabola *p, double step, double maximum, const double high[2],
                     const double low[2]) {
    if (high[1] >= p->line) {
        *p = (parabola){true, smaller(smaller(p->extreme, low[0]), low[1]), high[1], step};
    } else if (low[1] < p->extreme) {
        p->extreme = low[1];
        p->factor = smaller(p->factor + step, maximum);
    }
}

static void fill_sar(const double number[2], const by_inputs *in, int32_t count, double *out) {
    double step = smaller(number[0], number[1]);
    parabola p = {.factor = step};
    for (int32_t t = 1; t < count; t++) {
        int32_t before = t == 1 ? 1 : t - 1;
        const double high[2] = {in->high[before], in->high[t]};
        const double low[2] = {in->low[before], in->low[t]};
        if (t == 1) {
            double fall = in->low[0] - low[1];
            p.rising = !(fall > 0) || !(fall > high[1] - in->high[0]);
            p.line = p.rising ? in->low[0] : in->high[0];
            p.extreme = p.rising ? high[1] : low[1];
        }
        double line = p.line;
        bool rising = p.rising;
        (rising ? sar_rise : sar_fall)(&p, step, number[1], high, low);
        out[t] = rising == p.rising ? line : p.line;
        p.line += p.factor * (p.extreme - p.line);
        p.line = p.rising ? smaller(smaller(p.line, low[0]), low[1])
                          : larger(larger(p.line, high[0]), high[1]);
    }
}

static void fill_obv(int32_t variant, const by_inputs *in, int32_t count, double *out) {
    double sum = variant == 1 ? 0 : in->volume[0];
    for (int32_t t = 0; t < count; t++) {
        if (t > 0 && in->close[t] != in->close[t - 1]) {
            sum += in->close[t] > in->close[t - 1] ? in->volume[t] : -in->volume[t];
        }
        out[t] = sum;
    }
}

bool plain_fill_bars(int32_t kind, const by_recipe *recipe, const by_inputs *in, int32_t count,
                     double *out) {
    const int32_t w = recipe->window[0];
    switch (kind) {
    case BY_TRUE_RANGE:
        fill_true_range(recipe->variant, in, count, out);
        return true;
    case BY_ATR:
        fill_atr(w, recipe->variant, in, count, out);
        return true;
    case BY_NATR:
        fill_natr(w, recipe->variant, in, count, out);
        return true;
    case BY_KELTNER_UPPER:
    case BY_KELTNER_LOWER:
        fill_keltner(recipe, kind == BY_KELTNER_UPPER ? 1 : -1, in, count, out);
        return true;
    case BY_PLUS_DI:
    case BY_MINUS_DI:
    case BY_DX:
        fill_directional(kind, w, in, count, out);
        return true;
    case BY_ADX:
        fill_adx(w, in, count, out);
        return true;
    case BY_SAR:
        fill_sar(recipe->number, in, count, out);
        return true;
    case BY_OBV:
        fill_obv(recipe->variant, in, count, out);
        return true;
    default:
        return false;
    }
}
