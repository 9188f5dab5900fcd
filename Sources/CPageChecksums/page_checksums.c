#include "page_checksums.h"

#include <stdint.h>
#include <string.h>

// A database file that is open; the system's own file lies right behind it.
typedef struct {
  sqlite3_file base;
  // Whether its pages have checksums, by the header that was read or written last.
  bool has_checksums;
} checked_file;

static sqlite3_vfs *system_vfs;
static sqlite3_vfs checksum_vfs;

static sqlite3_file *behind(sqlite3_file *file) { return (sqlite3_file *)((checked_file *)file + 1); }

// MARK: The checksum

enum { lanes = 4, page_bytes_min = 512, header_bytes = 100, reserved_place = 20 };

static uint64_t mix(uint64_t sum, uint64_t word) {
  // Odd factors and rotations lose nothing: one changed bit always changes the sum.
  sum = (sum ^ word) * 0x9E3779B97F4A7C15u;
  return sum << 31 | sum >> 33;
}

// The sum of a page's bytes but its last eight, and of its number.
static uint64_t checksum(const unsigned char *page, int bytes, uint64_t number) {
  uint64_t sums[lanes] = {number + 1, 0x243F6A8885A308D3u, 0x13198A2E03707344u, 0xA4093822299F31D0u};
  int place = 0;
  const int end = bytes - MUSTER_CHECKSUM_BYTES;
  for (; place + lanes * 8 <= end; place += lanes * 8) {
    uint64_t words[lanes];
    memcpy(words, page + place, sizeof words);
    for (int lane = 0; lane < lanes; lane++) sums[lane] = mix(sums[lane], words[lane]);
  }
  for (; place < end; place += 8) {
    uint64_t word;
    memcpy(&word, page + place, sizeof word);
    sums[0] = mix(sums[0], word);
  }
  for (int lane = 1; lane < lanes; lane++) sums[0] = mix(sums[0], sums[lane]);
  return sums[0];
}

static bool is_page(int bytes, sqlite3_int64 offset) {
  return bytes >= page_bytes_min && (bytes & (bytes - 1)) == 0 && offset % bytes == 0;
}

static bool reserves_room(const void *header) {
  return memcmp(header, "SQLite format 3", 16) == 0 &&
         ((const unsigned char *)header)[reserved_place] == MUSTER_CHECKSUM_BYTES;
}

// MARK: A database file

static int read_checked(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
  checked_file *checked = (checked_file *)file;
  int code = behind(file)->pMethods->xRead(behind(file), bytes, count, offset);
  if (code != SQLITE_OK) return code;
  if (offset == 0 && count >= header_bytes) checked->has_checksums = reserves_room(bytes);
  if (!checked->has_checksums || !is_page(count, offset)) return SQLITE_OK;
  uint64_t stored;
  memcpy(&stored, (char *)bytes + count - sizeof stored, sizeof stored);
  return stored == checksum(bytes, count, offset / count) ? SQLITE_OK : SQLITE_IOERR_DATA;
}

static int write_checked(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
  checked_file *checked = (checked_file *)file;
  if (offset == 0 && count >= header_bytes) checked->has_checksums = reserves_room(bytes);
  if (checked->has_checksums && is_page(count, offset)) {
    uint64_t sum = checksum(bytes, count, offset / count);
    // Reserved bytes are nobody's but this file system's, in SQLite's own copy of the page too.
    memcpy((char *)bytes + count - sizeof sum, &sum, sizeof sum);
  }
  return behind(file)->pMethods->xWrite(behind(file), bytes, count, offset);
}

static int close_checked(sqlite3_file *file) { return behind(file)->pMethods->xClose(behind(file)); }

static int truncate_checked(sqlite3_file *file, sqlite3_int64 size) {
  return behind(file)->pMethods->xTruncate(behind(file), size);
}

static int sync_checked(sqlite3_file *file, int flags) {
  return behind(file)->pMethods->xSync(behind(file), flags);
}

static int size_checked(sqlite3_file *file, sqlite3_int64 *size) {
  return behind(file)->pMethods->xFileSize(behind(file), size);
}

static int lock_checked(sqlite3_file *file, int level) {
  return behind(file)->pMethods->xLock(behind(file), level);
}

static int unlock_checked(sqlite3_file *file, int level) {
  return behind(file)->pMethods->xUnlock(behind(file), level);
}

static int reserved_lock_checked(sqlite3_file *file, int *result) {
  return behind(file)->pMethods->xCheckReservedLock(behind(file), result);
}

// File controls of our own; SQLite's lie far below.
enum { has_checksums_control = 0x4D535401, begin_checksums_control };

static int control_checked(sqlite3_file *file, int operation, void *argument) {
  checked_file *checked = (checked_file *)file;
  if (operation == has_checksums_control) {
    *(bool *)argument = checked->has_checksums;
    return SQLITE_OK;
  }
  if (operation == begin_checksums_control) {
    checked->has_checksums = true;
    return SQLITE_OK;
  }
  return behind(file)->pMethods->xFileControl(behind(file), operation, argument);
}

static int sector_checked(sqlite3_file *file) {
  return behind(file)->pMethods->xSectorSize(behind(file));
}

static int characteristics_checked(sqlite3_file *file) {
  return behind(file)->pMethods->xDeviceCharacteristics(behind(file));
}

static int map_shared_checked(sqlite3_file *file, int page, int size, int extend,
                              void volatile **memory) {
  return behind(file)->pMethods->xShmMap(behind(file), page, size, extend, memory);
}

static int lock_shared_checked(sqlite3_file *file, int offset, int count, int flags) {
  return behind(file)->pMethods->xShmLock(behind(file), offset, count, flags);
}

static void barrier_checked(sqlite3_file *file) {
  behind(file)->pMethods->xShmBarrier(behind(file));
}

static int unmap_shared_checked(sqlite3_file *file, int deletes) {
  return behind(file)->pMethods->xShmUnmap(behind(file), deletes);
}

// Version 2: without xFetch, so that no page is read past the checksum.
static const sqlite3_io_methods checked_methods = {
    2,
    close_checked,
    read_checked,
    write_checked,
    truncate_checked,
    sync_checked,
    size_checked,
    lock_checked,
    unlock_checked,
    reserved_lock_checked,
    control_checked,
    sector_checked,
    characteristics_checked,
    map_shared_checked,
    lock_shared_checked,
    barrier_checked,
    unmap_shared_checked,
    0,
    0,
};

// MARK: The file system

static int open_checked(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags,
                        int *flags_out) {
  (void)vfs;
  // Logs, journals and temporary files are the system's own.
  if (!(flags & SQLITE_OPEN_MAIN_DB)) {
    return system_vfs->xOpen(system_vfs, name, file, flags, flags_out);
  }
  memset(file, 0, sizeof(checked_file));
  sqlite3_file *own = behind(file);
  own->pMethods = 0;
  int code = system_vfs->xOpen(system_vfs, name, own, flags, flags_out);
  if (own->pMethods != 0) {
    if (code == SQLITE_OK && own->pMethods->iVersion < 2) {
      own->pMethods->xClose(own);
      return SQLITE_CANTOPEN;
    }
    file->pMethods = &checked_methods;
  }
  return code;
}

bool muster_has_checksums(sqlite3 *database) {
  bool result = false;
  return sqlite3_file_control(database, "main", has_checksums_control, &result) == SQLITE_OK &&
         result;
}

int muster_begin_checksums(sqlite3 *database) {
  return sqlite3_file_control(database, "main", begin_checksums_control, 0);
}

int muster_register_checksums(void) {
  if (system_vfs != 0) return SQLITE_OK;
  sqlite3_vfs *found = sqlite3_vfs_find(0);
  if (found == 0) return SQLITE_ERROR;
  checksum_vfs = *found;
  checksum_vfs.szOsFile = (int)sizeof(checked_file) + found->szOsFile;
  checksum_vfs.zName = MUSTER_CHECKSUM_VFS;
  checksum_vfs.pNext = 0;
  checksum_vfs.xOpen = open_checked;
  system_vfs = found;
  return sqlite3_vfs_register(&checksum_vfs, 0);
}
