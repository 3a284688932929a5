/* SPDX-License-Identifier: MIT
 *
 * Secrets: where they come from, what becomes of their marks, and that they are found again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../cache/secret.h"
#include "scratch.h"

static by_secrets *make(void) {
    by_secrets *secrets;
    by_error err;
    assert_int_equal(by_secrets_new(&secrets, &err), BY_OK);
    return secrets;
}

static int32_t put(by_secrets *secrets, const char *name, const char *value) {
    by_error err = {0};
    int32_t handle = -1;
    if (by_secrets_put(secrets, name, value, strlen(value), &handle, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
    return handle;
}

static void redacts(const by_secrets *secrets, const char *text, const char *expected,
                    int32_t count) {
    char copy[1024];
    snprintf(copy, sizeof copy, "%s", text);
    int32_t found = by_secrets_redact(secrets, copy, strlen(copy));
    assert_string_equal(copy, expected);
    assert_int_equal(found, count);
}

/* "<text>" and as many '*' as `hidden` has characters. */
static void hides(const by_secrets *secrets, const char *hidden) {
    char text[1024], expected[1024];
    int size = snprintf(text, sizeof text, "{\"a\":\"%s\",1}", hidden);
    memcpy(expected, text, (size_t)size + 1);
    memset(expected + 6, '*', strlen(hidden));
    redacts(secrets, text, expected, 1);
}

static void test_redacts_every_form(void **state) {
    (void)state;
    by_secrets *secrets = make();
    redacts(secrets, "nothing is secret yet", "nothing is secret yet", 0);
    put(secrets, "KEY", "ab/c+d=\"e\\ f&<g'");
    hides(secrets, "ab/c+d=\"e\\ f&<g'");
    hides(secrets, "ab%2Fc%2Bd%3D%22e%5C%20f%26%3Cg%27");
    hides(secrets, "ab%2fc%2bd%3d%22e%5c%20f%26%3cg%27");
    hides(secrets, "ab%2Fc%2Bd%3D%22e%5C%20f%26%3Cg'");
    hides(secrets, "ab/c+d=%22e%5C%20f&%3Cg'");
    hides(secrets, "ab/c+d=\\\"e\\\\ f&<g'");
    hides(secrets, "ab\\/c+d=\\\"e\\\\ f&<g'");
    hides(secrets, "ab/c+d=\\\"e\\\\ f\\u0026\\u003cg'");
    hides(secrets, "ab/c\\u002Bd=\\\"e\\\\ f\\u0026\\u003Cg\\u0027");
    redacts(secrets, "ab/c+d=\"e\\ f&<g", "ab/c+d=\"e\\ f&<g", 0);
    by_secrets_free(secrets);

    secrets = make();
    put(secrets, "PASSWORD", "p\xc3\xa4ss\xe2\x82\xacw\xf0\x9f\x94\x91x");
    hides(secrets, "p\xc3\xa4ss\xe2\x82\xacw\xf0\x9f\x94\x91x");
    hides(secrets, "p\\u00e4ss\\u20acw\\ud83d\\udd11x");
    hides(secrets, "p\\u00E4ss\\u20ACw\\uD83D\\uDD11x");
    hides(secrets, "p%C3%A4ss%E2%82%ACw%F0%9F%94%91x");
    by_secrets_free(secrets);
}

static void test_redacts_base64(void **state) {
    (void)state;
    by_secrets *secrets = make();
    put(secrets, "KEY", "hunter2!hunter2?>");
    /* Alone, and behind what shifts it by one and by two bytes. The last bits are shared with what
     * follows and stay. */
    redacts(secrets, "aHVudGVyMiFodW50ZXIyPz4=", "**********************4=", 1);
    redacts(secrets, "bWU6aHVudGVyMiFodW50ZXIyPz4=", "bWU6**********************4=", 1);
    redacts(secrets, "YWJjOmh1bnRlcjIhaHVudGVyMj8+", "YWJjOm**********************", 1);
    redacts(secrets, "dTpodW50ZXIyIWh1bnRlcjI/Pg==", "dTp**********************g==", 1);
    redacts(secrets, "dTpodW50ZXIyIWh1bnRlcjI_Pg", "dTp**********************g", 1);
    by_secrets_free(secrets);
}

static void test_overlaps_and_ends(void **state) {
    (void)state;
    by_secrets *secrets = make();
    put(secrets, "A", "1234abcd");
    put(secrets, "B", "abcdefgh");
    put(secrets, "C", "1234");
    put(secrets, "D", "xyz"); /* too short to be looked for */
    redacts(secrets, "1234abcdefgh.", "************.", 1);
    redacts(secrets, "1234 abcdefgh1234", "**** ************", 3);
    redacts(secrets, "123", "123", 0);
    redacts(secrets, "", "", 0);
    redacts(secrets, "xyz 1234", "xyz ****", 1);
    redacts(secrets, "12341234", "********", 2);
    by_secrets_free(secrets);
}

/* Against the plain way, with random texts of few letters and many values. */
static void test_agrees_with_a_plain_search(void **state) {
    (void)state;
    uint32_t seed = 7;
    for (int round = 0; round < 200; round++) {
        by_secrets *secrets = make();
        char values[8][16], text[400], expected[400];
        int count = 1 + round % 8;
        for (int i = 0; i < count; i++) {
            char name[16];
            size_t size = 4 + (seed = seed * 1664525 + 1013904223) % 11;
            for (size_t j = 0; j < size; j++) {
                values[i][j] = (char)('a' + ((seed = seed * 1664525 + 1013904223) >> 28) % 3);
            }
            values[i][size] = '\0';
            snprintf(name, sizeof name, "N%d", i);
            put(secrets, name, values[i]);
        }
        for (size_t j = 0; j < sizeof text - 1; j++) {
            text[j] = (char)('a' + ((seed = seed * 1664525 + 1013904223) >> 28) % 3);
        }
        text[sizeof text - 1] = '\0';
        memcpy(expected, text, sizeof text);
        for (int i = 0; i < count; i++) {
            for (const char *at = text; (at = strstr(at, values[i])) != NULL; at++) {
                memset(expected + (at - text), '*', strlen(values[i]));
            }
        }
        by_secrets_redact(secrets, text, strlen(text));
        assert_string_equal(text, expected);
        by_secrets_free(secrets);
    }
}

static void test_marks(void **state) {
    (void)state;
    by_secrets *secrets = make();
    by_error err;
    char *out;
    size_t size;
    int32_t key = put(secrets, "KEY", "a b/c"), token = put(secrets, "TOKEN", "t");
    assert_int_equal(key, 0);
    assert_int_equal(token, 1);
    assert_int_equal(by_secrets_expand(secrets, "x=\0010\002&y=\0011\002", 0, &out, &size, &err),
                     BY_OK);
    assert_string_equal(out, "x=a b/c&y=t");
    assert_int_equal(size, strlen(out));
    by_secret_wipe(out, size);
    assert_int_equal(by_secrets_expand(secrets, "x=\0010\002", 1, &out, &size, &err), BY_OK);
    assert_string_equal(out, "x=a%20b%2Fc");
    by_secret_wipe(out, size);
    static const char *const bad[] = {"\0012\002",  "\001\002",   "\0010",
                                      "\001-1\002", "\0010x\002", "\00199999999999\002",
                                      "\001"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(by_secrets_expand(secrets, bad[i], 0, &out, &size, &err), BY_INTERNAL);
        assert_null(out);
    }
    by_secrets_free(secrets);
}

static void test_new_values_and_old_ones(void **state) {
    (void)state;
    by_secrets *secrets = make();
    int32_t handle = put(secrets, "TOKEN", "first-token");
    uint64_t print = by_secrets_fingerprint(secrets, handle);
    assert_int_equal(put(secrets, "TOKEN", "second-token"), handle);
    assert_true(by_secrets_fingerprint(secrets, handle) != print);
    redacts(secrets, "first-token second-token", "*********** ************", 2);
    assert_int_equal(put(secrets, "TOKEN", "first-token"), handle);
    assert_true(by_secrets_fingerprint(secrets, handle) == print);
    char value[32];
    for (int i = 0; i < 2000; i++) { /* days of renewals do not pile up */
        snprintf(value, sizeof value, "token-number-%04d", i);
        put(secrets, "TOKEN", value);
    }
    redacts(secrets, "token-number-1999 token-number-1990", "***************** *****************",
            2);
    redacts(secrets, "token-number-0001", "token-number-0001", 0);
    by_secrets_free(secrets);
}

static void test_basic(void **state) {
    (void)state;
    by_secrets *secrets = make();
    by_error err;
    int32_t user = put(secrets, "USER_ID", "Aladdin"), basic, again;
    int32_t password = put(secrets, "PASSWORD", "open sesame");
    char *out;
    size_t size;
    assert_int_equal(by_secrets_basic(secrets, user, password, &basic, &err), BY_OK);
    assert_int_equal(by_secrets_expand(secrets, "\0012\002", 0, &out, &size, &err), BY_OK);
    assert_string_equal(out, "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="); /* RFC 7617 */
    by_secret_wipe(out, size);
    assert_int_equal(by_secrets_basic(secrets, user, password, &again, &err), BY_OK);
    assert_int_equal(basic, again);
    redacts(secrets, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Basic ****************************", 1);
    int32_t colon = put(secrets, "COLON", "a:b");
    assert_int_equal(by_secrets_basic(secrets, colon, password, &again, &err), BY_PROVIDER);
    assert_int_equal(by_secrets_basic(secrets, 77, password, &again, &err), BY_PROVIDER);
    by_secrets_free(secrets);
}

static void refused(by_secrets *secrets, const char *value, size_t size, const char *why) {
    by_error err = {0};
    int32_t handle;
    assert_int_equal(by_secrets_put(secrets, "A_KEY", value, size, &handle, &err), BY_PROVIDER);
    assert_non_null(strstr(err.message, "A_KEY"));
    assert_non_null(strstr(err.message, why));
    assert_null(strstr(err.message, "hunter2"));
}

static void test_limits(void **state) {
    (void)state;
    by_secrets *secrets = make();
    by_error err;
    int32_t handle;
    char *large = malloc(BY_SECRET_SIZE_MAX + 1);
    memset(large, '"', BY_SECRET_SIZE_MAX + 1);
    refused(secrets, "hunter2\n", 8, "control character");
    refused(secrets, "hun\0ter2", 8, "control character");
    refused(secrets, "", 0, "empty");
    refused(secrets, large, BY_SECRET_SIZE_MAX + 1, "longer");
    assert_int_equal(by_secrets_put(secrets, "L", large, BY_SECRET_SIZE_MAX, &handle, &err), BY_OK);
    memset(large, 'x', BY_SECRET_SIZE_MAX);
    for (int i = 1; i < BY_SECRETS_MAX; i++) {
        char name[16];
        snprintf(name, sizeof name, "N%d", i);
        assert_int_equal(put(secrets, name, name), i);
    }
    assert_int_equal(by_secrets_put(secrets, "one more", "x", 1, &handle, &err), BY_LIMIT);
    assert_int_equal(put(secrets, "N7", "new"), 7);
    assert_int_equal(by_secrets_put(secrets, "", "x", 1, &handle, &err), BY_PROVIDER);
    free(large);
    by_secrets_free(secrets);
}

static by_status find(by_secrets *secrets, const char *name, const char *path, char *out,
                      by_error *err) {
    int32_t handle;
    char *value, mark[16];
    size_t size;
    *out = '\0';
    by_status status = by_secrets_find(secrets, name, path, &handle, err);
    if (status == BY_OK) {
        snprintf(mark, sizeof mark, "\001%d\002", handle);
        assert_int_equal(by_secrets_expand(secrets, mark, 0, &value, &size, err), BY_OK);
        strcpy(out, value);
        by_secret_wipe(value, size);
    }
    return status;
}

static void test_environment_and_file(void **state) {
    const char *path = scratch_path(*state, "keys");
    static const char text[] = "# keys\r\n\r\n BY_TEST_ONE = one = 1 \r\nBY_TEST_TWO=\"two\"\n"
                               "BY_TEST_EMPTY=\nexport BY_TEST_LAST=last";
    by_secrets *secrets = make();
    by_error err;
    char value[100];
    scratch_write(path, text, sizeof text - 1);
    chmod(path, 0600);
    setenv("BY_TEST_TWO", "from the environment", 1);
    setenv("BY_TEST_LAST", "", 1);
    assert_int_equal(find(secrets, "BY_TEST_ONE", path, value, &err), BY_OK);
    assert_string_equal(value, "one = 1");
    assert_int_equal(find(secrets, "BY_TEST_TWO", path, value, &err), BY_OK);
    assert_string_equal(value, "from the environment");
    assert_int_equal(find(secrets, "BY_TEST_LAST", path, value, &err), BY_OK);
    assert_string_equal(value, "last");
    unsetenv("BY_TEST_TWO"); /* what was found is kept */
    assert_int_equal(find(secrets, "BY_TEST_TWO", path, value, &err), BY_OK);
    assert_string_equal(value, "from the environment");
    assert_int_equal(find(secrets, "BY_TEST_EMPTY", path, value, &err), BY_PROVIDER);
    assert_int_equal(find(secrets, "BY_TEST_NONE", path, value, &err), BY_PROVIDER);
    assert_non_null(strstr(err.message, "BY_TEST_NONE is not set"));
    assert_non_null(strstr(err.message, path));
    assert_int_equal(find(secrets, "BY_TEST_NONE", NULL, value, &err), BY_PROVIDER);
    assert_int_equal(find(secrets, "BY_TEST_NONE", "/nonexistent/keys", value, &err), BY_PROVIDER);
    by_secrets_free(secrets);
    secrets = make();
    assert_int_equal(find(secrets, "BY_TEST_TWO", path, value, &err), BY_OK);
    assert_string_equal(value, "two"); /* without the quotes */
    by_secrets_free(secrets);
}

static void test_files_that_are_refused(void **state) {
    const char *path = scratch_path(*state, "keys");
    by_secrets *secrets = make();
    by_error err;
    char value[100];
    char *large = calloc(1, 65 << 10);
    scratch_write(path, "BY_TEST_ONE=hunter2\n", 20);
    static const unsigned modes[] = {0640, 0604, 0610, 0644, 0602};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        chmod(path, modes[i]);
        assert_int_equal(find(secrets, "BY_TEST_ONE", path, value, &err), BY_USAGE);
        assert_non_null(strstr(err.message, "chmod 600 "));
    }
    chmod(path, 0600);
    scratch_write(path, "A=1\nBY_TEST_ONE hunter2\n", 24);
    assert_int_equal(find(secrets, "BY_TEST_ONE", path, value, &err), BY_DATA);
    assert_non_null(strstr(err.message, "keys:2: not a line NAME=value"));
    assert_null(strstr(err.message, "hunter2"));
    scratch_write(path, "BY_TEST_ONE=hunt\002er2\n", 21);
    assert_int_equal(find(secrets, "BY_TEST_ONE", path, value, &err), BY_PROVIDER);
    assert_non_null(strstr(err.message, "control character"));
    memset(large, '#', 65 << 10);
    scratch_write(path, large, 65 << 10);
    assert_int_equal(find(secrets, "BY_TEST_ONE", path, value, &err), BY_DATA);
    memcpy(large, "BY_TEST_ONE=", 12);
    scratch_write(path, large, 60 << 10);
    assert_int_equal(find(secrets, "BY_TEST_ONE", path, value, &err), BY_PROVIDER);
    assert_non_null(strstr(err.message, "longer than"));
    assert_int_equal(find(secrets, "BY_TEST_ONE", *state, value, &err), BY_USAGE);
    const char *pipe = scratch_path(*state, "pipe");
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_int_equal(find(secrets, "BY_TEST_ONE", pipe, value, &err), BY_USAGE);
    assert_non_null(strstr(err.message, "plain file"));
    free(large);
    by_secrets_free(secrets);
}

static void *redact_all_along(void *context) {
    char text[64];
    for (int i = 0; i < 2000; i++) {
        strcpy(text, "the value-0 here");
        assert_int_equal(by_secrets_redact(context, text, strlen(text)), 1);
    }
    return NULL;
}

static void test_threads(void **state) {
    (void)state;
    by_secrets *secrets = make();
    pthread_t thread;
    char name[16];
    put(secrets, "V", "value-0");
    pthread_create(&thread, NULL, redact_all_along, secrets);
    for (int i = 1; i < 300; i++) {
        snprintf(name, sizeof name, "N%d", i % 20);
        put(secrets, name, i % 2 ? "odd value" : "even value");
    }
    pthread_join(thread, NULL);
    by_secrets_free(secrets);
    by_secrets_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_redacts_every_form),
        cmocka_unit_test(test_redacts_base64),
        cmocka_unit_test(test_overlaps_and_ends),
        cmocka_unit_test(test_agrees_with_a_plain_search),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_new_values_and_old_ones),
        cmocka_unit_test(test_basic),
        cmocka_unit_test(test_limits),
        cmocka_unit_test_setup_teardown(test_environment_and_file, scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(test_files_that_are_refused, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
