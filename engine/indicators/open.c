/* SPDX-License-Identifier: MIT
 *
 * open: the open itself. A series that is not bars has its values for it.
 *
 * First value: after 1 bar.
 * Units: those of the series.
 */
#include <string.h>

#include "kernel.h"

int32_t indicator_open_closes(const by_recipe *recipe) {
    (void)recipe;
    return 1;
}

void indicator_open(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    (void)recipe;
    memcpy(out, in->open, (size_t)count * sizeof *out);
}
