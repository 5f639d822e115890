-- Listens as a service manager does: what a daemon tells it by sd_notify, step by step.
--# needs: cmd:systemd-notify

-- A daemon as a shell script writes it; a real one calls sd_notify(3).
local daemon = [[
  systemd-notify STATUS="Reading the configuration"
  trap 'systemd-notify STOPPING=1; exit 0' TERM
  trap 'systemd-notify RELOADING=1; systemd-notify --ready --status="Reloaded"' HUP
  systemd-notify --ready --status="Waiting for clients"
  while :; do sleep 0.05; done
]]

scenario("a service is ready when it says so", function(t)
  local service = t:spawn { "sh", "-c", daemon, name = "service", ready = ready.notify() }
  service:notified "STATUS=Waiting for clients"

  service:signal "HUP"
  service:notified "RELOADING=1"
  service:notified { READY = "1", STATUS = "Reloaded" }

  service:signal "TERM"
  service:notified "STOPPING=1"
  service:expectExit(0)
end)

-- The same without `ready.notify()`: a manager is a socket that receives datagrams.
scenario("a notification is a datagram of assignments", function(t)
  local manager = t:listen("notify", { kind = "datagram" })
  local service = t:spawn {
    "systemd-notify", "--ready", "--status=Up", env = { NOTIFY_SOCKET = t:path "notify" },
  }
  manager:expect(pattern "^READY=1\nSTATUS=Up")

  -- systemd-notify goes on when its manager has closed the descriptor that comes with this.
  manager:expect "BARRIER=1"
  for _, barrier in ipairs(manager.packet.descriptors) do barrier:close() end
  service:expectExit(0)
end)
