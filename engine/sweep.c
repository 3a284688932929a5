/* SPDX-License-Identifier: MIT */
#include "sweep.h"

#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "sweep_parts.h"

enum { CHUNKS_WANTED = 32 };

int32_t by_sweep_chunk_size(int32_t combo_count) {
    const int32_t size = combo_count / CHUNKS_WANTED;
    return size < 1 ? 1 : size > BY_CHUNK_COMBOS ? BY_CHUNK_COMBOS : size;
}

static by_status start_workers(by_sweep *sweep, int32_t wanted, by_error *err) {
    pthread_mutex_lock(&sweep->lock); /* nobody finishes before all are counted */
    int failure = 0;
    while (sweep->thread_count < wanted && failure == 0) {
        failure = pthread_create(&sweep->threads[sweep->thread_count], NULL, sweep_work, sweep);
        if (failure == 0) {
            sweep->thread_count++;
            sweep->running++;
        }
    }
    sweep_deal_chunks(sweep);
    pthread_mutex_unlock(&sweep->lock);
    return sweep->thread_count > 0
               ? BY_OK
               : by_fail(err, BY_NOMEM, "no thread could be started: %s", strerror(failure));
}

by_status sweep_start(const by_columns *columns, const uint16_t *digits, int32_t combo_count,
                      const by_sweep_options *options, int32_t tile_days, by_sweep **out,
                      by_error *err) {
    *out = NULL;
    if (options->asked.first < 0 || options->asked.last >= columns->panel->bar_count) {
        return by_fail(err, BY_DATA, "data: rows %d to %d are asked for, and there are 0 to %d",
                       options->asked.first, options->asked.last, columns->panel->bar_count - 1);
    }
    if (combo_count < 1) {
        return by_fail(err, BY_STRATEGY,
                       "sweep: the space has no combos; check ranges and `where`");
    }
    int32_t threads = options->thread_count < 1                   ? 1
                      : options->thread_count > SWEEP_THREADS_MAX ? SWEEP_THREADS_MAX
                                                                  : options->thread_count;
    by_sweep *sweep = calloc(1, sizeof *sweep);
    if (sweep == NULL) {
        return by_fail_nomem(err, sizeof *sweep);
    }
    sweep->columns = columns;
    sweep->digits = digits;
    sweep->combo_count = combo_count;
    sweep->chunk_size = by_sweep_chunk_size(combo_count);
    sweep->chunk_count = (combo_count - 1) / sweep->chunk_size + 1;
    sweep->options = *options;
    const int32_t earliest = columns_earliest(columns);
    sweep->range = options->asked;
    sweep->range.first = earliest > sweep->range.first ? earliest : sweep->range.first;
    by_status status = sweep_queue_open(sweep, 2 * threads + 2)
                           ? BY_OK
                           : by_fail_nomem(err, (size_t)threads * 2 * sizeof(sweep_chunk));
    if (status == BY_OK && sweep->range.first <= sweep->range.last) {
        status = sweep_divide_memory(sweep, tile_days, &threads, err);
    }
    if (status == BY_OK) {
        status = start_workers(sweep, threads, err);
    }
    if (status != BY_OK) {
        by_sweep_free(sweep);
        return status;
    }
    *out = sweep;
    return BY_OK;
}

by_status by_sweep_start(const by_columns *columns, const uint16_t *digits, int32_t combo_count,
                         const by_sweep_options *options, by_sweep **out, by_error *err) {
    return sweep_start(columns, digits, combo_count, options, 0, out, err);
}

void by_sweep_count(by_sweep *sweep, by_sweep_counts *out) {
    pthread_mutex_lock(&sweep->lock);
    *out = sweep->counts;
    pthread_mutex_unlock(&sweep->lock);
}

void by_sweep_cancel(by_sweep *sweep) {
    sweep->cancelled = 1;
}

static void join(by_sweep *sweep) {
    for (int32_t t = 0; t < sweep->thread_count; t++) {
        pthread_join(sweep->threads[t], NULL);
    }
    sweep->thread_count = 0;
}

by_status by_sweep_finish(by_sweep *sweep, by_error *err) {
    pthread_mutex_lock(&sweep->lock);
    pthread_cond_broadcast(&sweep->free_changed); /* whoever waits for a buffer sees `cancelled` */
    pthread_mutex_unlock(&sweep->lock);
    join(sweep);
    if (sweep->error.status != BY_OK) {
        if (err != NULL) {
            *err = sweep->error;
        }
        return (by_status)sweep->error.status;
    }
    return sweep->cancelled ? by_fail(err, BY_CANCELLED, "interrupted") : BY_OK;
}

void by_sweep_free(by_sweep *sweep) {
    if (sweep != NULL) {
        by_sweep_cancel(sweep);
        by_sweep_finish(sweep, NULL);
        sweep_queue_close(sweep);
        memo_close(&sweep->memo);
        free(sweep);
    }
}
