// The system calls that Swift's Glibc module lacks or can't express: variadic ones, those behind
// _GNU_SOURCE, and those whose name is also a type. Each returns what the call returns, and -errno
// where the call would return -1, so that no caller reads errno after something else changed it.
#ifndef SPKG_CPLATFORM_H
#define SPKG_CPLATFORM_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

enum { SPKG_RENAME_NOREPLACE = 1, SPKG_RENAME_EXCHANGE = 2 };

int spkg_openat(int directory, const char *name, int flags, unsigned mode);
int spkg_renameat2(int from, const char *name, int to, const char *target, unsigned flags);
int spkg_linkat(int from, const char *name, int to, const char *target);
int spkg_unlinkat(int directory, const char *name, int flags);
int spkg_mkdirat(int directory, const char *name, unsigned mode);
int spkg_symlinkat(const char *text, int directory, const char *name);
ssize_t spkg_readlinkat(int directory, const char *name, char *buffer, size_t size);
int spkg_fstatat(int directory, const char *name, struct stat *out, int flags);
int spkg_fstat(int descriptor, struct stat *out);
// Which mount an open directory is on: rename(2) works only within one. Or -errno.
int64_t spkg_mount(int directory);
int spkg_fchownat(int directory, const char *name, unsigned user, unsigned group);
// Opens whatever a name stands for, links too, to look at it and to give it away; nothing can be read.
int spkg_open_entry(int directory, const char *name);
// Gives away what spkg_open_entry has opened.
int spkg_give(int entry, unsigned user, unsigned group);
int spkg_fchmodat(int directory, const char *name, unsigned mode);
int spkg_fchmod(int descriptor, unsigned mode);
int spkg_utimensat(int directory, const char *name, int64_t seconds, int64_t nanoseconds);
int spkg_fsync(int descriptor);
int spkg_syncfs(int descriptor);
int spkg_flock(int descriptor, int operation);
// A second descriptor, not close-on-exec.
int spkg_dup(int descriptor);
int spkg_ftruncate(int descriptor, int64_t size);
ssize_t spkg_write(int descriptor, const void *bytes, size_t size);
ssize_t spkg_read(int descriptor, void *bytes, size_t size);
int spkg_close(int descriptor);

// Reads directory entries in blocks: [type: 1 byte][name, NUL-terminated] one after the other.
// Returns the bytes written to buffer, 0 at the end. Type is a DT_ constant. "." and ".." are left out.
ssize_t spkg_entries(int directory, char *buffer, size_t size);

// An anonymous file in memory, close-on-exec.
int spkg_memory_file(void);

// A pipe, close-on-exec: reading end, writing end.
int spkg_pipe(int ends[2]);

// Starts a program in a directory (NULL: in ours) with stdin from /dev/null and every other
// descriptor than stdout and stderr closed. Returns 0 and the process, or -errno.
int spkg_spawn(const char *program, char *const arguments[], char *const environment[],
               const char *directory, int stdout_, int stderr_, pid_t *process);

// Becomes another program, looked up on PATH. Returns only -errno.
int spkg_exec(char *const arguments[], char *const environment[]);

// Waits for a child. Returns its exit status, or 128 + the signal that ended it.
int spkg_wait(pid_t process);

// Signals that end a program politely: INT, TERM, HUP. Blocking them returns what was blocked before.
void spkg_block_ending_signals(sigset_t *before);
void spkg_restore_signals(const sigset_t *before);
int spkg_ending_signal_pending(void);

#endif
