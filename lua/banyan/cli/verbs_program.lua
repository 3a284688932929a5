-- SPDX-License-Identifier: MIT
-- The other verbs.
local option = require "banyan.cli.option_rows"

---@type banyan.Verb[]
return {
  { name = "init", arguments = "[DIR]", min = 0, max = 1, module = "banyan.cli.project", call = "make",
    summary = "make a folder to begin with",
    description = { "Makes a folder (or takes the current one) with a strategy, a sweep and a backfill plan that "
      .. "run as they are, on simulated prices, a README that says how, and what an editor with the Lua "
      .. "language server needs to complete and check them: .luarc.json and types/banyan.lua.",
      "Files that are there are never written over: it is an error when one of them is. --types writes "
        .. "types/banyan.lua anew and nothing else, after banyan itself has become newer." },
    options = { { name = "types", type = "flag", help = "write types/banyan.lua alone, over the one that is there" } },
    examples = { "banyan init mine", "banyan init --types" } },
  { name = "repl", arguments = "[STRATEGY]", min = 0, max = 1, graceful = true, module = "banyan.cli.repl",
    call = "repl", summary = "explore: try indicators, strategies and params by hand",
    description = {
      "Reads lines of Lua with the API at hand and prints what they are worth; `?` says what else there is. "
        .. "Plain `banyan` on a terminal does the same. With a STRATEGY, it is opened as s.",
      "From a pipe or a file there are no prompts; all lines are run, and the exit code is 3 when one failed. "
        .. "What runs sees no files, programs or network, as all scripts of users.",
      "Lines are kept in $XDG_STATE_HOME/banyan/history (else ~/.local/state/banyan/history), but not those that "
        .. "begin with a blank." },
    options = { option.from, option.to, option.dataset, option.timeframe },
    examples = { "banyan repl strategies/tqqq_ftlt.lua", "banyan repl < lines.lua" } },
  { name = "lua", arguments = "FILE [ARGS]", min = 1, max = math.huge, rest = true,
    module = "banyan.cli.lua", call = "script", summary = "run a Lua script",
    description = { "Runs a plain Lua script in the program, with all its modules at hand and "
      .. "`arg` set as lua does. The script is trusted: nothing is closed to it." },
    options = {}, examples = { "banyan lua my_script.lua one two" } },
  { name = "completion", arguments = "SHELL", choices = { "bash", "zsh", "fish" }, min = 1, max = 1,
    module = "banyan.cli.completion", call = "verb", summary = "write completion for a shell",
    description = { "Writes a script that completes verbs, options and files for bash, zsh or fish. `make "
      .. "install` and the Debian package put it in place; otherwise, for bash, put "
      .. "`eval \"$(banyan completion bash)\"` into ~/.bashrc; for zsh, write it to a file _banyan in a "
      .. "folder of $fpath; for fish, to ~/.config/fish/completions/banyan.fish." },
    options = {}, examples = { "banyan completion bash" } },
  { name = "help", arguments = "[VERB]", min = 0, max = 2, module = "banyan.cli.help",
    call = "verb", summary = "show the help of a verb",
    description = { "Shows what a verb does, its options and examples." },
    options = {}, examples = { "banyan help run" } },
}
