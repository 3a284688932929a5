/* SPDX-License-Identifier: MIT
 *
 * A made-up sweep for the tests of the result store: results that follow from the number of their
 * combo.
 */
#ifndef BY_TEST_MADE_SWEEP_H
#define BY_TEST_MADE_SWEEP_H

#include "../cache/results.h"

enum { MADE_PARAMS = 3 };

typedef struct made_sweep {
    by_results_header header;
    int32_t combo_count;
    int32_t chunk_count;
    uint32_t *combos; /* in a walk order of their own */
    uint16_t *digits;
} made_sweep;

/* Of one round. */
made_sweep *made_sweep_new(int32_t combo_count);
void made_sweep_free(made_sweep *sweep);
by_result made_result(uint32_t combo);
/* Opens the store to write, with the round. Fails the test when it cannot. */
by_results *made_create(const char *folder, const made_sweep *sweep);
by_status made_put_chunk(by_results *results, const made_sweep *sweep, int32_t chunk,
                         by_error *err);
/* The rows that are there, each of which must be the right one. */
int32_t made_count_rows(const char *folder, const made_sweep *sweep);
/* The same with the chunks of a writer. */
int32_t made_count_done(by_results *results, const made_sweep *sweep);

/* Fails the test unless the call was fine, or was refused with `part` in the message. */
void must(by_status status, const by_error *err);
void refuses(by_status got, const by_error *err, by_status status, const char *part);

#endif
