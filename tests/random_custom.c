/* SPDX-License-Identifier: MIT
 *
 * Indicators that random trees bring along. They fail when they are given what they must not see.
 */
#include "random_parts.h"

#include "../engine/indicator.h"

#include <math.h>

static by_status refuse(by_error *err, const char *what) {
    return by_fail(err, BY_INTERNAL, "a custom indicator is given %s", what);
}

/* number * sum of the last closes. */
static int32_t sum(void *context, const by_recipe *recipe, const by_inputs *in, int32_t count,
                   double *out, by_error *err) {
    if (context != &random_customs[0]) {
        return refuse(err, "the context of another one");
    }
    for (int32_t t = 0; t < count; t++) {
        double all = 0;
        for (int32_t k = t - recipe->window[0] + 1; k <= t && t + 1 >= recipe->window[0]; k++) {
            all += in->close[k];
        }
        out[t] = t + 1 < recipe->window[0] ? NAN : recipe->number[0] * all;
        if (isnan(in->close[t])) {
            return refuse(err, "a close that is none");
        }
    }
    return BY_OK;
}

/* Range of a bar some bars ago, and the open of another, by the volume of this one. */
static int32_t mixture(void *context, const by_recipe *recipe, const by_inputs *in, int32_t count,
                       double *out, by_error *err) {
    if (context != &random_customs[1]) {
        return refuse(err, "the context of another one");
    }
    const int32_t a = recipe->window[0];
    const int32_t b = recipe->window[1];
    for (int32_t t = 0; t < count; t++) {
        if (isnan(in->high[t] + in->low[t] + in->open[t] + in->close[t])) {
            return refuse(err, "a price that is none");
        }
        if (isnan(in->volume[t])) {
            return refuse(err, "a volume that is none");
        }
        out[t] = t < a || t < b
                     ? NAN
                     : (in->high[t - a] - in->low[t - a]) / in->open[t - b] + 1e-9 * in->volume[t];
    }
    return BY_OK;
}

/* The first of two series over the second, from the second bar of a history on. */
static int32_t quotient(void *context, const by_recipe *recipe, const by_inputs *in, int32_t count,
                        double *out, by_error *err) {
    if (context != &random_customs[2] || recipe->window[0] != 0) {
        return refuse(err, "the context of another one");
    }
    for (int32_t t = 0; t < count; t++) {
        if (isnan(in->close[t] + in->other[t]) || in->time[t] < 0) {
            return refuse(err, "a value that is none");
        }
        out[t] = t < 1 ? NAN : in->close[t] / (1 + fabs(in->other[t - 1]));
    }
    return BY_OK;
}

const by_custom random_customs[RANDOM_CUSTOMS] = {
    {.name = "test_sum",
     .identity = 1,
     .window_count = 1,
     .number_count = 1,
     .compute = sum,
     .context = (void *)&random_customs[0]},
    {.name = "test_mixture",
     .identity = 2,
     .window_count = 2,
     .reads = BY_READS_RANGE | BY_READS_VOLUME | BY_READS_OPEN,
     .compute = mixture,
     .context = (void *)&random_customs[1]},
    {.name = "test_quotient",
     .identity = 3,
     .reads = BY_READS_OTHER,
     .compute = quotient,
     .context = (void *)&random_customs[2]},
};
