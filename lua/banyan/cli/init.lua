local M = {}
function M.main(arguments)
  local f = require "banyan.ffi"
  print("hello", #arguments, f.C.by_status_exit_code(3), f.C.BY_NODES_MAX)
  return 0
end
return M
