// Round trips with non-blocking sockets that wait in epoll: what an event loop can reach.
#include "pingpong.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

// One end of a connection. The client's sends a message a round, the server's echoes.
struct end {
  int socket;
  size_t have;  // bytes of the message that is being read
  char message[LARGEST_MESSAGE];
  void (*received)(struct end *end);
};

static int poller;
static int finished;
static long rounds_wanted, round_now, bytes_echoed;

static void watch(struct end *end) {
  if (fcntl(end->socket, F_SETFL, O_NONBLOCK) != 0) fail("fcntl");
  struct epoll_event interest = {.events = EPOLLIN, .data.ptr = end};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, end->socket, &interest) != 0) fail("epoll_ctl");
}

// Takes what has arrived; level-triggered, so one read an event is enough.
static void read_some(struct end *end) {
  ssize_t count = read(end->socket, end->message + end->have, message_size - end->have);
  if (count < 0 && errno == EAGAIN) return;
  if (count < 0) fail("read");
  if (count == 0) {
    finished = 1;
    return;
  }
  end->have += (size_t)count;
  if (end->have < message_size) return;
  end->have = 0;
  end->received(end);
}

static void run_loop(void) {
  struct epoll_event events[2];
  while (!finished) {
    int count = epoll_wait(poller, events, 2, -1);
    if (count < 0 && errno != EINTR) fail("epoll_wait");
    for (int index = 0; index < count; index++) read_some(events[index].data.ptr);
  }
}

static void echo(struct end *end) {
  write_message(end->socket, end->message);
  bytes_echoed += (long)message_size;
}

static void check_and_ask_again(struct end *end) {
  check_reply(end->message, round_now);
  round_now++;
  if (round_now == rounds_wanted)
    finished = 1;
  else
    write_message(end->socket, message_of(round_now));
}

static void ask(struct end *client) {
  double started = now();
  write_message(client->socket, message_of(0));
  run_loop();
  if (round_now != rounds_wanted) fail("the server closed");
  print_rate(rounds_wanted, started);
}

static void serve(const char *path) {
  int listener = listen_at(path);
  announce_ready();
  struct end server = {.socket = accept_one(listener), .received = echo};
  watch(&server);
  run_loop();
  print_echoed(bytes_echoed);
}

static void play_client(const char *path) {
  struct end client = {.socket = connect_to(path), .received = check_and_ask_again};
  watch(&client);
  ask(&client);
}

static void play_both(const char *path) {
  int listener = listen_at(path);
  struct end client = {.socket = connect_to(path), .received = check_and_ask_again};
  struct end server = {.socket = accept_one(listener), .received = echo};
  watch(&client);
  watch(&server);
  ask(&client);
}

int main(int count, char **arguments) {
  const char *role = count > 2 ? arguments[1] : "";
  poller = epoll_create1(EPOLL_CLOEXEC);
  if (poller < 0) fail("epoll_create1");
  if (count > 3) set_message_size(arguments[3]);
  if (count == 5) rounds_wanted = parse_rounds(arguments[4]);
  if (count == 4 && strcmp(role, "server") == 0) {
    serve(arguments[2]);
  } else if (count == 5 && strcmp(role, "client") == 0) {
    play_client(arguments[2]);
  } else if (count == 5 && strcmp(role, "both") == 0) {
    play_both(arguments[2]);
  } else {
    fputs("usage: epoll server PATH SIZE | client PATH SIZE ROUNDS | both PATH SIZE ROUNDS\n", stderr);
    return 2;
  }
}
