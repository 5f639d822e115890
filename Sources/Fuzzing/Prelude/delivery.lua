-- Whether a target has taken what it was sent.

local host = ...

local now = host.localsocket.now

local delivery = {}

local NONE = {}

---The milliseconds that a target may take to read, and to see the end.
local LIMIT, END_LIMIT = 20, 200

---Waits until the peer has read all that was written, or some time has passed.
---@param socket localsocket.Socket
---@param isPatient? boolean  it may take its time
function delivery.awaitRead(socket, isPatient)
  socket:flush()
  if not host.unreadByPeer then return end
  local descriptor = socket:socketDescriptor()
  local deadline = now() + (isPatient and END_LIMIT or LIMIT)
  while host.unreadByPeer(descriptor) > 0 and now() < deadline do host.pause(20) end
end

---Ends what the case sends and reads to the end of what comes, so that the next case meets a target
---that has done with this one.
---@param case Case
function delivery.drain(case)
  for socket in pairs(case.sockets or NONE) do
    if socket:isValid() then
      socket:shutdown("write")
      local deadline = now() + END_LIMIT
      while socket:isValid() and now() < deadline do
        local arrived, _, code = socket:waitForReadyRead(deadline - now())
        if not arrived and code ~= "SocketTimeoutError" or not socket:readAll() then break end
      end
    end
  end
end

return delivery
