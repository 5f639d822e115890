-- The module has the members that docs/localsocket.md tells of in its tables and docs/localsocket.lua
-- declares for editors, and no others.

local harness = ...
local test = harness.test
local localsocket = harness.localsocket

local folder = debug.getinfo(1, "S").source:match("^@(.*)/") or "."
local docs = folder .. "/../../../docs/"

---The rows of the document's tables.
local rows = {}
for line in io.lines(docs .. "localsocket.md") do
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

---The first captures of a pattern in the lines of the declarations.
local function declared(pattern)
  local names = {}
  for line in io.lines(docs .. "localsocket.lua") do
    local name = line:match(pattern)
    if name then names[name] = true end
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
  if #missing > 0 then error(what .. table.concat(missing, ", "), 3) end
end

---Asserts that the module's members are those of both documents.
local function agree(members, told, declarations)
  covered(told, members, "the module lacks of the document ")
  covered(members, told, "the document lacks ")
  covered(declarations, members, "the module lacks of the declarations ")
  covered(members, declarations, "the declarations lack ")
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
  test("a " .. class .. " has what the documents tell of, and no more", function()
    agree(methods(make()), documented(class, ":"), declared("^function " .. class .. ":(%a+)%("))
  end)
end

test("the module has the functions that the documents tell of, and no more", function()
  local functions = {}
  for name, value in pairs(localsocket) do
    if type(value) == "function" then functions[name] = value end
  end
  agree(functions, documented("localsocket", "."), declared("^function localsocket%.(%a+)%("))
end)

---Whether a name has the form of a constant's, whatever the module has.
local function isConstant(name)
  return name:find "%aError$" or name:find "%aState$" or name:find "%aOptions?$"
end

test("the documents tell of each constant of the module, and of no others", function()
  local constants, told = {}, {}
  for name, value in pairs(localsocket) do
    if value == name then constants[name] = value end
  end
  for _, row in ipairs(rows) do
    for name in row:gmatch('`"?(%u%a+)"?`') do
      told[name] = constants[name] or isConstant(name) and name or nil
    end
  end
  agree(constants, told, declared("^%-%-%-@field (%u%a+) "))
end)
