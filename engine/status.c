/* SPDX-License-Identifier: MIT */
#include "status.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
    int32_t exit_code;
    const char *text;
} statuses[] = {
#define BY_STATUS_ROW(name, code, text) {code, text},
    BY_STATUS_MAP(BY_STATUS_ROW)
#undef BY_STATUS_ROW
};

int32_t by_status_exit_code(int32_t status) {
    return status >= 0 && status < BY_STATUS_COUNT ? statuses[status].exit_code : 70;
}

const char *by_status_text(int32_t status) {
    return status >= 0 && status < BY_STATUS_COUNT ? statuses[status].text : "unknown status";
}

by_status by_fail(by_error *err, by_status status, const char *format, ...) {
    if (err != NULL) {
        va_list arguments;
        va_start(arguments, format);
        err->status = status;
        (void)vsnprintf(err->message, sizeof err->message, format, arguments);
        va_end(arguments);
    }
    return status;
}

by_status by_fail_nomem(by_error *err, size_t size_bytes) {
    return by_fail(err, BY_NOMEM,
                   "out of memory: %zu bytes could not be had; close other programs or lower the "
                   "size of the sweep",
                   size_bytes);
}
