/* SPDX-License-Identifier: MIT */
#include "results_text.h"

#include <string.h>

#include "number_exact.h"

static int64_t longest(const char *const *texts, int32_t count) {
    size_t most = 0;
    for (int32_t i = 0; i < count; i++) {
        size_t length = strlen(texts[i]);
        most = length > most ? length : most;
    }
    return (int64_t)most;
}

int64_t by_results_row_bytes(const by_results_form *form, const int32_t *value_counts,
                             int32_t ending_count) {
    int64_t bytes = longest(&form->opening, 1) + BY_NUMBER_EXACT_SIZE;
    for (int32_t p = 0; p < form->param_count; p++) {
        bytes += longest(form->param_texts[p], value_counts[p]);
        bytes += longest(&form->param_missing[p], 1);
    }
    for (int32_t m = 0; m < BY_METRIC_COUNT; m++) {
        bytes += longest(&form->metric_openings[m], 1) + longest(&form->undefined, 1);
        bytes += BY_NUMBER_EXACT_SIZE;
    }
    return bytes + longest(form->endings, ending_count);
}

static char *append(char *at, const char *text) {
    size_t length = strlen(text);
    memcpy(at, text, length);
    return at + length;
}

static char *write_row(const by_results_form *form, int32_t combo, const by_result *row,
                       const uint16_t *digits, locale_t c_locale, char *at) {
    at = append(at, form->opening);
    at += by_number_exact((double)combo + 1, c_locale, at);
    for (int32_t p = 0; p < form->param_count; p++) {
        uint16_t digit = digits[p];
        at = append(at,
                    digit == BY_DIGIT_NONE ? form->param_missing[p] : form->param_texts[p][digit]);
    }
    for (int32_t m = 0; m < BY_METRIC_COUNT; m++) {
        at = append(at, form->metric_openings[m]);
        size_t length = by_number_exact(row->metric[m], c_locale, at);
        at = length > 0 ? at + length : append(at, form->undefined);
    }
    return append(at, form->endings[form->ending_of[combo]]);
}

int32_t by_results_text(const by_results_form *form, const by_result *rows, const uint16_t *digits,
                        int32_t from, int32_t end, char *text, int64_t size_bytes,
                        int64_t *length) {
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    char *at = text, *full = text + (size_bytes - form->row_bytes);
    int32_t i = from;
    for (; i < end && at <= full; i++) {
        if (form->ending_of[i] >= 0) {
            at = write_row(form, i, &rows[i], digits + (size_t)i * (size_t)form->param_count,
                           c_locale, at);
        }
    }
    freelocale(c_locale);
    *length = at - text;
    return i;
}
