/* SPDX-License-Identifier: MIT
 *
 * What the parts of a report share.
 */
#ifndef BY_REPORT_PARTS_H
#define BY_REPORT_PARTS_H

#include <math.h>
#include <stdbool.h>

#include "report.h"

/* Returns with what all parts need of them. NaN and infinite ones are 0 here. */
typedef struct measured {
    const double *r;    /* [n] */
    const double *b;    /* [n]; NULL without a benchmark */
    const int32_t *day; /* [n]; NULL without dates */
    int32_t n;
    double rf;           /* of a year */
    double f;            /* of a period */
    double year;         /* P */
    double *scratch;     /* [n]; anybody's, for as long as a part is computed */
    const double *zeros; /* [n + 1] */
    double sum;          /* of r */
    double mean;
    double sd; /* NaN of fewer than 2; 0 of constant ones */
} measured;

/* Sum of x, mean, and sum of squares around the mean, which is 0 where all x are the same. */
typedef struct spread {
    double sum;
    double mean;
    double second;
    double low, high; /* extremes */
} spread;

spread spread_of(const double *x, int32_t count);
/* Sample deviation; NaN of fewer than 2. */
double spread_deviation(const spread *of, int32_t count);
/* r with 0 in the place of what is no number. */
double return_of(double r);
/* The risk-free rate of a period when there are `periods` in a year. */
double rate_of_period(double rf, double periods);
/* The metrics of metrics.h that returns alone have, with sharpe and sortino in excess of rf; NaN
 * for the rest. `excess` and zeros[count + 1] are room and zeros. */
void report_base(const double *returns, int32_t count, double rf, double periods_per_year,
                 double *excess, const double *zeros, double *base);
/* Quantile of `sorted` (count >= 1) with linear interpolation between ranks. */
double quantile_of(const double *sorted, int32_t count, double share);
/* Mean of x below mean(x) + z(0.05) sd(x); that bound where there is none. */
double normal_tail_mean(const double *x, int32_t count);
/* x / y; NaN where y is not above 0. */
static inline double ratio_of(double x, double y) {
    return y > 0.0 ? x / y : NAN;
}

/* x ^ y; NaN where less than nothing is left, also where y is whole. */
static inline double growth_of(double x, double y) {
    return x >= 0.0 ? pow(x, y) : NAN;
}

void report_ratios(const measured *m, by_report *out);
void report_tails(const measured *m, by_report *out); /* after the ratios */
void report_drawdowns(const measured *m, by_report *out);
by_status report_calendar(const measured *m, by_report *out, by_error *err);
void report_benchmark(const measured *m, by_report *out); /* after the ratios */

#endif
