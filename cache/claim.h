/* SPDX-License-Identifier: MIT
 *
 * Keeps a process from opening one LMDB environment twice, which would drop its file locks.
 */
#ifndef BY_CLAIM_H
#define BY_CLAIM_H

#include <sys/types.h>

/* Claims a folder by its device and inode. Returns 1, or 0 when it is claimed already, or -1 when
 * memory is out. Thread-safe. */
int by_claim_take(dev_t device, ino_t inode);
void by_claim_drop(dev_t device, ino_t inode);

#endif
