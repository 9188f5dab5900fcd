#ifndef MUSTER_LOG_SCAN_H
#define MUSTER_LOG_SCAN_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

// What a write-ahead log holds, read without SQLite, which would take it for the database's own
// (https://www.sqlite.org/fileformat2.html, section 4).

typedef struct {
  // Whether the header is there, with the right magic and checksum; nothing below counts if not.
  bool has_header;
  // The two salts, the first in the upper half.
  uint64_t salts;
  uint32_t page_bytes;
  // Sound frames up to the last commit.
  uint32_t frame_count;
  // Where the newest committed image of the mark's page begins in the log; -1 if none.
  int64_t image_place;
} muster_log;

// Reads the log that a descriptor is open on. page is the page of the store's mark, a blob of mark_bytes;
// with 0, for a database that cannot be read to tell, it is known by its form. Returns 0, or an errno.
int muster_scan_log(int descriptor, uint32_t page, uint32_t mark_bytes, muster_log *found);

enum { MUSTER_HEADER_BYTES = 100 };

// Reads the first bytes of an open database's file as they lie there, through SQLite: a file that it
// has open must not be opened and closed beside it. Returns a result code of SQLite's.
int muster_read_header(sqlite3 *database, void *bytes);

// The size of an open database's file in bytes; negative if it cannot be told.
int64_t muster_file_size(sqlite3 *database);

#endif
