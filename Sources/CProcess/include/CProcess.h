// Starting programs, watching them and ending them: what posix_spawn(3) cannot do. This header must
// not define _GNU_SOURCE; see CLocalSockets.h.

#ifndef CPROCESS_H
#define CPROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// MARK: Commands

/// What is to be started, and in which surroundings. Its functions copy what they are given; running
/// out of memory ends the process.
struct cp_command;

/// A command that starts the program at a path, without arguments, with an empty environment, and
/// with descriptors 0 to 2 to be set.
struct cp_command *cp_command_make(const char *path);

void cp_command_free(struct cp_command *command);

/// Appends an argument; the first one is the program's name for itself.
void cp_command_add_argument(struct cp_command *command, const char *argument);

/// Appends a variable, as "NAME=VALUE".
void cp_command_add_variable(struct cp_command *command, const char *variable);

/// The directory in which the program starts; without one it is the caller's.
void cp_command_set_directory(struct cp_command *command, const char *directory);

/// The descriptor that becomes 0, 1 or 2.
void cp_command_set_standard(struct cp_command *command, int target, int descriptor);

/// Appends a descriptor that becomes 3, 4 and so on.
void cp_command_add_descriptor(struct cp_command *command, int descriptor);

/// The same for a listener, with LISTEN_PID (sd_listen_fds(3)), which no caller could know.
void cp_command_add_listener(struct cp_command *command, int descriptor);

/// Gives the program a session of its own, of which descriptor 0 is the controlling terminal.
void cp_command_set_terminal(struct cp_command *command);

/// The user, by name or number, whose identity and groups the program gets; false if there is none.
bool cp_command_set_user(struct cp_command *command, const char *user);

/// The identity that `cp_command_set_user` has found.
uid_t cp_command_user(const struct cp_command *command);
gid_t cp_command_group(const struct cp_command *command);

/// Sets a limit of setrlimit(2), named as there without "RLIMIT_" and in lower case; false if there
/// is no such limit. UINT64_MAX is none.
bool cp_command_add_limit(struct cp_command *command, const char *name, uint64_t soft,
                          uint64_t hard);

/// The names of the limits one after the other; NULL at the end.
const char *cp_limit_name(size_t index);

// MARK: Starting

/// What could not be done.
enum cp_step {
  CP_STEP_NONE,
  CP_STEP_PIPE,
  CP_STEP_FORK,
  CP_STEP_WATCH,
  CP_STEP_SESSION,
  CP_STEP_DESCRIPTORS,
  CP_STEP_TERMINAL,
  CP_STEP_LIMITS,
  CP_STEP_USER,
  CP_STEP_DIRECTORY,
  CP_STEP_EXECUTE,
};

struct cp_failure {
  enum cp_step step;
  /// The value of errno.
  int code;
};

/// A child of this process, which has to wait for it.
struct cp_process {
  pid_t pid;
  /// pidfd_open(2): readable when the child has ended; close-on-exec.
  int descriptor;
};

/// Starts a program and returns when its execve(2) has succeeded, or false and which step failed.
///
/// It leads a process group of its own, all signals are as by default and none is blocked, and of
/// the caller's descriptors it has those that the command names, all of them blocking.
bool cp_spawn(struct cp_command *command, struct cp_process *process, struct cp_failure *failure);

/// A program that runs under a guard.
struct cp_guarded {
  /// The child of this process to wait for; it ends as the program has ended.
  struct cp_process guard;
  pid_t worker;
  /// While this is open, the program may run. Close-on-exec, and in no other guard's hands.
  int lifeline;
};

/// Starts a program under a guard: another process, which adopts the program's orphans.
///
/// When the program ends, or the lifeline is closed (by its owner, or because the owner has died of
/// whatever), the guard kills all that descends from the program, also what has left its process
/// group and its session, and ends: with the status or signal of the program, or with 1 when it was
/// the lifeline. If somebody kills the guard itself, the kernel kills the program, and nobody what
/// descends from it.
///
/// After that it removes the directory that the note names; -1 is no note. The program gets the note
/// as any other descriptor.
bool cp_spawn_guarded(struct cp_command *command, int note, struct cp_guarded *guarded,
                      struct cp_failure *failure);

/// Starts a program under a guard that lets live what the program leaves behind until the lifeline is
/// closed, and has no note.
///
/// The guard's descriptor becomes readable when the program has ended: cp_read_end tells how. Nobody
/// else gets the program's number before a byte is written to the lifeline, which says that its end is
/// known. After that the guard ends with the last of the program's descendants, which makes its
/// descriptor readable again, and is waited for with cp_wait_for_guard.
bool cp_spawn_attended(struct cp_command *command, struct cp_guarded *guarded,
                       struct cp_failure *failure);

/// waitpid(2) of a guard, which has ended or whose lifeline is closed.
void cp_wait_for_guard(pid_t guard);

/// prctl(2) with PR_SET_CHILD_SUBREAPER: orphans among our descendants become our children.
bool cp_adopt_orphans(void);

// MARK: Directories

/// A file in memory in which a program notes for its guard which directory is to go with it
/// (memfd_create(2)); -1 with errno. Close-on-exec.
int cp_make_note(void);

/// Notes an absolute path instead of what was noted before; an empty one is none.
void cp_write_note(int note, const char *path);

/// Removes the directory that was noted, if any was. Safe after a fork.
void cp_remove_noted(int note);

/// Removes a directory with all that is in it, as far as that is possible. A link goes, and what it
/// leads to stays. Safe after a fork.
void cp_remove_directory(const char *path);

// MARK: Watching

/// How a process has ended.
struct cp_end {
  bool has_ended;
  bool was_signalled;
  bool dumped_core;
  /// The exit status or the signal.
  int number;
};

/// waitid(2) with P_PIDFD, which never blocks; false, with errno, when it fails. Without `reaps` the
/// process stays a zombie, whose number nobody else gets.
bool cp_wait(int descriptor, bool reaps, struct cp_end *end);

/// How the program of cp_spawn_attended has ended, which is told once; false while it runs. Once the
/// guard itself has ended, that is by SIGKILL.
bool cp_read_end(int descriptor, struct cp_end *end);

/// Reaps the adopted orphans that have ended, so that no zombies pile up.
///
/// A child that this process has started itself is left to whoever waits for it: those of `cp_spawn`
/// are known, and those of popen(3) and the like are in this process's own group. Returns whether
/// there are some that are about to end, so that another call is due.
bool cp_reap_orphans(void);

/// A process as /proc/PID/stat (proc(5)) tells of it.
struct cp_status {
  pid_t pid;
  pid_t parent;
  pid_t group;
  pid_t session;
  /// When it was started, in ticks of the kernel's clock: with the number this is no other process.
  uint64_t start;
  char state;
  /// It is a zombie, or about to become one.
  bool is_ending;
  /// The name, cut by the kernel, with its NUL.
  char name[64];
};

/// The status of one process; false when there is none.
bool cp_status_of(pid_t pid, struct cp_status *status);

/// Sends SIGKILL to the process that had a number and was started at that time; false if it has gone,
/// whoever has the number now.
bool cp_kill_seen(pid_t pid, uint64_t start);

/// A walk over all processes. Safe after a fork.
struct cp_walk {
  int directory;
  ssize_t length;
  ssize_t position;
  _Alignas(8) char entries[4096];
};

bool cp_walk_begin(struct cp_walk *walk);
/// The next process, or false at the end, which also ends the walk.
bool cp_walk_next(struct cp_walk *walk, struct cp_status *status);

// MARK: Streams

/// pipe2(2): the end to read from and the end to write to, both close-on-exec.
int cp_pipe(int *ends);

/// write(2) without SIGPIPE; the result, and where that is -1 the value of errno.
ssize_t cp_write(int descriptor, const void *bytes, size_t count, int *code);

/// memmem(3): where a text begins, or -1.
ptrdiff_t cp_find(const void *bytes, size_t count, const void *text, size_t length);

/// The variables of this process, one after the other; NULL at the end.
const char *cp_variable(size_t index);

// MARK: Terminals

/// Opens a pseudo-terminal of 24 lines and 80 columns that neither echoes nor changes line ends:
/// 0, or -1 with errno. Both ends are close-on-exec, and the leader is non-blocking.
int cp_open_terminal(int *leader, int *follower);

#endif
