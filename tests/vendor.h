/* SPDX-License-Identifier: MIT
 *
 * A model of a vendor with a rate limit and of programs that ask it through by_limits, in a time of
 * its own.
 */
#ifndef BY_TEST_VENDOR_H
#define BY_TEST_VENDOR_H

#include "../cache/limits.h"

typedef enum vendor_kind { VENDOR_BUCKET, VENDOR_FIXED, VENDOR_SLIDING } vendor_kind;

/* A limit of `count` requests in `period_s`: a bucket that holds `burst` and fills at that rate, a
 * window that begins anew with each period, or one that slides. `headers`: answers tell limit,
 * remaining and reset (in whole seconds, rounded up). `retry_after`: refusals tell when to come
 * again. */
typedef struct vendor {
    vendor_kind kind;
    double count, period_s, burst;
    int headers, retry_after;
} vendor;

/* Each program sends as many requests at once as it has got answers, and at most `at_once`. */
typedef struct trial {
    vendor vendor;
    int programs, at_once;
    double weight;
    int32_t requests; /* ends after so many, 0: */
    double seconds;   /* or after this time */
    double lost;      /* the share that is refused for no reason */
    uint64_t seed;
} trial;

typedef struct trial_result {
    int32_t answered, refused;
    double seconds;
} trial_result;

/* Runs a trial with an open handle for each program, and fails the test when a call does. */
trial_result vendor_try(const trial *t, by_limits **programs);

#endif
