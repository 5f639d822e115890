// From Lua into Swift, and the raising and yielding that follows from Swift's answer.

#include "border.h"

#include <string.h>

// What a trampoline carries as its only upvalue, so that one look-up finds it all.
typedef struct {
  lsl_runtime *runtime;
  void *function;
  char name[];
} native_function;

static const native_function *native_of(lua_State *L) {
  return lua_touserdata(L, lua_upvalueindex(1));
}

lsl_entry lsl_enter(lsl_runtime *runtime, lua_State *running, bool can_park) {
  lsl_entry entry = {runtime->running, runtime->swift_frames, runtime->can_park};
  runtime->running = running;
  runtime->swift_frames = 0;
  runtime->can_park = can_park;
  lsl_arm_if_interrupted(runtime, running);
  return entry;
}

void lsl_leave(lsl_runtime *runtime, lsl_entry entry) {
  LSL_ASSERT_NO_SWIFT(runtime->running, runtime, "Lua was left");
  runtime->running = entry.running;
  runtime->swift_frames = entry.swift_frames;
  runtime->can_park = entry.can_park;
  lsl_arm_if_interrupted(runtime, entry.running);
}

bool lsl_is_in_finaliser(lua_State *L) {
  lua_Debug record;
  for (int level = 0; lua_getstack(L, level, &record); level++)
    if (lua_getinfo(L, "n", &record) && record.name != NULL && strcmp(record.name, "__gc") == 0)
      return true;
  return false;
}

bool lsl_checks_border(void) {
#ifdef LSL_CHECK
  return true;
#else
  return false;
#endif
}

int lsl_resume(lsl_runtime *runtime, lua_State *thread, int argument_count, int *result_count) {
  lua_State *from = runtime->running;
  lsl_entry entry = lsl_enter(runtime, thread, true);
  int status = lua_resume(thread, from, argument_count, result_count);
  lsl_leave(runtime, entry);
  return status;
}

bool lsl_reset(lsl_runtime *runtime, lua_State *thread) {
  lsl_entry entry = lsl_enter(runtime, thread, false);
  bool has_error = lua_resetthread(thread) != LUA_OK;
  lsl_leave(runtime, entry);
  return has_error;
}

int lsl_load(
    lsl_runtime *runtime, lua_State *L, const char *source, size_t length, const char *chunk,
    bool is_compiled) {
  lsl_entry entry = lsl_enter(runtime, L, false);
  int status = luaL_loadbufferx(L, source, length, chunk, is_compiled ? "b" : "t");
  lsl_leave(runtime, entry);
  return status;
}

static int append_traceback(lua_State *L) {
  if (lua_type(L, 1) == LUA_TSTRING) luaL_traceback(L, L, lua_tostring(L, 1), 1);
  return 1;
}

int lsl_call(
    lsl_runtime *runtime, lua_State *L, int argument_count, int result_count, bool traced) {
  int handler = 0;
  if (traced) {
    handler = lua_gettop(L) - argument_count;
    lua_pushcfunction(L, append_traceback);
    lua_insert(L, handler);
  }
  lsl_entry entry = lsl_enter(runtime, L, false);
  int status = lua_pcall(L, argument_count, result_count, handler);
  lsl_leave(runtime, entry);
  if (traced) lua_remove(L, handler);
  return status;
}

// MARK: Waiting in a foreign state

// There a script closes threads with a coroutine.close that is not ours. So the frame that waits has
// a to-be-closed value, the slot of its thread, which undoes what is not over yet.
typedef struct {
  void *operation;  // NULL when none is under way
  lsl_runtime *runtime;
} waiting_slot;

static int close_slot(lua_State *L) {
  waiting_slot *slot = lua_touserdata(L, 1);
  if (slot == NULL || slot->operation == NULL) return 0;
  void *operation = slot->operation;
  slot->operation = NULL;
  slot->runtime->swift_frames++;
  slot->runtime->swift->cancel(slot->runtime, operation);
  slot->runtime->swift_frames--;
  return 0;
}

static const char slots_key;

// The metatable of all slots.
static void push_slot_metatable(lua_State *L) {
  if (lua_rawgeti(L, LUA_REGISTRYINDEX, lsl_key(&slots_key)) == LUA_TTABLE) return;
  lua_pop(L, 1);
  lua_createtable(L, 0, 2);
  lua_pushcfunction(L, close_slot);
  lua_setfield(L, -2, "__close");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pushvalue(L, -1);
  lua_rawseti(L, LUA_REGISTRYINDEX, lsl_key(&slots_key));
}

// Its user value is the thread, so that the slot can stand for the thread in the registry.
static void push_new_slot(lua_State *L, lsl_runtime *runtime) {
  waiting_slot *slot = lua_newuserdatauv(L, sizeof *slot, 1);
  slot->operation = NULL;
  slot->runtime = runtime;
  push_slot_metatable(L);
  lua_setmetatable(L, -2);
}

lua_State *lsl_new_thread(lsl_runtime *runtime) {
  lua_State *L = runtime->main;
  if (!runtime->owns_state) push_new_slot(L, runtime);
  lua_State *thread = lua_newthread(L);
  if (!runtime->owns_state) lua_setiuservalue(L, -2, 1);
  lua_rawseti(L, LUA_REGISTRYINDEX, lsl_key(thread));
  return thread;
}

static waiting_slot *push_slot(lua_State *L) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, lsl_key(L));
  return lua_touserdata(L, -1);
}

// MARK: Waiting

// Notes what a thread is about to wait for, for those who may close it meanwhile.
static void note_wait(lua_State *L, const lsl_runtime *runtime) {
  if (runtime->owns_state) {
    *lsl_wait_of(L) = runtime->operation;
  } else {
    push_slot(L)->operation = runtime->operation;
    lua_toclose(L, -1);
  }
}

static void forget_wait(lua_State *L, const lsl_runtime *runtime) {
  if (runtime->owns_state) {
    *lsl_wait_of(L) = NULL;
  } else if (runtime->running == L) {
    // Resumed by us, which passes no values: the slot is still on the top.
    ((waiting_slot *)lua_touserdata(L, -1))->operation = NULL;
  } else {
    push_slot(L)->operation = NULL;
    lua_pop(L, 1);
  }
}

void *lsl_take_operation(lsl_runtime *runtime) {
  void *operation = runtime->operation;
  runtime->operation = NULL;
  return operation;
}

static int32_t resume_swift(lua_State *L, lsl_runtime *runtime, void *operation) {
  runtime->swift_frames++;
  int32_t answer = runtime->swift->resume(L, runtime, operation);
  runtime->swift_frames--;
  return answer;
}

// A continuation: the wait is over.
static int wait_ended(lua_State *L, int status, lua_KContext operation) {
  (void)status;
  lsl_runtime *runtime = native_of(L)->runtime;
  forget_wait(L, runtime);
  return lsl_finish(L, runtime, resume_swift(L, runtime, (void *)operation));
}

static int32_t pump(lua_State *L, lsl_runtime *runtime, void *operation) {
  runtime->swift_frames++;
  int32_t answer = runtime->swift->pump(L, runtime, operation);
  runtime->swift_frames--;
  return answer;
}

static bool can_park(lua_State *L, const lsl_runtime *runtime) {
  return runtime->can_park && runtime->running == L && lua_isyieldable(L);
}

// Lua knows functions by the code that calls them: what pcall calls has no name for luaL_argerror.
static int raise_argument_error(lua_State *L, int argument, const char *message) {
  const char *name = native_of(L)->name;
  lua_Debug record;
  bool is_known = lua_getstack(L, 0, &record) && lua_getinfo(L, "n", &record) && record.name;
  if (is_known || name[0] == '\0') return luaL_argerror(L, argument, message);
  return luaL_error(L, "bad argument #%d to '%s' (%s)", argument, name, message);
}

int lsl_finish(lua_State *L, lsl_runtime *runtime, int32_t answer) {
  while (answer == LSL_AWAIT) {
    if (can_park(L, runtime)) {
      note_wait(L, runtime);
      LSL_ASSERT_NO_SWIFT(L, runtime, "a yield");
      return lua_yieldk(L, 0, (lua_KContext)runtime->operation, wait_ended);
    }
    answer = pump(L, runtime, lsl_take_operation(runtime));
  }
  if (answer >= 0) return answer;

  LSL_ASSERT_NO_SWIFT(L, runtime, "an error was raised");
  switch (answer) {
  case LSL_ARGUMENT_ERROR:
    return raise_argument_error(L, (int)lua_tointeger(L, -2), lua_tostring(L, -1));
  case LSL_LOCATED_ERROR:
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
    return lua_error(L);
  default:
    return lua_error(L);
  }
}

// MARK: Calling

static int trampoline(lua_State *L) {
  const native_function *native = native_of(L);
  lsl_runtime *runtime = native->runtime;
  if (runtime->collects_always) lua_gc(L, LUA_GCCOLLECT);
  runtime->swift_frames++;
  int32_t answer = runtime->swift->call(L, runtime, native->function);
  runtime->swift_frames--;
  return answer >= 0 ? answer : lsl_finish(L, runtime, answer);
}

void lsl_push_function(
    lua_State *L, lsl_runtime *runtime, void *function, const char *name) {
  size_t size = strlen(name) + 1;
  native_function *native = lua_newuserdatauv(L, sizeof *native + size, 0);
  native->runtime = runtime;
  native->function = function;
  memcpy(native->name, name, size);
  lua_pushcclosure(L, trampoline, 1);
}
