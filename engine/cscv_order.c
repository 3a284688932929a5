/* SPDX-License-Identifier: MIT */
#include "cscv_order.h"

#include <stdlib.h>

#include "parallel.h"

/* Trials of a slab, which lie near each other in memory, are halved along the block in which their
 * sums differ most, and the halves again, until a tile is left. */
typedef struct slab_sums {
    double sum[SLAB_TRIALS][BY_TRIAL_BLOCKS_MAX];
    double key[SLAB_TRIALS]; /* of each trial in the block of the day */
} slab_sums;

typedef struct ordering {
    const by_trials *trials;
    int32_t *order;
    slab_sums *scratch; /* [worker_count] */
    int32_t worker_count;
} ordering;

/* The block in which the sums of some trials of the slab vary most. */
static int32_t widest_block(const slab_sums *of, const int32_t *list, int32_t count,
                            int32_t block_count) {
    double sum[BY_TRIAL_BLOCKS_MAX] = {0.0};
    double squares[BY_TRIAL_BLOCKS_MAX] = {0.0};
    for (int32_t k = 0; k < count; k++) {
        const double *x = of->sum[list[k]];
        for (int32_t b = 0; b < block_count; b++) {
            sum[b] += x[b];
            squares[b] += x[b] * x[b];
        }
    }
    int32_t widest = 0;
    double most = 0.0;
    for (int32_t b = 0; b < block_count; b++) {
        double deviations = squares[b] - sum[b] * sum[b] / count;
        if (deviations > most) {
            most = deviations;
            widest = b;
        }
    }
    return widest;
}

/* Brings the `first` trials with the lowest keys to the front (C. A. R. Hoare, "Algorithm 65:
 * find", CACM 4(7), 1961). */
static void bring_lowest(const double *key, int32_t *list, int32_t count, int32_t first) {
    int32_t low = 0;
    int32_t high = count - 1;
    while (low < high) {
        const double pivot = key[list[low + (high - low) / 2]];
        int32_t i = low;
        int32_t j = high;
        while (i <= j) {
            while (key[list[i]] < pivot) {
                i++;
            }
            while (pivot < key[list[j]]) {
                j--;
            }
            if (i <= j) {
                int32_t moved = list[i];
                list[i++] = list[j];
                list[j--] = moved;
            }
        }
        if (first <= j) {
            high = j;
        } else if (first >= i) {
            low = i;
        } else {
            return;
        }
    }
}

static void halve(slab_sums *of, int32_t *list, int32_t count, int32_t block_count) {
    while (count > TILE_TRIALS) {
        const int32_t tiles = (count + TILE_TRIALS - 1) / TILE_TRIALS;
        const int32_t first = tiles / 2 * TILE_TRIALS;
        const int32_t block = widest_block(of, list, count, block_count);
        for (int32_t k = 0; k < count; k++) {
            of->key[list[k]] = of->sum[list[k]][block];
        }
        bring_lowest(of->key, list, count, first);
        halve(of, list, first, block_count);
        list += first;
        count -= first;
    }
}

static void order_slab(ordering *at, slab_sums *scratch, int32_t slab) {
    const by_trials *trials = at->trials;
    const int32_t begin = slab * SLAB_TRIALS;
    const int32_t count = trials->count - begin < SLAB_TRIALS ? trials->count - begin : SLAB_TRIALS;
    int32_t *list = at->order + begin;
    for (int32_t k = 0; k < count; k++) {
        const trial_block *block = trial_tile(trials, begin + k);
        for (int32_t b = 0; b < trials->block_count; b++) {
            scratch->sum[k][b] = block[b].sum[k % TILE_TRIALS];
        }
        list[k] = k;
    }
    halve(scratch, list, count, trials->block_count);
    for (int32_t k = 0; k < count; k++) {
        list[k] += begin;
    }
}

static void order_some(void *context, int32_t w) {
    ordering *at = context;
    for (int32_t s = w; s * SLAB_TRIALS < at->trials->count; s += at->worker_count) {
        order_slab(at, &at->scratch[w], s);
    }
}

by_status cscv_order(const by_trials *trials, int32_t thread_count, int32_t **out, by_error *err) {
    size_t size = (size_t)trials->count * sizeof **out;
    ordering at = {.trials = trials, .worker_count = thread_count};
    at.order = malloc(size);
    at.scratch = malloc((size_t)thread_count * sizeof *at.scratch);
    if (at.order == NULL || at.scratch == NULL) {
        free(at.order);
        free(at.scratch);
        return by_fail_nomem(err, size + (size_t)thread_count * sizeof *at.scratch);
    }
    parallel_for(thread_count, thread_count, order_some, &at);
    free(at.scratch);
    *out = at.order;
    return BY_OK;
}
