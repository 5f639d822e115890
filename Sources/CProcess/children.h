#ifndef CHILDREN_H
#define CHILDREN_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "CProcess.h"

// The children that this process has started itself and not reaped yet, from any thread.

/// Before a fork: until `end_start` the child may be there and not be known.
void begin_start(void);
/// After the fork, with the child's number, or -1 if there is none.
void end_start(pid_t pid);
void forget_child(pid_t pid);

/// How a child has ended, as waitid(2) tells it.
struct cp_end end_in(const siginfo_t *info);

#endif
