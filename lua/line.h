/* SPDX-License-Identifier: MIT
 *
 * The module banyan.line: lines from a terminal, edited by libedit, or from a pipe; the file of
 * their history; names of files. The terminal belongs to one editor at a time, and all of it to one
 * thread.
 */
#ifndef BY_LUA_LINE_H
#define BY_LUA_LINE_H

#include <lua.h>

/* A package loader: pushes the table of its functions. */
int line_open_module(lua_State *L);

#endif
