/* SPDX-License-Identifier: MIT */
#include "plain_branches.h"

#include <math.h>
#include <stdlib.h>

typedef struct walk {
    plain_branches *b;
    const plain_state *s;
    const plain_result *run;
    int32_t session;
    int32_t at;        /* the next branch */
    double *room;      /* for the weights of children */
    int32_t room_used; /* of it */
    double *out;       /* [symbol + 1] */
} walk;

static bool is_ranked(const by_node *node) {
    return node->kind == BY_FILTER || node->kind == BY_INVERSE_VOL;
}

/* The weight of each child on the session. */
static void weigh_children(walk *w, int32_t index, double *weight) {
    const by_node *node = &w->s->tree->nodes[index];
    const int32_t row = w->run->first + w->session;
    const plain_inputs *inputs = &w->s->inputs[index];
    for (int32_t c = 0; c < node->child_count; c++) {
        weight[c] = node->kind == BY_GROUP;
        if (is_ranked(node)) {
            inputs->share[c] = 0;
        }
        if (node->kind == BY_WEIGHTED) {
            weight[c] = plain_value(w->s, &w->s->tree->weights[node->child_first + c]);
        }
    }
    if (node->kind == BY_IF) {
        weight[w->s->mask[node->condition].holds[row] ? 0 : 1] = 1;
    } else if (is_ranked(node)) {
        plain_weigh(w->s, index, row, 0, w->out);
        for (int32_t r = 0; r < node->child_count; r++) {
            if (inputs->share[r] != 0) {
                weight[inputs->order[r]] = inputs->share[r];
            }
        }
    } else if (node->kind == BY_MIXED) {
        double x = inputs->series->value[row];
        double low = plain_value(w->s, &node->low);
        double high = plain_value(w->s, &node->high);
        weight[1] = isnan(x) || x <= low ? 0 : x >= high ? 1 : (x - low) / (high - low);
        weight[0] = 1 - weight[1];
    }
}

/* What a share becomes when VOID leaves its own to the rest of a node. */
static double settled(walk *w, int32_t index, double share) {
    plain_weigh(w->s, index, w->run->first + w->session, 0, w->out);
    double rest = 1 - w->out[w->s->panel->symbol_count];
    return rest > 1e-9 ? share / rest : 0;
}

static void visit(walk *w, int32_t index, double share, bool taken) {
    const by_node *node = &w->s->tree->nodes[index];
    const int32_t *child = w->s->tree->links + node->child_first;
    plain_branch *to = &w->b->branch[w->at];
    to->node = index;
    to->days += taken;
    to->symbol = node->kind == BY_ASSET  ? plain_integer(w->s, &node->symbol)
                 : node->kind == BY_CASH ? w->s->panel->symbol_count
                                         : -1;
    w->b->share[(size_t)w->session * (size_t)w->b->count + (size_t)w->at++] = taken ? share : 0;
    if (node->kind == BY_SETTLE) {
        visit(w, child[0], taken ? settled(w, child[0], share) : 0, taken);
        return;
    }
    double *weight = w->room + w->room_used;
    w->room_used += node->child_count;
    if (taken) {
        weigh_children(w, index, weight);
    }
    for (int32_t c = 0; c < node->child_count; c++) {
        visit(w, child[c], taken ? share * weight[c] : 0, taken && weight[c] != 0);
    }
    w->room_used -= node->child_count;
}

void plain_branches_share(plain_branches *b, const plain_state *s, const plain_result *run) {
    const int32_t root = s->tree->node_count - 1;
    walk w = {.b = b, .s = s, .run = run};
    w.room = calloc((size_t)b->count + 1, sizeof *w.room);
    w.out = calloc((size_t)s->panel->symbol_count + 1, sizeof *w.out);
    if (w.room == NULL || w.out == NULL) {
        abort();
    }
    for (w.session = 0; w.session < run->day_count; w.session++) {
        w.at = 0;
        visit(&w, root, settled(&w, root, 1), true);
    }
    free(w.room);
    free(w.out);
}
