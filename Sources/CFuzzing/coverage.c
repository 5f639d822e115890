#include "CFuzzing.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>

// The first ids of AFL's runtime are its own.
enum { first_edge = 5 };

bool cf_coverage_make(struct cf_coverage *coverage, size_t size) {
  memset(coverage, 0, sizeof *coverage);
  // Whole words are scanned.
  size = (size + 63) / 64 * 64;
  int identifier = shmget(IPC_PRIVATE, size, IPC_CREAT | IPC_EXCL | 0600);
  if (identifier < 0) return false;
  void *map = shmat(identifier, NULL, 0);
  // Linux lets others attach a segment that is marked for removal while somebody holds it (shmctl(2)),
  // so nothing stays when this process is killed.
  shmctl(identifier, IPC_RMID, NULL);
  if (map == (void *)-1) return false;
  uint8_t *virgin = malloc(size);
  if (!virgin) {
    shmdt(map);
    return false;
  }
  memset(virgin, 0xff, size);
  memset(map, 0, size);
  *coverage = (struct cf_coverage){identifier, map, virgin, size};
  return true;
}

void cf_coverage_drop(struct cf_coverage *coverage) {
  if (coverage->map) shmdt(coverage->map);
  free(coverage->virgin);
  memset(coverage, 0, sizeof *coverage);
}

void cf_coverage_reset(struct cf_coverage *coverage) {
  memset(coverage->map, 0, coverage->size);
}

// Counts that differ a little are the same: 1, 2, 3, 4 to 7, 8 to 15, 16 to 31, 32 to 127, 128 up.
static uint8_t class_of(uint8_t count) {
  if (count < 3) return count;
  if (count == 3) return 4;
  if (count < 8) return 8;
  if (count < 16) return 16;
  if (count < 32) return 32;
  return count < 128 ? 64 : 128;
}

static void judge_byte(
  struct cf_coverage *coverage, size_t index, bool keeps, struct cf_novelty *novelty
) {
  uint8_t count = coverage->map[index];
  if (!count || index < first_edge) return;
  uint8_t fresh = coverage->virgin[index] & class_of(count);
  if (!fresh) return;
  if (coverage->virgin[index] == 0xff) novelty->edges += 1; else novelty->counts += 1;
  if (keeps) coverage->virgin[index] &= (uint8_t)~fresh;
}

// Most of a map is empty: a line of the processor's cache at a time.
static bool is_passed(const uint8_t *line) {
  uint64_t words[8], any = 0;
  memcpy(words, line, sizeof words);
  for (size_t index = 0; index < 8; index += 1) any |= words[index];
  return any != 0;
}

struct cf_novelty cf_coverage_judge(struct cf_coverage *coverage, bool keeps) {
  struct cf_novelty novelty = {0};
  for (size_t line = 0; line < coverage->size; line += 64) {
    if (!is_passed(coverage->map + line)) continue;
    for (size_t index = line; index < line + 64; index += 1) {
      judge_byte(coverage, index, keeps, &novelty);
    }
  }
  return novelty;
}

void cf_coverage_classes(const struct cf_coverage *coverage, uint8_t *classes) {
  for (size_t index = 0; index < coverage->size; index += 1) {
    classes[index] = class_of(coverage->map[index]);
  }
}

size_t cf_coverage_mask(struct cf_coverage *coverage, const uint8_t *classes) {
  size_t masked = 0;
  for (size_t index = first_edge; index < coverage->size; index += 1) {
    if (class_of(coverage->map[index]) == classes[index] || !coverage->virgin[index]) continue;
    coverage->virgin[index] = 0;
    masked += 1;
  }
  return masked;
}

size_t cf_coverage_known(const struct cf_coverage *coverage) {
  size_t known = 0;
  for (size_t index = first_edge; index < coverage->size; index += 1) {
    known += coverage->virgin[index] != 0xff;
  }
  return known;
}
