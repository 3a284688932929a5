/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "secret_rooms.h"

const char by_secret_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const char by_secret_unreserved[] = "-._~";
const char by_secret_hex[] = "0123456789ABCDEF";
static const char alphabet_of_urls[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char hex_lower[] = "0123456789abcdef";

/* What encoders leave alone: RFC 3986, JavaScript, forms, the least that a query needs. */
static const char *const kept_sets[] = {by_secret_unreserved, "-._~!*'()", "-._*",
                                        "-._~!$&'()*+,;=:@/?"};
/* What JSON writers write as \uXXXX beside what they must: none, Go's, .NET's. */
static const char *const escaped_sets[] = {"", "<>&", "<>&'+`"};

/* A form is at most this many times as large as its value; the sum of all of them, with room for
 * base64's padding. */
enum { PERCENT_TIMES = 3, JSON_TIMES = 6, BASE64_TIMES = 2, BASE64_MORE = 8 };
enum { PERCENT_FORMS = 2 * 4, JSON_FORMS = 2 * 2 * 2 * 3, BASE64_FORMS = 2 * 3 };
enum {
    ALL_TIMES =
        1 + PERCENT_FORMS * PERCENT_TIMES + JSON_FORMS * JSON_TIMES + BASE64_FORMS * BASE64_TIMES
};
_Static_assert(1 + PERCENT_FORMS + JSON_FORMS + BASE64_FORMS <= BY_SECRET_FORMS_MAX, "room");

char *by_secret_pages_new(size_t size_bytes) {
    char *pages =
        mmap(NULL, size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) {
        return NULL;
    }
    (void)madvise(pages, size_bytes, MADV_DONTDUMP);
    return pages;
}

void by_secret_pages_free(char *pages, size_t size_bytes, size_t used) {
    if (pages != NULL) {
        explicit_bzero(pages, used);
        (void)munmap(pages, size_bytes);
    }
}

static int is_alnum(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static int is_in(char c, const char *set) {
    return c != '\0' && strchr(set, c) != NULL;
}

size_t by_secret_percent(const char *text, size_t size_bytes, const char *kept, const char *hex,
                         char *out) {
    char *at = out;
    for (size_t i = 0; i < size_bytes; i++) {
        char c = text[i];
        if (is_alnum(c) || is_in(c, kept)) {
            *at++ = c;
        } else {
            *at++ = '%';
            *at++ = hex[((unsigned char)c >> 4) & 15];
            *at++ = hex[(unsigned char)c & 15];
        }
    }
    return (size_t)(at - out);
}

size_t by_secret_base64(const char *bytes, size_t size_bytes, const char *alphabet, char *out) {
    char *at = out;
    for (size_t i = 0; i < size_bytes; i += 3) {
        size_t left = size_bytes - i;
        uint32_t group = (uint32_t)(unsigned char)bytes[i] << 16;
        group |= left > 1 ? (uint32_t)(unsigned char)bytes[i + 1] << 8 : 0;
        group |= left > 2 ? (uint32_t)(unsigned char)bytes[i + 2] : 0;
        *at++ = alphabet[group >> 18];
        *at++ = alphabet[(group >> 12) & 63];
        *at++ = left > 1 ? alphabet[(group >> 6) & 63] : '=';
        *at++ = left > 2 ? alphabet[group & 63] : '=';
    }
    return (size_t)(at - out);
}

static char *write_unit(uint32_t unit, const char *hex, char *at) {
    *at++ = '\\';
    *at++ = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) {
        *at++ = hex[(unit >> shift) & 15];
    }
    return at;
}

/* The code point of a UTF-8 sequence of two to four bytes, and its size; 0 when it is none. */
static uint32_t take_point(const char *text, size_t left, size_t *size) {
    unsigned char lead = (unsigned char)text[0];
    *size = lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
    if (*size == 0 || lead >= 0xf5 || left < *size) {
        return 0;
    }
    uint32_t point = lead & (0x7fU >> *size);
    for (size_t i = 1; i < *size; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80) {
            return 0;
        }
        point = point << 6 | ((unsigned char)text[i] & 0x3f);
    }
    return point;
}

/* Writes `text` as within a string of JSON. */
static size_t write_json(const char *text, size_t size_bytes, int slash, int ascii,
                         const char *escaped, const char *hex, char *out) {
    char *at = out;
    for (size_t i = 0, step = 1; i < size_bytes; i += step, step = 1) {
        char c = text[i];
        uint32_t point =
            ascii && (unsigned char)c >= 0x80 ? take_point(text + i, size_bytes - i, &step) : 0;
        if (point >= 0x10000) {
            at = write_unit(0xd800 + ((point - 0x10000) >> 10), hex, at);
            at = write_unit(0xdc00 + ((point - 0x10000) & 0x3ff), hex, at);
        } else if (point != 0) {
            at = write_unit(point, hex, at);
        } else if (is_in(c, escaped)) {
            at = write_unit((unsigned char)c, hex, at);
        } else {
            step = 1;
            if (c == '"' || c == '\\' || (c == '/' && slash)) {
                *at++ = '\\';
            }
            *at++ = c;
        }
    }
    return (size_t)(at - out);
}

/* Keeps what was written at the end of the used pages as a form, unless it is there or too short.
 */
static void keep(by_secret_value *value, const char *bytes, size_t size_bytes) {
    if (size_bytes < BY_SECRET_LOOKED_FOR_MIN) {
        return;
    }
    for (int32_t i = 0; i < value->form_count; i++) {
        const by_secret_form *form = &value->form[i];
        if (form->size_bytes == size_bytes && memcmp(form->bytes, bytes, size_bytes) == 0) {
            return;
        }
    }
    value->form[value->form_count++] = (by_secret_form){bytes, size_bytes};
    value->used = (size_t)(bytes + size_bytes - value->pages);
}

/* The characters of base64 that the value alone makes when `before` bytes stand in front of it. */
static void keep_base64(by_secret_value *value, size_t before, const char *alphabet) {
    char *out = value->pages + value->used;
    size_t size = before + value->size_bytes;
    char *shifted = out + BASE64_TIMES * value->size_bytes + BASE64_MORE; /* behind the form */
    memset(shifted, 0, before);
    memcpy(shifted + before, value->pages, value->size_bytes);
    by_secret_base64(shifted, size, alphabet, out);
    explicit_bzero(shifted, size);
    size_t first = (before * 8 + 5) / 6, end = size * 8 / 6;
    keep(value, out + first, end - first);
}

static void keep_forms(by_secret_value *value) {
    const char *text = value->pages;
    size_t size = value->size_bytes;
    for (size_t i = 0; i < sizeof kept_sets / sizeof *kept_sets; i++) {
        for (int lower = 0; lower < 2; lower++) {
            char *out = value->pages + value->used;
            const char *hex = lower ? hex_lower : by_secret_hex;
            keep(value, out, by_secret_percent(text, size, kept_sets[i], hex, out));
        }
    }
    for (unsigned style = 0; style < JSON_FORMS; style++) {
        char *out = value->pages + value->used;
        const char *hex = style & 4 ? hex_lower : by_secret_hex;
        keep(
            value, out,
            write_json(text, size, style & 1, (style & 2) != 0, escaped_sets[style / 8], hex, out));
    }
    for (size_t before = 0; before < 3; before++) {
        keep_base64(value, before, by_secret_alphabet);
        keep_base64(value, before, alphabet_of_urls);
    }
}

by_secret_value *by_secret_value_new(const char *bytes, size_t size_bytes) {
    by_secret_value *value = calloc(1, sizeof *value);
    if (value == NULL) {
        return NULL;
    }
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t room = size_bytes * (ALL_TIMES + 1) + (size_t)(BASE64_FORMS + 1) * BASE64_MORE;
    value->pages_size = (room + page) / page * page;
    value->pages = by_secret_pages_new(value->pages_size);
    if (value->pages == NULL) {
        free(value);
        return NULL;
    }
    memcpy(value->pages, bytes, size_bytes);
    value->size_bytes = size_bytes;
    value->used = size_bytes + 1;
    if (size_bytes >= BY_SECRET_LOOKED_FOR_MIN) {
        value->form[value->form_count++] = (by_secret_form){value->pages, size_bytes};
        keep_forms(value);
    }
    return value;
}

void by_secret_value_free(by_secret_value *value) {
    if (value != NULL) {
        by_secret_pages_free(value->pages, value->pages_size, value->pages_size);
        free(value);
    }
}
