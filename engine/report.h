/* SPDX-License-Identifier: MIT
 *
 * A report: everything about one series of returns, far more than a sweep keeps of each combo
 * (metrics.h), against a benchmark if there is one.
 *
 * How the lines in metrics.h and in report_*.h are read, from which docs/metrics.md is made: the
 * name, its formula, and behind a bar (|) what has to be there for a value (else it is NaN) and how
 * other programs differ. Letters:
 *
 * r, n     the returns, and how many; NaN and infinite ones count as 0
 * rf, f    the risk-free rate of a year, and that of a period: (1 + rf) ^ (1 / P) - 1
 * e        r - f
 * P        periods in a year
 * V        prod(1 + r), from 1; alone it is that of all returns
 * sd, var  of a sample (n - 1)
 *
 * Each X(name, direction, unit, title): 1 when higher is better, -1 when lower is, 0 when neither;
 * fraction (shown in percent), ratio, sessions, days (of the calendar), count or number.
 */
#ifndef BY_REPORT_H
#define BY_REPORT_H

#include "metrics.h"
#include "report_benchmark.h"
#include "report_calendar.h"
#include "report_drawdowns.h"
#include "report_positions.h"
#include "report_ratios.h"
#include "report_tails.h"

/* The groups of metrics. X(GROUP, title) */
#define BY_REPORT_GROUPS(X)                                                                        \
    X(RATIOS, "returns and ratios")                                                                \
    X(TAILS, "tails")                                                                              \
    X(DRAWDOWNS, "drawdowns")                                                                      \
    X(CALENDAR, "periods of the calendar")                                                         \
    X(BENCHMARK, "against the benchmark")                                                          \
    X(POSITIONS, "trading and positions")

#define BY_REPORT_ENUM(name, direction, unit, title) BY_REPORT_##name,
typedef enum by_report_metric {
    BY_REPORT_RATIOS_MAP(BY_REPORT_ENUM) BY_REPORT_TAILS_MAP(BY_REPORT_ENUM)
        BY_REPORT_DRAWDOWNS_MAP(BY_REPORT_ENUM) BY_REPORT_CALENDAR_MAP(BY_REPORT_ENUM)
            BY_REPORT_BENCHMARK_MAP(BY_REPORT_ENUM) BY_REPORT_POSITIONS_MAP(BY_REPORT_ENUM)
                BY_REPORT_COUNT
} by_report_metric;
#undef BY_REPORT_ENUM

#define BY_REPORT_ENUM(group, title) BY_REPORT_GROUP_##group,
typedef enum by_report_group {
    BY_REPORT_GROUPS(BY_REPORT_ENUM) BY_REPORT_GROUP_COUNT
} by_report_group;
#undef BY_REPORT_ENUM

/* What a report is of. */
typedef struct by_report_input {
    const double *returns;   /* [count]; fractions */
    const double *benchmark; /* [count]; NULL for none */
    const int32_t *day;      /* [count]; days since 1970-01-01 that never fall; NULL for none */
    int32_t count;           /* n */
    double rf;               /* above -1 */
    double periods_per_year; /* above 0 */
} by_report_input;

/* Never infinite: what is not defined is NaN, as is what needs a benchmark or dates without them,
 * and the group of positions, which a run has alone. */
typedef struct by_report {
    double base[BY_METRIC_COUNT]; /* those of metrics.h, with sharpe and sortino in excess of rf */
    double metric[BY_REPORT_COUNT];
} by_report;

/* Fails with BY_USAGE on an rf or a year that cannot be, and with BY_NOMEM. Thread-safe. */
BY_API by_status by_report_compute(const by_report_input *input, by_report *out, by_error *err);
/* Name, title, unit, direction and group of a by_report_metric; NULL, 0 and -1 for an unknown
 * one. */
BY_API const char *by_report_name(int32_t metric);
BY_API const char *by_report_title(int32_t metric);
BY_API const char *by_report_unit(int32_t metric);
BY_API int32_t by_report_direction(int32_t metric);
BY_API int32_t by_report_group_of(int32_t metric);
BY_API const char *by_report_group_title(int32_t group);

#endif
