/* SPDX-License-Identifier: MIT
 *
 * Random bars, written in every layout with random forms of numbers and times, between random
 * things that nobody asked for: they come back to the bit, and no beginning of the text is taken.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../cache/when.h"
#include "answer.h"
#include "random_tree.h"

enum { SYMBOLS_MAX = 4, ROWS_MAX = 12, TEXT_SIZE = 1 << 17, ROUNDS = 3000, COLUMNS = 5 };

/* What was written. */
typedef struct series {
    char symbol[16];
    int32_t count;
    int64_t time[ROWS_MAX];
    double value[COLUMNS][ROWS_MAX];
} series;

typedef struct writer {
    random_source random;
    by_decode_spec spec;
    int as_arrays; /* rows are arrays */
    int32_t symbol_count;
    series symbols[SYMBOLS_MAX];
    size_t used;
    char text[TEXT_SIZE];
} writer;

static const char *const names[COLUMNS] = {"o", "high", "l", "close", "v"};
static const char *const numbers[COLUMNS] = {"2", "1", "3", "5", "4"};
static const char *const paths[COLUMNS] = {"x.o", "x.0.high", "low", "x.close", "v.v"};

static void put(writer *w, const char *format, ...) BY_PRINTF(2, 3);
static void put(writer *w, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int wrote = vsnprintf(w->text + w->used, TEXT_SIZE - w->used, format, arguments);
    va_end(arguments);
    w->used += (size_t)wrote;
    assert_true(w->used < TEXT_SIZE);
}

static int chance(writer *w, int percent) {
    return random_below(&w->random, 100) < percent;
}

/* JSON punctuation with blanks around it. */
static void mark(writer *w, const char *text) {
    static const char *const blanks[] = {" ", "\n", "\t ", "\r\n"};
    if (chance(w, 10)) {
        put(w, "%s", blanks[random_below(&w->random, 4)]);
    }
    put(w, "%s", text);
    if (chance(w, 10)) {
        put(w, "%s", blanks[random_below(&w->random, 4)]);
    }
}

static double random_value(writer *w) {
    switch (random_below(&w->random, 5)) {
    case 0:
        return (double)NAN;
    case 1:
        return (1 + random_below(&w->random, 1000000)) / 100.0;
    case 2:
        return 1 + random_below(&w->random, INT32_MAX - 1);
    case 3:
        return ldexp(1 + random_fraction(&w->random), random_below(&w->random, 120) - 60);
    default:
        return random_fraction(&w->random) + 1e-9;
    }
}

/* A number that reads as `value` again; a text of it in JSON every now and then. */
static void put_value(writer *w, double value) {
    char text[64];
    int is_csv = w->spec.layout == BY_LAYOUT_CSV;
    if (isnan(value)) {
        put(w, "%s", is_csv ? chance(w, 50) ? "" : "null" : chance(w, 50) ? "null" : "\"\"");
        return;
    }
    snprintf(text, sizeof text, "%.2f", value);
    double again = strtod(text, NULL);
    if (memcmp(&again, &value, sizeof value) != 0) {
        int digits = 17 + random_below(&w->random, 4);
        if (chance(w, 50)) {
            snprintf(text, sizeof text, "%.*g", digits, value);
        } else {
            snprintf(text, sizeof text, "%.*E", digits, value);
        }
    }
    put(w, chance(w, 30) ? "\"%s\"" : "%s", text);
}

static void put_time(writer *w, int64_t time, int as_key) {
    static const int64_t units[] = {0, 1, 1000, 1000000, 1000000000};
    char text[64];
    int unit = w->spec.time_unit, quoted = as_key || chance(w, 30);
    if (unit != BY_TIME_TEXT) {
        put(w, quoted ? "\"%lld\"" : "%lld", (long long)(time * units[unit]));
        return;
    }
    by_when_text(time, text);
    if (strlen(text) == 20 && chance(w, 30)) {
        snprintf(text + 19, sizeof text - 19, "%s", chance(w, 50) ? ".5Z" : "+00:00");
    }
    put(w, "\"%s\"", text);
}

/* Something that nobody asked for. */
static void put_junk(writer *w, int depth) {
    static const char *const junk[] = {"1", "\"a\\u00e9\\n\"", "true", "null", "-1.5e3", "{}",
                                       "[]"};
    if (depth > 3 || chance(w, 60)) {
        put(w, "%s", junk[random_below(&w->random, 7)]);
        return;
    }
    int is_array = chance(w, 50);
    mark(w, is_array ? "[" : "{");
    for (int i = random_below(&w->random, 4); i >= 0; i--) {
        if (!is_array) {
            put(w, "\"%s\"", i % 2 == 0 ? "o" : "junk");
            mark(w, ":");
        }
        put_junk(w, depth + 1);
        mark(w, i > 0 ? "," : "");
    }
    mark(w, is_array ? "]" : "}");
}

static void put_row_array(writer *w, const series *s, int32_t row) {
    mark(w, "[");
    for (int place = 0; place < 7; place++) {
        int column = 0;
        if (place == 0 && w->spec.layout != BY_LAYOUT_KEYED) {
            put_time(w, s->time[row], 0);
        } else if (place == 0 || place == 6) {
            put_junk(w, 0);
        } else {
            while (numbers[column][0] - '0' != place) {
                column++;
            }
            put_value(w, s->value[column][row]);
        }
        mark(w, place < 6 ? "," : "]");
    }
}

/* The keys in random order: the time, the columns, the symbol and junk. */
static void put_row_object(writer *w, const series *s, int32_t row) {
    int32_t first = random_below(&w->random, 8), wrote = 0;
    mark(w, "{");
    for (int32_t i = 0; i < 8; i++) {
        int32_t part = (first + i) % 8;
        if ((part == 5 && w->spec.layout == BY_LAYOUT_KEYED) || (part == 6 && !w->spec.symbol) ||
            (part < 5 && isnan(s->value[part][row]) && chance(w, 50))) {
            continue;
        }
        mark(w, wrote++ > 0 ? "," : "");
        put(w, "\"%s\"", part < 5 ? names[part] : part == 5 ? "t" : part == 6 ? "T" : "extra");
        mark(w, ":");
        if (part < 5) {
            put_value(w, s->value[part][row]);
        } else if (part == 5) {
            put_time(w, s->time[row], 0);
        } else if (part == 6) {
            put(w, "\"%s\"", s->symbol);
        } else {
            put_junk(w, 0);
        }
    }
    mark(w, "}");
}

static void put_rows(writer *w, const series *s) {
    for (int32_t row = 0; row < s->count; row++) {
        mark(w, row > 0 ? "," : "");
        if (w->spec.layout == BY_LAYOUT_KEYED) {
            put_time(w, s->time[row], 1);
            mark(w, ":");
        }
        (w->as_arrays ? put_row_array : put_row_object)(w, s, row);
    }
}

static void put_column(writer *w, const series *s, int column) {
    mark(w, "[");
    for (int32_t row = 0; row < s->count; row++) {
        mark(w, row > 0 ? "," : "");
        if (column < 0) {
            put_time(w, s->time[row], 0);
        } else {
            put_value(w, s->value[column][row]);
        }
    }
    mark(w, "]");
}

static void put_columns(writer *w, const series *s) {
    put(w, "{\"low\":");
    put_column(w, s, 2);
    put(w, ",\"x\":{\"o\":");
    put_column(w, s, 0);
    put(w, ",\"0\":{\"high\":");
    put_column(w, s, 1);
    put(w, "},\"junk\":[1,[2]],\"close\":");
    put_column(w, s, 3);
    put(w, "},\"v\":{\"v\":");
    put_column(w, s, 4);
    put(w, "},\"t\":");
    put_column(w, s, -1);
    put(w, "}");
}

static void put_csv(writer *w) {
    const char *line_end = chance(w, 50) ? "\r\n" : "\n";
    put(w, "close,\"T\",v,l,t,HIGH,other,o%s", line_end);
    for (int32_t i = 0; i < w->symbol_count; i++) {
        const series *s = &w->symbols[i];
        for (int32_t row = 0; row < s->count; row++) {
            put_value(w, s->value[3][row]);
            put(w, ",%s,", s->symbol);
            put_value(w, s->value[4][row]);
            put(w, ",");
            put_value(w, s->value[2][row]);
            put(w, ",");
            put_time(w, s->time[row], 0);
            put(w, ",");
            put_value(w, s->value[1][row]);
            put(w, ",junk,");
            put_value(w, s->value[0][row]);
            put(w, "%s", line_end);
        }
    }
}

static void put_answer(writer *w) {
    if (w->spec.layout == BY_LAYOUT_CSV) {
        put_csv(w);
        return;
    }
    int has_map = w->spec.layout == BY_LAYOUT_MAP_OF_ROWS,
        is_list = w->spec.layout == BY_LAYOUT_ROWS;
    mark(w, "{\"before\":");
    put_junk(w, 0);
    mark(w, ",");
    put(w, "\"a\":[0,{\"b\":");
    if (w->spec.layout == BY_LAYOUT_COLUMNS) {
        put_columns(w, &w->symbols[0]);
    } else {
        mark(w, is_list ? "[" : "{");
        int32_t rows = 0;
        for (int32_t i = 0; i < w->symbol_count; rows += w->symbols[i++].count) {
            int is_next = has_map ? i > 0 : rows > 0 && w->symbols[i].count > 0;
            mark(w, is_next ? "," : "");
            if (has_map) {
                put(w, "\"%s\":[", w->symbols[i].symbol);
            }
            put_rows(w, &w->symbols[i]);
            mark(w, has_map ? "]" : "");
        }
        mark(w, is_list ? "]" : "}");
    }
    put(w, "}],\"next\":\"page 2\"}");
}

static void draw(writer *w) {
    static const int32_t units[] = {BY_TIME_TEXT, BY_TIME_S, BY_TIME_MS, BY_TIME_US, BY_TIME_NS};
    by_decode_spec *spec = &w->spec;
    *spec = (by_decode_spec){.layout = random_below(&w->random, 5),
                             .time_unit = units[random_below(&w->random, 5)],
                             .path = "a.1.b",
                             .timeframe_seconds = 60};
    int may_be_array = spec->layout != BY_LAYOUT_COLUMNS && spec->layout != BY_LAYOUT_CSV;
    w->as_arrays = may_be_array && chance(w, 40);
    const char *const *field = spec->layout == BY_LAYOUT_COLUMNS ? paths
                               : w->as_arrays                    ? numbers
                                                                 : names;
    spec->open = field[0];
    spec->high = field[1];
    spec->low = field[2];
    spec->close = field[3];
    spec->volume = field[4];
    spec->time = w->as_arrays ? "0" : "t";
    spec->default_symbol = "S0";
    w->symbol_count = 1;
    if (spec->layout == BY_LAYOUT_CSV || (spec->layout == BY_LAYOUT_ROWS && !w->as_arrays)) {
        spec->symbol = "T";
    }
    if (spec->symbol != NULL || spec->layout == BY_LAYOUT_MAP_OF_ROWS) {
        w->symbol_count += random_below(&w->random, SYMBOLS_MAX);
    }
    for (int32_t i = 0; i < w->symbol_count; i++) {
        series *s = &w->symbols[i];
        snprintf(s->symbol, sizeof s->symbol, "S%d", (int)i);
        s->count = random_below(&w->random, ROWS_MAX + 1);
        for (int32_t row = 0; row < s->count; row++) {
            s->time[row] = INT64_C(60) * (random_below(&w->random, 120000000) - 30000000);
            for (int c = 0; c < COLUMNS; c++) {
                s->value[c][row] = random_value(w);
            }
        }
    }
    w->used = 0;
    put_answer(w);
}

static void check(const writer *w, const by_page *page) {
    int64_t rows = 0;
    for (int32_t i = 0; i < w->symbol_count; i++) {
        const series *s = &w->symbols[i];
        for (int32_t row = 0; row < s->count; row++, rows++) {
            char time[BY_WHEN_TEXT_SIZE];
            double values[COLUMNS];
            for (int c = 0; c < COLUMNS; c++) {
                values[c] = s->value[c][row];
            }
            answer_row(page, s->symbol, row, by_when_text(s->time[row], time), values);
        }
    }
    assert_int_equal(by_page_row_count(page), rows);
    if (w->spec.layout != BY_LAYOUT_CSV) {
        assert_string_equal(by_page_field(page, "next"), "page 2");
    }
}

static void test_round_trip(void **state) {
    (void)state;
    writer *w = calloc(1, sizeof *w);
    w->random.state = 20;
    for (int i = 0; i < ROUNDS; i++) {
        draw(w);
        by_page *page = answer_page(&w->spec, w->text);
        check(w, page);
        by_page_free(page);
    }
    free(w);
}

static void test_cut(void **state) {
    (void)state;
    writer *w = calloc(1, sizeof *w);
    w->random.state = 21;
    for (int i = 0; i < 40; i++) {
        draw(w);
        size_t whole = w->used;
        while (w->spec.layout != BY_LAYOUT_CSV && w->text[whole - 1] != '}') {
            whole--;
        }
        for (size_t size = 0; w->spec.layout != BY_LAYOUT_CSV && size < whole; size++) {
            answer_refused_size(&w->spec, w->text, size, "");
        }
    }
    free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_cut),
    };
    return cmocka_run_group_tests_name("decode_random", tests, NULL, NULL);
}
