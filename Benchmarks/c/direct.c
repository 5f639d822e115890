// Messages to and fro with both ends in one thread, each reading when it knows that a message is
// there: the floor of the four system calls alone.
#include "bench.h"

static void play_both(void) {
  int listener = listen_at_path();
  int client = connect_to_path();
  int server = accept_one(listener);
  double started = now();
  for (long round = 0; round < count; round++) {
    char message[LARGEST_MESSAGE];
    write_all(client, message_of(round), message_size);
    if (!read_message(server, message)) refuse("the client closed");
    write_all(server, message, message_size);
    if (!read_message(client, message)) refuse("the server closed");
    check_reply(message, 0, message_size, round);
  }
  print_rate("rate", count, started);
}

int main(int argument_count, char **arguments) {
  return play_role(argument_count, arguments, (struct role[]){{"both", play_both}, {0}});
}
