/* SPDX-License-Identifier: MIT
 *
 * A loop on several threads.
 */
#ifndef BY_PARALLEL_H
#define BY_PARALLEL_H

#include <stdint.h>

/* Calls body(context, i) for i in 0 .. count - 1, each once, in any order, on up to `thread_count`
 * threads; returns when all are done. When threads cannot be started, fewer are used. */
void parallel_for(int32_t thread_count, int32_t count, void (*body)(void *context, int32_t i),
                  void *context);

#endif
