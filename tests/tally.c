/* SPDX-License-Identifier: MIT */
#include "tally.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct walk {
    const by_tree *tree;
    const int32_t *digits;
    tally_marks marks;
    uint8_t *node_seen;
    uint8_t *condition_seen;
    int32_t measuring; /* how many measured nodes lie above */
} walk;

static int32_t value(const walk *w, const by_field *field) {
    return (int32_t)by_field_value(w->tree, field, w->digits);
}

static void mark(int32_t *marks, int32_t at) {
    marks[at] = 1;
}

static void mark_if(walk *w, bool done, tally_deed deed) {
    w->marks.deed[deed] |= done;
}

static void see_node(walk *w, int32_t index);

static void see_measured(walk *w, int32_t node, const by_series *series) {
    mark(w->marks.measure, value(w, &series->measure));
    mark_if(w, w->measuring > 0, TALLY_IN_TURN);
    w->measuring++;
    see_node(w, node);
    w->measuring--;
}

/* `child` is what a template stands for, or -1. */
static void see_series(walk *w, int32_t index, int32_t child) {
    const by_tree *tree = w->tree;
    const by_series *series = &tree->series[index];
    mark(w->marks.form, series->form);
    mark_if(w, value(w, &series->days_ago) > 0, TALLY_BACK);
    mark_if(w, by_field_value(tree, &series->factor, w->digits) != 1, TALLY_SCALED);
    mark_if(w, by_field_value(tree, &series->offset, w->digits) != 0, TALLY_SCALED);
    if (series->form != BY_INDICATOR_OF) {
        see_series(w, series->over, child);
        if (series->with >= 0) {
            see_series(w, series->with, child);
        }
        return;
    }
    mark(w->marks.indicator, value(w, &series->kind));
    mark_if(w, value(w, &series->variant) > 0, TALLY_VARIANT);
    if (series->over >= 0) {
        mark_if(w, true, TALLY_OVER_SERIES);
        see_series(w, series->over, child);
    } else if (series->node >= 0) {
        mark_if(w, true, TALLY_OVER_NODE);
        see_measured(w, series->node, series);
    } else if (child >= 0 && tree->nodes[child].kind != BY_ASSET &&
               value(w, &series->symbol) == BY_TEMPLATE) {
        mark_if(w, true, TALLY_OVER_CHILD);
        see_measured(w, child, series);
    }
}

static void see_condition(walk *w, int32_t index) {
    const by_condition *condition = &w->tree->conditions[index];
    if (w->condition_seen[index] != 0) {
        return;
    }
    w->condition_seen[index] = 1;
    mark(w->marks.condition, condition->kind);
    mark_if(w, value(w, &condition->for_days) > 1, TALLY_FOR_DAYS);
    mark_if(w, value(w, &condition->days_ago) > 0, TALLY_DAYS_AGO);
    for (int32_t c = 0; c < condition->child_count; c++) {
        see_condition(w, w->tree->condition_links[condition->child_first + c]);
    }
    if (condition->kind == BY_COMPARE) {
        mark(w->marks.comparator, value(w, &condition->comparator));
        see_series(w, condition->left, -1);
        if (condition->right >= 0) {
            see_series(w, condition->right, -1);
        }
    }
}

static void see_children(walk *w, const by_node *node, int32_t template) {
    for (int32_t c = 0; c < node->child_count; c++) {
        see_series(w, template, w->tree->links[node->child_first + c]);
    }
}

static void see_node(walk *w, int32_t index) {
    const by_node *node = &w->tree->nodes[index];
    uint8_t bit = w->measuring > 0 ? 2 : 1; /* once as such, once when measured */
    if ((w->node_seen[index] & bit) != 0) {
        return;
    }
    w->node_seen[index] |= bit;
    mark(w->marks.node, node->kind);
    for (int32_t c = 0; c < node->child_count; c++) {
        see_node(w, w->tree->links[node->child_first + c]);
    }
    if (node->kind == BY_IF) {
        see_condition(w, node->condition);
    } else if (node->kind == BY_MIXED) {
        see_series(w, node->series, -1);
    } else if (node->kind == BY_FILTER) {
        mark(w->marks.weighting, node->weighting);
        mark(w->marks.ties, value(w, &node->ties));
        mark_if(w, value(w, &node->merge) == 1, TALLY_MERGE);
        mark_if(w, value(w, &node->empty) == 1, TALLY_EMPTY_VOID);
        see_children(w, node, node->rank);
    }
    if (node->kind == BY_INVERSE_VOL ||
        (node->kind == BY_FILTER && node->weighting == BY_WEIGH_INVERSE_VOL)) {
        see_children(w, node, node->volatility);
    }
}

static void see_trading(walk *w) {
    const by_trading *trading = w->tree->trading;
    if (trading == NULL) {
        return;
    }
    const by_field *fields[] = {&trading->rebalance, &trading->fill, &trading->slippage,
                                &trading->commission};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        mark_if(w, fields[i]->param >= 0, TALLY_BOUND_TRADING);
    }
    mark(w->marks.rebalance, value(w, &trading->rebalance));
    mark(w->marks.fill, value(w, &trading->fill));
    mark_if(w, by_field_value(w->tree, &trading->commission_order, w->digits) > 0, TALLY_CHARGED);
    mark_if(w, by_field_value(w->tree, &trading->cash_yield, w->digits) > 0, TALLY_INTEREST);
}

static void see_run(walk *w, const plain_result *run) {
    const uint8_t *whole = w->tree->whole_shares;
    for (int32_t i = 0; i < run->day_count; i++) {
        const double *held = run->held + (size_t)i * (size_t)run->symbol_count;
        bool any = false;
        for (int32_t s = 0; s < run->symbol_count; s++) {
            any = any || held[s] != 0;
            mark_if(w, held[s] < 0, TALLY_SHORT);
            mark_if(w, whole != NULL && whole[s] != 0 && held[s] != 0, TALLY_WHOLE);
        }
        mark_if(w, !any, TALLY_IDLE);
        mark_if(w, run->exposure[i] > 1.01, TALLY_LEVERED);
    }
    mark_if(w, run->trade_count < run->day_count, TALLY_WAITED);
    mark_if(w, run->equity[run->day_count - 1] == 0, TALLY_RUINED);
}

void tally_run(tally *t, const by_tree *tree, const int32_t *digits, const plain_result *run) {
    walk w = {.tree = tree,
              .digits = digits,
              .node_seen = calloc((size_t)tree->node_count, 1),
              .condition_seen = calloc((size_t)tree->condition_count + 1, 1)};
    if (w.node_seen != NULL && w.condition_seen != NULL) {
        see_node(&w, tree->node_count - 1);
        see_trading(&w);
        see_run(&w, run);
        t->runs++;
        int32_t *sums = (int32_t *)&t->marks;
        const int32_t *marks = (const int32_t *)&w.marks;
        for (size_t i = 0; i < sizeof w.marks / sizeof *marks; i++) {
            sums[i] += marks[i];
        }
    }
    free(w.node_seen);
    free(w.condition_seen);
}

static int32_t check_group(const tally *t, int32_t share, const char *what, const int32_t *marks,
                           int32_t count, const char *const *titles) {
    int32_t good = 1;
    for (int32_t i = 0; i < count; i++) {
        if ((int64_t)marks[i] * share < t->runs) {
            (void)fprintf(stderr, "lame: %d of %d runs: %s %s (%d)\n", marks[i], t->runs, what,
                          titles == NULL ? "" : titles[i], i);
            good = 0;
        }
    }
    return good;
}

int32_t tally_check(const tally *t, int32_t share) {
    static const char *const deeds[] = {
#define TITLE(name, title) title,
        TALLY_DEED_MAP(TITLE)
#undef TITLE
    };
    const tally_marks *m = &t->marks;
    const struct {
        const char *what;
        const int32_t *marks;
        int32_t count;
        const char *const *titles;
    } groups[] = {
        {"node", m->node, BY_NODE_KIND_COUNT, NULL},
        {"condition", m->condition, BY_CONDITION_KIND_COUNT, NULL},
        {"comparator", m->comparator, BY_COMPARATOR_COUNT, NULL},
        {"form", m->form, BY_FORM_COUNT, NULL},
        {"indicator", m->indicator, BY_INDICATOR_COUNT + RANDOM_CUSTOMS, NULL},
        {"measure", m->measure, BY_MEASURE_COUNT, NULL},
        {"weighting", m->weighting, BY_WEIGHTING_COUNT, NULL},
        {"ties", m->ties, BY_TIES_COUNT, NULL},
        {"rebalance", m->rebalance, BY_REBALANCE_COUNT, NULL},
        {"fill", m->fill, BY_FILL_COUNT, NULL},
        {"it", m->deed, TALLY_DEED_COUNT, deeds},
    };
    int32_t good = 1;
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        good &= check_group(t, share, groups[i].what, groups[i].marks, groups[i].count,
                            groups[i].titles);
    }
    return good;
}
