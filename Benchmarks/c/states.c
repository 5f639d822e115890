// Makes COUNT states of Lua one after another, each with its libraries and one round trip of a message
// through a pair of sockets: what a scenario costs at least.
// usage: states COUNT
#include "bench.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void pass(int from, int to, char *message, size_t size) {
  if (write(from, message, size) != (ssize_t)size) fail("write");
  if (read(to, message, size) != (ssize_t)size) fail("read");
}

static void live(void) {
  lua_State *L = luaL_newstate();
  if (L == NULL) refuse("there is no memory for a state");
  luaL_openlibs(L);
  int ends[2];
  char message[64] = {0};
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) fail("socketpair");
  pass(ends[0], ends[1], message, sizeof message);
  pass(ends[1], ends[0], message, sizeof message);
  close(ends[0]);
  close(ends[1]);
  lua_close(L);
}

int main(int argument_count, char **arguments) {
  if (argument_count != 2) refuse("usage: states COUNT");
  for (long rest = atol(arguments[1]); rest > 0; rest--) live();
}
