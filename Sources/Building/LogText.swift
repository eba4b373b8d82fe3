internal import Glibc
internal import Platform
internal import SystemPackage

/// What a command has said, read part by part: it may be large.
enum LogText {
    case bytes([UInt8])
    /// From a position in the file to its end.
    case file(FilePath, from: Int)

    private static let partSize = 256 << 10

    /// Calls `body` with parts of whole lines, each with its newline, without control sequences.
    ///
    /// What has no newline for 256 KiB is cut there.
    func forEachPart(_ body: (UnsafeRawBufferPointer) -> Void) throws(PlatformError) {
        let part = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.partSize, alignment: 16)
        defer { part.deallocate() }
        var count = 0
        func add(_ bytes: UnsafeRawBufferPointer) {
            if !bytes.isEmpty { memcpy(part.baseAddress! + count, bytes.baseAddress!, bytes.count) }
            count += bytes.count
        }
        /// Hands on what is there up to the last newline, and keeps the rest.
        func handOn(isLast: Bool) {
            // One byte is left for the newline of a line that has none.
            let newline = part[..<count].lastIndex(of: UInt8(ascii: "\n"))
            var end = newline.map { $0 + 1 } ?? count
            if isLast { end = count }
            let rest = Array(part[end..<count])
            if part[end - 1] != UInt8(ascii: "\n") {
                part[end] = UInt8(ascii: "\n")
                end += 1
            }
            let text = UnsafeMutableRawBufferPointer(rebasing: part[..<end])
            body(UnsafeRawBufferPointer(rebasing: text[..<removeControls(text)]))
            count = 0
            rest.withUnsafeBytes { add($0) }
        }
        try read { bytes in
            var at = 0
            while at < bytes.count {
                let end = min(bytes.count, at + part.count - 1 - count)
                add(UnsafeRawBufferPointer(rebasing: bytes[at..<end]))
                at = end
                if count == part.count - 1 { handOn(isLast: false) }
            }
        }
        if count > 0 { handOn(isLast: true) }
    }

    private func read(_ body: (UnsafeRawBufferPointer) -> Void) throws(PlatformError) {
        switch self {
        case .bytes(let bytes): bytes.withUnsafeBytes(body)
        case .file(let path, let start):
            let file = try File(reading: path)
            lseek(file.descriptor, start, SEEK_SET)
            let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
            defer { block.deallocate() }
            try file.read(through: block) { (bytes) throws(PlatformError) in body(bytes) }
        }
    }
}
