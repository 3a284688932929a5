/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <yajl_parse.h>

#include "csv_text.h"
#include "decode_tree.h"

typedef struct stream {
    by_tree tree;
    yajl_handle parser;
    size_t end; /* where the outermost value ended; 0 until then */
} stream;

static int ended(stream *s, int ok) {
    if (s->tree.depth == 0) {
        s->end = yajl_get_bytes_consumed(s->parser);
    }
    return ok;
}

static int on_null(void *context) {
    stream *s = context;
    return ended(s, by_tree_null(&s->tree));
}

static int on_boolean(void *context, int value) {
    stream *s = context;
    return value ? by_tree_scalar(&s->tree, "true", 4) : by_tree_scalar(&s->tree, "false", 5);
}

static int on_number(void *context, const char *text, size_t length) {
    stream *s = context;
    return by_tree_scalar(&s->tree, text, length);
}

static int on_text(void *context, const unsigned char *text, size_t length) {
    stream *s = context;
    return by_tree_scalar(&s->tree, (const char *)text, length);
}

static int on_key(void *context, const unsigned char *text, size_t length) {
    stream *s = context;
    return by_tree_key(&s->tree, (const char *)text, length);
}

static int on_object(void *context) {
    stream *s = context;
    return by_tree_open(&s->tree, 0);
}

static int on_array(void *context) {
    stream *s = context;
    return by_tree_open(&s->tree, 1);
}

static int on_end(void *context) {
    stream *s = context;
    return ended(s, by_tree_close(&s->tree));
}

static const yajl_callbacks callbacks = {.yajl_null = on_null,
                                         .yajl_boolean = on_boolean,
                                         .yajl_number = on_number,
                                         .yajl_string = on_text,
                                         .yajl_start_map = on_object,
                                         .yajl_map_key = on_key,
                                         .yajl_end_map = on_end,
                                         .yajl_start_array = on_array,
                                         .yajl_end_array = on_end};

static by_status not_json(const char *why, const char *text, size_t size_bytes, size_t at,
                          const char *name, by_error *err) {
    char shown[BY_DECODE_EXCERPT_SIZE];
    const size_t from = at > 20 ? at - 20 : 0;
    by_csv_cell near = {text + from, size_bytes - from};
    return by_fail(err, BY_DATA, "%.120s: the answer is not JSON: %.100s at byte %zu, near '%s'",
                   name, why, at, by_csv_excerpt(near, shown, sizeof shown));
}

/* In the words of yajl. */
static by_status bad_syntax(stream *s, const char *text, size_t size_bytes, size_t at,
                            const char *name, by_error *err) {
    char why[100] = "bad syntax";
    unsigned char *message = yajl_get_error(s->parser, 0, NULL, 0);
    if (message != NULL) {
        (void)snprintf(why, sizeof why, "%s", (const char *)message);
        why[strcspn(why, "\n")] = '\0';
        yajl_free_error(s->parser, message);
    }
    return not_json(why, text, size_bytes, at, name, err);
}

static by_status parse(stream *s, const char *text, size_t size_bytes, const char *name,
                       by_error *err) {
    yajl_status status = yajl_parse(s->parser, (const unsigned char *)text, size_bytes);
    const size_t at = yajl_get_bytes_consumed(s->parser);
    const int is_json = status == yajl_status_ok; /* as far as it goes */
    if (is_json) {
        status = yajl_complete_parse(s->parser);
    }
    const by_error *fault = &s->tree.d->fault;
    if (fault->status != BY_OK) {
        char where[160];
        return by_fail(err, (by_status)fault->status, "%.120s: %s: %.200s (byte %zu)", name,
                       by_tree_where(&s->tree, where, sizeof where), fault->message, at);
    }
    if (status != yajl_status_ok) {
        return is_json ? by_decode_cut(text, size_bytes, name, err)
                       : bad_syntax(s, text, size_bytes, at, name, err);
    }
    /* yajl does not mind a text or word behind the end as long as that is cut itself. */
    return by_decode_is_blank(text + s->end, size_bytes - s->end)
               ? BY_OK
               : not_json("something behind its end", text, size_bytes, s->end, name, err);
}

by_status by_decode_json(by_decoder *d, const char *text, size_t size_bytes, const char *name,
                         by_error *err) {
    stream s;
    s.end = 0;
    by_tree_init(&s.tree, d);
    s.parser = yajl_alloc(&callbacks, NULL, &s);
    if (s.parser == NULL) {
        return by_fail_nomem(err, sizeof s);
    }
    by_status status = parse(&s, text, size_bytes, name, err);
    yajl_free(s.parser);
    by_tree_free(&s.tree);
    return status;
}
