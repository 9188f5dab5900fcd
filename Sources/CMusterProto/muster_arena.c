#include "muster_arena.h"

#include <stdint.h>
#include <stdlib.h>

// Small enough for malloc to reuse (it maps blocks of 128 KiB and more anew each time), large
// enough that a chunk of a thousand rows takes a handful.
enum { BLOCK_BYTES = 64 * 1024 };

typedef struct Block {
  struct Block *previous;
  size_t bytes;  // keeps what follows aligned to 16
} Block;

struct MusterArena {
  Block *newest;
  uint8_t *next;
  uint8_t *end;
  size_t budget_bytes;
  size_t used_bytes;
  bool exhausted;
};

MusterArena *muster_arena_create(size_t budget_bytes) {
  MusterArena *arena = calloc(1, sizeof *arena);
  if (arena != NULL) arena->budget_bytes = budget_bytes;
  return arena;
}

static bool add_block(MusterArena *arena, size_t bytes) {
  size_t wanted = bytes + sizeof(Block) > BLOCK_BYTES ? bytes + sizeof(Block) : BLOCK_BYTES;
  Block *block = malloc(wanted);
  if (block == NULL) return false;
  block->previous = arena->newest;
  block->bytes = wanted;
  arena->newest = block;
  arena->next = (uint8_t *)(block + 1);
  arena->end = (uint8_t *)block + wanted;
  return true;
}

void *muster_arena_allocate(MusterArena *arena, size_t bytes) {
  if (bytes > arena->budget_bytes - arena->used_bytes) {
    arena->exhausted = true;
    return NULL;
  }
  size_t rounded = (bytes + 7) & ~(size_t)7;
  if (rounded > arena->budget_bytes - arena->used_bytes) rounded = bytes;
  if (rounded > (size_t)(arena->end - arena->next) && !add_block(arena, rounded)) return NULL;
  void *memory = arena->next;
  arena->next += rounded;
  arena->used_bytes += rounded;
  return memory;
}

bool muster_arena_is_exhausted(const MusterArena *arena) { return arena->exhausted; }

size_t muster_arena_used_bytes(const MusterArena *arena) { return arena->used_bytes; }

void muster_arena_destroy(MusterArena *arena) {
  for (Block *block = arena->newest; block != NULL;) {
    Block *previous = block->previous;
    free(block);
    block = previous;
  }
  free(arena);
}

static void *allocate(void *arena, size_t bytes) { return muster_arena_allocate(arena, bytes); }

static void ignore_free(void *arena, void *memory) {
  (void)arena;
  (void)memory;
}

ProtobufCMessage *muster_arena_unpack(MusterArena *arena, const ProtobufCMessageDescriptor *descriptor,
                                      size_t length, const uint8_t *bytes) {
  ProtobufCAllocator allocator = {.alloc = allocate, .free = ignore_free, .allocator_data = arena};
  return protobuf_c_message_unpack(descriptor, &allocator, length, bytes);
}
