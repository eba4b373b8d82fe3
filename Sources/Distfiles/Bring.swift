internal import AsyncHTTPClient
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import Platform
internal import SystemPackage

extension Fetching {
    /// Brings the file from one address to its place, with several tries.
    ///
    /// - Throws: `SourceFailure` when the next source should be asked.
    func bring(_ address: Address, on network: Network, into part: inout PartFile) async throws {
        if let path = address.file {
            try copy(path, into: &part)
            return try finish(&part)
        }
        try await network.patiently {
            let wasResumed = try await download(address, on: network, into: &part)
            // A part of one mirror and a rest of another needn't fit: then once from nothing.
            if wasResumed, part.sums.difference(from: distfile) != nil {
                try part.startAgain()
                _ = try await download(address, on: network, into: &part)
            }
            try finish(&part)
        }
    }

    private func finish(_ part: inout PartFile) throws {
        guard let difference = try part.moveIfComplete() else { return }
        try part.startAgain()
        throw SourceFailure(.checksumDiffers(difference))
    }

    /// Asks for what is missing and writes it as it comes.
    ///
    /// - Returns: whether what was there before is a part of the result.
    private func download(_ address: Address, on network: Network, into part: inout PartFile)
        async throws -> Bool
    {
        let offset = part.size
        let range = offset > 0 ? [("Range", "bytes=\(offset)-")] : []
        let (response, _) = try await network.get(address, headers: range)
        switch response.status.code {
        case 206 where offset > 0 && response.rangeStart == offset: break
        case 200: if offset > 0 { try part.startAgain() }
        case 206, 416:
            // Not the range that was asked for; what we have may be longer than the real file.
            try part.startAgain()
            guard offset > 0 else { throw SourceFailure(status: response.status.code) }
            return try await download(address, on: network, into: &part)
        default: throw SourceFailure(status: response.status.code)
        }
        let start = part.size
        let length = response.headers.first(name: "Content-Length").flatMap { Int($0) }
        for try await buffer in response.body {
            try buffer.withUnsafeReadableBytes { try part.write($0) }
            report(.progress(received: part.size, total: length.map { start + $0 }))
        }
        return start > 0
    }

    private func copy(_ path: FilePath, into part: inout PartFile) throws {
        do {
            let file = try File(reading: path)
            guard try file.status().kind == .file else {
                throw SourceFailure(.notFound(path))
            }
            try part.startAgain()
            let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
            defer { block.deallocate() }
            while case let got = try file.read(into: block), got > 0 {
                try part.write(UnsafeRawBufferPointer(rebasing: block[..<got]))
            }
        } catch let error as PlatformError {
            let isAbsent = error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory
            throw SourceFailure(isAbsent ? .notFound(path) : .unreadable(path, error))
        }
    }
}

extension HTTPClientResponse {
    /// Where the body starts in the whole file (RFC 9110, 14.4).
    fileprivate var rangeStart: Int? {
        guard let value = headers.first(name: "Content-Range"), value.hasPrefix("bytes ") else {
            return nil
        }
        return Int(value.dropFirst(6).prefix { $0 != "-" })
    }
}

extension Network {
    /// A page of text: at most 64 MiB, asked again after a passing failure.
    nonisolated func page(_ address: Address, accept: String = "*/*") async throws -> Page {
        if let path = address.file {
            let folder = (try? targetStatus(path))?.kind == .directory
            let file = folder ? path.appending("index.html") : path
            guard let bytes = try? readFile(file) else { throw SourceFailure(.notFound(file)) }
            return Page(
                text: String(decoding: bytes, as: UTF8.self), type: "", address: address)
        }
        return try await patiently {
            let (response, final) = try await get(address, headers: [("Accept", accept)])
            guard response.status.code == 200 else {
                throw SourceFailure(status: response.status.code)
            }
            do {
                let body = try await response.body.collect(upTo: 64 << 20)
                return Page(
                    text: String(buffer: body),
                    type: response.headers.first(name: "Content-Type") ?? "", address: final)
            } catch is NIOTooManyBytesError {
                throw SourceFailure(.unreadablePage("it is longer than 64 MiB"))
            }
        }
    }

    /// Repeats `body` after a failure that may pass, with growing pauses.
    nonisolated func patiently<Value>(_ body: () async throws -> Value) async throws -> Value {
        var delay = settings.firstDelay
        var tries = settings.triesPerSource
        while true {
            do { return try await body() } catch {
                try Task.checkCancellation()
                guard let failure = SourceFailure(error) else { throw error }
                tries -= 1
                guard failure.isPassing, tries > 0 else { throw failure }
                try await Task.sleep(for: delay)
                delay *= 2
            }
        }
    }
}

/// A page as it came, with the address that gave it after all redirects.
struct Page {
    let text: String
    /// The `Content-Type` header; empty for a file of this machine.
    let type: String
    let address: Address
}
