/* SPDX-License-Identifier: MIT
 *
 * Layout COLUMNS: values come column by column and become rows when all of them are there.
 */
#include <math.h>

#include "decode_tree.h"

void by_tree_columns_begin(by_tree *tree) {
    for (int slot = 0; slot < BY_SLOT_SYMBOL; slot++) {
        tree->filled[slot] = -1;
    }
}

int by_tree_column_begin(by_tree *tree, unsigned mask, int is_array) {
    if (!is_array || (mask & 1u << BY_SLOT_SYMBOL) != 0) {
        return by_decode_fault(tree->d, "an %s, where %s should stand",
                               is_array ? "array" : "object",
                               is_array ? "one symbol" : "an array of values");
    }
    for (; mask != 0; mask &= mask - 1) {
        tree->filled[__builtin_ctz(mask)] = 0;
    }
    return 1;
}

static by_status make_room(by_tree *tree, int32_t row) {
    if (row == BY_PAGE_ROWS_MAX) {
        return by_page_full(&tree->d->fault);
    }
    if (row == tree->columns.room) {
        tree->columns.count = row;
        return by_page_widen(&tree->columns, &tree->d->fault);
    }
    return BY_OK;
}

int by_tree_column_put(by_tree *tree, unsigned mask, const char *text, size_t length) {
    by_page_series *columns = &tree->columns;
    for (; mask != 0; mask &= mask - 1) {
        int slot = __builtin_ctz(mask);
        int32_t row = tree->filled[slot]++;
        if (make_room(tree, row) != BY_OK ||
            !(slot == BY_SLOT_TIME
                  ? by_decode_put_time(tree->d, text, length, &columns->time[row])
                  : by_decode_put_value(tree->d, slot, text, length, &columns->value[slot][row]))) {
            return 0;
        }
    }
    return 1;
}

/* An array without a column of times: the path leads elsewhere, unless it is empty. */
static int is_wrong_array(const by_tree *tree) {
    const by_tree_level *root = &tree->level[tree->depth];
    return root->is_array && root->index >= 0 && tree->filled[BY_SLOT_TIME] < 0;
}

static int check(by_tree *tree) {
    const int32_t count = tree->filled[BY_SLOT_TIME];
    if (count > 0 && tree->filled[BY_PAGE_CLOSE] < 0) {
        return by_decode_fault(tree->d, "there are times, and no column %s of closes",
                               tree->d->field[BY_PAGE_CLOSE]);
    }
    for (int c = 0; c < BY_PAGE_COLUMNS; c++) {
        if (tree->filled[c] > 0 && count < 0) {
            return by_decode_fault(tree->d, "there is %s, and no column %s of times",
                                   by_decode_slot_name(c), tree->d->field[BY_SLOT_TIME]);
        }
        if (tree->filled[c] >= 0 && tree->filled[c] != count && count >= 0) {
            return by_decode_fault(tree->d, "%s has %d values, and time %d", by_decode_slot_name(c),
                                   tree->filled[c], count);
        }
    }
    return !is_wrong_array(tree) ||
           by_decode_fault(tree->d, "an array, where an object of columns should stand");
}

int by_tree_columns_end(by_tree *tree) {
    by_decoder *d = tree->d;
    tree->path_length = tree->root_length;
    if (!check(tree)) {
        return 0;
    }
    d->page->has_rows |= tree->filled[BY_SLOT_TIME] >= 0 || tree->level[tree->depth].is_array;
    for (int32_t i = 0; i < tree->filled[BY_SLOT_TIME]; i++) {
        by_decode_row_begin(d);
        d->row.time = tree->columns.time[i];
        d->row.has_time = 1;
        for (int c = 0; c < BY_PAGE_COLUMNS; c++) {
            if (tree->filled[c] >= 0) {
                d->row.value[c] = tree->columns.value[c][i];
            }
        }
        if (!by_decode_row_end(d)) {
            return 0;
        }
    }
    by_tree_columns_begin(tree);
    return 1;
}
