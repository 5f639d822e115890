local client, server = t:pair { codec = "jsonl" }
t:task("server", function()
  server:expectSequence { { id = 1 }, { id = 2 } }
  server:send({ id = 2, result = "two" }, { id = 1, result = "one" })
end)
client:send({ id = 1 }, { id = 2 })
client:expectSequence { { id = 1, result = "one" }, { id = 2, result = "two" } }
