#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CProcess.h"

// Without opendir(3) and sscanf(3), which may allocate: a guard walks after a fork.

/// A name made of digits as a number; 0 for any other.
static pid_t number_of(const char *text) {
  pid_t number = 0;
  for (; *text; text++) {
    if (*text < '0' || *text > '9') return 0;
    number = number * 10 + (*text - '0');
  }
  return number;
}

static char *append(char *place, const char *text) {
  while (*text) *place++ = *text++;
  *place = '\0';
  return place;
}

static void make_path(char *path, pid_t pid) {
  char digits[12];
  size_t count = sizeof digits;
  digits[--count] = '\0';
  for (; pid > 0; pid /= 10) digits[--count] = (char)('0' + pid % 10);
  append(append(append(path, "/proc/"), digits + count), "/stat");
}

static size_t read_file(const char *path, char *text, size_t room) {
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return 0;
  ssize_t count;
  do {
    count = read(descriptor, text, room - 1);
  } while (count < 0 && errno == EINTR);
  close(descriptor);
  text[count < 0 ? 0 : count] = '\0';
  return count < 0 ? 0 : (size_t)count;
}

static const char *read_number(const char *text, uint64_t *number) {
  while (*text == ' ' || *text == '-') text++;
  for (*number = 0; *text >= '0' && *text <= '9'; text++) *number = *number * 10 + (uint64_t)(*text - '0');
  return text;
}

/// Reads what comes after the state.
static void read_numbers(const char *text, struct cp_status *status) {
  enum { PARENT, GROUP, SESSION, FLAGS = 5, START = 18, COUNT };
  uint64_t numbers[COUNT];
  for (int index = 0; index < COUNT; index++) text = read_number(text, &numbers[index]);
  status->parent = (pid_t)numbers[PARENT];
  status->group = (pid_t)numbers[GROUP];
  status->session = (pid_t)numbers[SESSION];
  status->start = numbers[START];
  const uint64_t exiting = 4;  // PF_EXITING in the kernel's sched.h
  status->is_ending = status->state == 'Z' || status->state == 'X' || (numbers[FLAGS] & exiting);
}

bool cp_status_of(pid_t pid, struct cp_status *status) {
  char path[32], text[512];
  make_path(path, pid);
  if (read_file(path, text, sizeof text) == 0) return false;
  // The name may hold anything, parentheses too.
  char *start = strchr(text, '('), *end = strrchr(text, ')');
  if (!start || !end || end[1] != ' ') return false;
  size_t length = (size_t)(end - start - 1);
  if (length >= sizeof status->name) length = sizeof status->name - 1;
  memcpy(status->name, start + 1, length);
  status->name[length] = '\0';
  status->pid = pid;
  status->state = end[2];
  read_numbers(end + 3, status);
  return true;
}

bool cp_kill_seen(pid_t pid, uint64_t start) {
  int process = (int)syscall(SYS_pidfd_open, pid, 0);
  if (process < 0) return false;
  // From here on the number may go to another process, but not what is signalled.
  struct cp_status now;
  bool is_killed = cp_status_of(pid, &now) && now.start == start &&
                   syscall(SYS_pidfd_send_signal, process, SIGKILL, NULL, 0) == 0;
  close(process);
  return is_killed;
}

bool cp_walk_begin(struct cp_walk *walk) {
  walk->directory = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  walk->length = walk->position = 0;
  return walk->directory >= 0;
}

static pid_t next_number(struct cp_walk *walk) {
  for (;;) {
    if (walk->position >= walk->length) {
      walk->length = syscall(SYS_getdents64, walk->directory, walk->entries, sizeof walk->entries);
      walk->position = 0;
      if (walk->length <= 0) return 0;
    }
    // The layout of getdents64(2).
    const struct dirent64 *entry = (const void *)(walk->entries + walk->position);
    walk->position += entry->d_reclen;
    pid_t number = number_of(entry->d_name);
    if (number > 0) return number;
  }
}

bool cp_walk_next(struct cp_walk *walk, struct cp_status *status) {
  for (pid_t number; (number = next_number(walk)) > 0;) {
    if (cp_status_of(number, status)) return true;
  }
  close(walk->directory);
  walk->directory = -1;
  return false;
}
