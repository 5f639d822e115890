// What is fuzzed: a server that takes commands, and answers each line with one. It serves until it is
// ended. scripts/bench builds it as it is, with coverage, with the address sanitizer, and with both.
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CONNECTIONS = 64, LONGEST_LINE = 256 };

static struct pollfd watched[1 + CONNECTIONS];
static struct line {
  char bytes[LONGEST_LINE];
  size_t length;
} lines[1 + CONNECTIONS];
static int watched_count;

static _Noreturn void fail(const char *what) {
  perror(what);
  exit(1);
}

static void watch(int descriptor) {
  lines[watched_count].length = 0;
  watched[watched_count++] = (struct pollfd){descriptor, POLLIN, 0};
}

static void forget(int index) {
  close(watched[index].fd);
  watched_count -= 1;
  watched[index] = watched[watched_count];
  lines[index] = lines[watched_count];
}

// The answer to `ADD NUMBER` is the number and one more, that to `ECHO TEXT` the text.
static void answer(int connection, const char *line) {
  char reply[LONGEST_LINE + 1];
  if (strncmp(line, "ADD ", 4) == 0)
    snprintf(reply, sizeof reply, "%ld\n", atol(line + 4) + 1);
  else if (strncmp(line, "ECHO ", 5) == 0)
    snprintf(reply, sizeof reply, "%s\n", line + 5);
  else
    strcpy(reply, "ERROR\n");
  if (send(connection, reply, strlen(reply), MSG_NOSIGNAL) < 0 && errno != EPIPE) fail("send");
}

static void take_lines(int connection, struct line *line) {
  char *end;
  while ((end = memchr(line->bytes, '\n', line->length))) {
    *end = 0;
    answer(connection, line->bytes);
    line->length -= (size_t)(end + 1 - line->bytes);
    memmove(line->bytes, end + 1, line->length);
  }
}

static void serve(int index) {
  struct line *line = &lines[index];
  int connection = watched[index].fd;
  ssize_t length = read(connection, line->bytes + line->length, sizeof line->bytes - line->length);
  if (length <= 0) {
    forget(index);
    return;
  }
  line->length += (size_t)length;
  take_lines(connection, line);
  if (line->length == sizeof line->bytes) forget(index);
}

static int listen_at(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0) fail("socket");
  if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0) fail("bind");
  if (listen(listener, SOMAXCONN) != 0) fail("listen");
  return listener;
}

int main(int argument_count, char **arguments) {
  if (argument_count != 2) return 2;
  watch(listen_at(arguments[1]));
  for (;;) {
    if (poll(watched, (nfds_t)watched_count, -1) < 0) fail("poll");
    for (int index = watched_count - 1; index > 0; index--) {
      if (watched[index].revents) serve(index);
    }
    if (watched[0].revents && watched_count <= CONNECTIONS) {
      int connection = accept(watched[0].fd, NULL, NULL);
      if (connection < 0) fail("accept");
      watch(connection);
    }
  }
}
