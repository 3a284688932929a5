/* SPDX-License-Identifier: MIT */
#include "column_cache.h"

#include <stdlib.h>
#include <string.h>

bool column_cache_open(column_cache *cache, int32_t column_count, int32_t slot_count, double *data,
                       size_t stride) {
    *cache = (column_cache){.data = data, .stride = stride, .slot_count = slot_count};
    pthread_mutex_init(&cache->lock, NULL);
    pthread_cond_init(&cache->changed, NULL);
    cache->slots = calloc((size_t)slot_count, sizeof *cache->slots);
    cache->slot_of = malloc((size_t)column_count * sizeof *cache->slot_of);
    if (cache->slots == NULL || cache->slot_of == NULL) {
        return false;
    }
    memset(cache->slot_of, 0xff, (size_t)column_count * sizeof *cache->slot_of);
    for (int32_t s = 0; s < slot_count; s++) {
        cache->slots[s].column = -1;
    }
    return true;
}

void column_cache_close(column_cache *cache) {
    pthread_mutex_destroy(&cache->lock);
    pthread_cond_destroy(&cache->changed);
    free(cache->slots);
    free(cache->slot_of);
}

/* The slot nobody holds that was taken longest ago; NULL when all are held. */
static column_slot *find_unheld(column_cache *cache) {
    column_slot *found = NULL;
    for (int32_t s = 0; s < cache->slot_count; s++) {
        column_slot *at = &cache->slots[s];
        if (at->holders == 0 && (found == NULL || at->taken < found->taken)) {
            found = at;
        }
    }
    return found;
}

static double *data_of(const column_cache *cache, const column_slot *at) {
    return cache->data + (size_t)(at - cache->slots) * cache->stride;
}

static double *hold(column_cache *cache, column_slot *at) {
    at->holders++;
    at->taken = ++cache->taken;
    return data_of(cache, at);
}

static column_slot *slot_with(column_cache *cache, int32_t column) {
    return cache->slot_of[column] < 0 ? NULL : &cache->slots[cache->slot_of[column]];
}

double *column_cache_find(column_cache *cache, int32_t column) {
    pthread_mutex_lock(&cache->lock);
    column_slot *at = slot_with(cache, column);
    double *data = at != NULL && at->ready ? hold(cache, at) : NULL;
    pthread_mutex_unlock(&cache->lock);
    return data;
}

double *column_cache_take(column_cache *cache, int32_t column, bool *computes) {
    pthread_mutex_lock(&cache->lock);
    column_slot *at = NULL;
    column_slot *free_one = NULL;
    for (;;) {
        at = slot_with(cache, column);
        free_one = at == NULL ? find_unheld(cache) : NULL;
        if (free_one != NULL || (at != NULL && at->ready)) {
            break;
        }
        pthread_cond_wait(&cache->changed, &cache->lock);
    }
    *computes = at == NULL;
    if (at == NULL) {
        at = free_one;
        if (at->column >= 0) {
            cache->slot_of[at->column] = -1;
        }
        at->column = column;
        at->ready = false;
        cache->slot_of[column] = (int32_t)(at - cache->slots);
    }
    double *data = hold(cache, at);
    pthread_mutex_unlock(&cache->lock);
    return data;
}

void column_cache_ready(column_cache *cache, int32_t column) {
    pthread_mutex_lock(&cache->lock);
    slot_with(cache, column)->ready = true;
    pthread_cond_broadcast(&cache->changed);
    pthread_mutex_unlock(&cache->lock);
}

void column_cache_release(column_cache *cache, int32_t column) {
    pthread_mutex_lock(&cache->lock);
    column_slot *at = slot_with(cache, column);
    if (--at->holders == 0) {
        pthread_cond_broadcast(&cache->changed);
    }
    pthread_mutex_unlock(&cache->lock);
}
