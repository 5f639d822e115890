// A Lua module with one class and one method, which checks its object as any method must and
// returns a boolean that lies in it.
#include <lauxlib.h>

static const char class_name[] = "meter.Meter";

struct meter {
  int is_open;
};

static int is_open(lua_State *state) {
  struct meter *meter = luaL_checkudata(state, 1, class_name);
  lua_pushboolean(state, meter->is_open);
  return 1;
}

static int make(lua_State *state) {
  struct meter *meter = lua_newuserdatauv(state, sizeof *meter, 0);
  meter->is_open = 0;
  luaL_setmetatable(state, class_name);
  return 1;
}

int luaopen_meter(lua_State *state) {
  static const luaL_Reg methods[] = {{"isOpen", is_open}, {0}};
  luaL_newmetatable(state, class_name);
  luaL_newlib(state, methods);
  lua_setfield(state, -2, "__index");
  lua_pushcfunction(state, make);
  return 1;
}
