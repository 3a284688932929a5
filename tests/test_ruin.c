/* SPDX-License-Identifier: MIT
 *
 * Accounting at its ends: nothing is left, there is one session only, there are no opens.
 */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* A doubles and halves; B and C stand still. */
static const world_prices swing[] = {
    {{100, 100, 50}}, {{200, 100, 50}}, {{100, 100, 50}}, {{100, 100, 50}}};

static void assert_ruin(const world *w, int32_t session, const char *traded) {
    for (int32_t i = 0; i < w->simulation.session_count; i++) {
        assert_true((w->simulation.equity[i] == 0) == (i >= session));
        assert_true(i < session || w->log.first[i + 1] == w->log.first[i]);
        assert_true(i < session || w->simulation.exposure[i] == 0);
    }
    const int32_t lost = session > 0 ? session - 1 : 0;
    for (int32_t i = lost; i + 1 < w->simulation.session_count; i++) {
        assert_true(w->simulation.returns[i] == (i == lost ? -1 : 0));
    }
    assert_true(w->result.metric[BY_METRIC_total_return] == -1);
    world_assert_traded(w, traded);
}

static void test_ruin(void **unused) {
    (void)unused;
    static const world_prices open[] = {
        {{100, 100, 50}}, {{200, 100, 50}}, {{100, 100, 50}}, {{100, 200, 50}}};
    world w;
    world_open(&w, 4, swing, open);
    world_aim(&w, 0, -1, 0, 0); /* a short that doubles */
    world_run(&w);
    assert_ruin(&w, 1, "1000");
    world_set_rule(&w, BY_REBALANCE_NEVER, 0);
    world_run(&w);
    assert_ruin(&w, 1, "1000");
    world_set_rule(&w, BY_REBALANCE_DAILY, 0);
    w.plan.trading.slippage.constant = 0.5; /* a purchase, and later a switch, that cost it all */
    world_aim(&w, 0, 0, 1.5, -0.5);
    world_run(&w);
    assert_ruin(&w, 0, "1000");
    world_aim(&w, 0, 0, 1, 0);
    world_aim(&w, 2, 0, 0, 1);
    world_run(&w);
    assert_ruin(&w, 2, "1110");
    world_assert_near(w.simulation.turnover[2], 2);
    w.plan.trading.fill.constant = BY_FILL_OPEN;
    world_run(&w); /* the same, a session later */
    assert_ruin(&w, 3, "0111");
    w.plan.trading.slippage.constant = 0; /* a short of B, which opens at the double */
    world_aim(&w, 0, 0, -1, 0);
    world_run(&w);
    assert_ruin(&w, 3, "0110");
    world_aim(&w, 0, 0, 0, 0);
    world_aim(&w, 2, 0, 2, -2.5); /* and one that is bought there and loses all to the close */
    world_run(&w);
    assert_ruin(&w, 3, "0111");
    world_close(&w);
}

static void test_one_session(void **unused) {
    (void)unused;
    world w;
    world_open(&w, 1, swing, NULL);
    world_aim(&w, 0, 0.5, 0, 0);
    w.plan.trading.slippage.constant = 0.1;
    world_run(&w);
    world_assert_near(w.simulation.equity[0], 9500);
    assert_int_equal(w.result.return_count, 0);
    world_assert_traded(&w, "1");
    w.plan.trading.fill.constant = BY_FILL_OPEN;
    world_run(&w);
    assert_true(w.simulation.equity[0] == 10000);
    world_assert_traded(&w, "0");
    world_close(&w);
}

/* Fills at the open of a panel without opens. */
static void test_no_opens(void **unused) {
    (void)unused;
    const double value[] = {BY_FILL_CLOSE, BY_FILL_OPEN};
    const by_param param = {.name = "fill", .value_count = 2};
    world w;
    world_open(&w, 4, swing, NULL);
    by_panel closes = *w.panel;
    closes.open = NULL;
    simulation s;
    by_error err = {0};
    assert_int_equal(simulation_open(&s, &w.plan, &closes, (by_range){0, 3}, &err), BY_OK);
    simulation_close(&s);
    w.plan.tree = (by_tree){.values = value, .params = &param, .value_count = 2, .param_count = 1};
    w.plan.trading.fill = (by_field){0, 0, 0};
    assert_int_equal(simulation_open(&s, &w.plan, &closes, (by_range){0, 3}, &err), BY_DATA);
    assert_non_null(strstr(err.message, "opening prices"));
    simulation_close(&s);
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ruin),
        cmocka_unit_test(test_one_session),
        cmocka_unit_test(test_no_opens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
