/* SPDX-License-Identifier: MIT */
#include "moments.h"

#include <math.h>

#include "clones.h"

enum { LANES = 8 };

/* Variance over mean square below which returns are equal: sums of squares of that many equal
 * returns are not more exact. */
#define NO_DEVIATION 1e-12

double by_moments_sharpe(const by_moments *moments, double periods_per_year) {
    const double n = (double)moments->count;
    if (moments->count < 2) {
        return NAN;
    }
    const double mean = moments->sum / n;
    const double variance = (moments->sum_squares - moments->sum * mean) / (n - 1.0);
    if (!(variance > NO_DEVIATION * moments->sum_squares / n)) {
        return NAN;
    }
    return mean / sqrt(variance) * sqrt(periods_per_year);
}

double by_moments_total_return(const by_moments *moments) {
    return moments->count > 0 ? moments->growth - 1.0 : NAN;
}

typedef struct lanes {
    double sum[LANES];
    double sum_squares[LANES];
    double growth[LANES];
} lanes;

BY_CLONES static void fill_lanes(const double *r, int64_t count, lanes *out) {
    lanes at;
    for (int32_t l = 0; l < LANES; l++) {
        at.sum[l] = at.sum_squares[l] = 0.0;
        at.growth[l] = 1.0;
    }
    int64_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        for (int32_t l = 0; l < LANES; l++) {
            const double x = r[i + l];
            at.sum[l] += x;
            at.sum_squares[l] += x * x;
            at.growth[l] *= 1.0 + x;
        }
    }
    for (int32_t l = 0; i < count; i++, l++) {
        at.sum[l] += r[i];
        at.sum_squares[l] += r[i] * r[i];
        at.growth[l] *= 1.0 + r[i];
    }
    *out = at;
}

static double add_up(const double lane[LANES]) {
    return ((lane[0] + lane[1]) + (lane[2] + lane[3])) +
           ((lane[4] + lane[5]) + (lane[6] + lane[7]));
}

static double multiply(const double lane[LANES]) {
    return ((lane[0] * lane[1]) * (lane[2] * lane[3])) *
           ((lane[4] * lane[5]) * (lane[6] * lane[7]));
}

void moments_reduce(const double *returns, int32_t return_count, int32_t start,
                    const by_range *windows, int32_t window_count, by_moments *out) {
    for (int32_t w = 0; w < window_count; w++) {
        int64_t first = (int64_t)windows[w].first - start - 1;
        int64_t last = (int64_t)windows[w].last - start - 1;
        first = first < 0 ? 0 : first;
        last = last >= return_count ? return_count - 1 : last;
        const int64_t count = last < first ? 0 : last - first + 1;
        lanes at;
        fill_lanes(count > 0 ? returns + first : returns, count, &at);
        out[w] = (by_moments){.sum = add_up(at.sum),
                              .sum_squares = add_up(at.sum_squares),
                              .growth = multiply(at.growth),
                              .count = count};
    }
}
