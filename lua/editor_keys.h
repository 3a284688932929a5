/* SPDX-License-Identifier: MIT
 *
 * What keys do in the editor of lines (editor.h), and what they share with it.
 */
#ifndef BY_LUA_EDITOR_KEYS_H
#define BY_LUA_EDITOR_KEYS_H

#include "editor.h"

#include <histedit.h>
#include <wchar.h>

/* What a terminal sends around a paste when it was asked to, so that its newlines and tabs are
 * text. */
#define EDITOR_PASTE_ON "\033[?2004h"
#define EDITOR_PASTE_OFF "\033[?2004l"

struct editor {
    EditLine *el;
    History *history;
    const char *prompt;
    editor_complete *complete;
    void *context;
    editor_outcome outcome;
    int tabs; /* in a row */
    char *text;
};

/* The editor that libedit's is part of. */
editor *editor_of(EditLine *el);

/* Writes to the terminal at once. */
void editor_put(const char *text);

/* The screen below the line that the cursor is in is empty, and the line is drawn there. */
void editor_draw_again(EditLine *el);

/* Characters of the line as the locale writes them; to be freed. NULL when memory is short. */
char *editor_bytes(const wchar_t *from, const wchar_t *to);

/* Binds all keys that do something else than in libedit. */
void editor_bind_keys(EditLine *el);

#endif
