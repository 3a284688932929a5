/* SPDX-License-Identifier: MIT
 *
 * volume: the volume itself. Series that are not bars have none.
 *
 * First value: after 1 bar.
 * Units: shares, or what the data counts.
 */
#include <string.h>

#include "kernel.h"

int32_t indicator_volume_closes(const by_recipe *recipe) {
    (void)recipe;
    return 1;
}

void indicator_volume(const by_recipe *recipe, const by_inputs *in, int32_t count, double *out) {
    (void)recipe;
    memcpy(out, in->volume, (size_t)count * sizeof *out);
}
