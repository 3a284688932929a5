/* SPDX-License-Identifier: MIT */
#include "sweep.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "account.h"
#include "walk.h"

enum { THREADS_MAX = 256 };

/* A finished chunk on its way to the caller. Buffers are few: workers wait when the caller is slow.
 */
typedef struct buffer {
    struct buffer *next;
    int32_t first;
    int32_t count;
    by_result results[BY_CHUNK_COMBOS];
} buffer;

struct by_sweep {
    const by_columns *columns;
    const uint16_t *digits;
    int32_t combo_count;
    int32_t chunk_count;
    by_sweep_options options;
    by_range range;
    atomic_int next_chunk;
    atomic_int cancelled;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t ready_changed;
    pthread_cond_t free_changed;
    buffer *ready_first;
    buffer *ready_last;
    buffer *free;
    buffer *taken;
    int32_t running;
    by_sweep_counts counts;
    by_error error;
    int32_t thread_count;
    pthread_t threads[THREADS_MAX];
    buffer *buffers;
};

/* One worker's own state. */
typedef struct worker {
    by_sweep *sweep;
    walk walk;
    account account;
    int64_t combos;
} worker;

static double now_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void no_session(by_result *out) {
    for (int32_t m = 0; m < BY_METRIC_COUNT; m++) {
        out->metric[m] = NAN;
    }
    out->return_count = -1;
}

/* Evaluates one combo. A combo whose own first session is later than the walk's first day starts
 * inside it. */
static by_status evaluate(worker *at, const uint16_t *combo, by_result *out, by_error *err) {
    const by_sweep *sweep = at->sweep;
    int32_t digits[BY_PARAMS_MAX];
    by_range range;
    memset(out, 0, sizeof *out);
    for (int32_t p = 0; p < sweep->columns->plan->tree.param_count; p++) {
        digits[p] = combo[p];
    }
    if (sweep->range.first > sweep->range.last) {
        no_session(out);
        return BY_OK;
    }
    by_status status = walk_step(&at->walk, digits, err);
    if (status != BY_OK) {
        return status;
    }
    account_update(&at->account, walk_root_changed(&at->walk));
    if (walk_range(&at->walk, &range, NULL) != BY_OK) {
        no_session(out);
    } else {
        account_settle(&at->account, &at->walk.pool, walk_root(&at->walk), digits,
                       range.first - at->walk.first, out);
    }
    return BY_OK;
}

static buffer *get_free(by_sweep *sweep) {
    pthread_mutex_lock(&sweep->lock);
    while (sweep->free == NULL && !sweep->cancelled) {
        pthread_cond_wait(&sweep->free_changed, &sweep->lock);
    }
    buffer *got = sweep->free;
    if (got != NULL) {
        sweep->free = got->next;
    }
    pthread_mutex_unlock(&sweep->lock);
    return got;
}

static void put_ready(by_sweep *sweep, buffer *done) {
    pthread_mutex_lock(&sweep->lock);
    done->next = NULL;
    if (sweep->ready_last != NULL) {
        sweep->ready_last->next = done;
    } else {
        sweep->ready_first = done;
    }
    sweep->ready_last = done;
    sweep->counts.combos_done += done->count;
    pthread_cond_signal(&sweep->ready_changed);
    pthread_mutex_unlock(&sweep->lock);
}

/* A chunk is handed over whole or not at all. */
static by_status run_chunk(worker *at, int32_t chunk, by_error *err) {
    by_sweep *sweep = at->sweep;
    const size_t params = (size_t)sweep->columns->plan->tree.param_count;
    buffer *to = get_free(sweep);
    if (to == NULL) {
        return BY_CANCELLED;
    }
    to->first = chunk * BY_CHUNK_COMBOS;
    to->count = sweep->combo_count - to->first < BY_CHUNK_COMBOS ? sweep->combo_count - to->first
                                                                 : BY_CHUNK_COMBOS;
    for (int32_t i = 0; i < to->count; i++) {
        if (sweep->cancelled) {
            return BY_CANCELLED;
        }
        by_status status =
            evaluate(at, sweep->digits + (size_t)(to->first + i) * params, &to->results[i], err);
        if (status != BY_OK) {
            return status;
        }
        at->combos++;
    }
    put_ready(sweep, to);
    return BY_OK;
}

static by_status run_chunks(worker *at, by_error *err) {
    by_sweep *sweep = at->sweep;
    for (int32_t chunk; !sweep->cancelled &&
                        (chunk = atomic_fetch_add(&sweep->next_chunk, 1)) < sweep->chunk_count;) {
        if (sweep->options.chunk_done != NULL && sweep->options.chunk_done[chunk]) {
            continue;
        }
        by_status status = run_chunk(at, chunk, err);
        if (status != BY_OK) {
            return status;
        }
    }
    return BY_OK;
}

static void *work(void *argument) {
    by_sweep *sweep = argument;
    const by_plan *plan = sweep->columns->plan;
    const double begin = now_seconds();
    by_error error = {0};
    worker at = {.sweep = sweep};
    by_status status = BY_OK;
    if (sweep->range.first <= sweep->range.last) {
        status = walk_open(&at.walk, sweep->columns, sweep->range, &error);
        if (status == BY_OK) {
            status = account_open(&at.account, plan, sweep->columns->panel, at.walk.first,
                                  sweep->range, &error);
        }
    }
    if (status == BY_OK) {
        status = run_chunks(&at, &error);
    }
    pthread_mutex_lock(&sweep->lock);
    if (status != BY_OK && status != BY_CANCELLED && sweep->error.status == BY_OK) {
        sweep->error = error;
        sweep->cancelled = 1;
    }
    sweep->counts.nodes_asked += at.combos * (plan->node_count + plan->condition_count);
    sweep->counts.nodes_computed += at.walk.nodes_computed;
    sweep->counts.busy_seconds += now_seconds() - begin;
    sweep->running--;
    pthread_cond_broadcast(&sweep->ready_changed);
    pthread_cond_broadcast(&sweep->free_changed);
    pthread_mutex_unlock(&sweep->lock);
    account_close(&at.account);
    walk_close(&at.walk);
    return NULL;
}

static by_status start_workers(by_sweep *sweep, int32_t wanted, by_error *err) {
    pthread_mutex_lock(&sweep->lock); /* nobody finishes before all are counted */
    int failure = 0;
    while (sweep->thread_count < wanted && failure == 0) {
        failure = pthread_create(&sweep->threads[sweep->thread_count], NULL, work, sweep);
        if (failure == 0) {
            sweep->thread_count++;
            sweep->running++;
        }
    }
    pthread_mutex_unlock(&sweep->lock);
    return sweep->thread_count > 0
               ? BY_OK
               : by_fail(err, BY_NOMEM, "no thread could be started: %s", strerror(failure));
}

by_status by_sweep_start(const by_columns *columns, const uint16_t *digits, int32_t combo_count,
                         const by_sweep_options *options, by_sweep **out, by_error *err) {
    *out = NULL;
    if (options->asked.first < 0 || options->asked.last >= columns->panel->bar_count) {
        return by_fail(err, BY_DATA, "data: rows %d to %d are asked for, and there are 0 to %d",
                       options->asked.first, options->asked.last, columns->panel->bar_count - 1);
    }
    if (combo_count < 1) {
        return by_fail(err, BY_STRATEGY,
                       "sweep: the space has no combos; check ranges and `where`");
    }
    const int32_t threads = options->thread_count < 1             ? 1
                            : options->thread_count > THREADS_MAX ? THREADS_MAX
                                                                  : options->thread_count;
    const int32_t buffer_count = 2 * threads + 2;
    by_sweep *sweep = calloc(1, sizeof *sweep);
    buffer *buffers = calloc((size_t)buffer_count, sizeof *buffers);
    if (sweep == NULL || buffers == NULL) {
        free(sweep);
        free(buffers);
        return by_fail_nomem(err, (size_t)buffer_count * sizeof *buffers);
    }
    sweep->columns = columns;
    sweep->digits = digits;
    sweep->combo_count = combo_count;
    sweep->chunk_count = (combo_count - 1) / BY_CHUNK_COMBOS + 1;
    sweep->options = *options;
    const int32_t earliest = columns_earliest(columns);
    sweep->range = options->asked;
    sweep->range.first = earliest > sweep->range.first ? earliest : sweep->range.first;
    sweep->buffers = buffers;
    for (int32_t b = 0; b < buffer_count; b++) {
        buffers[b].next = sweep->free;
        sweep->free = &buffers[b];
    }
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&sweep->lock, NULL);
    pthread_cond_init(&sweep->ready_changed, &attributes);
    pthread_cond_init(&sweep->free_changed, &attributes);
    pthread_condattr_destroy(&attributes);
    by_status status = start_workers(sweep, threads, err);
    if (status != BY_OK) {
        by_sweep_free(sweep);
        return status;
    }
    *out = sweep;
    return BY_OK;
}

static void recycle_taken(by_sweep *sweep) {
    if (sweep->taken != NULL) {
        sweep->taken->next = sweep->free;
        sweep->free = sweep->taken;
        sweep->taken = NULL;
        pthread_cond_signal(&sweep->free_changed);
    }
}

int32_t by_sweep_take(by_sweep *sweep, int32_t timeout_ms, int32_t *first, int32_t *count,
                      const by_result **results) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t nanoseconds = until.tv_nsec + (int64_t)timeout_ms * 1000000;
    until.tv_sec += nanoseconds / 1000000000;
    until.tv_nsec = nanoseconds % 1000000000;
    pthread_mutex_lock(&sweep->lock);
    recycle_taken(sweep);
    int waited = 0;
    while (sweep->ready_first == NULL && sweep->running > 0 && waited != ETIMEDOUT) {
        waited = pthread_cond_timedwait(&sweep->ready_changed, &sweep->lock, &until);
    }
    buffer *got = sweep->ready_first;
    int32_t answer = sweep->running > 0 ? 0 : sweep->cancelled ? -2 : -1;
    if (got != NULL) {
        sweep->ready_first = got->next;
        sweep->ready_last = got->next == NULL ? NULL : sweep->ready_last;
        sweep->taken = got;
        *first = got->first;
        *count = got->count;
        *results = got->results;
        answer = 1;
    }
    pthread_mutex_unlock(&sweep->lock);
    return answer;
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
        pthread_mutex_destroy(&sweep->lock);
        pthread_cond_destroy(&sweep->ready_changed);
        pthread_cond_destroy(&sweep->free_changed);
        free(sweep->buffers);
        free(sweep);
    }
}
