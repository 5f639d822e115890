#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "children.h"
#include "command.h"

// The guard is a fork that never executes anything: like a signal handler it calls only what is
// async-signal-safe, and it blocks all signals, so that nothing but SIGKILL ends it early.

/// What a guard does besides.
struct guarding {
  int note;
  /// What the worker leaves behind may live as long as the lifeline.
  bool keeps_orphans;
};

/// What the guard tells its parent.
struct news {
  pid_t worker;
  struct cp_failure failure;
};

static bool fail(struct cp_failure *failure, enum cp_step step) {
  *failure = (struct cp_failure){.step = step, .code = errno};
  return false;
}

// MARK: In the guard

/// Kills the children; what they leave behind becomes ours, and is killed in the next round.
///
/// Returns whether there was a child that we may kill.
static bool kill_children(void) {
  struct cp_walk walk;
  struct cp_status status;
  bool has_killed = false;
  pid_t self = getpid();
  if (!cp_walk_begin(&walk)) return false;
  while (cp_walk_next(&walk, &status)) {
    if (status.parent == self && kill(status.pid, SIGKILL) == 0) has_killed = true;
  }
  return has_killed;
}

/// Whether there is a child, dead or alive; asking is a thousand times faster than a walk.
static bool has_children(void) {
  siginfo_t first;
  return waitid(P_ALL, 0, &first, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

static void kill_descendants(void) {
  while (has_children() && kill_children()) {
    if (waitpid(-1, NULL, 0) < 0 && errno == ECHILD) return;
    while (waitpid(-1, NULL, WNOHANG) > 0) {
    }
  }
}

static _Noreturn void end_as(const struct cp_end *end) {
  if (!end->was_signalled) _exit(end->number);
  prctl(PR_SET_DUMPABLE, 0);  // the core is the program's
  struct sigaction standard = {.sa_handler = SIG_DFL};
  sigaction(end->number, &standard, NULL);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, end->number);
  kill(getpid(), end->number);
  sigprocmask(SIG_UNBLOCK, &only, NULL);
  _exit(128 + end->number);
}

/// What a guard keeps open, by its numbers from 0 on.
enum { LIFELINE, ENDING, NOTE, REPORT, KEPT_COUNT };

/// Keeps nothing else of what the parent had open: another guard's lifeline must end with its owner.
static void keep_only(const int kept[KEPT_COUNT]) {
  int copies[KEPT_COUNT];
  for (int target = 0; target < KEPT_COUNT; target++) {
    copies[target] = fcntl(kept[target], F_DUPFD, KEPT_COUNT);
  }
  for (int target = 0; target < KEPT_COUNT; target++) {
    close(target);
    dup2(copies[target], target);
  }
  if (syscall(SYS_close_range, KEPT_COUNT, UINT_MAX, 0) == 0) return;
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  for (int number = KEPT_COUNT; number < (int)limit.rlim_cur; number++) close(number);
}

static void clear_up(void) {
  kill_descendants();
  cp_remove_noted(NOTE);
}

/// Lives as long as the worker, and ends as it has ended.
static _Noreturn void follow_worker(void) {
  struct cp_end end = {0};
  for (;;) {
    struct pollfd entries[] = {{.fd = LIFELINE, .events = POLLIN}, {.fd = ENDING, .events = POLLIN}};
    if (poll(entries, 2, -1) < 0) continue;
    if (entries[1].revents && cp_wait(ENDING, true, &end) && end.has_ended) {
      clear_up();
      end_as(&end);
    }
    if (entries[0].revents) {
      clear_up();
      _exit(1);
    }
  }
}

/// Becomes readable when a child ends, which may be any.
static int watch_children(void) {
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  return signalfd(-1, &children, SFD_CLOEXEC);
}

/// Reaps the children that have ended, but for the one that is kept: it stays a zombie, whose number
/// nobody else gets.
///
/// Returns whether there are others, and how the kept one has ended.
static bool reap_children(pid_t kept, struct cp_end *end) {
  for (;;) {
    siginfo_t info = {0};
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0) return false;
    if (info.si_pid == 0) return true;
    if (info.si_pid == kept) {
      *end = end_in(&info);
      return true;
    }
    waitpid(info.si_pid, NULL, 0);
  }
}

/// Takes the parent's word that it has heard of the worker's end; without a parent all is over.
static void hear_parent(void) {
  char word;
  if (read(LIFELINE, &word, 1) == 1) return;
  clear_up();
  _exit(1);
}

/// Tells how the worker has ended, and lives as long as anything that it has left behind.
static _Noreturn void attend_worker(pid_t worker) {
  struct cp_end end = {0};
  bool is_told = false, is_heard = false;
  for (;;) {
    struct pollfd entries[] = {{.fd = LIFELINE, .events = POLLIN}, {.fd = ENDING, .events = POLLIN}};
    if (poll(entries, 2, -1) < 0) continue;
    if (entries[0].revents) {
      hear_parent();
      is_heard = true;
    }
    struct signalfd_siginfo taken;
    if (entries[1].revents && read(ENDING, &taken, sizeof taken) < 0) continue;
    // Until the parent knows of the end, it may send signals to the worker's number.
    if (!reap_children(is_heard ? 0 : worker, &end)) _exit(0);
    if (end.has_ended && !is_told) is_told = write(REPORT, &end, sizeof end) > 0;
  }
}

static _Noreturn void run_guard(struct cp_command *command, const struct guarding *guarding,
                                int lifeline, int report) {
  setpgid(0, 0);  // what the terminal sends goes to the parent
  prctl(PR_SET_NAME, "parley-guard");
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  command->dies_with_parent = true;
  struct cp_process worker = {.descriptor = -1};
  struct news news = {0};
  int endings = guarding->keeps_orphans ? watch_children() : -1;
  bool is_watched = !guarding->keeps_orphans || endings >= 0 || fail(&news.failure, CP_STEP_WATCH);
  bool is_started = is_watched && cp_spawn(command, &worker, &news.failure);
  news.worker = worker.pid;
  int ending = guarding->keeps_orphans ? endings : worker.descriptor;
  // What the worker has alone must be its own before anybody counts on that.
  keep_only((int[]){lifeline, ending, guarding->note, report});
  ssize_t count = write(REPORT, &news, sizeof news);
  if (!is_started) _exit(1);
  if (count < 0) kill_descendants();  // the parent has died
  if (guarding->keeps_orphans) attend_worker(worker.pid);
  follow_worker();
}

// MARK: In the parent

static pid_t fork_guard(struct cp_command *command, const struct guarding *guarding,
                        const int *lifeline, const int *report) {
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  begin_start();
  pid_t pid = fork();
  if (pid == 0) {
    close(lifeline[1]);
    run_guard(command, guarding, lifeline[0], report[1]);
  }
  int code = errno;
  end_start(pid);
  sigprocmask(SIG_SETMASK, &before, NULL);
  errno = code;
  return pid;
}

static struct news read_news(int report) {
  struct news news = {.failure = {.step = CP_STEP_FORK, .code = EPIPE}};  // if it dies without a word
  while (read(report, &news, sizeof news) < 0 && errno == EINTR) {
  }
  return news;
}

/// Opens what becomes readable at the end: of the guard, or of the worker where the guard tells of it.
static int open_ending(const struct guarding *guarding, pid_t guard, int report) {
  if (!guarding->keeps_orphans) return (int)syscall(SYS_pidfd_open, guard, 0);
  int ending = fcntl(report, F_DUPFD_CLOEXEC, 0);
  return ending >= 0 && fcntl(ending, F_SETFL, O_NONBLOCK) != 0 ? -1 : ending;
}

/// Learns how it went from the guard, whose number is known.
static bool join(struct cp_guarded *guarded, const struct guarding *guarding, int report,
                 struct cp_failure *failure) {
  struct news news = read_news(report);
  *failure = news.failure;
  guarded->worker = news.worker;
  guarded->guard.descriptor = -1;
  if (failure->step == CP_STEP_NONE) {
    guarded->guard.descriptor = open_ending(guarding, guarded->guard.pid, report);
    if (guarded->guard.descriptor < 0) fail(failure, CP_STEP_WATCH);
  }
  if (failure->step == CP_STEP_NONE) return true;
  close(guarded->lifeline);
  cp_wait_for_guard(guarded->guard.pid);
  return false;
}

static bool start(struct cp_command *command, const struct guarding *guarding,
                  struct cp_guarded *guarded, struct cp_failure *failure) {
  int lifeline[2], report[2];
  if (pipe2(lifeline, O_CLOEXEC) != 0) return fail(failure, CP_STEP_PIPE);
  if (pipe2(report, O_CLOEXEC) != 0) {
    fail(failure, CP_STEP_PIPE);
    close(lifeline[0]);
    close(lifeline[1]);
    return false;
  }
  guarded->guard.pid = fork_guard(command, guarding, lifeline, report);
  guarded->lifeline = lifeline[1];
  bool is_forked = guarded->guard.pid > 0 || fail(failure, CP_STEP_FORK);
  close(lifeline[0]);
  close(report[1]);
  bool is_started = is_forked && join(guarded, guarding, report[0], failure);
  close(report[0]);
  if (!is_forked) close(lifeline[1]);
  return is_started;
}

bool cp_spawn_guarded(struct cp_command *command, int note, struct cp_guarded *guarded,
                      struct cp_failure *failure) {
  return start(command, &(struct guarding){.note = note}, guarded, failure);
}

bool cp_spawn_attended(struct cp_command *command, struct cp_guarded *guarded,
                       struct cp_failure *failure) {
  const struct guarding guarding = {.note = -1, .keeps_orphans = true};
  return start(command, &guarding, guarded, failure);
}

bool cp_read_end(int descriptor, struct cp_end *end) {
  *end = (struct cp_end){0};
  ssize_t count = read(descriptor, end, sizeof *end);
  if (count < 0) return false;
  // Before the end was told, somebody has killed the guard, and with it the program.
  if (count == 0) *end = (struct cp_end){.has_ended = true, .was_signalled = true, .number = SIGKILL};
  return true;
}

void cp_wait_for_guard(pid_t guard) {
  while (waitpid(guard, NULL, 0) < 0 && errno == EINTR) {
  }
  forget_child(guard);
}
