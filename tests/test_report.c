/* SPDX-License-Identifier: MIT */
#include "../engine/report.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static by_report report_of(const double *returns, const double *benchmark, const int32_t *day,
                           int32_t count) {
    by_report report;
    by_error err;
    const by_report_input input = {returns, benchmark, day, count, 0.02, 252.0};
    assert_int_equal(by_report_compute(&input, &report, &err), BY_OK);
    return report;
}

static void assert_near(double wanted, double got) {
    if (!(fabs(wanted - got) <= 1e-12 * fabs(wanted))) {
        fail_msg("%.17g instead of %.17g", got, wanted);
    }
}

static void test_list(void **unused) {
    (void)unused;
    int32_t group = 0;
    for (int32_t m = 0; m < BY_REPORT_COUNT; m++) {
        assert_non_null(by_report_name(m));
        assert_non_null(by_report_title(m));
        assert_non_null(by_report_unit(m));
        assert_true(by_report_group_of(m) >= group);
        group = by_report_group_of(m);
        for (int32_t b = 0; b < BY_METRIC_COUNT; b++) { /* they stand beside each other in JSON */
            assert_string_not_equal(by_report_name(m), by_metric_name(b));
        }
    }
    assert_int_equal(group, BY_REPORT_GROUP_COUNT - 1);
    assert_null(by_report_name(-1));
    assert_null(by_report_title(BY_REPORT_COUNT));
    assert_null(by_report_unit(BY_REPORT_COUNT));
    assert_int_equal(by_report_direction(-1), 0);
    assert_int_equal(by_report_group_of(BY_REPORT_COUNT), -1);
    assert_null(by_report_group_title(BY_REPORT_GROUP_COUNT));
}

static void test_refused(void **unused) {
    (void)unused;
    const double r = 0.1;
    const struct {
        double rf, year;
        const char *why;
    } bad[] = {{-1.0, 252, "risk-free rate of -1"}, {NAN, 252, "risk-free rate"},
               {INFINITY, 252, "risk-free rate"},   {0, 0, "0 periods a year"},
               {0, NAN, "periods a year"},          {0, INFINITY, "periods a year"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        by_report report;
        by_error err;
        const by_report_input input = {&r, NULL, NULL, 1, bad[i].rf, bad[i].year};
        assert_int_equal(by_report_compute(&input, &report, &err), BY_USAGE);
        assert_non_null(strstr(err.message, bad[i].why));
    }
}

static void test_nothing(void **unused) {
    (void)unused;
    const by_report report = report_of(NULL, NULL, NULL, 0);
    for (int32_t m = 0; m < BY_REPORT_COUNT; m++) {
        assert_true(m == BY_REPORT_drawdown_count ? report.metric[m] == 0.0
                                                  : isnan(report.metric[m]));
    }
    assert_true(report.base[BY_METRIC_total_return] == 0.0);
    assert_true(isnan(report.base[BY_METRIC_exposure]));
    assert_int_equal(by_drawdowns_deepest(NULL, 0, 0, NULL), 0);
}

/* What is no number counts as no return; days may repeat, and lie before 1970. */
static void test_odd(void **unused) {
    (void)unused;
    const double odd[] = {NAN, 0.1, INFINITY, -0.2, -INFINITY, 0.05};
    const double plain[] = {0, 0.1, 0, -0.2, 0, 0.05};
    const int32_t day[] = {-40, -40, -31, -31, 0, 31};
    const by_report a = report_of(odd, odd, day, 6);
    const by_report b = report_of(plain, plain, day, 6);
    assert_memory_equal(&a, &b, sizeof a);
    by_period periods[6];
    assert_int_equal(by_periods_of(odd, day, 6, 1, periods), 4);
    assert_int_equal(periods[0].number, 1969 * 12 + 10); /* November */
    assert_int_equal(periods[1].number, 1969 * 12 + 11);
    assert_near(-0.2, periods[1].growth);
    assert_int_equal(periods[3].number, 1970 * 12 + 1);
    assert_int_equal(by_periods_of(odd, day, 6, 12, periods), 2);
}

static void test_deepest(void **unused) {
    (void)unused;
    /* 0.5, back; 0.75, back; 0.5, open. */
    const double r[] = {-0.5, 1.0, -0.25, 1.0, -0.25, -1.0 / 3};
    by_drawdown found[3];
    assert_int_equal(by_drawdowns_deepest(r, 6, 3, found), 3);
    assert_near(-0.5, found[0].depth);
    assert_int_equal(found[0].start, 0);
    assert_int_equal(found[0].trough, 0);
    assert_int_equal(found[0].end, 1);
    assert_int_equal(found[2].start, 2);
    assert_int_equal(found[2].end, 3);
    assert_int_equal(found[1].trough, 5);
    assert_int_equal(found[1].end, -1);
    assert_int_equal(by_drawdowns_deepest(r, 6, 1, found), 1);
    assert_int_equal(found[0].start, 0); /* the earlier of equal ones */
}

enum { SESSIONS = 6 };

/* Symbol 0 is held long, left, and sold short; symbol 1 is held from the second session on. */
static void test_positions(void **unused) {
    (void)unused;
    static const double closes[2][SESSIONS] = {{10, 12, 15, 14, 12, 6}, {20, 20, 22, 24, 20, 30}};
    static const double opens[2][SESSIONS] = {{9, 11, 13, 15, NAN, 9}, {19, 20, 21, 23, 24, 22}};
    static const double *const close[] = {closes[0], closes[1]};
    static const double *const open[] = {opens[0], opens[1]};
    static const int32_t first[] = {0, 1, 3, 4, 6, 8, 9};
    static const int32_t symbol[] = {0, 0, 1, 1, 0, 1, 0, 1, 1};
    static const double weight[] = {1, 0.5, 0.5, 1, -0.5, 1, -0.5, 1, 1};
    const by_panel panel = {.bar_count = SESSIONS, .symbol_count = 2, .close = close, .open = open};
    const by_run run = {
        .day_count = SESSIONS, .held_first = first, .held_symbol = symbol, .held_weight = weight};
    by_positions found;
    by_position list[3];
    by_error err;
    assert_int_equal(by_positions_of(&run, &panel, 0, &found, NULL, &err), BY_OK);
    assert_int_equal(found.count, 3);
    assert_int_equal(found.held, 9);
    assert_int_equal(found.longest, 5);
    assert_int_equal(found.most, 2);
    assert_int_equal(found.wins, 3);
    assert_near(1 - 6.0 / 14, found.best.value); /* the short one */
    assert_int_equal(found.best.entry, 3);
    assert_int_equal(found.best.exit, 5);
    assert_near(15.0 / 10 - 1, found.worst.value);
    assert_int_equal(found.worst.exit, 2);
    assert_near(15.0 / 10 - 1 + (1 - 6.0 / 14) + (30.0 / 20 - 1), found.sum);
    assert_int_equal(by_positions_of(&run, &panel, 1, &found, list, &err), BY_OK);
    double sum = 0.0;
    for (int32_t i = 0; i < 3; i++) {
        sum += list[i].value;
        assert_int_equal(list[i].entry, list[i].symbol == 1 ? 1 : i == 0 ? 0 : 3);
    }
    assert_near(found.sum, sum);
    assert_near(13.0 / 9 - 1 + (1 - 9.0 / 15) + (30.0 / 20 - 1), found.sum);
    assert_int_equal(found.best.symbol, 1); /* still held: at the last close */
    assert_int_equal(found.worst.symbol, 0);
    assert_int_equal(found.worst.entry, 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),    cmocka_unit_test(test_refused),
        cmocka_unit_test(test_nothing), cmocka_unit_test(test_odd),
        cmocka_unit_test(test_deepest), cmocka_unit_test(test_positions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
