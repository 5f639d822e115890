// Makes a program count the edges that it passes, in a map that `parley fuzz` shares with it.
//
// clang: clang -c coverage.c, then build the program with -fsanitize-coverage=trace-pc-guard
// gcc:   gcc -c coverage.c, then build the program with -fsanitize-coverage=trace-pc
// swift: swiftc -sanitize=address -sanitize-coverage=edge,trace-pc-guard …
// and link coverage.o. Without parley the program runs as ever. This file itself must be built
// without these options. It is in the public domain.

#include <stdint.h>
#include <stdlib.h>
#include <sys/shm.h>

static uint8_t nowhere[1 << 16];
static uint8_t *map = nowhere;
static uint32_t size = sizeof nowhere, known;

__attribute__((constructor(101))) static void attach(void) {
  const char *identifier = getenv("__AFL_SHM_ID"), *length = getenv("AFL_MAP_SIZE");
  if (!identifier || map != nowhere) return;
  void *shared = shmat(atoi(identifier), NULL, 0);
  if (shared == (void *)-1) return;
  if (length && atoi(length) > 0) size = (uint32_t)atoi(length);
  map = shared;
  map[0] = 1;  // tells that somebody counts
}

static void count(uint32_t edge) {
  uint8_t next = (uint8_t)(map[edge] + 1);
  map[edge] = next ? next : 1;
}

void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop) {
  attach();
  if (start == stop || *start) return;
  // The first numbers are those of AFL's own runtime.
  for (uint32_t *guard = start; guard < stop; guard++) *guard = 5 + known++ % (size - 5);
}

void __sanitizer_cov_trace_pc_guard(uint32_t *guard) { count(*guard); }

extern char __executable_start __attribute__((weak));

void __sanitizer_cov_trace_pc(void) {
  static __thread uintptr_t previous;
  uintptr_t here = (uintptr_t)__builtin_return_address(0) - (uintptr_t)&__executable_start;
  count(5 + (uint32_t)((here ^ previous) % (size - 5)));
  previous = here >> 1;
}
