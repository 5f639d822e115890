// Making, joining and closing Lua states, and the rule for their memory.

#define _GNU_SOURCE
#include "border.h"
#include "memory.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

static const char runtime_key;
static const char last_key;

// MARK: Memory

// What belongs to a state that we have made.
typedef struct {
  lsl_runtime runtime;
  lsl_memory memory;
  jmp_buf *end;  // where the last finaliser goes; NULL until the state is closed
} own_state;

static size_t limit_of_lua(const lsl_runtime *runtime) {
  size_t elsewhere = runtime->held_elsewhere;
  return elsewhere < runtime->memory_limit ? runtime->memory_limit - elsewhere : 0;
}

// Lua reports a NULL as "not enough memory" by raising, which may not cross a Swift frame. While
// one is live the limit is ignored, and a machine that is really out of memory ends the program.
static void *allocate(void *context, void *block, size_t old_size, size_t new_size) {
  own_state *state = context;
  void *reused = block == NULL ? lsl_reuse(&state->memory, new_size) : NULL;
  if (reused != NULL) return reused;
  lsl_runtime *runtime = &state->runtime;
  size_t held = block == NULL ? 0 : old_size;
  bool may_fail = new_size > held && runtime->swift_frames == 0;
  size_t limit = may_fail ? limit_of_lua(runtime) : SIZE_MAX;
  void *result = lsl_resize(&state->memory, block, held, new_size, limit);
  if (result == NULL && new_size > 0) {
    if (may_fail) return NULL;
    fputs("parley: the machine is out of memory\n", stderr);
    abort();
  }
  return result;
}

bool lsl_count_elsewhere(lsl_runtime *runtime, size_t size) {
  if (!runtime->owns_state) return false;
  runtime->held_elsewhere = size;
  return ((own_state *)runtime)->memory.held > limit_of_lua(runtime);
}

void lsl_collect_all(lsl_runtime *runtime) {
  lsl_entry entry = lsl_enter(runtime, runtime->running, false);
  lua_gc(runtime->running, LUA_GCCOLLECT);
  lsl_leave(runtime, entry);
}

// MARK: Making and joining

static int panic(lua_State *L) {
  const char *message = lua_tostring(L, -1);
  fprintf(stderr, "Lua raised an error outside any protected call: %s\n",
          message == NULL ? "(not a string)" : message);
  return 0;
}

static void initialize(
    lsl_runtime *runtime, const lsl_swift *swift, void *context, lua_State *main) {
  runtime->swift = swift;
  runtime->context = context;
  runtime->main = main;
  runtime->running = main;
  runtime->collects_always = getenv("LSL_FULLGC") != NULL;
}

// What Lua does after its last finaliser is to give back each block, one by one, which takes as long as
// to open its libraries. All go at once instead.
static int leave(lua_State *L) {
  own_state *state = lua_touserdata(L, lua_upvalueindex(1));
  if (state->end != NULL) longjmp(*state->end, 1);
  return 0;
}

// The value that is made first of all that have a finaliser is finalised last.
static void make_last(lua_State *L, own_state *state) {
  lua_newuserdatauv(L, 0, 0);
  lua_createtable(L, 0, 1);
  lua_pushlightuserdata(L, state);
  lua_pushcclosure(L, leave, 1);
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &last_key);
}

lsl_runtime *lsl_new_state(const lsl_swift *swift, void *context, size_t memory_limit) {
  own_state *state = calloc(1, sizeof *state);
  if (state == NULL) return NULL;
  lsl_runtime *runtime = &state->runtime;
  runtime->owns_state = true;
  runtime->memory_limit = memory_limit;
  runtime->swift_frames = 1;  // whoever makes a state is Swift, until it enters Lua
  lua_State *L = lua_newstate(allocate, state);
  if (L == NULL) {
    free(state);
    return NULL;
  }
  initialize(runtime, swift, context, L);
  lua_atpanic(L, panic);
  // As the stock interpreter does: what a scenario makes dies young, and the prelude lives for long.
  lua_gc(L, LUA_GCGEN, 0, 0);
  lua_pushlightuserdata(L, runtime);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &runtime_key);
  make_last(L, state);
  return runtime;
}

void lsl_close_state(lsl_runtime *runtime) {
  own_state *state = (own_state *)runtime;
  lsl_begin_closing(runtime);
  (void)lsl_enter(runtime, runtime->main, false);
  jmp_buf end;
  state->end = &end;
  if (setjmp(end) == 0) lua_close(runtime->main);
  lsl_calm(runtime);
  lsl_set_interruptible(NULL);
  lsl_free_all(&state->memory);
  free(state);
}

static int detach(lua_State *L) {
  (void)L;
  lsl_runtime *runtime = lua_touserdata(L, lua_upvalueindex(1));
  runtime->swift->detach(runtime);
  return 0;
}

// The runtime is a block of Lua's own, so that it outlives every finaliser. The value whose
// finaliser tells Swift is made first, so that it is finalised last.
lsl_runtime *lsl_attach(lua_State *L, const lsl_swift *swift, void *context) {
  lsl_runtime *runtime = lua_newuserdatauv(L, sizeof *runtime, 0);
  memset(runtime, 0, sizeof *runtime);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &runtime_key);
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
  initialize(runtime, swift, context, lua_tothread(L, -1));
  lua_pop(L, 1);

  lua_newuserdatauv(L, 0, 0);
  lua_createtable(L, 0, 1);
  lua_pushlightuserdata(L, runtime);
  lua_pushcclosure(L, detach, 1);
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
  lua_rawsetp(L, LUA_REGISTRYINDEX, runtime);
  return runtime;
}

lsl_runtime *lsl_attached(lua_State *L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &runtime_key);
  lsl_runtime *runtime = lua_touserdata(L, -1);
  lua_pop(L, 1);
  return runtime;
}

// MARK: The module for a stock interpreter

// Defined by the module's Swift; absent from every other product.
__attribute__((weak)) int32_t lsl_open_module(lua_State *L);

// lua_close unloads C modules, but the Swift runtime keeps pointers into an image that has gone.
static void pin_this_image(void) {
  Dl_info info;
  if (dladdr((void *)pin_this_image, &info) != 0)
    dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
}

LUAMOD_API int luaopen_localsocket(lua_State *L) {
  luaL_checkversion(L);
  if (lsl_open_module == NULL) return luaL_error(L, "localsocket is built in here");
  pin_this_image();
  int32_t answer = lsl_open_module(L);
  return answer >= 0 ? answer : lua_error(L);
}
