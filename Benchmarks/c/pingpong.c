#include "pingpong.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

size_t message_size;

_Noreturn void fail(const char *what) {
  perror(what);
  exit(1);
}

static struct sockaddr_un address_of(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    fail(path);
  }
  strcpy(address.sun_path, path);
  return address;
}

static int stream_socket(void) {
  int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) fail("socket");
  return descriptor;
}

int listen_at(const char *path) {
  int listener = stream_socket();
  struct sockaddr_un address = address_of(path);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0) fail("bind");
  if (listen(listener, 1) != 0) fail("listen");
  return listener;
}

int accept_one(int listener) {
  int connection = accept(listener, NULL, NULL);
  if (connection < 0) fail("accept");
  close(listener);
  return connection;
}

int connect_to(const char *path) {
  int connection = stream_socket();
  struct sockaddr_un address = address_of(path);
  if (connect(connection, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
  return connection;
}

void announce_ready(void) {
  puts("ready");
  fflush(stdout);
}

const char *message_of(long round) {
  static char messages[2][LARGEST_MESSAGE];
  if (messages[0][0] == 0) {
    memset(messages[0], 'a', message_size);
    memset(messages[1], 'b', message_size);
  }
  return messages[round & 1];
}

void check_reply(const char *reply, long round) {
  if (memcmp(reply, message_of(round), message_size) == 0) return;
  fprintf(stderr, "round %ld: the reply is not what was sent\n", round);
  exit(1);
}

int read_message(int socket, char *message) {
  size_t have = 0;
  while (have < message_size) {
    ssize_t count = read(socket, message + have, message_size - have);
    if (count < 0) fail("read");
    if (count == 0) return 0;
    have += (size_t)count;
  }
  return 1;
}

void write_message(int socket, const char *message) {
  // A blocking write of so little is never short, and the programs keep one message in flight.
  if (write(socket, message, message_size) != (ssize_t)message_size) fail("write");
}

static long parse_number(const char *what, const char *text, long limit) {
  char *end;
  long number = strtol(text, &end, 10);
  if (*end == 0 && number > 0 && number <= limit) return number;
  fprintf(stderr, "not a %s: %s\n", what, text);
  exit(2);
}

long parse_rounds(const char *text) { return parse_number("count of rounds", text, LONG_MAX); }

void set_message_size(const char *text) {
  message_size = (size_t)parse_number("size of messages", text, LARGEST_MESSAGE);
}

double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

void print_rate(long rounds, double started) {
  printf("rate %.0f\n", (double)rounds / (now() - started));
}

void print_echoed(long bytes) { printf("echoed %ld\n", bytes); }
