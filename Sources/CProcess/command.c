#define _GNU_SOURCE
#include "command.h"

#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

static void *grown(void *space, size_t size) {
  void *result = realloc(space, size);
  if (!result) abort();
  return result;
}

static char *copy(const char *text) {
  char *result = strdup(text);
  if (!result) abort();
  return result;
}

static char *append(char ***list, size_t *count, const char *text) {
  *list = grown(*list, (*count + 2) * sizeof(char *));
  char *result = (*list)[(*count)++] = copy(text);
  (*list)[*count] = NULL;
  return result;
}

struct cp_command *cp_command_make(const char *path) {
  struct cp_command *command = calloc(1, sizeof *command);
  if (!command) abort();
  command->path = copy(path);
  command->arguments = grown(NULL, sizeof(char *));
  command->environment = grown(NULL, sizeof(char *));
  command->arguments[0] = command->environment[0] = NULL;
  for (int target = 0; target < 3; target++) command->standard[target] = target;
  return command;
}

static void free_list(char **list) {
  for (char **text = list; *text; text++) free(*text);
  free(list);
}

void cp_command_free(struct cp_command *command) {
  free(command->path);
  free(command->directory);
  free_list(command->arguments);
  free_list(command->environment);
  free(command->passed);
  free(command->groups);
  free(command->limits);
  free(command);
}

void cp_command_add_argument(struct cp_command *command, const char *argument) {
  append(&command->arguments, &command->argument_count, argument);
}

void cp_command_add_variable(struct cp_command *command, const char *variable) {
  append(&command->environment, &command->variable_count, variable);
}

void cp_command_set_directory(struct cp_command *command, const char *directory) {
  free(command->directory);
  command->directory = copy(directory);
}

void cp_command_set_standard(struct cp_command *command, int target, int descriptor) {
  command->standard[target] = descriptor;
}

void cp_command_add_descriptor(struct cp_command *command, int descriptor) {
  command->passed = grown(command->passed, (command->passed_count + 1) * sizeof *command->passed);
  command->passed[command->passed_count++] = descriptor;
}

void cp_command_add_listener(struct cp_command *command, int descriptor) {
  cp_command_add_descriptor(command, descriptor);
  if (command->listen_pid) return;
  static const char name[] = "LISTEN_PID=";
  char *variable = append(&command->environment, &command->variable_count,
                          "LISTEN_PID=00000000000");  // room for any number
  command->listen_pid = variable + sizeof name - 1;
}

void cp_command_set_terminal(struct cp_command *command) { command->has_terminal = true; }

// MARK: The user

static struct passwd *find_user(const char *user) {
  struct passwd *entry = getpwnam(user);
  char *end;
  if (entry || *user < '0' || *user > '9') return entry;
  unsigned long number = strtoul(user, &end, 10);
  return *end ? NULL : getpwuid((uid_t)number);
}

bool cp_command_set_user(struct cp_command *command, const char *user) {
  struct passwd *entry = find_user(user);
  if (!entry) return false;
  command->has_user = true;
  command->user = entry->pw_uid;
  command->group = entry->pw_gid;
  command->group_count = 16;
  int room;
  do {
    room = command->group_count;
    command->groups = grown(command->groups, (size_t)room * sizeof(gid_t));
  } while (getgrouplist(entry->pw_name, entry->pw_gid, command->groups, &command->group_count) < 0 &&
           command->group_count > room);
  return true;
}

uid_t cp_command_user(const struct cp_command *command) { return command->user; }
gid_t cp_command_group(const struct cp_command *command) { return command->group; }

// MARK: Limits

static const struct {
  const char *name;
  int resource;
} resources[] = {
    {"as", RLIMIT_AS},           {"core", RLIMIT_CORE},       {"cpu", RLIMIT_CPU},
    {"data", RLIMIT_DATA},       {"fsize", RLIMIT_FSIZE},     {"locks", RLIMIT_LOCKS},
    {"memlock", RLIMIT_MEMLOCK}, {"msgqueue", RLIMIT_MSGQUEUE}, {"nice", RLIMIT_NICE},
    {"nofile", RLIMIT_NOFILE},   {"nproc", RLIMIT_NPROC},     {"rss", RLIMIT_RSS},
    {"rtprio", RLIMIT_RTPRIO},   {"rttime", RLIMIT_RTTIME},   {"sigpending", RLIMIT_SIGPENDING},
    {"stack", RLIMIT_STACK},
};

static const size_t resource_count = sizeof resources / sizeof *resources;

const char *cp_limit_name(size_t index) {
  return index < resource_count ? resources[index].name : NULL;
}

bool cp_command_add_limit(struct cp_command *command, const char *name, uint64_t soft,
                          uint64_t hard) {
  for (size_t index = 0; index < resource_count; index++) {
    if (strcmp(resources[index].name, name) != 0) continue;
    command->limits = grown(command->limits, (command->limit_count + 1) * sizeof *command->limits);
    command->limits[command->limit_count++] = (struct limit){
        .resource = resources[index].resource, .values = {.rlim_cur = soft, .rlim_max = hard}};
    return true;
  }
  return false;
}
