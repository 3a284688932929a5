/* SPDX-License-Identifier: MIT
 *
 * What Lua is told of files and folders, in banyan.host.
 */
#ifndef BY_LUA_FILES_H
#define BY_LUA_FILES_H

#include <lua.h>

/* mkdir(path): true, or nil, a message and errno. A folder that exists is fine. */
int files_mkdir(lua_State *L);
/* stat(path): "file", "directory" or "other" and the size in bytes, or nil and a message. */
int files_stat(lua_State *L);
/* absolute(path): the absolute path of what is there, without links; nil and a message when it is
 * not. */
int files_absolute(lua_State *L);
/* list(path): the names in a folder, in no order, without "." and ".."; nil and a message when it
 * cannot be read. */
int files_list(lua_State *L);
/* locked(path, work): calls work() while this process alone holds a lock on the file, which is made
 * when it is not there, and returns true; nil and a message when another one holds it or there can
 * be no lock. The lock ends with the process, whatever becomes of it. */
int files_locked(lua_State *L);

#endif
