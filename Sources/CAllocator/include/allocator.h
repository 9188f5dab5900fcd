#ifndef MUSTER_ALLOCATOR_H
#define MUSTER_ALLOCATOR_H

#include <stdbool.h>
#include <stddef.h>

// glibc's allocator, of whose settings Swift sees none.

// At most so many areas that threads allocate from, and blocks of so many bytes and more are mapped
// by themselves; to be called before the first thread is made.
void muster_allocator_set(int areas_max, int mapped_bytes_min);

// Whether so many bytes can be allocated now.
bool muster_allocator_has(size_t bytes);

#endif
