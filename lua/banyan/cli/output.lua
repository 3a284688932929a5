-- SPDX-License-Identifier: MIT
-- What the program writes: data on standard output, everything else on standard error. A failed
-- write is a failure like any other; a reader that went away ends the program without a word.
local failure = require "banyan.failure"
local host = require "banyan.host"
local print_ = require "banyan.print"

local M = {}

local EPIPE = 32

-- Raised when nobody reads standard output any more.
M.BROKEN_PIPE = {}

--- How the common options want it; set once by `configure`.
M.quiet, M.verbose, M.progress = false, false, true

local function set(name)
  local value = os.getenv(name)
  return value ~= nil and value ~= ""
end

--- Takes the common options: quiet, verbose, no_color, no_progress.
---@param options table<string, any>
function M.configure(options)
  M.quiet, M.verbose = options.quiet or false, options.verbose or false
  M.progress = not (options.no_progress or options.quiet)
  local colour = not options.no_color and not set "NO_COLOR" and os.getenv "TERM" ~= "dumb"
  M.terminal = host.isatty(1)
  M.style = print_.styler(colour and M.terminal)
  M.style_error = print_.styler(colour and host.isatty(2))
end

-- The writer of `run --weights` and of standard output share what a full disk means.
local function check(result, message, code, what)
  if result then return end
  if code == EPIPE then error(M.BROKEN_PIPE, 0) end
  failure.fail("LIMIT", "%s: cannot write: %s", what, message)
end

--- Writes to standard output.
function M.write(...)
  local result, message, code = io.stdout:write(...)
  check(result, message, code, "standard output")
end

--- Writes a line, or lines, to standard output.
---@param lines string|string[]
function M.line(lines)
  if type(lines) == "table" then
    for _, line in ipairs(lines) do M.write(line, "\n") end
  else
    M.write(lines, "\n")
  end
end

--- Hands over what is still in the buffer of standard output.
function M.flush()
  local result, message, code = io.stdout:flush()
  check(result, message, code, "standard output")
end

--- Writes a line to standard error.
---@param text string
function M.report(text)
  io.stderr:write(text, "\n")
end

--- A remark on standard error, left out with -q.
---@param text string
function M.note(text)
  if not M.quiet then M.report(text) end
end

--- A warning on standard error; -q does not silence it.
---@param text string
function M.warn(text)
  M.report("banyan: " .. M.style_error("warning", "yellow") .. ": " .. text)
end

--- Whether the locale of standard output says UTF-8.
function M.utf8()
  for _, name in ipairs { "LC_ALL", "LC_CTYPE", "LANG" } do
    if set(name) then return os.getenv(name):lower():find "utf%-?8" ~= nil end
  end
  return false
end

--- Calls f as if standard output were another terminal: with colours or without, with Unicode or without.
---@param colour boolean
---@param unicode boolean
---@param f function
---@return any # what f returns
function M.pretend(colour, unicode, f, ...)
  local style, utf8 = M.style, M.utf8
  M.style, M.utf8 = print_.styler(colour), function() return unicode end
  local ok, result = pcall(f, ...)
  M.style, M.utf8 = style, utf8
  if not ok then error(result, 0) end
  return result
end

--- The name that stands for standard output.
M.STDOUT = "-"

--- Makes a file from what `write(put)` puts into it.
---@param path string or M.STDOUT
---@param write fun(put: fun(text: string))
---@param name string? in messages; the path when left out
function M.file(path, write, name)
  if path == M.STDOUT then return write(M.write) end
  name = name or path
  local file, message, errno = io.open(path, "w")
  if not file then
    failure.fail(failure.status_of_errno(errno, "USAGE"), "cannot write %s: %s", name, message:sub(#path + 3))
  end
  local function put(text)
    local result, why, code = file:write(text)
    check(result, why, code, name)
  end
  write(put)
  local result, why, code = file:close()
  check(result, why, code, name)
end

--- The same for a file that others may read meanwhile, or that is dear: it is there as a whole, or as it was before.
--- What is no plain file, such as a pipe, is written to and not replaced.
---@param path string
---@param write fun(put: fun(text: string))
function M.replace(path, write)
  local kind = host.stat(path)
  if path == M.STDOUT or kind and kind ~= "file" then return M.file(path, write) end
  local part = path .. ".part"
  local ok, err = pcall(M.file, part, write, path)
  if ok then
    local renamed, message, errno = os.rename(part, path)
    if renamed then return end
    os.remove(part)
    failure.fail(failure.status_of_errno(errno, "USAGE"), "cannot write %s: %s", path, message)
  end
  os.remove(part)
  error(err, 0)
end

M.configure {}

return M
