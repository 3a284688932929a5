/* SPDX-License-Identifier: MIT
 *
 * The inside of a trace.
 */
#ifndef BY_TRACE_PARTS_H
#define BY_TRACE_PARTS_H

#include "trace.h"
#include "walk_parts.h"

struct by_trace {
    walk walk;
    by_range range;
};

#endif
