-- What a process notifies its manager of.
local test, harness = ...
local same = harness.same

test("a notification is matched by an assignment, a pattern or a shape", function()
  local host = harness.load()
  local notifications, patterns = host.prelude.notifications, host.prelude.patterns
  local notification = { text = "READY=1\nSTATUS=Up", READY = "1", STATUS = "Up" }
  same(notifications.matches(notification, "STATUS="), true)
  same(notifications.matches(notification, "ATUS="), false)
  same(notifications.matches(notification, patterns.pattern "U%a$"), true)
  same(notifications.matches(notification, { STATUS = "Up" }), true)
  same(notifications.matches(notification, { STATUS = "Down" }), false)
end)
