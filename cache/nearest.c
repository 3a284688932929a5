/* SPDX-License-Identifier: MIT */
#include "nearest.h"

#include <stdio.h>
#include <string.h>

enum { BEST_COUNT = 3, DISTANCE_MAX = 3 };

static int minimum(int a, int b) {
    return a < b ? a : b;
}

static int lower(char c) {
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Letters to insert, drop or swap to make one of the other (Levenshtein), case aside. */
static int distance(const char *a, const char *b) {
    int row[BY_SYMBOL_SIZE + 1];
    int length = (int)strlen(b);
    for (int j = 0; j <= length; j++) {
        row[j] = j;
    }
    for (int i = 1; a[i - 1] != '\0'; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= length; j++) {
            int above = row[j];
            int swap = diagonal + (lower(a[i - 1]) != lower(b[j - 1]));
            row[j] = minimum(swap, minimum(above, row[j - 1]) + 1);
            diagonal = above;
        }
    }
    return row[length];
}

static size_t add(char *out, size_t used, size_t size_bytes, const char *before, const char *text) {
    int wrote =
        used < size_bytes ? snprintf(out + used, size_bytes - used, "%s%s", before, text) : 0;
    return wrote > 0 ? used + (size_t)wrote : used;
}

/* The series under its name in another dataset or timeframe. */
static int same_symbol(const by_series_id *id, const by_series_info *infos, int32_t count,
                       char *out, size_t size_bytes) {
    for (int32_t i = 0; i < count; i++) {
        if (strcmp(infos[i].id.symbol, id->symbol) == 0) {
            (void)snprintf(out, size_bytes, "it is there as %s of %s", infos[i].id.timeframe,
                           infos[i].id.dataset);
            return 1;
        }
    }
    return 0;
}

void by_nearest_hint(const by_series_id *id, const by_series_info *infos, int32_t count, char *out,
                     size_t size_bytes) {
    const char *best[BEST_COUNT] = {NULL};
    int score[BEST_COUNT];
    if (count == 0) {
        (void)snprintf(out, size_bytes, "the store is empty");
        return;
    }
    if (same_symbol(id, infos, count, out, size_bytes)) {
        return;
    }
    for (int32_t i = 0; i < count; i++) {
        if (strcmp(infos[i].id.dataset, id->dataset) != 0 ||
            strcmp(infos[i].id.timeframe, id->timeframe) != 0) {
            continue;
        }
        int here = distance(id->symbol, infos[i].id.symbol);
        int place = BEST_COUNT;
        while (place > 0 && (best[place - 1] == NULL || score[place - 1] > here)) {
            place--;
        }
        if (here > DISTANCE_MAX || place == BEST_COUNT) {
            continue;
        }
        for (int move = BEST_COUNT - 1; move > place; move--) {
            best[move] = best[move - 1];
            score[move] = score[move - 1];
        }
        best[place] = infos[i].id.symbol;
        score[place] = here;
    }
    if (best[0] == NULL) {
        (void)snprintf(out, size_bytes, "none of its %d series has a name like it", count);
        return;
    }
    size_t used = add(out, 0, size_bytes, "nearest symbols: ", best[0]);
    for (int i = 1; i < BEST_COUNT && best[i] != NULL; i++) {
        used = add(out, used, size_bytes, ", ", best[i]);
    }
}
