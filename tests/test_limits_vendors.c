/* SPDX-License-Identifier: MIT
 *
 * Rate limits against model vendors, in a time that costs nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <unistd.h>

#include "scratch.h"
#include "vendor.h"

enum { PROGRAMS_MAX = 2 };
static const char *kind_names[] = {"bucket", "fixed window", "sliding window"};

/* Runs a trial with `limits` declared, by a new file. */
static trial_result run(const char *folder, const trial *t, const by_limit *limits, int32_t count) {
    by_limits *programs[PROGRAMS_MAX];
    by_error err;
    const char *path = scratch_path(folder, "limits");
    unlink(path);
    for (int p = 0; p < t->programs; p++) {
        if (by_limits_open(path, limits, count, 1700000000, &programs[p], &err) != BY_OK) {
            fail_msg("%s", err.message);
        }
    }
    trial_result result = vendor_try(t, programs);
    for (int p = 0; p < t->programs; p++) {
        by_limits_close(programs[p]);
    }
    return result;
}

/* A limit that was declared as the vendor keeps it: never a refusal, and most of it used. */
static void try_declared(const char *folder, by_limit limit, double weight, double share) {
    for (vendor_kind kind = VENDOR_BUCKET; kind <= VENDOR_SLIDING; kind++) {
        for (int variant = 0; variant < 4; variant++) {
            trial t = {.vendor = {kind, limit.count, limit.period_s, limit.count, variant & 1, 0},
                       .programs = 1 + (variant >> 1),
                       .at_once = 24,
                       .weight = weight,
                       .seconds = limit.period_s < 10 ? 60 : 600,
                       .seed = (uint64_t)variant + 1};
            trial_result r = run(folder, &t, &limit, 1);
            double allowed = limit.count / weight / limit.period_s * t.seconds;
            if (r.refused > 0 || r.answered < share * allowed) {
                fail_msg("%g in %g s, %s, variant %d: %d answered of %g, %d refused", limit.count,
                         limit.period_s, kind_names[kind], variant, r.answered, allowed, r.refused);
            }
        }
    }
}

static void test_declared(void **state) {
    try_declared(*state, (by_limit){200, 60, 0, 0}, 1, 0.9);
    try_declared(*state, (by_limit){5, 60, 0, 0}, 1, 0.9);
    try_declared(*state, (by_limit){33, 60, 0, 0}, 1, 0.9);
    try_declared(*state, (by_limit){1000, 60, 1, 0}, 5, 0.9);
    try_declared(*state, (by_limit){50, 300, 0, 0}, 1, 0.9);
    try_declared(*state, (by_limit){19, 10, 0, 0}, 1, 0.9);
    /* the margin is a third of the period */
    try_declared(*state, (by_limit){100, 1, 0, 0}, 1, 0.7);
    try_declared(*state, (by_limit){3, 1, 0, 0}, 1, 0.7);
}

/* Fails when more than `most` are refused, or fewer answered than `least_per_s`. */
static void try_unknown(const char *folder, const char *name, trial t, const by_limit *declared,
                        int32_t most, double least_per_s) {
    for (int variant = 0; variant < 4; variant++) {
        t.vendor.headers = variant & 1;
        t.vendor.retry_after = variant >> 1;
        for (t.seed = 1; t.seed <= 3; t.seed++) {
            trial_result r = run(folder, &t, declared, declared != NULL);
            if (r.refused > most || r.answered < least_per_s * r.seconds) {
                fail_msg("%s, variant %d, seed %d: %d of %d refused, %g answered a second", name,
                         variant, (int)t.seed, r.refused, t.requests, r.answered / r.seconds);
            }
        }
    }
}

static trial bucket_of(double burst) {
    return (trial){.vendor = {VENDOR_BUCKET, 3, 1, burst, 0, 0},
                   .programs = 1,
                   .at_once = 8,
                   .weight = 1,
                   .requests = 1000};
}

/* Three requests a second, which nobody declared: learned with under 1 % refused. */
static void test_undeclared(void **state) {
    static const double bursts[] = {3, 10, 30};
    for (int i = 0; i < 3; i++) {
        trial t = bucket_of(bursts[i]);
        try_unknown(*state, "undeclared", t, NULL, 9, 1.4);
        t.programs = 2;
        try_unknown(*state, "undeclared, two programs", t, NULL, 9, 1.4);
    }
}

/* Declared limits that are higher than the vendor's. */
static void test_declared_too_high(void **state) {
    by_limit plan = {200, 60, 0, 0}, better = {10000, 60, 0, 0};
    try_unknown(*state, "200 a minute, bucket of 3", bucket_of(3), &plan, 9, 1);
    try_unknown(*state, "200 a minute, bucket of 30", bucket_of(30), &plan, 9, 1.4);
    try_unknown(*state, "10000 a minute, bucket of 30", bucket_of(30), &better, 9, 1.4);
    trial t = bucket_of(0);
    t.vendor = (vendor){VENDOR_FIXED, 180, 60, 0, 0, 0};
    try_unknown(*state, "200 a minute, window of 180", t, &plan, 4, 2.2);
}

/* Windows of a minute that nobody declared: it takes a pause of a minute to learn of them. */
static void test_undeclared_windows(void **state) {
    trial t = bucket_of(0);
    t.vendor = (vendor){VENDOR_FIXED, 200, 60, 0, 0, 0};
    try_unknown(*state, "window of 200", t, NULL, 20, 2);
    t.vendor.kind = VENDOR_SLIDING;
    try_unknown(*state, "sliding window of 200", t, NULL, 20, 2);
    t.vendor = (vendor){VENDOR_FIXED, 5, 60, 0, 0, 0};
    t.requests = 100;
    try_unknown(*state, "window of 5", t, NULL, 10, 0.05);
}

/* Refusals that have nothing to do with the rate slow down, but not to a halt. */
static void test_refused_at_random(void **state) {
    by_limit plan = {200, 60, 0, 0};
    trial t = bucket_of(0);
    t.vendor = (vendor){VENDOR_FIXED, 200, 60, 0, 0, 0};
    t.lost = 0.1;
    try_unknown(*state, "a tenth refused", t, &plan, 200, 0.8);
}

/* Without any limit the rate grows from a careful start. */
static void test_unlimited(void **state) {
    trial t = bucket_of(0);
    t.vendor = (vendor){VENDOR_FIXED, 1e9, 60, 0, 0, 0};
    t.at_once = 48;
    try_unknown(*state, "no limit", t, NULL, 0, 60);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_declared, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_undeclared, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_declared_too_high, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_undeclared_windows, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_refused_at_random, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_unlimited, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests_name("limits against vendors", tests, NULL, NULL);
}
