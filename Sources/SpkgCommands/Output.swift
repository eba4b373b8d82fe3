internal import Glibc
internal import Platform
internal import SystemPackage

/// Writes data to stdout, all of it: every command prints through this.
///
/// - Throws: when it can't be written. A reader that has left, as `head` does when it has enough, is
///   no error: this process ends without a word, as it does where SIGPIPE isn't ignored.
func emit(_ text: String) throws(PlatformError) {
    guard let errno = writeAll(text, to: STDOUT_FILENO) else { return }
    if errno == .brokenPipe { endBySignal(SIGPIPE) }
    throw .call("write", path: "stdout", errno: errno)
}

/// Writes the whole text. No reader is an error here, and not a signal: who has nobody to talk to
/// any more goes on working.
///
/// - Returns: why it can't be written; nil if it was.
func writeAll(_ text: String, to descriptor: CInt) -> Errno? {
    var pipe = sigset_t()
    var before = sigset_t()
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &pipe, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var text = text
    return text.withUTF8 { buffer in
        var rest = UnsafeRawBufferPointer(buffer)
        while !rest.isEmpty {
            let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else {
                let failure = Errno(rawValue: errno)
                // The signal that came with it is pending for this thread.
                var none = timespec()
                if failure == .brokenPipe { sigtimedwait(&pipe, nil, &none) }
                return failure
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
        return nil
    }
}

/// Ends this process by a signal, so that its parent sees which.
func endBySignal(_ number: CInt) -> Never {
    signal(number, SIG_DFL)
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, number)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    kill(getpid(), number)
    _exit(128 + number)
}

/// Occupies those of the descriptors 0, 1 and 2 that the caller has closed, so that no file that is
/// opened later gets such a number and with it what is meant for a terminal. Reading and writing
/// there fails, as it would have; a program that this process becomes finds them closed.
func occupyStandardDescriptors() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
    where fcntl(descriptor, F_GETFD) == -1 {
        _ = open("/dev/null", (descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) | O_CLOEXEC)
    }
}
