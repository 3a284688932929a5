/* SPDX-License-Identifier: MIT
 *
 * Comes before every file that is compiled for exact_indicator: from here on a double is a long
 * double, and functions are those of long doubles.
 */
#ifndef BY_TEST_EXACT_PRELUDE_H
#define BY_TEST_EXACT_PRELUDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <tgmath.h>
#include <time.h>

#include "exact.h"

#define double exact_number

/* In the place of engine/logarithm.h, which takes the bits of a double apart. */
#define BY_LOGARITHM_H
#define by_logarithm(above, below) log((above) / (below))

#endif
