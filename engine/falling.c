/* SPDX-License-Identifier: MIT */
#include "falling.h"

#include <stdlib.h>
#include <string.h>

enum { FEW = 16 }; /* so many times less than all are selected, more are sorted */

/* Places in `indices`, as a heap with the worst of them on top. */
typedef struct heap {
    const double *keys;
    const int32_t *indices;
    int32_t *place;
    int32_t count;
} heap;

static double key_at(const heap *of, int32_t place) {
    return of->keys[of->indices[place]];
}

/* Whether what is at place a comes behind what is at place b. */
static int is_worse(const heap *of, int32_t a, int32_t b) {
    const double x = key_at(of, a), y = key_at(of, b);
    return x < y || (x == y && a > b);
}

static void sink(heap *of, int32_t at) {
    const int32_t place = of->place[at];
    for (int32_t child; (child = 2 * at + 1) < of->count; at = child) {
        if (child + 1 < of->count && is_worse(of, of->place[child + 1], of->place[child])) {
            child++;
        }
        if (!is_worse(of, of->place[child], place)) {
            break;
        }
        of->place[at] = of->place[child];
    }
    of->place[at] = place;
}

static void select_few(const double *keys, const int32_t *indices, int32_t count, int32_t wanted,
                       int32_t *out) {
    heap best = {keys, indices, out, wanted};
    for (int32_t i = 0; i < wanted; i++) {
        out[i] = i;
    }
    for (int32_t at = wanted / 2 - 1; at >= 0; at--) {
        sink(&best, at);
    }
    /* Of equal ones the first are there already. */
    double worst = wanted > 0 ? key_at(&best, out[0]) : 0;
    for (int32_t i = wanted; i < count && wanted > 0; i++) {
        if (keys[indices[i]] > worst) {
            out[0] = i;
            sink(&best, 0);
            worst = key_at(&best, out[0]);
        }
    }
    while (best.count > 1) {
        const int32_t last = out[0];
        out[0] = out[--best.count];
        sink(&best, 0);
        out[best.count] = last;
    }
    for (int32_t i = 0; i < wanted; i++) {
        out[i] = indices[out[i]];
    }
}

/* Merges the sorted runs from[low .. middle) and from[middle .. high) into `to`. */
static void merge(const double *keys, const int32_t *from, int32_t *to, int32_t low, int32_t middle,
                  int32_t high) {
    int32_t a = low, b = middle;
    for (int32_t at = low; at < high; at++) {
        const int first = b >= high || (a < middle && keys[from[a]] >= keys[from[b]]);
        to[at] = first ? from[a++] : from[b++];
    }
}

/* Sorts from[count], with room for as many in `to`; returns which of them has the result. */
static int32_t *sort(const double *keys, int32_t *from, int32_t *to, int32_t count) {
    for (int64_t width = 1; width < count; width *= 2) {
        for (int64_t low = 0; low < count; low += 2 * width) {
            const int64_t middle = low + width < count ? low + width : count;
            const int64_t high = middle + width < count ? middle + width : count;
            merge(keys, from, to, (int32_t)low, (int32_t)middle, (int32_t)high);
        }
        int32_t *other = from;
        from = to;
        to = other;
    }
    return from;
}

by_status by_falling(const double *keys, const int32_t *indices, int32_t count, int32_t wanted,
                     int32_t *out, by_error *err) {
    wanted = wanted < count ? wanted : count;
    if (wanted <= count / FEW) {
        select_few(keys, indices, count, wanted, out);
        return BY_OK;
    }
    const size_t size_bytes = (size_t)count * sizeof *indices;
    int32_t *scratch = malloc(2 * size_bytes + 1);
    if (scratch == NULL) {
        return by_fail_nomem(err, 2 * size_bytes);
    }
    if (count > 0) {
        memcpy(scratch, indices, size_bytes);
        memcpy(out, sort(keys, scratch, scratch + count, count), (size_t)wanted * sizeof *out);
    }
    free(scratch);
    return BY_OK;
}
