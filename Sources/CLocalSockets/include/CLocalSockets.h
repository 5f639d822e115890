// What Swift's Glibc module lacks. This header must not define _GNU_SOURCE: the Glibc module is
// built without it, and two shapes of one system type cannot be imported side by side.

#ifndef CLOCALSOCKETS_H
#define CLOCALSOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

/// accept4(2) without the peer's address: the new descriptor is non-blocking and close-on-exec.
int ls_accept(int listener);

/// SO_PEERCRED (unix(7)): 0 and the peer's identity at the time of its connect or listen, or -1.
int ls_peer_credentials(int descriptor, pid_t *pid, uid_t *uid, gid_t *gid);

/// The most descriptors that one message carries: SCM_MAX_FD (unix(7)).
#define LS_DESCRIPTOR_LIMIT 253

/// What came beside the bytes of one receive. Nothing in it is cleared between receives: `is_empty`
/// says whether there is anything to look at.
struct ls_envelope {
  bool is_empty;
  int flags;
  size_t control_length;
  socklen_t sender_length;
  struct sockaddr_un sender;
  /// Room for the most descriptors, credentials and a time; of words, because headers are aligned.
  size_t control[137];
};

/// recvmsg(2) without the sender: received descriptors are close-on-exec.
ssize_t ls_receive(int descriptor, void *space, size_t size, struct ls_envelope *envelope);

/// recvmsg(2) of one message with its sender; the result is the message's whole length, also when
/// it was cut to the space (MSG_TRUNC).
ssize_t ls_receive_message(int descriptor, void *space, size_t size, struct ls_envelope *envelope);

/// The SCM_CREDENTIALS of an envelope; false when it has none.
bool ls_credentials(const struct ls_envelope *envelope, pid_t *pid, uid_t *uid, gid_t *gid);

/// Copies the SCM_RIGHTS of an envelope to a place for LS_DESCRIPTOR_LIMIT numbers and returns
/// their count.
size_t ls_descriptors(const struct ls_envelope *envelope, int *numbers);

/// sendmsg(2) without SIGPIPE; an address of NULL is the peer's.
ssize_t ls_send_message(int descriptor, const void *bytes, size_t count,
                        const struct sockaddr *address, socklen_t address_length,
                        const int *numbers, size_t number_count);

/// sendmsg(2) of bytes from two places, without SIGPIPE.
ssize_t ls_send_both(int descriptor, const void *bytes, size_t count, const void *behind,
                     size_t count_behind);

/// open(2) with O_PATH and O_CLOEXEC: a descriptor that stands for a place in the file system.
int ls_open_path(const char *path, int flags);

/// sched_getaffinity(2): how many processors the calling thread may run on, or -1.
int ls_usable_processor_count(void);

/// memfd_create(2): a file in memory, close-on-exec.
int ls_memory_file(void);

/// fallocate(2) with FALLOC_FL_PUNCH_HOLE: gives back the blocks of a part of a file.
int ls_punch_hole(int descriptor, off_t start, off_t length);

#endif
