/* SPDX-License-Identifier: MIT */
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "fetch_rooms.h"

/* A socket of libcurl's that the loop watches. */
typedef struct by_watched {
    uv_poll_t poll; /* first: libuv gives it back to us */
    struct by_watched *next, **place;
    by_fetcher *fetcher;
    curl_socket_t socket;
    int events;
    uint64_t last_read_ms;
} watched;

static void closed(uv_handle_t *handle) {
    by_fetcher *fetcher = handle->data;
    fetcher->handles--;
}

static void close_handle(uv_handle_t *handle, by_fetcher *fetcher) {
    handle->data = fetcher;
    uv_close(handle, closed);
}

static void free_watched(uv_handle_t *handle) {
    watched *socket = (watched *)(void *)handle;
    socket->fetcher->handles--;
    free(socket);
}

static void act(by_fetcher *fetcher, curl_socket_t socket, int events) {
    int running;
    if (!fetcher->broken) {
        fetcher->broken =
            by_curl.multi_socket_action(fetcher->multi, socket, events, &running) != CURLM_OK;
    }
}

static void on_socket(uv_poll_t *poll, int status, int events) {
    watched *socket = (watched *)(void *)poll;
    int flags = (events & UV_READABLE ? CURL_CSELECT_IN : 0) |
                (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0);
    socket->last_read_ms =
        events & UV_READABLE ? uv_now(&socket->fetcher->loop) : socket->last_read_ms;
    if (status < 0) {
        flags = CURL_CSELECT_ERR;
        /* libuv has stopped watching, but libcurl believes that it is watched. */
        (void)uv_poll_start(poll, socket->events, on_socket);
    }
    act(socket->fetcher, socket->socket, flags); /* may free it */
}

static void on_curl_timer(uv_timer_t *timer) {
    act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

static void on_wake(uv_async_t *waker) {
    by_fetcher *fetcher = waker->data;
    fetcher->woken = 1;
}

/* Begins to watch a socket; NULL when that fails. */
static watched *watch(by_fetcher *fetcher, curl_socket_t socket) {
    watched *made = malloc(sizeof *made);
    if (made == NULL || uv_poll_init_socket(&fetcher->loop, &made->poll, socket) != 0) {
        free(made);
        return NULL;
    }
    made->fetcher = fetcher;
    made->socket = socket;
    made->last_read_ms = uv_now(&fetcher->loop);
    made->next = fetcher->watched;
    made->place = &fetcher->watched;
    if (made->next != NULL) {
        made->next->place = &made->next;
    }
    fetcher->watched = made;
    fetcher->handles++;
    by_curl.multi_assign(fetcher->multi, socket, made);
    return made;
}

static void unwatch(watched *socket) {
    *socket->place = socket->next;
    if (socket->next != NULL) {
        socket->next->place = socket->place;
    }
    uv_poll_stop(&socket->poll); /* before the number of the socket is used again */
    uv_close((uv_handle_t *)&socket->poll, free_watched);
}

/* libcurl: what to watch a socket for. */
static int set_socket(CURL *easy, curl_socket_t socket, int what, void *context, void *known) {
    (void)easy;
    by_fetcher *fetcher = context;
    watched *at = known;
    if (what == CURL_POLL_REMOVE) {
        if (at != NULL) {
            unwatch(at);
            by_curl.multi_assign(fetcher->multi, socket, NULL);
        }
        return 0;
    }
    at = at != NULL ? at : watch(fetcher, socket);
    if (at == NULL) {
        fetcher->broken = 1;
        return -1;
    }
    at->events = (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
    return uv_poll_start(&at->poll, at->events, on_socket) == 0 ? 0 : -1;
}

/* libcurl: when to call it. Never at once, as this is called from within it. */
static int set_timer(CURLM *multi, long timeout_ms, void *context) {
    (void)multi;
    by_fetcher *fetcher = context;
    fetcher->poll_now = timeout_ms == 0;
    if (timeout_ms <= 0) {
        uv_timer_stop(&fetcher->curl_timer);
        return 0;
    }
    uv_update_time(&fetcher->loop); /* or it would fire early after long work */
    return uv_timer_start(&fetcher->curl_timer, on_curl_timer, (uint64_t)timeout_ms, 0) == 0 ? 0
                                                                                             : -1;
}

by_status by_fetch_multi_open(by_fetcher *fetcher, by_error *err) {
    fetcher->multi = by_curl.multi_init();
    if (fetcher->multi == NULL) {
        return by_fail_nomem(err, sizeof *fetcher);
    }
    fetcher->broken = 0;
    by_curl.multi_setopt(fetcher->multi, CURLMOPT_SOCKETFUNCTION, set_socket);
    by_curl.multi_setopt(fetcher->multi, CURLMOPT_SOCKETDATA, fetcher);
    by_curl.multi_setopt(fetcher->multi, CURLMOPT_TIMERFUNCTION, set_timer);
    by_curl.multi_setopt(fetcher->multi, CURLMOPT_TIMERDATA, fetcher);
    return BY_OK;
}

void by_fetch_multi_close(by_fetcher *fetcher) {
    if (fetcher->multi != NULL) {
        by_curl.multi_cleanup(fetcher->multi); /* calls set_socket: the loop lives */
        fetcher->multi = NULL;
        fetcher->poll_now = 0;
        uv_timer_stop(&fetcher->curl_timer);
    }
}

by_status by_fetch_loop_open(by_fetcher *fetcher, by_error *err) {
    int code = uv_loop_init(&fetcher->loop);
    if (code == 0 && (code = uv_async_init(&fetcher->loop, &fetcher->waker, on_wake)) != 0) {
        uv_loop_close(&fetcher->loop);
    }
    if (code != 0) {
        return by_fail(err, BY_NOMEM, "the network loop cannot be made: %s", uv_strerror(code));
    }
    uv_timer_init(&fetcher->loop, &fetcher->curl_timer); /* cannot fail */
    uv_timer_init(&fetcher->loop, &fetcher->watchdog);
    fetcher->waker.data = fetcher->curl_timer.data = fetcher->watchdog.data = fetcher;
    fetcher->handles = 3;
    return BY_OK;
}

void by_fetch_loop_close(by_fetcher *fetcher) {
    close_handle((uv_handle_t *)&fetcher->waker, fetcher);
    close_handle((uv_handle_t *)&fetcher->curl_timer, fetcher);
    close_handle((uv_handle_t *)&fetcher->watchdog, fetcher);
    while (fetcher->handles > 0) {
        uv_run(&fetcher->loop, UV_RUN_NOWAIT);
    }
    uv_loop_close(&fetcher->loop);
}

void by_fetch_loop_turn(by_fetcher *fetcher) {
    if (fetcher->poll_now) {
        fetcher->poll_now = 0;
        act(fetcher, CURL_SOCKET_TIMEOUT, 0);
    }
    uv_run(&fetcher->loop, UV_RUN_NOWAIT);
}

int by_fetch_loop_sleep(by_fetcher *fetcher, uint64_t wait_ms) {
    int due_ms = uv_backend_timeout(&fetcher->loop);
    wait_ms = due_ms >= 0 && (uint64_t)due_ms < wait_ms ? (uint64_t)due_ms : wait_ms;
    if (fetcher->poll_now || wait_ms == 0) {
        return 1;
    }
    /* Not by uv_run, which would go on waiting after a signal. */
    struct pollfd loop = {.fd = uv_backend_fd(&fetcher->loop), .events = POLLIN};
    return poll(&loop, 1, wait_ms < INT32_MAX ? (int)wait_ms : INT32_MAX) >= 0;
}

void by_fetch_loop_cut_silent(by_fetcher *fetcher, uint64_t silent_ms) {
    uint64_t now = uv_now(&fetcher->loop);
    for (const watched *at = fetcher->watched; at != NULL; at = at->next) {
        int domain = AF_UNIX; /* of those that libcurl wakes itself with */
        socklen_t size = sizeof domain;
        getsockopt(at->socket, SOL_SOCKET, SO_DOMAIN, &domain, &size);
        if (domain != AF_UNIX && now - at->last_read_ms >= silent_ms) {
            shutdown(at->socket, SHUT_RDWR);
        }
    }
}
