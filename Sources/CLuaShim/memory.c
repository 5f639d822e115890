// Blocks for Lua, most of which are small and many of which live as long as their state.

#include "memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(lsl_large_block) % LSL_SIZE_STEP == 0, "blocks are aligned as malloc's are");

struct lsl_chunk {
  lsl_chunk *next;
  _Alignas(LSL_SIZE_STEP) char bytes[];
};

// The address sanitizer is to know every block.
#if __has_feature(address_sanitizer)
static const size_t largest_small_size = 0;
#else
static const size_t largest_small_size = LSL_SMALL_SIZE;
#endif

static bool is_small(size_t size) { return size <= largest_small_size; }

// Blocks of a size in steps are in the same list, and as long as each other.
static size_t step_of(size_t size) { return (size - 1) / LSL_SIZE_STEP; }

// Whether so much more may be held.
static bool has_room(const lsl_memory *memory, size_t size, size_t limit) {
  return memory->held <= limit && size <= limit - memory->held;
}

static bool add_chunk(lsl_memory *memory, size_t limit) {
  if (!has_room(memory, LSL_CHUNK_SIZE, limit)) return false;
  lsl_chunk *chunk = malloc(sizeof *chunk + LSL_CHUNK_SIZE);
  if (chunk == NULL) return false;
  memory->held += LSL_CHUNK_SIZE;
  chunk->next = memory->chunks;
  memory->chunks = chunk;
  memory->rest = chunk->bytes;
  memory->rest_size = LSL_CHUNK_SIZE;
  return true;
}

static void *cut(lsl_memory *memory, size_t step, size_t limit) {
  size_t size = (step + 1) * LSL_SIZE_STEP;
  if (size > memory->rest_size && !add_chunk(memory, limit)) return NULL;
  void *block = memory->rest;
  memory->rest += size;
  memory->rest_size -= size;
  return block;
}

static void link_large(lsl_memory *memory, lsl_large_block *block) {
  block->previous = NULL;
  block->next = memory->large_blocks;
  if (block->next != NULL) block->next->previous = block;
  memory->large_blocks = block;
}

static void unlink_large(lsl_memory *memory, lsl_large_block *block) {
  if (block->next != NULL) block->next->previous = block->previous;
  if (block->previous != NULL) block->previous->next = block->next;
  else memory->large_blocks = block->next;
}

static lsl_large_block *large_of(void *bytes) { return (lsl_large_block *)bytes - 1; }

static void *take_large(lsl_memory *memory, size_t size, size_t limit) {
  if (!has_room(memory, size, limit) || size > SIZE_MAX - sizeof(lsl_large_block)) return NULL;
  lsl_large_block *block = malloc(sizeof *block + size);
  if (block == NULL) return NULL;
  link_large(memory, block);
  memory->held += size;
  return block + 1;
}

static void *take(lsl_memory *memory, size_t size, size_t limit) {
  if (!is_small(size)) return take_large(memory, size, limit);
  void *block = lsl_reuse(memory, size);
  return block != NULL ? block : cut(memory, step_of(size), limit);
}

static void give_back(lsl_memory *memory, void *bytes, size_t size) {
  if (!is_small(size)) {
    memory->held -= size;
    unlink_large(memory, large_of(bytes));
    return free(large_of(bytes));
  }
  lsl_free_block *block = bytes;
  size_t step = step_of(size);
  block->next = memory->free_blocks[step];
  memory->free_blocks[step] = block;
}

static void *resize_large(
    lsl_memory *memory, void *bytes, size_t old_size, size_t new_size, size_t limit) {
  if (new_size > old_size && !has_room(memory, new_size - old_size, limit)) return NULL;
  if (new_size > SIZE_MAX - sizeof(lsl_large_block)) return NULL;
  lsl_large_block *block = large_of(bytes);
  unlink_large(memory, block);
  lsl_large_block *resized = realloc(block, sizeof *block + new_size);
  link_large(memory, resized != NULL ? resized : block);
  if (resized == NULL) return NULL;
  memory->held += new_size - old_size;
  return resized + 1;
}

void *lsl_resize(lsl_memory *memory, void *block, size_t old_size, size_t new_size, size_t limit) {
  if (block == NULL) return new_size == 0 ? NULL : take(memory, new_size, limit);
  if (new_size == 0) {
    give_back(memory, block, old_size);
    return NULL;
  }
  if (!is_small(old_size) && !is_small(new_size))
    return resize_large(memory, block, old_size, new_size, limit);
  if (is_small(old_size) && is_small(new_size) && step_of(old_size) == step_of(new_size))
    return block;
  void *moved = take(memory, new_size, limit);
  if (moved == NULL) return NULL;
  memcpy(moved, block, old_size < new_size ? old_size : new_size);
  give_back(memory, block, old_size);
  return moved;
}

void lsl_free_all(lsl_memory *memory) {
  for (lsl_large_block *block = memory->large_blocks, *next; block != NULL; block = next) {
    next = block->next;
    free(block);
  }
  for (lsl_chunk *chunk = memory->chunks, *next; chunk != NULL; chunk = next) {
    next = chunk->next;
    free(chunk);
  }
}
