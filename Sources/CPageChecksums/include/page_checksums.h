#ifndef MUSTER_PAGE_CHECKSUMS_H
#define MUSTER_PAGE_CHECKSUMS_H

#include <sqlite3.h>
#include <stdbool.h>

// A virtual file system of SQLite's that finds damaged pages.
//
// It lies over the system's own one. Each page of a database whose header reserves
// MUSTER_CHECKSUM_BYTES at the end of every page gets a checksum there when it is written to the
// database file, over its other bytes and its number; a page that is read and does not have the right
// one is SQLITE_IOERR_DATA. Databases that reserve nothing are left as they are. SQLite itself guards
// the frames of a write-ahead log, when it recovers one. Any other SQLite program reads such a file;
// one that writes to it leaves pages without their checksums.

// The name to open a database with.
#define MUSTER_CHECKSUM_VFS "muster"
// What a database must reserve, with SQLITE_FCNTL_RESERVE_BYTES before its first page is written.
#define MUSTER_CHECKSUM_BYTES 8

// Makes the file system known to SQLite, which is not made the default one; may be called again.
// Returns a result code of SQLite's.
int muster_register_checksums(void);

// Whether the pages of an open database have checksums; false for one of another file system.
bool muster_has_checksums(sqlite3 *database);

// Has the pages of a new database file get checksums before its first page, which says so, is there:
// a backup may write others before it. Returns a result code of SQLite's.
int muster_begin_checksums(sqlite3 *database);

#endif
