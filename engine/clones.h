/* SPDX-License-Identifier: MIT
 *
 * BY_CLONES before a function makes the compiler build it for several instruction sets; the loader
 * picks the best one that the machine has. The arithmetic is the same in all of them: no fused
 * operations.
 */
#ifndef BY_CLONES_H
#define BY_CLONES_H

/* Sanitizers start after the loader has picked, so their builds go without. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) &&                             \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define BY_CLONES __attribute__((target_clones("default", "avx2", "arch=x86-64-v4")))
#else
#define BY_CLONES
#endif

#endif
