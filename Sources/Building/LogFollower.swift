internal import Platform

/// Shows a log on the terminal while a child writes it.
///
/// Looks at the file twenty times a second; the end of the child is not waited for here, `finish`
/// shows what came last.
final actor LogFollower {
    private let file: File
    private var lines: LineCutter
    private var block = [UInt8](repeating: 0, count: 65536)
    private let isFedBack: @Sendable () -> Bool
    private var shown = 0
    /// When it is looked whether what is shown comes back into the file; twice as much each time.
    private var nextLook = 65536
    private var isStopped = false

    /// - Parameters:
    ///   - file: positioned where the output will begin.
    ///   - isFedBack: whether what the terminal gets is written to the same file, which would then
    ///     grow without end.
    init(
        _ file: consuming File, _ terminal: TerminalLines,
        isFedBack: @escaping @Sendable () -> Bool
    ) {
        self.file = file
        self.isFedBack = isFedBack
        lines = LineCutter(terminal)
    }

    /// Goes on until the task is cancelled.
    func follow() async {
        while !Task.isCancelled {
            showNew()
            try? await Task.sleep(for: .milliseconds(50))
        }
    }

    func finish() {
        showNew()
        lines.finish()
    }

    private func showNew() {
        // An unreadable log is no reason to end a build: it is for looking at only.
        while !isStopped {
            let got = block.withUnsafeMutableBytes { (try? file.read(into: $0)) ?? 0 }
            if got == 0 { return }
            shown += got
            if shown > nextLook {
                nextLook *= 2
                isStopped = isFedBack()
                if isStopped { return }
            }
            block.withUnsafeBytes { lines.add(UnsafeRawBufferPointer(rebasing: $0[..<got])) }
        }
    }
}
