-- SPDX-License-Identifier: MIT
-- What the specs share: running the real program, and folders to play in.
local M = {}

--- The program under test.
M.program = os.getenv "BANYAN_PROGRAM" or "build/release/banyan"

--- Whether the program is slowed down most, by the thread sanitizer.
M.thread_sanitized = M.program:find("/tsan/", 1, true) ~= nil

--- Whether signals reach Lua code only when it calls something that the thread sanitizer watches.
M.signals_wait = M.thread_sanitized

--- Whether the program is slowed down by a sanitizer.
M.sanitized = M.program:find "/[at]san/" ~= nil

--- A word as a shell takes it.
local function quote(word)
  return "'" .. tostring(word):gsub("'", "'\\''") .. "'"
end
M.quote = quote

--- A text as a pattern that matches it.
function M.escape(text)
  return (text:gsub("%p", "%%%0"))
end

--- Raises unless a run has, among its metrics, all that a sweep keeps of a combo, bit for bit.
---@param kept table<string, number> by name
---@param run table<string, number>
function M.same_metrics(kept, run)
  local count = 0
  for name, value in pairs(kept) do
    count = count + 1
    if run[name] ~= value then
      error(("%s: %s instead of %s"):format(name, tostring(run[name]), tostring(value)), 2)
    end
  end
  assert(count == 17, count)
end

--- Writes a file.
function M.write(path, text)
  local file = assert(io.open(path, "wb"))
  assert(file:write(text))
  assert(file:close())
  return path
end

--- The text of a file, nil when there is none.
function M.read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read "*a"
  file:close()
  return text
end

local scratch

--- A new empty folder; all of them go when the specs end.
function M.scratch()
  if not scratch then
    local pipe = assert(io.popen "mktemp -d /tmp/banyan-spec.XXXXXX")
    scratch = { directory = pipe:read "*l", count = 0, guard = newproxy(true) }
    pipe:close()
    getmetatable(scratch.guard).__gc = function()
      os.execute("rm -rf " .. quote(scratch.directory))
    end
  end
  scratch.count = scratch.count + 1
  local directory = scratch.directory .. "/" .. scratch.count
  assert(os.execute("mkdir " .. quote(directory)) == 0)
  return directory
end

--- Calls f(folder) with a small file system of its own.
---@param options string of mount, such as "size=64k"
---@param f fun(folder: string)
---@return boolean done false where this machine does not let us
function M.with_disk(options, f)
  local folder = M.scratch()
  local mounted = os.execute(("mount -t tmpfs -o %s tmpfs %s 2>/dev/null"):format(options, quote(folder))) == 0
  if not mounted then return false end
  local good, err = pcall(f, folder)
  os.execute("umount " .. quote(folder) .. " || umount -l " .. quote(folder))
  if not good then error(err, 0) end
  return true
end

-- What of the caller's environment must not reach the program under test.
local CLEARED = "-u BANYAN_DATA -u XDG_DATA_HOME -u XDG_CONFIG_HOME -u XDG_STATE_HOME -u NO_COLOR"
  .. " LC_ALL=C"

--- Runs a line of shell: standard output, standard error, exit code.
function M.shell(line)
  local base = M.scratch()
  local code_file = base .. "/code"
  os.execute(("{ %s\n} >%s 2>%s </dev/null; echo $? >%s"):format(line, quote(base .. "/out"),
    quote(base .. "/err"), quote(code_file)))
  return M.read(base .. "/out"), M.read(base .. "/err"), tonumber(M.read(code_file))
end

--- The program and its words as a line of shell. `env` is set for it alone.
---@param words { env: table<string, string>? }
function M.command(words)
  local line = { "env", CLEARED }
  for name, value in pairs(words.env or {}) do line[#line + 1] = name .. "=" .. quote(value) end
  line[#line + 1] = quote(M.program)
  for _, word in ipairs(words) do line[#line + 1] = quote(word) end
  return table.concat(line, " ")
end

--- Runs the program: run { "data", "ls", env = { BANYAN_DATA = directory } }.
---@return string stdout
---@return string stderr
---@return integer code
function M.run(words)
  return M.shell(M.command(words))
end

return M
