/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "secret_rooms.h"

enum { BLOCK = 3, SLOT_BITS = 14, SLOTS = 1 << SLOT_BITS, NONE = -1 };

typedef struct entry {
    const char *bytes;
    size_t size_bytes;
    int32_t next; /* of those whose windows end with blocks of the same slot */
} entry;

/* The window is as long as the shortest form. By the block at its end, `shift` says how far it may
 * move without missing the beginning of a form; where that is 0, `head` begins a list of forms. */
struct by_secret_scan {
    size_t window;
    int32_t count;
    uint8_t shift[SLOTS];
    int32_t head[SLOTS];
    entry entries[];
};

/* Of a block whose bytes are the upper three of `word`. */
static uint32_t slot_of_word(uint32_t word) {
    return (word >> 8) * 2654435761U >> (32 - SLOT_BITS);
}

static uint32_t slot_of(const char *block) {
    return slot_of_word((uint32_t)(unsigned char)block[0] << 8 |
                        (uint32_t)(unsigned char)block[1] << 16 |
                        (uint32_t)(unsigned char)block[2] << 24);
}

/* The same of the block that ends at `end`, in one load: there is a byte in front of it. */
static uint32_t slot_before(const char *end) {
    uint32_t word;
    memcpy(&word, end - sizeof word, sizeof word);
    return slot_of_word(word);
}

static void add(by_secret_scan *scan, const by_secret_form *form) {
    for (size_t end = BLOCK; end <= scan->window; end++) {
        uint32_t slot = slot_of(form->bytes + end - BLOCK);
        size_t shift = scan->window - end;
        if (shift < scan->shift[slot]) {
            scan->shift[slot] = (uint8_t)shift;
        }
    }
    uint32_t slot = slot_of(form->bytes + scan->window - BLOCK);
    scan->entries[scan->count] = (entry){form->bytes, form->size_bytes, scan->head[slot]};
    scan->head[slot] = scan->count++;
}

by_secret_scan *by_secret_scan_new(by_secret_value *const *values, int32_t count) {
    size_t forms = 0, shortest = UINT8_MAX;
    for (int32_t i = 0; i < count; i++) {
        for (const by_secret_value *value = values[i]; value != NULL; value = value->older) {
            forms += (size_t)value->form_count;
            for (int32_t j = 0; j < value->form_count; j++) {
                size_t size = value->form[j].size_bytes;
                shortest = size < shortest ? size : shortest;
            }
        }
    }
    by_secret_scan *scan = malloc(sizeof *scan + forms * sizeof(entry));
    if (scan == NULL) {
        return NULL;
    }
    scan->window = shortest;
    scan->count = 0;
    memset(scan->shift, (int)(shortest - BLOCK + 1), sizeof scan->shift);
    for (size_t slot = 0; slot < SLOTS; slot++) {
        scan->head[slot] = NONE;
    }
    for (int32_t i = 0; i < count; i++) {
        for (const by_secret_value *value = values[i]; value != NULL; value = value->older) {
            for (int32_t j = 0; j < value->form_count; j++) {
                add(scan, &value->form[j]);
            }
        }
    }
    return scan;
}

void by_secret_scan_free(by_secret_scan *scan) {
    free(scan);
}

/* The size of the longest form that stands at `text`, 0 when none does. */
static size_t longest_at(const by_secret_scan *scan, uint32_t slot, const char *text, size_t left) {
    size_t longest = 0;
    for (int32_t i = scan->head[slot]; i != NONE; i = scan->entries[i].next) {
        const entry *form = &scan->entries[i];
        if (form->size_bytes > longest && form->size_bytes <= left &&
            memcmp(form->bytes, text, form->size_bytes) == 0) {
            longest = form->size_bytes;
        }
    }
    return longest;
}

/* The next place, from `at` on, where a form may begin; `size_bytes` when there is none. */
static size_t next_candidate(const by_secret_scan *scan, const char *text, size_t size_bytes,
                             size_t at) {
    const size_t window = scan->window, farthest = window - BLOCK + 1;
    while (at + window <= size_bytes) {
        size_t shift = scan->shift[slot_before(text + at + window)];
        if (shift == 0) {
            return at;
        }
        at += shift;
        /* By a constant, and not by what was looked up, the processor can go on in advance. */
        while (at + window <= size_bytes &&
               scan->shift[slot_before(text + at + window)] == farthest) {
            at += farthest;
        }
    }
    return size_bytes;
}

int32_t by_secret_scan_redact(const by_secret_scan *scan, char *text, size_t size_bytes) {
    if (scan == NULL || scan->count == 0) {
        return 0;
    }
    /* A place is overwritten only when the search has left it, so that values which overlap are
     * all found. */
    int32_t places = 0;
    size_t first = 0, end = 0;
    for (size_t at = 0; (at = next_candidate(scan, text, size_bytes, at)) < size_bytes; at++) {
        uint32_t slot = slot_before(text + at + scan->window);
        size_t found = longest_at(scan, slot, text + at, size_bytes - at);
        if (found != 0 && at < end) {
            end = at + found > end ? at + found : end;
        } else if (found != 0) {
            memset(text + first, '*', end - first);
            first = at;
            end = at + found;
            places++;
        }
    }
    memset(text + first, '*', end - first);
    return places;
}
