-- Runs spec files in stock Lua, tells what failed, and ends the interpreter with 1 if anything did.

---@param directory string  of the specs, with a slash at its end
---@param harness table  what each spec gets beside `test(name, fn)`
---@param specs string[]  the names of the files, without `.spec.lua`
return function(directory, harness, specs)
  local passed, failed = 0, 0

  local function test(name, fn)
    local fine, raised = xpcall(fn, function(raised)
      if type(raised) ~= "table" then return debug.traceback(raised) end
      return raised.message or tostring(raised)
    end)
    if fine then
      passed = passed + 1
    else
      failed = failed + 1
      print(("✗ %s\n  %s"):format(name, raised))
    end
  end

  for _, spec in ipairs(specs) do
    assert(loadfile(directory .. spec .. ".spec.lua"))(test, harness)
  end
  print(("%d passed, %d failed"):format(passed, failed))
  os.exit(failed == 0 and passed > 0 and 0 or 1)
end
