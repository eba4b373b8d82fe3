internal import CZlib

/// A tar archive in the making (ustar), entry by entry, sound or not.
public struct TarWriter {
    public private(set) var bytes: [UInt8] = []

    public init() {}

    public mutating func file(_ name: String, _ content: String = "", mode: UInt32 = 0o644) {
        add(name, type: "0", mode: mode, content: Array(content.utf8))
    }

    public mutating func file(_ name: String, bytes: [UInt8], mode: UInt32 = 0o644) {
        add(name, type: "0", mode: mode, content: bytes)
    }

    public mutating func directory(_ name: String, mode: UInt32 = 0o755) {
        add(name, type: "5", mode: mode)
    }

    public mutating func link(_ name: String, to text: String) {
        add(name, type: "2", link: text, mode: 0o777)
    }

    public mutating func hardLink(_ name: String, to original: String) {
        add(name, type: "1", link: original, mode: 0o644)
    }

    public mutating func pipe(_ name: String) { add(name, type: "6", mode: 0o644) }

    public mutating func device(_ name: String) { add(name, type: "3", mode: 0o644) }

    /// A file whose name stands in a pax header, in UTF-8.
    public mutating func paxFile(_ name: String, _ content: String) {
        let rest = " path=\(name)\n"
        var length = rest.utf8.count + 1
        while "\(length)".utf8.count + rest.utf8.count != length { length += 1 }
        add("pax", type: "x", mode: 0o644, content: Array("\(length)\(rest)".utf8))
        add("short", type: "0", mode: 0o644, content: Array(content.utf8))
    }

    /// The whole archive, with its end.
    public var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }

    private mutating func add(
        _ name: String, type: Unicode.Scalar, link: String = "", mode: UInt32,
        content: [UInt8] = []
    ) {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        func octal(_ value: Int, width: Int) -> String {
            let digits = String(value, radix: 8)
            return String(repeating: "0", count: width - digits.count) + digits
        }
        put(name, at: 0)
        put(octal(Int(mode), width: 7), at: 100)
        put(octal(0, width: 7), at: 108)
        put(octal(0, width: 7), at: 116)
        put(octal(content.count, width: 11), at: 124)
        // 2001-09-09: no archive is from today.
        put(octal(1_000_000_000, width: 11), at: 136)
        put("        ", at: 148)
        put(String(type), at: 156)
        put(link, at: 157)
        put("ustar", at: 257)
        put("00", at: 263)
        put(octal(header.reduce(0) { $0 + Int($1) }, width: 6) + "\0 ", at: 148)
        bytes += header + content
        bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }
}

/// Bytes as a gzip file.
public func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    let size = Int32(MemoryLayout<z_stream>.size)
    // 16 more than the window's size asks for gzip's own header.
    precondition(
        deflateInit2_(&stream, 6, Z_DEFLATED, 16 + 15, 8, Z_DEFAULT_STRATEGY, "1", size) == Z_OK)
    defer { deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](
        repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 64)
    input.withUnsafeMutableBufferPointer { input in
        output.withUnsafeMutableBufferPointer { output in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(output.count)
            precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END)
        }
    }
    return Array(output.prefix(Int(stream.total_out)))
}

/// Bytes as a zstd file of raw blocks (RFC 8878, 3.1.1).
public func zstandard(_ bytes: [UInt8]) -> [UInt8] {
    func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(value >> (8 * $0) & 255) }
    }
    var result: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0xA0] + little(bytes.count, 4)
    for start in stride(from: 0, to: bytes.count, by: 65536) {
        let block = bytes[start..<min(start + 65536, bytes.count)]
        let isLast = block.endIndex == bytes.count
        result += little(block.count << 3 | (isLast ? 1 : 0), 3) + block
    }
    return result
}

/// A zip archive of stored files made on Unix: each with a name, content and `st_mode`.
public func storedZip(_ files: [(name: String, content: String, mode: UInt32)]) -> [UInt8] {
    func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(value >> (8 * $0) & 255) }
    }
    var result: [UInt8] = []
    var directory: [UInt8] = []
    for file in files {
        let content = Array(file.content.utf8)
        let sum = Int(crc32(0, content, UInt32(content.count)))
        let common =
            little(20, 2) + little(0, 2) + little(0, 2) + little(0, 2) + little(0x21, 2)
            + little(sum, 4) + little(content.count, 4) + little(content.count, 4)
            + little(file.name.utf8.count, 2) + little(0, 2)
        directory += [0x50, 0x4B, 1, 2] + little(3 << 8 | 20, 2) + common
        directory += little(0, 2) + little(0, 2) + little(0, 2) + little(Int(file.mode) << 16, 4)
        directory += little(result.count, 4) + Array(file.name.utf8)
        result += [0x50, 0x4B, 3, 4] + common + Array(file.name.utf8) + content
    }
    let end =
        little(0, 4) + little(files.count, 2) + little(files.count, 2)
        + little(directory.count, 4) + little(result.count, 4) + little(0, 2)
    return result + directory + [0x50, 0x4B, 5, 6] + end
}
