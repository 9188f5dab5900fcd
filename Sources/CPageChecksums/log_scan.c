#include "log_scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { header_bytes = 32, frame_header_bytes = 24, page_bytes_min = 512, page_bytes_max = 65536 };
static const uint32_t magic = 0x377F0682;

typedef struct {
  uint32_t first, second;
} sums;

static uint32_t big(const unsigned char *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static uint32_t little(const unsigned char *bytes) {
  return (uint32_t)bytes[3] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[1] << 8 | bytes[0];
}

static sums add(sums sum, const unsigned char *bytes, size_t count, bool is_big) {
  for (size_t place = 0; place + 8 <= count; place += 8) {
    sum.first += (is_big ? big(bytes + place) : little(bytes + place)) + sum.second;
    sum.second += (is_big ? big(bytes + place + 4) : little(bytes + place + 4)) + sum.first;
  }
  return sum;
}

static bool is_right(sums sum, const unsigned char *stored) {
  return sum.first == big(stored) && sum.second == big(stored + 4);
}

// Reads all of it, or says how much there was.
static ssize_t read_at(int descriptor, void *bytes, size_t count, off_t place) {
  size_t done = 0;
  while (done < count) {
    ssize_t got = pread(descriptor, (char *)bytes + done, count - done, place + (off_t)done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    done += (size_t)got;
  }
  return (ssize_t)done;
}

// Whether a page is a table's only one, with one row: the number 1, and a blob of so many bytes.
static bool is_mark(const unsigned char *page, uint32_t page_bytes, uint32_t mark_bytes) {
  if (page[0] != 0x0D || page[3] != 0 || page[4] != 1) return false;
  const uint32_t row = (uint32_t)page[8] << 8 | page[9];
  if (row + 5 + mark_bytes > page_bytes) return false;
  const unsigned char head[] = {(unsigned char)(mark_bytes + 3), 1, 3, 0,
                                (unsigned char)(12 + 2 * mark_bytes)};
  return memcmp(page + row, head, sizeof head) == 0;
}

int muster_scan_log(int descriptor, uint32_t page, uint32_t mark_bytes, muster_log *found) {
  memset(found, 0, sizeof *found);
  found->image_place = -1;
  unsigned char header[header_bytes];
  ssize_t got = read_at(descriptor, header, sizeof header, 0);
  if (got < 0) return errno;
  if (got < header_bytes || (big(header) & ~1u) != magic) return 0;
  const bool is_big = big(header) & 1;
  sums sum = add((sums){0, 0}, header, 24, is_big);
  const uint32_t page_bytes = big(header + 8);
  if (!is_right(sum, header + 24) || page_bytes < page_bytes_min || page_bytes > page_bytes_max ||
      (page_bytes & (page_bytes - 1)) != 0) {
    return 0;
  }
  found->has_header = true;
  found->salts = (uint64_t)big(header + 16) << 32 | big(header + 20);
  found->page_bytes = page_bytes;

  const size_t frame_bytes = frame_header_bytes + page_bytes;
  unsigned char *frame = malloc(frame_bytes);
  if (frame == NULL) return ENOMEM;
  int64_t image_place = -1;
  int failure = 0;
  for (uint32_t number = 1; number < UINT32_MAX; number++) {
    const off_t place = header_bytes + (off_t)(number - 1) * (off_t)frame_bytes;
    got = read_at(descriptor, frame, frame_bytes, place);
    if (got < 0) failure = errno;
    if (got < (ssize_t)frame_bytes) break;
    if (memcmp(frame + 8, header + 16, 8) != 0 || big(frame) == 0) break;
    sum = add(add(sum, frame, 8, is_big), frame + frame_header_bytes, page_bytes, is_big);
    if (!is_right(sum, frame + 16)) break;
    const unsigned char *image = frame + frame_header_bytes;
    if (page != 0 ? big(frame) == page : is_mark(image, page_bytes, mark_bytes)) {
      image_place = place + frame_header_bytes;
    }
    // The size of the database after a commit; 0 in all other frames.
    if (big(frame + 4) != 0) {
      found->frame_count = number;
      found->image_place = image_place;
    }
  }
  free(frame);
  return failure;
}

static sqlite3_file *file_of(sqlite3 *database) {
  sqlite3_file *file = 0;
  int code = sqlite3_file_control(database, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  return code == SQLITE_OK && file != 0 && file->pMethods != 0 ? file : 0;
}

int muster_read_header(sqlite3 *database, void *bytes) {
  sqlite3_file *file = file_of(database);
  if (file == 0) return SQLITE_CANTOPEN;
  return file->pMethods->xRead(file, bytes, MUSTER_HEADER_BYTES, 0);
}

int64_t muster_file_size(sqlite3 *database) {
  sqlite3_file *file = file_of(database);
  sqlite3_int64 size = -1;
  if (file == 0 || file->pMethods->xFileSize(file, &size) != SQLITE_OK) return -1;
  return size;
}
