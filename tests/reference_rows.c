/* SPDX-License-Identifier: MIT */
#include "reference_rows.h"

#include <stdlib.h>
#include <string.h>

bool reference_matches(const char *pattern, const char *name, int32_t *w) {
    const char *place = strstr(pattern, "%d");
    if (place == NULL) {
        return strcmp(pattern, name) == 0;
    }
    const size_t before = (size_t)(place - pattern);
    const size_t digits =
        strncmp(pattern, name, before) == 0 ? strspn(name + before, "0123456789") : 0;
    if (digits == 0 || strcmp(place + 2, name + before + digits) != 0) {
        return false;
    }
    *w = (int32_t)strtol(name + before, NULL, 10);
    return true;
}
