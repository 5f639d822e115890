// The lock of a campaign's directory.
#include "CFuzzing.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

enum cf_lock_result cf_lock(const char *path, bool is_shared) {
  int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return CF_UNLOCKABLE;
  // The lock lasts as long as the descriptor, which nobody closes.
  if (flock(descriptor, (is_shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0) return CF_TAKEN;
  close(descriptor);
  return CF_HELD;
}
