local test, harness = ...
local same = harness.same

---The lanes of a prelude, in which "c1" is a conversation of lines.
local function noted()
  local host = harness.load()
  local codecs, lanes = host.prelude.codecs, host.prelude.lanes
  local conversation = {
    name = "c1", codec = codecs.find "line", kind = "stream",
  }
  lanes.note(conversation)
  return lanes, conversation, codecs
end

test("a message is shown in the notation of its codec", function()
  local lanes = noted()
  same({ lanes.shown("c1", "text\n"), lanes.shown("nobody", "text\n") }, { '"text"', nil })
end)

test("several messages in one piece are all shown", function()
  local lanes = noted()
  same(lanes.shown("c1", "one\ntwo\n"), '"one"  "two"')
  same(lanes.shown("c1", "one\ntw"), nil)
end)

test("of thousands of conversations all are known", function()
  local lanes, conversation = noted()
  for index = 2, 5000 do
    conversation.name = "c" .. index
    lanes.note(conversation)
  end
  same({ select(2, lanes.decoded("c1", "one\n")), lanes.codecOf("c1") }, { "one", "line" })
end)

test("a codec that is chosen before anything has come is that of the conversation", function()
  local lanes, conversation, codecs = noted()
  conversation.codec = codecs.find "stream"
  lanes.note(conversation)
  same(lanes.codecOf("c1"), "stream")
end)

test("where messages of two codecs have come no name stands for them", function()
  local lanes, conversation, codecs = noted()
  conversation.codec = codecs.find "stream"
  lanes.hear("c1")
  lanes.note(conversation)
  same(lanes.codecOf("c1"), nil)
end)

test("a codec that a script has made has no name that another script knows", function()
  local lanes, conversation, codecs = noted()
  conversation.name = "c2"
  conversation.codec = codecs.find({
    name = "mine", encode = function(text) return text end, decode = function(r) return r:line() end,
  })
  lanes.note(conversation)
  same({ lanes.codecOf("c2"), select(2, lanes.decoded("c2", "one\n")) }, { nil, "one" })
end)
