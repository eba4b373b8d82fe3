internal import Platform

/// Shows a log on the terminal while a child writes it.
///
/// Looks at the file twenty times a second; the end of the child is not waited for here, `finish`
/// shows what came last.
final actor LogFollower {
    private let file: File
    private var lines: LineCutter
    private var block = [UInt8](repeating: 0, count: 65536)

    /// - Parameter file: positioned where the output will begin.
    init(_ file: consuming File, _ terminal: TerminalLines) {
        self.file = file
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
        while true {
            let got = block.withUnsafeMutableBytes { (try? file.read(into: $0)) ?? 0 }
            if got == 0 { return }
            block.withUnsafeBytes { lines.add(UnsafeRawBufferPointer(rebasing: $0[..<got])) }
        }
    }
}
