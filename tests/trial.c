/* SPDX-License-Identifier: MIT */
#include "trial.h"

#include "plain_panel.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool same(double a, double b) {
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

void trial_differ(trial *t, const char *what, int64_t at, double fast, double plain) {
    if (!t->bad) {
        (void)fprintf(stderr, "BY_SEED=%llu: %s %lld: engine %.17g (%a), plain %.17g (%a)\n",
                      (unsigned long long)t->seed, what, (long long)at, fast, fast, plain, plain);
    }
    t->bad = true;
}

void trial_expect(trial *t, const char *what, int64_t at, double fast, double plain) {
    if (!same(fast, plain)) {
        trial_differ(t, what, at, fast, plain);
    }
}

static void compare_columns(trial *t, const char *what, int32_t count, const double *fast,
                            const double *plain) {
    for (int32_t i = 0; i < count; i++) {
        trial_expect(t, what, i, fast[i], plain[i]);
    }
}

void trial_compare_results(trial *t, const char *what, int32_t combo, const by_result *fast,
                           const by_result *plain) {
    char text[80];
    trial_expect(t, what, combo, fast->return_count, plain->return_count);
    for (int32_t m = 0; m < BY_METRIC_COUNT; m++) {
        (void)snprintf(text, sizeof text, "%s: %s of combo", what, by_metric_name(m));
        trial_expect(t, text, combo, fast->metric[m], plain->metric[m]);
    }
    if (plain->return_count < 0) {
        return;
    }
    trial_expect(t, what, combo, fast->start, plain->start);
    for (int32_t b = 0; b < BY_BLOCK_COUNT; b++) {
        (void)snprintf(text, sizeof text, "%s: block %d of combo", what, b);
        trial_expect(t, text, combo, fast->block_sum[b], plain->block_sum[b]);
        trial_expect(t, text, combo, fast->block_sum_squares[b], plain->block_sum_squares[b]);
    }
}

static void compare_weights(trial *t, const by_run *fast, const plain_result *plain) {
    int32_t k = fast->weight_first[0];
    trial_expect(t, "first weight of day", 0, k, 0);
    for (int32_t i = 0; i < fast->day_count && !t->bad; i++) {
        for (int32_t s = 0; s < plain->symbol_count && !t->bad; s++) {
            double weight = plain->weights[(size_t)i * (size_t)plain->symbol_count + (size_t)s];
            bool listed = k < fast->weight_first[i + 1] && fast->symbol[k] == s;
            char text[40];
            (void)snprintf(text, sizeof text, "weight of symbol %d on day", s);
            trial_expect(t, text, i, listed ? fast->weight[k] : 0, weight);
            if (listed && fast->weight[k] == 0) {
                trial_differ(t, "a weight of 0 is listed on day", i, 0, 0);
            }
            k += listed;
        }
        trial_expect(t, "number of weights up to day", i, fast->weight_first[i + 1], k);
    }
}

void trial_compare_runs(trial *t, const int32_t *digits, double slippage) {
    by_error err = {0};
    by_run *fast = NULL;
    plain_result *plain = NULL;
    by_range range = {0, 0};
    by_costs costs = {slippage};
    by_status fast_status = by_run_new(t->columns, digits, t->asked, costs, &fast, &err);
    by_status status = plain_run(t->tree, t->panel, digits, t->asked, costs, &plain);
    by_status range_status = by_columns_range(t->columns, digits, t->asked, &range, &err);
    trial_expect(t, "status of run", 0, fast_status, status);
    trial_expect(t, "status of range", 0, range_status, status);
    t->runs++;
    t->refused += status != BY_OK;
    if (!t->bad && status == BY_OK) {
        trial_expect(t, "range, first", 0, range.first, plain->first);
        trial_expect(t, "range, last", 0, range.last, plain->first + plain->day_count - 1);
        trial_expect(t, "first", 0, fast->first, plain->first);
        trial_expect(t, "day_count", 0, fast->day_count, plain->day_count);
    }
    if (!t->bad && status == BY_OK) {
        compare_weights(t, fast, plain);
        compare_columns(t, "exposure of day", plain->day_count, fast->exposure, plain->exposure);
        compare_columns(t, "turnover of day", plain->day_count, fast->turnover, plain->turnover);
        compare_columns(t, "return of day", plain->day_count - 1, fast->returns, plain->returns);
        compare_columns(t, "equity of day", plain->day_count, fast->equity, plain->equity);
        trial_compare_results(t, "run", 0, &fast->result, &plain->result);
    }
    by_run_free(fast);
    plain_free(plain);
}

void trial_compare_panels(trial *t) {
    by_panel *plain = NULL;
    const by_panel *fast = t->panel;
    assert_int_equal(
        plain_panel_new(t->bars->symbol_count, t->bars->slices, t->bars->slice_first, &plain),
        BY_OK);
    trial_expect(t, "panel: rows", 0, fast->bar_count, plain->bar_count);
    trial_expect(t, "panel: first_common", 0, fast->first_common, plain->first_common);
    trial_expect(t, "panel: last_common", 0, fast->last_common, plain->last_common);
    int32_t rows = t->bad ? 0 : plain->bar_count;
    for (int32_t row = plain->first_common; row < rows; row++) {
        trial_expect(t, "panel: time of row", row, (double)fast->time[row],
                     (double)plain->time[row]);
    }
    for (int32_t s = 0; s < plain->symbol_count && !t->bad; s++) {
        trial_expect(t, "panel: first_bar of", s, fast->first_bar[s], plain->first_bar[s]);
        trial_expect(t, "panel: last_bar of", s, fast->last_bar[s], plain->last_bar[s]);
        trial_expect(t, "panel: filled_count of", s, fast->filled_count[s], plain->filled_count[s]);
        compare_columns(t, "panel: close of row", rows, fast->close[s], plain->close[s]);
    }
    compare_columns(t, "panel: forward", rows * plain->symbol_count, fast->forward, plain->forward);
    plain_panel_free(plain);
}

void trial_compare_figures(trial *t) {
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
    trial_expect(t, "nodes of the plan", 0, (double)figures.node_count,
                 (double)t->random->node_bill);
    trial_expect(t, "gates of the plan", 0, (double)figures.gate_count,
                 gates[t->tree->node_count - 1]);
    free(gates);
}
