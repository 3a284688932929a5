/* SPDX-License-Identifier: MIT
 *
 * A log of what was held at the end of each session.
 */
#ifndef BY_HELD_LOG_H
#define BY_HELD_LOG_H

#include "orders.h"

/* Session i held entries first[i] .. first[i + 1) of symbol[] and weight[]. */
typedef struct held_log {
    int32_t *first; /* [session_count + 1] */
    int32_t *symbol;
    double *weight;
    size_t size; /* of symbol and weight */
    int32_t count;
    int32_t session_count;
    bool failed; /* memory ran out, or there are more entries than fit */
} held_log;

/* For up to `session_max` sessions. */
void held_log_open(held_log *log, int32_t session_max);
void held_log_close(held_log *log);
/* Adds the next session. */
void held_log_add(held_log *log, const positions *held);

#endif
