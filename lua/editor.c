/* SPDX-License-Identifier: MIT */
#include "editor.h"

#include "terminal.h"

#include <histedit.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum {
    PASTE_MAX = 1 << 20, /* characters */
    CTRL_C = 3,
};

/* What a terminal sends around a paste when it was asked to, so that its newlines and tabs are
 * text. */
#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
static const wchar_t paste_end[] = L"\033[201~";

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

static editor *of(EditLine *el) {
    void *self = NULL;
    el_get(el, EL_CLIENTDATA, &self);
    return self;
}

static char *show_prompt(EditLine *el) {
    return (char *)of(el)->prompt;
}

static void put(const char *text) {
    fputs(text, stdout);
    fflush(stdout);
}

/* The screen below the line that the cursor is in is empty, and the line is drawn there. */
static void draw_again(EditLine *el) {
    put("\r\033[J");
    el_set(el, EL_REFRESH);
}

static int read_character(EditLine *el, wchar_t *out) {
    editor *self = of(el);
    for (;;) {
        const int got = terminal_character(out);
        if (got > 0) {
            self->tabs = *out == L'\t' ? self->tabs + 1 : 0;
            return 1;
        }
        if (got < 0 && terminal_changed()) {
            el_set(el, EL_PREP_TERM, 1);
            el_resize(el);
            draw_again(el);
            continue;
        }
        self->outcome = got < 0 ? EDITOR_SIGNAL : EDITOR_END;
        return 0;
    }
}

/* Characters of the line as the locale writes them; to be freed. NULL when memory is short. */
static char *bytes_of(const wchar_t *from, const wchar_t *to) {
    const size_t count = (size_t)(to - from);
    char *bytes = malloc(count * MB_LEN_MAX + 1);
    if (bytes == NULL) {
        return NULL;
    }
    size_t size = 0;
    mbstate_t state;
    memset(&state, 0, sizeof state);
    for (size_t i = 0; i < count; i++) {
        const size_t used = wcrtomb(bytes + size, from[i], &state);
        size += used == (size_t)-1 ? 0 : used;
    }
    bytes[size] = '\0';
    return bytes;
}

static unsigned char key_complete(EditLine *el, int key) {
    (void)key;
    editor *self = of(el);
    const LineInfoW *line = el_wline(el);
    char *before = bytes_of(line->buffer, line->cursor);
    char *after = bytes_of(line->cursor, line->lastchar);
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
        put("\n\r\033[J");
        put(made.show);
        put("\n");
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
    of(el)->outcome = EDITOR_INTERRUPTED;
    put("^C\n");
    return CC_EOF;
}

static unsigned char key_end(EditLine *el, int key) {
    (void)key;
    const LineInfoW *line = el_wline(el);
    if (line->buffer != line->lastchar) {
        el_push(el, "\033[3~"); /* as everywhere: deletes what is under the cursor */
        return CC_NORM;
    }
    of(el)->outcome = EDITOR_END;
    put("\n");
    return CC_EOF;
}

static unsigned char key_suspend(EditLine *el, int key) {
    (void)key;
    put(PASTE_OFF);
    el_set(el, EL_PREP_TERM, 0);
    kill(0, SIGTSTP); /* the whole job, as the terminal does */
    el_set(el, EL_PREP_TERM, 1);
    put(PASTE_ON);
    draw_again(el);
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

/* By wide names: libedit would never free what it makes of others. */
static void bind_keys(EditLine *el) {
    for (size_t i = 0; i < sizeof bindings / sizeof bindings[0]; i++) {
        const binding *at = &bindings[i];
        if (at->function != NULL) {
            el_wset(el, EL_ADDFN, at->name, L"banyan", at->function);
        }
        el_wset(el, EL_BIND, at->key, at->name, NULL);
    }
}

editor *editor_new(int history_max, editor_complete *complete, void *context) {
    /* Characters are those of the terminal; where nobody said which, they are UTF-8. */
    setlocale(LC_CTYPE, "");
    if (MB_CUR_MAX == 1) {
        setlocale(LC_CTYPE, "C.UTF-8");
    }
    editor *self = calloc(1, sizeof *self);
    if (self == NULL) {
        return NULL;
    }
    self->complete = complete;
    self->context = context;
    self->el = el_init("banyan", stdin, stdout, stderr);
    self->history = history_init();
    if (self->el == NULL || self->history == NULL) {
        editor_free(self);
        return NULL;
    }
    HistEvent event;
    history(self->history, &event, H_SETSIZE, history_max);
    history(self->history, &event, H_SETUNIQUE, 1);
    el_set(self->el, EL_CLIENTDATA, self);
    el_set(self->el, EL_EDITOR, "emacs");
    el_source(self->el, NULL);
    el_set(self->el, EL_PROMPT_ESC, show_prompt, '\1');
    el_set(self->el, EL_HIST, history, self->history);
    el_set(self->el, EL_SIGNAL, 0);
    el_set(self->el, EL_GETCFN, read_character);
    el_set(self->el, EL_SETTY, "-d", "-isig", NULL); /* Ctrl-C and Ctrl-Z are keys like others */
    bind_keys(self->el);
    return self;
}

void editor_free(editor *self) {
    if (self == NULL) {
        return;
    }
    if (self->history != NULL) {
        history_end(self->history);
    }
    if (self->el != NULL) {
        el_end(self->el);
    }
    free(self->text);
    free(self);
}

void editor_remember(editor *self, const char *text) {
    HistEvent event;
    history(self->history, &event, H_ENTER, text);
}

editor_outcome editor_read(editor *self, const char *prompt, const char **out) {
    self->prompt = prompt;
    self->outcome = EDITOR_LINE;
    self->tabs = 0;
    *out = "";
    terminal_hold();
    put(PASTE_ON);
    el_set(self->el, EL_PREP_TERM, 1); /* before anybody sees the prompt and answers */
    int count = 0;
    const wchar_t *line = el_wgets(self->el, &count);
    put(PASTE_OFF);
    terminal_release();
    if (self->outcome == EDITOR_LINE && terminal_skip_through(CTRL_C)) {
        raise(SIGINT); /* typed ahead, for what this line begins */
    }
    if (self->outcome != EDITOR_LINE) {
        return self->outcome;
    }
    if (line == NULL || count <= 0) {
        return EDITOR_END;
    }
    while (count > 0 && (line[count - 1] == L'\n' || line[count - 1] == L'\r')) {
        count--;
    }
    free(self->text);
    self->text = bytes_of(line, line + count);
    *out = self->text != NULL ? self->text : "";
    return EDITOR_LINE;
}
