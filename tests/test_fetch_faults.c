/* SPDX-License-Identifier: MIT
 *
 * The transport, where something fails: cuts, silence, limits, what may not be sent, an early end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fetching.h"
#include "scratch.h"

static int send_headers(int socket, int count, size_t size) {
    char *value = malloc(size + 1);
    memset(value, 'v', size);
    value[size] = '\0';
    loopback_say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n");
    for (int i = 0; i < count; i++) {
        loopback_say(socket, "X-More: ");
        loopback_say(socket, value);
        loopback_say(socket, "\r\n");
    }
    loopback_say(socket, "\r\n");
    free(value);
    return 1;
}

static int drip(int socket) {
    loopback_say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
    for (int i = 0; i < 2000; i++) {
        if (send(socket, "x", 1, MSG_NOSIGNAL) != 1) {
            break;
        }
        usleep(10000);
    }
    return 0;
}

static int answer(int socket, const loopback_request *request) {
    const char *path = request->path;
    if (strcmp(path, "/short") == 0) {
        loopback_say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive,");
        return 0;
    }
    if (strcmp(path, "/half-chunk") == 0) {
        loopback_say(socket,
                     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfive,\r\n5\r\nsi");
        return 0;
    }
    if (strcmp(path, "/close") == 0) {
        return 0;
    }
    if (strcmp(path, "/half-header") == 0) {
        loopback_say(socket, "HTTP/1.1 200 OK\r\nContent-Le");
        return 0;
    }
    if (strcmp(path, "/garbage") == 0) {
        loopback_say(socket, "\x16\x03\x01 what is this?\r\n\r\n");
        return 0;
    }
    if (strcmp(path, "/late") == 0) {
        usleep(100000);
    }
    if (strcmp(path, "/never") == 0) {
        return loopback_hold(socket);
    }
    if (strcmp(path, "/stop") == 0) {
        loopback_say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive,");
        return loopback_hold(socket);
    }
    if (strcmp(path, "/drip") == 0) {
        return drip(socket);
    }
    if (strcmp(path, "/headers") == 0) {
        return send_headers(socket, 101, 1);
    }
    if (strcmp(path, "/long-headers") == 0) {
        return send_headers(socket, 90, 1000);
    }
    loopback_answer(socket, "", "hello", 5);
    return 1;
}

static void test_cuts(void **state) {
    (void)state;
    static const char *const paths[] = {"/short", "/half-chunk", "/close", "/half-header",
                                        "/garbage"};
    fetching at = fetching_new(answer, NULL);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        fetching_ends(&at, paths[i], BY_FETCH_CUT);
        fetching_ends(&at, "/", BY_FETCH_ANSWERED);
    }
    fetching_free(&at);
}

/* A port on which nobody listens. */
static int closed_port(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    int taken = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(taken, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(taken, (struct sockaddr *)&address, &size), 0);
    close(taken);
    return ntohs(address.sin_port);
}

static void test_unreachable(void **state) {
    (void)state;
    fetching at = fetching_new(answer, NULL);
    char url[64];
    by_error err;
    snprintf(url, sizeof url, "http://localhost:%d/", closed_port());
    by_fetch_request request = {.method = "GET", .url = url};
    assert_int_equal(by_fetch_start(at.fetcher, &request, &err), BY_OK);
    by_fetch_event event = fetching_next(&at);
    assert_int_equal(event.end, BY_FETCH_UNREACHABLE);
    assert_int_equal(event.status, 0);
    assert_int_equal(event.http_version, 0);
    assert_non_null(strstr(event.message, "localhost:"));
    by_fetch_event_free(&event);
    fetching_free(&at);
}

static void test_no_tls_there(void **state) {
    (void)state;
    fetching at = fetching_new(answer, &(by_fetch_options){.connect_ms = 2000});
    char url[64];
    by_error err;
    snprintf(url, sizeof url, "https://localhost:%d/", loopback_port(at.server));
    by_fetch_request request = {.method = "GET", .url = url};
    assert_int_equal(by_fetch_start(at.fetcher, &request, &err), BY_OK);
    by_fetch_event event = fetching_next(&at); /* the server waits for the end of a request */
    assert_int_equal(event.end, BY_FETCH_TIMEOUT);
    assert_int_equal(event.status, 0);
    by_fetch_event_free(&event);
    fetching_free(&at);
}

static void test_silence_and_slowness(void **state) {
    (void)state;
    fetching at = fetching_new(answer, &(by_fetch_options){.stall_ms = 300});
    fetching_start(&at, 1, "/never");
    fetching_start(&at, 2, "/stop");
    for (int i = 0; i < 2; i++) {
        by_fetch_event event = fetching_next(&at);
        assert_int_equal(event.end, BY_FETCH_TIMEOUT);
        assert_int_equal(event.status, event.id == 1 ? 0 : 200);
        assert_true(event.seconds >= 0.29);
        assert_non_null(strstr(event.message, "no byte for 0.3 s"));
        by_fetch_event_free(&event);
    }
    fetching_ends(&at, "/", BY_FETCH_ANSWERED);
    by_error err;
    by_fetch_request request = {
        .method = "GET", .url = fetching_url(&at, "/drip"), .total_ms = 700};
    assert_int_equal(by_fetch_start(at.fetcher, &request, &err), BY_OK);
    by_fetch_event event = fetching_next(&at);
    assert_int_equal(event.end, BY_FETCH_TIMEOUT);
    assert_true(event.seconds >= 0.69);
    assert_non_null(strstr(event.message, "not done after 0.7 s"));
    by_fetch_event_free(&event);
    fetching_free(&at);
}

/* Bytes that wait while the caller is busy are no silence: the answer comes after the request was
 * read and long before the caller looks again, and is older than a stall by then. */
static void test_a_busy_caller_is_no_stall(void **state) {
    (void)state;
    fetching at = fetching_new(answer, &(by_fetch_options){.stall_ms = 1000});
    by_fetch_event event;
    int ended = 0;
    fetching_start(&at, 1, "/late");
    while (!ended && loopback_requests(at.server) == 0) {
        ended = by_fetch_wait(at.fetcher, 1, &event);
    }
    if (!ended) {
        usleep(1500000);
        event = fetching_next(&at);
    }
    assert_int_equal(event.end, BY_FETCH_ANSWERED);
    by_fetch_event_free(&event);
    fetching_free(&at);
}

static void test_too_large(void **state) {
    (void)state;
    fetching at = fetching_new(answer, &(by_fetch_options){.body_bytes_max = 4});
    fetching_ends(&at, "/", BY_FETCH_TOO_LARGE);     /* announced */
    fetching_ends(&at, "/drip", BY_FETCH_TOO_LARGE); /* at once, too */
    fetching_ends(&at, "/half-chunk", BY_FETCH_TOO_LARGE);
    fetching_ends(&at, "/headers", BY_FETCH_TOO_LARGE);
    fetching_ends(&at, "/long-headers", BY_FETCH_TOO_LARGE);
    fetching_free(&at);
    at = fetching_new(answer, &(by_fetch_options){.body_bytes_max = 5});
    fetching_ends(&at, "/", BY_FETCH_ANSWERED);
    fetching_free(&at);
}

static void refuses(const fetching *at, by_fetch_request request, const char *why) {
    by_error err = {0};
    request.method = request.method != NULL ? request.method : "GET";
    assert_int_equal(by_fetch_start(at->fetcher, &request, &err), BY_PROVIDER);
    if (strstr(err.message, why) == NULL) {
        fail_msg("'%s' does not say '%s'", err.message, why);
    }
    assert_null(strstr(err.message, "hunter2"));
}

static void test_what_may_not_be_sent(void **state) {
    (void)state;
    fetching at = fetching_new(answer, NULL);
    static const char *const other_hosts[] = {
        "http://example.com/",    "http://10.0.0.1/",          "http://127.0.0.1.example.com/",
        "http://[2001:db8::1]/x", "http://localhost.evil.org", "HTTP://example.com"};
    for (size_t i = 0; i < sizeof other_hosts / sizeof *other_hosts; i++) {
        refuses(&at, (by_fetch_request){.url = other_hosts[i]}, "plain http is for loopback only");
    }
    static const char *const other_schemes[] = {
        "file:///etc/passwd", "ftp://127.0.0.1/", "gopher:x", "127.0.0.1/", "", "httpss://x/"};
    for (size_t i = 0; i < sizeof other_schemes / sizeof *other_schemes; i++) {
        refuses(&at, (by_fetch_request){.url = other_schemes[i]}, "does not begin with https://");
    }
    refuses(&at, (by_fetch_request){.url = "https://me:hunter2@127.0.0.1/"}, "user and password");
    refuses(&at, (by_fetch_request){.url = "https://hunter2@127.0.0.1/"}, "user and password");
    refuses(&at, (by_fetch_request){.url = "https://127.0.0.1/a\r\nX: y"}, "control characters");
    refuses(&at, (by_fetch_request){.url = "https://\0010\002.example.com/"}, "not a plain name");
    refuses(&at, (by_fetch_request){.url = "https:///x"}, "not a plain name");
    refuses(&at, (by_fetch_request){.url = "https://a b/"}, "may not be asked");
    refuses(&at, (by_fetch_request){.url = "https://127.0.0.1/", .method = "PUT"}, "GET and POST");
    refuses(&at, (by_fetch_request){.url = "https://127.0.0.1/", .body = "x"}, "no body");
    static const char *const headers[] = {"no colon", "X: a\r\nY: b", ": x",
                                          "X y: z",   "X:",           "X: \n"};
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        refuses(&at,
                (by_fetch_request){
                    .url = "https://127.0.0.1/", .headers = headers + i, .header_count = 1},
                "Name: value");
    }
    by_fetch_stats stats;
    by_fetcher_stats(at.fetcher, &stats);
    assert_int_equal(stats.started, 0);
    assert_int_equal(loopback_connections(at.server), 0);
    by_error err;
    by_fetch_request request = {.method = "GET", .url = "https://127.0.0.1/\0017\002"};
    assert_int_equal(by_fetch_start(at.fetcher, &request, &err), BY_INTERNAL); /* no such secret */
    fetching_free(&at);
}

static void test_cancel(void **state) {
    (void)state;
    fetching at = fetching_new(answer, NULL);
    by_fetch_event event;
    fetching_start(&at, 1, "/never");
    fetching_start(&at, 2, "/never");
    assert_int_equal(by_fetch_wait(at.fetcher, 20, &event), 0);
    by_fetch_cancel(at.fetcher, 2);
    by_fetch_cancel(at.fetcher, 77);
    assert_int_equal(by_fetch_wait(at.fetcher, 0, &event), 1);
    assert_int_equal(event.id, 2);
    assert_int_equal(event.end, BY_FETCH_CANCELLED);
    by_fetch_event_free(&event);
    assert_int_equal(by_fetch_wait(at.fetcher, 20, &event), 0);
    fetching_free(&at); /* with one in flight */
}

static void test_free_in_flight(void **state) {
    (void)state;
    for (int turns = 0; turns < 4; turns++) {
        fetching at = fetching_new(answer, NULL);
        for (int i = 0; i < 10; i++) {
            fetching_start(&at, i, i % 3 == 0 ? "/drip" : i % 3 == 1 ? "/never" : "/");
        }
        by_fetch_event event;
        for (int i = 0; i < turns; i++) {
            if (by_fetch_wait(at.fetcher, 5, &event)) {
                by_fetch_event_free(&event);
            }
        }
        fetching_free(&at);
    }
    by_fetcher_free(NULL);
}

static void on_alarm(int number) {
    (void)number;
}

static void test_a_signal_ends_a_wait(void **state) {
    (void)state;
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART}, before;
    sigset_t alarm_only;
    sigemptyset(&alarm_only);
    sigaddset(&alarm_only, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &alarm_only, NULL); /* the threads of the server do not take it */
    fetching at = fetching_new(answer, NULL);
    by_fetch_event event;
    fetching_start(&at, 1, "/never");
    while (loopback_requests(at.server) == 0) {
        by_fetch_wait(at.fetcher, 1, &event);
    }
    pthread_sigmask(SIG_UNBLOCK, &alarm_only, NULL);
    sigaction(SIGALRM, &action, &before);
    ualarm(50000, 50000);
    assert_int_equal(by_fetch_wait(at.fetcher, 3600 * 1000, &event), 0);
    ualarm(0, 0);
    sigaction(SIGALRM, &before, NULL);
    sigaction(SIGPIPE, NULL, &action);
    assert_true(action.sa_handler == SIG_IGN);
    fetching_free(&at);
}

static void test_ca_file(void **state) {
    const char *folder = *state, *path = scratch_path(folder, "ca.pem");
    by_fetch_options options = {.ca_file = path};
    by_secrets *secrets;
    by_fetcher *fetcher;
    by_error err;
    assert_int_equal(by_secrets_new(&secrets, &err), BY_OK);
    assert_int_equal(by_fetcher_new(&options, secrets, &fetcher, &err), BY_DATA);
    assert_non_null(strstr(err.message, "ca.pem: No such file"));
    scratch_write(path, "nothing", 7);
    assert_int_equal(by_fetcher_new(&options, secrets, &fetcher, &err), BY_DATA);
    assert_non_null(strstr(err.message, "no certificate"));
    assert_null(fetcher);
    by_secrets_free(secrets);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_unreachable),
        cmocka_unit_test(test_no_tls_there),
        cmocka_unit_test(test_silence_and_slowness),
        cmocka_unit_test(test_a_busy_caller_is_no_stall),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_what_may_not_be_sent),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_free_in_flight),
        cmocka_unit_test(test_a_signal_ends_a_wait),
        cmocka_unit_test_setup_teardown(test_ca_file, scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
