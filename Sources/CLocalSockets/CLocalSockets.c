#define _GNU_SOURCE
#include "CLocalSockets.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>

int ls_accept(int listener) {
  return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int ls_peer_credentials(int descriptor, pid_t *pid, uid_t *uid, gid_t *gid) {
  struct ucred credentials;
  socklen_t length = sizeof credentials;
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) return -1;
  *pid = credentials.pid;
  *uid = credentials.uid;
  *gid = credentials.gid;
  return 0;
}

_Static_assert(sizeof(((struct ls_envelope *)0)->control) >=
                   CMSG_SPACE(LS_DESCRIPTOR_LIMIT * sizeof(int)) +
                       CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(sizeof(struct timeval)),
               "the envelope holds all that can come at once");

static inline ssize_t receive(int descriptor, void *space, size_t size, int flags,
                              struct msghdr *header, struct ls_envelope *envelope) {
  struct iovec part = {.iov_base = space, .iov_len = size};
  header->msg_iov = &part;
  header->msg_iovlen = 1;
  header->msg_control = envelope->control;
  header->msg_controllen = sizeof envelope->control;
  ssize_t count = recvmsg(descriptor, header, flags | MSG_CMSG_CLOEXEC);
  envelope->flags = header->msg_flags & (MSG_CTRUNC | MSG_TRUNC);
  envelope->control_length = header->msg_controllen;
  envelope->is_empty = count < 0 || (header->msg_controllen == 0 && envelope->flags == 0);
  return count;
}

ssize_t ls_receive(int descriptor, void *space, size_t size, struct ls_envelope *envelope) {
  struct msghdr header = {0};
  return receive(descriptor, space, size, 0, &header, envelope);
}

ssize_t ls_receive_message(int descriptor, void *space, size_t size,
                           struct ls_envelope *envelope) {
  struct msghdr header = {.msg_name = &envelope->sender, .msg_namelen = sizeof envelope->sender};
  ssize_t count = receive(descriptor, space, size, MSG_TRUNC, &header, envelope);
  envelope->sender_length = count < 0 ? 0 : header.msg_namelen;
  return count;
}

/// Finds the first part of an envelope that is of a type, or NULL.
static struct cmsghdr *find(const struct ls_envelope *envelope, int type, struct msghdr *header) {
  header->msg_control = (void *)envelope->control;
  header->msg_controllen = envelope->control_length;
  struct cmsghdr *part = CMSG_FIRSTHDR(header);
  while (part && (part->cmsg_level != SOL_SOCKET || part->cmsg_type != type)) {
    part = CMSG_NXTHDR(header, part);
  }
  return part;
}

bool ls_credentials(const struct ls_envelope *envelope, pid_t *pid, uid_t *uid, gid_t *gid) {
  struct msghdr header = {0};
  struct cmsghdr *part = find(envelope, SCM_CREDENTIALS, &header);
  if (!part) return false;
  struct ucred credentials;
  memcpy(&credentials, CMSG_DATA(part), sizeof credentials);
  *pid = credentials.pid;
  *uid = credentials.uid;
  *gid = credentials.gid;
  return true;
}

size_t ls_descriptors(const struct ls_envelope *envelope, int *numbers) {
  struct msghdr header = {0};
  struct cmsghdr *part = find(envelope, SCM_RIGHTS, &header);
  if (!part) return 0;
  size_t size = part->cmsg_len - CMSG_LEN(0);
  memcpy(numbers, CMSG_DATA(part), size);
  return size / sizeof(int);
}

ssize_t ls_send_message(int descriptor, const void *bytes, size_t count,
                        const struct sockaddr *address, socklen_t address_length,
                        const int *numbers, size_t number_count) {
  size_t control[CMSG_SPACE(LS_DESCRIPTOR_LIMIT * sizeof(int)) / sizeof(size_t)];
  struct iovec part = {.iov_base = (void *)bytes, .iov_len = count};
  struct msghdr header = {
      .msg_name = (void *)address, .msg_namelen = address_length, .msg_iov = &part, .msg_iovlen = 1};
  if (number_count > 0) {
    header.msg_control = control;
    header.msg_controllen = CMSG_SPACE(number_count * sizeof(int));
    memset(control, 0, header.msg_controllen);
    struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(number_count * sizeof(int));
    memcpy(CMSG_DATA(rights), numbers, number_count * sizeof(int));
  }
  return sendmsg(descriptor, &header, MSG_NOSIGNAL);
}

ssize_t ls_send_both(int descriptor, const void *bytes, size_t count, const void *behind,
                     size_t count_behind) {
  struct iovec parts[] = {{.iov_base = (void *)bytes, .iov_len = count},
                          {.iov_base = (void *)behind, .iov_len = count_behind}};
  struct msghdr header = {.msg_iov = parts, .msg_iovlen = 2};
  return sendmsg(descriptor, &header, MSG_NOSIGNAL);
}

int ls_open_path(const char *path, int flags) { return open(path, O_PATH | O_CLOEXEC | flags); }

int ls_usable_processor_count(void) {
  // The call fails where the kernel knows of more processors than the set has room for.
  cpu_set_t sets[8];
  if (sched_getaffinity(0, sizeof sets, sets) != 0) return -1;
  return CPU_COUNT_S(sizeof sets, sets);
}

int ls_memory_file(void) { return memfd_create("parley-log", MFD_CLOEXEC); }

int ls_punch_hole(int descriptor, off_t start, off_t length) {
  return fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, start, length);
}

