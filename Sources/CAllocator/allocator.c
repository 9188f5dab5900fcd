#include "allocator.h"

#include <malloc.h>
#include <stdlib.h>

void muster_allocator_set(int areas_max, int mapped_bytes_min) {
  mallopt(M_ARENA_MAX, areas_max);
  mallopt(M_MMAP_THRESHOLD, mapped_bytes_min);
}

bool muster_allocator_has(size_t bytes) {
  // The compiler may leave out a block that nobody looks at.
  void *volatile memory = malloc(bytes);
  free(memory);
  return memory != NULL;
}
