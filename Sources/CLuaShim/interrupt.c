// Stopping a script that does not stop by itself.
//
// A hook on every instruction would double the time that all scripts take, so none is set until
// it is needed: a signal to the thread that runs Lua sets it.

#define _GNU_SOURCE
#include "border.h"

#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static _Thread_local lsl_runtime *interruptible;
static _Thread_local timer_t watchdog;
static _Thread_local bool has_watchdog;

// How long cleanup code in Lua may run after the first error, before every line raises.
static const int64_t grace_milliseconds = 50;

// How long after that, or in one instruction, a script may go on before the process is ended.
static const int64_t last_resort_milliseconds = 2000;

// How much of the processor's time the finalisers may take: there may be millions of them.
static const int64_t closing_milliseconds = 10000;

// What took less of it in the time of the last resort waits; one that is starved gets more.
static const int64_t idle_milliseconds = 5;

static bool start_timer(int64_t milliseconds) {
  struct itimerspec value = {0};
  value.it_value.tv_sec = milliseconds / 1000;
  value.it_value.tv_nsec = milliseconds % 1000 * 1000000;
  return timer_settime(watchdog, 0, &value, NULL) == 0;
}

static bool must_stop(const lsl_runtime *runtime) {
  return runtime->interrupt == LSL_REQUESTED || runtime->interrupt == LSL_STICKY;
}

static void hook(lua_State *L, lua_Debug *record) {
  (void)record;
  lsl_runtime *runtime = interruptible;
  if (runtime == NULL || !must_stop(runtime)) {
    lua_sethook(L, NULL, 0, 0);  // left over from an interruption that is past
    return;
  }
  if (runtime->interrupt == LSL_REQUESTED) {
    // A sticky hook from the start would also stop `<close>` and pcall handlers that clean up.
    runtime->interrupt = has_watchdog && start_timer(grace_milliseconds) ? LSL_RAISED : LSL_STICKY;
    if (runtime->interrupt == LSL_RAISED) lua_sethook(L, NULL, 0, 0);
  }
  LSL_ASSERT_NO_SWIFT(L, runtime, "an interruption was raised");
  luaL_where(L, 0);
  lua_pushstring(L, runtime->interrupt_message);
  lua_concat(L, 2);
  lua_error(L);
}

static void set_hook(lua_State *L) { lua_sethook(L, hook, LUA_MASKLINE | LUA_MASKCOUNT, 1); }

void lsl_arm_if_interrupted(lsl_runtime *runtime, lua_State *L) {
  if (must_stop(runtime)) set_hook(L);
}

// Runs in signal handlers: the manual allows lua_sethook there, on the thread that runs Lua.
static void request(lsl_runtime *runtime) {
  runtime->interrupt = runtime->interrupt == LSL_RAISED ? LSL_STICKY : LSL_REQUESTED;
  set_hook(runtime->running);
}

static _Thread_local volatile int last_status = 1;
static _Thread_local char last_subject[512];  // empty while scripts are waited for
static _Thread_local char last_directory[PATH_MAX];
static _Thread_local volatile sig_atomic_t has_directory;
static _Thread_local volatile sig_atomic_t last_listener = -1;

// A text that is put together by hand, because snprintf may not be called in a signal handler.
typedef struct {
  size_t length;
  char bytes[2000];  // the rest is zeros, so that it is a string
} sentence;

static void add(sentence *words, const char *text) {
  for (; *text != '\0' && words->length + 1 < sizeof words->bytes; text++) {
    bool is_control = (unsigned char)*text < ' ' && *text != '\n';
    words->bytes[words->length++] = is_control ? '?' : *text;
  }
}

static void add_number(sentence *words, unsigned number) {
  char digits[16];
  char *first = digits + sizeof digits - 1;
  *first = '\0';
  do *--first = (char)('0' + number % 10);
  while ((number /= 10) != 0);
  add(words, first);
}

// Ends the process where nothing can be torn down any more, and has a shell remove the directory in
// its place. All that is called here may be called in a signal handler.
static _Noreturn void end_process(int exit_status) {
  sigset_t signals;
  sigfillset(&signals);
  pthread_sigmask(SIG_BLOCK, &signals, NULL);  // impatience must not stop the removal; it is kept
  sentence status = {0};
  add_number(&status, (unsigned)exit_status);
  char *arguments[] = {
    "sh", "-c", "rm -rf -- \"$0\" 2>/dev/null; exit \"$1\"", last_directory, status.bytes, NULL};
  if (has_directory) execve("/bin/sh", arguments, environ);
  _exit(exit_status);
}

// Whether a finaliser runs, as far as one looks.
static bool is_in_finaliser(lua_State *L) {
  lua_Debug record;
  for (int level = 0; level < 100 && lua_getstack(L, level, &record); level++) {
    bool has_name = lua_getinfo(L, "n", &record) && record.name != NULL;
    if (has_name && strcmp(record.namewhat, "metamethod") == 0 && strcmp(record.name, "__gc") == 0)
      return true;
  }
  return false;
}

// Names the C function or the finaliser that is stuck; false for neither. Only what a state keeps is
// read here and for its place, but it may be about to change: the worst is that the process ends by
// another signal.
static bool add_function(sentence *words, lua_State *L) {
  lua_Debug record;
  bool is_in_c = lua_getstack(L, 0, &record) && lua_getinfo(L, "Sn", &record)
                 && strcmp(record.what, "C") == 0;
  if (!is_in_c && !is_in_finaliser(L)) return false;
  add(words, ", stuck in ");
  if (!is_in_c) {
    add(words, "a finaliser (__gc)");
    return true;
  }
  add(words, record.name == NULL ? "a C function" : "the C function '");
  if (record.name != NULL) add(words, record.name);
  if (record.name != NULL) add(words, "'");
  return true;
}

static bool locate(lua_State *L, lsl_location *location) {
  return lsl_locate(L, 0, "=", "", location);
}

static void add_place(sentence *words, lua_State *L) {
  bool is_named = add_function(words, L);
  lsl_location location;
  if (!locate(L, &location)) return;
  add(words, is_named ? " at " : ", at ");
  add(words, location.source + 1);
  add(words, ":");
  add_number(words, (unsigned)location.line);
}

// Adds a text as it stands in a string of JSON.
static void add_escaped(sentence *words, const char *text) {
  for (; *text != '\0'; text++) {
    if (*text == '"' || *text == '\\') add(words, "\\");
    add(words, (char[]){*text == '\n' ? ' ' : *text, '\0'});
  }
}

// Tells who listens what cannot be told any more by Lua: why the script was to stop, and where it is.
static void tell(lsl_runtime *runtime) {
  sentence reason = {0};
  add(&reason, runtime->interrupt_message);
  add(&reason, ", and the script did not stop");
  add_function(&reason, runtime->running);
  sentence message = {0};
  add(&message, "{\"stuck\":\"");
  add_escaped(&message, reason.bytes);
  lsl_location location;
  if (locate(runtime->running, &location)) {
    add(&message, "\",\"file\":\"");
    add_escaped(&message, location.source + 1);
    add(&message, "\",\"line\":\"");
    add_number(&message, (unsigned)location.line);
  }
  add(&message, "\"}\n");
  ssize_t written = write(last_listener, message.bytes, message.length);
  (void)written;
}

// What no hook stops: a long call into C, a finaliser, or what Lua runs while a hook's own error is on
// its way.
static _Noreturn void give_up(lsl_runtime *runtime, int64_t patience) {
  sentence words = {0};
  add(&words, last_subject);
  add(&words, " did not stop within ");
  add_number(&words, (unsigned)(patience / 1000));
  add(&words, " s of being told to");
  add_place(&words, runtime->running);
  add(&words, "; its process ends here\n");
  // Where nobody can be told, the directory is removed all the same.
  ssize_t written = write(STDERR_FILENO, words.bytes, words.length);
  (void)written;
  if (last_listener >= 0) tell(runtime);
  end_process(last_status);
}

void lsl_set_last_resort(const char *subject, const char *directory) {
  snprintf(last_subject, sizeof last_subject, "%s", subject);
  // Not while it is written: the first half of a path names a directory of somebody else's.
  has_directory = 0;
  atomic_signal_fence(memory_order_seq_cst);
  int length = snprintf(last_directory, sizeof last_directory, "%s", directory);
  atomic_signal_fence(memory_order_seq_cst);
  has_directory = length > 0 && (size_t)length < sizeof last_directory;
}

void lsl_set_last_listener(int descriptor) { last_listener = descriptor; }

void lsl_end_process(int exit_status) { end_process(exit_status); }

static _Thread_local int64_t closing_began, closing_was_at;

static int64_t processor_milliseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

// On a busy machine the clock says little of how much has been done. Only what waits is judged by it.
static void judge_closing(lsl_runtime *runtime) {
  int64_t now = processor_milliseconds();
  if (now - closing_began >= closing_milliseconds) give_up(runtime, closing_milliseconds);
  if (now - closing_was_at < idle_milliseconds) give_up(runtime, last_resort_milliseconds);
  closing_was_at = now;
}

static void watchdog_fired(int signal) {
  (void)signal;
  lsl_runtime *runtime = interruptible;
  if (runtime == NULL) return;
  if (runtime->interrupt == LSL_CLOSING) {
    judge_closing(runtime);
  } else {
    if (must_stop(runtime) && last_subject[0] != '\0') give_up(runtime, last_resort_milliseconds);
    request(runtime);
  }
  start_timer(last_resort_milliseconds);
}

void lsl_interrupt(const char *message, int exit_status) {
  lsl_runtime *runtime = interruptible;
  if (runtime == NULL || runtime->interrupt >= LSL_STICKY) return;
  if (runtime->interrupt == LSL_CALM) {
    strncpy(runtime->interrupt_message, message, sizeof runtime->interrupt_message - 1);
  }
  last_status = exit_status;
  request(runtime);
  if (has_watchdog) start_timer(last_resort_milliseconds);
}

const void *lsl_foreign_hook(lsl_runtime *runtime) {
  return runtime->owns_state ? NULL : (const void *)lua_gethook(runtime->main);
}

void lsl_set_interruptible(lsl_runtime *runtime) { interruptible = runtime; }

void lsl_calm(lsl_runtime *runtime) {
  runtime->interrupt = LSL_CALM;
  if (has_watchdog) start_timer(0);
}

void lsl_begin_closing(lsl_runtime *runtime) {
  lsl_calm(runtime);
  // Where scripts are waited for, or none was ever to be stopped, nobody is to be ended.
  if (interruptible != runtime || !has_watchdog || last_subject[0] == '\0') return;
  strcpy(runtime->interrupt_message, "the end was reached");
  closing_began = closing_was_at = processor_milliseconds();
  runtime->interrupt = LSL_CLOSING;
  start_timer(last_resort_milliseconds);
}

static bool create_watchdog(void) {
  if (has_watchdog) return true;
  struct sigaction action = {0};
  action.sa_handler = watchdog_fired;
  action.sa_flags = SA_RESTART;
  if (sigaction(SIGRTMIN + 1, &action, NULL) != 0) return false;
  // The threads of a pool are born with their signals blocked.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGRTMIN + 1);
  pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
  struct sigevent event = {0};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = SIGRTMIN + 1;
  event._sigev_un._tid = gettid();
  has_watchdog = timer_create(CLOCK_MONOTONIC, &event, &watchdog) == 0;
  return has_watchdog;
}

bool lsl_set_watchdog(lsl_runtime *runtime, int64_t milliseconds, const char *message) {
  if (milliseconds == 0) return !has_watchdog || start_timer(0);
  last_status = 1;
  strncpy(runtime->interrupt_message, message, sizeof runtime->interrupt_message - 1);
  return create_watchdog() && start_timer(milliseconds);
}
