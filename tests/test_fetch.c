/* SPDX-License-Identifier: MIT
 *
 * The transport, where all goes well: answers of every form, what is sent, secrets in both.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "fetching.h"

enum { BIG = 3 << 20 };

static void fill(char *bytes, size_t size) {
    uint32_t seed = 1;
    for (size_t i = 0; i < size; i++) {
        seed = seed * 1664525 + 1013904223;
        bytes[i] = (char)('a' + seed % 26 * (seed >> 31));
    }
}

static size_t gzip(const char *bytes, size_t size, char *out, size_t room) {
    z_stream z = {0};
    deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    z.next_in = (Bytef *)(uintptr_t)bytes;
    z.avail_in = (uInt)size;
    z.next_out = (Bytef *)out;
    z.avail_out = (uInt)room;
    deflate(&z, Z_FINISH);
    deflateEnd(&z);
    return room - z.avail_out;
}

static int answer_packed(int socket, const char *path) {
    char *plain = malloc(BIG), *packed = malloc(BIG);
    fill(plain, BIG);
    size_t size = gzip(plain, BIG, packed, BIG);
    if (strcmp(path, "/gzip/cut") == 0) {
        size -= 5; /* in the trailer */
    } else if (strcmp(path, "/gzip/none") == 0) {
        size = 0;
    } else if (strcmp(path, "/gzip/bad") == 0) {
        packed[size / 2] ^= 0x55;
    } else if (strcmp(path, "/gzip/twice") == 0) {
        size += gzip("more", 4, packed + size, BIG - size);
    }
    loopback_answer(socket, "Content-Encoding: gzip\r\n", packed, size);
    free(plain);
    free(packed);
    return 1;
}

static int answer(int socket, const loopback_request *request) {
    static const char *const chunks[] = {"4;x=1\r\nfour\r\n", "1\r\n,\r\n", "4\r\n six\r\n",
                                         "0\r\nTrailer: x\r\n\r\n"};
    const char *path = request->path;
    if (strcmp(path, "/big") == 0) {
        char *body = malloc(BIG);
        fill(body, BIG);
        loopback_answer(socket, "", body, BIG);
        free(body);
    } else if (strcmp(path, "/chunked") == 0) {
        loopback_say(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 4; i++) {
            loopback_say(socket, chunks[i]);
            usleep(2000);
        }
    } else if (strcmp(path, "/until-close") == 0) {
        loopback_say(socket, "HTTP/1.1 200 OK\r\n\r\nall there is");
        return 0;
    } else if (strncmp(path, "/gzip", 5) == 0) {
        return answer_packed(socket, path);
    } else if (strcmp(path, "/brotli") == 0) {
        loopback_answer(socket, "Content-Encoding: br\r\n", "x", 1);
    } else if (strcmp(path, "/empty") == 0) {
        loopback_say(socket, "HTTP/1.1 204 No Content\r\n\r\n");
    } else if (strcmp(path, "/moved") == 0) {
        loopback_say(socket, "HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n");
    } else if (strcmp(path, "/wait/7") == 0) {
        loopback_say(socket, "HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\nContent-Length: 4\r\n"
                             "X-RateLimit-Remaining:   0  \r\n\r\nslow");
    } else if (strcmp(path, "/wait/date") == 0) {
        loopback_answer(socket,
                        "Date: Sun, 08 Mar 2026 10:00:00 GMT\r\n"
                        "Retry-After: Sun, 08 Mar 2026 10:01:30 GMT\r\n",
                        "", 0);
    } else if (strcmp(path, "/wait/soon") == 0) {
        loopback_answer(socket, "Retry-After: soon\r\n", "", 0);
    } else { /* tells what it was asked, in header and body */
        char header[8300];
        snprintf(header, sizeof header, "X-Path: %.4000s\r\n", request->path);
        loopback_answer(socket, header, request->text, strlen(request->text));
    }
    return 1;
}

static void test_whole_answers(void **state) {
    (void)state;
    fetching at = fetching_new(answer, NULL);
    char *big = malloc(BIG);
    fill(big, BIG);
    by_fetch_event event = fetching_get(&at, "/big");
    assert_int_equal(event.end, BY_FETCH_ANSWERED);
    assert_int_equal(event.status, 200);
    assert_int_equal(event.http_version, 11);
    assert_int_equal(event.delimited, 1);
    assert_int_equal(event.body_size, BIG);
    assert_memory_equal(event.body, big, BIG);
    assert_int_equal(event.body[BIG], '\0');
    assert_int_equal(event.wire_bytes, BIG + (int)strlen("HTTP/1.1 200 OK\r\n"
                                                         "Content-Length: 3145728\r\n\r\n"));
    assert_string_equal(event.message, "");
    assert_true(event.retry_after_s == -1);
    by_fetch_event_free(&event);

    event = fetching_get(&at, "/chunked");
    assert_string_equal(event.body, "four, six");
    assert_int_equal(event.delimited, 1);
    by_fetch_event_free(&event);

    event = fetching_get(&at, "/until-close");
    assert_string_equal(event.body, "all there is");
    assert_int_equal(event.end, BY_FETCH_ANSWERED);
    assert_int_equal(event.delimited, 0);
    by_fetch_event_free(&event);

    event = fetching_get(&at, "/empty");
    assert_int_equal(event.end, BY_FETCH_ANSWERED);
    assert_int_equal(event.status, 204);
    assert_int_equal(event.delimited, 1);
    assert_string_equal(event.body, "");
    by_fetch_event_free(&event);
    free(big);
    fetching_free(&at);
}

static void test_packed_answers(void **state) {
    (void)state;
    fetching at = fetching_new(answer, NULL);
    char *big = malloc(BIG);
    fill(big, BIG);
    by_fetch_event event = fetching_get(&at, "/gzip");
    assert_int_equal(event.end, BY_FETCH_ANSWERED);
    assert_int_equal(event.body_size, BIG);
    assert_memory_equal(event.body, big, BIG);
    assert_in_range(event.wire_bytes, 1000, BIG - 1);
    by_fetch_event_free(&event);
    event = fetching_get(&at, "/gzip/twice");
    assert_int_equal(event.body_size, BIG + 4);
    assert_string_equal(event.body + BIG, "more");
    by_fetch_event_free(&event);
    fetching_ends(&at, "/gzip/cut", BY_FETCH_CUT);
    fetching_ends(&at, "/gzip/none", BY_FETCH_CUT);
    fetching_ends(&at, "/gzip/bad", BY_FETCH_CUT);
    fetching_ends(&at, "/brotli", BY_FETCH_CUT);
    free(big);
    fetching_free(&at);
}

static void test_headers_and_waits(void **state) {
    (void)state;
    fetching at = fetching_new(answer, NULL);
    by_fetch_event event = fetching_get(&at, "/wait/7");
    assert_int_equal(event.end, BY_FETCH_ANSWERED);
    assert_int_equal(event.status, 429);
    assert_string_equal(event.body, "slow");
    assert_true(event.retry_after_s == 7);
    assert_string_equal(fetching_header(&event, "x-ratelimit-remaining"), "0");
    assert_int_equal(event.header_count, 3);
    by_fetch_event_free(&event);
    event = fetching_get(&at, "/wait/date"); /* counted from the server's clock */
    assert_true(event.retry_after_s == 90);
    by_fetch_event_free(&event);
    event = fetching_get(&at, "/wait/soon");
    assert_true(event.retry_after_s == -1);
    by_fetch_event_free(&event);
    fetching_free(&at);
}

static void test_redirects_are_not_followed(void **state) {
    (void)state;
    fetching at = fetching_new(answer, NULL);
    by_fetch_event event = fetching_get(&at, "/moved");
    assert_int_equal(event.status, 302);
    assert_string_equal(fetching_header(&event, "location"), "/there");
    by_fetch_event_free(&event);
    assert_int_equal(loopback_requests(at.server), 1);
    fetching_free(&at);
}

static void test_many_at_once(void **state) {
    (void)state;
    enum { MANY = 100 };
    fetching at = fetching_new(answer, NULL);
    int seen[MANY] = {0};
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < MANY; i++) {
            char path[32];
            snprintf(path, sizeof path, "/number/%d", i);
            fetching_start(&at, i, path);
        }
        for (int i = 0; i < MANY; i++) {
            by_fetch_event event = fetching_next(&at);
            char path[32];
            snprintf(path, sizeof path, "/number/%d", (int)event.id);
            assert_string_equal(fetching_header(&event, "x-path"), path);
            seen[event.id]++;
            by_fetch_event_free(&event);
        }
    }
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(seen[i], 3);
    }
    by_fetch_stats stats;
    by_fetcher_stats(at.fetcher, &stats);
    assert_int_equal(stats.started, 3 * MANY);
    assert_int_equal(stats.ended, 3 * MANY);
    assert_int_equal(stats.in_flight, 0);
    assert_int_equal(stats.connections, loopback_connections(at.server));
    assert_in_range(stats.connections, 1, 2 * MANY); /* they were used again */
    fetching_free(&at);
}

static void test_keeps_connections(void **state) {
    (void)state;
    fetching at = fetching_new(answer, NULL);
    for (int i = 0; i < 20; i++) {
        fetching_ends(&at, "/", BY_FETCH_ANSWERED);
    }
    assert_int_equal(loopback_connections(at.server), 1);
    fetching_free(&at);
}

static void test_what_is_sent(void **state) {
    (void)state;
    fetching at = fetching_new(answer, NULL);
    const char *const headers[] = {"Content-Type: application/json", "X-Own: 1"};
    by_error err;
    by_fetch_request request = {.id = 5,
                                .method = "POST",
                                .url = fetching_url(&at, "/a?b=c%20d"),
                                .headers = headers,
                                .header_count = 2,
                                .body = "{\"id\":12}"};
    assert_int_equal(by_fetch_start(at.fetcher, &request, &err), BY_OK);
    by_fetch_event event = fetching_next(&at);
    assert_int_equal(event.id, 5);
    assert_non_null(strstr(event.body, "POST /a?b=c%20d HTTP/1.1\r\n"));
    assert_non_null(strstr(event.body, "\r\n\r\n{\"id\":12}"));
    assert_non_null(strstr(event.body, "Content-Type: application/json\r\n"));
    assert_non_null(strstr(event.body, "X-Own: 1\r\n"));
    assert_non_null(strstr(event.body, "User-Agent: banyan/"));
    assert_non_null(strstr(event.body, "Accept-Encoding: gzip\r\n"));
    assert_null(strcasestr(event.body, "Expect:"));
    by_fetch_event_free(&event);
    event = fetching_get(&at, "/next"); /* on the same handle: nothing is left of the POST */
    assert_non_null(strstr(event.body, "GET /next HTTP/1.1\r\n"));
    assert_null(strstr(event.body, "X-Own"));
    by_fetch_event_free(&event);
    fetching_free(&at);
}

static void test_secrets_go_out_and_do_not_come_back(void **state) {
    (void)state;
    fetching at = fetching_new(answer, NULL);
    by_error err;
    int32_t key, token, basic;
    assert_int_equal(by_secrets_put(at.secrets, "KEY", "k/e+y 99", 8, &key, &err), BY_OK);
    assert_int_equal(by_secrets_put(at.secrets, "TOKEN", "tokentoken", 10, &token, &err), BY_OK);
    assert_int_equal(by_secrets_basic(at.secrets, token, key, &basic, &err), BY_OK);
    char url[128], header[64], authorization[64];
    snprintf(url, sizeof url, "%s\001%d\002&z=1", fetching_url(&at, "/x?key="), key);
    snprintf(header, sizeof header, "X-Token: Bearer \001%d\002.", token);
    snprintf(authorization, sizeof authorization, "Authorization: Basic \001%d\002", basic);
    const char *const headers[] = {header, authorization};
    by_fetch_request request = {.method = "GET", .url = url, .headers = headers, .header_count = 2};
    assert_int_equal(by_fetch_start(at.fetcher, &request, &err), BY_OK);
    by_fetch_event event = fetching_next(&at);
    assert_int_equal(event.end, BY_FETCH_ANSWERED);
    /* The places have the sizes of what was sent: k%2Fe%2By%2099 and so on. */
    assert_non_null(strstr(event.body, "GET /x?key=**************&z=1 HTTP"));
    assert_non_null(strstr(event.body, "X-Token: Bearer **********.\r\n"));
    assert_non_null(strstr(event.body, "Authorization: Basic ****************************\r\n"));
    assert_string_equal(fetching_header(&event, "x-path"), "/x?key=**************&z=1");
    by_fetch_event_free(&event);
    fetching_free(&at);
}

static void *wake_soon(void *fetcher) {
    usleep(20000);
    by_fetch_wake(fetcher);
    return NULL;
}

static void test_wakes(void **state) {
    (void)state;
    fetching at = fetching_new(answer, NULL);
    by_fetch_event event;
    pthread_t thread;
    assert_int_equal(by_fetch_wait(at.fetcher, 0, &event), 0);
    by_fetch_wake(at.fetcher); /* before the wait */
    assert_int_equal(by_fetch_wait(at.fetcher, 3600 * 1000, &event), 0);
    pthread_create(&thread, NULL, wake_soon, at.fetcher);
    assert_int_equal(by_fetch_wait(at.fetcher, 3600 * 1000, &event), 0);
    pthread_join(thread, NULL);
    fetching_free(&at);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_answers),
        cmocka_unit_test(test_packed_answers),
        cmocka_unit_test(test_headers_and_waits),
        cmocka_unit_test(test_redirects_are_not_followed),
        cmocka_unit_test(test_many_at_once),
        cmocka_unit_test(test_keeps_connections),
        cmocka_unit_test(test_what_is_sent),
        cmocka_unit_test(test_secrets_go_out_and_do_not_come_back),
        cmocka_unit_test(test_wakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
