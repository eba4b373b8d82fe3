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
    public init(of trees: [Tree]) throws {
        var pins: [Pin] = []
        for tree in trees {
            for file in try tree.recordFiles() {
                let record = try InstalledRecord(reading: tree.installed.appending(file.name))
                guard let wheel = record.wheel, let distribution = record.distribution else {
                    continue
                }
                let path = tree.wheels.appending(wheel.file)
                guard let status = try targetStatus(path) else {
                    throw InstallError.wheelGone(package: record.name, wheel: path)
                }
                let metadata = try? MetadataHeaders(
                    readFile(tree.wheels.appending("\(wheel.file).metadata")))
                pins.append(
                    Pin(
                        name: DistributionName.normalize(distribution.name),
                        version: distribution.version, wheel: path, sha256: wheel.sha256,
                        size: status.size, stored: status.modified,
                        requiresPython: metadata?["Requires-Python"].flatMap {
                            (try? SpecifierSet($0)) == nil ? nil : $0
                        }))
            }
        }
        self.pins = pins.sorted { $0.name < $1.name }
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
