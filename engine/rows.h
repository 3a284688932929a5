/* SPDX-License-Identifier: MIT
 *
 * Rows: the allocation of one node on one day, as entries of symbol and weight in rising symbol
 * order, none of them 0; behind the symbols stands one more, VOID. Equal rows are one row with one
 * number, so an allocation over time is an array of numbers, and blending the same rows twice is a
 * look-up. Row 0 is cash. A pool belongs to one thread.
 */
#ifndef BY_ROWS_H
#define BY_ROWS_H

#include "intern.h"

enum { ROW_CASH = 0, ROW_BLEND_SLOTS = 1 << 15 };

typedef struct row_entry {
    double weight;
    int32_t symbol;
    int32_t zero; /* no padding: rows are compared as bytes */
} row_entry;

/* A remembered blend: row `result` = row `base` + weight * row `added`. */
typedef struct row_blend {
    double weight;
    int32_t base;
    int32_t added;
    int32_t result;
    int32_t used;
} row_blend;

typedef struct row_pool {
    intern table;
    row_blend *blends;    /* direct-mapped; what falls out is computed again */
    row_entry *scratch;   /* [symbol_count] */
    double *sums;         /* [symbol_count]; 0 between calls */
    uint64_t *touched;    /* a bit a symbol; 0 between calls */
    int32_t symbol_count; /* with VOID, the last one */
    bool failed;          /* memory ran out: results since then are not to be used */
} row_pool;

/* For `symbol_count` symbols, and VOID as number symbol_count. */
bool rows_open(row_pool *pool, int32_t symbol_count);
void rows_close(row_pool *pool);
/* Forgets all rows but cash. */
bool rows_clear(row_pool *pool);
static inline int64_t rows_size_bytes(const row_pool *pool) {
    return (int64_t)pool->table.byte_count + pool->table.count * INTERN_ENTRY_BYTES;
}

static inline const row_entry *rows_entries(const row_pool *pool, int32_t row, int32_t *count) {
    *count = (int32_t)(intern_key_size(&pool->table, row) / sizeof(row_entry));
    return intern_key(&pool->table, row);
}

/* A hash of what a row holds: the same in every pool. */
static inline uint64_t rows_hash(const row_pool *pool, int32_t row) {
    return pool->table.hashes[row];
}

/* The row of `count` entries, which must be as entries of rows are. */
int32_t rows_add(row_pool *pool, const row_entry *entries, int32_t count);
/* The row that holds `symbol` alone. */
int32_t rows_asset(row_pool *pool, int32_t symbol);
/* The row with the share of VOID given to the others; row `empty` when there are none. */
int32_t rows_settle(row_pool *pool, int32_t row, int32_t empty);
/* The row base + weight * added, each symbol's sum in this order. */
int32_t rows_blend(row_pool *pool, int32_t base, int32_t added, double weight);
/* The same bits as blending row added[0], added[1], ... into cash one after the other, without
 * remembering the rows in between: for many rows at once. */
int32_t rows_mix(row_pool *pool, const int32_t *added, const double *weights, int32_t count);

#endif
