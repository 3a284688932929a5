/* SPDX-License-Identifier: MIT
 *
 * high: the high itself. A series that is not bars has its values for it.
 *
 * First value: after 1 bar.
 * Units: those of the series.
 */
#include <string.h>

#include "kernel.h"

int32_t indicator_high_closes(const by_recipe *recipe) {
    (void)recipe;
    return 1;
}

void indicator_high(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    (void)recipe;
    memcpy(out, in->high, (size_t)count * sizeof *out);
}
