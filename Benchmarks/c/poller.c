#define _GNU_SOURCE  // accept4
#include "poller.h"

#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

char arrived[65536];
long bytes_echoed;

static int poller = -1;
static int stopped;
static long connections_left;
static int echo_stops_loop;
static struct end listener;
static void (*announce_connection)(int connection);

static void add(struct end *end, unsigned events) {
  if (poller < 0) poller = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event interest = {.events = events, .data.ptr = end};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, end->socket, &interest) != 0) fail("epoll_ctl");
}

void watch(struct end *end) { add(end, EPOLLIN); }

void watch_writing(struct end *end) { add(end, EPOLLOUT); }

void run_loop(void) {
  struct epoll_event events[64];
  while (!stopped) {
    int ready = epoll_wait(poller, events, 64, -1);
    if (ready < 0 && errno != EINTR) fail("epoll_wait");
    for (int index = 0; index < ready; index++) {
      struct end *end = events[index].data.ptr;
      end->ready(end);
    }
  }
  stopped = 0;
}

void stop_loop(void) { stopped = 1; }

static void do_not_block(int socket) {
  if (fcntl(socket, F_SETFL, O_NONBLOCK) != 0) fail("fcntl");
}

static void accept_next(struct end *end) {
  int connection = accept4(end->socket, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (connection >= 0)
    announce_connection(connection);
  else if (errno != EAGAIN)
    fail("accept4");
}

void listen_with(void (*connected)(int connection)) {
  announce_connection = connected;
  listener = (struct end){.socket = listen_at_path(), .ready = accept_next};
  do_not_block(listener.socket);
  watch(&listener);
}

int connect_without_blocking(void) {
  int connection = connect_to_path();  // which never waits where the backlog has room
  do_not_block(connection);
  return connection;
}

ssize_t read_some(struct end *end) {
  ssize_t length = read(end->socket, arrived, sizeof arrived);
  if (length < 0 && errno != EAGAIN) fail("read");
  return length;
}

static void echo(struct end *end) {
  ssize_t length = read_some(end);
  if (length > 0) {
    write_all(end->socket, arrived, (size_t)length);
    bytes_echoed += length;
  } else if (length == 0) {
    close(end->socket);
    free(end);
    if (--connections_left == 0 && echo_stops_loop) stop_loop();
  }
}

static void echo_connection(int connection) {
  struct end *end = malloc(sizeof *end);
  if (!end) fail("malloc");
  *end = (struct end){.socket = connection, .ready = echo};
  watch(end);
}

void serve_echo(long connections, int stops_loop) {
  connections_left = connections;
  echo_stops_loop = stops_loop;
  listen_with(echo_connection);
}

void ask(struct end *client, long round) {
  client->have = 0;
  write_all(client->socket, message_of(round), message_size);
}

int take_reply(struct end *client, long round) {
  ssize_t length = read_some(client);
  if (length == 0) refuse("the server closed");
  if (length < 0) return 0;
  check_reply(arrived, client->have, (size_t)length, round);
  client->have += (unsigned)length;
  return client->have == message_size;
}
