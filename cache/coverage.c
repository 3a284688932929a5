/* SPDX-License-Identifier: MIT */
#include "coverage.h"

#include <string.h>

int32_t by_spans_add(by_span *spans, int32_t count, by_span span) {
    if (span.end <= span.first) {
        return count;
    }
    int32_t low = 0, high = count;
    while (low < high) { /* the first that ends at or behind the new one's begin */
        int32_t middle = low + (high - low) / 2;
        if (spans[middle].end < span.first) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    int32_t behind = low;
    for (; behind < count && spans[behind].first <= span.end; behind++) {
        span.first = spans[behind].first < span.first ? spans[behind].first : span.first;
        span.end = spans[behind].end > span.end ? spans[behind].end : span.end;
    }
    memmove(&spans[low + 1], &spans[behind], (size_t)(count - behind) * sizeof *spans);
    spans[low] = span;
    return count + 1 - (behind - low);
}
