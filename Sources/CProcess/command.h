#ifndef COMMAND_H
#define COMMAND_H

#include <sys/resource.h>

#include "CProcess.h"

struct limit {
  int resource;
  struct rlimit values;
};

/// Everything is made before the fork, so that nothing is allocated after it.
struct cp_command {
  char *path;
  char *directory;
  /// Both end with NULL.
  char **arguments;
  char **environment;
  size_t argument_count, variable_count;
  int standard[3];
  /// What becomes 3, 4 and so on.
  int *passed;
  size_t passed_count;
  /// The digits of LISTEN_PID inside the environment; NULL without listeners.
  char *listen_pid;
  bool has_terminal;
  bool dies_with_parent;
  bool has_user;
  uid_t user;
  gid_t group;
  gid_t *groups;
  int group_count;
  struct limit *limits;
  size_t limit_count;
};

#endif
