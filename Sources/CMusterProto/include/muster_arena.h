// Memory for one unpacked message: handed out in order, given back all at once, within a budget.
#ifndef MUSTER_ARENA_H
#define MUSTER_ARENA_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct MusterArena MusterArena;

// A new arena that hands out at most `budget_bytes`; NULL without memory.
MusterArena *_Nullable muster_arena_create(size_t budget_bytes);

// `bytes` of memory, aligned to 8 and not cleared; NULL beyond the budget or without memory.
void *_Nullable muster_arena_allocate(MusterArena *_Nonnull arena, size_t bytes);

// Whether an allocation was refused because of the budget.
bool muster_arena_is_exhausted(const MusterArena *_Nonnull arena);

// Bytes handed out so far.
size_t muster_arena_used_bytes(const MusterArena *_Nonnull arena);

// Gives back everything, the arena included.
void muster_arena_destroy(MusterArena *_Nonnull arena);

// Unpacks a message into the arena; NULL if the bytes are malformed or the budget is too small.
// The message lives as long as the arena; never call protobuf_c_message_free_unpacked on it.
ProtobufCMessage *_Nullable muster_arena_unpack(MusterArena *_Nonnull arena,
                                                const ProtobufCMessageDescriptor *_Nonnull descriptor,
                                                size_t length, const uint8_t *_Nonnull bytes);

#endif
