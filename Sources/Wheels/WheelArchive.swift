internal import Platform
public import SystemPackage

/// A wheel as an archive: its structure is proved to mean one thing only, its content is not read.
///
/// Only `init(opening:)` makes one. The file stays mapped, and must not be written while it is.
public struct WheelArchive: Sendable {
    public let path: FilePath
    /// In the order of the directory.
    let entries: [ZipEntry]
    let file: MappedFile
    let limits: WheelLimits

    /// Opens an archive and checks every header.
    ///
    /// - Throws: `WheelError.zip` with the rule that is broken, `.platform`.
    public init(opening path: FilePath, limits: WheelLimits = WheelLimits()) throws(WheelError) {
        do { file = try MappedFile(path) } catch { throw .platform(error) }
        self.path = path
        self.limits = limits
        do {
            entries = try Self.read(file.bytes, limits) { [file] in file.forget($0) }
        } catch {
            throw .zip(wheel: path, entry: error.entry, rule: error.rule)
        }
    }

    /// Paths of the files, in the order of the directory.
    public var names: [String] { entries.lazy.filter { !$0.isFolder }.map(\.name) }

    /// Of the whole file. Reads it once, and holds no more than a part of it in memory.
    func digest() -> Digest {
        let part = 8 << 20
        var hashing = Hashing()
        for start in stride(from: 0, to: file.count, by: part) {
            let range = start..<min(start + part, file.count)
            hashing.update(UnsafeRawBufferPointer(rebasing: file.bytes[range]))
            file.forget(range)
        }
        return hashing.digest()
    }

    /// The entries, once every header was checked.
    ///
    /// - Parameter forget: is told which parts of the bytes were looked at.
    static func read(
        _ bytes: UnsafeRawBufferPointer, _ limits: WheelLimits,
        forget: (Range<Int>) -> Void = { _ in }
    ) throws(ZipFault) -> [ZipEntry] {
        let end = try ZipEndRecord(of: bytes)
        if end.count > limits.entries { throw ZipFault(.tooManyEntries) }
        var entries: [ZipEntry] = []
        entries.reserveCapacity(end.count)
        var at = end.directory.lowerBound
        while entries.count < end.count {
            entries.append(
                try ZipEntry(directoryHeaderOf: bytes, at: &at, end: end.directory.upperBound))
        }
        if at != end.directory.upperBound { throw ZipFault(.directoryCount) }
        try checkNames(entries)
        try checkSizes(entries, archive: bytes.count, limits)
        try readLocalHeaders(of: &entries, in: bytes, upTo: end.directory.lowerBound, forget)
        return entries
    }

    private static func checkNames(_ entries: [ZipEntry]) throws(ZipFault) {
        var names = NameSet(capacity: entries.count)
        for entry in entries {
            if !names.insert(entry.path, isFolder: entry.isFolder) {
                throw ZipFault(.duplicateName, entry.name)
            }
        }
        if let name = names.fileThatIsFolder(of: entries.lazy.map(\.path)) {
            throw ZipFault(.fileIsFolder, name)
        }
    }

    private static func checkSizes(_ entries: [ZipEntry], archive: Int, _ limits: WheelLimits)
        throws(ZipFault)
    {
        var content = 0
        for entry in entries {
            guard entry.size <= limits.content - content else {
                throw ZipFault(.tooLarge, entry.name)
            }
            content += entry.size
            // Deflate can't do better than 1 : 1032.
            if entry.size / 1033 > entry.compressedSize
                || limits.areTooDense(entry.size, in: entry.compressedSize)
            {
                throw ZipFault(.tooDense, entry.name)
            }
        }
        if limits.areTooDense(content, in: archive) { throw ZipFault(.tooDense) }
    }

    /// Local headers and data must fill the file from its start to the directory, without gaps.
    private static func readLocalHeaders(
        of entries: inout [ZipEntry], in bytes: UnsafeRawBufferPointer, upTo end: Int,
        _ forget: (Range<Int>) -> Void
    ) throws(ZipFault) {
        let order = entries.indices.sorted { entries[$0].offset < entries[$1].offset }
        guard let first = order.first else {
            if end > 0 { throw ZipFault(.unclaimedData) }
            return
        }
        if entries[first].offset != 0 {
            throw ZipFault(.unclaimedData, entries[first].name)
        }
        var seen = 0
        for (place, index) in order.enumerated() {
            let next = place + 1 < order.count ? entries[order[place + 1]].offset : end
            if next > end { throw ZipFault(.localHeaderMissing, entries[order[place + 1]].name) }
            entries[index].dataOffset = try entries[index].checkLocalHeader(in: bytes, next: next)
            // With each header the kernel maps pages around it, in the end the whole file.
            if next - seen > 16 << 20 {
                forget(seen..<next)
                seen = next
            }
        }
    }
}
