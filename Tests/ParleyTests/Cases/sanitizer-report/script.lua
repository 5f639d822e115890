-- The daemon dies of the second request; what it writes is what gcc's address sanitizer writes.
local daemon = t:spawn {
  "sh", "daemon.sh", name = "d", ready = ready.logged "serving",
}
daemon.stdin:send "one"
daemon.stdout:await "answer to one"
daemon.stdin:raw [[
two
=================================================================
==4711==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000050 at pc 0x7f1a
READ of size 1 at 0x602000000050 thread T0
    #0 0x7f1a in __interceptor_strlen ../../../../src/libsanitizer/sanitizer_common/sanitizer.inc:389
    #1 0x55d0 in answer /src/daemon.c:68
    #2 0x55d0 in serve /src/daemon.c:79
    #3 0x55d0 in main /src/daemon.c:103
    #4 0x7f1a in __libc_start_call_main ../sysdeps/nptl/libc_start_call_main.h:58

0x602000000050 is located 0 bytes inside of 16-byte region [0x602000000050,0x602000000060)
freed by thread T0 here:
    #0 0x7f1a in __interceptor_free ../../../../src/libsanitizer/asan/asan_malloc_linux.cpp:52
    #1 0x55d0 in load /src/daemon.c:43
    #2 0x55d0 in main /src/daemon.c:101

SUMMARY: AddressSanitizer: heap-use-after-free /src/daemon.c:68 in answer
]]
daemon.stdin:close()
daemon.stdout:expect "answer to two"
