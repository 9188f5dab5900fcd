#include <malloc.h>
#include <sqlite3.h>

// SQLITE_STATIC as a function: the macro's cast of 0 does not reach Swift.
static inline int muster_bind_text_static(sqlite3_stmt *statement, int index, const void *bytes,
                                          int count) {
  return sqlite3_bind_text(statement, index, (const char *)bytes, count, SQLITE_STATIC);
}

// sqlite3_db_config takes variable arguments, which Swift cannot call.
static inline int muster_db_config_on(sqlite3 *database, int option) {
  return sqlite3_db_config(database, option, 1, (int *)0);
}

// Asks the processor to load the line at an address soon.
static inline void muster_prefetch(const void *address) { __builtin_prefetch(address); }

// Before the first connection: no lock around each small allocation for statistics that nobody
// reads. sqlite3_config takes variable arguments, which Swift cannot call.
static inline int muster_configure(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

// Gives memory that was freed, and lies between what is in use, back to the system.
static inline void muster_trim_memory(void) { malloc_trim(0); }
