/* SPDX-License-Identifier: MIT */
#include "editor.h"

#include "editor_keys.h"
#include "terminal.h"

#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CTRL_C = 3 };

editor *editor_of(EditLine *el) {
    void *self = NULL;
    el_get(el, EL_CLIENTDATA, &self);
    return self;
}

void editor_put(const char *text) {
    fputs(text, stdout);
    fflush(stdout);
}

void editor_draw_again(EditLine *el) {
    editor_put("\r\033[J");
    el_set(el, EL_REFRESH);
}

char *editor_bytes(const wchar_t *from, const wchar_t *to) {
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

static char *show_prompt(EditLine *el) {
    return (char *)editor_of(el)->prompt;
}

static int read_character(EditLine *el, wchar_t *out) {
    editor *self = editor_of(el);
    for (;;) {
        const int got = terminal_character(out);
        if (got > 0) {
            self->tabs = *out == L'\t' ? self->tabs + 1 : 0;
            return 1;
        }
        if (got < 0 && terminal_changed()) {
            el_set(el, EL_PREP_TERM, 1);
            el_resize(el);
            editor_draw_again(el);
            continue;
        }
        self->outcome = got < 0 ? EDITOR_SIGNAL : EDITOR_END;
        return 0;
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
    editor_bind_keys(self->el);
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
    editor_put(EDITOR_PASTE_ON);
    el_set(self->el, EL_PREP_TERM, 1); /* before anybody sees the prompt and answers */
    int count = 0;
    const wchar_t *line = el_wgets(self->el, &count);
    editor_put(EDITOR_PASTE_OFF);
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
    self->text = editor_bytes(line, line + count);
    *out = self->text != NULL ? self->text : "";
    return EDITOR_LINE;
}
