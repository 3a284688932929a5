-- SPDX-License-Identifier: MIT
-- Runs a program and writes what it took into a file, as JSON: launch.lua FILE PROGRAM ARGS. It is a process of its
-- own because the kernel counts the memory of the process that starts a program as the program's.
local ffi = require "ffi"
local host = require "banyan.host"

ffi.cdef [[
typedef struct bench_timeval { long seconds; long microseconds; } bench_timeval;
typedef struct bench_rusage { bench_timeval user; bench_timeval system; long memory_kb; long rest[13]; } bench_rusage;
int posix_spawnp(int *pid, const char *file, const void *actions, const void *attributes, char *const words[],
    char *const environment[]);
int wait4(int pid, int *status, int options, bench_rusage *usage);
extern char **environ;
]]

local words = ffi.new("const char *[?]", #arg)
for i = 2, #arg do words[i - 2] = arg[i] end

local pid, status, usage = ffi.new "int[1]", ffi.new "int[1]", ffi.new "bench_rusage"
local begin = host.clock()
assert(ffi.C.posix_spawnp(pid, words[0], nil, nil, ffi.cast("char *const *", words), ffi.C.environ) == 0, arg[2])
assert(ffi.C.wait4(pid[0], status, 0, usage) == pid[0])
local seconds = host.clock() - begin
assert(status[0] == 0, table.concat(arg, " ", 2) .. " failed")

local function seconds_of(time) return tonumber(time.seconds) + tonumber(time.microseconds) * 1e-6 end
local file = assert(io.open(arg[1], "w"))
file:write(('{"seconds":%.6f,"cpu_seconds":%.6f,"memory_bytes":%d}\n'):format(seconds,
  seconds_of(usage.user) + seconds_of(usage.system), tonumber(usage.memory_kb) * 1024))
file:close()
