/* SPDX-License-Identifier: MIT
 *
 * Answers as JSON: every layout, and what values may look like.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"

#define NONE ((double)NAN)

static void test_rows_of_objects(void **state) {
    (void)state;
    by_page *page = answer_page(
        &answer_rows, "{\"data\": [{\"t\":\"2022-03-01T14:30:00Z\",\"o\":1.5,\"h\":\"2\",\"l\":1e0,"
                      "\"c\":1.25,\"v\":100,\"n\":7,\"x\":{\"o\":[9,{}]},\"y\":[1]},\n"
                      "{\"c\":\"\",\"t\":\"2022-03-01T14:31:00.000Z\",\"o\":null,\"v\":-0.0}],"
                      "\"next\": \"abc\", \"count\": 2.50, \"more\": true, \"none\": null,"
                      " \"warnings\": [\"a\", {\"code\": 5}]}");
    answer_row(page, "SPY", 0, "2022-03-01T14:30:00Z", (double[]){1.5, 2, 1, 1.25, 100});
    answer_row(page, "SPY", 1, "2022-03-01T14:31:00Z", (double[]){NONE, NONE, NONE, NONE, -0.0});
    assert_int_equal(by_page_row_count(page), 2);
    assert_int_equal(by_page_has_rows(page), 1);
    assert_string_equal(by_page_field(page, "next"), "abc");
    assert_string_equal(by_page_field(page, "count"), "2.50");
    assert_string_equal(by_page_field(page, "more"), "true");
    assert_string_equal(by_page_field(page, "warnings.0"), "a");
    assert_string_equal(by_page_field(page, "warnings.1.code"), "5");
    assert_null(by_page_field(page, "none"));
    assert_null(by_page_field(page, "data.0.n"));
    by_page_free(page);
}

static void test_adjusted_close(void **state) {
    (void)state;
    by_decode_spec spec = answer_rows;
    spec.adjusted = "ac";
    by_page *page = answer_page(
        &spec, "{\"data\":[{\"t\":\"2022-03-01T14:30:00Z\",\"o\":99,\"h\":104,\"l\":98,\"c\":100,"
               "\"ac\":\"50\",\"v\":7},"
               "{\"t\":\"2022-03-01T14:31:00Z\",\"o\":1,\"c\":1},"
               "{\"t\":\"2022-03-01T14:32:00Z\",\"o\":1,\"c\":1,\"ac\":1,\"ac\":null}]}");
    answer_row(page, "SPY", 0, "2022-03-01T14:30:00Z", (double[]){49.5, 52, 49, 50, 7});
    answer_row(page, "SPY", 1, "2022-03-01T14:31:00Z", (double[]){NONE, NONE, NONE, NONE, NONE});
    answer_row(page, "SPY", 2, "2022-03-01T14:32:00Z", (double[]){NONE, NONE, NONE, NONE, NONE});
    by_page_free(page);
}

static void test_rows_of_arrays(void **state) {
    (void)state;
    by_decode_spec spec = {.layout = BY_LAYOUT_ROWS,
                           .path = "",
                           .default_symbol = "BTC",
                           .time = "0",
                           .open = "1",
                           .close = "4",
                           .volume = "5",
                           .time_unit = BY_TIME_MS,
                           .timeframe_seconds = 60};
    by_page *page = answer_page(&spec, "[[1609770720000,\"1.5\",2,1,\"34.50\",\"0.4\",16,[8],{}],["
                                       "1609770780000],[\"1609770840000\",1,1,1,null]]");
    answer_row(page, "BTC", 0, "2021-01-04T14:32:00Z", (double[]){1.5, NONE, NONE, 34.5, 0.4});
    answer_row(page, "BTC", 1, "2021-01-04T14:33:00Z", (double[]){NONE, NONE, NONE, NONE, NONE});
    answer_row(page, "BTC", 2, "2021-01-04T14:34:00Z", (double[]){1, NONE, NONE, NONE, NONE});
    by_page_free(page);
    page = answer_page(&spec, " [ ] ");
    assert_int_equal(by_page_has_rows(page), 1);
    assert_int_equal(by_page_symbol_count(page), 0);
    by_page_free(page);
}

static void test_symbol_of_rows(void **state) {
    (void)state;
    by_decode_spec spec = answer_rows;
    spec.symbol = "T";
    const char *text = "{\"data\":[{\"T\":\"A\",\"t\":60,\"c\":1},{\"T\":\"B\",\"t\":60,\"c\":2},"
                       "{\"t\":0,\"c\":4},{\"t\":120,\"c\":3,\"T\":\"A\"},{\"T\":600519,\"t\":0}]}";
    by_page *page = answer_page(&spec, text);
    assert_int_equal(by_page_symbol_count(page), 4);
    answer_row(page, "A", 1, "1970-01-01T00:02:00Z", (double[]){NONE, NONE, NONE, 3, NONE});
    answer_row(page, "B", 0, "1970-01-01T00:01:00Z", (double[]){NONE, NONE, NONE, 2, NONE});
    answer_row(page, "SPY", 0, "1970-01-01", (double[]){NONE, NONE, NONE, 4, NONE});
    answer_row(page, "600519", 0, "1970-01-01", (double[]){NONE, NONE, NONE, NONE, NONE});
    by_page_free(page);
    spec.default_symbol = NULL;
    answer_refused(&spec, text, "data.2: there is no symbol (byte ");
    answer_refused(&spec, "{\"data\":[{\"T\":\"A\\u0000\",\"t\":60,\"c\":1}]}",
                   "control character");
    answer_refused(
        &spec,
        "{\"data\":[{\"T\":\"0123456789012345678901234567890123456789012345678901234567890123\"}]}",
        "data.0: symbol '01234567890123456789012345678901234567890123456789012345...' is too long");
}

static void test_map_of_rows(void **state) {
    (void)state;
    by_page *page = answer_page(
        &answer_map,
        "{\"bars\":{\"AAPL\":[{\"t\":\"2022-02-28T05:00:00Z\",\"c\":101.75,\"v\":1}],"
        "\"BRK/B\":[],\"C\":null,\"X:\\u00e9\":[{\"t\":\"2022-07-01T04:00:00Z\",\"c\":3}]},"
        "\"next_page_token\":null}");
    assert_int_equal(by_page_symbol_count(page), 2);
    answer_row(page, "AAPL", 0, "2022-02-28", (double[]){NONE, NONE, NONE, 101.75, 1});
    answer_row(page, "X:\xc3\xa9", 0, "2022-07-01", (double[]){NONE, NONE, NONE, 3, NONE});
    assert_null(by_page_field(page, "next_page_token"));
    by_page_free(page);
    page = answer_page(&answer_map, "{\"bars\":{},\"next_page_token\":null}");
    assert_int_equal(by_page_has_rows(page), 1);
    by_page_free(page);
    page = answer_page(&answer_map, "{\"bars\":null,\"symbol\":\"NOPE\"}");
    assert_int_equal(by_page_has_rows(page), 0);
    assert_string_equal(by_page_field(page, "symbol"), "NOPE");
    by_page_free(page);
    page = answer_page(&answer_map, "{\"message\":\"forbidden.\"}");
    assert_int_equal(by_page_has_rows(page), 0);
    assert_string_equal(by_page_field(page, "message"), "forbidden.");
    by_page_free(page);
}

static void test_columns(void **state) {
    (void)state;
    by_page *page = answer_page(
        &answer_columns, "{\"r\":[{\"meta\":{\"zone\":\"EDT\",\"ranges\":[\"1d\",\"5d\"]},"
                         "\"when\":[1615213800,1615300200,1615386600],"
                         "\"adj\":[{\"close\":[1,2,3]}],\"q\":[{\"close\":[1.5,\"2\",null],"
                         "\"open\":[0,1,2],\"size\":[1,1,1]}]},{\"when\":[1]}],\"error\":null}");
    assert_int_equal(by_page_row_count(page), 3);
    answer_row(page, "SPY", 0, "2021-03-08", (double[]){NONE, NONE, NONE, 1.5, NONE});
    answer_row(page, "SPY", 1, "2021-03-09", (double[]){1, NONE, NONE, 2, NONE});
    answer_row(page, "SPY", 2, "2021-03-10", (double[]){2, NONE, NONE, NONE, NONE});
    assert_string_equal(by_page_field(page, "r.0.meta.zone"), "EDT");
    assert_null(by_page_field(page, "r.0.meta.ranges.0"));
    assert_null(by_page_field(page, "r.0.adj.0.close.0"));
    by_page_free(page);
    page = answer_page(&answer_columns, "{\"r\":[{\"when\":[],\"q\":[{}]}]}");
    assert_int_equal(by_page_has_rows(page), 1);
    by_page_free(page);
    by_decode_spec spec = answer_columns;
    spec.symbol = "meta.sym";
    spec.default_symbol = NULL;
    page = answer_page(&spec,
                       "{\"r\":[{\"q\":[{\"close\":[1]}],\"meta\":{\"sym\":\"A\"},\"when\":[0]}]}");
    answer_row(page, "A", 0, "1970-01-01", (double[]){NONE, NONE, NONE, 1, NONE});
    assert_string_equal(by_page_field(page, "r.0.meta.sym"), "A");
    by_page_free(page);
    const char *nothing[] = {"{\"r\":[{\"q\":[{}]}]}", "{\"r\":null,\"error\":{\"code\":\"no\"}}",
                             "{\"r\":[]}", "{\"r\":[{\"when\":null,\"q\":[{\"close\":[]}]}]}"};
    for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; i++) {
        page = answer_page(&answer_columns, nothing[i]);
        assert_int_equal(by_page_has_rows(page), 0);
        by_page_free(page);
    }
}

static void test_columns_at_the_top(void **state) {
    (void)state;
    by_decode_spec spec = answer_columns;
    spec.path = "";
    spec.open = "o";
    spec.close = "c";
    spec.symbol = "sym";
    spec.no_trade_rows = 1;
    by_page *page = answer_page(&spec, "{\"c\":[1,0,null,4],\"o\":[1,1,1,1],\"s\":\"ok\","
                                       "\"sym\":\"A\",\"when\":[0,86400,172800,259200]}");
    assert_int_equal(by_page_row_count(page), 2);
    assert_int_equal(by_page_no_trade_count(page), 2);
    answer_row(page, "A", 1, "1970-01-04", (double[]){1, NONE, NONE, 4, NONE});
    assert_string_equal(by_page_field(page, "s"), "ok");
    by_page_free(page);
}

static void test_keyed(void **state) {
    (void)state;
    by_page *page = answer_page(
        &answer_keyed,
        "{\"Meta\":{\"1. Info\":\"x\"},\"Daily\":{\"2024-11-01\":{\"1. open\":\"100.50\","
        "\"4. close\":\"101.25\"},\"2024-10-31\":{\"4. close\":\"99.75\"}}}");
    answer_row(page, "IBM", 0, "2024-11-01", (double[]){100.50, NONE, NONE, 101.25, NONE});
    answer_row(page, "IBM", 1, "2024-10-31", (double[]){NONE, NONE, NONE, 99.75, NONE});
    assert_string_equal(by_page_field(page, "Meta.1. Info"), "x");
    by_page_rows at;
    by_page_rows_at(page, 0, &at);
    assert_int_equal(at.rising, 0);
    by_page_free(page);
    by_decode_spec spec = answer_keyed;
    spec.path = "";
    spec.time_unit = BY_TIME_S;
    spec.open = "0";
    spec.close = "1";
    page = answer_page(&spec, "{\"86400\":[1,2]}");
    answer_row(page, "IBM", 0, "1970-01-02", (double[]){1, NONE, NONE, 2, NONE});
    by_page_free(page);
    answer_refused(&answer_keyed, "{\"Daily\":{\"2024-11-31\":{}}}",
                   "Daily.2024-11-31: time '2024-11-31' is a date");
    answer_refused(&answer_keyed, "{\"Daily\":{\"2024-11-01\":null}}",
                   "Daily.2024-11-01: null, where a row");
    answer_refused(&answer_keyed, "{\"Daily\":{\"2024-11-01\":5}}", "a value, where a row");
}

/* How PHP writes an object without keys. */
static void test_empty_arrays(void **state) {
    (void)state;
    const struct {
        const by_decode_spec *spec;
        const char *text;
    } empty[] = {{&answer_map, "{\"bars\":[],\"next\":\"token\"}"},
                 {&answer_keyed, "{\"Daily\":[ ],\"next\":\"token\"}"},
                 {&answer_columns, "{\"r\":[[]],\"next\":\"token\"}"}};
    for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++) {
        by_page *page = answer_page(empty[i].spec, empty[i].text);
        assert_int_equal(by_page_has_rows(page), 1);
        assert_int_equal(by_page_row_count(page), 0);
        assert_string_equal(by_page_field(page, "next"), "token");
        by_page_free(page);
    }
}

static void test_no_trade(void **state) {
    (void)state;
    by_decode_spec spec = answer_rows;
    const char *text =
        "{\"data\":[{\"t\":0,\"c\":0,\"o\":0},{\"t\":60},{\"t\":120,\"c\":2,\"o\":0}]}";
    by_page *page = answer_page(&spec, text);
    answer_row(page, "SPY", 0, "1970-01-01", (double[]){NONE, NONE, NONE, 0, NONE});
    assert_int_equal(by_page_row_count(page), 3);
    by_page_free(page);
    spec.no_trade_rows = 1;
    page = answer_page(&spec, text);
    assert_int_equal(by_page_row_count(page), 1);
    assert_int_equal(by_page_no_trade_count(page), 2);
    answer_row(page, "SPY", 0, "1970-01-01T00:02:00Z", (double[]){NONE, NONE, NONE, 2, NONE});
    by_page_free(page);
}

static void test_words_for_no_number(void **state) {
    (void)state;
    by_page *page =
        answer_page(&answer_rows, "{\"data\":[{\"t\":60,\"c\":\"NaN\",\"o\":\"N/A\",\"h\":\"-\"},"
                                  "{\"t\":120,\"c\":\"2\",\"o\":\"null\",\"v\":\"None\"}]}");
    answer_row(page, "SPY", 0, "1970-01-01T00:01:00Z", (double[]){NONE, NONE, NONE, NONE, NONE});
    answer_row(page, "SPY", 1, "1970-01-01T00:02:00Z", (double[]){NONE, NONE, NONE, 2, NONE});
    by_page_free(page);
}

static void test_the_last_of_equal_keys(void **state) {
    (void)state;
    by_page *page = answer_page(
        &answer_rows,
        "{\"data\":[{\"t\":60,\"c\":1,\"o\":1,\"t\":120,\"c\":2,\"o\":null}],\"a\":1,\"a\":2}");
    answer_row(page, "SPY", 0, "1970-01-01T00:02:00Z", (double[]){NONE, NONE, NONE, 2, NONE});
    assert_string_equal(by_page_field(page, "a"), "1");
    by_page_free(page);
    answer_refused(&answer_rows, "{\"data\":[{\"t\":60,\"t\":null}]}", "data.0: there is no time");
}

static void test_many_fields(void **state) {
    (void)state;
    char *text = malloc(20000);
    size_t used = (size_t)snprintf(text, 100, "{\"data\":[{\"t\":0,\"c\":1}],\"meta\":[");
    for (int i = 0; i < 1000; i++) {
        used += (size_t)snprintf(text + used, 100, "%s%d", i > 0 ? "," : "", i);
    }
    snprintf(text + used, 100, "],\"next\":\"token\"}");
    by_page *page = answer_page(&answer_rows, text);
    assert_string_equal(by_page_field(page, "meta.62"), "62");
    assert_null(by_page_field(page, "meta.64"));
    assert_string_equal(by_page_field(page, "next"), "token");
    by_page_free(page);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_of_objects),
        cmocka_unit_test(test_rows_of_arrays),
        cmocka_unit_test(test_symbol_of_rows),
        cmocka_unit_test(test_map_of_rows),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_columns_at_the_top),
        cmocka_unit_test(test_keyed),
        cmocka_unit_test(test_empty_arrays),
        cmocka_unit_test(test_adjusted_close),
        cmocka_unit_test(test_no_trade),
        cmocka_unit_test(test_words_for_no_number),
        cmocka_unit_test(test_the_last_of_equal_keys),
        cmocka_unit_test(test_many_fields),
    };
    return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
