/* SPDX-License-Identifier: MIT */
#include "decode_tree.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv_text.h"

void by_tree_init(by_tree *tree, by_decoder *d) {
    memset(tree, 0, offsetof(by_tree, path));
    tree->d = d;
    for (int slot = 0; slot < BY_SLOT_COUNT; slot++) {
        const char *field = d->field[slot];
        if (field == NULL || field[0] == '\0') {
            continue;
        }
        tree->field_length[slot] = strlen(field);
        tree->starting[(unsigned char)field[0]] |= (uint8_t)(1u << slot);
        char *end;
        unsigned long number = strtoul(field, &end, 10);
        if (*end == '\0' && field[0] >= '0' && field[0] <= '9' && number < BY_TREE_INDEX_MAX) {
            tree->numbered[number] |= (uint8_t)(1u << slot);
        }
    }
    by_tree_columns_begin(tree);
}

void by_tree_free(by_tree *tree) {
    free(tree->columns.time);
}

static unsigned slots_named(const by_tree *tree, const char *key, size_t length) {
    unsigned named = 0;
    if (length == 0) {
        return 0;
    }
    for (unsigned left = tree->starting[(unsigned char)key[0]]; left != 0; left &= left - 1) {
        int slot = __builtin_ctz(left);
        if (tree->field_length[slot] == length && memcmp(tree->d->field[slot], key, length) == 0) {
            named |= 1u << slot;
        }
    }
    return named;
}

/* The columns that stand at the path of the value. */
static unsigned columns_here(const by_tree *tree) {
    size_t skip = tree->root_length > 0 ? tree->root_length + 1 : 0;
    return tree->path_length > skip ? slots_named(tree, tree->path + skip, tree->path_length - skip)
                                    : 0;
}

static int is_rows_path(const by_tree *tree) {
    const char *path = tree->d->spec->path;
    return strncmp(path, tree->path, tree->path_length) == 0 && path[tree->path_length] == '\0';
}

/* 1 when rows should stand at the path of the value, or somewhere below it. */
static int leads_to_rows(const by_tree *tree) {
    const char *path = tree->d->spec->path;
    if (tree->depth == 0) {
        return 1;
    }
    return tree->path_length > 0 && strncmp(path, tree->path, tree->path_length) == 0 &&
           (path[tree->path_length] == '.' || path[tree->path_length] == '\0');
}

static int step_to(by_tree *tree, const by_tree_level *top, const char *key, size_t length) {
    size_t at = top->path_length;
    if (at + length + 1 > sizeof tree->path) {
        return by_decode_fault(tree->d, "keys of more than %zu bytes", sizeof tree->path);
    }
    if (at > 0) {
        tree->path[at++] = '.';
    }
    memcpy(tree->path + at, key, length);
    tree->path_length = at + length;
    return 1;
}

int by_tree_key(by_tree *tree, const char *key, size_t length) {
    by_tree_level *top = &tree->level[tree->depth];
    if (top->place == BY_PLACE_ROW) {
        top->mask = slots_named(tree, key, length);
        return 1;
    }
    if (top->place == BY_PLACE_SKIPPED) {
        return 1;
    }
    if (!step_to(tree, top, key, length)) {
        return 0;
    }
    if (top->place == BY_PLACE_MAP) {
        return by_decode_put_name(tree->d, key, length, &tree->d->group);
    }
    if (top->place == BY_PLACE_KEYED) {
        by_decode_row_begin(tree->d);
        return by_decode_put(tree->d, 1u << BY_SLOT_TIME, key, length);
    }
    return 1;
}

static int wrong_kind(by_tree *tree, const char *what, const char *wanted) {
    return by_decode_fault(tree->d, "%s, where %s should stand", what, wanted);
}

/* The next element of an array. */
static int step(by_tree *tree, by_tree_level *top) {
    top->index++;
    if (top->place == BY_PLACE_ROW) {
        top->mask = top->index < BY_TREE_INDEX_MAX ? tree->numbered[top->index] : 0;
    } else if (top->place == BY_PLACE_OUTSIDE || top->place == BY_PLACE_COLUMNS) {
        char number[24];
        int length = snprintf(number, sizeof number, "%lld", (long long)top->index);
        return step_to(tree, top, number, (size_t)length);
    }
    return top->place != BY_PLACE_NO_ROWS || wrong_kind(tree, "an array", "an object");
}

static const char *wanted_at(const by_tree_level *top) {
    return top->place == BY_PLACE_MAP    ? "an array of rows"
           : top->place == BY_PLACE_LIST ? "a row (an object or array)"
                                         : "a row or its time";
}

/* Rows begin here: what the layout says must stand here. PHP writes an object without keys as an
 * empty array, and so that is one, too. */
static int open_rows(by_tree *tree, int is_array, by_tree_level *level) {
    static const by_place places[] = {[BY_LAYOUT_ROWS] = BY_PLACE_LIST,
                                      [BY_LAYOUT_MAP_OF_ROWS] = BY_PLACE_MAP,
                                      [BY_LAYOUT_COLUMNS] = BY_PLACE_COLUMNS,
                                      [BY_LAYOUT_KEYED] = BY_PLACE_KEYED};
    level->place = places[tree->d->spec->layout];
    level->is_root = 1;
    if (level->place == BY_PLACE_COLUMNS) {
        tree->root_length = tree->path_length;
        return 1;
    }
    if (!is_array && level->place == BY_PLACE_LIST) {
        return wrong_kind(tree, "an object", "an array of rows");
    }
    if (is_array && level->place != BY_PLACE_LIST) {
        level->place = BY_PLACE_NO_ROWS;
    }
    tree->d->page->has_rows = 1;
    return 1;
}

/* What the container that opens inside of `top` is. */
static int place_inside(by_tree *tree, const by_tree_level *top, int is_array,
                        by_tree_level *level) {
    switch (top->place) {
    case BY_PLACE_OUTSIDE:
        return !is_rows_path(tree) || open_rows(tree, is_array, level);
    case BY_PLACE_MAP:
        level->place = BY_PLACE_LIST;
        return is_array || wrong_kind(tree, "an object", wanted_at(top));
    case BY_PLACE_LIST:
        by_decode_row_begin(tree->d);
        level->place = BY_PLACE_ROW;
        return 1;
    case BY_PLACE_KEYED:
        level->place = BY_PLACE_ROW;
        return 1;
    case BY_PLACE_COLUMNS:
        level->mask = columns_here(tree);
        level->place = level->mask != 0 ? BY_PLACE_COLUMN : BY_PLACE_COLUMNS;
        return level->mask == 0 || by_tree_column_begin(tree, level->mask, is_array);
    case BY_PLACE_ROW:
        level->place = BY_PLACE_SKIPPED;
        return top->mask == 0 || wrong_kind(tree, is_array ? "an array" : "an object",
                                            by_decode_slot_name(__builtin_ctz(top->mask)));
    case BY_PLACE_COLUMN:
        return wrong_kind(tree, is_array ? "an array" : "an object", "a value");
    case BY_PLACE_SKIPPED:
        level->place = BY_PLACE_SKIPPED;
        return 1;
    case BY_PLACE_NO_ROWS:
        break;
    }
    return 0;
}

int by_tree_open(by_tree *tree, int is_array) {
    by_tree_level *top = &tree->level[tree->depth], *level = top + 1;
    if (tree->depth == BY_DECODE_DEPTH_MAX) {
        return by_decode_fault(tree->d, "nested deeper than %d", BY_DECODE_DEPTH_MAX);
    }
    if (top->is_array && !step(tree, top)) {
        return 0;
    }
    *level = (by_tree_level){.is_array = is_array, .index = -1, .path_length = tree->path_length};
    if (!place_inside(tree, top, is_array, level)) {
        return 0;
    }
    tree->depth++;
    return 1;
}

int by_tree_close(by_tree *tree) {
    const by_tree_level *top = &tree->level[tree->depth];
    if (top->place == BY_PLACE_ROW && !by_decode_row_end(tree->d)) {
        return 0;
    }
    if (top->place == BY_PLACE_COLUMNS && top->is_root && !by_tree_columns_end(tree)) {
        return 0;
    }
    tree->depth--;
    return 1;
}

static int keep_field(by_tree *tree, const char *text, size_t length) {
    return by_page_note_add(tree->d->page, tree->path, tree->path_length, tree->depth, text, length,
                            &tree->d->fault) == BY_OK;
}

int by_tree_scalar(by_tree *tree, const char *text, size_t length) {
    by_tree_level *top = &tree->level[tree->depth];
    if (top->is_array && !step(tree, top)) {
        return 0;
    }
    switch (top->place) {
    case BY_PLACE_ROW:
        return by_decode_put(tree->d, top->mask, text, length);
    case BY_PLACE_COLUMN:
        return by_tree_column_put(tree, top->mask, text, length);
    case BY_PLACE_SKIPPED:
        return 1;
    case BY_PLACE_OUTSIDE:
        return leads_to_rows(tree) ? wrong_kind(tree, "a value", "rows")
                                   : keep_field(tree, text, length);
    case BY_PLACE_COLUMNS: {
        unsigned mask = columns_here(tree);
        if (mask == 1u << BY_SLOT_SYMBOL &&
            !by_decode_put_name(tree->d, text, length, &tree->d->group)) {
            return 0;
        }
        if ((mask & ~(1u << BY_SLOT_SYMBOL)) != 0) {
            return wrong_kind(tree, "a value", "an array of them");
        }
        /* An array in which nobody sees a column may be one all the same: no field for each row. */
        return top->is_array || keep_field(tree, text, length);
    }
    case BY_PLACE_MAP:
    case BY_PLACE_LIST:
    case BY_PLACE_KEYED:
    case BY_PLACE_NO_ROWS:
        break;
    }
    return wrong_kind(tree, "a value", wanted_at(top));
}

/* null says that there is no such value: what came before under the same key is gone. */
static int put_null(by_tree *tree, by_tree_level *top) {
    by_decode_row *row = &tree->d->row;
    switch (top->place) {
    case BY_PLACE_ROW:
        for (unsigned left = top->mask; left != 0; left &= left - 1) {
            int slot = __builtin_ctz(left);
            if (slot < BY_PAGE_COLUMNS) {
                row->value[slot] = (double)NAN;
            }
        }
        row->adjusted = (top->mask & 1u << BY_SLOT_ADJUSTED) != 0 ? (double)NAN : row->adjusted;
        row->has_time &= (top->mask & 1u << BY_SLOT_TIME) == 0;
        row->symbol.length = (top->mask & 1u << BY_SLOT_SYMBOL) != 0 ? 0 : row->symbol.length;
        return 1;
    case BY_PLACE_COLUMN:
        return by_tree_column_put(tree, top->mask, "", 0);
    case BY_PLACE_LIST:
    case BY_PLACE_KEYED:
        return wrong_kind(tree, "null", wanted_at(top));
    case BY_PLACE_MAP:
    case BY_PLACE_OUTSIDE:
    case BY_PLACE_COLUMNS:
    case BY_PLACE_SKIPPED:
    case BY_PLACE_NO_ROWS:
        break;
    }
    return 1;
}

int by_tree_null(by_tree *tree) {
    by_tree_level *top = &tree->level[tree->depth];
    return (!top->is_array || step(tree, top)) && put_null(tree, top);
}

const char *by_tree_where(const by_tree *tree, char *out, size_t size_bytes) {
    char path[200];
    int64_t row = -1;
    for (int32_t i = tree->depth; i > 0; i--) {
        if (tree->level[i].place == BY_PLACE_LIST || tree->level[i].place == BY_PLACE_COLUMN) {
            row = tree->level[i].index;
        }
    }
    by_csv_excerpt((by_csv_cell){tree->path, tree->path_length}, path, sizeof path);
    if (row >= 0) {
        (void)snprintf(out, size_bytes, "%s%s%lld", path, path[0] != '\0' ? "." : "",
                       (long long)row);
    } else {
        (void)snprintf(out, size_bytes, "%s", path[0] != '\0' ? path : "the top");
    }
    return out;
}
