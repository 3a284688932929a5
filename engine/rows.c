/* SPDX-License-Identifier: MIT */
#include "rows.h"

#include <stdlib.h>
#include <string.h>

int32_t rows_add(row_pool *pool, const row_entry *entries, int32_t count) {
    int32_t row = intern_add(&pool->table, entries, (size_t)count * sizeof *entries, NULL);
    if (row < 0) {
        pool->failed = true;
        return ROW_CASH;
    }
    return row;
}

bool rows_open(row_pool *pool, int32_t symbol_count) {
    memset(pool, 0, sizeof *pool);
    pool->symbol_count = ++symbol_count;
    pool->blends = calloc(ROW_BLEND_SLOTS, sizeof *pool->blends);
    pool->scratch = calloc((size_t)symbol_count, sizeof *pool->scratch);
    pool->sums = calloc((size_t)symbol_count, sizeof *pool->sums);
    pool->touched = calloc((size_t)symbol_count / 64 + 1, sizeof *pool->touched);
    return pool->blends != NULL && pool->scratch != NULL && pool->sums != NULL &&
           pool->touched != NULL && rows_clear(pool);
}

void rows_close(row_pool *pool) {
    intern_free(&pool->table);
    free(pool->blends);
    free(pool->scratch);
    free(pool->sums);
    free(pool->touched);
    memset(pool, 0, sizeof *pool);
}

bool rows_clear(row_pool *pool) {
    intern_clear(&pool->table);
    memset(pool->blends, 0, ROW_BLEND_SLOTS * sizeof *pool->blends);
    return rows_add(pool, NULL, 0) == ROW_CASH && !pool->failed;
}

int32_t rows_asset(row_pool *pool, int32_t symbol) {
    row_entry entry = {1.0, symbol, 0};
    return rows_add(pool, &entry, 1);
}

int32_t rows_settle(row_pool *pool, int32_t row, int32_t empty) {
    int32_t count;
    const row_entry *from = rows_entries(pool, row, &count);
    if (count == 0 || from[count - 1].symbol != pool->symbol_count - 1) {
        return row;
    }
    const double rest = 1.0 - from[--count].weight;
    if (!(rest > 1e-9)) {
        return empty;
    }
    row_entry *to = pool->scratch;
    for (int32_t i = 0; i < count; i++) {
        to[i] = (row_entry){from[i].weight / rest, from[i].symbol, 0};
    }
    return rows_add(pool, to, count);
}

/* Merges two rows that are sorted by symbol. */
static int32_t blend(row_pool *pool, int32_t base, int32_t added, double weight) {
    int32_t base_count;
    int32_t added_count;
    const row_entry *b = rows_entries(pool, base, &base_count);
    const row_entry *a = rows_entries(pool, added, &added_count);
    const row_entry *b_end = b + base_count;
    const row_entry *a_end = a + added_count;
    row_entry *to = pool->scratch;
    while (b < b_end || a < a_end) {
        if (a == a_end || (b < b_end && b->symbol < a->symbol)) {
            *to = *b++;
        } else if (b == b_end || a->symbol < b->symbol) {
            *to = (row_entry){weight * a->weight, a->symbol, 0};
            a++;
        } else {
            *to = (row_entry){b->weight + weight * a->weight, a->symbol, 0};
            a++;
            b++;
        }
        to += to->weight != 0.0;
    }
    return rows_add(pool, pool->scratch, (int32_t)(to - pool->scratch));
}

int32_t rows_blend(row_pool *pool, int32_t base, int32_t added, double weight) {
    uint64_t bits;
    memcpy(&bits, &weight, sizeof bits);
    uint64_t hash = bits ^ ((uint64_t)(uint32_t)base << 32 | (uint32_t)added);
    hash = (hash ^ hash >> 31) * 0x9E3779B97F4A7C15u;
    row_blend *slot = &pool->blends[hash >> 49];
    if (slot->used && slot->base == base && slot->added == added && slot->weight == weight) {
        return slot->result;
    }
    int32_t result = blend(pool, base, added, weight);
    *slot = (row_blend){weight, base, added, result, 1};
    return result;
}

int32_t rows_mix(row_pool *pool, const int32_t *added, const double *weights, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        int32_t entries;
        const row_entry *from = rows_entries(pool, added[i], &entries);
        for (int32_t k = 0; k < entries; k++) {
            const int32_t symbol = from[k].symbol;
            pool->sums[symbol] += weights[i] * from[k].weight;
            pool->touched[symbol / 64] |= (uint64_t)1 << symbol % 64;
        }
    }
    row_entry *to = pool->scratch;
    for (int32_t word = 0; word <= pool->symbol_count / 64; word++) {
        for (uint64_t bits = pool->touched[word]; bits != 0; bits &= bits - 1) {
            const int32_t symbol = 64 * word + __builtin_ctzll(bits);
            *to = (row_entry){pool->sums[symbol], symbol, 0};
            to += to->weight != 0.0;
            pool->sums[symbol] = 0.0;
        }
        pool->touched[word] = 0;
    }
    return rows_add(pool, pool->scratch, (int32_t)(to - pool->scratch));
}
