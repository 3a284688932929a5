-- SPDX-License-Identifier: MIT
-- banyan completion: the shells themselves read the scripts and are asked for what follows.
local helper = require "tests.spec.helper"
local options = require "banyan.cli.options"

local quote = helper.quote

local function script(shell)
  local out, err, code = helper.run { "completion", shell }
  assert.are.equal("", err)
  assert.are.equal(0, code)
  return helper.write(helper.scratch() .. "/banyan." .. shell, out)
end

-- What bash offers for the last of the words, sorted.
local function in_bash(path, words)
  local quoted = {}
  for i, word in ipairs(words) do quoted[i] = quote(word) end
  local out, err, code = helper.shell(("bash -c %s"):format(quote(([[
    set -u
    compopt() { :; }
    source %s
    COMP_WORDS=(%s)
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _banyan
    printf '%%s\n' "${COMPREPLY[@]}" | sort]]):format(path, table.concat(quoted, " ")))))
  assert.are.equal("", err)
  assert.are.equal(0, code)
  return (out:gsub("%s+$", ""):gsub("\n", " "))
end

local ASKED = {
  { { "banyan", "sw" }, "sweep" },
  { { "banyan", "data", "i" }, "import" },
  { { "banyan", "run", "--slip" }, "--slippage" },
  { { "banyan", "run", "--costs", "" }, "alpaca composer none" },
  { { "banyan", "run", "x.lua", "--fill", "o" }, "open" },
  { { "banyan", "-q", "export", "-f", "" }, "csv json jsonl sqlite" },
  { { "banyan", "completion", "" }, "bash fish zsh" },
  { { "banyan", "sweep", "status", "--j" }, "--json" },
}

describe("completion", function()
  it("works in bash", function()
    local path = script "bash"
    for _, case in ipairs(ASKED) do assert.are.equal(case[2], in_bash(path, case[1])) end
    -- Bash takes --name=value apart.
    assert.are.equal("alpaca", in_bash(path, { "banyan", "run", "--costs", "=", "al" }))
    -- The value of an option is no argument: a file is still to come, and after it there is none.
    assert.are.equal("README.md", in_bash(path, { "banyan", "run", "--from", "2020-01-02", "READ" }))
    assert.are.equal("", in_bash(path, { "banyan", "run", "x.lua", "READ" }))
    assert.are.equal("status strategies", in_bash(path, { "banyan", "sweep", "st" }))
  end)

  it("works in fish", function()
    local path = script "fish"
    for _, case in ipairs(ASKED) do
      local out, err, code = helper.shell(("HOME=%s fish --no-config -c %s | cut -f1 | sort"):format(helper.scratch(),
        quote(("source %s; complete -C %s"):format(path, quote(table.concat(case[1], " "))))))
      assert.are.equal("", err)
      assert.are.equal(0, code)
      assert.are.equal(case[2], (out:gsub("%s+$", ""):gsub("\n", " ")))
    end
  end)

  it("is read by zsh, with every verb and option", function()
    local path = script "zsh"
    local out, err, code = helper.shell(("zsh -fc %s"):format(quote(
      ("autoload -U compinit; compinit -u -D; source %s; print $_comps[banyan]"):format(path))))
    assert.are.equal("", err)
    assert.are.equal(0, code)
    assert.are.equal("_banyan\n", out)
    local text = helper.read(path)
    for _, verb in ipairs(options.verbs) do
      assert.truthy(text:find("'" .. verb.name .. "')", 1, true), verb.name)
      for _, option in ipairs(verb.options) do
        assert.truthy(text:find("%-%-" .. helper.escape(option.name) .. "[}']"), option.name)
      end
    end
  end)

  it("gives each option one meaning: with a value everywhere or nowhere", function()
    local flag = {}
    for _, verb in ipairs(options.verbs) do
      for option in options.each_option(verb) do
        local is_flag = option.type == "flag"
        assert(flag[option.name] == nil or flag[option.name] == is_flag, option.name)
        flag[option.name] = is_flag
      end
    end
  end)

  it("names the shells when asked for another", function()
    local _, err, code = helper.run { "completion", "tcsh" }
    assert.are.equal(2, code)
    assert.truthy(err:find("there is none for 'tcsh'; take bash, zsh or fish", 1, true))
  end)
end)
