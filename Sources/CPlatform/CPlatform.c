#define _GNU_SOURCE
#include "CPlatform.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define NEGATIVE(call) \
    ({ \
        __typeof__(call) result_ = (call); \
        result_ == -1 ? -errno : result_; \
    })

int spkg_openat(int directory, const char *name, int flags, unsigned mode) {
    return NEGATIVE(openat(directory, name, flags | O_CLOEXEC, (mode_t)mode));
}

int spkg_renameat2(int from, const char *name, int to, const char *target, unsigned flags) {
    return NEGATIVE(renameat2(from, name, to, target, flags));
}

int spkg_linkat(int from, const char *name, int to, const char *target) {
    return NEGATIVE(linkat(from, name, to, target, 0));
}

int spkg_unlinkat(int directory, const char *name, int flags) {
    return NEGATIVE(unlinkat(directory, name, flags));
}

int spkg_mkdirat(int directory, const char *name, unsigned mode) {
    return NEGATIVE(mkdirat(directory, name, (mode_t)mode));
}

int spkg_symlinkat(const char *text, int directory, const char *name) {
    return NEGATIVE(symlinkat(text, directory, name));
}

ssize_t spkg_readlinkat(int directory, const char *name, char *buffer, size_t size) {
    return NEGATIVE(readlinkat(directory, name, buffer, size));
}

int spkg_fstatat(int directory, const char *name, struct stat *out, int flags) {
    return NEGATIVE(fstatat(directory, name, out, flags));
}

int spkg_fstat(int descriptor, struct stat *out) { return NEGATIVE(fstat(descriptor, out)); }

int64_t spkg_mount(int directory) {
    struct statx found;
    if (statx(directory, "", AT_EMPTY_PATH, STATX_MNT_ID, &found) == -1) return -errno;
    if (found.stx_mask & STATX_MNT_ID) return (int64_t)found.stx_mnt_id;
    // Before Linux 5.8: two mounts of one file system look like one, and a rename tells.
    return (int64_t)found.stx_dev_major << 32 | found.stx_dev_minor;
}

int spkg_fchownat(int directory, const char *name, unsigned user, unsigned group) {
    return NEGATIVE(fchownat(directory, name, user, group, AT_SYMLINK_NOFOLLOW));
}

int spkg_open_entry(int directory, const char *name) {
    return NEGATIVE(openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
}

int spkg_give(int entry, unsigned user, unsigned group) {
    return NEGATIVE(fchownat(entry, "", user, group, AT_EMPTY_PATH));
}

int spkg_fchmodat(int directory, const char *name, unsigned mode) {
    return NEGATIVE(fchmodat(directory, name, (mode_t)mode, 0));
}

int spkg_fchmod(int descriptor, unsigned mode) { return NEGATIVE(fchmod(descriptor, (mode_t)mode)); }

int spkg_utimensat(int directory, const char *name, int64_t seconds, int64_t nanoseconds) {
    struct timespec times[2] = {{0, UTIME_OMIT}, {(time_t)seconds, (long)nanoseconds}};
    return NEGATIVE(utimensat(directory, name, times, AT_SYMLINK_NOFOLLOW));
}

int spkg_fsync(int descriptor) { return NEGATIVE(fsync(descriptor)); }

int spkg_syncfs(int descriptor) { return NEGATIVE(syncfs(descriptor)); }

int spkg_write_out(int descriptor, int wait) {
    unsigned all = SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
    return NEGATIVE(sync_file_range(descriptor, 0, 0, wait ? all : SYNC_FILE_RANGE_WRITE));
}

int spkg_keeps_order(int descriptor) {
    struct statfs found;
    if (fstatfs(descriptor, &found) == -1) return -errno;
    return found.f_type == EXT4_SUPER_MAGIC || found.f_type == 0x58465342 /* XFS */;
}

int spkg_flock(int descriptor, int operation) { return NEGATIVE(flock(descriptor, operation)); }

int spkg_dup(int descriptor) { return NEGATIVE(dup(descriptor)); }

int spkg_ftruncate(int descriptor, int64_t size) { return NEGATIVE(ftruncate(descriptor, size)); }

ssize_t spkg_write(int descriptor, const void *bytes, size_t size) {
    return NEGATIVE(write(descriptor, bytes, size));
}

ssize_t spkg_read(int descriptor, void *bytes, size_t size) {
    return NEGATIVE(read(descriptor, bytes, size));
}

int spkg_close(int descriptor) { return NEGATIVE(close(descriptor)); }

struct kernel_entry {
    uint64_t inode;
    int64_t offset;
    unsigned short length;
    unsigned char type;
    char name[];
};

int spkg_holds(const void *all, size_t size, const void *part, size_t part_size) {
    return memmem(all, size, part, part_size) != NULL;
}

ssize_t spkg_entries(int directory, char *buffer, size_t size) {
    char block[32768];
    // An entry takes less room in buffer than in the kernel's block, so the block always fits.
    size_t room = size < sizeof block ? size : sizeof block;
    for (;;) {
        long got = syscall(SYS_getdents64, directory, block, room);
        if (got < 0) return -errno;
        if (got == 0) return 0;
        size_t used = 0;
        for (long at = 0; at < got;) {
            struct kernel_entry *entry = (struct kernel_entry *)(block + at);
            at += entry->length;
            if (strcmp(entry->name, ".") == 0 || strcmp(entry->name, "..") == 0) continue;
            size_t length = strlen(entry->name) + 1;
            buffer[used++] = (char)entry->type;
            memcpy(buffer + used, entry->name, length);
            used += length;
        }
        if (used > 0) return (ssize_t)used;
    }
}

static void ending_signals(sigset_t *set) {
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGHUP);
}

void spkg_block_ending_signals(sigset_t *before) {
    sigset_t set;
    ending_signals(&set);
    pthread_sigmask(SIG_BLOCK, &set, before);
}

void spkg_restore_signals(const sigset_t *before) { pthread_sigmask(SIG_SETMASK, before, NULL); }

int spkg_ending_signal_pending(void) {
    sigset_t set;
    sigemptyset(&set);
    sigpending(&set);
    return sigismember(&set, SIGINT) == 1 || sigismember(&set, SIGTERM) == 1
        || sigismember(&set, SIGHUP) == 1;
}

int spkg_unnamed_file(int directory) {
    int result = openat(directory, ".", O_TMPFILE | O_RDWR | O_APPEND | O_CLOEXEC, 0600);
    // Not every file system has them.
    return result == -1 ? spkg_memory_file() : result;
}

int spkg_memory_file(void) { return NEGATIVE(memfd_create("spkg", MFD_CLOEXEC)); }

int spkg_pipe(int ends[2]) { return NEGATIVE(pipe2(ends, O_CLOEXEC)); }

int spkg_thread(void) { return (int)syscall(SYS_gettid); }

static pthread_mutex_t starts = PTHREAD_MUTEX_INITIALIZER;

void spkg_lock_starts(void) { pthread_mutex_lock(&starts); }

void spkg_unlock_starts(void) { pthread_mutex_unlock(&starts); }

static int niceness;

// Before there is any other thread, and before libdispatch lends itself the first one.
__attribute__((constructor)) static void note_niceness(void) {
    niceness = getpriority(PRIO_PROCESS, 0);
}

int spkg_niceness(void) { return niceness; }

int spkg_spawn(const char *program, char *const arguments[], char *const environment[],
               const char *directory, int stdout_, int stderr_, pid_t *process) {
    posix_spawn_file_actions_t actions;
    int result = posix_spawn_file_actions_init(&actions);
    if (result) return -result;
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, stdout_, 1);
    posix_spawn_file_actions_adddup2(&actions, stderr_, 2);
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (directory) posix_spawn_file_actions_addchdir_np(&actions, directory);
    // Signals that we hold back are nothing that a child should hold back.
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    sigset_t none, plain;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    // Ignored by us or by what we use. What nohup ignores stays so.
    sigemptyset(&plain);
    sigaddset(&plain, SIGPIPE);
    sigaddset(&plain, SIGCHLD);
    posix_spawnattr_setsigdefault(&attributes, &plain);
    // A child begins as nice as the thread that starts it. Set afterwards, it could undo what the child
    // has done itself.
    if (getpriority(PRIO_PROCESS, 0) != spkg_niceness())
        setpriority(PRIO_PROCESS, 0, spkg_niceness());
    spkg_lock_starts();
    result = posix_spawn(process, program, &actions, &attributes, arguments, environment);
    spkg_unlock_starts();
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return -result;
}

void spkg_start_plainly(void) {
    // Ignored by a parent, they would stay so: nobody could wait for a child then.
    signal(SIGCHLD, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

int spkg_exec(char *const arguments[], char *const environment[]) {
    return NEGATIVE(execvpe(arguments[0], arguments, environment));
}

int spkg_wait(pid_t process) {
    int status = 0;
    while (waitpid(process, &status, 0) == -1) {
        if (errno != EINTR) return -errno;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

ssize_t spkg_find(const void *bytes, size_t size, const void *text, size_t length) {
    const char *found = memmem(bytes, size, text, length);
    return found ? found - (const char *)bytes : -1;
}

ssize_t spkg_find_last(const void *bytes, size_t size, int byte) {
    const char *found = memrchr(bytes, byte, size);
    return found ? found - (const char *)bytes : -1;
}
