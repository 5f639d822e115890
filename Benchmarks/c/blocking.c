// Messages to and fro between two processes with blocking calls: what no event loop can undercut
// without spinning.
#include "bench.h"

static void play_server(void) {
  int listener = listen_at_path();
  print_ready();
  int connection = accept_one(listener);
  long bytes = 0;
  for (char message[LARGEST_MESSAGE]; read_message(connection, message);
       bytes += (long)message_size)
    write_all(connection, message, message_size);
  print_served(bytes);
}

static void play_client(void) {
  int connection = connect_to_path();
  double started = now();
  for (long round = 0; round < count; round++) {
    char reply[LARGEST_MESSAGE];
    write_all(connection, message_of(round), message_size);
    if (!read_message(connection, reply)) refuse("the server closed");
    check_reply(reply, 0, message_size, round);
  }
  print_rate("rate", count, started);
}

int main(int argument_count, char **arguments) {
  return play_role(argument_count, arguments, (struct role[]){
    {"server", play_server}, {"client", play_client}, {0},
  });
}
