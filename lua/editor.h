/* SPDX-License-Identifier: MIT
 *
 * Lines edited on the terminal, by libedit: keys, completion, history, pastes. Standard input and
 * output must be a terminal. One at a time, in one thread.
 */
#ifndef BY_LUA_EDITOR_H
#define BY_LUA_EDITOR_H

#include <stdbool.h>

typedef struct editor editor;

typedef enum editor_outcome {
    EDITOR_LINE,
    EDITOR_INTERRUPTED, /* Ctrl-C: the line is dropped */
    EDITOR_END,         /* Ctrl-D on an empty line, or the terminal went away */
    EDITOR_SIGNAL,      /* a signal came that the host has to look at */
} editor_outcome;

/* What a completion does: erases characters before the cursor, inserts a text, and shows another
 * below the line. Texts are NULL for nothing, else allocated, and freed by the editor. */
typedef struct editor_completion {
    int erase_characters;
    char *insert;
    char *show;
} editor_completion;

/* Fills `out` for a line that is `before` and `after` the cursor; `again` when the key was hit
 * twice. */
typedef void editor_complete(void *context, const char *before, const char *after, bool again,
                             editor_completion *out);

/* Takes the user's ~/.editrc and at most `history_max` lines of history. NULL when memory is short.
 */
editor *editor_new(int history_max, editor_complete *complete, void *context);
void editor_free(editor *self);

/* Adds a line, or several in one text, to what the arrow keys bring back. */
void editor_remember(editor *self, const char *text);

/* Reads a line. A prompt may have escapes between bytes of 1. `*out` is the editor's, until the
 * next call. */
editor_outcome editor_read(editor *self, const char *prompt, const char **out);

#endif
