/* SPDX-License-Identifier: MIT */
#include "fetch_curl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static const char LIBRARY[] = "libcurl.so.4";

#define NAME(name) "curl_" #name,
static const char *const names[] = {BY_CURL_FUNCTIONS(NAME)};
enum { NAMES = sizeof names / sizeof *names };

by_curl_functions by_curl;
_Static_assert(sizeof by_curl == NAMES * sizeof(void *), "pointers alone, in the order of names");

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char fault[160]; /* why it could not be opened; "": it was */

static void note_fault(const char *why) {
    snprintf(fault, sizeof fault, "%s", why != NULL ? why : LIBRARY);
}

/* It stays open until the process ends, as libcurl wants it. */
static void open_library(void) {
    void *library = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL);
    if (library == NULL) {
        note_fault(dlerror());
        return;
    }
    for (size_t i = 0; i < NAMES; i++) {
        void *function = dlsym(library, names[i]);
        if (function == NULL) {
            note_fault(dlerror());
            return;
        }
        memcpy((char *)&by_curl + i * sizeof function, &function, sizeof function);
    }
    CURLcode code = by_curl.global_init(CURL_GLOBAL_DEFAULT);
    if (code != CURLE_OK) {
        note_fault(by_curl.easy_strerror(code));
    }
}

by_status by_curl_open(by_error *err) {
    pthread_once(&once, open_library);
    return fault[0] == '\0'
               ? BY_OK
               : by_fail(err, BY_INTERNAL,
                         "libcurl cannot start: %s; fetching needs libcurl 7.87 or later (Debian's "
                         "package libcurl4)",
                         fault);
}
