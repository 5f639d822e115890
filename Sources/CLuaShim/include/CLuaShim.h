// The border between Lua and Swift.
//
// A longjmp across a Swift frame skips its releases and leaves the runtime's access set pointing
// into dead stack. So every function that Lua calls is C (the trampoline), Swift answers it with a
// count of results or a sentinel, and only when the Swift frames are gone does C raise or yield.

#ifndef CLUASHIM_H
#define CLUASHIM_H

#include <lua5.4/lauxlib.h>
#include <lua5.4/lua.h>
#include <lua5.4/lualib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct lsl_runtime lsl_runtime;

// What a Swift function answers. Zero and above: that many results are on the stack's top.
enum {
  LSL_ERROR = -1,           // raise the value on the top
  LSL_LOCATED_ERROR = -2,   // raise the string on the top, with the caller's file and line before it
  LSL_ARGUMENT_ERROR = -3,  // below the top: the argument's number; on it: the message
  LSL_AWAIT = -4,           // lsl_runtime.operation is to be waited for
};

// Swift's side of the border. None of them may raise.
typedef struct {
  // Calls the function that a trampoline was pushed with.
  int32_t (*call)(lua_State *L, lsl_runtime *runtime, void *function);
  // The operation has ended; its results are to be pushed.
  int32_t (*resume)(lua_State *L, lsl_runtime *runtime, void *operation);
  // Turns the loop until the operation has ended: the caller cannot be parked.
  int32_t (*pump)(lua_State *L, lsl_runtime *runtime, void *operation);
  // The waiting frame is going away before its operation has ended.
  void (*cancel)(lsl_runtime *runtime, void *operation);
  // The collector has found the box dead; only enqueues, for it runs inside any allocation.
  void (*release)(lsl_runtime *runtime, void *object);
  // A box leaves its `<close>` scope, with an error or without.
  void (*close)(lsl_runtime *runtime, void *object, bool failed);
  // The state is being closed, or was before the runtime.
  void (*detach)(lsl_runtime *runtime);
} lsl_swift;

struct lsl_runtime {
  const lsl_swift *swift;
  void *context;       // Swift's runtime object
  lua_State *main;     // the state's main thread
  lua_State *running;  // the thread that runs Lua now
  void *operation;     // a wait on its way from a method to whoever parks or pumps
  int32_t swift_frames;  // calls into Swift below us since Lua was last entered
  bool can_park;         // the running thread and all that resumed it lead to a task
  bool owns_state;       // made by lsl_new_state
  bool collects_always;  // LSL_FULLGC: a full collection at every native call
  size_t memory_limit;
  size_t held_elsewhere;  // counts as if Lua held it

  volatile int interrupt;  // enum lsl_interrupt_state
  char interrupt_message[160];
};

// MARK: States

// A state with an allocator that never fails while a Swift frame is live and otherwise fails
// above `memory_limit` bytes, which Lua reports as "not enough memory".
lsl_runtime *lsl_new_state(const lsl_swift *swift, void *context, size_t memory_limit);

// Counts what is held for scripts beside Lua's own memory, in bytes, as if Lua held it; answers whether
// both together are above the limit. Nothing is above where the state is somebody else's.
bool lsl_count_elsewhere(lsl_runtime *runtime, size_t size);

// Collects all garbage, as Lua does before it reports that there is not enough memory.
void lsl_collect_all(lsl_runtime *runtime);

// Joins a state that somebody else made. Its allocator is not ours: on a machine without memory
// Lua raises wherever it stands.
lsl_runtime *lsl_attach(lua_State *L, const lsl_swift *swift, void *context);

// Closes the state, and frees the runtime. Only for lsl_new_state's.
void lsl_close_state(lsl_runtime *runtime);

// The runtime that was attached to this state, or NULL.
lsl_runtime *lsl_attached(lua_State *L);

// Whether this build stops the program when something raises or yields across a Swift frame.
bool lsl_checks_border(void);

// MARK: Functions

// The function must live as long as the state. Messages about its arguments call it by its name where
// the caller's code gives it none; the name is copied and may be empty.
void lsl_push_function(
    lua_State *L, lsl_runtime *runtime, void *function, const char *name);

// Makes a task's thread, which stays until the registry's value for its address is cleared.
lua_State *lsl_new_thread(lsl_runtime *runtime);

// Starts or goes on with a task's thread; the top of its stack holds `argument_count` values.
int lsl_resume(lsl_runtime *runtime, lua_State *thread, int argument_count, int *result_count);

// Closes what a task's thread has open; whether an error is left on its stack, the thread's own or
// the last that the closing has raised. Without what is on the stack it is fit for another function.
bool lsl_reset(lsl_runtime *runtime, lua_State *thread);

// As luaL_loadbufferx for source text, or for what lsl_dump has written, within the memory limit.
int lsl_load(
    lsl_runtime *runtime, lua_State *L, const char *source, size_t length, const char *chunk,
    bool is_compiled);

// As lua_pcall, with a traceback appended by the message handler when asked for.
int lsl_call(
    lsl_runtime *runtime, lua_State *L, int argument_count, int result_count, bool traced);

// Replaces coroutine.resume, wrap and close by forms with the same meaning that let a wait in
// a user's coroutine park the task it runs in, and keep track of the running thread.
int lsl_install_coroutines(lsl_runtime *runtime, lua_State *L);

// MARK: Keys

// The key of what belongs to an address, in the registry and in our own tables: an integer, because
// Lua finds one with half the instructions that a light userdata takes.
static inline lua_Integer lsl_key(const void *address) { return (lua_Integer)(uintptr_t)address; }

// MARK: Boxes: Swift objects as userdata

typedef struct {
  void *object;      // retained; NULL once it is collected
  const void *kind;  // the object's class
} lsl_box;

// Pushes an empty box with one user value and the metatable that the registry has for its kind; pushes
// nothing and answers NULL where there is none.
lsl_box *lsl_push_box(lua_State *L, const void *kind);

// Pushes one of the values in the table that is a box's user value, and the box above it; answers false
// where Lua no longer has the box. What led to them stays below. `boxes` is the registry's key of the
// table that has each box at its object's address.
bool lsl_push_value_and_box(
    lua_State *L, const void *boxes, const void *object, lua_Integer key);

// The box at an index, or NULL when something else is there. The kind is the address of a class of
// ours, which no userdata of another library holds at this place in a block of this size; so no
// look-up of metatables is needed.
static inline lsl_box *lsl_to_box(lua_State *L, int index) {
  lsl_box *box = (lsl_box *)lua_touserdata(L, index);
  // A light userdata has no length.
  return box != NULL && lua_rawlen(L, index) == sizeof(lsl_box) ? box : NULL;
}

// The three metamethods that each class's metatable gets from here.
void lsl_set_box_metamethods(lua_State *L, lsl_runtime *runtime, int metatable);

// MARK: Waits

// Takes the operation with which a resumed thread has just yielded; NULL when the yield was the
// script's own.
void *lsl_take_operation(lsl_runtime *runtime);

// MARK: Calls that may raise, under protection. Each answers false and pushes nothing on failure.

bool lsl_next(lua_State *L, int table);
void lsl_push_display(lua_State *L, int index);  // luaL_tolstring, or a stand-in if that raises
int lsl_file_descriptor(lua_State *L, int index);  // that of an open file of io's, or -1
void lsl_open_libraries(lsl_runtime *runtime, lua_State *L);
// Whether a file of io.popen is open.
bool lsl_has_pipes(lua_State *L);

// Flushes the open files of io.popen as far as their pipes take it within the time, and closes the pipes
// but not the files; how many there were.
int lsl_hang_up_pipes(lua_State *L, int milliseconds);
bool lsl_collects_garbage(lua_State *L);
void lsl_collect_garbage(lua_State *L, bool does);  // whether the collector runs by itself
bool lsl_dump(lua_State *L, void (*write)(void *context, const void *bytes, size_t count), void *context);

// MARK: Where a script is

typedef struct {
  char source[512];  // as the chunk was named, with its '@' or '='
  int line;
  int first_line, last_line;  // of the function's definition
} lsl_location;

// The nearest Lua frame at or above `level` whose chunk's name does not begin with
// `skipped_prefix` (may be NULL). What has called the skipped chunk `inner` is a callback of the
// skipped chunks, and passed over as well, up to the skipped frame that has called it.
bool lsl_locate(lua_State *L, int level, const char *skipped_prefix, const char *inner,
                lsl_location *location);

// Where the function at an index was defined.
bool lsl_locate_function(lua_State *L, int index, lsl_location *location);

// MARK: Interruption

enum lsl_interrupt_state {
  LSL_CALM = 0,
  LSL_REQUESTED = 1,  // the hook is set and will raise
  LSL_RAISED = 2,     // it has raised once; cleanup code has a short time left
  LSL_STICKY = 3,     // every further line raises, until lsl_calm
  LSL_CLOSING = 4,    // only finalisers run any more, in which no hook does
};

// Makes the runtime the one that this thread's interruptions are for; NULL for none.
void lsl_set_interruptible(lsl_runtime *runtime);

// Interrupts when so many milliseconds have passed, even if Lua never returns; 0 disarms.
// Answers false when the kernel has no timer for us.
bool lsl_set_watchdog(lsl_runtime *runtime, int64_t milliseconds, const char *message);

// Interrupts this thread's runtime now; `exit_status` is for the last resort. Async-signal-safe.
void lsl_interrupt(const char *message, int exit_status);

// If a script still runs two seconds after it was interrupted, say so on the standard error in a
// sentence that begins with `subject`, remove the directory (may be empty) and end the process. With
// an empty subject the script is waited for.
void lsl_set_last_resort(const char *subject, const char *directory);

// Whom the last resort tells besides, as one line of JSON: an object whose `stuck` says why the script
// was interrupted, and whose `file` and `line` where it is. -1 is nobody.
void lsl_set_last_listener(int descriptor);

// Removes the directory of the last resort and ends the process, without a word. Async-signal-safe.
_Noreturn void lsl_end_process(int exit_status);

// What a foreign program has hooked to its main thread. The stock interpreter's Ctrl-C does nothing
// but set a hook there, which a wait would never come to.
const void *lsl_foreign_hook(lsl_runtime *runtime);

// Ends an interruption: scripts run again.
void lsl_calm(lsl_runtime *runtime);

// Leaves what does not come to its end while the state is closed to the last resort.
void lsl_begin_closing(lsl_runtime *runtime);

// MARK: Macros as functions

static inline void lsl_pop(lua_State *L, int count) { lua_settop(L, -count - 1); }
static inline int lsl_registry_index(void) { return LUA_REGISTRYINDEX; }
static inline void lsl_new_table(lua_State *L, int list, int fields) {
  lua_createtable(L, list, fields);
}

#endif
