/* SPDX-License-Identifier: MIT
 *
 * The transport of the loader: many HTTP requests at once, libcurl's multi-socket interface on a
 * libuv loop. It is driven by asking: by_fetch_wait runs the loop until something has ended. There
 * are no callbacks into the caller, and no policy: retries, limits and paging are the caller's.
 *
 * TLS is always verified. Only https is spoken, and http to loopback. Redirects are not followed.
 * HTTP/2 is used where the server offers it. Bodies arrive unpacked and with secrets overwritten.
 * One thread uses a fetcher; only by_fetch_wake may be called by others.
 */
#ifndef BY_FETCH_H
#define BY_FETCH_H

#include "secret.h"

typedef struct by_fetcher by_fetcher;

typedef struct by_fetch_options {
    const char *ca_file;    /* PEM file to trust beside the system's, NULL for none */
    int32_t connect_ms;     /* 0: 10,000; until the connection and TLS stand */
    int32_t stall_ms;       /* 0: 20,000; without a byte (the watchdog) */
    int32_t total_ms;       /* 0: 120,000; of a whole transfer */
    int32_t http1;          /* 1: do not offer HTTP/2 */
    int64_t body_bytes_max; /* 0: 64 MiB; of an unpacked body */
} by_fetch_options;

typedef struct by_fetch_request {
    int64_t id;         /* the caller's, comes back in the event */
    const char *method; /* GET or POST */
    const char *url;    /* may have marks of secrets (percent-encoded when they are filled in) */
    const char *const *headers; /* "Name: value", may have marks */
    int32_t header_count;
    const char *body; /* of a POST, may have marks; NULL for none */
    int32_t total_ms; /* 0: that of the options */
} by_fetch_request;

/* How a transfer ended. */
typedef enum by_fetch_end {
    BY_FETCH_ANSWERED,    /* with a whole answer, whatever its status */
    BY_FETCH_UNREACHABLE, /* no address, refused, no route, a proxy that fails */
    BY_FETCH_TLS,         /* certificate or handshake; not worth another try */
    BY_FETCH_TIMEOUT,     /* connecting, stalled, or longer than allowed */
    BY_FETCH_CUT,         /* the answer is not whole: connection, framing or gzip broke off */
    BY_FETCH_TOO_LARGE,   /* the body is above the limit, or over 100 headers or 64 KiB of them */
    BY_FETCH_REFUSED,     /* the request is not one that may be sent (protocol, URL) */
    BY_FETCH_CANCELLED
} by_fetch_end;

typedef struct by_fetch_header {
    const char *name;  /* lower case */
    const char *value; /* secrets overwritten */
} by_fetch_header;

/* The caller's from by_fetch_wait on, until by_fetch_event_free. */
typedef struct by_fetch_event {
    int64_t id;
    int32_t end;      /* a by_fetch_end */
    int32_t status;   /* of HTTP, 0 when there was none */
    const char *body; /* NUL behind it; secrets overwritten; "" unless all of it has come */
    int64_t body_size;
    int64_t wire_bytes;             /* received, headers included */
    const by_fetch_header *headers; /* of the last answer, not of a proxy */
    int32_t header_count;
    int32_t http_version; /* 10, 11 or 20; 0 when there was no answer */
    int32_t delimited;    /* 1: length, chunks or HTTP/2 prove that the body is whole */
    double retry_after_s; /* of Retry-After, seconds or date (from Date on); -1: there is none */
    double seconds;       /* from start to end */
    const char *message;  /* why it did not end well, "" else; without secrets */
    void *owned;
} by_fetch_event;

typedef struct by_fetch_stats {
    int64_t started;
    int64_t ended;
    int64_t wire_bytes;
    int64_t body_bytes;
    int64_t connections; /* opened */
    int32_t in_flight;
    int32_t reserved;
} by_fetch_stats;

/* `secrets` is borrowed. BY_DATA when the CA file cannot be read. */
BY_API by_status by_fetcher_new(const by_fetch_options *options, const by_secrets *secrets,
                                by_fetcher **out, by_error *err);
/* Cancels what is in flight and frees everything. */
BY_API void by_fetcher_free(by_fetcher *fetcher);

/* Begins a transfer at once; all of the request is copied. BY_PROVIDER when it may not be sent. */
BY_API by_status by_fetch_start(by_fetcher *fetcher, const by_fetch_request *request,
                                by_error *err);
/* Ends a transfer early; its event comes, as BY_FETCH_CANCELLED. */
BY_API void by_fetch_cancel(by_fetcher *fetcher, int64_t id);
/* Waits until a transfer ends, by_fetch_wake is called, a signal arrives, or `timeout_ms` pass (0:
 * only what is ready). Returns 1 and the event, or 0. */
BY_API int32_t by_fetch_wait(by_fetcher *fetcher, int32_t timeout_ms, by_fetch_event *event);
BY_API void by_fetch_event_free(by_fetch_event *event);
/* Ends a by_fetch_wait, now or the next one. Thread-safe. `fetcher` is a by_fetcher. */
BY_API void by_fetch_wake(void *fetcher);
BY_API void by_fetcher_stats(const by_fetcher *fetcher, by_fetch_stats *out);

#endif
