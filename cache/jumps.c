/* SPDX-License-Identifier: MIT
 *
 * Jumps that were noted, held against the actions on file. All bars of a series that were noted and
 * kept are jumps (neighbours.h).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actions_rooms.h"
#include "asked.h"
#include "neighbours.h"
#include "store_rooms.h"

/* Days between an action and the bars on both sides of a jump: three sessions and a weekend. */
enum { DAY_SECONDS = 86400, REACH_DAYS = 5 };
enum { WHY_SIZE = 48 };

typedef struct explaining {
    const by_series_id *id;
    int32_t adjusted;
    by_jumps *found;
    by_actions actions; /* on file */
    int changed;        /* the reason of a note */
} explaining;

/* A jump, as the bars on both sides of it. */
typedef struct jump {
    int64_t before;
    int64_t time;
    double ratio; /* of the close to the one before */
} jump;

/* 0 when the bar before the noted one cannot be had: then nothing is known of the jump. */
static int find_jump(by_table *table, const by_series_id *id, const by_refusal *noted, jump *out) {
    by_chunk chunk;
    by_error unreadable;
    if (by_chunk_upto(table, id, noted->time - 1, &chunk) != 0 ||
        by_chunk_open(table, id, &chunk, &unreadable) != 0) {
        return 0;
    }
    const by_bars *bars = &chunk.bars;
    int32_t before = by_time_find(bars->time, bars->count, noted->time) - 1;
    *out = (jump){bars->time[before], noted->time, noted->close / bars->close[before]};
    free(chunk.copy);
    return 1;
}

/* The action that a jump comes from: what is left of it beside the action is no jump. */
static const by_action *action_of(const jump *j, const by_actions *actions) {
    const int64_t reach = (int64_t)REACH_DAYS * DAY_SECONDS;
    for (int32_t i = 0; i < actions->count; i++) {
        const by_action *action = &actions->list[i];
        double rest = j->ratio * action->ratio;
        if (action->date >= j->before - reach && action->date <= j->time + reach &&
            rest <= BY_NEIGHBOUR_NEAR && rest * BY_NEIGHBOUR_NEAR >= 1) {
            return action;
        }
    }
    return NULL;
}

/* Tells the reason of a note again, as it may have been another when fewer actions were on file. */
static int tell(const jump *j, const by_action *action, by_refusal *noted) {
    char why[WHY_SIZE] = "no action on file";
    by_refusal told = *noted;
    if (action != NULL && action->ratio >= 1) {
        (void)snprintf(why, sizeof why, "%.4g:1 split not adjusted", action->ratio);
    } else if (action != NULL) {
        (void)snprintf(why, sizeof why, "1:%.4g split not adjusted", 1 / action->ratio);
    }
    by_neighbours_tell_jump(j->ratio, why, &told);
    int changed = strcmp(told.reason, noted->reason) != 0;
    *noted = told;
    return changed;
}

/* Whether a note stays. */
static int judge(by_table *table, explaining *e, by_refusal *noted) {
    by_jumps *found = e->found;
    jump j;
    const by_action *action = NULL;
    int known = find_jump(table, e->id, noted, &j);
    if (known) {
        action = action_of(&j, &e->actions);
    }
    if (action != NULL && !e->adjusted) {
        found->explained++;
        return 0;
    }
    if (action != NULL) {
        found->unadjusted++;
    } else {
        if (found->open++ == 0) {
            found->first_open = known ? j.before : noted->time;
        }
        found->last_open = noted->time;
    }
    e->changed |= known && tell(&j, action, noted);
    return 1;
}

static int correct_notes(by_table *table, explaining *e, by_asked *asked) {
    by_refusals old = asked->refusals;
    int rc = 0;
    asked->refusals = (by_refusals){0};
    for (int32_t i = 0; i < old.count && rc == 0; i++) {
        if (!old.list[i].kept || judge(table, e, &old.list[i])) {
            rc = by_refusals_keep(&asked->refusals, &old.list[i]);
        }
    }
    by_refusals_free(&old);
    return rc;
}

static int explain_job(MDB_txn *txn, MDB_dbi dbi, void *context, by_error *err) {
    by_table table = {.txn = txn, .dbi = dbi};
    explaining *e = context;
    by_asked asked;
    by_action *list = NULL;
    *e->found = (by_jumps){0};
    e->changed = 0;
    int rc = by_asked_load(&table, e->id, &asked, err);
    if (rc == 0) {
        rc = by_actions_get(&table, e->id, &e->actions, &list, err);
        rc = rc == BY_ENV_FAILED ? 0 : rc; /* a damaged record is as good as none */
    }
    rc = rc == 0 ? correct_notes(&table, e, &asked) : rc;
    if (rc == 0) {
        int is_other = e->changed || e->found->explained > 0;
        rc = is_other ? by_asked_store(&table, e->id, &asked) : BY_ENV_NOTHING;
    }
    free(list);
    by_asked_free(&asked);
    by_table_end(&table);
    return rc;
}

by_status by_store_explain_jumps(by_store *store, const by_series_id *id, int32_t adjusted,
                                 by_jumps *out, by_error *err) {
    explaining e = {.id = id, .adjusted = adjusted, .found = out};
    *out = (by_jumps){0};
    const char *fault = by_series_fault(id);
    if (fault != NULL) {
        return by_fail(err, BY_USAGE, "bar store: %s", fault);
    }
    return by_env_write(store->env, explain_job, &e, err);
}
