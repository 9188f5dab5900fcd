// The C that MusterWire wraps: protoc-c's output, descriptors, and an arena for unpacked messages.
#ifndef CMUSTERPROTO_H
#define CMUSTERPROTO_H

#include "generated/descriptor_set.h"
#include "generated/descriptors.h"
#include "muster_arena.h"

#endif
