// Connections one after another. With messages of SIZE bytes, each sends one, reads its echo, and
// closes; with SIZE 0 the server closes at once and the client notices.
#include "bench.h"
#include "poller.h"

#include <unistd.h>

static long conversation, connections_closed;
static int has_server;
static struct end client;

static void begin_next(void) {
  client.socket = connect_without_blocking();
  watch(&client);
  if (message_size > 0) ask(&client, conversation);
}

static int is_over(void) {
  if (message_size > 0) return take_reply(&client, conversation);
  ssize_t length = read_some(&client);
  if (length > 0) refuse("bytes that nobody sent");
  return length == 0;
}

static void converse(struct end *end) {
  if (!is_over()) return;
  close(end->socket);
  if (++conversation == count)
    stop_loop();
  else
    begin_next();
}

static void play_client(void) {
  client.ready = converse;
  double started = now();
  begin_next();
  run_loop();
  print_rate("rate", count, started);
}

static void close_at_once(int connection) {
  close(connection);
  if (++connections_closed == count && !has_server) stop_loop();
}

static void serve(int stops_loop) {
  has_server = !stops_loop;
  if (message_size > 0)
    serve_echo(count, stops_loop);
  else
    listen_with(close_at_once);
}

static void play_server(void) {
  serve(1);
  print_ready();
  run_loop();
  print_served(message_size > 0 ? bytes_echoed : connections_closed);
}

static void play_both(void) {
  serve(0);
  play_client();
}

int main(int argument_count, char **arguments) {
  return play_role(argument_count, arguments, (struct role[]){
    {"server", play_server}, {"client", play_client}, {"both", play_both}, {0},
  });
}
