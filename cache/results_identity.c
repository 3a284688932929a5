/* SPDX-License-Identifier: MIT
 *
 * Whether a store holds the sweep that is asked for, and in the words of a user, what differs.
 */
#include <stdio.h>
#include <string.h>

#include "results_rooms.h"

enum { NAMED_MAX = 4 };

/* A line `key value` of an identity; the key of a param or an indicator has two words. */
typedef struct line {
    const char *text;
    size_t key_size;
    size_t size;
} line;

/* What users call a key. A key is not named when one of those that it follows from is. */
static const struct {
    const char *key;
    const char *words;
    const char *follows[2];
} keys[] = {
    {"engine", "the engine's version", {NULL}},
    {"strategy", "the strategy", {"param ", "indicator "}},
    {"data", "the data", {"sessions", NULL}},
    {"sessions", "the sessions", {NULL}},
    {"search", "the search", {NULL}},
    {"sample", "the sample", {NULL}},
    {"rank", "the metric that ranks", {NULL}},
    {"shard", "which shard it is", {NULL}},
    {"combos", "which combos there are (`where`, or the sample)", {"param ", "sample"}},
};

static int next_line(const char **at, line *out) {
    if (**at == '\0') {
        return 0;
    }
    *out = (line){.text = *at, .size = strcspn(*at, "\n")};
    out->key_size = strcspn(*at, " \n");
    const int named = strncmp(*at, "param ", 6) == 0 || strncmp(*at, "indicator ", 10) == 0;
    if (named) {
        out->key_size += 1 + strcspn(*at + out->key_size + 1, " \n");
    }
    *at += out->size + ((*at)[out->size] == '\n');
    return 1;
}

static int same_key(const line *a, const line *b) {
    return a->key_size == b->key_size && memcmp(a->text, b->text, a->key_size) == 0;
}

static int find(const char *text, const line *key, line *out) {
    while (next_line(&text, out)) {
        if (same_key(out, key)) {
            return 1;
        }
    }
    return 0;
}

static int differs(const char *other, const line *own) {
    line found;
    return !find(other, own, &found) || found.size != own->size ||
           memcmp(found.text, own->text, own->size) != 0;
}

/* Whether a line of `a` that begins with `prefix` is another one in `b`. */
static int any_differs(const char *a, const char *b, const char *prefix) {
    line each;
    while (next_line(&a, &each)) {
        if (strncmp(each.text, prefix, strlen(prefix)) == 0 && differs(b, &each)) {
            return 1;
        }
    }
    return 0;
}

/* Whether the difference of a key follows from another one that is named. */
static int follows(const char *stored, const char *asked, const line *key) {
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        for (int f = 0; f < 2 && strlen(keys[k].key) == key->key_size &&
                        memcmp(keys[k].key, key->text, key->key_size) == 0;
             f++) {
            const char *prefix = keys[k].follows[f];
            if (prefix != NULL &&
                (any_differs(stored, asked, prefix) || any_differs(asked, stored, prefix))) {
                return 1;
            }
        }
    }
    return 0;
}

typedef struct list {
    char text[320];
    int count;
} list;

static void name(list *to, const line *key, const char *suffix) {
    const char *words = key->text;
    int size = (int)key->key_size;
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        if (strlen(keys[k].key) == key->key_size &&
            memcmp(keys[k].key, key->text, key->key_size) == 0) {
            words = keys[k].words;
            size = (int)strlen(words);
        }
    }
    size_t used = strlen(to->text);
    if (to->count < NAMED_MAX) {
        (void)snprintf(to->text + used, sizeof to->text - used, "%s%.*s%s",
                       to->count == 0 ? "" : ", ", size < 70 ? size : 70, words, suffix);
    } else if (to->count == NAMED_MAX) {
        (void)snprintf(to->text + used, sizeof to->text - used, " and more");
    }
    to->count++;
}

by_status by_results_same(const char *directory, const char *stored, const char *asked,
                          by_error *err) {
    list named = {"", 0};
    line each, other;
    for (const char *at = asked; next_line(&at, &each);) {
        if (!find(stored, &each, &other)) {
            name(&named, &each, " (which it does not have)");
        } else if (differs(stored, &each) && !follows(stored, asked, &each)) {
            name(&named, &each, "");
        }
    }
    for (const char *at = stored; next_line(&at, &each);) {
        if (!find(asked, &each, &other)) {
            name(&named, &each, " (which it has)");
        }
    }
    if (named.count == 0 && strcmp(stored, asked) == 0) {
        return BY_OK;
    }
    return by_fail(err, BY_STORE,
                   "result store %.120s: it holds another sweep; what differs: %s. Name another "
                   "--store, or remove this one to start again",
                   directory, named.count > 0 ? named.text : "the order of its params");
}
