// A shim between a program and its disk (LD_PRELOAD): it keeps a log of everything that is written
// below a directory, and fails, or kills the program at, one of its calls. Built by disk.py.
//
//   DISK_BELOW=PATH           only files below this directory count
//   DISK_LOG=FILE             records what has happened there, in order, and what was synced
//   DISK_FAULT=KIND:SUFFIX:N  the N-th call (from 1) of a kind on a path with this ending fails. The
//                             kinds: write sync open truncate rename unlink mkdir, and alloc for
//                             memory of libsqlite3 (without an ending)
//   DISK_ACTION=once|always|kill|hang   only that call fails, or all from it on, or the program is
//                             killed, or that call waits until the file DISK_RELEASE is there
//   DISK_ERRNO=NUMBER         of a call that fails (5, EIO)
//   DISK_FIRED=FILE           is made when the N-th call comes
//   DISK_COUNT=FILE           holds the number of such calls after the program's end
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum record { WRITE = 1, TRUNCATE, SYNC, CREATE, RENAME, UNLINK, MKDIR };

static const char *below, *kind, *suffix, *fired_path, *count_path, *release_path;
static size_t below_length;
static int log_file = -1, fault_errno = EIO, kills, hangs, fails_always, armed_alloc;
static long fault_number;
static atomic_long calls;
static uintptr_t sqlite_start, sqlite_end;
// One call at a time, so that the log's order is the one in which things happened.
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

static int real_open(const char *path, int flags, mode_t mode) {
  return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

static int find_sqlite(struct dl_phdr_info *info, size_t size, void *unused) {
  (void)size, (void)unused;
  if (!strstr(info->dlpi_name, "libsqlite3")) return 0;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
    sqlite_start = info->dlpi_addr + part->p_vaddr;
    sqlite_end = sqlite_start + part->p_memsz;
  }
  return 1;
}

__attribute__((constructor)) static void read_settings(void) {
  below = getenv("DISK_BELOW");
  below_length = below ? strlen(below) : 0;
  fired_path = getenv("DISK_FIRED");
  count_path = getenv("DISK_COUNT");
  const char *log = getenv("DISK_LOG"), *fault = getenv("DISK_FAULT");
  const char *action = getenv("DISK_ACTION"), *number = getenv("DISK_ERRNO");
  if (log) log_file = real_open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (number) fault_errno = atoi(number);
  kills = action && !strcmp(action, "kill");
  hangs = action && !strcmp(action, "hang");
  release_path = getenv("DISK_RELEASE");
  fails_always = action && !strcmp(action, "always");
  if (!fault) return;
  static char parts[PATH_MAX];
  snprintf(parts, sizeof parts, "%s", fault);
  char *first = strchr(parts, ':'), *last = strrchr(parts, ':');
  if (!first || first == last) return;
  *first = *last = 0;
  suffix = first + 1;
  fault_number = atol(last + 1);
  dl_iterate_phdr(find_sqlite, NULL);
  kind = parts;
  armed_alloc = !strcmp(kind, "alloc");
}

__attribute__((destructor)) static void write_count(void) {
  if (!count_path) return;
  int file = real_open(count_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  dprintf(file, "%ld\n", atomic_load(&calls));
  close(file);
}

static int is_ours(const char *path) {
  return below_length && path && !strncmp(path, below, below_length) &&
         (path[below_length] == '/' || !path[below_length]);
}

// The path of an open file of ours; NULL of any other.
static const char *path_of(int file, char *room) {
  char link[32];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, room, PATH_MAX - 1);
  if (length <= 0) return NULL;
  room[length] = 0;
  return is_ours(room) ? room : NULL;
}

// Counts a call that the fault is about: whether it must fail.
static int count_call(void) {
  long number = atomic_fetch_add(&calls, 1) + 1;
  if (number < fault_number || (number > fault_number && !fails_always)) return 0;
  if (number == fault_number && fired_path)
    close(real_open(fired_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (kills) kill(getpid(), SIGKILL);
  if (hangs) {
    while (release_path && access(release_path, F_OK) != 0) usleep(10000);
    return 0;
  }
  errno = fault_errno;
  return 1;
}

static int must_fail(const char *called, const char *path) {
  if (!kind || strcmp(kind, called)) return 0;
  size_t length = strlen(path), ending = strlen(suffix);
  if (length < ending || strcmp(path + length - ending, suffix)) return 0;
  return count_call();
}

static void put(const void *bytes, size_t count) {
  while (count) {
    ssize_t done = syscall(SYS_write, log_file, bytes, count);
    if (done <= 0) abort();
    bytes = (const char *)bytes + done;
    count -= (size_t)done;
  }
}

// Writes a record: what, the path, a position, and bytes.
static void record(enum record what, const char *path, uint64_t position, const void *bytes,
                   size_t count) {
  if (log_file < 0 || strstr(path, "-shm")) return;
  struct {
    uint32_t what, path_length, count, unused;
    uint64_t position;
  } head = {what, (uint32_t)strlen(path), (uint32_t)count, 0, position};
  put(&head, sizeof head);
  put(path, head.path_length);
  put(bytes, count);
}

#define IN_TURN(result, path, called, call, after)     \
  if (!(path)) return (result)(call);                  \
  if (must_fail(called, path)) return -1;              \
  pthread_mutex_lock(&turn);                           \
  result done = (call);                                \
  int error = errno;                                   \
  if (done >= 0) { after; }                            \
  pthread_mutex_unlock(&turn);                         \
  errno = error;                                       \
  return done

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t position) {
  char room[PATH_MAX];
  const char *path = path_of(file, room);
  IN_TURN(ssize_t, path, "write", syscall(SYS_pwrite64, file, bytes, count, position),
          record(WRITE, path, (uint64_t)position, bytes, (size_t)done));
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t position) {
  return pwrite64(file, bytes, count, position);
}

ssize_t write(int file, const void *bytes, size_t count) {
  char room[PATH_MAX];
  const char *path = path_of(file, room);
  IN_TURN(ssize_t, path, "write", syscall(SYS_write, file, bytes, count),
          record(WRITE, path, (uint64_t)(lseek(file, 0, SEEK_CUR) - done), bytes, (size_t)done));
}

int fdatasync(int file) {
  char room[PATH_MAX];
  const char *path = path_of(file, room);
  IN_TURN(int, path, "sync", (int)syscall(SYS_fdatasync, file), record(SYNC, path, 0, "", 0));
}

int fsync(int file) {
  char room[PATH_MAX];
  const char *path = path_of(file, room);
  IN_TURN(int, path, "sync", (int)syscall(SYS_fsync, file), record(SYNC, path, 0, "", 0));
}

int ftruncate64(int file, off64_t size) {
  char room[PATH_MAX];
  const char *path = path_of(file, room);
  IN_TURN(int, path, "truncate", (int)syscall(SYS_ftruncate, file, size),
          record(TRUNCATE, path, (uint64_t)size, "", 0));
}

int ftruncate(int file, off_t size) { return ftruncate64(file, size); }

static int open_one(const char *path, int flags, mode_t mode) {
  const char *ours = is_ours(path) ? path : NULL;
  int is_new = ours && (flags & O_CREAT) && access(path, F_OK) != 0;
  IN_TURN(int, ours, "open", real_open(path, flags, mode),
          if (is_new) record(CREATE, path, 0, "", 0);
          else if (flags & O_TRUNC) record(TRUNCATE, path, 0, "", 0));
}

#define MODE(flags, last)                        \
  mode_t mode = 0;                               \
  if ((flags) & (O_CREAT | O_TMPFILE)) {         \
    va_list more;                                \
    va_start(more, last);                        \
    mode = va_arg(more, mode_t);                 \
    va_end(more);                                \
  }

int open(const char *path, int flags, ...) {
  MODE(flags, flags)
  return open_one(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  MODE(flags, flags)
  return open_one(path, flags, mode);
}

int rename(const char *from, const char *to) {
  const char *ours = is_ours(from) ? from : NULL;
  IN_TURN(int, ours, "rename", (int)syscall(SYS_rename, from, to),
          record(RENAME, from, 0, to, strlen(to)));
}

int unlink(const char *path) {
  const char *ours = is_ours(path) ? path : NULL;
  IN_TURN(int, ours, "unlink", (int)syscall(SYS_unlink, path), record(UNLINK, path, 0, "", 0));
}

int mkdir(const char *path, mode_t mode) {
  const char *ours = is_ours(path) ? path : NULL;
  IN_TURN(int, ours, "mkdir", (int)syscall(SYS_mkdir, path, mode),
          record(MKDIR, path, 0, "", 0));
}

extern void *__libc_malloc(size_t), *__libc_realloc(void *, size_t);

static int must_fail_alloc(uintptr_t caller) {
  return armed_alloc && caller >= sqlite_start && caller < sqlite_end && count_call();
}

void *malloc(size_t size) {
  if (must_fail_alloc((uintptr_t)__builtin_return_address(0))) return NULL;
  return __libc_malloc(size);
}

void *realloc(void *old, size_t size) {
  if (must_fail_alloc((uintptr_t)__builtin_return_address(0))) return NULL;
  return __libc_realloc(old, size);
}
