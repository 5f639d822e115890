#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "CProcess.h"

static int prepare(int terminal) {
  struct termios modes;
  struct winsize size = {.ws_row = 24, .ws_col = 80};
  if (tcgetattr(terminal, &modes) != 0) return -1;
  modes.c_lflag &= ~(tcflag_t)ECHO;
  modes.c_oflag &= ~(tcflag_t)ONLCR;
  if (tcsetattr(terminal, TCSANOW, &modes) != 0) return -1;
  return ioctl(terminal, TIOCSWINSZ, &size);
}

static int open_follower(int leader) {
  char name[64];
  if (grantpt(leader) != 0 || unlockpt(leader) != 0) return -1;
  int code = ptsname_r(leader, name, sizeof name);
  if (code != 0) {
    errno = code;
    return -1;
  }
  return open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
}

int cp_open_terminal(int *leader, int *follower) {
  *leader = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (*leader < 0) return -1;
  *follower = open_follower(*leader);
  if (*follower >= 0 && prepare(*follower) == 0) return 0;
  int code = errno;
  if (*follower >= 0) close(*follower);
  close(*leader);
  errno = code;
  return -1;
}
