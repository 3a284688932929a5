/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "fetch_rooms.h"
#include "textfile.h"

enum { PEM_SIZE_MAX = 4 << 20 };

/* The system's certificates as text, where libcurl has them in one file alone. A folder of them
 * stays in force beside ours by itself. */
static by_status read_system(char **text, size_t *size_bytes, by_error *err) {
    const curl_version_info_data *built = by_curl.version_info(CURLVERSION_NOW);
    *text = NULL;
    *size_bytes = 0;
    if (built->capath != NULL || built->cainfo == NULL) {
        return BY_OK;
    }
    return by_textfile_read(built->cainfo, PEM_SIZE_MAX, text, size_bytes, err);
}

by_status by_fetch_trust(const char *path, char **text, size_t *size_bytes, by_error *err) {
    char *own = NULL, *system = NULL;
    size_t own_size = 0, system_size = 0;
    by_status status = by_textfile_read(path, PEM_SIZE_MAX, &own, &own_size, err);
    if (status == BY_OK && memmem(own, own_size, "-----BEGIN ", 11) == NULL) {
        status = by_fail(err, BY_DATA, "%.200s: no certificate in it; a CA file is PEM text", path);
    }
    status = status == BY_OK ? read_system(&system, &system_size, err) : status;
    if (status == BY_OK && system != NULL) {
        char *both = realloc(own, own_size + 1 + system_size);
        if (both == NULL) {
            status = by_fail_nomem(err, own_size + 1 + system_size);
        } else {
            own = both;
            own[own_size] = '\n';
            memcpy(own + own_size + 1, system, system_size);
            own_size += 1 + system_size;
        }
    }
    free(system);
    if (status != BY_OK) {
        free(own);
        return status;
    }
    *text = own;
    *size_bytes = own_size;
    return BY_OK;
}
