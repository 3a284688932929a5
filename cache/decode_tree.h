/* SPDX-License-Identifier: MIT
 *
 * Where a stream of JSON values is, and what that place means for a description of rows. Private to
 * the decoder of JSON.
 */
#ifndef BY_DECODE_TREE_H
#define BY_DECODE_TREE_H

#include "decode_rooms.h"

enum { BY_TREE_PATH_SIZE = 1024 };
enum { BY_TREE_INDEX_MAX = 256 }; /* of fields of rows that are arrays */

/* What a container is to us. */
typedef enum by_place {
    BY_PLACE_OUTSIDE, /* above the rows or beside them: scalars become fields */
    BY_PLACE_MAP,     /* symbols to lists of rows */
    BY_PLACE_KEYED,   /* times to rows */
    BY_PLACE_NO_ROWS, /* an array instead of one of these: right as long as it is empty */
    BY_PLACE_LIST,    /* rows */
    BY_PLACE_ROW,
    BY_PLACE_SKIPPED, /* something in a row or a column that nobody asked for */
    BY_PLACE_COLUMNS, /* where columns stand, or a container in it */
    BY_PLACE_COLUMN
} by_place;

typedef struct by_tree_level {
    by_place place;
    int32_t is_array;
    int32_t is_root;    /* BY_PLACE_COLUMNS: the outermost */
    int64_t index;      /* of the element of an array that is being read */
    size_t path_length; /* of the path of the container */
    unsigned mask;      /* of a row: slots of the value that comes next; of a column: its slot */
} by_tree_level;

typedef struct by_tree {
    by_decoder *d;
    int32_t depth;         /* levels that are open; level[0] stands for the text itself */
    size_t path_length;    /* of the value that is being read */
    size_t root_length;    /* of the path to where columns stand */
    uint8_t starting[256]; /* slots of fields by their first letter */
    uint8_t numbered[BY_TREE_INDEX_MAX]; /* and by their number */
    size_t field_length[BY_SLOT_COUNT];
    by_page_series columns;         /* layout COLUMNS, until all are whole */
    int32_t filled[BY_SLOT_SYMBOL]; /* values in each of them, -1: it was not there */
    by_tree_level level[BY_DECODE_DEPTH_MAX + 1];
    char path[BY_TREE_PATH_SIZE]; /* keys and numbers joined by dots */
} by_tree;

void by_tree_init(by_tree *tree, by_decoder *d);
void by_tree_free(by_tree *tree);

/* Events of the stream. They return 0 to end it, after a fault. */
int by_tree_key(by_tree *tree, const char *key, size_t length);
int by_tree_open(by_tree *tree, int is_array);
int by_tree_close(by_tree *tree);
/* A number, text, "true" or "false". */
int by_tree_scalar(by_tree *tree, const char *text, size_t length);
int by_tree_null(by_tree *tree);
/* Where the stream is, for messages: writes into `out`, returns it. */
const char *by_tree_where(const by_tree *tree, char *out, size_t size_bytes);

/* Layout COLUMNS (decode_columns.c): nothing is there yet, the columns of `mask` open, one value of
 * them, all are whole. */
void by_tree_columns_begin(by_tree *tree);
int by_tree_column_begin(by_tree *tree, unsigned mask, int is_array);
int by_tree_column_put(by_tree *tree, unsigned mask, const char *text, size_t length);
int by_tree_columns_end(by_tree *tree);

#endif
