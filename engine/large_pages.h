/* SPDX-License-Identifier: MIT
 *
 * Large blocks of memory in large pages, where the system has them to give: a page of 4 KiB that is
 * touched for the first time costs about as much as to compute what goes into it, and one that was
 * read before it is written costs that twice, and a wait of all threads.
 */
#ifndef BY_LARGE_PAGES_H
#define BY_LARGE_PAGES_H

#include <stdint.h>
#include <sys/mman.h>

/* Of a block that was allocated and not yet touched; small ones stay as they are. */
static inline void large_pages_ask(void *block, size_t size_bytes) {
    enum { PAGE_BYTES = 4096 };
    const size_t large_bytes = (size_t)2 << 20;
    const uintptr_t first = ((uintptr_t)block + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    const uintptr_t end = ((uintptr_t)block + size_bytes) / PAGE_BYTES * PAGE_BYTES;
    if (size_bytes >= 2 * large_bytes) {
        (void)madvise((void *)first, end - first, MADV_HUGEPAGE);
    }
}

#endif
