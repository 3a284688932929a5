/* SPDX-License-Identifier: MIT
 *
 * Fuzz target of the decoders of answers. The first three bytes choose the description: layout,
 * unit of time, and a letter whose bits are switches; the rest is the text. Whatever it is, a page
 * keeps its promises, a second reading gives the same, no beginning of JSON is taken for the whole,
 * and what is said at the end of it is heard.
 */
#include <stdlib.h>
#include <string.h>

#include "../cache/page_rooms.h"
#include "../cache/when.h"

enum { HEAD = 3, DAY = 86400 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes);

static void expect(int truth) {
    if (!truth) {
        abort();
    }
}

static by_decode_spec describe(const uint8_t head[HEAD]) {
    const int daily = (head[2] & 1) != 0, ended = (head[2] & 2) != 0, top = (head[2] & 8) != 0;
    by_decode_spec spec = {.layout = head[0] % 5,
                           .time_unit = head[1] % 5,
                           .path = top ? "" : "a.0",
                           .default_symbol = "SPY",
                           .time = "t",
                           .open = "o",
                           .high = "h",
                           .low = "2",
                           .close = "c",
                           .volume = "v.0",
                           .timeframe_seconds = daily ? DAY : 60,
                           .stamp_end = ended,
                           .no_trade_rows = (head[2] & 4) != 0,
                           .final_newline = ended};
    if ((head[2] & 16) != 0) {
        spec.symbol = "T";
        spec.local_time = 1;
        spec.zone_seconds = 20700;
        spec.day_shift_seconds = daily ? 20700 : 0;
    }
    if ((head[2] & 32) != 0) { /* rows that are arrays, or the usual columns of CSV */
        spec.time = spec.layout == BY_LAYOUT_CSV ? NULL : "0";
        spec.open = "1";
        spec.close = "3";
    }
    return spec;
}

static void check_rows(const by_decode_spec *spec, const by_page_rows *rows) {
    int rising = 1;
    expect(rows->bars.count > 0);
    expect(rows->symbol[0] != '\0' && strlen(rows->symbol) < BY_PAGE_NAME_SIZE);
    int64_t first = rows->bars.time[0], last = first;
    for (int32_t i = 0; i < rows->bars.count; i++) {
        int64_t time = rows->bars.time[i];
        double close = rows->bars.close[i];
        expect(time >= BY_WHEN_MIN && time < BY_WHEN_END);
        expect(spec->timeframe_seconds != DAY || time % DAY == 0);
        expect(!spec->no_trade_rows || (close == close && close != 0));
        expect(!(rows->bars.open[i] == 0 && close == close));
        rising &= i == 0 || time > rows->bars.time[i - 1];
        first = time < first ? time : first;
        last = time > last ? time : last;
    }
    expect(rows->first_time == first && rows->last_time == last && rows->rising == rising);
}

static void check_same(const by_page_rows *left, const by_page_rows *right) {
    const by_bars *l = &left->bars, *r = &right->bars;
    expect(l->count == r->count && strcmp(left->symbol, right->symbol) == 0);
    const size_t bytes = (size_t)l->count * sizeof(double);
    expect(memcmp(l->time, r->time, bytes) == 0 && memcmp(l->open, r->open, bytes) == 0 &&
           memcmp(l->high, r->high, bytes) == 0 && memcmp(l->low, r->low, bytes) == 0 &&
           memcmp(l->close, r->close, bytes) == 0 && memcmp(l->volume, r->volume, bytes) == 0);
}

static void check_page(const by_decode_spec *spec, const by_page *page, const by_page *again) {
    int64_t count = 0;
    expect(by_page_symbol_count(page) == by_page_symbol_count(again));
    for (int32_t i = 0; i < by_page_symbol_count(page); i++) {
        by_page_rows rows, same;
        by_page_rows_at(page, i, &rows);
        by_page_rows_at(again, i, &same);
        check_rows(spec, &rows);
        check_same(&rows, &same);
        expect(by_page_find(page, rows.symbol) == i);
        count += rows.bars.count;
    }
    expect(count == by_page_row_count(page) && by_page_no_trade_count(page) >= 0);
    expect(count == 0 || by_page_has_rows(page));
}

static void check_fields(const by_page *page, const by_page *again) {
    expect(page->note_count <= BY_DECODE_FIELDS_MAX && page->note_count == again->note_count);
    for (int32_t i = 0; i < page->note_count; i++) {
        const by_page_note *note = &page->notes[i], *same = &again->notes[i];
        expect(note->depth >= 1 && strlen(note->text) <= BY_DECODE_FIELD_SIZE_MAX);
        expect(strcmp(note->path, same->path) == 0 && strcmp(note->text, same->text) == 0);
        expect(by_page_field(page, note->path) == note->text);
    }
}

/* A field behind the last of an object's at the top, such as the token of the next page, is there,
 * unless the answer is refused: when there are too many of them, or rows stand there. */
static void check_last_field(const by_decode_spec *spec, const by_page *page, const char *text,
                             size_t size_bytes) {
    static const char field[] = ",\"~next\":\"token\"}";
    while (strchr(" \t\r\n", text[size_bytes - 1]) != NULL) {
        size_bytes--;
    }
    if (text[--size_bytes] != '}') {
        return;
    }
    size_t end = size_bytes;
    while (strchr(" \t\r\n\v\f", text[end - 1]) != NULL) { /* as yajl sees it */
        end--;
    }
    const size_t skip = text[end - 1] == '{'; /* no comma */
    char *more = malloc(size_bytes + sizeof field);
    expect(more != NULL);
    memcpy(more, text, size_bytes);
    memcpy(more + size_bytes, field + skip, sizeof field - skip);
    by_page *longer = NULL;
    by_status status = by_decode(spec, more, strlen(more), "answer", &longer, NULL);
    if (status == BY_OK) {
        expect(by_page_field(longer, "~next") != NULL);
    } else {
        expect(status == BY_DATA &&
               (spec->path[0] == '\0' || page->note_count == BY_DECODE_FIELDS_MAX));
    }
    by_page_free(longer);
    free(more);
}

/* A beginning that lacks more than blanks is refused. */
static void check_cut(const by_decode_spec *spec, const char *text, size_t size_bytes) {
    while (size_bytes > 0 && strchr(" \t\r\n", text[size_bytes - 1]) != NULL) {
        size_bytes--;
    }
    const size_t steps[] = {1, 2, size_bytes / 2, size_bytes - size_bytes / 5};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (steps[i] > 0 && steps[i] <= size_bytes) {
            by_page *page = NULL;
            expect(by_decode(spec, text, size_bytes - steps[i], "x", &page, NULL) == BY_DATA);
            expect(page == NULL);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size_bytes) {
    if (size_bytes < HEAD) {
        return 0;
    }
    by_decode_spec spec = describe(data);
    const char *text = (const char *)data + HEAD;
    size_bytes -= HEAD;
    by_error error = {0};
    by_page *page = NULL, *again = NULL;
    by_status status = by_decode(&spec, text, size_bytes, "answer", &page, &error);
    expect((status == BY_OK) == (page != NULL));
    if (status != BY_OK) {
        expect(status == BY_DATA && error.status == BY_DATA);
        expect(strncmp(error.message, "answer: ", 8) == 0 && error.message[8] != '\0');
        return 0;
    }
    expect(by_decode(&spec, text, size_bytes, "answer", &again, NULL) == BY_OK);
    check_page(&spec, page, again);
    check_fields(page, again);
    if (spec.layout != BY_LAYOUT_CSV) {
        check_cut(&spec, text, size_bytes);
        check_last_field(&spec, page, text, size_bytes);
    }
    by_page_free(page);
    by_page_free(again);
    return 0;
}
