// What a machine's disk gets, in order: a library that is preloaded into user-mode Linux and writes down
// each write to its disk.
//
//     gcc -shared -fPIC -O1 -o recorder.so recorder.c
//     LD_PRELOAD=…/recorder.so RECORD_DISK=PATH RECORD_MARKS=PATH RECORD_LOG=PATH linux.uml …
//
// The log is a sequence of
//     letter, time, offset, length    1, 8, 8 and 8 bytes, of this machine's order; nanoseconds
//     the bytes                       after W and M
// W: written; Z: length bytes became zeroes; M: written to the file of marks, by which the machine says
// how far its work has come. That goes the way of the disk's writes, so that it is in order with them.
//
// When the disk is told to empty its cache can't be seen: this kernel answers that by itself.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static int log_file = -1;
static struct stat disk, marks;

__attribute__((constructor)) static void start(void) {
    const char *log = getenv("RECORD_LOG");
    if (!log) return;
    if (stat(getenv("RECORD_DISK"), &disk) || stat(getenv("RECORD_MARKS"), &marks)) abort();
    log_file = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (log_file < 0) abort();
}

static int is(const struct stat *one, const struct stat *other) {
    return one->st_ino == other->st_ino && one->st_dev == other->st_dev;
}

/// W for the disk, M for the marks, 0 for everything else. The disk is opened anew at each mount. Stacks
/// here are those of a kernel: a few KiB.
static char kind(int file) {
    struct stat found;
    if (log_file < 0 || fstat(file, &found)) return 0;
    return is(&found, &disk) ? 'W' : is(&found, &marks) ? 'M' : 0;
}

/// One call, so that what two threads note doesn't mix.
static void note(char letter, int64_t offset, int64_t length, const void *bytes) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t numbers[] = {now.tv_sec * 1000000000LL + now.tv_nsec, offset, length};
    struct iovec parts[] = {
        {&letter, 1}, {numbers, sizeof numbers}, {(void *)bytes, bytes ? length : 0}};
    ssize_t whole = 25 + (bytes ? length : 0);
    if (writev(log_file, parts, 3) != whole) abort();
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off_t offset) {
    char letter = kind(file);
    ssize_t written = syscall(SYS_pwrite64, file, bytes, length, offset);
    if (letter && written > 0) note(letter, offset, written, bytes);
    return written;
}

int fallocate64(int file, int mode, off_t offset, off_t length) {
    int result = syscall(SYS_fallocate, file, mode, offset, length);
    if (result == 0 && kind(file) == 'W') note('Z', offset, length, NULL);
    return result;
}
