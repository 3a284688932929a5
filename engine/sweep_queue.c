/* SPDX-License-Identifier: MIT
 *
 * The queue of finished chunks between the workers of a sweep and its caller.
 */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "sweep_parts.h"

bool sweep_queue_open(by_sweep *sweep, int32_t count) {
    const size_t moments = (size_t)sweep->chunk_size * (size_t)sweep->options.window_count;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&sweep->lock, NULL);
    pthread_cond_init(&sweep->ready_changed, &attributes);
    pthread_cond_init(&sweep->free_changed, &attributes);
    pthread_condattr_destroy(&attributes);
    sweep->chunks = calloc((size_t)count, sizeof *sweep->chunks);
    sweep->moments = calloc((size_t)count * moments + 1, sizeof *sweep->moments);
    if (sweep->chunks == NULL || sweep->moments == NULL) {
        return false;
    }
    for (int32_t i = 0; i < count; i++) {
        sweep->chunks[i].moments = sweep->moments + (size_t)i * moments;
        sweep->chunks[i].next = sweep->free;
        sweep->free = &sweep->chunks[i];
    }
    return true;
}

void sweep_queue_close(by_sweep *sweep) {
    pthread_mutex_destroy(&sweep->lock);
    pthread_cond_destroy(&sweep->ready_changed);
    pthread_cond_destroy(&sweep->free_changed);
    free(sweep->chunks);
    free(sweep->moments);
}

void sweep_deal_chunks(by_sweep *sweep) {
    const uint8_t *done = sweep->options.chunk_done;
    int32_t first = 0, end = sweep->chunk_count;
    while (done != NULL && first < end && done[first]) {
        first++;
    }
    while (done != NULL && first < end && done[end - 1]) {
        end--;
    }
    const int64_t count = end - first;
    for (int64_t t = 0; t < sweep->thread_count; t++) {
        sweep->spans[t].next = first + (int32_t)(t * count / sweep->thread_count);
        sweep->spans[t].end = first + (int32_t)((t + 1) * count / sweep->thread_count);
    }
}

int32_t sweep_next_chunk(by_sweep *sweep, int32_t worker) {
    pthread_mutex_lock(&sweep->lock);
    sweep_span *own = &sweep->spans[worker];
    if (own->next == own->end) {
        sweep_span *most = own;
        for (int32_t t = 0; t < sweep->thread_count; t++) {
            sweep_span *at = &sweep->spans[t];
            most = at->end - at->next > most->end - most->next ? at : most;
        }
        *own = (sweep_span){most->next + (most->end - most->next) / 2, most->end};
        most->end = own->next;
    }
    const int32_t chunk = own->next < own->end ? own->next++ : -1;
    pthread_mutex_unlock(&sweep->lock);
    return chunk;
}

sweep_chunk *sweep_get_free(by_sweep *sweep) {
    pthread_mutex_lock(&sweep->lock);
    while (sweep->free == NULL && !sweep->cancelled) {
        pthread_cond_wait(&sweep->free_changed, &sweep->lock);
    }
    sweep_chunk *got = sweep->free;
    if (got != NULL) {
        sweep->free = got->next;
    }
    pthread_mutex_unlock(&sweep->lock);
    return got;
}

void sweep_put_ready(by_sweep *sweep, sweep_chunk *done) {
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

void sweep_put_free(by_sweep *sweep, sweep_chunk *taken) {
    pthread_mutex_lock(&sweep->lock);
    taken->next = sweep->free;
    sweep->free = taken;
    sweep->counts.combos_done += taken->count;
    pthread_mutex_unlock(&sweep->lock);
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
    sweep_chunk *got = sweep->ready_first;
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

const by_moments *by_sweep_moments(const by_sweep *sweep) {
    return sweep->taken != NULL ? sweep->taken->moments : NULL;
}
