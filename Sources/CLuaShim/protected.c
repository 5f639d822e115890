// Calls that may raise, made for Swift under protection, and questions about the call stack.

#include "border.h"

#include <stdio.h>
#include <string.h>

static int next(lua_State *L) { return lua_next(L, 1) == 0 ? 0 : 2; }

// The key to go on from is on the top, and is replaced by the next pair.
bool lsl_next(lua_State *L, int table) {
  table = lua_absindex(L, table);
  lua_pushcfunction(L, next);
  lua_insert(L, -2);
  lua_pushvalue(L, table);
  lua_insert(L, -2);
  if (lua_pcall(L, 2, 2, 0) != LUA_OK) {
    lua_pop(L, 1);
    return false;
  }
  if (!lua_isnil(L, -2)) return true;
  lua_pop(L, 2);
  return false;
}

static int display(lua_State *L) {
  luaL_tolstring(L, 1, NULL);
  return 1;
}

void lsl_push_display(lua_State *L, int index) {
  index = lua_absindex(L, index);
  if (lua_type(L, index) == LUA_TSTRING) {
    lua_pushvalue(L, index);
    return;
  }
  lua_pushcfunction(L, display);
  lua_pushvalue(L, index);
  // A `__tostring` is a script's code: it is entered as any other.
  if (lsl_call(lsl_attached(L), L, 1, 1, false) == LUA_OK) return;
  lua_pop(L, 1);
  lua_pushstring(L, luaL_typename(L, index));
}

int lsl_file_descriptor(lua_State *L, int index) {
  luaL_Stream *file = luaL_testudata(L, index, LUA_FILEHANDLE);
  // A closed file has no closing function.
  return file != NULL && file->closef != NULL ? fileno(file->f) : -1;
}

static int open_libraries(lua_State *L) {
  luaL_openlibs(L);
  lsl_remember_pipes(L);
  return 0;
}

void lsl_open_libraries(lsl_runtime *runtime, lua_State *L) {
  lua_pushcfunction(L, open_libraries);
  if (lsl_call(runtime, L, 0, 0, false) != LUA_OK) lua_pop(L, 1);
}

bool lsl_collects_garbage(lua_State *L) { return lua_gc(L, LUA_GCISRUNNING) != 0; }

// The collector would begin anew with all that there is, at the next allocation; a step of so many
// kibibytes less puts that off. A scenario that allocates little ends before.
static const int unharvested = 512;

void lsl_collect_garbage(lua_State *L, bool does) {
  if (!does) {
    lua_gc(L, LUA_GCSTOP);
    return;
  }
  lua_gc(L, LUA_GCRESTART);
  lua_gc(L, LUA_GCSTEP, -unharvested);
}

typedef struct {
  void (*write)(void *context, const void *bytes, size_t count);
  void *context;
} dump_target;

static int dump_piece(lua_State *L, const void *bytes, size_t count, void *context) {
  (void)L;
  dump_target *target = context;
  target->write(target->context, bytes, count);
  return 0;
}

bool lsl_dump(
    lua_State *L, void (*write)(void *context, const void *bytes, size_t count), void *context) {
  dump_target target = {write, context};
  return lua_dump(L, dump_piece, &target, 0) == 0;
}

// MARK: Where a script is

static void fill(lsl_location *location, const lua_Debug *record) {
  strncpy(location->source, record->source, sizeof location->source - 1);
  location->source[sizeof location->source - 1] = '\0';
  location->line = record->currentline;
  location->first_line = record->linedefined;
  location->last_line = record->lastlinedefined;
}

bool lsl_locate(lua_State *L, int level, const char *skipped_prefix, const char *inner,
                lsl_location *location) {
  lua_Debug record;
  const char *callee = "";  // the chunk that was skipped last
  for (; lua_getstack(L, level, &record); level++) {
    if (!lua_getinfo(L, "Sl", &record) || record.currentline < 0) continue;
    if (skipped_prefix != NULL
        && strncmp(record.source, skipped_prefix, strlen(skipped_prefix)) == 0) {
      callee = record.source;
      continue;
    }
    if (*callee != '\0' && strcmp(callee, inner) == 0) continue;
    fill(location, &record);
    return true;
  }
  return false;
}

bool lsl_locate_function(lua_State *L, int index, lsl_location *location) {
  lua_Debug record;
  memset(&record, 0, sizeof record);
  if (lua_type(L, index) != LUA_TFUNCTION) return false;
  lua_pushvalue(L, index);
  if (!lua_getinfo(L, ">S", &record)) return false;
  record.currentline = record.linedefined;
  fill(location, &record);
  return true;
}
