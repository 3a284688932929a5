/* SPDX-License-Identifier: MIT
 *
 * Two passes over the returns of a backtest, which is cut into BY_BLOCK_COUNT blocks that are
 * looked at side by side, a lane each: so even what goes on from day to day runs in vectors.
 *
 * What is found of a block does not depend on how many lanes there are: the same bits everywhere.
 */
#ifndef BY_BLOCKS_H
#define BY_BLOCKS_H

#include "metrics.h"

/* What is found of each block alone. X(name, value before its first day):
 *
 * growth        product of 1 + r
 * high, low     its extremes, the 1 before the first day included
 * sum           of r
 * sum_squares   of r^2
 * loss_squares  of min(r, 0)^2
 * wins          days on which r > 0
 * best, worst   of r */
#define BLOCKS_ALONE_MAP(X)                                                                        \
    X(growth, 1.0)                                                                                 \
    X(high, 1.0)                                                                                   \
    X(low, 1.0)                                                                                    \
    X(sum, 0.0)                                                                                    \
    X(sum_squares, 0.0)                                                                            \
    X(loss_squares, 0.0)                                                                           \
    X(wins, 0.0)                                                                                   \
    X(best, -INFINITY)                                                                             \
    X(worst, INFINITY)

/* What is found of each block in its place, where the value of a day is `start` times the growth of
 * the block up to it. X(name, value before its first day):
 *
 * growth    product of 1 + r
 * peak      highest value, those of earlier blocks included (so it begins with theirs)
 * ratio     lowest value / peak, where that is below the bound that is known, else that
 * under     days below the peak in a row, up to the last one
 * longest   and at most
 * lead      and from the block's first day on
 * leading   1 where there is no other day, else 0
 * second, third, fourth   sums of powers of r - mean */
#define BLOCKS_PLACED_MAP(X)                                                                       \
    X(growth, 1.0)                                                                                 \
    X(peak, 1.0)                                                                                   \
    X(ratio, 1.0)                                                                                  \
    X(under, 0.0)                                                                                  \
    X(longest, 0.0)                                                                                \
    X(lead, 0.0)                                                                                   \
    X(leading, 1.0)                                                                                \
    X(second, 0.0)                                                                                 \
    X(third, 0.0)                                                                                  \
    X(fourth, 0.0)

#define BLOCKS_FIELD(name, before) double name[BY_BLOCK_COUNT];
typedef struct blocks_alone {
    BLOCKS_ALONE_MAP(BLOCKS_FIELD)
} blocks_alone;
typedef struct blocks_placed {
    BLOCKS_PLACED_MAP(BLOCKS_FIELD)
} blocks_placed;
#undef BLOCKS_FIELD

/* Where each block begins and what it is known of it. Blocks have `days` days or one more. */
typedef struct blocks_layout {
    const double *returns[BY_BLOCK_COUNT];
    double size[BY_BLOCK_COUNT];
    double start[BY_BLOCK_COUNT]; /* the value before it; as the next three, for the second pass */
    double peak[BY_BLOCK_COUNT];  /* the highest value up to there */
    double mean;                  /* of all returns */
    double bound;                 /* of value / peak: on some day it is as low */
    int32_t days;
} blocks_layout;

/* The passes in one width, each over as many blocks as it has lanes, `block` first. */
typedef struct blocks_kernel {
    int32_t lanes;
    void (*alone)(const blocks_layout *of, int32_t block, blocks_alone *out);
    void (*placed)(const blocks_layout *of, int32_t block, blocks_placed *out);
} blocks_kernel;

extern const blocks_kernel blocks_kernel_1;
#if defined(__x86_64__)
extern const blocks_kernel blocks_kernel_4; /* for processors with AVX2 */
extern const blocks_kernel blocks_kernel_8; /* and with AVX-512F */
#endif
/* The widest that the processor has. */
const blocks_kernel *blocks_kernel_best(void);

/* What all blocks make together. */
typedef struct blocks_total {
    double sum;
    double loss_squares;
    double wins;
    double best;
    double worst;
    double end;   /* value, from 1 */
    double ratio; /* lowest value / peak */
    double longest;
    double second;
    double third;
    double fourth;
} blocks_total;

/* Both passes over `count` returns of at least -1; sums and squares of the blocks, too. */
void blocks_pass(const blocks_kernel *kernel, const double *returns, int32_t count,
                 double sum[BY_BLOCK_COUNT], double sum_squares[BY_BLOCK_COUNT], blocks_total *out);

#endif
