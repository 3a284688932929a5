/* SPDX-License-Identifier: MIT
 *
 * A list of bars that were kept aside: the first BY_REFUSALS_KEPT by time, in an order that does
 * not depend on that in which they came. Private to cache/.
 */
#ifndef BY_REFUSALS_H
#define BY_REFUSALS_H

#include "store.h"

typedef struct by_refusals {
    by_refusal *list; /* by time, then reason */
    int32_t count;
    int32_t room;
} by_refusals;

/* Keeps an entry, in the place of one of that time and reason when there is one. 0 or ENOMEM. */
int by_refusals_keep(by_refusals *refusals, const by_refusal *refusal);
/* Forgets the entries in the span that match. */
void by_refusals_forget(by_refusals *refusals, by_span span,
                        int (*matches)(const by_refusal *refusal));
void by_refusals_free(by_refusals *refusals);

#endif
