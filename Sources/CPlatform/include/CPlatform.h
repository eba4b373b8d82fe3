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
// Begins to write a file's content to disk, or waits until it is written; neither its size nor its name
// is durable by that.
int spkg_write_out(int descriptor, int wait);
// Whether a directory's file system makes changes of names and sizes durable in the order in which they
// were made, each with all before it: ext4, XFS. -errno if that can't be told.
int spkg_keeps_order(int directory);
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

// Whether bytes stand somewhere among others.
int spkg_holds(const void *all, size_t size, const void *part, size_t part_size);

// An anonymous file in memory, close-on-exec.
int spkg_memory_file(void);
// A file without a name on a directory's file system, written at its end; in memory if need be.
int spkg_unnamed_file(int directory);

// A pipe, close-on-exec: reading end, writing end.
int spkg_pipe(int ends[2]);

// The number of this thread; of the first one it is the process's.
int spkg_thread(void);

// How nice the user has made us, as it was at the start. Threads of libdispatch give themselves others where
// they may, as root, and what they start would have theirs.
int spkg_niceness(void);

// Starts a program in a directory (NULL: in ours) with stdin from /dev/null and every other
// descriptor than stdout and stderr closed. Returns 0 and the process, or -errno.
int spkg_spawn(const char *program, char *const arguments[], char *const environment[],
               const char *directory, int stdout_, int stderr_, pid_t *process);

// How a step of a build runs: a program, and all that it starts. See supervise.c.
struct spkg_step {
    // Becomes stdout and stderr; stdin is /dev/null.
    int output;
    // Stays in our process group, so that sudo can ask for a password; else it has no terminal.
    int keeps_terminal;
    int leaves_network;
    // How long processes may take to end when asked to, in milliseconds.
    int patience;
};

enum { SPKG_STEP_ENDED, SPKG_STEP_FAILED, SPKG_STEP_NO_NAMESPACE, SPKG_STEP_STARTED };

struct spkg_step_report {
    long kind;
    // Of ENDED the status as of wait(2), sent when no process of the step is left; else an errno.
    int value;
};

// Starts a supervisor, which starts the step in a directory. Returns 0, its number and the line to it,
// or -errno. Of arguments the first is the program's path, the others those that it gets, its name
// included. holder is "/proc/OURS/./.": where words and variables name it, the step gets the
// supervisor's number, whose descriptors are ours and can be opened by it.
int spkg_step_start(char *const arguments[], char *const environment[], const char *directory,
                    const char *holder, struct spkg_step step, pid_t *supervisor, int *line);
// Waits for what becomes of the step.
int spkg_step_wait(pid_t supervisor, int line, struct spkg_step_report *report);
// Asks for the end of all processes of the step.
void spkg_step_end(int line);

// Leaves the network for one that has a loopback and nothing else, as steps do; for a process of one
// thread. Returns 0 or -errno.
int spkg_leave_network(void);

// Held by the thread that starts a process, until that has no file of other threads open any more.
void spkg_lock_starts(void);
void spkg_unlock_starts(void);

// Makes of whatever signals this process was started with what a shell gives: none is blocked, a
// child's end and a closed pipe are told.
void spkg_start_plainly(void);

// Becomes another program, looked up on PATH. Returns only -errno.
int spkg_exec(char *const arguments[], char *const environment[]);

// Waits for a child. Returns its exit status, or 128 + the signal that ended it.
int spkg_wait(pid_t process);

// Signals that end a program politely: INT, TERM, HUP. Blocking them returns what was blocked before.
void spkg_block_ending_signals(sigset_t *before);
void spkg_restore_signals(const sigset_t *before);
int spkg_ending_signal_pending(void);

// Where a text first occurs, or a byte last occurs, in memory; -1 if it doesn't.
ssize_t spkg_find(const void *bytes, size_t size, const void *text, size_t length);
ssize_t spkg_find_last(const void *bytes, size_t size, int byte);

#endif
