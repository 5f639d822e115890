-- Mocks an HTTP service for a real client: curl, whose requests a codec of the script's reads.
--# needs: cmd:curl

-- A request ends where its Content-Length says; an answer is written with one.
local http = {
  name = "http",
  decode = function(r)
    local method, target = r:until_("\r\n"):match("^(%u+) (%S+) HTTP/1%.1$")
    if not method then r:malformed "the first line is no request of HTTP/1.1" end
    local request = { method = method, target = target, headers = {} }
    local line = r:until_ "\r\n"
    while line ~= "" do
      local name, value = line:match "^([^:]+):%s*(.*)$"
      request.headers[name:lower()] = value
      line = r:until_ "\r\n"
    end
    request.body = r:bytes(tonumber(request.headers["content-length"] or 0))
    return request
  end,
  encode = function(answer)
    return ("HTTP/1.1 %s\r\nContent-Length: %d\r\n%s\r\n%s"):format(
      answer.status, #answer.body, answer.headers or "", answer.body)
  end,
}

-- Starts curl with its output bare: no progress, no configuration of the user's.
local function curl(t, server, ...)
  return t:spawn { "curl", "-q", "-sS", "--unix-socket", server.path, ... }
end

scenario("a document is posted, and the answer printed", function(t)
  local server = t:listen("http", { codec = http })
  local client = curl(t, server, "--json", '{"name":"ann"}', "http://service/people")

  local guest = server:accept()
  guest:expect {
    method = "POST", target = "/people", body = '{"name":"ann"}',
    headers = { host = "service", ["content-type"] = "application/json" },
  }
  guest:send { status = "201 Created", body = "created\n" }

  client.stdout:expect "created"
  client:expectExit(0)
end)

scenario("a connection is used again for the next document", function(t)
  local server = t:listen("http", { codec = http })
  local client = curl(t, server, "http://service/[1-3]")

  local guest = server:accept()
  for page = 1, 3 do
    guest:expect { method = "GET", target = "/" .. page }
    guest:send { status = "200 OK", body = ("page %d\n"):format(page) }
  end
  server:expectNoAccept "20ms"

  client.stdout:expectSequence { "page 1", "page 2", "page 3" }
  client:expectExit(0)
end)

scenario("an answer that breaks off is an error", function(t)
  local server = t:listen("http", { codec = http })
  local client = curl(t, server, "http://service/")

  local guest = server:accept()
  guest:expect { target = "/" }
  guest:raw "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"
  guest:close()

  -- curl(1): "18 Partial file".
  client.stderr:expect(pattern "91 bytes remaining")
  client:expectExit(18)
end)
