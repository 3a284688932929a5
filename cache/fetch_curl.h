/* SPDX-License-Identifier: MIT
 *
 * libcurl, opened when the first fetcher is made. It brings some thirty libraries along, which take
 * longer to open than all else that a command does before it begins; and few commands fetch.
 * Private to cache/fetch*.c.
 */
#ifndef BY_FETCH_CURL_H
#define BY_FETCH_CURL_H

#include <curl/curl.h>

#include "fetch.h"

/* What we call of it: `by_curl.easy_init` is curl_easy_init. */
#define BY_CURL_FUNCTIONS(X)                                                                       \
    X(easy_cleanup)                                                                                \
    X(easy_getinfo)                                                                                \
    X(easy_header)                                                                                 \
    X(easy_init)                                                                                   \
    X(easy_nextheader)                                                                             \
    X(easy_reset)                                                                                  \
    X(easy_setopt)                                                                                 \
    X(easy_strerror)                                                                               \
    X(free)                                                                                        \
    X(getdate)                                                                                     \
    X(global_init)                                                                                 \
    X(multi_add_handle)                                                                            \
    X(multi_assign)                                                                                \
    X(multi_cleanup)                                                                               \
    X(multi_info_read)                                                                             \
    X(multi_init)                                                                                  \
    X(multi_remove_handle)                                                                         \
    X(multi_setopt)                                                                                \
    X(multi_socket_action)                                                                         \
    X(multi_strerror)                                                                              \
    X(slist_append)                                                                                \
    X(slist_free_all)                                                                              \
    X(url)                                                                                         \
    X(url_cleanup)                                                                                 \
    X(url_get)                                                                                     \
    X(url_set)                                                                                     \
    X(url_strerror)                                                                                \
    X(version_info)

#define BY_CURL_POINTER(name) __typeof__(curl_##name) *name;

typedef struct by_curl_functions {
    BY_CURL_FUNCTIONS(BY_CURL_POINTER)
} by_curl_functions;

/* Filled by the first by_curl_open, and never changed after that. */
extern by_curl_functions by_curl;

/* Opens libcurl for the whole process, once; from any thread. */
by_status by_curl_open(by_error *err);

#endif
