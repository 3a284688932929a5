/* SPDX-License-Identifier: MIT
 *
 * month: month of the year of the UTC date of the bar.
 *
 * First value: after 1 bar.
 * Units: 1 to 12.
 */
#include "kernel.h"

int32_t indicator_month_closes(const by_recipe *recipe) {
    (void)recipe;
    return 1;
}

/* The proleptic Gregorian calendar in years that begin in March, so that a leap day is the last of
 * its year, and eras of 400 years, which are all equal. Days are those since 1970-01-01; *first is
 * the first of the month. */
static int32_t month_of(int64_t day, int64_t *first) {
    const int64_t since_march = day + 719468; /* since 0000-03-01 */
    const int64_t of_era = (since_march % 146097 + 146097) % 146097;
    const int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    const int32_t from_march = (int32_t)((5 * of_year + 2) / 153);
    *first = day - (of_year - (153 * from_march + 2) / 5);
    return from_march < 10 ? from_march + 3 : from_march - 9;
}

/* Every month has 28 days, for which the month of one before will do. */
void indicator_month(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    int64_t first = 0;
    int32_t month = 1; /* of 1970-01-01 */
    (void)recipe;
    for (int32_t i = 0; i < count; i++) {
        const int64_t day = in->time[i] / 86400 - (in->time[i] % 86400 < 0);
        if (day < first || day >= first + 28) {
            month = month_of(day, &first);
        }
        out[i] = month;
    }
}
