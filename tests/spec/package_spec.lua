-- SPDX-License-Identifier: MIT
-- make install into a staging folder, and the Debian package made of it.
local helper = require "tests.spec.helper"

local quote = helper.quote

local variant = helper.program:match "^build/(%w+)/banyan$"

local function sh(line, ...)
  local out, err, code = helper.shell(line:format(...))
  assert(code == 0, err)
  return out
end

local function install(root)
  sh("make --no-print-directory VARIANT=%s DESTDIR=%s PREFIX=/usr ZSHDIR=zsh/vendor-completions install",
    variant, quote(root))
end

describe("make install", function()
  local root = helper.scratch()
  install(root)

  it("puts a program there that needs nothing else of the tree", function()
    local home = helper.scratch()
    local function banyan(words)
      return sh("cd %s && BANYAN_DATA=%s/data %s/usr/bin/banyan %s", quote(home), quote(home), quote(root), words)
    end
    banyan(("backfill %s/usr/share/banyan/examples/demo_plan.lua"):format(quote(root)))
    local out = banyan(("run %s/usr/share/banyan/strategies/canopy.lua"):format(quote(root)))
    assert.truthy(out:find("SIMULATED", 1, true))
    assert.truthy(out:find("Sharpe", 1, true))
  end)

  it("brings pages and completions, and takes all of it away again", function()
    for _, path in ipairs { "doc/banyan/README.md", "doc/banyan/docs/language.md", "doc/banyan/examples/demo_sweep.lua",
      "banyan/examples/demo_sweep.lua", "banyan/types/banyan.lua", "man/man1/banyan.1", "man/man1/banyan-run.1",
      "bash-completion/completions/banyan", "zsh/vendor-completions/_banyan",
      "fish/vendor_completions.d/banyan.fish" } do
      assert(helper.read(root .. "/usr/share/" .. path), path)
    end
    local other = helper.scratch()
    install(other)
    sh("make --no-print-directory VARIANT=%s DESTDIR=%s PREFIX=/usr ZSHDIR=zsh/vendor-completions uninstall",
      variant, quote(other))
    assert.are.equal("", sh("find %s ! -type d", quote(other)))
  end)
end)

describe("the Debian package", function()
  if variant ~= "release" then
    pending("is made of the release variant alone", function() end)
    return
  end

  it("has the same bytes whenever it is made, and lintian finds no error", function()
    local folder = helper.scratch()
    for i = 1, 2 do
      local root = helper.scratch()
      install(root)
      sh("find %s -exec touch -d '-%d hours' {} +", quote(root), 24 * 365 * (i - 1))
      sh("umask 0%d7; sh .deb/build.sh %s %s %s/%d", i, helper.program, quote(root), folder, i)
    end
    sh("cd %s && cmp 1/*.deb 2/*.deb", folder)
    local found = sh("lintian --allow-root --fail-on error %s/1/*.deb", folder)
    assert.is_nil(found:find "^E:")
    assert.is_nil(found:find "\nE:")
    sh("dpkg-deb -x %s/1/*.deb %s/files", folder, folder)
    assert.are.equal(sh("%s --version", helper.program), sh("%s/files/usr/bin/banyan --version", folder))
    local depends = sh("dpkg-deb -f %s/1/*.deb Depends", folder)
    for _, library in ipairs { "libluajit", "liblmdb", "libcurl4 (>= " } do
      assert.truthy(depends:find(library, 1, true), library)
    end
  end)
end)
