internal import Platform
internal import SystemPackage

/// A page as it came, with the address that gave it after all redirects.
struct Page {
    let text: String
    /// The `Content-Type` header; empty for a file of this machine.
    let type: String
    let address: Address
}

extension Network {
    /// A page of text: at most 64 MiB, asked again after a passing failure.
    func page(_ address: Address, accept: String = "*/*") throws -> Page {
        if let path = address.file { return try page(path, address) }
        var request = Request(address)
        request.accept = accept
        request.decodes = true
        return try patiently {
            var bytes: [UInt8] = []
            let answer = try get(request) { _, block in
                bytes.append(contentsOf: block)
                if bytes.count > 64 << 20 {
                    throw SourceFailure(.unreadablePage("it is longer than 64 MiB"))
                }
            }
            guard answer.isSuccess else { throw SourceFailure(answer) }
            return Page(
                text: String(decoding: bytes, as: UTF8.self), type: answer["content-type"] ?? "",
                address: answer.address)
        }
    }

    private func page(_ path: FilePath, _ address: Address) throws(SourceFailure) -> Page {
        let isFolder = (try? targetStatus(path))?.kind == .directory
        let file = isFolder ? path.appending("index.html") : path
        guard (try? targetStatus(file))?.kind == .file else { throw SourceFailure(.notFound(file)) }
        do {
            // Links of a page are relative to its folder.
            let base = isFolder ? Address(file: path).appending("") : address
            return Page(
                text: String(decoding: try readFile(file), as: UTF8.self), type: "", address: base)
        } catch { throw SourceFailure(.unreadable(file, error)) }
    }
}
