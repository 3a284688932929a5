/* SPDX-License-Identifier: MIT */
#include "made_sweep.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

void must(by_status status, const by_error *err) {
    if (status != BY_OK) {
        fail_msg("%s", err->message);
    }
}

void refuses(by_status got, const by_error *err, by_status status, const char *part) {
    if (got != status || strstr(err->message, part) == NULL) {
        fail_msg("%d instead of %d, or '%s' is not in: %s", (int)got, (int)status, part,
                 err->message);
    }
}

/* Walk position i holds combo i * 7919 mod count (a permutation, as 7919 is prime). */
made_sweep *made_sweep_new(int32_t combo_count) {
    made_sweep *s = calloc(1, sizeof *s);
    s->header = (by_results_header){.identity = "strategy 1\ndata 2",
                                    .description = "{\"rank\":\"sharpe\"}",
                                    .param_count = MADE_PARAMS};
    s->combo_count = combo_count;
    s->chunk_count = (combo_count - 1) / by_sweep_chunk_size(combo_count) + 1;
    s->combos = calloc((size_t)combo_count, sizeof *s->combos);
    s->digits = calloc((size_t)combo_count * MADE_PARAMS, sizeof *s->digits);
    for (int32_t i = 0; i < combo_count; i++) {
        s->combos[i] = (uint32_t)((int64_t)i * 7919 % combo_count);
        for (int p = 0; p < MADE_PARAMS; p++) {
            s->digits[i * MADE_PARAMS + p] = (uint16_t)(s->combos[i] >> (4 * p) & 15);
        }
    }
    return s;
}

void made_sweep_free(made_sweep *sweep) {
    free(sweep->combos);
    free(sweep->digits);
    free(sweep);
}

by_result made_result(uint32_t combo) {
    by_result row = {.start = (int32_t)(combo % 300),
                     .return_count = (int32_t)(combo & INT32_MAX),
                     .behaviour = combo * UINT64_C(0x9E3779B97F4A7C15)};
    for (int m = 0; m < BY_METRIC_COUNT; m++) {
        row.metric[m] = combo * 0.5 + m;
    }
    for (int b = 0; b < BY_BLOCK_COUNT; b++) {
        row.block_sum[b] = combo + b * 0.125;
        row.block_sum_squares[b] = combo * 2.0 + b;
    }
    return row;
}

by_results *made_create(const char *folder, const made_sweep *sweep) {
    by_results *results = NULL;
    by_error err;
    must(by_results_create(folder, &sweep->header, &results, &err), &err);
    must(by_results_round(results, 0, sweep->combo_count, sweep->combos, sweep->digits, &err),
         &err);
    return results;
}

by_status made_put_chunk(by_results *results, const made_sweep *sweep, int32_t chunk,
                         by_error *err) {
    by_result rows[BY_CHUNK_COMBOS];
    int32_t size = by_sweep_chunk_size(sweep->combo_count), first = chunk * size;
    int32_t left = sweep->combo_count - first, count = left < size ? left : size;
    for (int32_t i = 0; i < count; i++) {
        rows[i] = made_result(sweep->combos[first + i]);
    }
    return by_results_put(results, 0, first, count, rows, err);
}

int32_t made_count_rows(const char *folder, const made_sweep *sweep) {
    by_results *results;
    by_error err;
    int32_t there = 0;
    must(by_results_open(folder, &results, &err), &err);
    const by_results_header *header = by_results_describe(results);
    assert_true(header->combo_count == sweep->combo_count || header->combo_count == 0);
    by_result *rows = malloc((size_t)sweep->combo_count * sizeof *rows);
    must(by_results_read(results, rows, &err), &err);
    for (int32_t c = 0; c < header->combo_count; c++) {
        by_result expected = made_result(header->combos[header->position[c]]);
        if (rows[c].return_count != -2) {
            assert_memory_equal(&rows[c], &expected, sizeof expected);
            there++;
        }
    }
    free(rows);
    by_results_close(results);
    return there;
}

int32_t made_count_done(by_results *results, const made_sweep *sweep) {
    by_error err;
    int64_t combos_done;
    uint8_t *done = calloc((size_t)sweep->chunk_count, 1);
    must(by_results_done(results, 0, done, &combos_done, &err), &err);
    free(done);
    return (int32_t)combos_done;
}
