public import Platform
internal import Synchronization
internal import SystemPackage

/// Writes a wheel below a stage in the layout of the tree, and proves its content on the way.
///
/// - Parameters:
///   - stage: an empty directory that nobody else can write; it stands for the tree's root.
///   - requested: whether the user asked for the distribution by name (PEP 376, `REQUESTED`).
/// - Throws: `WheelError`; what was written until then stays in the stage, for the caller to
///   remove. The tree is not touched in any case.
///
/// Files get the modes that pip gives: what the umask leaves of 0666, or of 0777 if the archive
/// says that somebody may execute the file or if it is a script. Times are those of writing.
/// RECORD is made from what was written, sorted by path; `INSTALLER` says `spkg`.
///
/// Memory: a block per thread and a few hundred bytes per file.
public func unpack(
    _ wheel: CheckedWheel, layout: WheelLayout, into stage: Directory, requested: Bool
) throws(WheelError) -> UnpackedWheel {
    let plan = try UnpackPlan(wheel, layout)
    let folders = StageFolders(stage: stage)
    let results = Mutex<(files: [WrittenFile], problems: [RecordProblem])>(([], []))
    let pieces = plan.pieces(of: wheel)
    try inParallel(costs: pieces.map(\.cost)) {
        let writer = EntryWriter(wheel, layout.template)
        return { index throws(WheelError) in
            let piece = pieces[index]
            var written: [WrittenFile] = []
            if let folder = piece.folder {
                let directory = try onPlatform { () throws(PlatformError) in
                    try folders.folder(folder[...])
                }
                let prefix = folder.isEmpty ? "" : folder + "/"
                for file in piece.files {
                    let (digest, size) = try writer.write(file, into: directory)
                    written.append(
                        WrittenFile(path: prefix + file.name, digest: digest, size: size))
                }
            } else {
                for file in piece.files { try writer.prove(file) }
            }
            let problems = writer.takeProblems()
            results.withLock { results in
                results.files += written
                results.problems += problems
            }
        }
    }
    var (files, problems) = results.withLock { $0 }
    let own = try onPlatform { () throws(PlatformError) in
        try writeOwnFiles(
            plan, wheel, layout, requested, after: &files, in: folders)
    }
    files.append(own)
    files.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    problems.sort { ($0.entry ?? "") < ($1.entry ?? "") }
    return UnpackedWheel(
        files: files, distInfo: plan.distInfo,
        warnings: wheel.warnings + (problems.isEmpty ? [] : [.badRecord(problems)]))
}

extension CheckedWheel {
    /// Reads everything and proves it against the checksums and RECORD, without writing anything.
    ///
    /// - Returns: with `RecordPolicy.rewrite`, what RECORD got wrong about content.
    public func prove() throws(WheelError) -> [WheelWarning] {
        let entries = archive.entries
        let problems = Mutex<[RecordProblem]>([])
        try inParallel(costs: entries.map { $0.size + 4096 }) {
            let writer = EntryWriter(self, nil)
            return { index throws(WheelError) in
                try writer.prove(entries[index], proof.claims[entries[index].name])
                let found = writer.takeProblems()
                if !found.isEmpty { problems.withLock { $0 += found } }
            }
        }
        let found = problems.withLock { $0 }.sorted { ($0.entry ?? "") < ($1.entry ?? "") }
        return found.isEmpty ? [] : [.badRecord(found)]
    }
}

extension UnpackPlan {
    struct Piece {
        /// Nil for files that are only proved.
        let folder: String?
        let files: ArraySlice<File>
        let cost: Int
    }

    /// Whole folders, so that threads rarely wait for each other's folder; large files alone.
    fileprivate func pieces(of wheel: CheckedWheel) -> [Piece] {
        // To make a file costs about as much as to inflate and hash this many bytes.
        let costOfFile = 8 << 10
        let large = 512 << 10
        var pieces: [Piece] = []
        func add(_ files: [File], _ folder: String?) {
            var start = 0
            var cost = 0
            for (index, file) in files.enumerated() {
                cost += wheel.archive.entries[file.entry].size + costOfFile
                if cost >= large || index == files.count - 1 {
                    pieces.append(Piece(folder: folder, files: files[start...index], cost: cost))
                    start = index + 1
                    cost = 0
                }
            }
        }
        for folder in folders { add(folder.files, folder.path) }
        add(skipped, nil)
        return pieces
    }
}

/// Scripts of entry points, INSTALLER, REQUESTED and, from all that was written, RECORD.
private func writeOwnFiles(
    _ plan: UnpackPlan, _ wheel: CheckedWheel, _ layout: WheelLayout, _ requested: Bool,
    after files: inout [WrittenFile], in folders: StageFolders
) throws(PlatformError) -> WrittenFile {
    func write(_ folder: String, _ name: String, _ bytes: [UInt8], mode: UInt32 = 0o666)
        throws(PlatformError) -> WrittenFile
    {
        let file = try folders.folder(folder[...]).file(component(name), .create(mode: mode))
        try file.write(bytes)
        return WrittenFile(
            path: "\(folder)/\(name)", digest: Digest(of: bytes), size: bytes.count)
    }
    for script in plan.scripts {
        files.append(
            try write(
                layout.scripts.string, script.name, layout.template.text(of: script), mode: 0o777))
    }
    files.append(try write(plan.distInfo, "INSTALLER", Array("spkg\n".utf8)))
    if requested { files.append(try write(plan.distInfo, "REQUESTED", [])) }
    var rows = files.map { file in
        Record.Row(
            path: layout.recordPath(file.path), hash: "sha256=\(file.digest.base64URL)",
            size: "\(file.size)")
    }
    rows.append(Record.Row(path: "\(wheel.distInfo)/RECORD"))
    rows.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    return try write(plan.distInfo, "RECORD", Record.text(rows))
}

func onPlatform<Value: ~Copyable>(_ body: () throws(PlatformError) -> Value) throws(WheelError)
    -> Value
{
    do throws(PlatformError) { return try body() } catch { throw .platform(error) }
}
