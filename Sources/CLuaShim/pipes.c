// The pipes of io.popen. To close such a file is to wait for its process, for however long that takes;
// so each is let go of first, and all at once.

#define _GNU_SOURCE
#include "border.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio_ext.h>
#include <time.h>
#include <unistd.h>

// The place in the registry of the open files: a table with weak keys.
static const char files;

static void push_files(lua_State *L) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &files) == LUA_TTABLE) return;
  lua_pop(L, 1);
  lua_newtable(L);
  lua_newtable(L);
  lua_pushliteral(L, "k");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &files);
}

static int open_pipe(lua_State *L) {
  // In this frame, so that an error names io.popen, and the line that has called it.
  int count = lua_tocfunction(L, lua_upvalueindex(1))(L);
  if (luaL_testudata(L, -1, LUA_FILEHANDLE) == NULL) return count;
  push_files(L);
  lua_pushvalue(L, -2);
  lua_pushboolean(L, true);
  lua_rawset(L, -3);
  lua_pop(L, 1);
  return count;
}

void lsl_remember_pipes(lua_State *L) {
  lua_getglobal(L, LUA_IOLIBNAME);
  lua_getfield(L, -1, "popen");
  lua_pushcclosure(L, open_pipe, 1);
  lua_setfield(L, -2, "popen");
  lua_pop(L, 1);
}

static int64_t now_in_milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// Blocks no longer than that: a pipe that takes anything takes a page, and a file keeps back no more of
// its own accord; a script cannot make it, for glibc takes no size without a buffer (setvbuf(3)).
static void flush(FILE *file, int64_t deadline) {
  if (__fpending(file) == 0) return;
  int64_t left = deadline - now_in_milliseconds();
  struct pollfd pipe = {.fd = fileno(file), .events = POLLOUT};
  if (poll(&pipe, 1, left < 0 ? 0 : (int)left) > 0) fflush(file);
}

// The file stays open, for whoever writes or closes it yet.
static bool hang_up(FILE *file) {
  int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nothing < 0) return false;
  bool is_let_go = dup3(nothing, fileno(file), O_CLOEXEC) >= 0;
  close(nothing);
  return is_let_go;
}

bool lsl_has_pipes(lua_State *L) {
  bool is_any_open = false;
  int top = lua_gettop(L);
  if (!lua_checkstack(L, 4) || lua_rawgetp(L, LUA_REGISTRYINDEX, &files) != LUA_TTABLE) {
    lua_settop(L, top);
    return false;
  }
  for (lua_pushnil(L); !is_any_open && lua_next(L, top + 1) != 0; lua_pop(L, 1)) {
    const luaL_Stream *stream = lua_touserdata(L, -2);
    is_any_open = stream->closef != NULL;
  }
  lua_settop(L, top);
  return is_any_open;
}

int lsl_hang_up_pipes(lua_State *L, int milliseconds) {
  int64_t deadline = now_in_milliseconds() + milliseconds;
  int count = 0;
  if (!lua_checkstack(L, 4)) return 0;
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &files) == LUA_TTABLE) {
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1)) {
      luaL_Stream *stream = lua_touserdata(L, -2);
      if (stream->closef == NULL) continue;  // it is closed
      flush(stream->f, deadline);
      count += hang_up(stream->f);
    }
  }
  lua_pop(L, 1);
  return count;
}
