// The memory of a state of ours.

#ifndef LSL_MEMORY_H
#define LSL_MEMORY_H

#include <stddef.h>

enum {
  LSL_SIZE_STEP = 16,     // sizes of small blocks are rounded up to a multiple of this
  LSL_SMALL_SIZE = 512,   // the largest small block, in bytes
  LSL_CHUNK_SIZE = 1 << 15,
};

typedef struct lsl_free_block {
  struct lsl_free_block *next;
} lsl_free_block;

typedef struct lsl_chunk lsl_chunk;

// What comes before each large block.
typedef struct lsl_large_block {
  struct lsl_large_block *next, *previous;
} lsl_large_block;

// Small blocks are cut from chunks, and what is freed waits for a block of its size; so neither takes
// more than a few instructions. A chunk is given back when the state is closed, and large blocks are
// known, so that what is held then need not be given back one by one. All zeros is empty.
typedef struct {
  lsl_free_block *free_blocks[LSL_SMALL_SIZE / LSL_SIZE_STEP];
  lsl_large_block *large_blocks;
  char *rest;  // of the newest chunk
  size_t rest_size;
  lsl_chunk *chunks;
  size_t held;  // what was taken from the system: large blocks, and chunks whether used or not
} lsl_memory;

// As realloc, but sizes are those that were asked for, a block of size 0 is NULL, and a new size of 0
// frees the block. Answers NULL, and leaves the block, where more than the limit would be held or the
// machine has no memory; what makes a block no larger has to be given no limit.
void *lsl_resize(lsl_memory *memory, void *block, size_t old_size, size_t new_size, size_t limit);

// A new block of a size of which one waits, as most do; else NULL, where lsl_resize helps.
static inline void *lsl_reuse(lsl_memory *memory, size_t size) {
  size_t step = (size - 1) / LSL_SIZE_STEP;
  if (step >= LSL_SMALL_SIZE / LSL_SIZE_STEP) return NULL;  // also for a size of 0
  lsl_free_block *block = memory->free_blocks[step];
  if (block != NULL) memory->free_blocks[step] = block->next;
  return block;
}

// Gives everything back; no block is left.
void lsl_free_all(lsl_memory *memory);

#endif
