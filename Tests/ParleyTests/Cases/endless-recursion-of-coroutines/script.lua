local function f()
  local result = coroutine.wrap(f)()
  return result
end
f()
