/* SPDX-License-Identifier: MIT */
#include "range.h"

#include <math.h>
#include <stdio.h>

void by_range_tell(double open, double high, double low, double close,
                   char out[BY_RANGE_TEXT_SIZE]) {
    int at_open = !by_range_sound(open, high, low, (double)NAN);
    double price = at_open ? open : close;
    const char *name = at_open ? "open" : "close";
    if (high < low) {
        (void)snprintf(out, BY_RANGE_TEXT_SIZE, "high %.10g is below low %.10g", high, low);
    } else if (price > high * (1 + BY_CSV_ROUNDING)) {
        (void)snprintf(out, BY_RANGE_TEXT_SIZE, "high %.10g is below %s %.10g", high, name, price);
    } else {
        (void)snprintf(out, BY_RANGE_TEXT_SIZE, "low %.10g is above %s %.10g", low, name, price);
    }
}
