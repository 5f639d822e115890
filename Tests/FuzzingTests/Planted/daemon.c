// A daemon with one planted bug, by -DBUG=n; with 0 it has none. It speaks lines, and `PUT` with a
// binary body. `planted.lua` fuzzes it, and says what each bug is.

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { LIMIT = 64, ROOM = 8192 };

struct client {
  int descriptor;
  size_t used;
  char buffer[ROOM];
  char *name;
  int is_logged_in, key, count, lock;
};

static struct client *clients[LIMIT];
static int client_count, armed;
static const char *socket_path;
static volatile int sink;

static void reply(struct client *client, const char *text) {
  if (write(client->descriptor, text, strlen(text)) < 0) sink++;
}

// Keeps the compiler from leaving out what nobody reads.
static void consume(const char *bytes, size_t count) {
  for (size_t index = 0; index < count; index++) sink += bytes[index];
}

__attribute__((noinline)) static void crash(void) { abort(); }

static uint32_t crc32_of(const unsigned char *bytes, size_t count) {
  uint32_t value = 0xffffffff;
  for (size_t index = 0; index < count; index++) {
    value ^= bytes[index];
    for (int bit = 0; bit < 8; bit++) value = value & 1 ? value >> 1 ^ 0xedb88320 : value >> 1;
  }
  return ~value;
}

__attribute__((noinline)) static void log_in(struct client *client, const char *name) {
  free(client->name);
  client->name = strdup(name);
  client->is_logged_in = 1;
  reply(client, "OK\n");
}

__attribute__((noinline)) static void log_out(struct client *client) {
  if (BUG == 3 || client->is_logged_in) free(client->name);
  if (BUG != 2 && BUG != 3) client->name = NULL;
  client->is_logged_in = 0;
  reply(client, "OK\n");
}

__attribute__((noinline)) static void who_am_i(struct client *client) {
  if (BUG == 2 ? client->name != NULL : client->is_logged_in) consume(client->name, 1);
  reply(client, client->is_logged_in ? "SOMEBODY\n" : "NOBODY\n");
}

__attribute__((noinline)) static void set_name(struct client *client, const char *text) {
  char name[32];
  size_t size = strlen(text);
  size_t room = BUG == 1 ? size + 1 : size + 1 > sizeof name ? sizeof name : size + 1;
  if (!client->is_logged_in) return reply(client, "DENIED\n");
  memcpy(name, text, room);
  consume(name, room);
  reply(client, "OK\n");
}

__attribute__((noinline)) static void array(struct client *client, const char *text) {
  unsigned count = 0, size = 0;
  if (sscanf(text, "%u %u", &count, &size) != 2 || count > 4096 || size > 4096) {
    return reply(client, "ERROR\n");
  }
  size_t bytes = BUG == 4 ? (uint16_t)(count * size) : (size_t)count * size;
  char *items = malloc(bytes + 1);
  for (unsigned index = 0; index < count; index++) items[(size_t)index * size] = 1;
  consume(items, 1);
  free(items);
  reply(client, "OK\n");
}

__attribute__((noinline)) static void key(struct client *client, const char *text) {
  static const char wanted[] = "q7Zk";
  if (!client->is_logged_in) return reply(client, "DENIED\n");
  if (BUG == 5 && strlen(text) == 4) {
    if (text[0] == wanted[0]) {
      sink++;
      if (text[1] == wanted[1]) {
        sink += 2;
        if (text[2] == wanted[2]) {
          sink += 3;
          if (text[3] == wanted[3]) crash();
        }
      }
    }
  }
  reply(client, "NO\n");
}

__attribute__((noinline)) static void magic(struct client *client, const char *text) {
  uint32_t word = 0;
  if (strlen(text) == 4) memcpy(&word, text, 4);
  if (BUG == 6 && word == 0x6d61672a) crash();  // "*gam"
  reply(client, "NO\n");
}

// A type, the length of the body, the body, its checksum; all numbers big-endian.
__attribute__((noinline)) static void put(struct client *client, const unsigned char *bytes, size_t size) {
  uint32_t sum;
  memcpy(&sum, bytes + size - 4, 4);
  if (crc32_of(bytes, size - 4) != __builtin_bswap32(sum)) return reply(client, "CHECKSUM\n");
  if (BUG == 7 && bytes[0] == 7 && size - 7 > 8) crash();
  reply(client, "STORED\n");
}

__attribute__((noinline)) static void spin(void) {
  for (;;) sink++;
}

__attribute__((noinline)) static void take_lock(struct client *client, int lock) {
  for (int index = 0; index < client_count; index++) {
    struct client *other = clients[index];
    // Each of two waits for what the other has.
    if (BUG == 9 && other != client && other->lock == lock && client->lock) {
      for (;;) pause();
    }
  }
  client->lock = lock;
  reply(client, "LOCKED\n");
}

__attribute__((noinline)) static void error(struct client *client) {
  static char *volatile lost;
  if (BUG == 10) lost = memset(malloc(4096), 1, 4096);
  reply(client, "ERROR\n");
}

__attribute__((noinline)) static void open_file(struct client *client) {
  int file = open("/dev/null", O_RDONLY);
  if (BUG != 11) close(file);
  reply(client, "OPENED\n");
}

__attribute__((noinline)) static void arm(struct client *client) {
  armed = 1;
  reply(client, "ARMED\n");
}

__attribute__((noinline)) static void fire(struct client *client) {
  if (BUG == 13 && armed == 2) crash();
  reply(client, "CLICK\n");
}

__attribute__((noinline)) static void increment(struct client *client) {
  char text[32];
  client->count += BUG == 15 && client->count == 3 ? 2 : 1;
  snprintf(text, sizeof text, "COUNT %d\n", client->count);
  reply(client, text);
}

__attribute__((noinline)) static void where(struct client *client, const char *text) {
  char place[80];
  size_t size = strlen(socket_path) + strlen(text) + 1;
  if (BUG != 18 && size > sizeof place) return reply(client, "LONG\n");
  strcpy(place, socket_path);
  strcat(place, text);
  consume(place, size);
  reply(client, "HERE\n");
}

static int is(const char *line, const char *command, const char **rest) {
  size_t size = strlen(command);
  if (strncmp(line, command, size) != 0) return 0;
  if (line[size] != 0 && line[size] != ' ') return 0;
  *rest = line[size] ? line + size + 1 : line + size;
  return 1;
}

static void handle(struct client *client, const char *line) {
  const char *rest;
  if (is(line, "LOGIN", &rest)) return log_in(client, rest);
  if (is(line, "LOGOUT", &rest)) return log_out(client);
  if (is(line, "WHOAMI", &rest)) return who_am_i(client);
  if (is(line, "NAME", &rest)) return set_name(client, rest);
  if (is(line, "ARRAY", &rest)) return array(client, rest);
  if (is(line, "KEY", &rest)) return key(client, rest);
  if (is(line, "MAGIC", &rest)) return magic(client, rest);
  if (is(line, "LOCK", &rest)) return take_lock(client, atoi(rest) + 1);
  if (is(line, "OPEN", &rest)) return open_file(client);
  if (is(line, "ARM", &rest)) return arm(client);
  if (is(line, "FIRE", &rest)) return fire(client);
  if (is(line, "COUNT", &rest)) return increment(client);
  if (is(line, "WHERE", &rest)) return where(client, rest);
  if (is(line, "NAP", &rest)) {
    if (BUG == 8 && atoi(rest) == 13) spin();
    return reply(client, "AWAKE\n");
  }
  if (is(line, "GET", &rest)) {
    if (BUG == 16 && client->is_logged_in && *rest == 0) crash();
    return reply(client, "VALUE\n");
  }
  if (is(line, "QUIT", &rest)) {
    if (BUG == 17 && atoi(rest) > 99) exit(3);
    return reply(client, "STAY\n");
  }
  if (is(line, "ECHO", &rest)) {
    if (BUG == 19 && atoi(rest) % 7 == 3) return;
    return reply(client, "ECHO\n");
  }
  error(client);
}

// Takes one message out of the buffer; 0 when there is none.
static int take(struct client *client) {
  if (client->used >= 4 && memcmp(client->buffer, "PUT\n", 4) == 0) {
    const unsigned char *bytes = (unsigned char *)client->buffer + 4;
    if (client->used < 7) return 0;
    size_t size = 3 + (bytes[1] << 8 | bytes[2]) + 4;
    if (client->used < 4 + size) return size > ROOM - 8 ? (client->used = 0, 0) : 0;
    put(client, bytes, size);
    client->used -= 4 + size;
    memmove(client->buffer, client->buffer + 4 + size, client->used);
    return 1;
  }
  char *end = memchr(client->buffer, '\n', client->used);
  if (!end) return 0;
  *end = 0;
  handle(client, client->buffer);
  client->used -= (size_t)(end + 1 - client->buffer);
  memmove(client->buffer, end + 1, client->used);
  return 1;
}

static void end(int index) {
  struct client *client = clients[index];
  if (BUG == 14 && client->is_logged_in && client->count > 1) crash();
  if (armed) armed = 2;
  close(client->descriptor);
  if (client->is_logged_in) free(client->name);
  free(client);
  clients[index] = clients[--client_count];
}

static void serve(int index) {
  struct client *client = clients[index];
  ssize_t count = read(client->descriptor, client->buffer + client->used, ROOM - 1 - client->used);
  if (count <= 0) {
    if (BUG == 20 && count == 0 && client->used > 0) crash();
    return end(index);
  }
  client->used += (size_t)count;
  if (BUG == 12 && client->used == 3 && memcmp(client->buffer, "LOG", 3) == 0) crash();
  while (take(client)) {}
  if (client->used > ROOM - 2) client->used = 0;
}

int main(int count, char **arguments) {
  if (count != 2) return 2;
  signal(SIGPIPE, SIG_IGN);
  socket_path = arguments[1];
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, socket_path, sizeof address.sun_path - 1);
  int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 128)) return 2;
  for (;;) {
    struct pollfd events[LIMIT + 1] = {{listener, POLLIN, 0}};
    int known = client_count;
    for (int index = 0; index < known; index++) {
      events[index + 1] = (struct pollfd){clients[index]->descriptor, POLLIN, 0};
    }
    poll(events, (nfds_t)known + 1, -1);
    for (int index = known - 1; index >= 0; index--) {
      if (events[index + 1].revents) serve(index);
    }
    if (events[0].revents && client_count < LIMIT) {
      struct client *client = calloc(1, sizeof *client);
      client->descriptor = accept(listener, NULL, NULL);
      clients[client_count++] = client;
    }
  }
}
