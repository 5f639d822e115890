local client, server = t:pair { codec = "jsonl" }
t:task("server", function()
  server:expect { ask = "status" }
  server:send { status = "degraded", disks = { { name = "a", free = 10 }, { name = "b", free = 0 } } }
end)
client:call({ ask = "status" }, {
  status = oneOf { "ok", "degraded" },
  disks = { { name = "a" }, { name = "b", free = 20 } },
})
