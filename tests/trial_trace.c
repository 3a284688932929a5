/* SPDX-License-Identifier: MIT
 *
 * The inside of a run: what the engine says of each part of the tree, and what the judge thinks.
 */
#include "../engine/trace.h"
#include "plain_parts.h"
#include "trial.h"

typedef struct inside {
    trial *t;
    const plain_state *s;
    const by_trace *trace;
    by_range range;
} inside;

/* What is not computable up to the last row is so later, or never. */
static void compare_ready(const inside *in, const char *what, int32_t index, int32_t fast,
                          int32_t plain) {
    if (fast <= in->range.last || plain <= in->range.last) {
        trial_expect(in->t, what, index, fast, plain);
    }
}

static void compare_series(const inside *in, int32_t index) {
    const by_series *series = &in->s->tree->series[index];
    for (const plain_column *c = in->s->series[index]; c != NULL; c = c->next) {
        if (c->child >= 0 || series->timeframe != 0) {
            continue; /* of a template, or with other rows */
        }
        compare_ready(in, "ready row of series", index, by_trace_series_ready(in->trace, index),
                      c->ready);
        for (int32_t row = in->range.first; row <= in->range.last; row++) {
            trial_expect(in->t, "value of series", index, by_trace_series(in->trace, index, row),
                         c->value[row]);
        }
    }
}

static void compare_condition(const inside *in, int32_t index) {
    const uint8_t *holds = in->s->mask[index].holds;
    for (int32_t row = in->range.first; holds != NULL && row <= in->range.last; row++) {
        trial_expect(in->t, "value of condition", index, by_trace_condition(in->trace, index, row),
                     holds[row]);
    }
}

static void compare_children(const inside *in, int32_t index, int32_t row) {
    const plain_inputs *inputs = &in->s->inputs[index];
    for (int32_t c = 0; c < in->s->tree->nodes[index].child_count; c++) {
        if (inputs->rank != NULL) {
            trial_expect(in->t, "rank in node", index, by_trace_rank(in->trace, index, c, row),
                         inputs->rank[c]->value[row]);
        }
        if (inputs->volatility != NULL) {
            trial_expect(in->t, "volatility in node", index,
                         by_trace_volatility(in->trace, index, c, row),
                         inputs->volatility[c]->value[row]);
        }
    }
}

static void compare_node(const inside *in, int32_t index) {
    double plain[RANDOM_SYMBOLS_MAX + 1];
    int32_t symbol[RANDOM_SYMBOLS_MAX + 1];
    double weight[RANDOM_SYMBOLS_MAX + 1];
    compare_ready(in, "ready row of node", index, by_trace_ready(in->trace, index),
                  in->s->ready[index]);
    for (int32_t row = in->range.first; row <= in->range.last; row++) {
        int32_t count =
            by_trace_weights(in->trace, index, row, symbol, weight, RANDOM_SYMBOLS_MAX + 1);
        int32_t k = 0;
        plain_weigh(in->s, index, row, 0, plain);
        for (int32_t s = 0; s <= in->s->panel->symbol_count; s++) {
            bool listed = k < count && symbol[k] == s;
            trial_expect(in->t, "weights of node", index, listed ? weight[k] : 0, plain[s] + 0.0);
            k += listed;
        }
        trial_expect(in->t, "number of weights of node", index, count, k);
        compare_children(in, index, row);
    }
}

void trial_compare_traces(trial *t, const int32_t *digits) {
    by_error err = {0};
    by_trace *trace = NULL;
    plain_state s;
    plain_open(&s, t->tree, t->panel, digits);
    trial_expect(t, "status of the parts", 0, s.status, BY_OK);
    if (s.status == BY_OK && by_trace_new(t->columns, digits, t->asked, &trace, &err) == BY_OK) {
        inside in = {t, &s, trace, by_trace_range(trace)};
        for (int32_t i = 0; i < t->tree->series_count && !t->bad; i++) {
            compare_series(&in, i);
        }
        for (int32_t i = 0; i < t->tree->condition_count && !t->bad; i++) {
            compare_condition(&in, i);
        }
        for (int32_t i = 0; i < t->tree->node_count && !t->bad; i++) {
            compare_node(&in, i);
        }
    }
    by_trace_free(trace);
    plain_close(&s);
}
