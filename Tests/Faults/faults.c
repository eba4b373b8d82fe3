// Faults on demand, for tests of what spkg leaves behind: a library that is preloaded into the real
// program, counts its calls that change something on disk, and at the chosen one kills the process,
// makes the call fail, raises a signal or runs a command.
//
//     gcc -shared -fPIC -O1 -o faults.so faults.c
//     LD_PRELOAD=…/faults.so FAULT_PROGRAM=/path/to/spkg FAULT_AT=17 FAULT_DO=kill spkg install …
//
// Environment, read once and taken out of it, so that children of the program are left alone:
//     FAULT_PROGRAM  real path of the program; every other one runs undisturbed
//     FAULT_LOG      file that gets a line per call: NUMBER CALL PATH, at once, so that it also tells
//                    how far a killed process came
//     FAULT_FROM     counting begins with the first call whose path ends in this text
//     FAULT_ONLY     count only these calls: names separated by commas
//     FAULT_AT       number of the call, from 1; 0: every call
//     FAULT_DO       kill: the process dies before the call; kill-after: after it
//                    fail ERRNO: the call fails, this once
//                    fail-on ERRNO: it fails, and every later one of the same need: with ENOSPC and
//                    EDQUOT those that take space, with other numbers all
//                    signal NUMBER: sent to the process before the call
//                    run COMMAND: sh runs it to its end before the call
//     FAULT_NO_RENAME_FLAGS  any value: renames with flags fail with EINVAL, as on file systems
//                    that have none; they still count
//     FAULT_NO_SYNC  fsync and syncfs count, but don't wait for the disk, nor does sync_file_range, of files and
//                    folders whose path matches this pattern of fnmatch(3): `*` is all
//
// Writes to stdout and stderr don't count: they change nothing on disk.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum action { NOTHING, KILL, KILL_AFTER, FAIL, FAIL_ON, SIGNAL, RUN };

static int active;
static pid_t process;
static int log_file = -1;
static const char *from, *only, *command, *no_sync;
static long at, number;
static enum action action;
static int value, no_rename_flags, started, failing;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
extern char **environ;

/// Kept beyond unsetenv.
static const char *take(const char *name) {
    const char *text = getenv(name);
    if (!text) return NULL;
    text = strdup(text);
    unsetenv(name);
    return text;
}

static void die_of_wrong_use(const char *why) {
    fprintf(stderr, "faults: %s\n", why);
    _exit(99);
}

__attribute__((constructor)) static void begin(void) {
    const char *program = getenv("FAULT_PROGRAM");
    if (!program) return;
    char self[4097];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length < 0) return;
    self[length] = 0;
    if (strcmp(self, program) != 0) return;
    take("FAULT_PROGRAM");
    unsetenv("LD_PRELOAD");
    const char *log = take("FAULT_LOG"), *what = take("FAULT_DO"), *when = take("FAULT_AT");
    from = take("FAULT_FROM");
    only = take("FAULT_ONLY");
    no_rename_flags = take("FAULT_NO_RENAME_FLAGS") != NULL;
    no_sync = take("FAULT_NO_SYNC");
    started = from == NULL;
    if (log) {
        log_file = (int)syscall(
            SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
        if (log_file < 0) die_of_wrong_use("the log can't be written");
    }
    at = when ? atol(when) : -1;
    if (what) {
        const char *blank = strchr(what, ' ');
        size_t word = blank ? (size_t)(blank - what) : strlen(what);
        const char *names[] = {"", "kill", "kill-after", "fail", "fail-on", "signal", "run"};
        for (int i = 1; i < 7; i++)
            if (strlen(names[i]) == word && memcmp(what, names[i], word) == 0) action = i;
        if (action == NOTHING || (action >= FAIL && !blank)) die_of_wrong_use(what);
        command = blank ? blank + 1 : "";
        value = atoi(command);
    }
    process = getpid();
    active = 1;
}

static int is_listed(const char *call) {
    if (!only) return 1;
    size_t length = strlen(call);
    for (const char *found = only; (found = strstr(found, call)); found += length) {
        int begins = found == only || found[-1] == ',';
        if (begins && (found[length] == 0 || found[length] == ',')) return 1;
    }
    return 0;
}

static int takes_space(const char *call) {
    return strcmp(call, "unlink") != 0 && strcmp(call, "rmdir") != 0 && strcmp(call, "rename") != 0
        && strcmp(call, "flock") != 0 && strcmp(call, "chmod") != 0;
}

/// The path that a call is about, as well as it can be told: of a descriptor what the kernel says,
/// of a folder and a name both.
static void describe(int folder, const char *name, char *text, size_t size) {
    size_t used = 0;
    if (folder >= 0 && (!name || name[0] != '/')) {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        ssize_t got = readlink(link, text, size - 1);
        used = got > 0 ? (size_t)got : 0;
    }
    if (name) snprintf(text + used, size - used, "%s%s", used ? "/" : "", name);
    else text[used] = 0;
}

static void write_log(long count, const char *call, const char *path) {
    if (log_file < 0) return;
    char line[8400];
    int length = snprintf(line, sizeof line, "%ld %s ", count, call);
    for (const char *byte = path; *byte && length < (int)sizeof line - 2; byte++)
        line[length++] = *byte == '\n' ? '?' : *byte;
    line[length++] = '\n';
    syscall(SYS_write, log_file, line, (size_t)length);
}

static void die(void) {
    syscall(SYS_kill, process, SIGKILL);
    for (;;) pause();
}

static void run_command(void) {
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    char *words[] = {"sh", "-c", (char *)command, NULL};
    pid_t child;
    // The command must not be counted, nor end up here again.
    if (posix_spawn(&child, "/bin/sh", NULL, &attributes, words, environ) != 0)
        die_of_wrong_use("sh can't be started");
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    posix_spawnattr_destroy(&attributes);
}

/// What becomes of a call.
struct fate {
    int error;     // not 0: fail with this, without calling
    int dies_after;
};

static struct fate meet(const char *call, int folder, const char *name, int has_flags) {
    struct fate fate = {0, 0};
    if (!active || getpid() != process) return fate;
    int before = errno;
    char path[8192];
    describe(folder, name, path, sizeof path);
    // Pipes and sockets are nothing on disk.
    if (!name && path[0] != '/') return fate;
    pthread_mutex_lock(&lock);
    if (!started && strlen(path) >= strlen(from)
        && strcmp(path + strlen(path) - strlen(from), from) == 0)
        started = 1;
    if (started && is_listed(call)) {
        number++;
        write_log(number, call, path);
        int is_it = at == 0 || number == at;
        switch (action) {
        case KILL: if (is_it) die(); break;
        case KILL_AFTER: fate.dies_after = is_it; break;
        case FAIL: if (is_it) fate.error = value; break;
        case FAIL_ON:
            failing |= is_it;
            if (failing && ((value != ENOSPC && value != EDQUOT) || takes_space(call)))
                fate.error = value;
            break;
        case SIGNAL: if (is_it) syscall(SYS_kill, process, value); break;
        case RUN: if (is_it) run_command(); break;
        case NOTHING: break;
        }
    }
    pthread_mutex_unlock(&lock);
    if (!fate.error && has_flags && no_rename_flags) fate.error = EINVAL;
    errno = before;
    return fate;
}

#define REAL(name) \
    static __typeof__(&name) real; \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define MEETING(call, folder, name, has_flags, body) \
    struct fate fate = meet(call, folder, name, has_flags); \
    if (fate.error) { \
        if (fate.dies_after) die(); \
        errno = fate.error; \
        return -1; \
    } \
    __typeof__(body) result = body; \
    if (fate.dies_after) die(); \
    return result

#define OPENING(NAME, DECLARATION, FOLDER, CALL) \
    int NAME DECLARATION { \
        REAL(NAME); \
        mode_t mode = 0; \
        if (flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE) { \
            va_list rest; \
            va_start(rest, flags); \
            mode = (mode_t)va_arg(rest, int); \
            va_end(rest); \
        } \
        if (!(flags & (O_CREAT | O_TRUNC)) && (flags & O_TMPFILE) != O_TMPFILE) return CALL; \
        MEETING("create", FOLDER, name, 0, CALL); \
    }

OPENING(open, (const char *name, int flags, ...), -1, real(name, flags, mode))
OPENING(open64, (const char *name, int flags, ...), -1, real(name, flags, mode))
OPENING(openat, (int folder, const char *name, int flags, ...), folder,
        real(folder, name, flags, mode))
OPENING(openat64, (int folder, const char *name, int flags, ...), folder,
        real(folder, name, flags, mode))

ssize_t write(int file, const void *bytes, size_t size) {
    REAL(write);
    if (file <= 2) return real(file, bytes, size);
    MEETING("write", file, NULL, 0, real(file, bytes, size));
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t place) {
    REAL(pwrite);
    MEETING("write", file, NULL, 0, real(file, bytes, size, place));
}

ssize_t copy_file_range(int source, off_t *from_, int file, off_t *to, size_t size, unsigned flags) {
    REAL(copy_file_range);
    MEETING("write", file, NULL, 0, real(source, from_, file, to, size, flags));
}

int mkdir(const char *name, mode_t mode) {
    REAL(mkdir);
    MEETING("mkdir", -1, name, 0, real(name, mode));
}

int mkdirat(int folder, const char *name, mode_t mode) {
    REAL(mkdirat);
    MEETING("mkdir", folder, name, 0, real(folder, name, mode));
}

int symlink(const char *text, const char *name) {
    REAL(symlink);
    MEETING("symlink", -1, name, 0, real(text, name));
}

int symlinkat(const char *text, int folder, const char *name) {
    REAL(symlinkat);
    MEETING("symlink", folder, name, 0, real(text, folder, name));
}

int linkat(int source, const char *old, int folder, const char *name, int flags) {
    REAL(linkat);
    MEETING("link", folder, name, 0, real(source, old, folder, name, flags));
}

int rename(const char *old, const char *name) {
    REAL(rename);
    MEETING("rename", -1, name, 0, real(old, name));
}

int renameat(int source, const char *old, int folder, const char *name) {
    REAL(renameat);
    MEETING("rename", folder, name, 0, real(source, old, folder, name));
}

int renameat2(int source, const char *old, int folder, const char *name, unsigned flags) {
    REAL(renameat2);
    MEETING("rename", folder, name, flags != 0, real(source, old, folder, name, flags));
}

int unlink(const char *name) {
    REAL(unlink);
    MEETING("unlink", -1, name, 0, real(name));
}

int rmdir(const char *name) {
    REAL(rmdir);
    MEETING("rmdir", -1, name, 0, real(name));
}

int unlinkat(int folder, const char *name, int flags) {
    REAL(unlinkat);
    MEETING(flags & AT_REMOVEDIR ? "rmdir" : "unlink", folder, name, 0, real(folder, name, flags));
}

int fchmod(int file, mode_t mode) {
    REAL(fchmod);
    MEETING("chmod", file, NULL, 0, real(file, mode));
}

int fchmodat(int folder, const char *name, mode_t mode, int flags) {
    REAL(fchmodat);
    MEETING("chmod", folder, name, 0, real(folder, name, mode, flags));
}

int utimensat(int folder, const char *name, const struct timespec times[2], int flags) {
    REAL(utimensat);
    MEETING("utime", folder, name, 0, real(folder, name, times, flags));
}

int futimens(int file, const struct timespec times[2]) {
    REAL(futimens);
    MEETING("utime", file, NULL, 0, real(file, times));
}

int fchownat(int folder, const char *name, uid_t user, gid_t group, int flags) {
    REAL(fchownat);
    MEETING("chown", folder, name, 0, real(folder, name, user, group, flags));
}

int fchown(int file, uid_t user, gid_t group) {
    REAL(fchown);
    MEETING("chown", file, NULL, 0, real(file, user, group));
}

int ftruncate(int file, off_t size) {
    REAL(ftruncate);
    MEETING("truncate", file, NULL, 0, real(file, size));
}

static int is_synced(int file) {
    char path[8192];
    if (!no_sync) return 1;
    describe(file, NULL, path, sizeof path);
    return fnmatch(no_sync, path, 0) != 0;
}

int fsync(int file) {
    REAL(fsync);
    MEETING("sync", file, NULL, 0, is_synced(file) ? real(file) : 0);
}

int fdatasync(int file) {
    REAL(fdatasync);
    MEETING("sync", file, NULL, 0, is_synced(file) ? real(file) : 0);
}

int syncfs(int file) {
    REAL(syncfs);
    MEETING("sync", file, NULL, 0, is_synced(file) ? real(file) : 0);
}

/// Not counted: a hint to begin writing, or a part of a wait that a sync ends.
int sync_file_range(int file, off64_t from_, off64_t size, unsigned flags) {
    REAL(sync_file_range);
    if (active && getpid() == process && !is_synced(file)) return 0;
    return real(file, from_, size, flags);
}

int flock(int file, int operation) {
    REAL(flock);
    MEETING("flock", file, NULL, 0, real(file, operation));
}
