/* SPDX-License-Identifier: MIT
 *
 * One combo from the tree to the result.
 */
#include "plain_parts.h"

#include <math.h>
#include <stdlib.h>

/* Daily at the close, without costs. */
#define ZERO                                                                                       \
    { .constant = 0, .param = -1 }
static const by_trading no_trading = {
    .rebalance = ZERO,
    .corridor = ZERO,
    .fill = ZERO,
    .slippage = ZERO,
    .commission = ZERO,
    .commission_share = ZERO,
    .commission_order = ZERO,
    .commission_minimum = ZERO,
    .sale_fee = ZERO,
    .share_fee = ZERO,
    .share_fee_maximum = ZERO,
    .cash_yield = ZERO,
    .borrow_rate = ZERO,
    .capital = {.constant = 10000, .param = -1},
};

double plain_value(const plain_state *s, const by_field *field) {
    return by_field_value(s->tree, field, s->digits);
}

int32_t plain_integer(const plain_state *s, const by_field *field) {
    double value = plain_value(s, field);
    if (!(value >= INT32_MIN && value <= INT32_MAX) || value != floor(value)) {
        return INT32_MIN;
    }
    return (int32_t)value;
}

void *plain_room(plain_state *s, size_t count, size_t size) {
    void *room = s->status == BY_OK ? calloc(count > 0 ? count : 1, size) : NULL;
    if (room == NULL && s->status == BY_OK) {
        s->status = BY_NOMEM;
    }
    return room;
}

int32_t plain_later(int32_t a, int32_t b) {
    return a > b ? a : b;
}

static int32_t depth_of(plain_state *s) {
    const by_tree *tree = s->tree;
    int32_t deepest = 0;
    int32_t *depth = plain_room(s, (size_t)tree->node_count, sizeof *depth);
    for (int32_t i = 0; depth != NULL && i < tree->node_count; i++) {
        for (int32_t c = 0; c < tree->nodes[i].child_count; c++) {
            int32_t below = depth[tree->links[tree->nodes[i].child_first + c]];
            depth[i] = plain_later(depth[i], below + 1);
        }
        deepest = plain_later(deepest, depth[i]);
    }
    free(depth);
    return deepest;
}

void plain_open(plain_state *s, const by_tree *tree, const by_panel *panel, const int32_t *digits) {
    *s = (plain_state){.tree = tree,
                       .trading = tree->trading != NULL ? tree->trading : &no_trading,
                       .panel = panel,
                       .digits = digits,
                       .status = BY_OK};
    size_t nodes = (size_t)tree->node_count;
    s->series = plain_room(s, (size_t)tree->series_count, sizeof *s->series);
    s->mask = plain_room(s, (size_t)tree->condition_count, sizeof *s->mask);
    s->equity = plain_room(s, nodes, sizeof *s->equity);
    s->inputs = plain_room(s, nodes, sizeof *s->inputs);
    s->ready = plain_room(s, nodes, sizeof *s->ready);
    s->level_count = depth_of(s) + 1;
    s->scratch = plain_room(s, (size_t)s->level_count, sizeof *s->scratch);
    for (int32_t i = 0; i < s->level_count && s->status == BY_OK; i++) {
        s->scratch[i] = plain_room(s, (size_t)panel->symbol_count + 1, sizeof **s->scratch);
    }
    for (int32_t i = 0; i < tree->node_count && s->status == BY_OK; i++) {
        plain_prepare(s, i);
    }
}

static void free_column(plain_column *column) {
    while (column != NULL) {
        plain_column *next = column->next;
        free(column->value);
        free(column);
        column = next;
    }
}

void plain_close(plain_state *s) {
    for (int32_t i = 0; s->series != NULL && i < s->tree->series_count; i++) {
        free_column(s->series[i]);
    }
    for (int32_t i = 0; s->mask != NULL && i < s->tree->condition_count; i++) {
        free(s->mask[i].holds);
    }
    for (int32_t i = 0; s->equity != NULL && i < s->tree->node_count; i++) {
        free_column(s->equity[i]);
    }
    for (int32_t i = 0; s->inputs != NULL && i < s->tree->node_count; i++) {
        free((void *)s->inputs[i].rank);
        free((void *)s->inputs[i].volatility);
        free(s->inputs[i].order);
        free(s->inputs[i].share);
    }
    for (int32_t i = 0; s->scratch != NULL && i < s->level_count; i++) {
        free(s->scratch[i]);
    }
    plain_frames_free(s);
    free(s->series);
    free(s->mask);
    free(s->equity);
    free(s->inputs);
    free(s->ready);
    free((void *)s->scratch);
}

static void open_run(plain_state *s, int32_t first, int32_t last, plain_result *run) {
    size_t days = (size_t)(last - first + 1);
    size_t symbols = (size_t)s->panel->symbol_count;
    run->first = first;
    run->day_count = last - first + 1;
    run->symbol_count = s->panel->symbol_count;
    run->equity = plain_room(s, days, sizeof(double));
    run->returns = plain_room(s, days, sizeof(double));
    run->turnover = plain_room(s, days, sizeof(double));
    run->exposure = plain_room(s, days, sizeof(double));
    run->traded = plain_room(s, days, 1);
    run->weights = plain_room(s, days * symbols + 1, sizeof(double));
    run->held = plain_room(s, days * symbols, sizeof(double));
}

static void evaluate(plain_state *s, by_range asked, plain_result *run) {
    int32_t root = s->tree->node_count - 1;
    int32_t first = plain_later(plain_later(asked.first, s->panel->first_common), s->ready[root]);
    if (first > asked.last || asked.last >= s->panel->bar_count) {
        s->status = BY_DATA;
        return;
    }
    open_run(s, first, asked.last, run);
    for (int32_t i = 0; s->status == BY_OK && i < run->day_count; i++) {
        /* VOID, 0 now, stands where the next day begins. */
        plain_settle(s, root, first + i, run->weights + (size_t)i * (size_t)run->symbol_count);
    }
    if (s->status == BY_OK) {
        plain_account(s, run);
    }
    if (s->status == BY_OK) {
        by_days days = {run->returns,
                        run->turnover,
                        run->exposure,
                        run->day_count - 1,
                        run->trade_count,
                        run->opened,
                        s->panel->periods_per_year};
        plain_metrics(&days, &run->result);
        run->result.start = first;
        run->result.behaviour = plain_behaviour(run);
    }
}

by_status plain_run(const by_tree *tree, const by_panel *panel, const int32_t *digits,
                    by_range asked, plain_result **out) {
    *out = NULL;
    if (tree->symbol_count != panel->symbol_count || tree->node_count < 1) {
        return BY_STRATEGY;
    }
    plain_state s;
    plain_open(&s, tree, panel, digits);
    plain_result *run = plain_room(&s, 1, sizeof *run);
    if (s.status == BY_OK) {
        evaluate(&s, asked, run);
    }
    plain_close(&s);
    if (s.status != BY_OK) {
        plain_free(run);
        return s.status;
    }
    *out = run;
    return BY_OK;
}

const by_result *plain_result_of(const plain_result *result) {
    return &result->result;
}

void plain_free(plain_result *result) {
    if (result == NULL) {
        return;
    }
    free(result->equity);
    free(result->returns);
    free(result->turnover);
    free(result->exposure);
    free(result->traded);
    free(result->weights);
    free(result->held);
    free(result);
}
