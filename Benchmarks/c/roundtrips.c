// Messages to and fro over one connection.
#include "bench.h"
#include "poller.h"

static long round_now;

static void take_and_ask_again(struct end *client) {
  if (!take_reply(client, round_now)) return;
  if (++round_now == count)
    stop_loop();
  else
    ask(client, round_now);
}

static void play_client(void) {
  struct end client = {.socket = connect_without_blocking(), .ready = take_and_ask_again};
  watch(&client);
  double started = now();
  ask(&client, 0);
  run_loop();
  print_rate("rate", count, started);
}

static void play_server(void) {
  serve_echo(1, 1);
  print_ready();
  run_loop();
  print_served(bytes_echoed);
}

static void play_both(void) {
  serve_echo(1, 0);
  play_client();
}

int main(int argument_count, char **arguments) {
  return play_role(argument_count, arguments, (struct role[]){
    {"server", play_server}, {"client", play_client}, {"both", play_both}, {0},
  });
}
