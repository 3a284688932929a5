/* SPDX-License-Identifier: MIT
 *
 * Proves that the page structure of an LMDB file is sound before LMDB maps it.
 *
 * LMDB trusts its file: one that was cut short or overwritten makes it crash (SIGBUS, abort). So
 * every page that can be reached (meta, branch and leaf pages, the extent of overflow pages, the
 * list of free pages) is checked with plain reads first. The values themselves carry checksums of
 * their own. Costs a few milliseconds for gigabytes, because the values are not read.
 */
#ifndef BY_PAGES_H
#define BY_PAGES_H

/* NULL when the file is sound, else what is wrong with it. A writer in another process may be at
 * work meanwhile. `fd` is open for reading; its position is not used. */
const char *by_pages_fault(int fd);

#endif
