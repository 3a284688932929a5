/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "fetch_rooms.h"

void by_fetch_fault(by_transfer *transfer, by_fetch_end end, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    transfer->fault_end = end;
    (void)vsnprintf(transfer->fault, sizeof transfer->fault, format, arguments);
    va_end(arguments);
}

/* A handshake that broke off has the same code as one in which the sides did not agree. */
static by_fetch_end end_of_handshake(const char *detail) {
    return strstr(detail, "SSL routines") != NULL && strstr(detail, "unexpected eof") == NULL
               ? BY_FETCH_TLS
               : BY_FETCH_CUT;
}

static by_fetch_end end_of(const by_transfer *transfer, CURLcode code) {
    long proxy_status = 0;
    switch (code) {
    case CURLE_OK:
        return BY_FETCH_ANSWERED;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
        return BY_FETCH_UNREACHABLE;
    case CURLE_OPERATION_TIMEDOUT:
        return BY_FETCH_TIMEOUT;
    case CURLE_SSL_CONNECT_ERROR:
        return end_of_handshake(transfer->detail);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CLIENTCERT:
    case CURLE_USE_SSL_FAILED:
        return BY_FETCH_TLS;
    case CURLE_URL_MALFORMAT:
        return BY_FETCH_REFUSED;
    default:
        by_curl.easy_getinfo(transfer->easy, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
        return proxy_status >= 300 ? BY_FETCH_UNREACHABLE : BY_FETCH_CUT;
    }
}

/* Copies the headers of the answer; 0 when that fails, with a fault. */
static int copy_headers(by_transfer *transfer) {
    size_t count = 0, size = 0;
    struct curl_header *at = NULL;
    while ((at = by_curl.easy_nextheader(transfer->easy, CURLH_HEADER, -1, at)) != NULL) {
        count++;
        size += strlen(at->name) + strlen(at->value) + 2;
    }
    if (count > BY_FETCH_HEADERS_MAX) {
        by_fetch_fault(transfer, BY_FETCH_TOO_LARGE, "more than %d headers", BY_FETCH_HEADERS_MAX);
        return 0;
    }
    transfer->answer_headers = malloc(count * sizeof *transfer->answer_headers + 1);
    transfer->header_text = malloc(size + 1);
    if (transfer->answer_headers == NULL || transfer->header_text == NULL) {
        by_fetch_fault(transfer, BY_FETCH_TOO_LARGE, "out of memory for the headers");
        return 0;
    }
    char *text = transfer->header_text;
    by_fetch_header *header = transfer->answer_headers;
    while ((at = by_curl.easy_nextheader(transfer->easy, CURLH_HEADER, -1, at)) != NULL) {
        header->name = text;
        for (const char *c = at->name; *c != '\0'; c++) {
            *text++ = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
        }
        *text++ = '\0';
        header->value = text;
        text = stpcpy(text, at->value) + 1;
        header++;
    }
    by_secrets_redact(transfer->fetcher->secrets, transfer->header_text, size);
    transfer->event.headers = transfer->answer_headers;
    transfer->event.header_count = (int32_t)count;
    return 1;
}

static const char *header_of(const by_fetch_event *event, const char *name) {
    for (int32_t i = 0; i < event->header_count; i++) {
        if (strcmp(event->headers[i].name, name) == 0) {
            return event->headers[i].value;
        }
    }
    return NULL;
}

/* Seconds, or a date, counted from the server's own where it tells it: clocks differ. */
static double retry_after(const by_fetch_event *event) {
    const char *text = header_of(event, "retry-after"), *date = header_of(event, "date");
    if (text == NULL) {
        return -1;
    }
    char *end;
    double seconds = *text >= '0' && *text <= '9' ? (double)strtoul(text, &end, 10) : -1;
    if (seconds >= 0 && (*end == '\0' || *end == '.' || *end == ' ')) {
        return seconds;
    }
    time_t until = by_curl.getdate(text, NULL);
    time_t now = date != NULL ? by_curl.getdate(date, NULL) : -1;
    if (until == -1) {
        return -1;
    }
    now = now != -1 ? now : time(NULL);
    return until > now ? (double)(until - now) : 0;
}

static int is_delimited(const by_fetch_event *event) {
    const char *encoding = header_of(event, "transfer-encoding");
    return event->http_version >= 20 || event->status == 204 || event->status == 304 ||
           header_of(event, "content-length") != NULL ||
           (encoding != NULL && strcasestr(encoding, "chunked") != NULL);
}

static int32_t version_of(CURL *easy) {
    long version = 0;
    by_curl.easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
    switch (version) {
    case CURL_HTTP_VERSION_1_0:
        return 10;
    case CURL_HTTP_VERSION_1_1:
        return 11;
    default:
        return version >= CURL_HTTP_VERSION_2_0 ? 20 : 0;
    }
}

/* What there is of an answer, whole or not. */
static void take_answer(by_transfer *transfer) {
    by_fetch_event *event = &transfer->event;
    long status = 0;
    curl_off_t payload = 0;
    long headers = 0;
    by_curl.easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    by_curl.easy_getinfo(transfer->easy, CURLINFO_SIZE_DOWNLOAD_T, &payload);
    by_curl.easy_getinfo(transfer->easy, CURLINFO_HEADER_SIZE, &headers);
    event->wire_bytes = (int64_t)payload + headers;
    event->status = (int32_t)status;
    event->http_version = status != 0 ? version_of(transfer->easy) : 0;
    if (status != 0 && copy_headers(transfer)) {
        event->retry_after_s = retry_after(event);
        event->delimited = is_delimited(event);
    }
}

/* What libcurl takes for a whole answer and is none. */
static void check_whole(by_transfer *transfer) {
    int32_t status = transfer->event.status;
    if (*transfer->fault == '\0' && (status == 0 || !transfer->headers_whole)) {
        by_fetch_fault(transfer, BY_FETCH_CUT, "the headers have no end");
    } else if (*transfer->fault == '\0' && !by_fetch_body_whole(transfer, status)) {
        by_fetch_fault(transfer, BY_FETCH_CUT, "the packed body has no end");
    }
}

static void tell_why(by_transfer *transfer, CURLcode code) {
    const char *why = *transfer->fault != '\0'    ? transfer->fault
                      : *transfer->detail != '\0' ? transfer->detail
                                                  : by_curl.easy_strerror(code);
    (void)snprintf(transfer->message, sizeof transfer->message, "%s: %s", transfer->place, why);
    by_secrets_redact(transfer->fetcher->secrets, transfer->message, strlen(transfer->message));
}

void by_fetch_answer(by_transfer *transfer, CURLcode code) {
    by_fetch_event *event = &transfer->event;
    by_body *body = &transfer->body;
    by_fetch_end end = end_of(transfer, code);
    if (end != BY_FETCH_UNREACHABLE && end != BY_FETCH_TLS) {
        take_answer(transfer);
    }
    if (end == BY_FETCH_ANSWERED) {
        check_whole(transfer);
    }
    end = *transfer->fault != '\0' ? transfer->fault_end : end;
    event->end = (int32_t)end;
    event->body = "";
    event->message = transfer->message;
    if (end != BY_FETCH_ANSWERED) {
        tell_why(transfer, code);
    } else if (body->used > 0) {
        body->data[body->used] = '\0';
        by_secrets_redact(transfer->fetcher->secrets, body->data, body->used);
        event->body = body->data;
        event->body_size = (int64_t)body->used;
    }
}
