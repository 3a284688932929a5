/* SPDX-License-Identifier: MIT
 *
 * What each branch of random trees contributed, against the judge (plain_branches.h), however they
 * trade; and sums that must hold.
 */
#include "../engine/attribution_parts.h"
#include "plain_branches.h"
#include "random_tree.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SEEDS = 400 };

/* A random tree on its bars, and a run of it. */
typedef struct trial {
    random_bars bars;
    random_tree random;
    const by_tree *tree;
    by_panel *panel;
    by_plan *plan;
    by_columns *columns;
    int32_t digits[BY_PARAMS_MAX];
    by_run *run;
    uint64_t seed;
    int32_t runs; /* over all seeds, as is what follows */
    int32_t ruined;
    int32_t on_demand;
    int32_t moved;     /* whose sessions can be walked in parts */
    int32_t judged;    /* leaves whose money the judge knows, and that earned something */
    int32_t turned;    /* likewise, that traded */
    int32_t with_cash; /* likewise, of cash */
    int32_t by_rule[BY_REBALANCE_COUNT][2];
} trial;

static void close_trial(trial *t) {
    by_run_free(t->run);
    by_columns_free(t->columns);
    by_plan_free(t->plan);
    by_panel_free(t->panel);
}

static bool open_trial(trial *t, uint64_t seed) {
    random_source source = {seed};
    by_error err = {0};
    random_bars_fill(&t->bars, &source);
    random_tree_fill(&t->random, &t->bars, &source);
    t->tree = &t->random.tree;
    t->seed = seed;
    t->panel = NULL;
    t->plan = NULL;
    t->columns = NULL;
    t->run = NULL;
    by_status status = by_panel_new(t->bars.symbol_count, t->bars.names, t->bars.slices,
                                    t->bars.slice_first, 1, &t->panel, &err);
    status = status == BY_OK ? by_plan_new(t->tree, &t->plan, &err) : status;
    status = status == BY_OK
                 ? by_columns_new(t->plan, t->panel, 1, INT64_C(1) << 30, &t->columns, &err)
                 : status;
    memset(t->digits, 0, sizeof t->digits);
    for (int32_t p = 0; p < t->tree->param_count; p++) {
        t->digits[p] = random_below(&source, t->tree->params[p].value_count);
    }
    const by_range asked = {0, t->panel == NULL ? 0 : t->panel->last_common};
    status = status == BY_OK ? by_run_new(t->columns, t->digits, asked, &t->run, &err) : status;
    if (status != BY_OK) {
        close_trial(t);
    }
    return status == BY_OK;
}

static void expect(const trial *t, const char *what, int32_t at, double got, double wanted,
                   double tolerance) {
    if (!(fabs(got - wanted) <= tolerance)) {
        (void)fprintf(stderr, "seed %llu: %s %d: %.17g instead of %.17g\n",
                      (unsigned long long)t->seed, what, at, got, wanted);
        fail();
    }
}

static bool is_leaf(const trial *t, const by_attribution *a, int32_t i) {
    return t->tree->nodes[a->branch[i].node].child_count == 0;
}

/* Leaves, costs and cash are the total; parents what their children are. */
static void check_sums(trial *t, const by_attribution *a) {
    double log_return = a->costs + a->cash;
    double drawdown = a->costs_drawdown + a->cash_drawdown;
    double turnover = 0;
    double traded = 0;
    double gross = fabs(a->costs) + fabs(a->cash) + 1;
    for (int32_t i = 0; i < a->branch_count; i++) {
        const by_branch *at = &a->branch[i];
        assert_true(at->behind > i && at->behind <= a->branch_count && at->parent < i);
        if (is_leaf(t, a, i)) {
            log_return += at->log_return;
            drawdown += at->drawdown;
            turnover += at->turnover;
            gross += fabs(at->log_return);
            continue;
        }
        by_branch sum = {0};
        for (int32_t c = i + 1; c < at->behind; c = a->branch[c].behind) {
            assert_int_equal(a->branch[c].parent, i);
            sum.log_return += a->branch[c].log_return;
            sum.turnover += a->branch[c].turnover;
            sum.drawdown += a->branch[c].drawdown;
        }
        expect(t, "log return of parent", i, at->log_return, sum.log_return, 1e-12 * gross);
        expect(t, "turnover of parent", i, at->turnover, sum.turnover, 1e-9);
        expect(t, "drawdown of parent", i, at->drawdown, sum.drawdown, 1e-12 * gross);
    }
    for (int32_t d = 0; d < t->run->day_count; d++) {
        traded += t->run->turnover[d];
    }
    if (a->total == -INFINITY) {
        t->ruined++;
        assert_true(a->rest == -INFINITY && isfinite(log_return));
        return;
    }
    expect(t, "total", 0, log_return, a->total, 1e-12 * gross);
    expect(t, "turnover", 0, turnover, traded, 1e-9 * (1 + traded));
    if (t->run->day_count == 1) { /* has no return, but a purchase that costs */
        return;
    }
    expect(t, "total of the run", 0, a->total, log1p(t->run->result.metric[BY_METRIC_total_return]),
           1e-12 * gross);
    expect(t, "depth", 0, drawdown, a->depth, 1e-12 * gross);
    expect(t, "maximum drawdown", 0, expm1(a->depth), t->run->result.metric[BY_METRIC_max_drawdown],
           1e-12);
}

static void check_leaf(trial *t, const by_attribution *a, const plain_branches *plain, int32_t i) {
    const plain_branch *wanted = &plain->branch[i];
    const by_branch *got = &a->branch[i];
    const bool is_cash = wanted->symbol == t->panel->symbol_count;
    const double tolerance = 1e-9 * (1 + fabs(wanted->log_return) + fabs(a->total));
    if (wanted->symbol < 0) {
        assert_true(got->log_return == 0 && got->turnover == 0 && got->drawdown == 0);
    }
    if (wanted->symbol < 0 || !wanted->known || (is_cash && !plain->cash_known)) {
        return;
    }
    expect(t, "log return of leaf", i, got->log_return, wanted->log_return, tolerance);
    expect(t, "drawdown of leaf", i, got->drawdown, wanted->drawdown, tolerance);
    t->judged += wanted->log_return != 0;
    t->with_cash += is_cash && wanted->log_return != 0;
    if (plain->turnover_known && !is_cash && a->total != -INFINITY) {
        expect(t, "turnover of leaf", i, got->turnover, wanted->turnover,
               1e-8 * (1 + wanted->turnover));
        t->turned += wanted->turnover != 0;
    }
}

static void judge(trial *t, const by_attribution *a) {
    plain_state s;
    plain_result *run = NULL;
    plain_branches plain;
    const by_range asked = {0, t->panel->last_common};
    assert_int_equal(plain_run(t->tree, t->panel, t->digits, asked, &run), BY_OK);
    plain_open(&s, t->tree, t->panel, t->digits);
    assert_int_equal(s.status, BY_OK);
    plain_branches_open(&plain, &s, run, a->branch_count);
    for (int32_t i = 0; i < a->branch_count; i++) {
        expect(t, "node of branch", i, a->branch[i].node, plain.branch[i].node, 0);
        expect(t, "days of branch", i, a->branch[i].days, plain.branch[i].days, 0);
        if (is_leaf(t, a, i)) {
            check_leaf(t, a, &plain, i);
        }
    }
    const trading how = trading_of(t->plan, t->digits);
    t->by_rule[how.rebalance][how.fill]++;
    plain_branches_close(&plain);
    plain_close(&s);
    plain_free(run);
}

/* The same with columns that are computed on demand, in parts of so many days. */
static void check_same(trial *t, const by_attribution *a, int32_t part_days) {
    by_columns *columns = NULL;
    by_attribution *other = NULL;
    by_error err = {0};
    assert_int_equal(by_columns_new(t->plan, t->panel, 1, 1, &columns, &err), BY_OK);
    assert_int_equal(attribution_new(t->tree, columns, t->digits, t->run, part_days, &other, &err),
                     BY_OK);
    assert_int_equal(a->branch_count, other->branch_count);
    assert_memory_equal(&a->peak, &other->peak,
                        offsetof(by_attribution, branch) - offsetof(by_attribution, peak));
    assert_memory_equal(a->branch, other->branch, (size_t)a->branch_count * sizeof *a->branch);
    t->moved += walk_can_move(t->plan);
    t->on_demand += columns->on_demand;
    by_attribution_free(other);
    by_columns_free(columns);
}

static void test_against_judge(void **state) {
    trial *t = *state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        by_attribution *a = NULL;
        by_error err = {0};
        if (!open_trial(t, seed)) {
            continue;
        }
        t->runs++;
        assert_int_equal(by_attribution_new(t->tree, t->columns, t->digits, t->run, &a, &err),
                         BY_OK);
        check_same(t, a, WORD_DAYS * (1 + (int32_t)(seed % 3)));
        check_sums(t, a);
        judge(t, a);
        by_attribution_free(a);
        close_trial(t);
    }
    for (int32_t rule = 0; rule < BY_REBALANCE_COUNT; rule++) {
        assert_true(t->by_rule[rule][0] > 0 && t->by_rule[rule][1] > 0);
    }
    assert_true(t->runs > SEEDS / 2 && t->ruined > 0 && t->moved > SEEDS / 20);
    assert_true(t->on_demand > SEEDS / 4);
    assert_true(t->judged > 4 * SEEDS && t->turned > 3 * SEEDS && t->with_cash > 4);
}

/* Shares of a day, by symbol. */
typedef struct day_sum {
    const branches *b;
    double of[WORD_DAYS][RANDOM_SYMBOLS_MAX];
} day_sum;

static void add_leaf(void *context, int32_t branch, uint64_t taken, const double *share) {
    day_sum *sum = context;
    const by_node *node = branch_node(sum->b, branch);
    for (int32_t day = 0; day < WORD_DAYS && node->kind == BY_ASSET; day++) {
        const int32_t symbol = (int32_t)by_field_value(sum->b->tree, &node->symbol, sum->b->digits);
        sum->of[day][symbol] += taken >> day & 1 ? share[day] : 0;
    }
}

static void check_allocation(const trial *t, const day_sum *sum, int32_t session) {
    const by_run *run = t->run;
    const double *of = sum->of[(run->first + session) % WORD_DAYS];
    int32_t k = run->weight_first[session];
    for (int32_t s = 0; s < t->panel->symbol_count; s++) {
        const bool listed = k < run->weight_first[session + 1] && run->symbol[k] == s;
        expect(t, "allocation of session", session, of[s], listed ? run->weight[k] : 0, 1e-9);
        k += listed;
    }
}

/* The shares of the leaves of a day are the run's allocation of that day. */
static void test_allocations(void **state) {
    trial *t = *state;
    day_sum sum;
    const leaf_visit visit = {&sum, add_leaf};
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        branches b;
        by_error err = {0};
        if (!open_trial(t, seed)) {
            continue;
        }
        const by_range range = {t->run->first, t->run->first + t->run->day_count - 1};
        assert_int_equal(branches_open(&b, t->tree, t->columns, t->digits, range, PART_DAYS, &err),
                         BY_OK);
        for (int32_t session = 0; session < t->run->day_count; session++) {
            if (session == 0 || (t->run->first + session) % WORD_DAYS == 0) {
                memset(&sum, 0, sizeof sum);
                sum.b = &b;
                assert_int_equal(branches_visit(&b, t->run->first + session, &visit, &err), BY_OK);
            }
            check_allocation(t, &sum, session);
        }
        assert_int_equal(b.list[0].days, t->run->day_count);
        branches_close(&b);
        close_trial(t);
    }
}

/* Bars that have changed since the run, and a tree that is endless when written out. */
static void test_refusals(void **state) {
    trial *t = *state;
    uint64_t seed = 1;
    while (!open_trial(t, seed)) {
        seed++;
    }
    by_attribution *a = NULL;
    by_error err = {0};
    double *equity = (double *)t->run->equity;
    equity[t->run->day_count - 1] *= 1.01;
    assert_int_equal(by_attribution_new(t->tree, t->columns, t->digits, t->run, &a, &err), BY_DATA);
    assert_non_null(strstr(err.message, "run it again"));
    assert_null(a);
    t->plan->figures.node_count = BY_BRANCHES_MAX + 1;
    assert_int_equal(by_attribution_new(t->tree, t->columns, t->digits, t->run, &a, &err),
                     BY_LIMIT);
    assert_non_null(strstr(err.message, "1000001 nodes"));
    assert_null(a);
    by_attribution_free(NULL);
    close_trial(t);
}

static int open_state(void **state) {
    *state = calloc(1, sizeof(trial));
    return *state == NULL;
}

static int close_state(void **state) {
    free(*state);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_against_judge, open_state, close_state),
        cmocka_unit_test_setup_teardown(test_allocations, open_state, close_state),
        cmocka_unit_test_setup_teardown(test_refusals, open_state, close_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
