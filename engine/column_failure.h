/* SPDX-License-Identifier: MIT
 *
 * What went wrong while columns were computed. An indicator that a tree brings along can fail on
 * any thread, in the middle of a walk, too: the failure is kept here, and who walks asks for it
 * after the step.
 */
#ifndef BY_COLUMN_FAILURE_H
#define BY_COLUMN_FAILURE_H

#include <pthread.h>
#include <stdatomic.h>

#include "status.h"

typedef struct column_failure {
    pthread_mutex_t lock;
    atomic_int status; /* BY_OK until something fails */
    int32_t rank;
    by_error error;
} column_failure;

/* NULL when memory is short. */
column_failure *column_failure_new(void);
void column_failure_free(column_failure *failure);
/* Keeps a failure, unless there is one of a lower rank already. Thread-safe. */
void column_failure_set(column_failure *failure, int32_t rank, const by_error *error);
/* BY_OK, or the failure that is kept. Thread-safe. */
by_status column_failure_get(column_failure *failure, by_error *err);

#endif
