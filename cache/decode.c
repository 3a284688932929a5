/* SPDX-License-Identifier: MIT */
#include "decode.h"

#include <stdlib.h>
#include <string.h>

#include "csv_text.h"
#include "decode_rooms.h"
#include "import.h"
#include "textfile.h"

static by_status bad_spec(by_error *err, const char *name, const char *what) {
    return by_fail(err, BY_USAGE, "%.120s: the description of answers %s", name, what);
}

static by_status check_spec(const by_decode_spec *spec, const char *name, by_error *err) {
    const int is_csv = spec->layout == BY_LAYOUT_CSV;
    if (spec->layout < BY_LAYOUT_ROWS || spec->layout > BY_LAYOUT_CSV) {
        return bad_spec(err, name, "has a layout that does not exist");
    }
    if (spec->time_unit < BY_TIME_TEXT || spec->time_unit > BY_TIME_NS) {
        return bad_spec(err, name, "has a unit of time that does not exist");
    }
    if (spec->timeframe_seconds <= 0) {
        return bad_spec(err, name, "has no timeframe");
    }
    if (spec->path == NULL && !is_csv) {
        return bad_spec(err, name, "does not say where rows stand");
    }
    if (spec->time == NULL && !is_csv && spec->layout != BY_LAYOUT_KEYED) {
        return bad_spec(err, name, "does not name the time");
    }
    if (spec->close == NULL && !(is_csv && spec->time == NULL)) {
        return bad_spec(err, name, "does not name the close");
    }
    if (spec->symbol == NULL && spec->default_symbol == NULL &&
        spec->layout != BY_LAYOUT_MAP_OF_ROWS) {
        return bad_spec(err, name, "does not say whose rows they are");
    }
    if (spec->adjusted != NULL && spec->layout == BY_LAYOUT_COLUMNS) {
        return bad_spec(err, name, "has an adjusted close, which columns cannot have");
    }
    if (spec->default_symbol != NULL && strlen(spec->default_symbol) >= BY_PAGE_NAME_SIZE) {
        return bad_spec(err, name, "has a symbol that is too long");
    }
    return BY_OK;
}

by_status by_decode_cut(const char *text, size_t size_bytes, const char *name, by_error *err) {
    char shown[BY_DECODE_EXCERPT_SIZE];
    size_t tail = size_bytes < sizeof shown - 1 ? size_bytes : sizeof shown - 1;
    by_csv_cell end = {text + size_bytes - tail, tail};
    return by_fail(err, BY_DATA, "%.120s: the answer was cut after %zu bytes: it ends in '%s'",
                   name, size_bytes, by_csv_excerpt(end, shown, sizeof shown));
}

int by_decode_is_blank(const char *text, size_t size_bytes) {
    size_t at = 0;
    while (at < size_bytes && strchr(" \t\r\n", text[at]) != NULL && text[at] != '\0') {
        at++;
    }
    return at == size_bytes;
}

static by_status decode(by_decoder *d, const char *text, size_t size_bytes, const char *name,
                        by_error *err) {
    if (size_bytes >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        size_bytes -= 3;
    }
    if (by_decode_is_blank(text, size_bytes)) {
        return by_fail(err, BY_DATA, "%.120s: the answer is empty", name);
    }
    return d->spec->layout == BY_LAYOUT_CSV ? by_decode_csv(d, text, size_bytes, name, err)
                                            : by_decode_json(d, text, size_bytes, name, err);
}

by_status by_decode(const by_decode_spec *spec, const char *text, size_t size_bytes,
                    const char *name, by_page **out, by_error *err) {
    *out = NULL;
    by_status status = check_spec(spec, name, err);
    if (status != BY_OK) {
        return status;
    }
    if (size_bytes > INT32_MAX) {
        return by_fail(err, BY_LIMIT, "%.120s: more than 2 GiB of text", name);
    }
    by_decoder d = {.spec = spec, .known_index = -1, .adjusts = spec->adjusted != NULL};
    const char *fields[BY_SLOT_COUNT] = {spec->open,   spec->high, spec->low,    spec->close,
                                         spec->volume, spec->time, spec->symbol, spec->adjusted};
    memcpy(d.field, fields, sizeof fields);
    if (spec->layout == BY_LAYOUT_KEYED) {
        d.field[BY_SLOT_TIME] = NULL; /* it is the key */
    }
    if (spec->default_symbol != NULL) {
        d.group.length = strlen(spec->default_symbol);
        memcpy(d.group.text, spec->default_symbol, d.group.length);
    }
    d.c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (d.c_locale == (locale_t)0) {
        return by_fail_nomem(err, sizeof d);
    }
    status = by_page_new(&d.page, err);
    status = status == BY_OK ? decode(&d, text, size_bytes, name, err) : status;
    freelocale(d.c_locale);
    if (status != BY_OK) {
        by_page_free(d.page);
        return status;
    }
    *out = d.page;
    return BY_OK;
}

by_status by_decode_file(const by_decode_spec *spec, const char *path, const char *name,
                         by_page **out, by_error *err) {
    char *text;
    size_t size_bytes;
    *out = NULL;
    by_status status = by_textfile_read(path, BY_IMPORT_FILE_BYTES_MAX, &text, &size_bytes, err);
    if (status == BY_OK) {
        status = by_decode(spec, text, size_bytes, name, out, err);
        free(text);
    }
    return status;
}
