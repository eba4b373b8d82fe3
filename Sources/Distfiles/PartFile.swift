internal import Glibc
internal import Platform
internal import SystemPackage

/// A file on its way into `upstream/`: `.NAME.part` beside its place, locked.
///
/// Only the process that holds the lock writes it. What an earlier, broken download left in it is
/// kept and taken up again; it counts only once the checksum of the whole is right.
struct PartFile: ~Copyable {
    let distfile: Distfile
    private let isDurable: Bool
    private let directory: Directory
    private let name: FilePath.Component
    private let file: File
    private(set) var sums: Sums
    /// One more checksum that the file must have, from where it comes.
    var listedSHA256: Digest?

    /// Opens and locks the part file; `waiting` is called once if somebody else has it.
    ///
    /// Whoever waited must look whether the finished file has come in the meantime.
    static func open(
        for distfile: Distfile, in folder: FilePath, durable: Bool,
        _ cancellation: Cancellation, waiting: (FilePath) -> Void
    ) throws -> PartFile {
        let directory = try platform { () throws(PlatformError) in
            try makeDirectories(folder)
            return try Directory(opening: folder)
        }
        // A plain name stays plain with something around it.
        let name = FilePath.Component(".\(distfile.name).part")!
        var announced = false
        while true {
            let file = try platform { () throws(PlatformError) in
                try directory.file(name, .open(mode: 0o666))
            }
            while try !platform({ () throws(PlatformError) in try file.tryLock() }) {
                if !announced { waiting(folder.appending(distfile.name)) }
                announced = true
                try cancellation.check()
                usleep(50_000)
            }
            // The one we waited for renamed or removed it: then this is no longer the part file.
            let isStillThere = try platform { () throws(PlatformError) in
                try directory.status(name)?.identity == file.status().identity
            }
            if isStillThere {
                return try PartFile(distfile: distfile, durable: durable, directory, name, file)
            }
        }
    }

    private init(
        distfile: Distfile, durable: Bool, _ directory: Directory, _ name: FilePath.Component,
        _ file: consuming File
    ) throws(DistfileError) {
        var sums = Sums(for: distfile)
        do {
            try file.readBlocks { (bytes) throws(PlatformError) in sums.update(bytes) }
        } catch { throw .platform(error) }
        self.distfile = distfile
        isDurable = durable
        self.directory = directory
        self.name = name
        self.file = file
        self.sums = sums
    }

    /// Bytes that are there; the next write goes behind them.
    var size: Int { sums.size }

    mutating func write(_ bytes: UnsafeRawBufferPointer) throws(DistfileError) {
        do { try file.write(bytes) } catch { throw .platform(error) }
        sums.update(bytes)
    }

    mutating func startAgain() throws(DistfileError) {
        do { try file.empty() } catch { throw .platform(error) }
        sums = Sums(for: distfile)
    }

    /// Moves the file to its place, over one that may be there. It is on disk before it gets its name, and
    /// the name is, too, when this returns.
    ///
    /// - Returns: nil, and nothing is moved, when it has the right sums.
    func moveIfComplete() throws(DistfileError) -> ChecksumDifference? {
        if let difference = sums.difference(from: distfile, listed: listedSHA256) {
            return difference
        }
        do {
            if isDurable { try file.sync() }
            try directory.rename(name, to: distfile.name, in: directory, .replacing)
            if isDurable { try directory.sync() }
        } catch { throw .platform(error) }
        return nil
    }

    /// Removes the part file, unless there is something in it to take up later.
    func removeIfEmpty() {
        if size == 0 { try? directory.removeFile(name) }
    }

    func remove() { try? directory.removeFile(name) }
}
