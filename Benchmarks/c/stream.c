// One way only: the client writes COUNT messages, the server reads until the end.
#include "bench.h"
#include "poller.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

enum { PAUSE_EVERY = 1 << 20 };

static long bytes_sent, bytes_received, bytes_until_pause = -1;
static double started;

static void send_more(struct end *end) {
  static const char *message;
  if (!message) message = stream_message();
  size_t sent = (size_t)(bytes_sent % (long)message_size);
  ssize_t length = write(end->socket, message + sent, message_size - sent);
  if (length < 0 && errno != EAGAIN) fail("write");
  if (length > 0) bytes_sent += length;
  if (bytes_sent < count * (long)message_size) return;
  close(end->socket);
  if (!started) stop_loop();  // the reader is in another process
}

static void rest_when_due(ssize_t length) {
  if (bytes_until_pause < 0) return;
  bytes_until_pause -= length;
  if (bytes_until_pause > 0) return;
  nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  bytes_until_pause = PAUSE_EVERY;
}

static void take_piece(struct end *end) {
  ssize_t length = read_some(end);
  if (length > 0) {
    check_piece(arrived, (size_t)length, bytes_received);
    bytes_received += length;
    rest_when_due(length);
  } else if (length == 0) {
    stop_loop();
  }
}

static void receive(int connection) {
  static struct end server;
  server = (struct end){.socket = connection, .ready = take_piece};
  watch(&server);
  started = now();
}

static void play_client(void) {
  struct end client = {.socket = connect_without_blocking(), .ready = send_more};
  watch_writing(&client);
  run_loop();
}

static void print_result(void) {
  print_rate("rate", bytes_received / (long)message_size, started);
  print_served(bytes_received);
}

static void play_server(void) {
  listen_with(receive);
  print_ready();
  run_loop();
  print_result();
}

static void play_both(void) {
  listen_with(receive);
  started = now();
  play_client();
  print_result();
}

// The reader rests for a millisecond after each MiB, and the driver looks at this process.
static void play_slow(void) {
  bytes_until_pause = PAUSE_EVERY;
  play_both();
  pause_at("finished");
}

int main(int argument_count, char **arguments) {
  return play_role(argument_count, arguments, (struct role[]){
    {"server", play_server}, {"client", play_client}, {"both", play_both}, {"slow", play_slow}, {0},
  });
}
