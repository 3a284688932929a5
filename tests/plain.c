/* SPDX-License-Identifier: MIT
 *
 * Weights by recursion over the nodes for each day anew, then the accounting. Nothing is shared;
 * only whole columns of indicators are kept, one for each series as written.
 */
#include "plain.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

typedef struct state {
    const by_tree *tree;
    const by_panel *panel;
    const int32_t *digits;
    double **series;     /* [series] column of a by_series */
    double ***filter;    /* [node][child] column of a filter's child */
    double *scratch;     /* [depth][symbol] */
    by_status status;    /* of the columns */
    int32_t first_ready; /* first row at which all columns have had a value */
} state;

static int32_t integer(const state *s, const by_field *field) {
    double value = by_field_value(s->tree, field, s->digits);
    if (!(value >= INT32_MIN && value <= INT32_MAX) || value != floor(value)) {
        return INT32_MIN;
    }
    return (int32_t)value;
}

static double *new_column(state *s, const by_field *kind_field, const by_field *symbol_field,
                          const by_field *window_field) {
    static const int32_t windows_of[] = {
#define WINDOWS(name, lua, windows, title) windows,
        BY_INDICATOR_MAP(WINDOWS)
#undef WINDOWS
    };
    int32_t kind = integer(s, kind_field);
    int32_t symbol = integer(s, symbol_field);
    int32_t window[3] = {0, 0, 0};
    bool good =
        kind >= 0 && kind < BY_INDICATOR_COUNT && symbol >= 0 && symbol < s->panel->symbol_count;
    for (int32_t i = 0; good && i < windows_of[kind]; i++) {
        window[i] = integer(s, &window_field[i]);
        good = window[i] >= 1 && window[i] <= BY_WINDOW_MAX;
    }
    if (!good) {
        s->status = BY_STRATEGY;
        return NULL;
    }
    double *column = malloc((size_t)s->panel->bar_count * sizeof *column);
    if (column == NULL) {
        s->status = BY_NOMEM;
        return NULL;
    }
    int32_t first =
        plain_indicator(kind, window, s->panel->close[symbol], s->panel->bar_count, column);
    s->first_ready = first > s->first_ready ? first : s->first_ready;
    return column;
}

/* A filter's child: an asset, in any number of groups. */
static const by_node *asset_of(const by_tree *tree, int32_t node) {
    while (tree->nodes[node].kind == BY_GROUP) {
        node = tree->links[tree->nodes[node].child_first];
    }
    return &tree->nodes[node];
}

static by_status make_columns(state *s) {
    const by_tree *tree = s->tree;
    s->status = BY_OK;
    for (int32_t i = 0; i < tree->series_count && s->status == BY_OK; i++) {
        const by_series *series = &tree->series[i];
        s->series[i] = new_column(s, &series->kind, &series->symbol, series->window);
    }
    for (int32_t i = 0; i < tree->node_count && s->status == BY_OK; i++) {
        const by_node *node = &tree->nodes[i];
        if (node->kind != BY_FILTER) {
            continue;
        }
        s->filter[i] = calloc((size_t)node->child_count + 1, sizeof *s->filter[i]);
        if (s->filter[i] == NULL) {
            return BY_NOMEM;
        }
        for (int32_t c = 0; c < node->child_count && s->status == BY_OK; c++) {
            const by_node *asset = asset_of(tree, tree->links[node->child_first + c]);
            s->filter[i][c] = new_column(s, &node->indicator, &asset->symbol, node->window);
        }
    }
    return s->status;
}

static bool compare(const state *s, const by_condition *condition, int32_t row) {
    double x = s->series[condition->left][row];
    double y = condition->right < 0 ? by_field_value(s->tree, &condition->threshold, s->digits)
                                    : s->series[condition->right][row];
    if (isnan(x) || isnan(y)) {
        return false;
    }
    switch (integer(s, &condition->comparator)) {
    case BY_GT:
        return x > y;
    case BY_GTE:
        return x >= y;
    case BY_LT:
        return x < y;
    case BY_LTE:
        return x <= y;
    default:
        return x == y;
    }
}

static bool holds(const state *s, int32_t index, int32_t row) {
    const by_condition *condition = &s->tree->conditions[index];
    if (condition->kind == BY_COMPARE) {
        return compare(s, condition, row);
    }
    int32_t held = 0;
    for (int32_t c = 0; c < condition->child_count; c++) {
        held += holds(s, s->tree->condition_links[condition->child_first + c], row);
    }
    if (condition->kind == BY_ALL) {
        return held == condition->child_count;
    }
    return condition->kind == BY_ANY ? held > 0 : held == 0;
}

/* Takes the best again and again: the first in order among those with the best key. */
static void weigh_filter(const state *s, int32_t index, int32_t row, double *out) {
    const by_node *node = &s->tree->nodes[index];
    int32_t count = integer(s, &node->count);
    int32_t valid = 0;
    for (int32_t c = 0; c < node->child_count; c++) {
        valid += !isnan(s->filter[index][c][row]);
    }
    int32_t k = count < valid ? count : valid;
    double last_key = 0; /* of the one taken last, and its place */
    int32_t last = -1;
    for (int32_t taken = 0; taken < k; taken++) {
        int32_t best = -1;
        double best_key = 0;
        for (int32_t c = 0; c < node->child_count; c++) {
            double v = s->filter[index][c][row];
            double key = node->bottom ? -rint(v * 1e9) : rint(v * 1e9);
            bool left = !isnan(v) && (last < 0 || key < last_key || (key == last_key && c > last));
            if (left && (best < 0 || key > best_key)) {
                best = c;
                best_key = key;
            }
        }
        const by_node *asset = asset_of(s->tree, s->tree->links[node->child_first + best]);
        out[integer(s, &asset->symbol)] += 1.0 / k;
        last = best;
        last_key = best_key;
    }
}

static void weigh(const state *s, int32_t index, int32_t row, int32_t level, double *out) {
    const by_tree *tree = s->tree;
    const by_node *node = &tree->nodes[index];
    const int32_t *children = tree->links + node->child_first;
    int32_t symbol_count = s->panel->symbol_count;
    for (int32_t t = 0; t < symbol_count; t++) {
        out[t] = 0;
    }
    if (node->kind == BY_ASSET) {
        out[integer(s, &node->symbol)] = 1;
    } else if (node->kind == BY_GROUP) {
        weigh(s, children[0], row, level, out);
    } else if (node->kind == BY_IF) {
        weigh(s, children[holds(s, node->condition, row) ? 0 : 1], row, level, out);
    } else if (node->kind == BY_FILTER) {
        weigh_filter(s, index, row, out);
    } else if (node->kind == BY_WEIGHTED) {
        double *child = s->scratch + (size_t)level * (size_t)symbol_count;
        for (int32_t c = 0; c < node->child_count; c++) {
            double w = by_field_value(tree, &tree->weights[node->child_first + c], s->digits);
            if (w == 0) {
                continue;
            }
            weigh(s, children[c], row, level + 1, child);
            for (int32_t t = 0; t < symbol_count; t++) {
                out[t] = out[t] + w * child[t];
            }
        }
    }
}

/* sum |next - what `held` has become over `row`| */
static double trade(const by_panel *panel, int32_t row, double growth, const double *held,
                    const double *next) {
    const double *forward = panel->forward + (size_t)row * (size_t)panel->symbol_count;
    double turnover = 0;
    for (int32_t t = 0; t < panel->symbol_count; t++) {
        double drifted = held[t] * (1 + forward[t]) / growth;
        if (next[t] != 0 || drifted != 0) {
            turnover += fabs(next[t] - drifted);
        }
    }
    return turnover;
}

static void account(const by_panel *panel, by_costs costs, plain_result *run) {
    int32_t symbol_count = panel->symbol_count;
    double keep_first = 1;
    for (int32_t i = 0; i < run->day_count; i++) {
        const double *w = run->weights + (size_t)i * (size_t)symbol_count;
        run->exposure[i] = 0;
        for (int32_t t = 0; t < symbol_count; t++) {
            run->exposure[i] += w[t];
        }
        if (i == 0) {
            run->turnover[0] = run->exposure[0];
            keep_first = 1 - costs.slippage * run->turnover[0];
            run->equity[0] = BY_START_VALUE * keep_first;
        }
        if (i + 1 == run->day_count) {
            break;
        }
        int32_t row = run->first + i;
        const double *forward = panel->forward + (size_t)row * (size_t)symbol_count;
        double growth = 0;
        for (int32_t t = 0; t < symbol_count; t++) {
            if (w[t] != 0) {
                growth += w[t] * forward[t];
            }
        }
        growth = 1 + growth;
        run->turnover[i + 1] = trade(panel, row, growth, w, w + symbol_count);
        double step = growth * (1 - costs.slippage * run->turnover[i + 1]);
        run->equity[i + 1] = run->equity[i] * step;
        run->returns[i] = i == 0 ? keep_first * step - 1 : step - 1;
    }
}

static int32_t depth_of(const by_tree *tree, int32_t *depth) {
    for (int32_t i = 0; i < tree->node_count; i++) {
        depth[i] = 1;
        for (int32_t c = 0; c < tree->nodes[i].child_count; c++) {
            int32_t below = depth[tree->links[tree->nodes[i].child_first + c]] + 1;
            depth[i] = below > depth[i] ? below : depth[i];
        }
    }
    return depth[tree->node_count - 1];
}

static by_status run_days(state *s, by_range asked, by_costs costs, plain_result *run) {
    int32_t first = asked.first > s->panel->first_common ? asked.first : s->panel->first_common;
    first = first > s->first_ready ? first : s->first_ready;
    if (first > asked.last || asked.last >= s->panel->bar_count) {
        return BY_DATA;
    }
    run->first = first;
    run->day_count = asked.last - first + 1;
    run->symbol_count = s->panel->symbol_count;
    size_t days = (size_t)run->day_count;
    size_t symbols = (size_t)run->symbol_count;
    run->equity = calloc(days, sizeof(double));
    run->returns = calloc(days, sizeof(double));
    run->turnover = calloc(days, sizeof(double));
    run->exposure = calloc(days, sizeof(double));
    run->weights = calloc(days * symbols, sizeof(double));
    if (run->equity == NULL || run->returns == NULL || run->turnover == NULL ||
        run->exposure == NULL || run->weights == NULL) {
        return BY_NOMEM;
    }
    for (int32_t i = 0; i < run->day_count; i++) {
        weigh(s, s->tree->node_count - 1, first + i, 0, run->weights + (size_t)i * symbols);
    }
    account(s->panel, costs, run);
    plain_metrics(run->returns, run->day_count - 1, run->turnover, run->exposure, &run->result);
    run->result.start = first;
    return BY_OK;
}

static void drop(state *s) {
    for (int32_t i = 0; s->series != NULL && i < s->tree->series_count; i++) {
        free(s->series[i]);
    }
    for (int32_t i = 0; s->filter != NULL && i < s->tree->node_count; i++) {
        for (int32_t c = 0; s->filter[i] != NULL && c < s->tree->nodes[i].child_count; c++) {
            free(s->filter[i][c]);
        }
        free(s->filter[i]);
    }
    free(s->series);
    free(s->filter);
    free(s->scratch);
}

by_status plain_run(const by_tree *tree, const by_panel *panel, const int32_t *digits,
                    by_range asked, by_costs costs, plain_result **out) {
    *out = NULL;
    if (tree->symbol_count != panel->symbol_count || tree->node_count < 1) {
        return BY_STRATEGY;
    }
    state s = {.tree = tree, .panel = panel, .digits = digits};
    plain_result *run = calloc(1, sizeof *run);
    int32_t *depth = calloc((size_t)tree->node_count, sizeof *depth);
    s.series = calloc((size_t)tree->series_count + 1, sizeof *s.series);
    s.filter = calloc((size_t)tree->node_count, sizeof *s.filter);
    by_status status = BY_NOMEM;
    if (run != NULL && depth != NULL && s.series != NULL && s.filter != NULL) {
        size_t levels = (size_t)depth_of(tree, depth) + 1;
        s.scratch = calloc(levels * (size_t)panel->symbol_count, sizeof(double));
        status = s.scratch == NULL ? BY_NOMEM : make_columns(&s);
    }
    if (status == BY_OK) {
        status = run_days(&s, asked, costs, run);
    }
    drop(&s);
    free(depth);
    if (status != BY_OK) {
        plain_free(run);
        return status;
    }
    *out = run;
    return BY_OK;
}

void plain_free(plain_result *result) {
    if (result == NULL) {
        return;
    }
    free(result->equity);
    free(result->returns);
    free(result->turnover);
    free(result->exposure);
    free(result->weights);
    free(result);
}
