internal import Crypto
internal import Platform
public import SystemPackage

/// Builds wheels in code, with a RECORD that is right unless a test says otherwise.
///
///     var wheel = WheelBuilder("demo", "1.0")
///     wheel.add("demo.py", "value = 1")
///     wheel.consoleScripts = ["demo = demo:main"]
///     let path = try wheel.write(in: folder)
public struct WheelBuilder: Sendable {
    public var name: String
    public var version: String
    /// Of the file's name and of `WHEEL`.
    public var tag = "py3-none-any"
    public var buildTag: String?
    public var files: [ZipBuilder.Entry] = []
    /// Lines of the group in `entry_points.txt`.
    public var consoleScripts: [String] = []
    public var guiScripts: [String] = []
    /// Lines after Name and Version in `METADATA`.
    public var metadata: [String] = []
    /// These replace whole files; nil leaves the file out.
    public var metadataText: String??
    public var wheelText: String??
    public var entryPointsText: String?
    /// Gives RECORD's rows their last form: path, hash, size.
    public var changeRecord: (@Sendable (inout [[String]]) -> Void)?
    public var changeRecordText: (@Sendable (inout String) -> Void)?
    public var recordText: String??
    /// Such as `demo-1.0.dist-info`.
    public var distInfo: String
    public var filename: String?
    public var isPure = true
    /// Changes the archive after everything else is in place.
    public var changeArchive: (@Sendable (inout ZipBuilder) -> Void)?

    public init(_ name: String = "demo", _ version: String = "1.0") {
        self.name = name
        self.version = version
        distInfo = "\(name)-\(version).dist-info"
    }

    public mutating func add(
        _ path: String, _ text: String = "", deflated: Bool = true, mode: UInt32 = 0o100644
    ) {
        files.append(
            ZipBuilder.Entry(path, Array(text.utf8), deflated: deflated, mode: mode))
    }

    public mutating func add(_ path: String, bytes: [UInt8], deflated: Bool = true) {
        files.append(ZipBuilder.Entry(path, bytes, deflated: deflated))
    }

    /// `demo-1.0.data`
    public var dataFolder: String { "\(name)-\(version).data" }

    public var wheelName: String {
        filename
            ?? "\(name)-\(version)-\(buildTag.map { $0 + "-" } ?? "")\(tag).whl"
    }

    public func archive() -> ZipBuilder {
        var entries = files
        func add(_ file: String, _ text: String?) {
            guard let text else { return }
            entries.append(ZipBuilder.Entry("\(distInfo)/\(file)", Array(text.utf8)))
        }
        let headers = ["Metadata-Version: 2.1", "Name: \(name)", "Version: \(version)"]
        add(
            "METADATA",
            metadataText ?? ((headers + metadata).joined(separator: "\n") + "\n"))
        add(
            "WHEEL",
            wheelText ?? """
                Wheel-Version: 1.0
                Generator: spkg tests
                Root-Is-Purelib: \(isPure)
                Tag: \(tag)

                """)
        add("entry_points.txt", entryPointsText ?? defaultEntryPoints)
        if let text = recordText ?? record(of: entries) { add("RECORD", text) }
        var archive = ZipBuilder(entries)
        changeArchive?(&archive)
        return archive
    }

    /// - Returns: the wheel's path.
    @discardableResult
    public func write(in folder: FilePath) throws -> FilePath {
        let path = folder.appending(wheelName)
        try writeFile(path, archive().bytes())
        return path
    }

    private var defaultEntryPoints: String? {
        if consoleScripts.isEmpty && guiScripts.isEmpty { return nil }
        return (["[console_scripts]"] + consoleScripts + ["", "[gui_scripts]"] + guiScripts)
            .joined(separator: "\n") + "\n"
    }

    private func record(of entries: [ZipBuilder.Entry]) -> String? {
        var rows: [[String]] = []
        for entry in entries where entry.name.last != UInt8(ascii: "/") {
            let digest = Digest(of: entry.content)
            rows.append([
                String(decoding: entry.name, as: UTF8.self), "sha256=\(digest.base64URL)",
                "\(entry.content.count)",
            ])
        }
        rows.append(["\(distInfo)/RECORD", "", ""])
        changeRecord?(&rows)
        var text = rows.map { $0.map(Self.quoted).joined(separator: ",") + "\n" }.joined()
        changeRecordText?(&text)
        return text
    }

    private static func quoted(_ field: String) -> String {
        guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else {
            return field
        }
        return "\"" + field.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
    }

    /// `ALGORITHM=DIGEST` as RECORD writes it.
    public static func recordHash(_ algorithm: String, of text: String) -> String {
        let bytes = Array(text.utf8)
        var sum: [UInt8]
        switch algorithm {
        case "md5": sum = Array(Insecure.MD5.hash(data: bytes))
        case "sha1": sum = Array(Insecure.SHA1.hash(data: bytes))
        case "sha384": sum = Array(SHA384.hash(data: bytes))
        case "sha512": sum = Array(SHA512.hash(data: bytes))
        default: sum = Array(SHA256.hash(data: bytes))
        }
        // Digits of 6 bits, without padding.
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let length = (sum.count * 4 + 2) / 3
        sum += [0, 0, 0]
        var text = ""
        for digit in 0..<length {
            let bit = digit * 6
            let pair = UInt16(sum[bit / 8]) << 8 | UInt16(sum[bit / 8 + 1])
            text.append(digits[Int(pair >> UInt16(10 - bit % 8)) & 63])
        }
        return "\(algorithm)=\(text)"
    }
}
