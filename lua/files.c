/* SPDX-License-Identifier: MIT */
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAMES_MAX = 1000000 };

int files_mkdir(lua_State *L) {
    if (mkdir(luaL_checkstring(L, 1), 0777) == 0 || errno == EEXIST) {
        lua_pushboolean(L, 1);
        return 1;
    }
    int code = errno;
    lua_pushnil(L);
    lua_pushstring(L, strerror(code));
    lua_pushinteger(L, code);
    return 3;
}

int files_stat(lua_State *L) {
    struct stat status;
    if (stat(luaL_checkstring(L, 1), &status) != 0) {
        lua_pushnil(L);
        lua_pushstring(L, strerror(errno));
        return 2;
    }
    lua_pushstring(L, S_ISREG(status.st_mode)   ? "file"
                      : S_ISDIR(status.st_mode) ? "directory"
                                                : "other");
    lua_pushnumber(L, (double)status.st_size);
    return 2;
}

int files_absolute(lua_State *L) {
    char *path = realpath(luaL_checkstring(L, 1), NULL);
    if (path == NULL) {
        lua_pushnil(L);
        lua_pushstring(L, strerror(errno));
        return 2;
    }
    lua_pushstring(L, path);
    free(path);
    return 1;
}

int files_list(lua_State *L) {
    DIR *folder = opendir(luaL_checkstring(L, 1));
    if (folder == NULL) {
        lua_pushnil(L);
        lua_pushstring(L, strerror(errno));
        return 2;
    }
    lua_newtable(L);
    int count = 0;
    for (struct dirent *entry; count < NAMES_MAX && (entry = readdir(folder)) != NULL;) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            lua_pushstring(L, entry->d_name);
            lua_rawseti(L, -2, ++count);
        }
    }
    closedir(folder);
    return 1;
}

int files_locked(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
    luaL_checktype(L, 2, LUA_TFUNCTION);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0664);
    if (fd < 0 || fcntl(fd, F_OFD_SETLK, &lock) != 0) {
        int held = fd >= 0 && (errno == EAGAIN || errno == EACCES);
        lua_pushnil(L);
        lua_pushstring(L, held ? "another process holds it" : strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return 2;
    }
    lua_settop(L, 2);
    int failed = lua_pcall(L, 0, 0, 0);
    close(fd);
    if (failed) {
        return lua_error(L);
    }
    lua_pushboolean(L, 1);
    return 1;
}
