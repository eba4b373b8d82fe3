internal import Glibc
internal import Platform

/// Shows a log on the terminal while a child writes it.
///
/// Looks at the file twenty times a second, or five for glances; the end of the child is not waited for here, `finish`
/// shows what came last.
final actor LogFollower {
    private let file: File
    private let terminal: TerminalLines
    private var lines: LineCutter
    private var block = [UInt8](repeating: 0, count: 65536)
    private let isFedBack: @Sendable () -> Bool
    private let start: Int
    /// Of the output; in glances, of the file.
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
        start = max(0, lseek(file.descriptor, 0, SEEK_CUR))
        self.file = file
        self.isFedBack = isFedBack
        self.terminal = terminal
        lines = LineCutter(terminal)
    }

    /// Goes on until the task is cancelled.
    func follow() async {
        while !Task.isCancelled {
            if terminal.isGlance { glance() } else { showNew() }
            try? await Task.sleep(for: .milliseconds(terminal.isGlance ? 200 : 50))
        }
    }

    func finish() {
        if terminal.isGlance { return }
        showNew()
        lines.finish()
    }

    private func glance() {
        guard let size = try? file.status().size, size > shown else { return }
        shown = size
        lseek(file.descriptor, max(start, size - 4096), SEEK_SET)
        let got = block.withUnsafeMutableBytes { (try? file.read(into: $0)) ?? 0 }
        terminal.write(Array(block[..<got]))
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
