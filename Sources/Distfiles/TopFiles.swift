internal import Platform
internal import SystemPackage

extension VerifiedDistfile {
    /// Files at the top of a source archive, or in a folder there, read without unpacking it.
    ///
    ///     PKG-INFO, NAME-1.0/PKG-INFO     found under "PKG-INFO"
    ///     NAME-1.0/src/PKG-INFO           not looked at
    ///
    /// - Parameter names: reading ends as soon as all of them are found.
    /// - Returns: name → content; of files larger than 1 MiB only the beginning.
    /// - Throws: `notAnArchive`, `damagedArchive`, `platform`.
    public func topFiles(_ names: Set<String>) throws(DistfileError) -> [String: [UInt8]] {
        try withUTF8Names { () throws(DistfileError) in
            let reader = try ArchiveReader(path)
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
            defer { buffer.deallocate() }
            var found: [String: [UInt8]] = [:]
            var last: String?
            while found.count < names.count, let entry = try reader.next(after: last) {
                last = entry.name.string
                guard case .file = entry.kind, let name = entry.name.lastComponent?.string,
                    names.contains(name), found[name] == nil,
                    try entry.place(in: path).count <= 2
                else { continue }
                found[name] = try reader.content(of: entry, buffer)
            }
            return found
        }
    }
}

extension ArchiveReader {
    /// As much of the current entry as the buffer holds.
    fileprivate func content(of entry: ArchiveEntry, _ buffer: UnsafeMutableRawBufferPointer)
        throws(DistfileError) -> [UInt8]
    {
        var size = 0
        while size < buffer.count {
            let got = try read(
                into: UnsafeMutableRawBufferPointer(rebasing: buffer[size...]),
                of: entry.name.string)
            if got == 0 { break }
            size += got
        }
        return Array(buffer[..<size])
    }
}
