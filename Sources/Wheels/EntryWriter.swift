internal import Platform
internal import SystemPackage

/// Reads entries on one thread, proves them, and writes them where they are to go.
final class EntryWriter {
    private let template: ScriptTemplate?
    private let isReplacing: Bool
    private var inflater = Inflater()
    private var problems: [RecordProblem] = []

    /// - Parameters:
    ///   - template: nil for one that only proves.
    ///   - isReplacing: whether a file that is there already gives way.
    init(_ template: ScriptTemplate?, isReplacing: Bool = false) {
        self.template = template
        self.isReplacing = isReplacing
    }

    /// Where RECORD is only to be warned about: what it got wrong since the last call.
    func takeProblems() -> [RecordProblem] {
        defer { problems = [] }
        return problems
    }

    func write(_ file: UnpackPlan.File, of wheel: CheckedWheel, into folder: Directory)
        throws(WheelError) -> (digest: Digest, size: Int)
    {
        let entry = wheel.archive.entries[file.entry]
        let mode: UInt32 = file.isExecutable ? 0o777 : 0o666
        let target = try onStage(wheel, entry.name) { () throws(PlatformError) in
            // What another wheel writes is read all the same, for RECORD.
            file.isWrittenElsewhere
                ? try Directory(opening: "/dev").file("null", .append(mode: 0))
                : try folder.newFile(component(file.name), mode: mode, isReplacing: isReplacing)
        }
        if file.isScript, let template {
            return try write(entry, of: wheel, file.claim, script: template, to: target)
        }
        var hashing = Hashing()
        var wide = Self.wideHashing(file.claim)
        try inflater.read(entry, of: wheel.archive) { part throws(WheelError) in
            hashing.update(part)
            wide?.update(part)
            try onPlatform { () throws(PlatformError) in try target.write(part) }
        }
        let digest = hashing.digest()
        try compare(file.claim, entry, of: wheel) { wide?.base64URL() ?? digest.base64URL }
        return (digest, entry.size)
    }

    func prove(_ file: UnpackPlan.File, of wheel: CheckedWheel) throws(WheelError) {
        try prove(wheel.archive.entries[file.entry], of: wheel, file.claim)
    }

    func prove(_ entry: ZipEntry, of wheel: CheckedWheel, _ claim: RecordProof.Claim?)
        throws(WheelError)
    {
        var wide = claim.map { WideHashing($0.algorithm) }
        try inflater.read(entry, of: wheel.archive) { part in wide?.update(part) }
        try compare(claim, entry, of: wheel) { wide?.base64URL() ?? "" }
    }

    /// The content's hash is compared with RECORD; the one returned is of what was written.
    private func write(
        _ entry: ZipEntry, of wheel: CheckedWheel, _ claim: RecordProof.Claim?,
        script: ScriptTemplate, to target: borrowing File
    ) throws(WheelError) -> (digest: Digest, size: Int) {
        var original = claim.map { WideHashing($0.algorithm) }
        var hashing = Hashing()
        var size = 0
        var isStart = true
        // A first line longer than a block has no end there.
        var isInFirstLine = false
        func put(_ part: UnsafeRawBufferPointer) throws(WheelError) {
            hashing.update(part)
            size += part.count
            try onPlatform { () throws(PlatformError) in try target.write(part) }
        }
        try inflater.read(entry, of: wheel.archive) { part throws(WheelError) in
            original?.update(part)
            var part = part
            if isStart, part.starts(with: "#!python".utf8) {
                let (start, rest) = script.start(replacing: part)
                isInFirstLine = rest == part.count && part.last != UInt8(ascii: "\n")
                let copy = UnsafeMutableRawBufferPointer.allocate(
                    byteCount: start.count, alignment: 1)
                defer { copy.deallocate() }
                copy.copyBytes(from: start)
                try put(UnsafeRawBufferPointer(copy))
                part = part.part(rest..<part.count)
            } else if isInFirstLine {
                let end = part.firstIndex(of: UInt8(ascii: "\n"))
                isInFirstLine = end == nil
                part = part.part((end.map { $0 + 1 } ?? part.count)..<part.count)
            }
            isStart = false
            try put(part)
        }
        try compare(claim, entry, of: wheel) { original?.base64URL() ?? "" }
        return (hashing.digest(), size)
    }

    private static func wideHashing(_ claim: RecordProof.Claim?) -> WideHashing? {
        guard let claim, claim.algorithm != .sha256 else { return nil }
        return WideHashing(claim.algorithm)
    }

    private func compare(
        _ claim: RecordProof.Claim?, _ entry: ZipEntry, of wheel: CheckedWheel,
        _ digest: () -> String
    ) throws(WheelError) {
        guard let claim else { return }
        let rule: RecordRule
        if let size = claim.size, size != entry.size {
            rule = .wrongSize
        } else if digest() != claim.digest {
            rule = .wrongHash
        } else {
            return
        }
        let problem = RecordProblem(rule, entry.name)
        if wheel.recordPolicy == .strict { throw .record(wheel: wheel.path, problem) }
        problems.append(problem)
    }
}
