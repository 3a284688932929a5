/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "fetching.h"

fetching fetching_new(loopback_script script, const by_fetch_options *options) {
    fetching at = {0};
    by_fetch_options defaults = {0};
    by_error err;
    at.server = loopback_new(script);
    assert_int_equal(by_secrets_new(&at.secrets, &err), BY_OK);
    assert_int_equal(
        by_fetcher_new(options != NULL ? options : &defaults, at.secrets, &at.fetcher, &err),
        BY_OK);
    return at;
}

void fetching_free(fetching *at) {
    by_fetcher_free(at->fetcher);
    by_secrets_free(at->secrets);
    loopback_free(at->server);
}

const char *fetching_url(const fetching *at, const char *path) {
    static char urls[4][1024];
    static unsigned next;
    char *url = urls[next++ % 4];
    snprintf(url, sizeof urls[0], "http://127.0.0.1:%d%s", loopback_port(at->server), path);
    return url;
}

void fetching_start(const fetching *at, int64_t id, const char *path) {
    by_error err = {0};
    by_fetch_request request = {.id = id, .method = "GET", .url = fetching_url(at, path)};
    if (by_fetch_start(at->fetcher, &request, &err) != BY_OK) {
        fail_msg("%s", err.message);
    }
}

by_fetch_event fetching_next(const fetching *at) {
    by_fetch_event event;
    while (!by_fetch_wait(at->fetcher, 10000, &event)) {
    }
    return event;
}

by_fetch_event fetching_get(const fetching *at, const char *path) {
    fetching_start(at, 1, path);
    return fetching_next(at);
}

void fetching_ends(const fetching *at, const char *path, by_fetch_end end) {
    by_fetch_event event = fetching_get(at, path);
    if (event.end != (int32_t)end) {
        fail_msg("%s ended as %d, not as %d: %s", path, event.end, (int)end, event.message);
    }
    if (end != BY_FETCH_ANSWERED) {
        assert_int_equal(event.body_size, 0);
        assert_string_equal(event.body, "");
        assert_true(strlen(event.message) > strlen("127.0.0.1:1: "));
    }
    by_fetch_event_free(&event);
}

const char *fetching_header(const by_fetch_event *event, const char *name) {
    for (int32_t i = 0; i < event->header_count; i++) {
        if (strcmp(event->headers[i].name, name) == 0) {
            return event->headers[i].value;
        }
    }
    return NULL;
}
