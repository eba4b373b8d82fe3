internal import Platform
internal import Synchronization
internal import SystemPackage

/// Wheels on their way into a stage: threads take pieces of all of them, so that many small wheels
/// keep every core as busy as a large one does.
final class Unpacking: Sendable {
    /// Whole folders, so that threads rarely wait for each other's folder; large files alone.
    struct Piece {
        /// Index of the wheel.
        let wheel: Int
        /// Nil for files that are only proved.
        let folder: String?
        let files: ArraySlice<UnpackPlan.File>
        let cost: Int
    }

    /// What has been done of one wheel.
    private struct Progress {
        var piecesLeft = 0
        var files: [WrittenFile] = []
        var problems: [RecordProblem] = []
        var result: UnpackedWheel?
    }

    let pieces: [Piece]
    private let wheels: [CheckedWheel]
    private let plans: [UnpackPlan]
    private let layout: WheelLayout
    private let isRequested: Bool
    private let isReplacing: Bool
    private let folders: StageFolders
    private let progress: Mutex<[Progress]>

    init(
        _ wheels: [CheckedWheel], _ plans: [UnpackPlan], _ layout: WheelLayout,
        isRequested: Bool, isReplacing: Bool, into stage: Directory
    ) {
        self.wheels = wheels
        self.plans = plans
        self.layout = layout
        self.isRequested = isRequested
        self.isReplacing = isReplacing
        folders = StageFolders(stage: stage)
        var pieces: [Piece] = []
        var progress: [Progress] = []
        for (index, plan) in plans.enumerated() {
            let before = pieces.count
            plan.cut(into: &pieces, of: wheels[index], at: index)
            progress.append(Progress(piecesLeft: pieces.count - before))
        }
        self.pieces = pieces
        self.progress = Mutex(progress)
    }

    /// In the order of the wheels; once every piece was taken.
    var results: [UnpackedWheel] { progress.withLock { $0.map { $0.result! } } }

    /// Writes a piece, and after a wheel's last one what the installer adds to it.
    func take(_ piece: Piece, with writer: EntryWriter) throws(WheelError) {
        let wheel = wheels[piece.wheel]
        var written: [WrittenFile] = []
        if let folder = piece.folder {
            let directory = try onStage(wheel, folder) { () throws(PlatformError) in
                try folders.folder(folder[...])
            }
            let prefix = folder.isEmpty ? "" : folder + "/"
            for file in piece.files {
                let (digest, size) = try writer.write(file, of: wheel, into: directory)
                written.append(WrittenFile(path: prefix + file.name, digest: digest, size: size))
            }
        } else {
            for file in piece.files { try writer.prove(file, of: wheel) }
        }
        let problems = writer.takeProblems()
        let finished = progress.withLock { all -> Progress? in
            all[piece.wheel].files += written
            all[piece.wheel].problems += problems
            all[piece.wheel].piecesLeft -= 1
            guard all[piece.wheel].piecesLeft == 0 else { return nil }
            defer { all[piece.wheel] = Progress() }
            return all[piece.wheel]
        }
        if let finished {
            let result = try finish(piece.wheel, finished)
            progress.withLock { $0[piece.wheel].result = result }
        }
    }

    /// Scripts of entry points, INSTALLER, REQUESTED and, from all that was written, RECORD.
    private func finish(_ index: Int, _ done: Progress) throws(WheelError) -> UnpackedWheel {
        let plan = plans[index]
        var files = done.files
        func write(_ folder: String, _ name: String, _ bytes: [UInt8], mode: UInt32 = 0o666)
            throws(WheelError)
        {
            if !plan.scriptsWrittenElsewhere.contains(name) || folder != layout.scripts.string {
                try onStage(wheels[index], "\(folder)/\(name)") { () throws(PlatformError) in
                    let directory = try folders.folder(folder[...])
                    try directory.newFile(component(name), mode: mode, isReplacing: isReplacing)
                        .write(bytes)
                }
            }
            files.append(
                WrittenFile(
                    path: "\(folder)/\(name)", digest: Digest(of: bytes), size: bytes.count))
        }
        let template = layout.template
        for script in plan.scripts {
            try write(layout.scripts.string, script.name, template.text(of: script), mode: 0o777)
        }
        try write(plan.distInfo, "INSTALLER", Array("spkg\n".utf8))
        if isRequested { try write(plan.distInfo, "REQUESTED", []) }
        var rows = files.map { file in
            Record.Row(
                path: layout.recordPath(file.path, from: layout.root(of: wheels[index])),
                hash: "sha256=\(file.digest.base64URL)",
                size: "\(file.size)")
        }
        rows.append(Record.Row(path: "\(wheels[index].distInfo)/RECORD"))
        rows.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        try write(plan.distInfo, "RECORD", Record.text(rows))
        files.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        let problems = done.problems.sorted { ($0.entry ?? "") < ($1.entry ?? "") }
        return UnpackedWheel(
            files: files, distInfo: plan.distInfo,
            warnings: wheels[index].warnings + (problems.isEmpty ? [] : [.badRecord(problems)]))
    }
}

extension UnpackPlan {
    /// - Parameter index: of the wheel.
    fileprivate func cut(
        into pieces: inout [Unpacking.Piece], of wheel: CheckedWheel, at index: Int
    ) {
        // To make a file costs about as much as to inflate and hash this many bytes.
        let costOfFile = 8 << 10
        let large = 512 << 10
        func add(_ files: [File], _ folder: String?) {
            var start = 0
            var cost = 0
            for (place, file) in files.enumerated() {
                cost += wheel.archive.entries[file.entry].size + costOfFile
                if cost >= large || place == files.count - 1 {
                    pieces.append(
                        Unpacking.Piece(
                            wheel: index, folder: folder, files: files[start...place], cost: cost))
                    start = place + 1
                    cost = 0
                }
            }
        }
        for folder in folders { add(folder.files, folder.path) }
        add(skipped, nil)
    }
}

func onPlatform<Value: ~Copyable>(_ body: () throws(PlatformError) -> Value) throws(WheelError)
    -> Value
{
    do throws(PlatformError) { return try body() } catch { throw .platform(error) }
}
