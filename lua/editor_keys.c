/* SPDX-License-Identifier: MIT */
#include "editor_keys.h"

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <wchar.h>

enum { PASTE_MAX = 1 << 20 /* characters */ };

static const wchar_t paste_end[] = L"\033[201~";

static unsigned char key_complete(EditLine *el, int key) {
    (void)key;
    editor *self = editor_of(el);
    const LineInfoW *line = el_wline(el);
    char *before = editor_bytes(line->buffer, line->cursor);
    char *after = editor_bytes(line->cursor, line->lastchar);
    editor_completion made = {0};
    if (before != NULL && after != NULL) {
        self->complete(self->context, before, after, self->tabs > 1, &made);
    }
    free(before);
    free(after);
    el_deletestr(el, made.erase_characters);
    if (made.insert != NULL && *made.insert != '\0') {
        el_insertstr(el, made.insert);
    }
    const bool nothing = made.insert == NULL && made.show == NULL;
    if (made.show != NULL) {
        editor_put("\n\r\033[J");
        editor_put(made.show);
        editor_put("\n");
        el_set(el, EL_REFRESH);
    }
    free(made.insert);
    free(made.show);
    return nothing ? CC_ERROR : CC_REFRESH;
}

/* First the cursor goes to the end of the line, then comes a key that only the editor sends. */
static unsigned char key_interrupt(EditLine *el, int key) {
    (void)key;
    el_cursor(el, INT_MAX / 2);
    el_push(el, "\033[97~");
    return CC_CURSOR;
}

static unsigned char key_interrupt_at_end(EditLine *el, int key) {
    (void)key;
    editor_of(el)->outcome = EDITOR_INTERRUPTED;
    editor_put("^C\n");
    return CC_EOF;
}

static unsigned char key_end(EditLine *el, int key) {
    (void)key;
    const LineInfoW *line = el_wline(el);
    if (line->buffer != line->lastchar) {
        el_push(el, "\033[3~"); /* as everywhere: deletes what is under the cursor */
        return CC_NORM;
    }
    editor_of(el)->outcome = EDITOR_END;
    editor_put("\n");
    return CC_EOF;
}

static unsigned char key_suspend(EditLine *el, int key) {
    (void)key;
    editor_put(EDITOR_PASTE_OFF);
    el_set(el, EL_PREP_TERM, 0);
    kill(0, SIGTSTP); /* the whole job, as the terminal does */
    el_set(el, EL_PREP_TERM, 1);
    editor_put(EDITOR_PASTE_ON);
    editor_draw_again(el);
    return CC_NORM;
}

/* In a text of several lines the arrows move between these, and at its ends through the history. */
static unsigned char key_up(EditLine *el, int key) {
    (void)key;
    const LineInfoW *line = el_wline(el);
    const wchar_t *begin = line->cursor;
    while (begin > line->buffer && begin[-1] != L'\n') {
        begin--;
    }
    if (begin == line->buffer) {
        el_push(el, "\033[98~");
        return CC_NORM;
    }
    const wchar_t *above = begin - 1;
    while (above > line->buffer && above[-1] != L'\n') {
        above--;
    }
    const long column = line->cursor - begin, length = begin - 1 - above;
    const wchar_t *target = above + (column < length ? column : length);
    el_cursor(el, (int)(target - line->cursor));
    return CC_CURSOR;
}

static unsigned char key_down(EditLine *el, int key) {
    (void)key;
    const LineInfoW *line = el_wline(el);
    const wchar_t *begin = line->cursor, *next = line->cursor;
    while (begin > line->buffer && begin[-1] != L'\n') {
        begin--;
    }
    while (next < line->lastchar && *next != L'\n') {
        next++;
    }
    if (next == line->lastchar) {
        el_push(el, "\033[99~");
        return CC_NORM;
    }
    const wchar_t *target = next + 1;
    for (long column = line->cursor - begin;
         column > 0 && target < line->lastchar && *target != L'\n'; column--) {
        target++;
    }
    el_cursor(el, (int)(target - line->cursor));
    return CC_CURSOR;
}

/* Takes characters up to the end of a paste; 0 when it did not come. Lines end in newlines alone,
 * and what else is no text is left out. */
static size_t read_paste(EditLine *el, wchar_t *text) {
    const size_t end_count = sizeof paste_end / sizeof paste_end[0] - 1;
    size_t count = 0, matched = 0;
    wchar_t last = 0, c;
    while (matched < end_count) {
        if (el_wgetc(el, &c) != 1) {
            return 0;
        }
        matched = c == paste_end[matched] ? matched + 1 : c == paste_end[0];
        const bool newline = c == L'\r' || (c == L'\n' && last != L'\r');
        const bool is_text = (c >= L' ' && c != 0x7F) || c == L'\t';
        last = c;
        if (count < PASTE_MAX + end_count && (newline || is_text)) {
            text[count++] = newline ? L'\n' : c;
        }
    }
    count -= end_count - 1; /* the escape was left out already */
    while (count > 0 && text[count - 1] == L'\n') {
        count--;
    }
    text[count] = L'\0';
    return count;
}

static unsigned char key_paste(EditLine *el, int key) {
    (void)key;
    wchar_t *text = malloc((PASTE_MAX + 16) * sizeof *text);
    if (text == NULL) {
        return CC_ERROR;
    }
    const size_t count = read_paste(el, text);
    const bool taken = count > 0 && count <= PASTE_MAX && el_winsertstr(el, text) == 0;
    free(text);
    return taken ? CC_REFRESH : CC_ERROR;
}

typedef unsigned char key_function(EditLine *el, int key);

typedef struct binding {
    const wchar_t *key, *name;
    key_function *function; /* NULL: one of libedit's own */
} binding;

static const binding bindings[] = {
    {L"^I", L"banyan-complete", key_complete},
    {L"^C", L"banyan-interrupt", key_interrupt},
    {L"\033[97~", L"banyan-interrupt-at-end", key_interrupt_at_end},
    {L"^D", L"banyan-end", key_end},
    {L"^Z", L"banyan-suspend", key_suspend},
    {L"\033[200~", L"banyan-paste", key_paste},
    {L"\033[A", L"banyan-up", key_up},
    {L"\033OA", L"banyan-up", key_up},
    {L"\033[B", L"banyan-down", key_down},
    {L"\033OB", L"banyan-down", key_down},
    {L"\033[98~", L"ed-prev-history", NULL},
    {L"\033[99~", L"ed-next-history", NULL},
    {L"\033[3~", L"ed-delete-next-char", NULL},
    {L"\033[1~", L"ed-move-to-beg", NULL},
    {L"\033[4~", L"ed-move-to-end", NULL},
    {L"\033[H", L"ed-move-to-beg", NULL},
    {L"\033[F", L"ed-move-to-end", NULL},
    {L"\033OH", L"ed-move-to-beg", NULL},
    {L"\033OF", L"ed-move-to-end", NULL},
    {L"\033[1;5D", L"ed-prev-word", NULL},
    {L"\033[1;5C", L"em-next-word", NULL},
    {L"^R", L"em-inc-search-prev", NULL},
};

void editor_bind_keys(EditLine *el) {
    /* By wide names: libedit would never free what it makes of others. */
    for (size_t i = 0; i < sizeof bindings / sizeof bindings[0]; i++) {
        const binding *at = &bindings[i];
        if (at->function != NULL) {
            el_wset(el, EL_ADDFN, at->name, L"banyan", at->function);
        }
        el_wset(el, EL_BIND, at->key, at->name, NULL);
    }
}
