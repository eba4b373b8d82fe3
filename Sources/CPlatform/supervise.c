// A process between spkg and a step of a build, which ends all that the step has started: when the
// step ends, when spkg asks for it, and when spkg is gone, however it went.
//
// It is a fork of spkg, which may have threads: only system calls are allowed here, no memory is
// asked for, and nothing of Swift is touched.
#define _GNU_SOURCE
#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct call {
    char *const *arguments;
    char *const *environment;
    const char *directory;
    const char *holder;
    struct spkg_step step;
    int niceness;
};

static void say(int line, int kind, int value) {
    struct spkg_step_report report = {kind, value};
    while (write(line, &report, sizeof report) == -1 && errno == EINTR) {}
}

// MARK: What the step gets

// On a terminal, what nohup and a shell's & ignore stays ignored.
static void reset_signals(int keeps_terminal) {
    struct sigaction plain = {.sa_handler = SIG_DFL}, found;
    for (int number = 1; number < NSIG; number++) {
        int is_terminals = number == SIGHUP || number == SIGINT || number == SIGQUIT;
        if (keeps_terminal && is_terminals && sigaction(number, NULL, &found) == 0
            && found.sa_handler == SIG_IGN)
            continue;
        if (sigaction(number, &plain, NULL) == 0) continue;
        // Those of threads: glibc hides them, and its posix_spawn leaves them ignored.
        long fields[4] = {0};
        syscall(SYS_rt_sigaction, number, fields, NULL, (size_t)8);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

// Whether a descriptor is of a lock file, by its name: those alone end in .lock.
static int is_lock(int descriptor) {
    char name[64], path[4096];
    snprintf(name, sizeof name, "/proc/self/fd/%d", descriptor);
    ssize_t size = readlink(name, path, sizeof path);
    return size < 5 || memcmp(path + size - 5, ".lock", 5) == 0;
}

// Lock files of ours stay open, for the locks on them last as long as the build, and so do pipes: the
// job tokens are found here, see spkg_step_start. Other files are of other packages that are built and
// installed at the same time: a script can't be run while anyone has it open for writing.
static void close_all_but(int line, int output) {
    for (int descriptor = 3, top = (int)sysconf(_SC_OPEN_MAX); descriptor < top; descriptor++) {
        struct stat found;
        if (fstat(descriptor, &found) == -1) {
            // Numbers are given from below.
            if (descriptor > 1024) return;
            continue;
        }
        if (descriptor == line || descriptor == output) continue;
        if (S_ISFIFO(found.st_mode) || (S_ISREG(found.st_mode) && is_lock(descriptor))) continue;
        close(descriptor);
    }
}

static int write_file(const char *path, const char *text) {
    int descriptor = open(path, O_WRONLY | O_CLOEXEC);
    if (descriptor == -1) return -1;
    ssize_t written = write(descriptor, text, strlen(text));
    close(descriptor);
    return written == (ssize_t)strlen(text) ? 0 : -1;
}

static int bring_loopback_up(void) {
    int socket_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket_ == -1) return -1;
    struct ifreq request = {.ifr_name = "lo"};
    int result = ioctl(socket_, SIOCGIFFLAGS, &request);
    request.ifr_flags |= IFF_UP | IFF_RUNNING;
    if (result == 0) result = ioctl(socket_, SIOCSIFFLAGS, &request);
    close(socket_);
    return result;
}

// Leaves the network for one that has a loopback and nothing else. Who is not root needs a user
// namespace for that, in which users and groups are what they were.
static int leave_network(void) {
    unsigned user = geteuid(), group = getegid();
    int is_root = user == 0;
    if (unshare(is_root ? CLONE_NEWNET : CLONE_NEWUSER | CLONE_NEWNET) == -1) return -1;
    if (!is_root) {
        char map[64];
        if (write_file("/proc/self/setgroups", "deny") == -1) return -1;
        snprintf(map, sizeof map, "%u %u 1", user, user);
        if (write_file("/proc/self/uid_map", map) == -1) return -1;
        snprintf(map, sizeof map, "%u %u 1", group, group);
        if (write_file("/proc/self/gid_map", map) == -1) return -1;
    }
    if (bring_loopback_up() == -1) return -1;
    if (!is_root) {
        // A process with more rights than the step would not let it look into /proc/PID/fd.
        struct { unsigned version; int process; } head = {0x20080522, 0};
        unsigned none[6] = {0};
        if (syscall(SYS_capset, &head, none) == -1) return -1;
    }
    return 0;
}

int spkg_leave_network(void) { return leave_network() == -1 ? -errno : 0; }

// Puts this process's number where a text names spkg's, without changing the length: both are
// followed by as many "/." as fit.
static void rename_holder(char *text, const char *holder, size_t length) {
    for (char *at = text; (at = strstr(at, holder)); at += length) {
        char path[64];
        size_t used = (size_t)snprintf(path, sizeof path, "/proc/%d", getpid());
        if ((length - used) % 2) path[used++] = '/';
        for (; used < length; used += 2) memcpy(path + used, "/.", 2);
        memcpy(at, path, length);
    }
}

static _Noreturn void become(const struct call *call, pid_t parent, int group, int failure) {
    reset_signals(call->step.keeps_terminal);
    // Should even the supervisor be killed.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    // Without a terminal, what asks there gets an error at once instead of waiting unseen.
    if (!call->step.keeps_terminal) setsid();
    else if (setpgid(0, group) == -1) setpgid(0, 0);
    int null = open("/dev/null", O_RDONLY);
    if (null == -1 || dup2(null, 0) == -1 || dup2(call->step.output, 1) == -1
        || dup2(call->step.output, 2) == -1 || chdir(call->directory) == -1)
        goto failed;
    // All but these three and the line for failures, which closes itself.
    for (int descriptor = 3; descriptor < failure; descriptor++) close(descriptor);
    if (syscall(SYS_close_range, failure + 1, ~0U, 0) == -1)
        for (int descriptor = failure + 1, top = (int)sysconf(_SC_OPEN_MAX); descriptor < top
             && descriptor < 65536; descriptor++)
            close(descriptor);
    execve(call->arguments[0], call->arguments + 1, call->environment);
failed:;
    int number = errno;
    while (write(failure, &number, sizeof number) == -1 && errno == EINTR) {}
    _exit(127);
}

// MARK: Ending

static int64_t now_ms(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

// Those that were asked to end; more than that are only made to.
static pid_t told[512];
static size_t told_count;

static int is_new(pid_t process) {
    for (size_t index = 0; index < told_count; index++)
        if (told[index] == process) return 0;
    if (told_count < sizeof told / sizeof *told) told[told_count++] = process;
    return 1;
}

// Signals each child of this process; orphans among its descendants are its children. A polite signal
// is sent once, and not to members of a group that has had it: make takes a second SIGTERM for an order to
// die at once, and its job tokens are lost. Returns how many could be signalled, -1 where the kernel
// doesn't tell.
static int signal_children(int number, pid_t signalled_group) {
    char name[64], text[65536];
    snprintf(name, sizeof name, "/proc/self/task/%d/children", getpid());
    int descriptor = open(name, O_RDONLY | O_CLOEXEC);
    if (descriptor == -1) return -1;
    size_t size = 0;
    ssize_t got;
    while (size < sizeof text - 1
           && (got = read(descriptor, text + size, sizeof text - 1 - size)) > 0)
        size += (size_t)got;
    close(descriptor);
    text[size] = 0;
    int reached = 0;
    for (char *at = text; *at;) {
        pid_t process = (pid_t)strtol(at, &at, 10);
        while (*at == ' ' || *at == '\n') at++;
        if (process <= 0) break;
        if (number != SIGKILL && (getpgid(process) == signalled_group || !is_new(process))) reached++;
        else if (kill(process, number) == 0) reached++;
    }
    return reached;
}

static _Noreturn void supervise(const struct call *call, int line, int group) {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    setpriority(PRIO_PROCESS, 0, call->niceness);
    struct sigaction plain = {.sa_handler = SIG_DFL};
    sigaction(SIGCHLD, &plain, NULL);
    // Out of the group that Ctrl-C, and who kills a group, reach.
    setpgid(0, 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_NAME, "spkg-build");
    close_all_but(line, call->step.output);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int descriptor = 0; descriptor < 3; descriptor++) dup2(null, descriptor);
    say(line, SPKG_STEP_STARTED, 0);
    if (call->step.leaves_network && leave_network() == -1) {
        say(line, SPKG_STEP_NO_NAMESPACE, errno);
        _exit(0);
    }
    size_t length = strlen(call->holder);
    for (char *const *at = call->arguments; *at; at++) rename_holder(*at, call->holder, length);
    for (char *const *at = call->environment; *at; at++) rename_holder(*at, call->holder, length);
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    int signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    int failure[2];
    if (signals == -1 || pipe2(failure, O_CLOEXEC) == -1) {
        say(line, SPKG_STEP_FAILED, errno);
        _exit(0);
    }
    pid_t own = getpid(), process = fork();
    if (process == 0) become(call, own, group, failure[1]);
    int number = process == -1 ? errno : 0;
    close(failure[1]);
    if (process != -1)
        while (read(failure[0], &number, sizeof number) == -1 && errno == EINTR) {}
    close(failure[0]);
    if (number) {
        say(line, SPKG_STEP_FAILED, number);
        _exit(0);
    }

    int status = 0, has_ended = 0, is_asked = 0, is_alone = 0;
    int64_t deadline = -1;
    for (;;) {
        int found;
        pid_t ended;
        while ((ended = waitpid(-1, &found, WNOHANG)) > 0)
            if (ended == process) status = found, has_ended = 1;
        if (ended == -1 && errno == ECHILD) break;
        int wait = -1;
        if (has_ended || is_asked) {
            int64_t now = now_ms();
            int is_first = deadline == -1;
            if (is_first) deadline = now + call->step.patience;
            int signal_ = now < deadline ? SIGTERM : SIGKILL;
            int reached = 0;
            // Its group at once, so that make doesn't start more when a compiler ends. Later the
            // number may be that of others, unless the leader is still there.
            if (!call->step.keeps_terminal && is_first) reached = kill(-process, signal_) == 0;
            int children = signal_children(signal_, call->step.keeps_terminal ? 0 : process);
            if (!call->step.keeps_terminal && !is_first && signal_ == SIGKILL
                && (!has_ended || children == -1))
                reached = kill(-process, signal_) == 0;
            // Processes of another user (sudo) can't be ended by us.
            if (signal_ == SIGKILL && !reached && children <= 0) break;
            wait = signal_ == SIGKILL ? 10 : 50;
        }
        struct pollfd waiting[2] = {{signals, POLLIN, 0}, {is_alone ? -1 : line, POLLIN, 0}};
        poll(waiting, 2, wait);
        struct signalfd_siginfo information;
        while (read(signals, &information, sizeof information) > 0) {}
        if (waiting[1].revents) {
            char word;
            // Nothing to read: spkg is gone.
            if (read(line, &word, 1) <= 0) is_alone = 1;
            is_asked = 1;
        }
    }
    say(line, SPKG_STEP_ENDED, has_ended ? status : SIGKILL);
    _exit(0);
}

int spkg_step_start(char *const arguments[], char *const environment[], const char *directory,
                    const char *holder, struct spkg_step step, pid_t *supervisor, int *line) {
    struct call call = {arguments, environment, directory, holder, step, spkg_niceness()};
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == -1) return -errno;
    int group = getpgrp();
    // No signal may find the new process half made.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    // Until the new process has closed what other threads had open, none of them starts another: what
    // that one runs may be a file that was just written.
    spkg_lock_starts();
    pid_t process = fork();
    if (process == 0) supervise(&call, ends[1], group);
    int number = errno;
    close(ends[1]);
    if (process != -1) {
        struct spkg_step_report started;
        while (read(ends[0], &started, sizeof started) == -1 && errno == EINTR) {}
    }
    spkg_unlock_starts();
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (process == -1) {
        close(ends[0]);
        return -number;
    }
    *supervisor = process;
    *line = ends[0];
    return 0;
}

int spkg_step_wait(pid_t supervisor, int line, struct spkg_step_report *report) {
    ssize_t got;
    while ((got = read(line, report, sizeof *report)) == -1 && errno == EINTR) {}
    while (waitpid(supervisor, NULL, 0) == -1 && errno == EINTR) {}
    // Killed itself; what it watched over has died with it.
    if (got != sizeof *report) *report = (struct spkg_step_report){SPKG_STEP_ENDED, SIGKILL};
    return 0;
}

void spkg_step_end(int line) {
    char word = 'T';
    while (send(line, &word, 1, MSG_NOSIGNAL) == -1 && errno == EINTR) {}
}
