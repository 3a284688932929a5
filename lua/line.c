/* SPDX-License-Identifier: MIT */
#include "line.h"

#include "editor.h"
#include "terminal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FILES_MAX = 5000,             /* names that are offered */
    HISTORY_BYTES_MAX = 16 << 20, /* that are read of a file */
};

static editor *current;
static lua_State *reader; /* the state that reads at the moment */
static int complete_reference = LUA_NOREF;

static char *copy_string(lua_State *L, int index) {
    const char *text = lua_tostring(L, index);
    return text != NULL ? strdup(text) : NULL;
}

/* Calls the Lua function that completes: (before, after, again) -> erase, insert, show. An error of
 * its own is shown like a completion, as nobody else would hear of it. */
static void complete_line(void *context, const char *before, const char *after, bool again,
                          editor_completion *out) {
    (void)context;
    lua_State *L = reader;
    const int top = lua_gettop(L);
    lua_rawgeti(L, LUA_REGISTRYINDEX, complete_reference);
    lua_pushstring(L, before);
    lua_pushstring(L, after);
    lua_pushboolean(L, again);
    if (lua_pcall(L, 3, 3, 0) == 0) {
        out->erase_characters = (int)lua_tointeger(L, -3);
        out->insert = copy_string(L, -2);
        out->show = copy_string(L, -1);
    } else {
        out->show = copy_string(L, -1);
    }
    lua_settop(L, top);
}

/* open(history_max, complete): takes the terminal. */
static int l_open(lua_State *L) {
    const int history_max = (int)luaL_checkinteger(L, 1);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    luaL_argcheck(L, current == NULL, 1, "a terminal has one editor");
    lua_settop(L, 2);
    complete_reference = luaL_ref(L, LUA_REGISTRYINDEX);
    current = editor_new(history_max, complete_line, NULL);
    lua_pushboolean(L, current != NULL);
    return 1;
}

static int l_close(lua_State *L) {
    editor_free(current);
    current = NULL;
    luaL_unref(L, LUA_REGISTRYINDEX, complete_reference);
    complete_reference = LUA_NOREF;
    return 0;
}

static int l_remember(lua_State *L) {
    const char *text = luaL_checkstring(L, 1);
    if (current != NULL) {
        editor_remember(current, text);
    }
    return 0;
}

/* read(prompt): a line without its end; or nil and "interrupted", "end" or "signal". */
static int l_read(lua_State *L) {
    static const char *const outcomes[] = {"line", "interrupted", "end", "signal"};
    const char *prompt = luaL_checkstring(L, 1);
    luaL_argcheck(L, current != NULL, 1, "the terminal is not open");
    const char *line;
    reader = L;
    const editor_outcome outcome = editor_read(current, prompt, &line);
    if (outcome == EDITOR_LINE) {
        lua_pushstring(L, line);
        return 1;
    }
    lua_pushnil(L);
    lua_pushstring(L, outcomes[outcome]);
    return 2;
}

/* input(timeout_ms): some bytes of standard input, "" at its end; or nil and "timeout" or "signal".
 */
static int l_input(lua_State *L) {
    const int timeout_ms = (int)luaL_optinteger(L, 1, -1);
    terminal_wait waited = terminal_wait_input(timeout_ms);
    if (waited == TERMINAL_BYTES && terminal_fill() < 0) {
        waited = TERMINAL_SIGNAL;
    }
    if (waited != TERMINAL_BYTES) {
        lua_pushnil(L);
        lua_pushstring(L, waited == TERMINAL_SIGNAL ? "signal" : "timeout");
        return 2;
    }
    size_t size;
    const char *bytes = terminal_rest(&size);
    lua_pushlstring(L, bytes != NULL ? bytes : "", size);
    return 1;
}

/* files(path): names that continue what was typed of a path, folders with a slash behind. */
static int l_files(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    const char *slash = strrchr(path, '/');
    const char *begin = slash != NULL ? slash + 1 : path;
    const size_t length = strlen(begin);
    lua_newtable(L);
    lua_pushlstring(L, path, (size_t)(begin - path));
    DIR *folder = opendir(begin == path ? "." : lua_tostring(L, -1));
    lua_pop(L, 1);
    if (folder == NULL) {
        return 1;
    }
    int count = 0;
    const struct dirent *entry;
    while (count < FILES_MAX && (entry = readdir(folder)) != NULL) {
        const char *name = entry->d_name;
        if (strncmp(name, begin, length) != 0 || (name[0] == '.' && begin[0] != '.') ||
            strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
            continue;
        }
        struct stat status;
        const int found = fstatat(dirfd(folder), name, &status, 0);
        lua_pushfstring(L, "%s%s", name, found == 0 && S_ISDIR(status.st_mode) ? "/" : "");
        lua_rawseti(L, -2, ++count);
    }
    closedir(folder);
    return 1;
}

/* A file that only its user may read, locked against other sessions; -1 and errno. */
static int open_locked(const char *path) {
    const int file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    struct stat status;
    if (file < 0) {
        return -1;
    }
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode)) {
        fchmod(file, 0600);
        while (flock(file, LOCK_EX) != 0 && errno == EINTR) {
        }
    }
    return file;
}

static int push_errno(lua_State *L) {
    lua_pushnil(L);
    lua_pushstring(L, strerror(errno));
    return 2;
}

/* append(path, text): true, or nil and a message. */
static int l_append(lua_State *L) {
    size_t size;
    const char *path = luaL_checkstring(L, 1), *text = luaL_checklstring(L, 2, &size);
    const int file = open_locked(path);
    if (file < 0) {
        return push_errno(L);
    }
    const ssize_t put = write(file, text, size);
    const int failed = errno;
    close(file);
    errno = put < 0 ? failed : ENOSPC;
    if (put != (ssize_t)size) {
        return push_errno(L);
    }
    lua_pushboolean(L, 1);
    return 1;
}

/* Where the last `lines_max` lines begin. */
static size_t tail_of(const char *text, size_t size, long lines_max) {
    size_t at = size;
    for (long lines = 0; at > 0; at--) {
        if (text[at - 1] == '\n' && at != size && ++lines == lines_max) {
            break;
        }
    }
    return at;
}

/* tail(path, lines_max): the last lines of a file, which loses those before them; nil and a
 * message. */
static int l_tail(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    const long lines_max = (long)luaL_checkinteger(L, 2);
    const int file = open_locked(path);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0) {
        return push_errno(L);
    }
    const off_t skipped =
        status.st_size > HISTORY_BYTES_MAX ? status.st_size - HISTORY_BYTES_MAX : 0;
    size_t size = S_ISREG(status.st_mode) ? (size_t)(status.st_size - skipped) : 0;
    char *text = malloc(size + 1);
    const ssize_t got = text != NULL ? pread(file, text, size, skipped) : -1;
    size = got > 0 ? (size_t)got : 0;
    const size_t first = tail_of(text, size, lines_max);
    if (first > 0 || skipped > 0) {
        /* In place: the lock stays with the file that others wait for. */
        fcntl(file, F_SETFL, O_RDWR);
        if (pwrite(file, text + first, size - first, 0) == (ssize_t)(size - first)) {
            (void)!ftruncate(file, (off_t)(size - first));
        }
    }
    close(file);
    lua_pushlstring(L, text != NULL ? text + first : "", size - first);
    free(text);
    return 1;
}

static const luaL_Reg functions[] = {
    {"open", l_open},     {"close", l_close}, {"remember", l_remember},
    {"read", l_read},     {"input", l_input}, {"files", l_files},
    {"append", l_append}, {"tail", l_tail},   {NULL, NULL},
};

int line_open_module(lua_State *L) {
    lua_newtable(L);
    luaL_register(L, NULL, functions);
    return 1;
}
