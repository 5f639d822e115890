#ifndef CFUZZING_H
#define CFUZZING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "CPrelude.h"

// What is embedded

/// What fuzzing adds to the prelude.
struct prelude_sources fuzzing_sources(void);

/// The C source that makes a target write its coverage, which users compile.
const struct prelude_chunk *fuzzing_shim(void);

// The target as the kernel shows it

/// How busy the threads of a process are.
enum cf_activity { CF_GONE, CF_ASLEEP, CF_RUNNING, CF_STOPPED };

/// Looks at every thread of a process: it is asleep if all are (proc(5), `/proc/PID/task/TID/stat`).
///
/// What a sleeping thread is sent wakes it before the sender goes on, so one that has only one thread and
/// is asleep has done with all that it was sent. Several are looked at twice, as each may have woken
/// one that was looked at before it.
enum cf_activity cf_activity_of(pid_t pid);

/// The time that a process has used of processors, in clock ticks; -1 if it is gone.
long long cf_processor_time(pid_t pid);

/// The memory that a process has resident, in bytes; -1 if it is gone.
long long cf_resident_bytes(pid_t pid);

/// The bytes that a peer has not read yet, by SIOCOUTQ (unix(7)); -1 where that cannot be told.
int cf_unread_by_peer(int descriptor);

/// Sleeps for so many microseconds, with everything else in this process (nanosleep(2)); 0 only lets
/// others use the processor (sched_yield(2)).
void cf_pause(int microseconds);

// Campaigns beside each other

/// How taking a lock went: by this process, by another before, or not at all.
enum cf_lock_result { CF_TAKEN, CF_HELD, CF_UNLOCKABLE };

/// Locks a file until this process has ended (flock(2)), alone or with others that share it; makes the
/// file where it is not there.
enum cf_lock_result cf_lock(const char *path, bool is_shared);

// Coverage

/// A map that a target counts its edges in, in shared memory, and what was seen in it so far.
struct cf_coverage {
  int identifier;
  uint8_t *map;
  /// What of each edge was not seen yet, by the classes of its count: nothing is left of one whose
  /// count varies without a reason.
  uint8_t *virgin;
  size_t size;
};

/// What a case has added.
struct cf_novelty {
  size_t edges;
  size_t counts;
};

/// Makes a map (shmget(2)), which is gone as soon as nobody is attached to it.
bool cf_coverage_make(struct cf_coverage *coverage, size_t size);

/// Lets go of a map.
void cf_coverage_drop(struct cf_coverage *coverage);

/// Sets all counts to 0.
void cf_coverage_reset(struct cf_coverage *coverage);

/// Compares the map with what was seen; with `keeps` that is seen from now on.
struct cf_novelty cf_coverage_judge(struct cf_coverage *coverage, bool keeps);

/// Copies the counts as classes to `classes`, of the map's size.
void cf_coverage_classes(const struct cf_coverage *coverage, uint8_t *classes);

/// Masks edges whose class differs from `classes`: they are known, and nothing of them is ever new.
///
/// Returns how many were not masked before.
size_t cf_coverage_mask(struct cf_coverage *coverage, const uint8_t *classes);

/// How many edges were ever passed.
size_t cf_coverage_known(const struct cf_coverage *coverage);

#endif
