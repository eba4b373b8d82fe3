internal import Platform
internal import Requirements
internal import SystemPackage
public import Trees
internal import Wheels

/// The installed Python packages of trees, pinned to the very wheels that were installed.
public struct Export: Sendable {
    public enum Format: String, Sendable, CaseIterable {
        /// `requirements.txt` with hashes, as pip's `--require-hashes` wants it. It doesn't say where
        /// the wheels are.
        case requirements
        /// `pylock.toml` (PEP 751). The wheels are named by absolute paths, or by `address`.
        case pylock
    }

    /// A package and its stored wheel.
    private struct Pin {
        let name: String
        let version: String
        let wheel: FilePath
        let sha256: String
        let size: Int
        let stored: FileTime
        let requiresPython: String?
    }

    /// By normalized name.
    private let pins: [Pin]

    /// - Throws: `InstallError.wheelGone` if a record's wheel is not in the store.
    public init(of trees: [Tree], settings: TreeSettings) throws {
        self = try lookSteadily(at: trees, settings) { try Export(of: trees) }
    }

    private init(of trees: [Tree]) throws {
        var pins: [Pin] = []
        for tree in trees {
            for record in try tree.records() {
                if let wheel = record.wheel {
                    guard let distribution = record.distribution else { continue }
                    pins.append(
                        try Self.pin(
                            wheel.file, wheel.sha256, distribution.name, distribution.version,
                            of: record, in: tree))
                } else {
                    // The old machinery installed what it stored, and noted no hash.
                    for file in record.storedWheels {
                        guard let name = try? WheelFilename(file) else { continue }
                        pins.append(
                            try Self.pin(
                                file, nil, name.name.raw, name.version.description, of: record,
                                in: tree))
                    }
                }
            }
        }
        self.pins = pins.sorted { $0.name < $1.name }
    }

    private static func pin(
        _ file: String, _ sha256: String?, _ name: String, _ version: String,
        of record: InstalledRecord, in tree: Tree
    ) throws -> Pin {
        let path = tree.wheels.appending(file)
        guard let status = try targetStatus(path) else {
            throw InstallError.wheelGone(package: record.name, wheel: path)
        }
        let metadata = try? MetadataHeaders(readFile(tree.wheels.appending("\(file).metadata")))
        return Pin(
            name: DistributionName.normalize(name), version: version, wheel: path,
            sha256: try sha256 ?? Digest(ofFile: File(reading: path)).hex,
            size: status.size, stored: status.modified,
            requiresPython: metadata?["Requires-Python"].flatMap {
                (try? SpecifierSet($0)) == nil ? nil : $0
            })
    }

    /// - Parameter address: of the folder of wheels, for `pylock`; nil for paths on this machine.
    public func text(_ format: Format, address: String? = nil) -> String {
        switch format {
        case .requirements:
            return pins.map { "\($0.name)==\($0.version) \\\n    --hash=sha256:\($0.sha256)\n" }
                .joined()
        case .pylock:
            let head = """
                lock-version = "1.0"
                created-by = "spkg"

                """
            return head + pins.map { table($0, address) }.joined()
        }
    }

    private func table(_ pin: Pin, _ address: String?) -> String {
        let file = pin.wheel.lastComponent!.string
        var lines = [
            "", "[[packages]]", "name = \(quoted(pin.name))", "version = \(quoted(pin.version))",
        ]
        if let python = pin.requiresPython { lines.append("requires-python = \(quoted(python))") }
        lines += ["", "[[packages.wheels]]", "name = \(quoted(file))"]
        if let address {
            let slash = address.hasSuffix("/") ? "" : "/"
            lines.append("url = \(quoted(address + slash + percentEncoded(file)))")
        } else {
            lines.append("path = \(quoted(pin.wheel.string))")
        }
        lines += [
            "size = \(pin.size)", "upload-time = \(pin.stored.text)",
            "hashes = {sha256 = \(quoted(pin.sha256))}", "",
        ]
        return lines.joined(separator: "\n")
    }

    /// A basic string of TOML 1.0.
    private func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
