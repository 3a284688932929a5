/* SPDX-License-Identifier: MIT */
#include "attribution.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "attribution_parts.h"

/* All that an attribution takes. */
typedef struct job {
    const by_columns *columns;
    const by_run *run;
    trading how;
    branches branches;
    moves moves;
    leaves leaves;
    row_pool pool; /* of the targets */
    int32_t *row;  /* [session] */
} job;

static by_status take_word(void *context, const moves *m, by_error *err) {
    job *j = context;
    return leaves_take(&j->leaves, m, err);
}

/* The targets of the run as rows. */
static by_status make_rows(job *j, by_error *err) {
    const by_run *run = j->run;
    const int32_t symbols = j->columns->panel->symbol_count;
    row_entry *entry = calloc((size_t)symbols, sizeof *entry);
    j->row = malloc((size_t)run->day_count * sizeof *j->row);
    if (entry == NULL || j->row == NULL || !rows_open(&j->pool, symbols)) {
        free(entry);
        return by_fail_nomem(err, (size_t)run->day_count * sizeof *j->row);
    }
    for (int32_t i = 0; i < run->day_count; i++) {
        const int32_t first = run->weight_first[i];
        const int32_t count = run->weight_first[i + 1] - first;
        for (int32_t k = 0; k < count; k++) {
            entry[k] = (row_entry){run->weight[first + k], run->symbol[first + k], 0};
        }
        j->row[i] = rows_add(&j->pool, entry, count);
    }
    free(entry);
    return j->pool.failed ? by_fail_nomem(err, (size_t)rows_size_bytes(&j->pool)) : BY_OK;
}

/* Simulates the run again, word by word of its sessions. */
static by_status replay(job *j, by_error *err) {
    const by_columns *columns = j->columns;
    const by_run *run = j->run;
    const by_range range = {run->first, run->first + run->day_count - 1};
    by_result result;
    simulation s;
    by_status status = simulation_open(&s, columns->plan, columns->panel, range, err);
    if (status == BY_OK) {
        const simulation_watch watch = moves_watch(&j->moves);
        s.watch = &watch;
        simulate(&s, &j->how, &j->pool, j->row, run->first, NULL, &result);
        moves_finish(&j->moves);
        status = j->moves.status;
        if (memcmp(s.equity, run->equity, (size_t)run->day_count * sizeof *s.equity) != 0) {
            status = by_fail(err, BY_DATA,
                             "attribution: the bars are not those of the run; run it again");
        }
    }
    simulation_close(&s);
    return status;
}

/* What all branches of kind CASH have of a figure is no longer in the sum of all interest. */
static void leave_to_branches(by_attribution *to, const branches *b) {
    for (int32_t i = 0; i < b->count; i++) {
        if (branch_node(b, i)->kind == BY_CASH) {
            to->cash -= b->list[i].log_return;
            to->cash_drawdown -= b->list[i].drawdown;
        }
    }
}

static by_status finish(job *j, by_attribution **out, by_error *err) {
    const moves *m = &j->moves;
    const double *equity = j->run->equity;
    by_attribution *to = malloc(sizeof *to);
    if (to == NULL) {
        return by_fail_nomem(err, sizeof *to);
    }
    leaves_sum(&j->leaves);
    *to = (by_attribution){.branch_count = j->branches.count,
                           .peak = m->peak,
                           .trough = m->trough,
                           .total = log(equity[j->run->day_count - 1] / j->how.capital),
                           .costs = m->costs,
                           .cash = m->cash,
                           .costs_drawdown = m->costs_drawdown,
                           .cash_drawdown = m->cash_drawdown};
    if (m->trough > m->peak) {
        to->depth = log(equity[m->trough] / (m->peak == 0 ? j->how.capital : equity[m->peak]));
    }
    leave_to_branches(to, &j->branches);
    const by_branch *root = &j->branches.list[0];
    to->rest = to->total - (root->log_return + to->costs + to->cash);
    to->branch = root;
    j->branches.list = NULL; /* its own now */
    *out = to;
    return BY_OK;
}

by_status attribution_new(const by_tree *tree, const by_columns *columns, const int32_t *digits,
                          const by_run *run, int32_t part_days, by_attribution **out,
                          by_error *err) {
    const by_plan *plan = columns->plan;
    const by_range range = {run->first, run->first + run->day_count - 1};
    *out = NULL;
    by_status status = columns_check_range(columns, range, err);
    if (status != BY_OK) {
        return status;
    }
    job j = {.columns = columns, .run = run, .how = trading_of(plan, digits)};
    status = branches_open(&j.branches, tree, columns, digits, range, part_days, err);
    if (status == BY_OK) {
        status = moves_open(&j.moves, run, columns->panel, &j.how, plan->whole_shares, err);
    }
    if (status == BY_OK) {
        j.moves.word = take_word;
        j.moves.context = &j;
        status = leaves_open(&j.leaves, &j.branches, j.moves.width, err);
    }
    if (status == BY_OK) {
        status = make_rows(&j, err);
    }
    if (status == BY_OK) {
        status = replay(&j, err);
    }
    if (status == BY_OK) {
        status = finish(&j, out, err);
    }
    rows_close(&j.pool);
    free(j.row);
    leaves_close(&j.leaves);
    moves_close(&j.moves);
    branches_close(&j.branches);
    return status;
}

by_status by_attribution_new(const by_tree *tree, const by_columns *columns, const int32_t *digits,
                             const by_run *run, by_attribution **out, by_error *err) {
    return attribution_new(tree, columns, digits, run, PART_DAYS, out, err);
}

void by_attribution_free(by_attribution *attribution) {
    if (attribution != NULL) {
        free((by_branch *)attribution->branch);
        free(attribution);
    }
}
