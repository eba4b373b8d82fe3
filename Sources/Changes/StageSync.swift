internal import Platform
internal import SystemPackage

// What must be on disk, and when, so that a power cut leaves a change old or new:
//
// | before | what | why |
// |---|---|---|
// | the journal's move to `changes/` | all that is staged, and the journal | a journal that can't be read, or names what is not there, could neither be finished nor taken back |
// | a change is reported as done | the moves, and that of the journal | what was reported is not lost; the order of both is the file system's |
//
// Nothing waits between: the renames of a change reach the disk in their order, so that what is there
// after a power cut is a beginning of them.
extension StagePlaces {
    /// Of so many files at most each is waited for by itself.
    private static let few = 64

    /// Writes the journal and, if `durable`, waits until it and all that is staged are on disk.
    ///
    /// On file systems that keep the order of changes (`Directory.keepsOrder`), and of a few files, as a
    /// removal has them: by waiting for their contents and for the journal, which is made after them; with
    /// it their names are durable. That waits for nobody else's files, among them those that are
    /// about to leave. Otherwise by `syncfs`. Both wait for one commit of the file system's journal;
    /// an fsync of each file would wait for one each (`Tests/Bench/sync.py`).
    func prepare(_ journal: Journal, durable: Bool) throws(PlatformError) {
        let isWritten = durable ? writeOutFew() : false
        try write(journal, durable: isWritten)
        if durable, !isWritten { try sync() }
        isOnDisk = true
    }

    private func write(_ journal: Journal, durable: Bool) throws(PlatformError) {
        if try folder.status("journal") != nil { try folder.removeFile("journal") }
        let file = try folder.file("journal", .create(mode: 0o644))
        try file.write(journal.bytes())
        if durable { try file.sync() }
    }

    /// Waits until everything staged is on disk.
    func sync() throws(PlatformError) {
        // An adopted folder is on the mount of the stages, so this is the journal's file system, too.
        try main.new.syncFileSystem()
        for side in sides { try side.place.old.syncFileSystem() }
    }

    /// - Returns: false if there are too many files, or waiting for them alone isn't enough here, or
    ///   isn't possible.
    private func writeOutFew() -> Bool {
        guard !isAdopted, sides.isEmpty else { return false }
        do {
            guard try folder.keepsOrder() else { return false }
            var files: [StagedFile] = []
            guard try collect(from: main.new, into: &files) else { return false }
            for isWaiting in [false, true] {
                for file in files {
                    try file.folder.file(file.name, .read).writeOut(waiting: isWaiting)
                }
            }
            return true
        } catch {
            return false
        }
    }

    private struct StagedFile {
        let folder: Directory
        let name: FilePath.Component
    }

    /// - Returns: false if there are more than a few.
    private func collect(from directory: Directory, into files: inout [StagedFile])
        throws(PlatformError) -> Bool
    {
        for (name, kind) in try directory.entries() {
            switch kind {
            case .directory:
                let inner = try directory.directory(name)
                guard try collect(from: inner, into: &files) else { return false }
            case .file: files.append(StagedFile(folder: directory, name: name))
            case .link: break
            default: return false
            }
            if files.count > Self.few { return false }
        }
        return true
    }
}
