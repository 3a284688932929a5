/* SPDX-License-Identifier: MIT
 *
 * month: month of the year, 1 to 12, of the UTC date of the bar.
 */
#include "kernel.h"

int32_t indicator_month_closes(const int32_t *window, int32_t variant) {
    (void)window;
    (void)variant;
    return 1;
}

/* The proleptic Gregorian calendar in years that begin in March, so that a leap day is the last of
 * its year, and eras of 400 years, which are all equal. */
static int32_t month_of(int64_t seconds) {
    const int64_t days = seconds / 86400 - (seconds % 86400 < 0);
    const int64_t since_march = days + 719468; /* since 0000-03-01 */
    const int64_t of_era = (since_march % 146097 + 146097) % 146097;
    const int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    const int32_t from_march = (int32_t)((5 * of_year + 2) / 153);
    return from_march < 10 ? from_march + 3 : from_march - 9;
}

void indicator_month(const int32_t *window, int32_t variant, const by_inputs *in, int32_t count,
                     double *out) {
    (void)window;
    (void)variant;
    for (int32_t i = 0; i < count; i++) {
        out[i] = month_of(in->time[i]);
    }
}
