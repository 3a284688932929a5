/* SPDX-License-Identifier: MIT */
#include "trial.h"

#include "../engine/run_parts.h"

#include "plain_panel.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { BAD_SEEDS_MAX = 5 };

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
    if (fast->behaviour != plain->behaviour) {
        (void)snprintf(text, sizeof text, "%s: behaviour of combo", what);
        trial_differ(t, text, combo, (double)fast->behaviour, (double)plain->behaviour);
    }
    for (int32_t b = 0; b < BY_BLOCK_COUNT; b++) {
        (void)snprintf(text, sizeof text, "%s: block %d of combo", what, b);
        trial_expect(t, text, combo, fast->block_sum[b], plain->block_sum[b]);
        trial_expect(t, text, combo, fast->block_sum_squares[b], plain->block_sum_squares[b]);
    }
}

/* Weights of each session: entries of `symbol` and `weight` against dense ones. */
static void compare_weights(trial *t, const char *what, const int32_t *first, const int32_t *symbol,
                            const double *weight, const plain_result *plain, const double *dense) {
    int32_t k = first[0];
    trial_expect(t, "first entry of weights", 0, k, 0);
    for (int32_t i = 0; i < plain->day_count && !t->bad; i++) {
        for (int32_t s = 0; s < plain->symbol_count && !t->bad; s++) {
            bool listed = k < first[i + 1] && symbol[k] == s;
            char text[60];
            (void)snprintf(text, sizeof text, "%s weight of symbol %d on day", what, s);
            trial_expect(t, text, i, listed ? weight[k] : 0,
                         dense[(size_t)i * (size_t)plain->symbol_count + (size_t)s]);
            if (listed && weight[k] == 0) {
                trial_differ(t, "a weight of 0 is listed on day", i, 0, 0);
            }
            k += listed;
        }
        trial_expect(t, "number of weights up to day", i, first[i + 1], k);
    }
}

void trial_compare_runs(trial *t, const int32_t *digits) {
    by_error err = {0};
    by_run *fast = NULL;
    plain_result *plain = NULL;
    const int32_t tile_days = t->seed % 4 == 2 ? 1 + (int32_t)(t->seed % 90) : 0;
    by_status fast_status = run_new(t->columns, digits, t->asked, tile_days, &fast, &err);
    by_status status = plain_run(t->tree, t->panel, digits, t->asked, &plain);
    trial_expect(t, "status of run", 0, fast_status, status);
    t->runs++;
    t->refused += status != BY_OK;
    if (status == BY_OK) {
        tally_run(&t->tally, t->tree, digits, plain);
    }
    if (!t->bad && status == BY_OK) {
        trial_expect(t, "first", 0, fast->first, plain->first);
        trial_expect(t, "day_count", 0, fast->day_count, plain->day_count);
    }
    if (!t->bad && status == BY_OK) {
        compare_weights(t, "target", fast->weight_first, fast->symbol, fast->weight, plain,
                        plain->weights);
        for (int32_t i = 0; i < plain->day_count; i++) {
            trial_expect(t, "traded on day", i, fast->traded[i], plain->traded[i]);
        }
        compare_weights(t, "held", fast->held_first, fast->held_symbol, fast->held_weight, plain,
                        plain->held);
        compare_columns(t, "exposure of day", plain->day_count, fast->exposure, plain->exposure);
        compare_columns(t, "turnover of day", plain->day_count, fast->turnover, plain->turnover);
        compare_columns(t, "return of day", plain->day_count - 1, fast->returns, plain->returns);
        compare_columns(t, "equity of day", plain->day_count, fast->equity, plain->equity);
        trial_compare_results(t, "run", 0, &fast->result, &plain->result);
    }
    by_run_free(fast);
    plain_free(plain);
}

static void compare_symbols(trial *t, const char *what, const double *const *fast,
                            const double *const *plain) {
    trial_expect(t, what, -1, fast != NULL, plain != NULL);
    for (int32_t s = 0; s < t->panel->symbol_count && !t->bad && fast != NULL; s++) {
        compare_columns(t, what, t->panel->bar_count, fast[s], plain[s]);
    }
}

static void compare_panel(trial *t, const by_panel *fast, int32_t full) {
    by_panel *plain = NULL;
    assert_int_equal(
        plain_panel_new(t->bars->symbol_count, t->bars->slices, t->bars->slice_first, full, &plain),
        BY_OK);
    trial_expect(t, "panel: rows", 0, fast->bar_count, plain->bar_count);
    trial_expect(t, "panel: first_common", 0, fast->first_common, plain->first_common);
    trial_expect(t, "panel: last_common", 0, fast->last_common, plain->last_common);
    trial_expect(t, "panel: periods_per_year", 0, fast->periods_per_year, plain->periods_per_year);
    int32_t rows = t->bad ? 0 : plain->bar_count;
    for (int32_t row = 0; row < rows; row++) {
        trial_expect(t, "panel: time of row", row, (double)fast->time[row],
                     (double)plain->time[row]);
    }
    for (int32_t s = 0; s < plain->symbol_count && !t->bad; s++) {
        trial_expect(t, "panel: first_bar of", s, fast->first_bar[s], plain->first_bar[s]);
        trial_expect(t, "panel: last_bar of", s, fast->last_bar[s], plain->last_bar[s]);
        trial_expect(t, "panel: filled_count of", s, fast->filled_count[s], plain->filled_count[s]);
    }
    if (!t->bad) {
        compare_symbols(t, "panel: open of row", fast->open, plain->open);
        compare_symbols(t, "panel: high of row", fast->high, plain->high);
        compare_symbols(t, "panel: low of row", fast->low, plain->low);
        compare_symbols(t, "panel: close of row", fast->close, plain->close);
        compare_symbols(t, "panel: volume of row", fast->volume, plain->volume);
    }
    compare_columns(t, "panel: forward", rows * plain->symbol_count, fast->forward, plain->forward);
    plain_panel_free(plain);
}

void trial_compare_panels(trial *t) {
    const random_bars *bars = t->bars;
    by_panel *closes = NULL;
    compare_panel(t, t->panel, 1);
    by_status status = by_panel_new(bars->symbol_count, bars->names, bars->slices,
                                    bars->slice_first, 0, &closes, NULL);
    trial_expect(t, "panel of closes", 0, status, BY_OK);
    if (closes != NULL) {
        compare_panel(t, closes, 0);
    }
    by_panel_free(closes);
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

static void try_seed(trial *t, uint64_t seed, trial_judge *judge, void *context) {
    by_error err = {0};
    t->seed = seed;
    t->source = (random_source){seed};
    t->bad = false;
    random_bars_fill(t->bars, &t->source);
    if (seed % 4 == 3) {
        random_bars_split(t->bars, &t->source);
    }
    random_tree_fill(t->random, t->bars, &t->source);
    t->tree = &t->random->tree;
    t->panel = NULL;
    t->plan = NULL;
    t->columns = NULL;
    by_status status = by_panel_new(t->bars->symbol_count, t->bars->names, t->bars->slices,
                                    t->bars->slice_first, 1, &t->panel, &err);
    if (status == BY_OK) {
        t->panel->bar_seconds = t->bars->bar_seconds;
        status = by_plan_new(t->tree, &t->plan, &err);
    }
    if (status == BY_OK) {
        status = by_columns_new(t->plan, t->panel, 1 + (int32_t)(seed % 3), INT64_C(1) << 30,
                                &t->columns, &err);
    }
    if (status == BY_OK) {
        judge(t, context);
    } else {
        trial_differ(t, err.message, 0, status, BY_OK);
    }
    by_columns_free(t->columns);
    by_plan_free(t->plan);
    by_panel_free(t->panel);
}

uint64_t trial_each_seed(trial *t, uint64_t trees, trial_judge *judge, void *context) {
    const char *one = getenv("BY_SEED");
    const char *number = getenv("BY_TREES");
    const uint64_t first = one != NULL ? strtoull(one, NULL, 10) : 1;
    const uint64_t last = one != NULL ? first : number != NULL ? strtoull(number, NULL, 10) : trees;
    int32_t bad = 0;
    t->bars = calloc(1, sizeof *t->bars);
    t->random = calloc(1, sizeof *t->random);
    assert_true(t->bars != NULL && t->random != NULL);
    for (uint64_t seed = first; seed <= last && bad < BAD_SEEDS_MAX; seed++) {
        try_seed(t, seed, judge, context);
        bad += t->bad;
    }
    free(t->bars);
    free(t->random);
    assert_int_equal(bad, 0);
    return last - first + 1;
}
