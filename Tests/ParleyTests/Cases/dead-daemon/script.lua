-- A daemon whose sanitizer has found something, as it would write it.
local report = [[
=================================================================
==4202==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602000000018 at pc 0x5581 bp 0x7ffc sp 0x7ffb
READ of size 1 at 0x602000000018 thread T0
    #0 0x5581a in next_token /src/parser.c:214
    #1 0x5582b in parse /src/parser.c:97
SUMMARY: AddressSanitizer: heap-buffer-overflow /src/parser.c:214 in next_token
]]
local client, server = t:pair { codec = "line", name = "api" }
local daemon = t:spawn {
  "sh", "-c", 'read line; printf %s "$1" >&2; exit 1', "daemon", report, name = "daemon", stdin = server,
}
client:send(("x"):rep(40))
client:expect "OK"
