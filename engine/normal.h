/* SPDX-License-Identifier: MIT
 *
 * The standard normal distribution.
 */
#ifndef BY_NORMAL_H
#define BY_NORMAL_H

#include "status.h"

/* Share of the distribution up to x. Thread-safe, as all here. */
double by_normal_share(double x);
/* The x up to which `share` of the distribution lies: -inf at 0, inf at 1, NaN outside. Relative
 * error about 1e-16: M. J. Wichura, "Algorithm AS 241: The Percentage Points of the Normal
 * Distribution", Applied Statistics 37 (1988), 477-484, routine PPND16. */
double by_normal_quantile(double share);

#endif
