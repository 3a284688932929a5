/* SPDX-License-Identifier: MIT
 *
 * close: the close itself; the values themselves of a series that is not bars.
 *
 * First value: after 1 bar.
 * Units: those of the series.
 */
#include <string.h>

#include "kernel.h"

int32_t indicator_close_closes(const by_recipe *recipe) {
    (void)recipe;
    return 1;
}

void indicator_close(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    (void)recipe;
    memcpy(out, in->close, (size_t)count * sizeof *out);
}
