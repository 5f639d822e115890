-- Reading transactions: what was read comes back when they are rolled back.

local harness = ...
local test, same, fails, awaitEnd = harness.test, harness.same, harness.fails, harness.awaitEnd
local awaitBytes, accept, holding = harness.awaitBytes, harness.accept, harness.holding
local connection = harness.connection

---A connected socket that has taken in a text and begun a transaction.
local function started(text)
  local a, b = holding(text)
  a:startTransaction()
  return a, b
end

test("D24: a transaction is started once", function()
  local a = started("hello")
  a:read(2)

  a:startTransaction()
  a:rollbackTransaction()

  same({ a:isTransactionStarted(), a:readAll() }, { false, "hello" })
end)

test("D25: a commit drops only what was read", function()
  local a = started("hello")
  a:read(2)

  a:commitTransaction()

  same({ a:isTransactionStarted(), a:readAll() }, { false, "llo" })
end)

test("D25: a commit without a transaction does nothing", function()
  local a = started("hello")
  a:commitTransaction()

  a:commitTransaction()

  same(a:readAll(), "hello")
end)

test("D26: a rollback brings everything back in order", function()
  local a = started("one\ntwo\nthree")
  same({ a:readLine(), a:getChar(), a:skip(2), a:read(2) }, { "one\n", "t", 2, "\nt" })
  same(a:readAll(), "hree")

  a:rollbackTransaction()

  same(a:readAll(), "one\ntwo\nthree")
end)

test("D26: a rollback without a transaction does nothing", function()
  local a = started("hello")
  a:commitTransaction()
  a:read(2)

  a:rollbackTransaction()

  same(a:readAll(), "llo")
end)

test("D26: after a rollback the same can be read and committed", function()
  local a = started("hello")
  a:read(4)
  a:rollbackTransaction()
  a:startTransaction()

  same(a:read(2), "he")
  a:commitTransaction()

  same(a:readAll(), "llo")
end)

test("D27: isTransactionStarted says whether there is one", function()
  local a = started("hello")
  local during = a:isTransactionStarted()
  a:commitTransaction()

  same({ during, a:isTransactionStarted() }, { true, false })
end)

test("D27: what is available counts from the transaction's position", function()
  local a = started("one\ntwo")

  same({ a:bytesAvailable(), a:canReadLine(), a:atEnd() }, { 7, true, false })
  a:readLine()
  same({ a:bytesAvailable(), a:canReadLine(), a:atEnd() }, { 3, false, false })
  a:readAll()
  same({ a:bytesAvailable(), a:canReadLine(), a:atEnd() }, { 0, false, true })
end)

test("D27: peek shows what lies after the transaction's position", function()
  local a = started("hello")
  a:read(2)

  same({ a:peek(10), a:peek(1), a:read(10) }, { "llo", "l", "llo" })
end)

test("D27: bytes that come during a transaction are seen, and kept by a rollback", function()
  local a, b = started("one")
  a:readAll()
  b:write("two")
  awaitBytes(a, 3)

  same(a:readAll(), "two")
  a:rollbackTransaction()

  same(a:readAll(), "onetwo")
end)

test("D27: a transaction survives the peer's close", function()
  local a, b = started("hello")
  a:read(2)
  b:close()
  awaitEnd(a)

  same({ a:isTransactionStarted(), a:bytesAvailable() }, { true, 3 })
  a:rollbackTransaction()

  same(a:readAll(), "hello")
end)

test("D27: close ends a transaction", function()
  local a = started("hello")
  a:read(2)

  a:close()

  same({ a:isTransactionStarted(), a:bytesAvailable() }, { false, 0 })
end)

test("D27: connecting ends a transaction, and nothing of the new session is skipped", function()
  local client, served, server = connection()
  served:write("old")
  awaitBytes(client, 3)
  client:startTransaction()
  client:read(2)
  client:disconnectFromServer()

  client:connectToServer(server:fullServerName())
  same({ client:isTransactionStarted(), client:bytesAvailable() }, { false, 0 })
  local again = accept(server)
  again:write("new")
  awaitBytes(client, 3)

  same(client:readAll(), "new")
end)

test("D27: an end within a transaction is an end", function()
  local a, b = started("hello")
  a:readAll()
  b:close()
  awaitEnd(a)

  fails(nil, "PeerClosedError", a:read(1))
end)
