internal import FoundationEssentials

/// A wheel as the simple repository lists it.
public struct ListedWheel: Sendable, Equatable {
    /// The wheel's file name.
    public let file: String
    /// Hexadecimal SHA-256 of the wheel, and of the METADATA inside it.
    public let sha256: String
    public let metadataSHA256: String
    /// As METADATA has it; nil when it names none.
    public let requiresPython: String?
    public let version: String
    /// Bytes.
    public let size: Int
    /// When the wheel was stored: ISO 8601, UTC.
    public let uploadTime: String

    public init(
        file: String, sha256: String, metadataSHA256: String, requiresPython: String?,
        version: String, size: Int, uploadTime: String
    ) {
        self.file = file
        self.sha256 = sha256
        self.metadataSHA256 = metadataSHA256
        self.requiresPython = requiresPython
        self.version = version
        self.size = size
        self.uploadTime = uploadTime
    }
}

/// A page of the simple repository, as HTML (PEP 503) and as JSON (PEP 691).
///
///     wheels/NAME-1.0-py3-none-any.whl
///     wheels/NAME-1.0-py3-none-any.whl.metadata      PEP 658, 714
///     wheels/simple/index.html index.json            one link per project
///     wheels/simple/NAME/index.html index.json       one link per wheel, relative
///
/// The same input gives the same bytes.
public struct SimplePage: Sendable {
    public let html: String
    public let json: String

    /// The page of a project. `project` is the normalized name; file names are in byte order.
    public init(project: String, wheels: [ListedWheel]) {
        let wheels = wheels.sorted { $0.file < $1.file }
        html = Self.document(
            title: "Links for \(project)",
            links: wheels.map { wheel in
                var attributes = [
                    ("href", "../../\(percentEncoded(wheel.file))#sha256=\(wheel.sha256)")
                ]
                if let python = wheel.requiresPython {
                    attributes.append(("data-requires-python", python))
                }
                // Both names: the second is what clients from before PEP 714 read.
                let metadata = "sha256=\(wheel.metadataSHA256)"
                attributes.append(("data-core-metadata", metadata))
                attributes.append(("data-dist-info-metadata", metadata))
                return (wheel.file, attributes)
            })
        json = encoded(
            ProjectPage(
                name: project,
                files: wheels.map { wheel in
                    ProjectPage.File(
                        filename: wheel.file, url: "../../\(percentEncoded(wheel.file))",
                        hashes: ["sha256": wheel.sha256], requiresPython: wheel.requiresPython,
                        coreMetadata: ["sha256": wheel.metadataSHA256], size: wheel.size,
                        uploadTime: wheel.uploadTime)
                },
                versions: Set(wheels.map(\.version)).sorted()))
    }

    /// The root page. `projects` are normalized names.
    public init(projects: some Sequence<String>) {
        let projects = projects.sorted()
        html = Self.document(
            title: "Simple index", links: projects.map { ($0, [("href", "\($0)/")]) })
        json = encoded(RootPage(projects: projects.map(RootPage.Project.init)))
    }

    private static func document(
        title: String, links: [(text: String, attributes: [(String, String)])]
    ) -> String {
        let lines = links.map { link in
            let attributes = link.attributes.map { " \($0)=\"\(escaped($1))\"" }.joined()
            return "    <a\(attributes)>\(escaped(link.text))</a><br>\n"
        }
        return """
            <!DOCTYPE html>
            <html>
              <head>
                <meta charset="utf-8">
                <meta name="pypi:repository-version" content="1.1">
                <title>\(escaped(title))</title>
              </head>
              <body>
                <h1>\(escaped(title))</h1>
            \(lines.joined())  </body>
            </html>

            """
    }
}

/// PEP 691 and 700.
private struct ProjectPage: Encodable {
    struct File: Encodable {
        let filename: String
        let url: String
        let hashes: [String: String]
        let requiresPython: String?
        let coreMetadata: [String: String]
        let size: Int
        let uploadTime: String

        enum CodingKeys: String, CodingKey {
            case filename, url, hashes, size
            case requiresPython = "requires-python"
            case coreMetadata = "core-metadata"
            case uploadTime = "upload-time"
        }
    }
    let meta = Meta()
    let name: String
    let files: [File]
    let versions: [String]
}

private struct RootPage: Encodable {
    struct Project: Encodable { let name: String }
    let meta = Meta()
    let projects: [Project]
}

private struct Meta: Encodable {
    let version = "1.1"
    enum CodingKeys: String, CodingKey { case version = "api-version" }
}

private func encoded(_ page: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Strings, numbers and lists of them always encode.
    return String(decoding: try! encoder.encode(page), as: UTF8.self) + "\n"
}

private func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
        switch character {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "'": result += "&#39;"
        default: result.unicodeScalars.append(character)
        }
    }
    return result
}

/// RFC 3986: everything but unreserved characters; a `+` in a local version must not be a blank.
func percentEncoded(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            result.unicodeScalars.append(Unicode.Scalar(byte))
        default:
            result += byte < 16 ? "%0" : "%"
            result += String(byte, radix: 16, uppercase: true)
        }
    }
    return result
}
