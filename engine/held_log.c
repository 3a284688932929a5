/* SPDX-License-Identifier: MIT */
#include "held_log.h"

#include <stdlib.h>
#include <string.h>

void held_log_open(held_log *log, int32_t session_max) {
    *log = (held_log){.first = calloc((size_t)session_max + 1, sizeof *log->first)};
    log->failed = log->first == NULL;
}

void held_log_close(held_log *log) {
    free(log->first);
    free(log->symbol);
    free(log->weight);
    *log = (held_log){0};
}

static void reserve(held_log *log, size_t needed) {
    if (needed <= log->size) {
        return;
    }
    log->size = 2 * needed + 1024;
    int32_t *symbol = realloc(log->symbol, log->size * sizeof *symbol);
    if (symbol != NULL) {
        log->symbol = symbol;
    }
    double *weight = realloc(log->weight, log->size * sizeof *weight);
    if (weight != NULL) {
        log->weight = weight;
    }
    log->failed = symbol == NULL || weight == NULL;
}

void held_log_add(held_log *log, const positions *held) {
    const size_t count = (size_t)held->count;
    log->failed = log->failed || count > (size_t)(INT32_MAX - log->count);
    if (!log->failed) {
        reserve(log, (size_t)log->count + count);
    }
    if (!log->failed && count > 0) {
        memcpy(log->symbol + log->count, held->symbol, count * sizeof *log->symbol);
        memcpy(log->weight + log->count, held->weight, count * sizeof *log->weight);
        log->count += held->count;
    }
    if (!log->failed) {
        log->first[++log->session_count] = log->count;
    }
}
