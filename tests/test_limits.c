/* SPDX-License-Identifier: MIT
 *
 * Rate limits: what they let through, what vendors tell, and the file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "../cache/limits.h"
#include "scratch.h"

static const double start_s = 1700000000;
static const by_limit a_minute = {200, 60, 0, 0}, five = {5, 60, 0, 0};

static by_limits *open_at(const char *folder, const by_limit *limits, int32_t count, double now_s) {
    by_limits *l;
    by_error err;
    if (by_limits_open(scratch_path(folder, "limits"), limits, count, now_s, &l, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
    return l;
}

static double take(by_limits *l, double now_s) {
    double wait_s;
    by_error err;
    assert_int_equal(by_limits_take(l, 1, now_s, &wait_s, &err), BY_OK);
    return wait_s;
}

/* How many requests go through at once. */
static int burst(by_limits *l, double now_s) {
    int count = 0;
    while (take(l, now_s) == 0) {
        count++;
        assert_true(count < 100000);
    }
    return count;
}

static const by_limit_news nothing_told = {(double)NAN, (double)NAN, (double)NAN, 0, (double)NAN};

static void learn(by_limits *l, by_limit_news news, double now_s) {
    by_error err;
    assert_int_equal(by_limits_learn(l, &news, now_s, &err), BY_OK);
}

static void tell(by_limits *l, double limit, double remaining, double reset_s, double in_flight,
                 double now_s) {
    learn(l, (by_limit_news){limit, remaining, reset_s, in_flight, (double)NAN}, now_s);
}

static void refuse(by_limits *l, double until_s, double now_s) {
    by_error err;
    learn(l, nothing_told, now_s);
    assert_int_equal(by_limits_refused(l, until_s, now_s, &err), BY_OK);
}

static by_limits_state look(by_limits *l, double now_s) {
    by_limits_state state;
    by_error err;
    assert_int_equal(by_limits_look(l, now_s, &state, &err), BY_OK);
    return state;
}

static void assert_near(double got, double wanted, double by) {
    if (!(fabs(got - wanted) <= by)) {
        fail_msg("%.9g is not %.9g", got, wanted);
    }
}

/* Five at once, and each of the next a minute and the margin behind the one whose place it takes.
 */
static void test_small_counts_are_exact(void **state) {
    by_limits *l = open_at(*state, &five, 1, start_s);
    for (int i = 0; i < 5; i++) {
        assert_true(take(l, start_s + i) == 0);
    }
    assert_near(take(l, start_s + 5), 61.3 - 5, 1e-6);
    assert_true(take(l, start_s + 61.2) > 0);
    assert_true(take(l, start_s + 61.3) == 0);
    assert_near(take(l, start_s + 61.3), 1, 1e-6);
    assert_near(look(l, start_s + 61.3).taken[0], 5, 0);
    assert_near(look(l, start_s + 61.3).wait_s, 1, 1e-6);
    by_limits_close(l);
}

/* Taken as fast as it goes, no stretch of a period ever has more than the count. */
static void fill(const char *folder, by_limit limit, double weight, double seconds) {
    enum { MOST = 8192 };
    static double times[MOST];
    int count = 0, first = 0;
    by_limits *l = open_at(folder, &limit, 1, start_s);
    double now_s = start_s, wait_s, used = limit.weighted ? weight : 1;
    by_error err;
    while (now_s < start_s + seconds) {
        assert_int_equal(by_limits_take(l, weight, now_s, &wait_s, &err), BY_OK);
        if (wait_s > 0) {
            now_s += wait_s;
            continue;
        }
        assert_true(count < MOST);
        times[count++] = now_s;
        while (times[first] <= now_s - limit.period_s) {
            first++;
        }
        assert_true((count - first) * used <= limit.count);
    }
    assert_true(count * used >= 0.9 * limit.count * (seconds / limit.period_s));
    by_limits_close(l);
}

static void test_windows_slide(void **state) {
    fill(*state, a_minute, 1, 1800);
    fill(*state, five, 1, 3600);
    fill(*state, (by_limit){50, 3600, 0, 0}, 1, 40000);
    fill(*state, (by_limit){1000, 86400, 0, 0}, 1, 4 * 86400);
    fill(*state, (by_limit){600, 60, 1, 0}, 7, 1800);
}

/* Of 200 a minute ten go at once, then 95 % of the rate. */
static void test_paces(void **state) {
    by_limits *l = open_at(*state, &a_minute, 1, start_s);
    assert_int_equal(burst(l, start_s), 10);
    assert_near(take(l, start_s), 60 / (200 * 0.95), 1e-6);
    assert_int_equal(burst(l, start_s + 10), 10);
    by_limits_close(l);
}

static void test_weights(void **state) {
    by_limit limits[] = {{1200, 60, 1, 0}, {100, 300, 0, 0}};
    by_limits *l = open_at(*state, limits, 2, start_s);
    double wait_s;
    by_error err;
    assert_int_equal(by_limits_take(l, 50, start_s, &wait_s, &err), BY_OK);
    assert_true(wait_s == 0);
    assert_near(look(l, start_s).taken[0], 50, 0);
    assert_near(look(l, start_s).taken[1], 1, 0);
    assert_int_equal(by_limits_take(l, 1201, start_s, &wait_s, &err), BY_USAGE);
    assert_non_null(strstr(err.message, "weight 1201 never fits into 1200 in 60 s"));
    assert_int_equal(by_limits_take(l, 0, start_s, &wait_s, &err), BY_USAGE);
    by_limit_news news = nothing_told; /* somebody else uses the same key */
    news.used = 1190;
    learn(l, news, start_s + 1);
    assert_near(look(l, start_s + 1).taken[0], 1190, 0);
    assert_int_equal(by_limits_take(l, 11, start_s + 30, &wait_s, &err), BY_OK);
    assert_near(wait_s, 32, 2);
    news.used = 3; /* less than we know */
    learn(l, news, start_s + 2);
    assert_near(look(l, start_s + 2).taken[0], 1190, 0);
    by_limits_close(l);
}

static void test_remaining(void **state) {
    by_limits *l = open_at(*state, &a_minute, 1, start_s);
    tell(l, 200, 6, start_s + 30.5, 2, start_s); /* four besides the two in flight */
    assert_int_equal(burst(l, start_s + 1), 4);
    assert_near(take(l, start_s + 1), 29.55, 1e-6);
    assert_near(look(l, start_s + 1).paused_until_s, start_s + 30.55, 1e-6);
    tell(l, 200, 5, start_s + 30.5, 0, start_s + 2); /* two of five were overtaken */
    tell(l, 200, 3, start_s + 30.5, 0, start_s + 2);
    tell(l, 200, 4, start_s + 30.5, 0, start_s + 2);
    assert_int_equal(burst(l, start_s + 2), 3);
    assert_int_equal(burst(l, start_s + 31), 1); /* one to hear how much there is now */
    tell(l, 200, 199, start_s + 91, 0, start_s + 31.5);
    assert_int_equal(burst(l, start_s + 32), 10);
    by_limits_close(l);
}

static void test_resets(void **state) {
    by_limits *l = open_at(*state, &a_minute, 1, start_s);
    tell(l, 200, 0, start_s + 10, 0, start_s); /* in whole seconds: perhaps a second early */
    assert_near(take(l, start_s), 11, 1e-6);
    tell(l, 200, 0, start_s + 20, 0, start_s + 12);
    assert_near(take(l, start_s + 12), 9, 1e-6);
    by_limits_close(l);
    double ignored[] = {start_s - 5, start_s + 26 * 3600, (double)NAN, INFINITY, -INFINITY};
    for (int i = 0; i < 5; i++) {
        unlink(scratch_path(*state, "limits"));
        l = open_at(*state, &a_minute, 1, start_s);
        tell(l, 200, 0, ignored[i], 0, start_s);
        assert_int_equal(burst(l, start_s), 10);
        by_limits_close(l);
    }
    l = open_at(*state, &a_minute, 1, start_s + 1000); /* news that stop coming */
    tell(l, 200, 0, start_s + 1005.5, 0, start_s + 1000);
    assert_int_equal(burst(l, start_s + 1006), 1);
    assert_int_equal(burst(l, start_s + 1009), 10);
    by_limits_close(l);
}

/* A lower limit in the headers slows down, a higher one changes nothing. */
static void test_limits_of_headers(void **state) {
    by_limits *l = open_at(*state, &a_minute, 1, start_s);
    tell(l, 1000, 999, start_s + 59.5, 0, start_s);
    assert_int_equal(burst(l, start_s), 10);
    tell(l, 60, 59, start_s + 160.5, 0, start_s + 100);
    int taken = 0;
    for (double s = 100; s < 160; s += 0.1) {
        taken += take(l, start_s + s) == 0;
    }
    assert_near(taken, 58, 2);
    by_limits_close(l);
    l = open_at(*state, &five, 1, start_s + 1000);
    tell(l, 10, 9, start_s + 1059.5, 0, start_s + 1000);
    assert_int_equal(burst(l, start_s + 1000), 5);
    by_limits_close(l);
}

static void test_refusals_pause(void **state) {
    by_limits *l = open_at(*state, &a_minute, 1, start_s);
    double now_s = start_s, pauses[] = {1, 2, 4, 8, 16, 32, 60, 60};
    for (int i = 0; i < 8; i++) {
        assert_true(take(l, now_s) == 0);
        refuse(l, (double)NAN, now_s);
        refuse(l, (double)NAN, now_s + 0.2); /* was in flight, too */
        assert_near(take(l, now_s), pauses[i], 1e-6);
        assert_near(look(l, now_s).paused_until_s, now_s + pauses[i], 1e-6);
        now_s += pauses[i] + 0.5;
    }
    for (int i = 0; i < 3; i++) { /* success: refusals count from one again */
        assert_true(take(l, now_s) == 0);
        learn(l, nothing_told, now_s + 0.1);
        now_s += 100;
    }
    refuse(l, (double)NAN, now_s);
    assert_near(take(l, now_s), 1, 1e-6);
    refuse(l, now_s + 30.25, now_s + 10);
    assert_near(take(l, now_s + 10), 20.3, 1e-6);
    refuse(l, now_s - 10, now_s + 40); /* no time at all: a pause of our own */
    assert_near(take(l, now_s + 40), 4, 1e-6);
    refuse(l, now_s + 1e9, now_s + 50);
    assert_near(take(l, now_s + 50), 25 * 3600, 1e-3);
    by_limits_close(l);
}

/* A rate is learned below that of the answers, and rises by 1 % with each 100 of them. */
static void test_learns_a_rate(void **state) {
    by_limit fast = {6000, 60, 0, 0};
    by_limits *l = open_at(*state, &fast, 1, start_s);
    double now_s = start_s;
    for (int i = 0; i < 500; i++, now_s += 0.02) {
        assert_true(take(l, now_s) == 0);
        learn(l, nothing_told, now_s);
    }
    refuse(l, (double)NAN, now_s);
    double learned = look(l, now_s).learned_per_s;
    assert_true(learned < 40 && learned > 30);
    for (int i = 0; i < 300; i++) {
        now_s += take(l, now_s) + 1;
        learn(l, nothing_told, now_s);
    }
    assert_near(look(l, now_s).learned_per_s, learned * 1.01 * 1.01 * 1.01, 1e-9);
    for (int i = 0; i < 10000; i++) {
        learn(l, nothing_told, now_s);
    }
    assert_true(look(l, now_s).learned_per_s == 0); /* our own limit is lower again */
    by_limits_close(l);
}

/* Single refusals may have nothing to do with the rate: they do not bring it below half
 * of what was declared, or 2 a second. */
static void test_does_not_learn_from_few(void **state) {
    by_limit slow = {200, 60, 0, 0};
    by_limits *l = open_at(*state, &slow, 1, start_s);
    double now_s = start_s;
    for (int i = 0; i < 60; i++) {
        now_s += take(l, now_s) + 2;
        (void)take(l, now_s);
        learn(l, nothing_told, now_s);
        if (i % 12 == 11) {
            refuse(l, (double)NAN, now_s);
        }
    }
    assert_near(look(l, now_s).learned_per_s, 100.0 / 60, 1e-9);
    by_limits_close(l);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_small_counts_are_exact, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_windows_slide, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_paces, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_weights, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_remaining, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_resets, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_limits_of_headers, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_refusals_pause, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_does_not_learn_from_few, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(test_learns_a_rate, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
