/* SPDX-License-Identifier: MIT
 *
 * Fuzz target of the CSV parser: whatever the text, the bars that come out keep the promises of
 * bars.h, and a second parse gives the same.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../cache/csv.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes) {
    static const by_csv_options options[] = {{.timeframe_seconds = 86400},
                                             {.timeframe_seconds = 86400, .adjust = 1},
                                             {.timeframe_seconds = 60}};
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        parse((const char *)data, size_bytes, &options[i]);
    }
    return 0;
}
