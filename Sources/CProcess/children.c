#include "children.h"

#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "CProcess.h"

static atomic_int starting;
/// 0 marks a free place.
static _Atomic pid_t children[4096];

static const size_t capacity = sizeof children / sizeof *children;

static bool replace(pid_t old, pid_t new) {
  for (size_t index = 0; index < capacity; index++) {
    pid_t expected = old;
    if (atomic_compare_exchange_strong(&children[index], &expected, new)) return true;
  }
  return false;
}

void begin_start(void) { atomic_fetch_add(&starting, 1); }

void end_start(pid_t pid) {
  if (pid > 0) replace(0, pid);
  atomic_fetch_sub(&starting, 1);
}

void forget_child(pid_t pid) { replace(pid, 0); }

/// A child that is neither known nor being started, when it is looked at in the other order, is none
/// of our own.
static bool is_own(pid_t pid) {
  for (size_t index = 0; index < capacity; index++) {
    if (atomic_load(&children[index]) == pid) return true;
  }
  return false;
}

bool cp_reap_orphans(void) {
  struct cp_walk walk;
  struct cp_status status;
  bool are_ending = false;
  pid_t self = getpid(), group = getpgrp();
  if (!cp_walk_begin(&walk)) return false;
  while (cp_walk_next(&walk, &status)) {
    if (status.parent != self || !status.is_ending || status.group == group) continue;
    bool is_being_started = atomic_load(&starting) > 0;
    if (is_own(status.pid)) continue;
    if (is_being_started || waitpid(status.pid, NULL, WNOHANG) == 0) are_ending = true;
  }
  return are_ending;
}
