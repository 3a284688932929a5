/* SPDX-License-Identifier: MIT
 *
 * Child processes of the program itself, for work in the background. They are in a process group of
 * their own, so that Ctrl-C at the terminal does not reach them, read nothing, and are asked to end
 * (SIGINT) when the program dies.
 */
#ifndef BY_LUA_CHILD_H
#define BY_LUA_CHILD_H

#include <lua.h>

/* Lua: spawn({ word, ... }, out, err) starts the program with these words, and its standard output
 * and error go to these files, which are made anew. The process id; nil and a message. */
int child_spawn(lua_State *L);
/* Lua: reap(pid) is nil while the child runs; once it has ended its exit code, or 128 and the
 * number of the signal that ended it. After that the id means nothing any more. */
int child_reap(lua_State *L);
/* Lua: stop(pid) asks a child that was not reaped yet to end, as Ctrl-C does; stop(pid, true) ends
 * it. */
int child_stop(lua_State *L);
/* Lua: scratch(base) makes a new folder below `base` that nobody else may enter. Its path; nil and
 * a message. */
int child_scratch(lua_State *L);

#endif
