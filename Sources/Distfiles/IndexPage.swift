internal import FoundationEssentials
internal import Platform

/// What one page of a simple repository lists, as JSON (PEP 691) or HTML (PEP 503).
struct IndexPage {
    struct File: Equatable {
        let name: String
        let address: Address
        let sha256: Digest?
        /// PEP 592.
        var isYanked = false
        var requiresPython: String?
        /// PEP 700.
        var uploadTime: String?
    }

    let files: [File]

    /// The `Accept` header: JSON is smaller and says more.
    static let accepted =
        "application/vnd.pypi.simple.v1+json, "
        + "application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"

    /// - Throws: `SourceFailure` when the page is of neither form.
    init(_ page: Page) throws(SourceFailure) {
        let isJSON =
            page.type.lowercased().contains("json")
            || page.type.isEmpty && page.text.first == "{"
        files = isJSON ? try Self.json(page) : Self.html(page)
    }

    // MARK: JSON

    private struct Project: Decodable {
        struct File: Decodable {
            let filename: String
            let url: String
            let hashes: [String: String]?
            let yanked: Yanked?
            let requiresPython: String?
            let uploadTime: String?
            enum CodingKeys: String, CodingKey {
                case filename, url, hashes, yanked
                case requiresPython = "requires-python"
                case uploadTime = "upload-time"
            }
        }
        /// A truth value, or the reason for it.
        struct Yanked: Decodable {
            let isTrue: Bool
            init(from decoder: any Decoder) throws {
                let value = try decoder.singleValueContainer()
                isTrue = try (try? value.decode(Bool.self)) ?? !value.decode(String.self).isEmpty
            }
        }
        struct Meta: Decodable {
            let apiVersion: String?
            enum CodingKeys: String, CodingKey { case apiVersion = "api-version" }
        }
        let meta: Meta?
        let files: [File]
    }

    private static func json(_ page: Page) throws(SourceFailure) -> [File] {
        let project: Project
        do {
            project = try JSONDecoder().decode(Project.self, from: Data(page.text.utf8))
        } catch { throw SourceFailure(.unreadablePage("it is not a simple index in JSON")) }
        if let version = project.meta?.apiVersion, version.split(separator: ".").first != "1" {
            throw SourceFailure(.unreadablePage("its API version is \(version), not 1"))
        }
        return project.files.compactMap { file in
            page.address.resolving(file.url).map {
                File(
                    name: file.filename, address: $0,
                    sha256: file.hashes?["sha256"].flatMap { Digest(hex: $0) },
                    isYanked: file.yanked?.isTrue ?? false, requiresPython: file.requiresPython,
                    uploadTime: file.uploadTime)
            }
        }
    }

    // MARK: HTML

    /// Every `<a href=…>`; the file's name is the last part of its address.
    private static func html(_ page: Page) -> [File] {
        var base = page.address
        var files: [File] = []
        for tag in HTMLTags(page.text) {
            if tag.name == "base", let href = tag["href"], let found = base.resolving(href) {
                base = found
            }
            guard tag.name == "a", let href = tag["href"], let address = base.resolving(href),
                let name = address.lastName
            else { continue }
            let sum = address.fragment?.split(separator: "&")
                .first { $0.hasPrefix("sha256=") }
                .flatMap { Digest(hex: $0.dropFirst(7)) }
            files.append(
                File(
                    name: name, address: address, sha256: sum, isYanked: tag["data-yanked"] != nil,
                    requiresPython: tag["data-requires-python"]))
        }
        return files
    }
}
