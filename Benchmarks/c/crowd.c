// COUNT connections at once with both ends in this process: their memory, how fast they are made,
// and echoes on all of them at once.
#include "bench.h"
#include "poller.h"

#include <stdlib.h>

enum { ECHOES = 9900, CONNECTED_AT_ONCE = 50 };

static struct end *clients;
static long connected, accepted, replies, round_now;

static void ask_all(void) {
  replies = 0;
  for (long index = 0; index < count; index++) ask(&clients[index], round_now);
}

static void take_and_ask_again(struct end *client) {
  if (!take_reply(client, round_now)) return;
  if (++replies < count) return;
  if (++round_now < ECHOES / count)
    ask_all();
  else
    stop_loop();
}

static void echo(struct end *end) {
  ssize_t length = read_some(end);
  if (length > 0) write_all(end->socket, arrived, (size_t)length);
}

static void connect_some(void) {
  for (int left = CONNECTED_AT_ONCE; left > 0 && connected < count; left--) {
    struct end *client = &clients[connected++];
    *client = (struct end){.socket = connect_without_blocking(), .ready = take_and_ask_again};
    watch(client);
  }
}

static void take_connection(int connection) {
  struct end *server = malloc(sizeof *server);
  if (!server) fail("malloc");
  *server = (struct end){.socket = connection, .ready = echo};
  watch(server);
  if (++accepted == count)
    stop_loop();
  else if (accepted == connected)
    connect_some();
}

static void play_both(void) {
  clients = malloc((size_t)count * sizeof *clients);
  if (!clients) fail("malloc");
  listen_with(take_connection);
  pause_at("idle");
  double started = now();
  connect_some();
  run_loop();
  print_rate("connect", count, started);
  pause_at("connected");
  started = now();
  ask_all();
  run_loop();
  print_rate("echo", round_now * count, started);
}

int main(int argument_count, char **arguments) {
  return play_role(argument_count, arguments, (struct role[]){{"both", play_both}, {0}});
}
