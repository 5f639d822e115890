// coroutine.resume, wrap and close, with stock behaviour and two additions: the runtime knows which
// thread runs, and a wait inside a coroutine is passed up to the task that it runs in.

#include "border.h"

#include <string.h>

// What a coroutine waits for that has only passed a wait up.
static char passed_up;

static void mark_waiting(lua_State *thread) {
  if (*lsl_wait_of(thread) == NULL) *lsl_wait_of(thread) = &passed_up;
}

static lsl_runtime *runtime_of(lua_State *L) { return lua_touserdata(L, lua_upvalueindex(1)); }

enum { failed = -1, waits = -2 };

// Runs `thread` until it yields or ends; answers how many results are on its stack's top, or
// `failed` with the error value there, or `waits`.
static int run(lua_State *L, lsl_runtime *runtime, lua_State *thread, int argument_count) {
  lsl_entry entry = lsl_enter(runtime, thread, runtime->can_park && lua_isyieldable(L));
  int result_count = 0;
  int status = lua_resume(thread, L, argument_count, &result_count);
  lsl_leave(runtime, entry);
  if (status == LUA_YIELD && runtime->operation != NULL) return waits;
  return status == LUA_OK || status == LUA_YIELD ? result_count : failed;
}

static const char *refusal(lua_State *thread, int argument_count) {
  if (*lsl_wait_of(thread) != NULL) return "cannot resume a coroutine that waits in another task";
  if (!lua_checkstack(thread, argument_count + 1)) return "too many arguments to resume";
  return NULL;
}

// Moves what `run` left to the caller's stack.
static int take_results(lua_State *L, lua_State *thread, int count) {
  int moved = count == failed ? 1 : count;
  if (!lua_checkstack(L, moved + 1)) {
    lua_pop(thread, moved);
    lua_pushliteral(L, "too many results to resume");
    return failed;
  }
  lua_xmove(thread, L, moved);
  return count;
}

// MARK: resume

static int resume_ended(lua_State *L, int count) {
  lua_pushboolean(L, count != failed);
  int moved = count == failed ? 1 : count;
  lua_insert(L, -moved - 1);
  return moved + 1;
}

static int resume_continued(lua_State *L, int status, lua_KContext context);

static int resume_some(lua_State *L, lua_State *thread, int argument_count) {
  int count = run(L, runtime_of(L), thread, argument_count);
  if (count == waits) {
    mark_waiting(thread);
    LSL_ASSERT_NO_SWIFT(L, runtime_of(L), "a yield");
    return lua_yieldk(L, 0, 0, resume_continued);
  }
  return resume_ended(L, take_results(L, thread, count));
}

static int resume_continued(lua_State *L, int status, lua_KContext context) {
  (void)status;
  (void)context;
  lua_State *thread = lua_tothread(L, 1);
  *lsl_wait_of(thread) = NULL;
  const char *refused = refusal(thread, 0);
  if (refused != NULL) {
    lua_pushstring(L, refused);
    return resume_ended(L, failed);
  }
  return resume_some(L, thread, 0);
}

static int coroutine_resume(lua_State *L) {
  lua_State *thread = lua_tothread(L, 1);
  luaL_argexpected(L, thread != NULL, 1, "thread");
  int argument_count = lua_gettop(L) - 1;
  const char *refused = refusal(thread, argument_count);
  if (refused != NULL) {
    lua_pushstring(L, refused);
    return resume_ended(L, failed);
  }
  lua_xmove(L, thread, argument_count);
  return resume_some(L, thread, argument_count);
}

// MARK: wrap

enum { wrapped_upvalue = 2 };

// Runs what a coroutine has to close, so that it can be interrupted there.
static int close_thread(lsl_runtime *runtime, lua_State *thread) {
  lsl_entry entry = lsl_enter(runtime, thread, false);
  int status = lua_resetthread(thread);
  lsl_leave(runtime, entry);
  return status;
}

// A failed coroutine is closed, and the place of the call is put before a message.
static int wrap_failed(lua_State *L, lua_State *thread) {
  int status = lua_status(thread);
  if (status != LUA_OK && status != LUA_YIELD) {
    lua_xmove(L, thread, 1);
    close_thread(runtime_of(L), thread);
    lua_xmove(thread, L, 1);
  }
  if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  LSL_ASSERT_NO_SWIFT(L, runtime_of(L), "an error was raised");
  return lua_error(L);
}

static int wrap_continued(lua_State *L, int status, lua_KContext context);

static int wrap_some(lua_State *L, lua_State *thread, int argument_count) {
  int count = run(L, runtime_of(L), thread, argument_count);
  if (count == waits) {
    mark_waiting(thread);
    LSL_ASSERT_NO_SWIFT(L, runtime_of(L), "a yield");
    return lua_yieldk(L, 0, 0, wrap_continued);
  }
  count = take_results(L, thread, count);
  return count == failed ? wrap_failed(L, thread) : count;
}

static int wrap_resume(lua_State *L, int argument_count) {
  lua_State *thread = lua_tothread(L, lua_upvalueindex(wrapped_upvalue));
  const char *refused = refusal(thread, argument_count);
  if (refused != NULL) {
    luaL_where(L, 1);
    lua_pushstring(L, refused);
    lua_concat(L, 2);
    LSL_ASSERT_NO_SWIFT(L, runtime_of(L), "an error was raised");
    return lua_error(L);
  }
  lua_xmove(L, thread, argument_count);
  return wrap_some(L, thread, argument_count);
}

static int wrap_continued(lua_State *L, int status, lua_KContext context) {
  (void)status;
  (void)context;
  *lsl_wait_of(lua_tothread(L, lua_upvalueindex(wrapped_upvalue))) = NULL;
  return wrap_resume(L, 0);
}

static int wrap_call(lua_State *L) { return wrap_resume(L, lua_gettop(L)); }

static int coroutine_wrap(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lsl_runtime *runtime = runtime_of(L);
  lua_pushlightuserdata(L, runtime);
  lua_State *thread = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, thread, 1);
  lua_pushcclosure(L, wrap_call, 2);
  return 1;
}

// MARK: close

// Why a coroutine cannot be closed, or NULL.
static const char *activity(lua_State *L, lua_State *thread) {
  lua_Debug record;
  if (L == thread) return "running";
  return lua_status(thread) == LUA_OK && lua_getstack(thread, 0, &record) ? "normal" : NULL;
}

// The waiting frame goes away before its operation has ended.
static void undo_wait(lsl_runtime *runtime, lua_State *thread) {
  void *operation = *lsl_wait_of(thread);
  *lsl_wait_of(thread) = NULL;
  if (operation == NULL || operation == &passed_up) return;
  runtime->swift_frames++;
  runtime->swift->cancel(runtime, operation);
  runtime->swift_frames--;
}

static int coroutine_close(lua_State *L) {
  lua_State *thread = lua_tothread(L, 1);
  luaL_argexpected(L, thread != NULL, 1, "thread");
  const char *active = activity(L, thread);
  if (active != NULL) return luaL_error(L, "cannot close a %s coroutine", active);
  undo_wait(runtime_of(L), thread);
  bool closed = close_thread(runtime_of(L), thread) == LUA_OK;
  lua_pushboolean(L, closed);
  if (closed) return 1;
  lua_xmove(thread, L, 1);
  return 2;
}

// MARK: Installing

static int install(lua_State *L) {
  lsl_runtime *runtime = lua_touserdata(L, 1);
  lua_getglobal(L, LUA_COLIBNAME);
  lua_pushlightuserdata(L, runtime);
  lua_pushcclosure(L, coroutine_resume, 1);
  lua_setfield(L, -2, "resume");
  lua_pushlightuserdata(L, runtime);
  lua_pushcclosure(L, coroutine_wrap, 1);
  lua_setfield(L, -2, "wrap");
  lua_pushlightuserdata(L, runtime);
  lua_pushcclosure(L, coroutine_close, 1);
  lua_setfield(L, -2, "close");
  return 0;
}

int lsl_install_coroutines(lsl_runtime *runtime, lua_State *L) {
  memset(lua_getextraspace(runtime->main), 0, LUA_EXTRASPACE);
  lua_pushcfunction(L, install);
  lua_pushlightuserdata(L, runtime);
  return lsl_call(runtime, L, 1, 0, false);
}
