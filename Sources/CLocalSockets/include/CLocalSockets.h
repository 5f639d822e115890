// What Swift's Glibc module lacks. This header must not define _GNU_SOURCE: the Glibc module is
// built without it, and two shapes of one system type cannot be imported side by side.

#ifndef CLOCALSOCKETS_H
#define CLOCALSOCKETS_H

#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/types.h>

/// accept4(2) without the peer's address: the new descriptor is non-blocking and close-on-exec.
int ls_accept(int listener);

/// SO_PEERCRED (unix(7)): 0 and the peer's identity at the time of its connect or listen, or -1.
int ls_peer_credentials(int descriptor, pid_t *pid, uid_t *uid, gid_t *gid);

#endif
