-- How a case ends the conversations that its body has left open: a choice, too.

local host = ...
local prelude = host.prelude
local delivery, generators, journal = prelude.delivery, prelude.generator, prelude.journal
local shapes = prelude.shapes

local endings = {}

local ways = {}

function ways.closed() end

function ways.halfClosed(_, conversation) conversation:shutdown() end

function ways.reset(_, conversation) conversation:abort() end

---What the target has sent since is never read.
function ways.unread(case, conversation)
  delivery.awaitRead(conversation.socket, case.settles)
  conversation:abort()
end

---The most times that a message is said again: the answers to so many do not fit into the buffers of a
---socket whose other end nobody reads (net.core.wmem_default of socket(7)).
local MOST = 512

---What was sent last is said again and again, and no answer is read, until the target waits for that
---or the case has enough of it.
function ways.deaf(case, conversation)
  local count, said = case.tape:choose(shapes.int(1, MOST, 1)), 0
  local socket, bytes = conversation.socket, case.lastSent
  while said < count and socket:bytesToWrite() == 0 and socket:write(bytes) do
    socket:flush()
    said = said + 1
  end
  journal.repeated(conversation.name, bytes, said)
  ways.unread(case, conversation)
end

---The simplest first.
local WAYS = { ways.closed, ways.halfClosed, ways.reset, ways.unread, ways.deaf }
local CHOICE = generators.weightedShape { 448, 32, 16, 16, 1 }

---Ends a conversation.
---@param case Case
---@param conversation Conversation
function endings.conclude(case, conversation)
  if conversation.wait.ending == "this script closed it" then return end
  if not case.endings or not case.sockets or not case.sockets[conversation.socket] then return conversation:close() end
  local span = case.tape:open("ending")
  local way = case.tape:choose(CHOICE)
  WAYS[way](case, conversation)
  case.tape:close(span)
  if way < 3 and not case.settles then conversation:close() end
end

return endings
