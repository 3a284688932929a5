/* SPDX-License-Identifier: MIT
 *
 * The accounts of the leaves: each holds its share of the decision that was traded last.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "attribution_parts.h"

by_status leaves_open(leaves *l, branches *b, int32_t width, by_error *err) {
    const size_t count = (size_t)b->count;
    const size_t size = 2 * count * sizeof(double) + WORD_DAYS * (size_t)width * sizeof(double) +
                        count * (sizeof(int32_t) + 1);
    *l = (leaves){.branches = b};
    l->held = calloc(1, size);
    if (l->held == NULL) {
        return by_fail_nomem(err, size);
    }
    l->lost = l->held + count;
    l->changes = l->lost + count;
    void *behind = l->changes + WORD_DAYS * (size_t)width;
    l->holders = behind;
    l->present = (uint8_t *)(l->holders + count);
    return BY_OK;
}

void leaves_close(leaves *l) {
    free(l->held);
    free(l->days);
    *l = (leaves){0};
}

/* The column of moves of a leaf; -1 for VOID. */
static int32_t column_of(const leaves *l, int32_t branch, int32_t width) {
    const by_node *node = branch_node(l->branches, branch);
    switch (node->kind) {
    case BY_ASSET:
        return (int32_t)by_field_value(l->branches->tree, &node->symbol, l->branches->digits);
    case BY_CASH:
        return width - 1;
    default:
        return -1;
    }
}

/* The next entry of this word; NULL when memory runs out. */
static leaf_days *add_days(leaves *l) {
    if (l->day_count == l->room) {
        const int32_t room = 2 * l->room + 64;
        leaf_days *days = realloc(l->days, (size_t)room * sizeof *days);
        if (days == NULL) {
            l->failed = true;
            return NULL;
        }
        l->days = days;
        l->room = room;
    }
    return &l->days[l->day_count++];
}

static void note_leaf(void *context, int32_t branch, uint64_t taken, const double *share) {
    leaves *l = context;
    const int32_t column = column_of(l, branch, l->width);
    leaf_days *days = column < 0 ? NULL : add_days(l);
    if (days != NULL) {
        *days = (leaf_days){.branch = branch, .column = column, .taken = taken};
        memcpy(days->share, share, sizeof days->share);
        l->present[branch] = 1;
    }
}

/* Those that hold something from before and are not taken any more. */
static void note_holders(leaves *l) {
    for (int32_t i = 0; i < l->holder_count; i++) {
        const int32_t branch = l->holders[i];
        leaf_days *days = l->present[branch] ? NULL : add_days(l);
        if (days != NULL) {
            *days = (leaf_days){.branch = branch, .column = column_of(l, branch, l->width)};
        }
    }
}

/* The share that a leaf has of a day's decision. */
static double share_of(const leaf_days *days, int32_t day) {
    return days->taken >> day & 1 ? days->share[day] : 0.0;
}

/* Adds to the sums of all leaves by how much a leaf changes in each trade of the word. */
static void add_changes(leaves *l, const moves *m, const leaf_days *days) {
    double held = l->held[days->branch];
    for (uint64_t trades = m->trades; trades != 0; trades &= trades - 1) {
        const int32_t day = __builtin_ctzll(trades);
        const size_t at = (size_t)day * (size_t)m->width + (size_t)days->column;
        const double share = share_of(days, day);
        if (share != 0.0 || held != 0.0) {
            l->changes[at] += fabs(share * m->bought[at] - held * m->sold[at]);
        }
        held = share;
    }
}

static void add_log(by_branch *to, double *lost, double part) {
    const double sum = to->log_return + part;
    *lost += fabs(to->log_return) >= fabs(part) ? to->log_return - sum + part
                                                : part - sum + to->log_return;
    to->log_return = sum;
}

/* Takes a leaf through the days of a word. */
static void follow(leaves *l, const moves *m, const leaf_days *days, uint64_t sessions,
                   uint64_t falling) {
    by_branch *to = &l->branches->list[days->branch];
    double *held = &l->held[days->branch];
    for (; sessions != 0; sessions &= sessions - 1) {
        const int32_t day = __builtin_ctzll(sessions);
        const size_t at = (size_t)day * (size_t)m->width + (size_t)days->column;
        double part = *held != 0.0 ? *held * m->before[at] : 0.0;
        if (m->trades >> day & 1) {
            const double share = share_of(days, day);
            if (l->changes[at] > 0.0) {
                const double change = fabs(share * m->bought[at] - *held * m->sold[at]);
                to->turnover += m->traded[at] * (change / l->changes[at]);
            }
            *held = share;
        }
        part += *held != 0.0 ? *held * m->after[at] : 0.0;
        add_log(to, &l->lost[days->branch], part);
        to->drawdown += falling >> day & 1 ? part : 0.0;
    }
}

by_status leaves_take(leaves *l, const moves *m, by_error *err) {
    const leaf_visit visit = {l, note_leaf};
    const uint64_t sessions = moves_sessions(m);
    const uint64_t falling = moves_falling(m);
    l->width = m->width;
    l->day_count = 0;
    by_status status = branches_visit(l->branches, moves_first_row(m), &visit, err);
    note_holders(l);
    if (status != BY_OK || l->failed) {
        return status != BY_OK ? status : by_fail_nomem(err, (size_t)l->room * sizeof *l->days);
    }
    memset(l->changes, 0, WORD_DAYS * (size_t)m->width * sizeof *l->changes);
    for (int32_t i = 0; i < l->day_count; i++) {
        add_changes(l, m, &l->days[i]);
    }
    l->holder_count = 0;
    for (int32_t i = 0; i < l->day_count; i++) {
        const int32_t branch = l->days[i].branch;
        follow(l, m, &l->days[i], sessions, falling);
        l->present[branch] = 0;
        if (l->held[branch] != 0.0) {
            l->holders[l->holder_count++] = branch;
        }
    }
    return BY_OK;
}

void leaves_sum(leaves *l) {
    by_branch *list = l->branches->list;
    for (int32_t i = l->branches->count - 1; i >= 0;
         i--) { /* parents stand before their children */
        list[i].log_return += l->lost[i];
        if (i > 0) {
            by_branch *parent = &list[list[i].parent];
            parent->log_return += list[i].log_return;
            parent->turnover += list[i].turnover;
            parent->drawdown += list[i].drawdown;
        }
    }
}
