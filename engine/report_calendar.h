/* SPDX-License-Identifier: MIT
 *
 * Metrics of a report: days, months, quarters and years of the calendar. See report.h for the
 * letters and for how these lines are read.
 */
#ifndef BY_REPORT_CALENDAR_H
#define BY_REPORT_CALENDAR_H

#include "status.h"

/* All need dates. R is the compounded return of a month, quarter or year, with the returns there
 * are: the first and last may be parts of one. The last return is of day t.
 *
 * mtd                    return from the first of the month of t
 *                        | n >= 1. QuantStats, ffn: same.
 * three_months           return of the days after t - 3 months
 *                        | the first return is at most 7 days after that. ffn: same. QuantStats:
 *                        that day itself included.
 * six_months             return of the days after t - 6 months
 *                        | as three_months. ffn: same. QuantStats: that day itself included.
 * ytd                    return from the first of January of the year of t
 *                        | n >= 1. QuantStats, ffn: same.
 * one_year               return of the days after t - 12 months
 *                        | as three_months. ffn: same. QuantStats: that day itself included.
 * three_years            cagr of the days after t - 36 months
 *                        | as three_months. QuantStats: of 35 months. ffn: by the calendar's years.
 * five_years             cagr of the days after t - 60 months
 *                        | as three_months. QuantStats: of 59 months. ffn: by the calendar's years.
 * ten_years              cagr of the days after t - 120 months
 *                        | as three_months. QuantStats: that day itself included, and of all where
 *                        there are fewer. ffn: by the calendar's years.
 * best_month             highest R of a month
 *                        | n >= 1. QuantStats: same.
 * worst_month            lowest R of a month
 *                        | n >= 1. QuantStats: same.
 * best_year              highest R of a year
 *                        | n >= 1. QuantStats: same.
 * worst_year             lowest R of a year
 *                        | n >= 1. QuantStats: same.
 * average_up_month       mean of R > 0 of the months
 *                        | a month that won. QuantStats: same without a benchmark.
 * average_down_month     mean of R < 0 of the months
 *                        | a month that lost. QuantStats: same without a benchmark. ffn: R <= 0.
 * win_months             #(R > 0) / #(R != 0) of the months
 *                        | a month of R != 0. QuantStats: same. ffn: by the number of months - 1.
 * win_quarters           #(R > 0) / #(R != 0) of the quarters
 *                        | a quarter of R != 0. QuantStats: same.
 * win_years              #(R > 0) / #(R != 0) of the years
 *                        | a year of R != 0. QuantStats: same. ffn: by the number of years - 1.
 * expected_month         prod(1 + r) ^ (1 / months) - 1
 *                        | n >= 1. QuantStats: same.
 * expected_quarter       prod(1 + r) ^ (1 / quarters) - 1
 *                        | n >= 1. QuantStats: same.
 * expected_year          prod(1 + r) ^ (1 / years) - 1
 *                        | n >= 1. QuantStats: same.
 * gain_to_pain_months    sum of S / |sum of S < 0|, S the sum (not compounded) of r of a month
 *                        | a month that lost. QuantStats: same.
 * monthly_mean           mean(R) * 12 of the months
 *                        | n >= 1. ffn: same where the first month is whole, as the next five.
 * monthly_volatility     sd(R) * sqrt(12) of the months
 *                        | 2 months.
 * monthly_sharpe         sharpe of R of the months with P = 12
 *                        | 2 months.
 * monthly_sortino        sortino of R of the months with P = 12
 *                        | a month that lost.
 * monthly_skewness       skewness of R of the months
 *                        | 3 months.
 * monthly_kurtosis       kurtosis of R of the months, in excess
 *                        | 4 months.
 * yearly_mean            mean(R) of the years
 *                        | n >= 1. ffn: same where the first year is whole, as the next five.
 * yearly_volatility      sd(R) of the years
 *                        | 2 years.
 * yearly_sharpe          sharpe of R of the years with P = 1
 *                        | 2 years.
 * yearly_sortino         sortino of R of the years with P = 1
 *                        | a year that lost.
 * yearly_skewness        skewness of R of the years
 *                        | 3 years.
 * yearly_kurtosis        kurtosis of R of the years, in excess
 *                        | 4 years.
 */
#define BY_REPORT_CALENDAR_MAP(X)                                                                  \
    X(mtd, 1, fraction, "month to date")                                                           \
    X(three_months, 1, fraction, "3 months")                                                       \
    X(six_months, 1, fraction, "6 months")                                                         \
    X(ytd, 1, fraction, "year to date")                                                            \
    X(one_year, 1, fraction, "1 year")                                                             \
    X(three_years, 1, fraction, "3 years (a year)")                                                \
    X(five_years, 1, fraction, "5 years (a year)")                                                 \
    X(ten_years, 1, fraction, "10 years (a year)")                                                 \
    X(best_month, 1, fraction, "best month")                                                       \
    X(worst_month, 1, fraction, "worst month")                                                     \
    X(best_year, 1, fraction, "best year")                                                         \
    X(worst_year, 1, fraction, "worst year")                                                       \
    X(average_up_month, 1, fraction, "average up month")                                           \
    X(average_down_month, 1, fraction, "average down month")                                       \
    X(win_months, 1, fraction, "winning months")                                                   \
    X(win_quarters, 1, fraction, "winning quarters")                                               \
    X(win_years, 1, fraction, "winning years")                                                     \
    X(expected_month, 1, fraction, "expected month")                                               \
    X(expected_quarter, 1, fraction, "expected quarter")                                           \
    X(expected_year, 1, fraction, "expected year")                                                 \
    X(gain_to_pain_months, 1, ratio, "gain to pain of months")                                     \
    X(monthly_mean, 1, fraction, "mean of months (a year)")                                        \
    X(monthly_volatility, -1, fraction, "volatility of months")                                    \
    X(monthly_sharpe, 1, ratio, "Sharpe of months")                                                \
    X(monthly_sortino, 1, ratio, "Sortino of months")                                              \
    X(monthly_skewness, 1, ratio, "skewness of months")                                            \
    X(monthly_kurtosis, -1, ratio, "excess kurtosis of months")                                    \
    X(yearly_mean, 1, fraction, "mean of years")                                                   \
    X(yearly_volatility, -1, fraction, "volatility of years")                                      \
    X(yearly_sharpe, 1, ratio, "Sharpe of years")                                                  \
    X(yearly_sortino, 1, ratio, "Sortino of years")                                                \
    X(yearly_skewness, 1, ratio, "skewness of years")                                              \
    X(yearly_kurtosis, -1, ratio, "excess kurtosis of years")

/* The return of one month, quarter or year. */
typedef struct by_period {
    int32_t number; /* months, quarters or years since the year 0 */
    double growth;  /* compounded return */
    double sum;     /* of the returns */
} by_period;

/* Fills out[count] with the periods of `months` months (1, 3 or 12) that returns[count] fall into;
 * day[i] are days since 1970-01-01 and never fall. Returns how many there are. Thread-safe; NaN and
 * infinite returns are 0. */
BY_API int32_t by_periods_of(const double *returns, const int32_t *day, int32_t count,
                             int32_t months, by_period *out);

#endif
