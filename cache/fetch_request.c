/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fetch_rooms.h"

/* Marks of secrets are the only control characters that a request may have. */
static int is_clean(const char *text, size_t size_bytes) {
    for (size_t i = 0; i < size_bytes; i++) {
        unsigned char c = (unsigned char)text[i];
        if ((c < 0x20 && c != 1 && c != 2) || c == 0x7f) {
            return 0;
        }
    }
    return 1;
}

static by_status refuse_url(const char *why, by_error *err) {
    return by_fail(err, BY_PROVIDER, "this URL may not be asked: %s", why);
}

/* What can be said before secrets are filled in: none may stand where the host is read. */
static by_status check_form(const char *url, by_error *err) {
    size_t size = strnlen(url, BY_FETCH_URL_BYTES_MAX + 1);
    if (size > BY_FETCH_URL_BYTES_MAX) {
        return refuse_url("it is longer than 64 KiB; ask for fewer symbols at once", err);
    }
    if (!is_clean(url, size)) {
        return refuse_url("it has control characters", err);
    }
    size_t scheme = strncasecmp(url, "https://", 8) == 0  ? 8
                    : strncasecmp(url, "http://", 7) == 0 ? 7
                                                          : 0;
    if (scheme == 0) {
        return refuse_url("it does not begin with https://", err);
    }
    const char *host = url + scheme;
    size_t host_size = strcspn(host, "/?#");
    if (memchr(host, '@', host_size) != NULL) {
        return refuse_url("user and password do not belong into a URL; use auth of the provider",
                          err);
    }
    if (host_size == 0 || memchr(host, 1, host_size) != NULL ||
        memchr(host, 2, host_size) != NULL || memchr(host, '\\', host_size) != NULL ||
        memchr(host, '%', host_size) != NULL) {
        return refuse_url("its host is not a plain name", err);
    }
    return BY_OK;
}

static int is_loopback(const char *host) {
    struct in_addr address;
    if (strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0) {
        return 1;
    }
    return inet_pton(AF_INET, host, &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

/* Looks at host and scheme as libcurl understands them. */
static by_status check_parts(CURLU *parts, char place[BY_FETCH_PLACE_SIZE], int *loopback,
                             by_error *err) {
    char *scheme = NULL, *host = NULL, *port = NULL;
    by_status status = BY_OK;
    if (by_curl.url_get(parts, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
        by_curl.url_get(parts, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
        by_curl.url_get(parts, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) != CURLUE_OK) {
        status = refuse_url("it has no host", err);
    } else {
        *loopback = is_loopback(host);
        (void)snprintf(place, BY_FETCH_PLACE_SIZE, "%.255s:%.5s", host, port);
        if (strcmp(scheme, "https") != 0 && !*loopback) {
            status = by_fail(err, BY_PROVIDER,
                             "http://%.200s may not be asked: plain http is for loopback only; use "
                             "https",
                             place);
        }
    }
    by_curl.free(scheme);
    by_curl.free(host);
    by_curl.free(port);
    return status;
}

static by_status set_url(by_transfer *transfer, const char *marked, int *loopback, by_error *err) {
    by_status status = check_form(marked, err);
    if (status != BY_OK) {
        return status;
    }
    char *url = NULL;
    size_t size = 0;
    CURLU *parts = NULL;
    status = by_secrets_expand(transfer->fetcher->secrets, marked, 1, &url, &size, err);
    if (status == BY_OK && (parts = by_curl.url()) == NULL) {
        status = by_fail_nomem(err, size);
    }
    if (status == BY_OK) {
        CURLUcode code = by_curl.url_set(parts, CURLUPART_URL, url, 0);
        status = code == CURLUE_OK ? check_parts(parts, transfer->place, loopback, err)
                                   : refuse_url(by_curl.url_strerror(code), err);
    }
    if (status == BY_OK && by_curl.easy_setopt(transfer->easy, CURLOPT_URL, url) != CURLE_OK) {
        status = by_fail_nomem(err, size);
    }
    by_curl.url_cleanup(parts);
    by_secret_wipe(url, size);
    return status;
}

static by_status check_header(const char *header, by_error *err) {
    static const char of_names[] = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "abcdefghijklmnopqrstuvwxyz"; /* RFC 9110, token */
    size_t size = strnlen(header, BY_FETCH_HEADER_BYTES_MAX + 1), name = strspn(header, of_names);
    if (size > BY_FETCH_HEADER_BYTES_MAX) {
        return by_fail(err, BY_PROVIDER, "a header of a request is longer than 64 KiB");
    }
    if (name == 0 || header[name] != ':' || !is_clean(header, size) ||
        header[name + 1 + strspn(header + name + 1, " \t")] == '\0') {
        return by_fail(err, BY_PROVIDER,
                       "a header of a request is not of the form \"Name: value\" (%.*s…)",
                       name < 40 ? (int)name : 40, header);
    }
    return BY_OK;
}

static by_status add_header(by_transfer *transfer, const char *header, by_error *err) {
    struct curl_slist *longer = by_curl.slist_append(transfer->headers, header);
    if (longer == NULL) {
        return by_fail_nomem(err, strlen(header));
    }
    transfer->headers = longer;
    return BY_OK;
}

static by_status set_headers(by_transfer *transfer, const by_fetch_request *request,
                             by_error *err) {
    if (request->header_count < 0 || request->header_count > BY_FETCH_HEADERS_MAX) {
        return by_fail(err, BY_PROVIDER, "a request has more than %d headers",
                       BY_FETCH_HEADERS_MAX);
    }
    /* Unpacked here and not by libcurl, which does not notice when the end is missing. */
    by_status status = add_header(transfer, "Accept-Encoding: gzip", err);
    if (status == BY_OK && request->body != NULL) {
        status = add_header(transfer, "Expect:", err); /* no 100-continue */
    }
    for (int32_t i = 0; i < request->header_count && status == BY_OK; i++) {
        char *header = NULL;
        size_t size = 0;
        status = check_header(request->headers[i], err);
        status = status == BY_OK ? by_secrets_expand(transfer->fetcher->secrets,
                                                     request->headers[i], 0, &header, &size, err)
                                 : status;
        status = status == BY_OK ? add_header(transfer, header, err) : status;
        by_secret_wipe(header, size);
    }
    if (status == BY_OK &&
        by_curl.easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers) != CURLE_OK) {
        status = by_fail_nomem(err, sizeof *transfer->headers);
    }
    return status;
}

void by_fetch_forget_headers(by_transfer *transfer) {
    for (struct curl_slist *at = transfer->headers; at != NULL; at = at->next) {
        explicit_bzero(at->data, strlen(at->data));
    }
    by_curl.slist_free_all(transfer->headers);
    transfer->headers = NULL;
}

static by_status set_method(by_transfer *transfer, const by_fetch_request *request, by_error *err) {
    int post = strcmp(request->method, "POST") == 0;
    if (!post && strcmp(request->method, "GET") != 0) {
        return by_fail(err, BY_PROVIDER, "method %.20s: only GET and POST are sent",
                       request->method);
    }
    if (!post) {
        return request->body == NULL ? BY_OK
                                     : by_fail(err, BY_PROVIDER, "a GET has no body; use POST");
    }
    const char *marked = request->body != NULL ? request->body : "";
    if (strnlen(marked, BY_FETCH_POST_BYTES_MAX + 1) > BY_FETCH_POST_BYTES_MAX) {
        return by_fail(err, BY_PROVIDER, "the body of a POST is longer than 1 MiB");
    }
    char *body = NULL;
    size_t size = 0;
    by_status status = by_secrets_expand(transfer->fetcher->secrets, marked, 0, &body, &size, err);
    if (status == BY_OK) {
        CURL *easy = transfer->easy;
        CURLcode code = by_curl.easy_setopt(easy, CURLOPT_POST, 1L);
        code = code == CURLE_OK
                   ? by_curl.easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size)
                   : code;
        code = code == CURLE_OK ? by_curl.easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, body) : code;
        status = code == CURLE_OK ? BY_OK : by_fail_nomem(err, size);
    }
    by_secret_wipe(body, size);
    return status;
}

/* What does not depend on the request. */
static by_status set_common(by_transfer *transfer, int loopback, by_error *err) {
    const by_fetcher *fetcher = transfer->fetcher;
    const by_fetch_options *options = &fetcher->options;
    CURL *easy = transfer->easy;
    int failed = 0;
#define SET(option, value) (failed |= by_curl.easy_setopt(easy, option, value) != CURLE_OK)
    SET(CURLOPT_PRIVATE, transfer);
    SET(CURLOPT_ERRORBUFFER, transfer->detail);
    SET(CURLOPT_WRITEFUNCTION, by_fetch_take_body);
    SET(CURLOPT_WRITEDATA, transfer);
    SET(CURLOPT_HEADERFUNCTION, by_fetch_take_header);
    SET(CURLOPT_HEADERDATA, transfer);
    SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    SET(CURLOPT_USERAGENT, "banyan/0.1");
    SET(CURLOPT_PROTOCOLS_STR, loopback ? "https,http" : "https");
    SET(CURLOPT_FOLLOWLOCATION, 0L); /* headers with keys would go along to other hosts */
    SET(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    if (loopback) {
        SET(CURLOPT_PROXY, ""); /* what is on this machine is asked without one */
    }
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (fetcher->trusted != NULL) {
        struct curl_blob blob = {fetcher->trusted, fetcher->trusted_size, CURL_BLOB_NOCOPY};
        SET(CURLOPT_CAINFO_BLOB, &blob);
    }
    SET(CURLOPT_HTTP_VERSION,
        options->http1 ? (long)CURL_HTTP_VERSION_1_1 : (long)CURL_HTTP_VERSION_2TLS);
    /* A burst waits for the first connection to learn whether HTTP/2 takes them all; once a server
     * has said no, waiting would only put one request behind the other. */
    SET(CURLOPT_PIPEWAIT, options->http1 || fetcher->http1_seen ? 0L : 1L);
    SET(CURLOPT_TCP_KEEPALIVE, 1L);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_QUICK_EXIT, 1L); /* a look-up that hangs does not hold up the end of a transfer */
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)options->connect_ms);
#undef SET
    /* Refused where a handle still has its buffer of this size from the request before. */
    (void)by_curl.easy_setopt(easy, CURLOPT_BUFFERSIZE, 128L << 10);
    return failed
               ? by_fail(err, BY_INTERNAL,
                         "libcurl %s lacks an option, or memory ran out; 7.87 or later is needed",
                         by_curl.version_info(CURLVERSION_NOW)->version)
               : BY_OK;
}

by_status by_fetch_prepare(by_transfer *transfer, const by_fetch_request *request, by_error *err) {
    int loopback = 0;
    by_status status = set_url(transfer, request->url, &loopback, err);
    status = status == BY_OK ? set_method(transfer, request, err) : status;
    status = status == BY_OK ? set_headers(transfer, request, err) : status;
    return status == BY_OK ? set_common(transfer, loopback, err) : status;
}
