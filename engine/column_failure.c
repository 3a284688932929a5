/* SPDX-License-Identifier: MIT */
#include "column_failure.h"

#include <stdlib.h>

column_failure *column_failure_new(void) {
    column_failure *failure = calloc(1, sizeof *failure);
    if (failure != NULL) {
        pthread_mutex_init(&failure->lock, NULL);
    }
    return failure;
}

void column_failure_free(column_failure *failure) {
    if (failure != NULL) {
        pthread_mutex_destroy(&failure->lock);
        free(failure);
    }
}

void column_failure_set(column_failure *failure, int32_t rank, const by_error *error) {
    pthread_mutex_lock(&failure->lock);
    if (failure->error.status == BY_OK || rank < failure->rank) {
        failure->error = *error;
        failure->rank = rank;
    }
    atomic_store(&failure->status, failure->error.status);
    pthread_mutex_unlock(&failure->lock);
}

by_status column_failure_get(column_failure *failure, by_error *err) {
    if (atomic_load(&failure->status) == BY_OK) {
        return BY_OK;
    }
    pthread_mutex_lock(&failure->lock);
    const by_error error = failure->error;
    pthread_mutex_unlock(&failure->lock);
    return by_fail(err, (by_status)error.status, "%s", error.message);
}
