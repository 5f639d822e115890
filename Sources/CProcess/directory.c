#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CProcess.h"

// Removing directories, and telling a guard which one. Nothing here allocates: a guard removes after
// a fork.

// MARK: Removing

/// Levels that are gone down; each takes a descriptor and some of the stack.
static const int depth_limit = 500;

static bool is_itself_or_parent(const char *name) {
  return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

static bool empty(int directory, int depth);

/// Removes a name, and what is below it where it is a directory; a link is not followed.
static bool remove_entry(int directory, const char *name, int depth) {
  if (unlinkat(directory, name, 0) == 0) return true;
  if (errno != EISDIR || depth == depth_limit) return false;
  int inner = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (inner < 0) return unlinkat(directory, name, AT_REMOVEDIR) == 0;
  while (empty(inner, depth + 1)) {
  }
  close(inner);
  return unlinkat(directory, name, AT_REMOVEDIR) == 0;
}

/// Goes once over the entries of a directory; whether it has removed any, so that a look for those
/// that it may have missed is worth it.
static bool empty(int directory, int depth) {
  _Alignas(8) char entries[2048];
  bool has_removed = false;
  lseek(directory, 0, SEEK_SET);
  for (;;) {
    ssize_t length = syscall(SYS_getdents64, directory, entries, sizeof entries);
    if (length <= 0) return has_removed;
    for (ssize_t position = 0; position < length;) {
      // The layout of getdents64(2).
      const struct dirent64 *entry = (const void *)(entries + position);
      position += entry->d_reclen;
      if (is_itself_or_parent(entry->d_name)) continue;
      if (remove_entry(directory, entry->d_name, depth)) has_removed = true;
    }
  }
}

void cp_remove_directory(const char *path) { remove_entry(AT_FDCWD, path, 0); }

// MARK: Notes

int cp_make_note(void) { return memfd_create("parley-note", MFD_CLOEXEC); }

void cp_write_note(int note, const char *path) {
  char text[PATH_MAX] = {0};
  size_t length = strlen(path);
  // The first half of a path names a directory of somebody else's.
  if (length >= sizeof text) return;
  memcpy(text, path, length);
  ssize_t count = pwrite(note, text, length + 1, 0);
  (void)count;
}

void cp_remove_noted(int note) {
  char path[PATH_MAX];
  ssize_t count = pread(note, path, sizeof path, 0);
  if (count > 0 && path[0] == '/' && memchr(path, '\0', (size_t)count)) cp_remove_directory(path);
}
