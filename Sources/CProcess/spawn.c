#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "children.h"
#include "command.h"

// After the fork only async-signal-safe functions are called (signal-safety(7)): another thread may
// have held any lock.

// MARK: In the child

static void reset_signals(void) {
  // The kernel's structure, since glibc's function leaves out the signals that it keeps for itself.
  const unsigned long standard[4] = {(unsigned long)SIG_DFL};
  for (int number = 1; number < NSIG; number++) {
    syscall(SYS_rt_sigaction, number, standard, NULL, sizeof(unsigned long));
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool put(int descriptor, int target) {
  if (dup2(descriptor, target) < 0) return false;
  // Its other users have let go of it, or wait for readiness first.
  int flags = fcntl(target, F_GETFL);
  return flags >= 0 && (!(flags & O_NONBLOCK) || fcntl(target, F_SETFL, flags & ~O_NONBLOCK) == 0);
}

static bool lift(int *descriptor, int base) {
  *descriptor = fcntl(*descriptor, F_DUPFD_CLOEXEC, base);
  return *descriptor >= 0;
}

static bool close_on_exec(int base) {
  if (syscall(SYS_close_range, base, UINT_MAX, CLOSE_RANGE_CLOEXEC) == 0) return true;
  // Linux before 5.11.
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
  for (int number = base; number < (int)limit.rlim_cur; number++) fcntl(number, F_SETFD, FD_CLOEXEC);
  return true;
}

/// Puts each descriptor where the program looks for it; none may overwrite one that is still to move.
static bool arrange_descriptors(struct cp_command *command, int *report) {
  int base = 3 + (int)command->passed_count;
  if (!lift(report, base)) return false;
  for (int target = 0; target < 3; target++) {
    if (!lift(&command->standard[target], base)) return false;
  }
  for (size_t index = 0; index < command->passed_count; index++) {
    if (!lift(&command->passed[index], base)) return false;
  }
  for (int target = 0; target < 3; target++) {
    if (!put(command->standard[target], target)) return false;
  }
  for (size_t index = 0; index < command->passed_count; index++) {
    if (!put(command->passed[index], 3 + (int)index)) return false;
  }
  return close_on_exec(base);
}

static bool set_limits(const struct cp_command *command) {
  for (size_t index = 0; index < command->limit_count; index++) {
    const struct limit *limit = &command->limits[index];
    if (setrlimit(limit->resource, &limit->values) != 0) return false;
  }
  return true;
}

static bool change_user(const struct cp_command *command) {
  return !command->has_user ||
         (setgroups((size_t)command->group_count, command->groups) == 0 &&
          setgid(command->group) == 0 && setuid(command->user) == 0);
}

static bool become_session(const struct cp_command *command) {
  return command->has_terminal ? setsid() >= 0 : setpgid(0, 0) == 0;
}

/// The kernel forgets the wish when the user changes, so it comes after that.
static bool follow_parent(const struct cp_command *command, pid_t parent) {
  if (!command->dies_with_parent) return true;
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return false;
  if (getppid() != parent) _exit(127);  // it has died already
  return true;
}

static void write_listen_pid(const struct cp_command *command) {
  if (!command->listen_pid) return;
  char digits[12];
  size_t count = 0;
  for (pid_t rest = getpid(); rest > 0; rest /= 10) digits[count++] = (char)('0' + rest % 10);
  char *place = command->listen_pid;
  while (count > 0) *place++ = digits[--count];
  *place = '\0';
}

/// Becomes the program; returns the step that failed, with errno.
static enum cp_step become(struct cp_command *command, int *report, pid_t parent) {
  reset_signals();
  if (!become_session(command)) return CP_STEP_SESSION;
  if (!arrange_descriptors(command, report)) return CP_STEP_DESCRIPTORS;
  if (command->has_terminal && ioctl(0, TIOCSCTTY, 0) != 0) return CP_STEP_TERMINAL;
  if (!set_limits(command)) return CP_STEP_LIMITS;
  if (!change_user(command) || !follow_parent(command, parent)) return CP_STEP_USER;
  if (command->directory && chdir(command->directory) != 0) return CP_STEP_DIRECTORY;
  write_listen_pid(command);
  execve(command->path, command->arguments, command->environment);
  return CP_STEP_EXECUTE;
}

static _Noreturn void run_child(struct cp_command *command, int report, pid_t parent) {
  enum cp_step step = become(command, &report, parent);
  struct cp_failure failure = {.step = step, .code = errno};
  // A pipe takes so few bytes whole.
  ssize_t count = write(report, &failure, sizeof failure);
  _exit(count < 0 ? 126 : 127);
}

// MARK: In the parent

static pid_t fork_child(struct cp_command *command, int report) {
  pid_t parent = getpid();
  // No handler of the caller's may run in the child.
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  begin_start();
  pid_t pid = fork();
  if (pid == 0) run_child(command, report, parent);
  int code = errno;
  end_start(pid);
  sigprocmask(SIG_SETMASK, &before, NULL);
  errno = code;
  return pid;
}

/// Reads what the child reports; its execve closes the pipe without a word.
static struct cp_failure read_report(int report) {
  struct cp_failure failure = {CP_STEP_NONE, 0};
  while (read(report, &failure, sizeof failure) < 0 && errno == EINTR) {
  }
  return failure;
}

static bool fail(struct cp_failure *failure, enum cp_step step) {
  *failure = (struct cp_failure){.step = step, .code = errno};
  return false;
}

bool cp_spawn(struct cp_command *command, struct cp_process *process, struct cp_failure *failure) {
  int report[2];
  if (pipe2(report, O_CLOEXEC) != 0) return fail(failure, CP_STEP_PIPE);
  process->pid = fork_child(command, report[1]);
  int code = errno;
  close(report[1]);
  if (process->pid < 0) {
    close(report[0]);
    errno = code;
    return fail(failure, CP_STEP_FORK);
  }
  *failure = read_report(report[0]);
  close(report[0]);
  if (failure->step == CP_STEP_NONE) {
    process->descriptor = (int)syscall(SYS_pidfd_open, process->pid, 0);
    if (process->descriptor >= 0) return true;
    fail(failure, CP_STEP_WATCH);
    kill(process->pid, SIGKILL);
  }
  while (waitpid(process->pid, NULL, 0) < 0 && errno == EINTR) {
  }
  forget_child(process->pid);
  return false;
}

bool cp_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1) == 0; }

struct cp_end end_in(const siginfo_t *info) {
  return (struct cp_end){.has_ended = info->si_pid != 0,
                         .was_signalled = info->si_code != CLD_EXITED,
                         .dumped_core = info->si_code == CLD_DUMPED,
                         .number = info->si_status};
}

bool cp_wait(int descriptor, bool reaps, struct cp_end *end) {
  siginfo_t info = {0};
  *end = (struct cp_end){0};
  int result;
  do {
    result = waitid(P_PIDFD, (id_t)descriptor, &info, WEXITED | WNOHANG | (reaps ? 0 : WNOWAIT));
  } while (result != 0 && errno == EINTR);
  if (result != 0) return false;
  if (reaps && info.si_pid != 0) forget_child(info.si_pid);
  *end = end_in(&info);
  return true;
}
