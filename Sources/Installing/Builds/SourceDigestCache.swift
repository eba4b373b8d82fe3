internal import Platform
internal import SystemPackage

/// The sum of a package's source files as it was computed last, with what the file system said of them
/// then: `CACHE/sources-KEY`, one line, the digest of those states and the sum. While each file's device,
/// inode, size and times are the same, nobody has written to it.
///
/// What changed within the last two seconds isn't kept: a second change in the same tick of the file
/// system's clock would not be seen. Nobody can set the time of a file's last change back.
struct SourceDigestCache {
    private let folder: FilePath
    private let file: FilePath
    /// Digest of the states.
    private let states: String
    private let isSettled: Bool

    /// - Parameters:
    ///   - recipe: its directory.
    ///   - states: as they are now, before any is read.
    init(
        in folder: FilePath, of recipe: FilePath,
        states files: [(path: FilePath, status: FileStatus)]
    ) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(files.count * 160)
        var last = FileTime(seconds: 0)
        for (path, status) in files {
            bytes.append(contentsOf: path.string.utf8)
            let numbers = [
                UInt64(bitPattern: Int64(status.size)), status.identity.device,
                status.identity.inode, UInt64(bitPattern: status.modified.seconds),
                UInt64(bitPattern: status.modified.nanoseconds),
                UInt64(bitPattern: status.changed.seconds),
                UInt64(bitPattern: status.changed.nanoseconds),
            ]
            bytes.append(0)
            numbers.withUnsafeBytes { bytes.append(contentsOf: $0) }
            last = max(last, status.changed)
        }
        self.folder = folder
        file = folder.appending("sources-\(Digest(of: Array(recipe.string.utf8)).hex.prefix(32))")
        states = Digest(of: bytes).hex
        isSettled = last.seconds + 2 < FileTime.now.seconds
    }

    /// Nil where the files are not as they were, or nothing is known of them.
    var sum: String? {
        guard let words = try? readTextIfPresent(file)?.split(separator: " "), words.count == 2,
            words[0] == states
        else { return nil }
        return words[1].split(separator: "\n").first.map(String.init)
    }

    /// A cache that can't be written costs time, nothing else.
    func keep(_ sum: String) {
        guard isSettled else { return }
        try? makeDirectories(folder)
        try? writeFile(file, "\(states) \(sum)\n".utf8)
    }
}
