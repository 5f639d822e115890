-- What a process notifies its manager of: the datagrams of sd_notify(3).

local host = ...
local describe, matching, patterns = host.prelude.describe, host.prelude.matching, host.prelude.patterns

local notifications = {}

---@class Notification  the assignments by name, e.g. STATUS, and
---@field text string  the message as it came
---@field descriptors localsocket.Descriptor[]

---@param message { data: string, descriptors: localsocket.Descriptor[] }
---@return Notification
local function parse(message)
  local notification = { text = message.data, descriptors = message.descriptors }
  for name, value in message.data:gmatch("([%w_]+)=([^\n]*)") do notification[name] = value end
  return notification
end

---A sender waits until its barrier's descriptor is closed.
local function passBarrier(notification)
  if not notification.BARRIER then return end
  for _, descriptor in ipairs(notification.descriptors) do descriptor:close() end
end

---Who has gone already cannot be asked; the socket lies where no stranger comes.
local function isForeign(process, message)
  local sender = message.credentials
  return sender and host.isAlive(sender.pid) and not process.native:contains(sender.pid)
end

local function receiveAll(process, socket)
  while true do
    local message = socket:receiveMessage(-1)
    if not message then return end
    if isForeign(process, message) then
      host.log("note", process.name, ("a notification of process %d, a stranger, is left out"):format(
        message.credentials.pid))
    else
      local notification = parse(message)
      passBarrier(notification)
      process.notifications[#process.notifications + 1] = notification
      host.log("note", process.name, "notified " .. describe.bytes(message.data))
      process.native:wake()
    end
  end
end

---Binds the socket of a process's notifications.
---@param path string
---@return localsocket.Socket? socket
---@return string? problem
function notifications.open(path)
  return host.localsocket.listen(path, { kind = "datagram", access = "World" })
end

---Begins to receive: what comes wakes those who wait for the process.
---@param process Process
---@param socket localsocket.Socket
function notifications.serve(process, socket)
  host.background(receiveAll, process, socket)
end

---Whether a notification is what a pattern asks for: a text begins one of its assignments.
---@param notification Notification
---@param pattern any
---@return boolean
function notifications.matches(notification, pattern)
  if type(pattern) == "string" then
    return ("\n" .. notification.text):find("\n" .. pattern, 1, true) ~= nil
  end
  if patterns.isPattern(pattern) and pattern.kind == "text" then
    return notification.text:find(pattern.text) ~= nil
  end
  return matching.matches(pattern, notification)
end

return notifications
