// A disk of which all is written down that it is told: a FUSE file system that consists of one file, the
// disk, for a loop device of this machine.
//
//     gcc -O1 -o server server.c
//     server IMAGE LOG FILE      mounts itself over FILE, says so by an empty line, and serves IMAGE there
//
// The log is that of recorder.c, with one letter more, F: the disk was told to empty its cache. What came
// after the last F a power cut may lose, one or the other piece of it. LOG is appended to, so that who
// reads the disk can add marks to it.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { LARGEST = 1 << 20 };

static int channel, image, log_file;
static struct stat disk;

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void note(char letter, int64_t offset, int64_t length, const void *bytes) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t numbers[] = {now.tv_sec * 1000000000LL + now.tv_nsec, offset, length};
    struct iovec parts[] = {
        {&letter, 1}, {numbers, sizeof numbers}, {(void *)bytes, bytes ? length : 0}};
    ssize_t whole = 25 + (bytes ? length : 0);
    if (writev(log_file, parts, 3) != whole) die("log");
}

static void answer(uint64_t request, int error, const void *bytes, size_t length) {
    struct fuse_out_header header = {sizeof header + (uint32_t)length, -error, request};
    struct iovec parts[] = {{&header, sizeof header}, {(void *)bytes, length}};
    // A request may have been given up meanwhile.
    if (writev(channel, parts, 2) < 0 && errno != ENOENT) die("answer");
}

static void attributes(uint64_t request) {
    struct fuse_attr_out out = {.attr_valid = 1 << 30};
    out.attr.ino = FUSE_ROOT_ID;
    out.attr.size = (uint64_t)disk.st_size;
    out.attr.blocks = out.attr.size / 512;
    out.attr.mode = S_IFREG | 0600;
    out.attr.nlink = 1;
    out.attr.blksize = 4096;
    answer(request, 0, &out, sizeof out);
}

static void begin(uint64_t request, const struct fuse_init_in *in) {
    struct fuse_init_out out = {
        .major = FUSE_KERNEL_VERSION, .minor = FUSE_KERNEL_MINOR_VERSION,
        .max_readahead = in->max_readahead, .flags = FUSE_BIG_WRITES | FUSE_MAX_PAGES,
        .max_write = LARGEST, .max_pages = LARGEST / 4096, .max_background = 64,
        .congestion_threshold = 48, .time_gran = 1};
    answer(request, 0, &out, sizeof out);
}

static void serve(const struct fuse_in_header *header, const void *body, void *buffer) {
    switch (header->opcode) {
    case FUSE_INIT: begin(header->unique, body); return;
    case FUSE_GETATTR: attributes(header->unique); return;
    case FUSE_OPEN: {
        struct fuse_open_out out = {.fh = 1, .open_flags = FOPEN_DIRECT_IO};
        answer(header->unique, 0, &out, sizeof out);
        return;
    }
    case FUSE_READ: {
        const struct fuse_read_in *in = body;
        ssize_t got = pread(image, buffer, in->size, (off_t)in->offset);
        answer(header->unique, got < 0 ? errno : 0, buffer, got < 0 ? 0 : (size_t)got);
        return;
    }
    case FUSE_WRITE: {
        const struct fuse_write_in *in = body;
        struct fuse_write_out out = {.size = in->size};
        if (pwrite(image, in + 1, in->size, (off_t)in->offset) != (ssize_t)in->size) die("image");
        note('W', (int64_t)in->offset, in->size, in + 1);
        answer(header->unique, 0, &out, sizeof out);
        return;
    }
    case FUSE_FALLOCATE: {
        const struct fuse_fallocate_in *in = body;
        int result = fallocate(image, (int)in->mode, (off_t)in->offset, (off_t)in->length);
        if (result == 0) note('Z', (int64_t)in->offset, (int64_t)in->length, NULL);
        answer(header->unique, result ? errno : 0, NULL, 0);
        return;
    }
    case FUSE_FSYNC: note('F', 0, 0, NULL); answer(header->unique, 0, NULL, 0); return;
    case FUSE_FLUSH: case FUSE_RELEASE: answer(header->unique, 0, NULL, 0); return;
    case FUSE_FORGET: case FUSE_BATCH_FORGET: case FUSE_INTERRUPT: return;
    case FUSE_STATFS: {
        struct fuse_statfs_out out = {0};
        answer(header->unique, 0, &out, sizeof out);
        return;
    }
    default: answer(header->unique, ENOSYS, NULL, 0);
    }
}

int main(int count, char **words) {
    if (count != 4) return 64;
    image = open(words[1], O_RDWR | O_CLOEXEC);
    log_file = open(words[2], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    channel = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    if (image < 0 || log_file < 0 || channel < 0 || fstat(image, &disk)) die("open");
    char options[100];
    snprintf(options, sizeof options, "fd=%d,rootmode=100600,user_id=0,group_id=0", channel);
    if (mount("disk", words[3], "fuse", MS_NOSUID | MS_NODEV, options)) die("mount");
    if (write(1, "\n", 1) != 1) die("stdout");
    size_t size = LARGEST + 8192;
    char *request = malloc(size), *buffer = malloc(LARGEST);
    if (!request || !buffer) die("memory");
    for (;;) {
        ssize_t got = read(channel, request, size);
        if (got < 0 && (errno == EINTR || errno == EAGAIN || errno == ENOENT)) continue;
        // Unmounted.
        if (got < 0) return errno == ENODEV ? 0 : 1;
        const struct fuse_in_header *header = (void *)request;
        serve(header, header + 1, buffer);
    }
}
