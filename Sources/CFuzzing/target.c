#include "CFuzzing.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

// Reads a small file of /proc; returns its length, or -1.
static ssize_t read_file(const char *path, char *text, size_t room) {
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return -1;
  ssize_t count = read(descriptor, text, room - 1);
  close(descriptor);
  if (count >= 0) text[count] = 0;
  return count;
}

// What follows the name in a line of `stat`, which may hold anything; null if there is none.
static const char *behind_name(const char *text) {
  const char *end = strrchr(text, ')');
  return end ? end + 2 : NULL;
}

static enum cf_activity activity_of_state(char state) {
  switch (state) {
    case 'S': case 'I': return CF_ASLEEP;
    case 'T': case 't': return CF_STOPPED;
    case 'Z': case 'X': return CF_GONE;
    default: return CF_RUNNING;
  }
}

static enum cf_activity activity_in(const char *path) {
  char text[512];
  if (read_file(path, text, sizeof text) <= 0) return CF_GONE;
  const char *state = behind_name(text);
  return state ? activity_of_state(*state) : CF_GONE;
}

// The busiest thread decides.
static enum cf_activity activity_of_threads(pid_t pid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", pid);
  DIR *threads = opendir(path);
  if (!threads) return CF_GONE;
  enum cf_activity activity = CF_GONE;
  for (struct dirent *entry; (entry = readdir(threads));) {
    if (entry->d_name[0] == '.') continue;
    char name[320];
    snprintf(name, sizeof name, "%s/%s/stat", path, entry->d_name);
    enum cf_activity one = activity_in(name);
    if (one > activity) activity = one;
    if (one == CF_RUNNING) break;
  }
  closedir(threads);
  return activity;
}

enum cf_activity cf_activity_of(pid_t pid) {
  char path[64], text[512];
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  if (read_file(path, text, sizeof text) <= 0) return CF_GONE;
  const char *state = behind_name(text);
  if (!state) return CF_GONE;
  // The field 20 of proc(5); the first thread's state is the third.
  const char *rest = state;
  for (int field = 3; rest && field < 20; field += 1) rest = strchr(rest + 1, ' ');
  if (rest && atoi(rest) == 1) return activity_of_state(*state);
  enum cf_activity activity = activity_of_threads(pid);
  return activity == CF_ASLEEP ? activity_of_threads(pid) : activity;
}

long long cf_processor_time(pid_t pid) {
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  if (read_file(path, text, sizeof text) <= 0) return -1;
  const char *rest = behind_name(text);
  unsigned long long user = 0, kernel = 0;
  // The fields 14 and 15 of proc(5); `rest` begins with the third.
  int count = rest ? sscanf(rest, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user, &kernel) : 0;
  return count == 2 ? (long long)(user + kernel) : -1;
}

long long cf_resident_bytes(pid_t pid) {
  char path[64], text[256];
  snprintf(path, sizeof path, "/proc/%d/statm", pid);
  if (read_file(path, text, sizeof text) <= 0) return -1;
  long long pages = -1;
  if (sscanf(text, "%*d %lld", &pages) != 1) return -1;
  return pages * sysconf(_SC_PAGESIZE);
}

void cf_pause(int microseconds) {
  if (microseconds <= 0) {
    sched_yield();
    return;
  }
  struct timespec time = {microseconds / 1000000, microseconds % 1000000 * 1000L};
  nanosleep(&time, NULL);
}

int cf_unread_by_peer(int descriptor) {
  int count = 0;
  return ioctl(descriptor, SIOCOUTQ, &count) == 0 ? count : -1;
}
