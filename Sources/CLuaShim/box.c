// Swift objects as Lua userdata.

#include "border.h"

lsl_box *lsl_push_box(lua_State *L, const void *kind) {
  lsl_box *box = lua_newuserdatauv(L, sizeof *box, 1);
  box->object = NULL;
  box->kind = kind;
  if (lua_rawgeti(L, LUA_REGISTRYINDEX, lsl_key(kind)) != LUA_TTABLE) {
    lua_pop(L, 2);
    return NULL;
  }
  lua_setmetatable(L, -2);
  return box;
}

bool lsl_push_value_and_box(
    lua_State *L, const void *boxes, const void *object, lua_Integer key) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, lsl_key(boxes));
  if (lua_rawgeti(L, -1, lsl_key(object)) != LUA_TUSERDATA) return false;
  if (lua_getiuservalue(L, -1, 1) != LUA_TTABLE) return false;
  lua_rawgeti(L, -1, key);
  lua_pushvalue(L, -3);
  return true;
}

static lsl_runtime *runtime_of(lua_State *L) { return lua_touserdata(L, lua_upvalueindex(1)); }

static int collect_box(lua_State *L) {
  lsl_box *box = lsl_to_box(L, 1);
  if (box == NULL || box->object == NULL) return 0;
  void *object = box->object;
  box->object = NULL;
  runtime_of(L)->swift->release(runtime_of(L), object);
  return 0;
}

static int close_box(lua_State *L) {
  lsl_box *box = lsl_to_box(L, 1);
  if (box == NULL || box->object == NULL) return 0;
  lsl_runtime *runtime = runtime_of(L);
  runtime->swift_frames++;
  runtime->swift->close(runtime, box->object, !lua_isnoneornil(L, 2));
  runtime->swift_frames--;
  return 0;
}

void lsl_set_box_metamethods(lua_State *L, lsl_runtime *runtime, int metatable) {
  metatable = lua_absindex(L, metatable);
  lua_pushlightuserdata(L, runtime);
  lua_pushcclosure(L, collect_box, 1);
  lua_setfield(L, metatable, "__gc");
  lua_pushlightuserdata(L, runtime);
  lua_pushcclosure(L, close_box, 1);
  lua_setfield(L, metatable, "__close");
  lua_pushboolean(L, 0);
  lua_setfield(L, metatable, "__metatable");
}
