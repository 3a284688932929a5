/* SPDX-License-Identifier: MIT
 *
 * The parts of the transport: the request, the loop, the body as it comes in, the answer. Private
 * to cache/fetch*.c.
 */
#ifndef BY_FETCH_ROOMS_H
#define BY_FETCH_ROOMS_H

#include <uv.h>
#include <zlib.h>

#include "fetch.h"
#include "fetch_curl.h"

enum { BY_FETCH_HEADERS_MAX = 100, BY_FETCH_HEADER_BYTES_MAX = 64 << 10 };
enum { BY_FETCH_URL_BYTES_MAX = 64 << 10, BY_FETCH_POST_BYTES_MAX = 1 << 20 };
enum { BY_FETCH_PLACE_SIZE = 280, BY_FETCH_FAULT_SIZE = 128 };
enum { BY_FETCH_MESSAGE_SIZE = BY_FETCH_PLACE_SIZE + CURL_ERROR_SIZE + 2 };

/* A body as it comes in, unpacked. */
typedef enum by_packing { BY_PACKING_UNKNOWN, BY_PACKING_NONE, BY_PACKING_GZIP } by_packing;

typedef struct by_body {
    char *data;
    size_t used;
    size_t room;
    size_t size_max;
    by_packing packing;
    int whole; /* of gzip: its end was there */
    z_stream inflate;
} by_body;

/* A request in flight, then the event that it became. */
typedef struct by_transfer {
    struct by_transfer *next, *previous;
    struct by_fetcher *fetcher;
    CURL *easy;                 /* NULL when it has ended */
    struct curl_slist *headers; /* have secrets; wiped */
    uint64_t started_ms;
    uint64_t last_byte_ms;
    uint64_t total_ms;
    size_t header_bytes;
    int headers_whole; /* the empty line behind them was there */
    by_body body;
    by_fetch_end fault_end;          /* how we ended it, where `fault` says why */
    char fault[BY_FETCH_FAULT_SIZE]; /* "": we did not */
    by_fetch_header *answer_headers;
    char *header_text;
    char place[BY_FETCH_PLACE_SIZE]; /* host and port, for messages */
    char detail[CURL_ERROR_SIZE];    /* what libcurl says */
    char message[BY_FETCH_MESSAGE_SIZE];
    by_fetch_event event;
} by_transfer;

typedef struct by_transfers {
    by_transfer *first, *last;
} by_transfers;

struct by_fetcher {
    const by_secrets *secrets;
    by_fetch_options options; /* with the defaults filled in; ca_file is NULL */
    char *trusted;            /* PEM text beside the system's, NULL for none */
    size_t trusted_size;
    uv_loop_t loop;
    uv_async_t waker;
    uv_timer_t curl_timer;
    uv_timer_t watchdog;
    CURLM *multi;
    struct by_watched *watched; /* sockets, a list of fetch_loop.c */
    CURL **idle;                /* easy handles for the next requests */
    int32_t idle_count, idle_room;
    int poll_now;    /* libcurl wants to be called as soon as it has returned */
    int broken;      /* libcurl failed as a whole */
    int watch_due;   /* the watchdog's time has come */
    int woken;       /* by_fetch_wake was called */
    int http1_seen;  /* a TLS server that does not speak HTTP/2 */
    int32_t handles; /* of the loop, that have to be closed before it */
    by_transfers in_flight, ready;
    by_fetch_stats stats;
};

/* fetch.c */
void by_transfers_add(by_transfers *list, by_transfer *transfer);
void by_transfers_remove(by_transfers *list, by_transfer *transfer);
void by_transfer_free(by_transfer *transfer);

/* fetch_wait.c: makes an event of a transfer, by libcurl's code or its fault. Never from within a
 * callback of libcurl's. */
void by_fetch_end_transfer(by_transfer *transfer, CURLcode code);
/* Keeps the easy handle for the next request, and overwrites the headers. */
void by_transfer_drop_easy(by_transfer *transfer);

/* fetch_watch.c: time-outs, which libcurl does not keep while nothing happens. One timer for all.
 */
void by_fetch_watch_over(by_transfer *transfer);
/* Ends those whose time is over. */
void by_fetch_watch(by_fetcher *fetcher);

/* fetch_loop.c: the loop and libcurl's multi handle on it. */
by_status by_fetch_loop_open(by_fetcher *fetcher, by_error *err);
void by_fetch_loop_close(by_fetcher *fetcher);
by_status by_fetch_multi_open(by_fetcher *fetcher, by_error *err);
void by_fetch_multi_close(by_fetcher *fetcher);
/* Runs what is due without waiting. */
void by_fetch_loop_turn(by_fetcher *fetcher);
/* Waits for `wait_ms` at most until something is due; 0 when a signal came. */
int by_fetch_loop_sleep(by_fetcher *fetcher, uint64_t wait_ms);
/* Breaks connections in use on which nothing came for so long. libcurl would keep one of HTTP/2
 * when a request on it is given up, and put the next ones on it, dead or not. */
void by_fetch_loop_cut_silent(by_fetcher *fetcher, uint64_t silent_ms);

/* fetch_request.c: checks a request and sets its handle up. */
by_status by_fetch_prepare(by_transfer *transfer, const by_fetch_request *request, by_error *err);
/* Overwrites and frees the headers of a request. */
void by_fetch_forget_headers(by_transfer *transfer);

/* fetch_trust.c: the text of a PEM file, and of the system's where libcurl needs that. */
by_status by_fetch_trust(const char *path, char **text, size_t *size_bytes, by_error *err);

/* fetch_body.c: libcurl's callbacks for what arrives. */
size_t by_fetch_take_body(char *bytes, size_t size, size_t count, void *transfer);
size_t by_fetch_take_header(char *bytes, size_t size, size_t count, void *transfer);
/* 0 when a packed body lacks its end. */
int by_fetch_body_whole(by_transfer *transfer, int32_t status);
/* Ends the unpacking, and frees the data unless it is to be kept. */
void by_fetch_body_close(by_body *body, int keep);

/* fetch_answer.c: makes the event of a transfer that has ended, by libcurl's `code` or a fault of
 * ours; its easy handle is still there. */
void by_fetch_answer(by_transfer *transfer, CURLcode code);
/* Notes why we end a transfer. */
void by_fetch_fault(by_transfer *transfer, by_fetch_end end, const char *format, ...)
    BY_PRINTF(3, 4);

#endif
