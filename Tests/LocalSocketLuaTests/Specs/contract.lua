-- The module has the members that docs/localsocket.md tells of in its tables, and no others.

local harness = ...
local test = harness.test
local localsocket = harness.localsocket

local folder = debug.getinfo(1, "S").source:match("^@(.*)/") or "."

---The rows of the document's tables.
local rows = {}
for line in io.lines(folder .. "/../../../docs/localsocket.md") do
  if line:find("^|") then rows[#rows + 1] = line end
end

---The members of a class, or of the module, that the tables name: `Socket:read`, `localsocket.run`.
local function documented(class, separator)
  local names = {}
  for _, row in ipairs(rows) do
    for name in row:gmatch("`" .. class .. "%" .. separator .. "(%a%w*)") do names[name] = true end
  end
  return names
end

---Asserts that all of the names on one side are on the other.
local function covered(names, others, what)
  local missing = {}
  for name in pairs(names) do
    if others[name] == nil then missing[#missing + 1] = name end
  end
  table.sort(missing)
  if #missing > 0 then error(what .. table.concat(missing, ", "), 2) end
end

---The methods of an object, which its metatable hides from scripts.
local function methods(object)
  local index = debug.getmetatable(object).__index
  assert(type(index) == "table")
  return index
end

local function received()
  local a, b = harness.pair()
  assert(a:sendMessage("x", { descriptors = { io.stdout } }))
  return harness.close(assert(b:receiveMessage("10s")).descriptors[1])
end

for class, make in pairs {
  Socket = localsocket.Socket,
  Server = localsocket.Server,
  Timer = function() return localsocket.after(0, print) end,
  Task = function() return localsocket.spawn(function() end) end,
  Connection = function() return localsocket.Socket():on("connected", print) end,
  Descriptor = received,
} do
  test("a " .. class .. " has what the document tells of, and no more", function()
    local members, told = methods(make()), documented(class, ":")
    covered(told, members, "the module lacks ")
    covered(members, told, "the document lacks ")
  end)
end

test("the module has the functions that the document tells of, and no more", function()
  local functions = {}
  for name, value in pairs(localsocket) do
    if type(value) == "function" then functions[name] = value end
  end
  covered(documented("localsocket", "."), localsocket, "the module lacks ")
  covered(functions, documented("localsocket", "."), "the document lacks ")
end)

test("the document tells of each constant of the module", function()
  local constants, told = {}, documented("localsocket", ".")
  for name, value in pairs(localsocket) do
    if value == name then constants[name] = value end
  end
  for _, row in ipairs(rows) do
    for name in row:gmatch('`"?(%u%a+)"?`') do told[name] = true end
  end
  covered(constants, told, "the document lacks ")
end)
