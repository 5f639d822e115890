// Starts a command COUNT times, one after another, and prints how many a second came to a good end.
// usage: start COUNT COMMAND ARGUMENT…
#define _GNU_SOURCE  // environ
#include "bench.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void run(char **command, const posix_spawn_file_actions_t *actions) {
  pid_t child;
  int status;
  if (posix_spawnp(&child, command[0], actions, NULL, command, environ) != 0)
    refuse("the command does not start");
  if (waitpid(child, &status, 0) != child) fail("waitpid");
  if (status != 0) refuse("the command failed");
}

int main(int argument_count, char **arguments) {
  if (argument_count < 3) refuse("usage: start COUNT COMMAND ARGUMENT…");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  count = atol(arguments[1]);
  double started = now();
  for (long start = 0; start < count; start++) run(arguments + 2, &actions);
  print_rate("rate", count, started);
}
