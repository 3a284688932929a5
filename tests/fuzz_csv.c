/* SPDX-License-Identifier: MIT
 *
 * Fuzz target of the CSV parsers: whatever the text, the bars that come out keep the promises of
 * bars.h, and a second parse gives the same; the values of a series from outside make steps.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../cache/asof_csv.h"
#include "../cache/when.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes);

static void expect(int truth) {
    if (!truth) {
        abort();
    }
}

static void check_price(double value, int may_be_unknown) {
    expect(isnan(value) ? may_be_unknown : value > 0 && value <= BY_CSV_PRICE_MAX);
}

static void check_bars(const by_csv *csv, int64_t timeframe_seconds) {
    const by_bars *bars = &csv->bars;
    expect(bars->count > 0 && csv->refused_count >= 0 && csv->repeated_count >= 0);
    for (int32_t i = 0; i < bars->count; i++) {
        expect(i == 0 || bars->time[i] > bars->time[i - 1]);
        expect(bars->time[i] % timeframe_seconds == 0);
        check_price(bars->open[i], 1);
        check_price(bars->high[i], 1);
        check_price(bars->low[i], 1);
        check_price(bars->close[i], 0);
        expect(!(bars->high[i] < bars->low[i]));
        expect(isnan(bars->volume[i]) ||
               (bars->volume[i] >= 0 && bars->volume[i] <= BY_CSV_VOLUME_MAX));
    }
    for (int32_t i = 0; i < csv->refused_count && i < BY_CSV_REFUSALS_KEPT; i++) {
        expect(csv->refusals[i].line > 0 && csv->refusals[i].reason[0] != '\0');
    }
}

static void parse(const char *text, size_t size_bytes, const by_csv_options *options) {
    by_error error = {0};
    by_csv *first = NULL, *second = NULL;
    by_status status = by_csv_parse(text, size_bytes, "input.csv", options, &first, &error);
    expect((status == BY_OK) == (first != NULL));
    if (status != BY_OK) {
        expect(error.status == (int32_t)status && error.message[0] != '\0');
        return;
    }
    check_bars(first, options->timeframe_seconds);
    expect(by_csv_parse(text, size_bytes, "input.csv", options, &second, NULL) == BY_OK);
    expect(first->bars.count == second->bars.count);
    size_t column_bytes = (size_t)first->bars.count * sizeof(double);
    expect(memcmp(first->bars.close, second->bars.close, column_bytes) == 0);
    by_csv_free(first);
    by_csv_free(second);
}

static void parse_series(const char *text, size_t size_bytes, int32_t known_start) {
    by_error error = {0};
    by_asof_csv csv;
    by_status status = by_asof_csv_parse(text, size_bytes, "input.csv", known_start, &csv, &error);
    expect((status == BY_OK) == (csv.count > 0));
    if (status != BY_OK) {
        expect(error.message[0] != '\0' && csv.rows == NULL);
        return;
    }
    for (int32_t i = 0; i < csv.count; i++) {
        const by_asof_row *row = &csv.rows[i];
        expect(isfinite(row->value) && row->line > 0);
        expect(row->known >= BY_WHEN_MIN - BY_DAY_SECONDS &&
               row->known <= BY_WHEN_END + BY_DAY_SECONDS);
        expect(i == 0 || by_asof_compare(row - 1, row) < 0);
    }
    int32_t steps = by_asof_steps(csv.rows, csv.count);
    expect(steps > 0);
    for (int32_t i = 1; i < steps; i++) {
        expect(csv.rows[i].known > csv.rows[i - 1].known && csv.rows[i].of >= csv.rows[i - 1].of);
    }
    free(csv.rows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes) {
    static const by_csv_options options[] = {{.timeframe_seconds = 86400},
                                             {.timeframe_seconds = 86400, .adjust = 1},
                                             {.timeframe_seconds = 60}};
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        parse((const char *)data, size_bytes, &options[i]);
    }
    parse_series((const char *)data, size_bytes, 0);
    parse_series((const char *)data, size_bytes, 1);
    return 0;
}
