/* SPDX-License-Identifier: MIT
 *
 * What the Bollinger bands share.
 */
#ifndef BY_BOLLINGER_H
#define BY_BOLLINGER_H

#include "kernel.h"

/* The mean of the last w closes and `deviations` standard deviations from it, by the recipe of a
 * band: out[w - 1 .. count). */
void bollinger_band(const by_recipe *recipe, const by_inputs *in, double deviations, int32_t count,
                    double *out);

#endif
