/* SPDX-License-Identifier: MIT */
#include "parallel.h"

#include <pthread.h>
#include <stdatomic.h>

enum { THREADS_MAX = 256 };

typedef struct loop {
    atomic_int next;
    int32_t count;
    void (*body)(void *context, int32_t i);
    void *context;
} loop;

static void *work(void *argument) {
    loop *at = argument;
    for (int32_t i; (i = atomic_fetch_add(&at->next, 1)) < at->count;) {
        at->body(at->context, i);
    }
    return NULL;
}

void parallel_for(int32_t thread_count, int32_t count, void (*body)(void *context, int32_t i),
                  void *context) {
    loop at = {.count = count, .body = body, .context = context};
    pthread_t threads[THREADS_MAX];
    int32_t started = 0;
    while (started + 1 < thread_count && started + 1 < count && started < THREADS_MAX &&
           pthread_create(&threads[started], NULL, work, &at) == 0) {
        started++;
    }
    work(&at);
    for (int32_t t = 0; t < started; t++) {
        pthread_join(threads[t], NULL);
    }
}
