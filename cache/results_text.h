/* SPDX-License-Identifier: MIT
 *
 * The combos of a sweep as rows of text (CSV, JSON): many cells a second, numbers of 17 significant
 * digits.
 */
#ifndef BY_RESULTS_TEXT_H
#define BY_RESULTS_TEXT_H

#include "../engine/sweep.h"

/* A row is: `opening`, the number of the combo from 1, the text of each param's value, each metric
 * behind its `metric_opening`, and an ending. The texts bring separators and names along. */
typedef struct by_results_form {
    const char *opening;
    int32_t param_count;
    const char *const *const *param_texts; /* [param_count][digit] */
    const char *const *param_missing;      /* [param_count]: the text for BY_DIGIT_NONE */
    const char *const *metric_openings;    /* [BY_METRIC_COUNT] */
    const char *undefined;                 /* a metric that is NaN or infinite */
    const char *const *endings;
    const int32_t *ending_of; /* [combo count] into endings; -1 leaves the combo out */
    int64_t row_bytes;        /* at least the length of the longest row, by by_results_row_bytes */
} by_results_form;

/* More bytes than any row of the form takes; value_counts[param_count] and ending_count are the
 * lengths of its lists. Thread-safe. */
BY_API int64_t by_results_row_bytes(const by_results_form *form, const int32_t *value_counts,
                                    int32_t ending_count);

/* Writes the rows of combos `from` .. `end` - 1, counted from 0, while a whole one is sure to fit
 * in `size_bytes`, which must be at least form->row_bytes. rows[] and digits[][param_count] are by
 * combo. Returns the first combo that was not looked at; *length is the bytes written. Thread-safe.
 */
BY_API int32_t by_results_text(const by_results_form *form, const by_result *rows,
                               const uint16_t *digits, int32_t from, int32_t end, char *text,
                               int64_t size_bytes, int64_t *length);

#endif
