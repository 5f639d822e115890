#include "bench.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

const char *path;
size_t message_size;
long count;

enum { STREAM_PERIOD = 251 };  // a prime, so that no power of two shifts the stream onto itself

_Noreturn void fail(const char *what) {
  perror(what);
  exit(1);
}

_Noreturn void refuse(const char *what) {
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static long parse_number(const char *text, long least, long limit) {
  char *end;
  long number = strtol(text, &end, 10);
  if (*end != 0 || number < least || number > limit) refuse("not such a number");
  return number;
}

int play_role(int argument_count, char **arguments, const struct role *roles) {
  if (argument_count != 5) refuse("usage: ROLE PATH SIZE COUNT");
  path = arguments[2];
  message_size = (size_t)parse_number(arguments[3], 0, LARGEST_MESSAGE);
  count = parse_number(arguments[4], 1, LONG_MAX);
  for (; roles->name; roles++) {
    if (strcmp(roles->name, arguments[1]) != 0) continue;
    roles->play();
    return 0;
  }
  refuse("no such role");
}

static struct sockaddr_un address_of_path(void) {
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

int listen_at_path(void) {
  int listener = stream_socket();
  struct sockaddr_un address = address_of_path();
  if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0) fail("bind");
  if (listen(listener, SOMAXCONN) != 0) fail("listen");
  return listener;
}

int accept_one(int listener) {
  int connection = accept(listener, NULL, NULL);
  if (connection < 0) fail("accept");
  close(listener);
  return connection;
}

int connect_to_path(void) {
  int connection = stream_socket();
  struct sockaddr_un address = address_of_path();
  if (connect(connection, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
  return connection;
}

const char *message_of(long round) {
  static char messages[2][LARGEST_MESSAGE];
  if (messages[0][0] == 0) {
    memset(messages[0], 'a', message_size);
    memset(messages[1], 'b', message_size);
  }
  return messages[round & 1];
}

void check_reply(const char *bytes, size_t offset, size_t length, long round) {
  if (offset + length <= message_size &&
      memcmp(bytes, message_of(round) + offset, length) == 0)
    return;
  refuse("a reply is not what was sent");
}

const char *stream_message(void) {
  static char message[LARGEST_MESSAGE];
  for (size_t index = 0; index < message_size; index++)
    message[index] = (char)(index % STREAM_PERIOD);
  return message;
}

static unsigned char stream_byte(long position) {
  return (unsigned char)(position % (long)message_size % STREAM_PERIOD);
}

void check_piece(const char *bytes, size_t length, long position) {
  if ((unsigned char)bytes[0] != stream_byte(position) ||
      (unsigned char)bytes[length - 1] != stream_byte(position + (long)length - 1))
    refuse("a piece of the stream is not what was sent");
}

int read_message(int socket, char *message) {
  size_t have = 0;
  while (have < message_size) {
    ssize_t length = read(socket, message + have, message_size - have);
    if (length < 0) fail("read");
    if (length == 0) return 0;
    have += (size_t)length;
  }
  return 1;
}

void write_all(int socket, const char *bytes, size_t length) {
  // So little is in flight where this is used that a write is never short, blocking or not.
  if (write(socket, bytes, length) != (ssize_t)length) fail("write");
}

double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

void print_ready(void) {
  puts("ready");
  fflush(stdout);
}

void print_rate(const char *word, long operations, double started) {
  printf("%s %.2f\n", word, (double)operations / (now() - started));
}

void print_served(long amount) { printf("served %ld\n", amount); }

void pause_at(const char *word) {
  puts(word);
  fflush(stdout);
  if (getchar() != '\n') refuse("the driver has gone");
}
