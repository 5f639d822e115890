// What the files of the shim share.

#ifndef LSL_BORDER_H
#define LSL_BORDER_H

#include "CLuaShim.h"

#include <stdio.h>
#include <stdlib.h>

// Whether a finaliser runs. The collector calls it from any allocation, Swift's also, and lets no error
// out of it.
bool lsl_is_in_finaliser(lua_State *L);

// A debug build, for which Package.swift defines LSL_CHECK, stops at the first raise or yield that would
// cross, or has crossed, a Swift frame.
#ifdef LSL_CHECK
#define LSL_ASSERT_NO_SWIFT(L, runtime, what)                                                  \
  do {                                                                                         \
    if ((runtime)->swift_frames != 0 && !lsl_is_in_finaliser(L)) {                             \
      fprintf(stderr, "CLuaShim: %s with %d live Swift frames\n", what,                        \
              (runtime)->swift_frames);                                                        \
      abort();                                                                                 \
    }                                                                                          \
  } while (0)
#else
#define LSL_ASSERT_NO_SWIFT(L, runtime, what) ((void)(runtime))
#endif

// What entering Lua from Swift, or from a coroutine, replaces and puts back.
typedef struct {
  lua_State *running;
  int32_t swift_frames;
  bool can_park;
} lsl_entry;

lsl_entry lsl_enter(lsl_runtime *runtime, lua_State *running, bool can_park);
void lsl_leave(lsl_runtime *runtime, lsl_entry entry);

// Sets the hook on a thread that starts to run while an interruption is under way.
void lsl_arm_if_interrupted(lsl_runtime *runtime, lua_State *L);

// What a thread waits for: NULL, an operation, or a mark that a coroutine further in waits. Nobody
// else may resume such a thread, and closing it undoes the operation. Only for threads of our own
// states: in a foreign one the word is not ours.
static inline void **lsl_wait_of(lua_State *thread) { return lua_getextraspace(thread); }

// Makes io.popen remember its open files; may raise.
void lsl_remember_pipes(lua_State *L);

// Parks or pumps; answers what Swift answers after the wait.
int lsl_finish(lua_State *L, lsl_runtime *runtime, int32_t answer);

#endif
