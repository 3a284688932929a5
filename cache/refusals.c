/* SPDX-License-Identifier: MIT */
#include "refusals.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST = 8 };

static int compare(const by_refusal *a, const by_refusal *b) {
    return a->time != b->time ? (a->time > b->time) - (a->time < b->time)
                              : strcmp(a->reason, b->reason);
}

static int widen(by_refusals *refusals) {
    int32_t room = refusals->room > 0 ? refusals->room * 2 : ROOM_FIRST;
    by_refusal *list = realloc(refusals->list, (size_t)room * sizeof *list);
    if (list == NULL) {
        return ENOMEM;
    }
    refusals->list = list;
    refusals->room = room;
    return 0;
}

int by_refusals_keep(by_refusals *refusals, const by_refusal *refusal) {
    int32_t at = refusals->count;
    while (at > 0 && compare(&refusals->list[at - 1], refusal) > 0) {
        at--;
    }
    if (at > 0 && compare(&refusals->list[at - 1], refusal) == 0) {
        refusals->list[at - 1] = *refusal;
        return 0;
    }
    if (at == BY_REFUSALS_KEPT) {
        return 0;
    }
    if (refusals->count == BY_REFUSALS_KEPT) {
        refusals->count--;
    } else if (refusals->count == refusals->room && widen(refusals) != 0) {
        return ENOMEM;
    }
    memmove(&refusals->list[at + 1], &refusals->list[at],
            (size_t)(refusals->count - at) * sizeof *refusal);
    refusals->list[at] = *refusal;
    refusals->count++;
    return 0;
}

void by_refusals_forget(by_refusals *refusals, by_span span,
                        int (*matches)(const by_refusal *refusal)) {
    int32_t kept = 0;
    for (int32_t i = 0; i < refusals->count; i++) {
        const by_refusal *refusal = &refusals->list[i];
        if (refusal->time < span.first || refusal->time >= span.end || !matches(refusal)) {
            refusals->list[kept++] = *refusal;
        }
    }
    refusals->count = kept;
}

void by_refusals_free(by_refusals *refusals) {
    free(refusals->list);
    *refusals = (by_refusals){0};
}
