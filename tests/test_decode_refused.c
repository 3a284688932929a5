/* SPDX-License-Identifier: MIT
 *
 * Answers as JSON that are refused: what the message says of place and reason.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"

static void test_bad_columns(void **state) {
    (void)state;
    answer_refused(&answer_columns, "{\"r\":[{\"when\":[1,2],\"q\":[{\"close\":[1]}]}]}",
                   "r.0: close has 1 values, and time 2");
    answer_refused(&answer_columns, "{\"r\":[{\"when\":[1,2],\"q\":[{}]}]}", "no column q.0.close");
    answer_refused(&answer_columns, "{\"r\":[{\"q\":[{\"close\":[1]}]}]}",
                   "no column when of times");
    answer_refused(&answer_columns, "{\"r\":[{\"when\":[1,null]}]}",
                   "r.0.when.1: time '' is not a number");
    answer_refused(&answer_columns, "{\"r\":[{\"when\":[[1]]}]}",
                   "r.0.when.0: an array, where a value");
    answer_refused(&answer_columns, "{\"r\":[{\"when\":{}}]}",
                   "an object, where an array of values");
    answer_refused(&answer_columns, "{\"r\":[{\"when\":5}]}", "r.0.when: a value, where an array");
    answer_refused(&answer_columns, "{\"r\":[5]}", "r.0: a value, where rows should stand");
}

static void test_refuses_values(void **state) {
    (void)state;
    answer_refused(&answer_rows, "{\"data\":[{\"t\":60,\"c\":1},{\"t\":\"x\"}]}",
                   "data.1: time 'x' is not a time");
    answer_refused(&answer_rows, "{\"data\":[{\"t\":60,\"c\":\"1,5\"}]}",
                   "data.0: close '1,5' is not a number");
    answer_refused(&answer_rows, "{\"data\":[{\"t\":60,\"c\":\"1.5x\"}]}",
                   "'1.5x' is not a number");
    answer_refused(&answer_rows, "{\"data\":[{\"t\":60,\"c\":true}]}",
                   "close 'true' is not a number");
    answer_refused(&answer_rows, "{\"data\":[{\"t\":60,\"c\":[1]}]}",
                   "an array, where close should stand");
    answer_refused(&answer_rows, "{\"data\":[{\"t\":60,\"c\":{}}]}",
                   "an object, where close should stand");
    answer_refused(&answer_rows, "{\"data\":[{\"t\":{}}]}", "an object, where time should stand");
    answer_refused(&answer_rows, "{\"data\":[{\"c\":1}]}", "data.0: there is no time");
    answer_refused(&answer_rows, "{\"data\":[{\"t\":\"\",\"c\":1}]}", "time '' is not a time");
    answer_refused(&answer_rows, "{\"data\":[{\"t\":\"a\\u0001\\n\\u00e9\"}]}",
                   "time 'a?"
                   "?"
                   "?"
                   "?' is not");
    const char *element[] = {"5", "null", "\"x\"", "false"};
    for (size_t i = 0; i < sizeof element / sizeof element[0]; i++) {
        char text[80];
        snprintf(text, sizeof text, "{\"data\":[{\"t\":0},%s]}", element[i]);
        answer_refused(&answer_rows, text, "where a row (an object or array) should stand");
        answer_refused(&answer_rows, text, "data.1: ");
    }
}

static void test_refuses_shapes(void **state) {
    (void)state;
    answer_refused(&answer_rows, "{\"data\":{}}",
                   "data: an object, where an array of rows should stand");
    answer_refused(&answer_rows, "{\"data\":\"none\"}", "data: a value, where rows should stand");
    answer_refused(&answer_rows, "5", "the top: a value, where rows should stand");
    const char *element[] = {"5", "null", "\"x\"", "{}", "[]"};
    for (size_t i = 0; i < sizeof element / sizeof element[0]; i++) {
        char text[80];
        snprintf(text, sizeof text, "{\"bars\":[%s]}", element[i]);
        answer_refused(&answer_map, text, "bars: an array, where an object should stand");
        snprintf(text, sizeof text, "{\"Daily\":[%s]}", element[i]);
        answer_refused(&answer_keyed, text, "Daily: an array, where an object should stand");
    }
    answer_refused(&answer_columns, "{\"r\":[[{\"when\":[1]}]]}",
                   "r.0: an array, where an object of columns should stand");
    answer_refused(&answer_map, "{\"bars\":{\"A\":{\"t\":0}}}",
                   "bars.A: an object, where an array of rows");
    answer_refused(&answer_map, "{\"bars\":{\"A\":1}}", "bars.A: a value, where an array of rows");
    by_decode_spec top = answer_rows;
    top.path = "";
    answer_refused(&top, "{\"code\":-1121,\"msg\":\"Invalid symbol.\"}", "the top: an object");
    top.path = "a.b";
    answer_refused(&top, "{\"a\":1}", "a: a value, where rows should stand");
}

static void test_refuses_text(void **state) {
    (void)state;
    answer_refused_size(&answer_rows, "", 0, "the answer is empty");
    answer_refused(&answer_rows, " \n\t", "the answer is empty");
    answer_refused(&answer_rows, "\xef\xbb\xbf", "the answer is empty");
    answer_refused(&answer_rows, "<html><body>", "is not JSON: lexical error");
    answer_refused(&answer_rows, "<html><body>", "near '<html><body>'");
    answer_refused(&answer_rows, "{\"data\":[]} x", "at byte 13, near '{\"data\":[]} x'");
    answer_refused(&answer_rows, "{\"data\":[]}{}", "trailing garbage");
    answer_refused(&answer_rows, "{\"data\":[]}\"x", "something behind its end at byte 11");
    answer_refused(&answer_rows, "null \"x", "something behind its end");
    answer_refused(&answer_rows, "{\"data\":[]/**/}", "is not JSON");
    answer_refused(&answer_rows, "{\"a\":01}", "is not JSON");
    answer_refused(&answer_rows, "{\"data\":[],}", "is not JSON");
    answer_refused(&answer_rows, "{\"data\":\"\xff\"}", "invalid bytes in UTF8 string");
    answer_refused(&answer_rows, "{\"data\":[{\"t\":0,\"c\":1}",
                   "was cut after 22 bytes: it ends in");
    answer_refused(&answer_rows, "{\"data\":[],\"a\":tr", "was cut after 17 bytes");
    by_page *page = answer_page(&answer_rows, "\xef\xbb\xbf{\"data\":[]}\n");
    by_page_free(page);
    char deep[400] = "";
    memset(deep, '[', BY_DECODE_DEPTH_MAX + 1);
    answer_refused(&(by_decode_spec){.layout = BY_LAYOUT_ROWS,
                                     .path = "x",
                                     .default_symbol = "A",
                                     .time = "t",
                                     .close = "c",
                                     .timeframe_seconds = 60},
                   deep, "nested deeper than 64 (byte 65)");
    char wide[1200] = "{\"";
    memset(wide + 2, 'k', 1100);
    answer_refused(&answer_rows, strcat(wide, "\":1}"), "keys of more than 1024 bytes");
}

/* What stands beside the rows may be the token of the next page: it is never lost unseen. */
static void test_refuses_fields(void **state) {
    (void)state;
    enum { LONG = BY_DECODE_FIELD_SIZE_MAX + 1, ROOM = LONG + 100 };
    char *text = malloc(ROOM), *token = malloc(LONG + 1);
    memset(token, 'x', LONG);
    token[LONG] = '\0';
    snprintf(text, ROOM, "{\"data\":[],\"next\":\"%s\"}", token);
    answer_refused(&answer_rows, text,
                   "next: 65537 bytes, and what stands beside the rows may have 65536");
    snprintf(text, ROOM, "{\"data\":[],\"meta\":[{\"next\":%0*d}]}", LONG, 1);
    text[strcspn(text, "0")] = '1';
    answer_refused(&answer_rows, text, "meta.0.next: 65537 bytes");
    token[LONG - 1] = '\0';
    snprintf(text, ROOM, "{\"data\":[],\"next\":\"%s\"}", token);
    by_page *page = answer_page(&answer_rows, text);
    assert_string_equal(by_page_field(page, "next"), token);
    by_page_free(page);
    answer_refused(&answer_rows, "{\"data\":[],\"next\":\"a\\u0000b\"}", "next: a NUL in a text");
    size_t used = (size_t)snprintf(text, ROOM, "{\"data\":[]");
    for (int i = 0; i <= BY_DECODE_FIELDS_MAX; i++) {
        used += (size_t)snprintf(text + used, ROOM - used, ",\"k%d\":%d", i, i);
    }
    snprintf(text + used, ROOM - used, "}");
    answer_refused(&answer_rows, text, "k64: more than 64 values at the top, beside the rows");
    free(text);
    free(token);
}

static void test_wrong_descriptions(void **state) {
    (void)state;
    by_decode_spec bad[8];
    for (int i = 0; i < 8; i++) {
        bad[i] = answer_rows;
    }
    bad[0].layout = 5;
    bad[1].time_unit = -1;
    bad[2].timeframe_seconds = 0;
    bad[3].path = NULL;
    bad[4].time = NULL;
    bad[5].close = NULL;
    bad[6].default_symbol = NULL;
    bad[7].layout = BY_LAYOUT_COLUMNS;
    bad[7].adjusted = "ac";
    for (int i = 0; i < 8; i++) {
        by_page *page = NULL;
        by_error err = {0};
        assert_int_equal(by_decode(&bad[i], "{}", 2, "vendor SPY", &page, &err), BY_USAGE);
        assert_null(page);
        assert_non_null(strstr(err.message, "vendor SPY: the description of answers "));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_columns),    cmocka_unit_test(test_refuses_values),
        cmocka_unit_test(test_refuses_shapes), cmocka_unit_test(test_refuses_text),
        cmocka_unit_test(test_refuses_fields), cmocka_unit_test(test_wrong_descriptions),
    };
    return cmocka_run_group_tests_name("decode_refused", tests, NULL, NULL);
}
