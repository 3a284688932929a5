/* SPDX-License-Identifier: MIT
 *
 * obv: running sum of the volume, added on a close above the one before, taken off on one below;
 * begins with the volume of the first bar.
 */
#include "kernel.h"

int32_t indicator_obv_closes(const int32_t *window, int32_t variant) {
    (void)window;
    (void)variant;
    return 1;
}

void indicator_obv(const int32_t *window, int32_t variant, const by_inputs *in, int32_t count,
                   double *out) {
    (void)window;
    (void)variant;
    double sum = in->volume[0];
    out[0] = sum;
    for (int32_t i = 1; i < count; i++) {
        if (in->close[i] > in->close[i - 1]) {
            sum += in->volume[i];
        } else if (in->close[i] < in->close[i - 1]) {
            sum -= in->volume[i];
        }
        out[i] = sum;
    }
}
