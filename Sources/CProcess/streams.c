#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "CProcess.h"

int cp_pipe(int *ends) { return pipe2(ends, O_CLOEXEC); }

ssize_t cp_write(int descriptor, const void *bytes, size_t count, int *code) {
  // A pipe has no MSG_NOSIGNAL: the signal is blocked, and taken if the write has caused it.
  sigset_t pipe_signal, before, pending;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  sigpending(&pending);
  bool was_pending = sigismember(&pending, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
  ssize_t result;
  do {
    result = write(descriptor, bytes, count);
  } while (result < 0 && errno == EINTR);
  *code = result < 0 ? errno : 0;
  if (*code == EPIPE && !was_pending) sigtimedwait(&pipe_signal, NULL, &(struct timespec){0});
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return result;
}

ptrdiff_t cp_find(const void *bytes, size_t count, const void *text, size_t length) {
  const char *found = memmem(bytes, count, text, length);
  return found ? found - (const char *)bytes : -1;
}

const char *cp_variable(size_t index) {
  if (!environ) return NULL;
  for (char **variable = environ; *variable; variable++) {
    if (index-- == 0) return *variable;
  }
  return NULL;
}
