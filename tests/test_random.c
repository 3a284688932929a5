/* SPDX-License-Identifier: MIT
 *
 * Random trees: the engine must agree with the plain evaluator to the last bit, for any combo, with
 * any number of threads. BY_SEED=n runs that seed alone, BY_TREES=n the seeds 1 .. n.
 */
#include "../engine/sweep.h"
#include "plain.h"
#include "plain_panel.h"
#include "random_tree.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    COMBOS_MAX = 700,
    PLAIN_COMBOS = 24, /* of a sweep, checked against the plain evaluator, too */
    BAD_SEEDS_MAX = 5
};

typedef struct trial {
    uint64_t seed;
    random_source source;
    random_bars *bars;
    random_tree *random;
    const by_tree *tree;
    by_panel *panel;
    by_plan *plan;
    by_columns *columns;
    by_range asked;
    bool bad;
    int32_t combo_count;
    uint16_t digits[COMBOS_MAX * RANDOM_PARAMS_MAX];
    by_result expected[COMBOS_MAX]; /* by single runs */
    by_result swept[COMBOS_MAX];
    uint8_t seen[COMBOS_MAX];
} trial;

/* What the tests saw, so that a generator gone lame is noticed. */
static struct {
    int64_t runs;
    int64_t refused;
    int64_t combos;
    int64_t plain_combos;
} seen;

static bool same(double a, double b) {
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static void differ(trial *t, const char *what, int64_t at, double fast, double plain) {
    if (!t->bad) {
        (void)fprintf(stderr, "BY_SEED=%llu: %s %lld: engine %.17g (%a), plain %.17g (%a)\n",
                      (unsigned long long)t->seed, what, (long long)at, fast, fast, plain, plain);
    }
    t->bad = true;
}

static void expect(trial *t, const char *what, int64_t at, double fast, double plain) {
    if (!same(fast, plain)) {
        differ(t, what, at, fast, plain);
    }
}

static void compare_columns(trial *t, const char *what, int32_t count, const double *fast,
                            const double *plain) {
    for (int32_t i = 0; i < count; i++) {
        expect(t, what, i, fast[i], plain[i]);
    }
}

static void compare_results(trial *t, const char *what, int32_t combo, const by_result *fast,
                            const by_result *plain) {
    char text[80];
    expect(t, what, combo, fast->return_count, plain->return_count);
    for (int32_t m = 0; m < BY_METRIC_COUNT; m++) {
        (void)snprintf(text, sizeof text, "%s: %s of combo", what, by_metric_name(m));
        expect(t, text, combo, fast->metric[m], plain->metric[m]);
    }
    if (plain->return_count < 0) {
        return;
    }
    expect(t, what, combo, fast->start, plain->start);
    for (int32_t b = 0; b < BY_BLOCK_COUNT; b++) {
        (void)snprintf(text, sizeof text, "%s: block %d of combo", what, b);
        expect(t, text, combo, fast->block_sum[b], plain->block_sum[b]);
        expect(t, text, combo, fast->block_sum_squares[b], plain->block_sum_squares[b]);
    }
}

static void compare_weights(trial *t, const by_run *fast, const plain_result *plain) {
    int32_t k = fast->weight_first[0];
    expect(t, "first weight of day", 0, k, 0);
    for (int32_t i = 0; i < fast->day_count && !t->bad; i++) {
        for (int32_t s = 0; s < plain->symbol_count && !t->bad; s++) {
            double weight = plain->weights[(size_t)i * (size_t)plain->symbol_count + (size_t)s];
            bool listed = k < fast->weight_first[i + 1] && fast->symbol[k] == s;
            char text[40];
            (void)snprintf(text, sizeof text, "weight of symbol %d on day", s);
            expect(t, text, i, listed ? fast->weight[k] : 0, weight);
            if (listed && fast->weight[k] == 0) {
                differ(t, "a weight of 0 is listed on day", i, 0, 0);
            }
            k += listed;
        }
        expect(t, "number of weights up to day", i, fast->weight_first[i + 1], k);
    }
}

static void compare_runs(trial *t, const int32_t *digits, double slippage) {
    by_error err = {0};
    by_run *fast = NULL;
    plain_result *plain = NULL;
    by_range range = {0, 0};
    by_costs costs = {slippage};
    by_status fast_status = by_run_new(t->columns, digits, t->asked, costs, &fast, &err);
    by_status status = plain_run(t->tree, t->panel, digits, t->asked, costs, &plain);
    by_status range_status = by_columns_range(t->columns, digits, t->asked, &range, &err);
    expect(t, "status of run", 0, fast_status, status);
    expect(t, "status of range", 0, range_status, status);
    seen.runs++;
    seen.refused += status != BY_OK;
    if (!t->bad && status == BY_OK) {
        expect(t, "range, first", 0, range.first, plain->first);
        expect(t, "range, last", 0, range.last, plain->first + plain->day_count - 1);
        expect(t, "first", 0, fast->first, plain->first);
        expect(t, "day_count", 0, fast->day_count, plain->day_count);
    }
    if (!t->bad && status == BY_OK) {
        compare_weights(t, fast, plain);
        compare_columns(t, "exposure of day", plain->day_count, fast->exposure, plain->exposure);
        compare_columns(t, "turnover of day", plain->day_count, fast->turnover, plain->turnover);
        compare_columns(t, "return of day", plain->day_count - 1, fast->returns, plain->returns);
        compare_columns(t, "equity of day", plain->day_count, fast->equity, plain->equity);
        compare_results(t, "run", 0, &fast->result, &plain->result);
    }
    by_run_free(fast);
    plain_free(plain);
}

/* Combos in the order that the engine wants, or any. */
static void make_combos(trial *t) {
    int32_t params = t->tree->param_count;
    int32_t order[RANDOM_PARAMS_MAX];
    int64_t total = 1;
    for (int32_t p = 0; p < params; p++) {
        order[p] = -1;
        total *= t->tree->params[p].value_count;
    }
    by_sweep_order(t->plan, order);
    int32_t times_named[RANDOM_PARAMS_MAX] = {0};
    for (int32_t p = 0; p < params; p++) {
        if (order[p] < 0 || order[p] >= params || times_named[order[p]]++ > 0) {
            differ(t, "by_sweep_order names no permutation, place", p, order[p], p);
            order[p] = p;
        }
    }
    bool many = random_chance(&t->source, 0.05);
    bool shuffled = total > 200 || random_chance(&t->source, 0.2);
    t->combo_count = many ? COMBOS_MAX : total > 200 ? 200 : (int32_t)total;
    for (int32_t c = 0; c < t->combo_count; c++) {
        int32_t rest = c; /* wraps where there are more than all */
        for (int32_t i = params - 1; i >= 0; i--) {
            int32_t count = t->tree->params[order[i]].value_count;
            int32_t digit = shuffled ? random_below(&t->source, count) : rest % count;
            t->digits[c * params + order[i]] = (uint16_t)digit;
            rest /= count;
        }
    }
}

static void digits_of(const trial *t, int32_t combo, int32_t *digits) {
    for (int32_t p = 0; p < t->tree->param_count; p++) {
        digits[p] = t->digits[combo * t->tree->param_count + p];
    }
}

static void set_refused(by_result *result) {
    *result = (by_result){.return_count = -1};
    for (int32_t m = 0; m < BY_METRIC_COUNT; m++) {
        result->metric[m] = NAN;
    }
}

static void make_expected(trial *t, by_costs costs) {
    int32_t step = t->combo_count / PLAIN_COMBOS + 1;
    int32_t digits[RANDOM_PARAMS_MAX] = {0};
    for (int32_t c = 0; c < t->combo_count && !t->bad; c++) {
        digits_of(t, c, digits);
        by_run *run = NULL;
        set_refused(&t->expected[c]);
        if (by_run_new(t->columns, digits, t->asked, costs, &run, NULL) == BY_OK) {
            t->expected[c] = run->result;
        }
        by_run_free(run);
        seen.combos++;
        if (c % step == 0) {
            plain_result *plain = NULL;
            by_result refused;
            set_refused(&refused);
            (void)plain_run(t->tree, t->panel, digits, t->asked, costs, &plain);
            compare_results(t, "single run", c, &t->expected[c],
                            plain == NULL ? &refused : &plain->result);
            plain_free(plain);
            seen.plain_combos++;
        }
    }
}

static void take_all(trial *t, by_sweep *sweep) {
    int32_t first = 0;
    int32_t count = 0;
    const by_result *results = NULL;
    int32_t answer;
    memset(t->seen, 0, sizeof t->seen);
    while ((answer = by_sweep_take(sweep, 1000, &first, &count, &results)) >= 0) {
        if (answer == 0) {
            continue;
        }
        if (first < 0 || count < 1 || first + count > t->combo_count) {
            differ(t, "chunk out of the sweep at", first, count, t->combo_count);
            break;
        }
        for (int32_t i = 0; i < count; i++) {
            t->swept[first + i] = results[i];
            t->seen[first + i]++;
        }
    }
    expect(t, "end of the sweep", 0, answer, -1);
}

static void compare_sweep(trial *t, by_costs costs, int32_t thread_count) {
    uint8_t done[COMBOS_MAX / BY_CHUNK_COMBOS + 1] = {0};
    bool skip = random_chance(&t->source, 0.3);
    int64_t left = t->combo_count;
    for (int32_t c = 0; skip && c * BY_CHUNK_COMBOS < t->combo_count; c++) {
        int32_t size = t->combo_count - c * BY_CHUNK_COMBOS;
        done[c] = (uint8_t)random_below(&t->source, 2);
        left -= done[c] == 0 ? 0 : size < BY_CHUNK_COMBOS ? size : BY_CHUNK_COMBOS;
    }
    by_sweep_options options = {.asked = t->asked,
                                .costs = costs,
                                .thread_count = thread_count,
                                .chunk_done = skip ? done : NULL};
    by_error err = {0};
    by_sweep *sweep = NULL;
    expect(t, "status of by_sweep_start", 0,
           by_sweep_start(t->columns, t->digits, t->combo_count, &options, &sweep, &err), BY_OK);
    if (sweep == NULL) {
        return;
    }
    take_all(t, sweep);
    by_sweep_counts counts = {0};
    by_sweep_count(sweep, &counts);
    expect(t, "combos done by threads", thread_count, (double)counts.combos_done, (double)left);
    expect(t, "status of by_sweep_finish", 0, by_sweep_finish(sweep, &err), BY_OK);
    by_sweep_free(sweep);
    char text[40];
    (void)snprintf(text, sizeof text, "sweep by %d threads", thread_count);
    for (int32_t c = 0; c < t->combo_count && !t->bad; c++) {
        expect(t, "times delivered, combo", c, t->seen[c], done[c / BY_CHUNK_COMBOS] == 0);
        if (t->seen[c] > 0) {
            compare_results(t, text, c, &t->swept[c], &t->expected[c]);
        }
    }
}

static void compare_panels(trial *t) {
    by_panel *plain = NULL;
    const by_panel *fast = t->panel;
    assert_int_equal(
        plain_panel_new(t->bars->symbol_count, t->bars->slices, t->bars->slice_first, &plain),
        BY_OK);
    expect(t, "panel: rows", 0, fast->bar_count, plain->bar_count);
    expect(t, "panel: first_common", 0, fast->first_common, plain->first_common);
    expect(t, "panel: last_common", 0, fast->last_common, plain->last_common);
    int32_t rows = t->bad ? 0 : plain->bar_count;
    for (int32_t row = plain->first_common; row < rows; row++) {
        expect(t, "panel: time of row", row, (double)fast->time[row], (double)plain->time[row]);
    }
    for (int32_t s = 0; s < plain->symbol_count && !t->bad; s++) {
        expect(t, "panel: first_bar of", s, fast->first_bar[s], plain->first_bar[s]);
        expect(t, "panel: last_bar of", s, fast->last_bar[s], plain->last_bar[s]);
        expect(t, "panel: filled_count of", s, fast->filled_count[s], plain->filled_count[s]);
        compare_columns(t, "panel: close of row", rows, fast->close[s], plain->close[s]);
    }
    compare_columns(t, "panel: forward", rows * plain->symbol_count, fast->forward, plain->forward);
    plain_panel_free(plain);
}

/* Figures as written and expanded. */
static void compare_figures(trial *t) {
    by_plan_figures figures = {0};
    double *gates = calloc((size_t)t->tree->node_count, sizeof *gates);
    assert_non_null(gates);
    for (int32_t i = 0; i < t->tree->node_count; i++) {
        const by_node *node = &t->tree->nodes[i];
        gates[i] = node->kind == BY_IF;
        for (int32_t c = 0; c < node->child_count; c++) {
            gates[i] += gates[t->tree->links[node->child_first + c]];
        }
    }
    by_plan_describe(t->plan, &figures);
    expect(t, "nodes of the plan", 0, (double)figures.node_count, (double)t->random->node_bill);
    expect(t, "gates of the plan", 0, figures.gate_count, gates[t->tree->node_count - 1]);
    free(gates);
}

static void choose_range(trial *t) {
    t->asked = (by_range){t->panel->first_common, t->panel->last_common};
    if (random_chance(&t->source, 0.3)) {
        t->asked.first = random_below(&t->source, t->panel->bar_count);
    }
    if (random_chance(&t->source, 0.3)) {
        t->asked.last = random_below(&t->source, t->panel->bar_count);
    }
}

static void judge(trial *t) {
    compare_panels(t);
    compare_figures(t);
    choose_range(t);
    int32_t digits[RANDOM_PARAMS_MAX] = {0};
    compare_runs(t, digits, 0);
    for (int32_t p = 0; p < t->tree->param_count; p++) {
        digits[p] = random_below(&t->source, t->tree->params[p].value_count);
    }
    compare_runs(t, digits, 0.001);
    if (t->bad || t->tree->param_count == 0) {
        return;
    }
    static const int32_t threads[] = {1, 2, 7};
    by_costs costs = {random_chance(&t->source, 0.5) ? 0.001 : 0};
    make_combos(t);
    make_expected(t, costs);
    for (int32_t i = 0; i < 3 && !t->bad; i++) {
        compare_sweep(t, costs, threads[i]);
    }
}

/* 1 when all agreed. */
static bool try_seed(uint64_t seed, trial *t) {
    by_error err = {0};
    t->seed = seed;
    t->source = (random_source){seed};
    t->bad = false;
    random_bars_fill(t->bars, &t->source);
    random_tree_fill(t->random, t->bars, &t->source);
    t->tree = &t->random->tree;
    t->panel = NULL;
    t->plan = NULL;
    t->columns = NULL;
    by_status status = by_panel_new(t->bars->symbol_count, t->bars->names, t->bars->slices,
                                    t->bars->slice_first, &t->panel, &err);
    if (status == BY_OK) {
        status = by_plan_new(t->tree, &t->plan, &err);
    }
    if (status == BY_OK) {
        status = by_columns_new(t->plan, t->panel, 1 + (int32_t)(seed % 3), INT64_C(1) << 30,
                                &t->columns, &err);
    }
    if (status == BY_OK) {
        judge(t);
    } else {
        differ(t, err.message, 0, status, BY_OK);
    }
    by_columns_free(t->columns);
    by_plan_free(t->plan);
    by_panel_free(t->panel);
    return !t->bad;
}

static void test_random_trees(void **unused) {
    (void)unused;
    const char *one = getenv("BY_SEED");
    const char *number = getenv("BY_TREES");
    uint64_t first = one != NULL ? strtoull(one, NULL, 10) : 1;
    uint64_t last = one != NULL ? first : number != NULL ? strtoull(number, NULL, 10) : 2000;
    trial *t = calloc(1, sizeof *t);
    assert_non_null(t);
    t->bars = calloc(1, sizeof *t->bars);
    t->random = calloc(1, sizeof *t->random);
    assert_true(t->bars != NULL && t->random != NULL);
    int32_t bad = 0;
    for (uint64_t seed = first; seed <= last && bad < BAD_SEEDS_MAX; seed++) {
        bad += !try_seed(seed, t);
    }
    free(t->bars);
    free(t->random);
    free(t);
    print_message("%lld runs (%lld without a session), %lld combos swept, %lld of them judged\n",
                  (long long)seen.runs, (long long)seen.refused, (long long)seen.combos,
                  (long long)seen.plain_combos);
    assert_int_equal(bad, 0);
    if (one == NULL && last >= 100) {
        assert_true(seen.refused * 10 < seen.runs * 3 && seen.refused > 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_trees)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
