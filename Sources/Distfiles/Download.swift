internal import Platform
internal import SystemPackage

extension Fetching {
    /// Downloads the file from one address, with several tries, and moves it to its place.
    ///
    /// - Throws: `SourceFailure` when the next source should be asked. What has come by then stays in
    ///   the part file, unless it is of another file.
    func download(
        _ address: Address, over network: Network, into part: inout PartFile
    ) throws {
        if let path = address.file {
            try copy(path, into: &part)
            guard let difference = try part.moveIfComplete() else { return }
            try part.startAgain()
            throw SourceFailure(.checksumDiffers(difference))
        }
        try network.patiently {
            var request = Request(address)
            while true {
                let body = try receive(&request, over: network, into: &part)
                guard let difference = try part.moveIfComplete() else { return }
                try part.startAgain()
                // A part of one mirror and a rest of another needn't fit: then once from nothing.
                if body.wasResumed { continue }
                // A server that compresses what it sends, or says so of what is compressed anyway.
                guard let encoding = body.answer.encoding else {
                    throw SourceFailure(
                        .checksumDiffers(difference), isPassing: body.answer.endIsUncertain)
                }
                if request.decodes {
                    throw SourceFailure(
                        .checksumDiffersDecoded(difference, encoding: encoding))
                }
                request.decodes = true
            }
        }
    }

    private struct Body {
        let answer: Answer
        /// What was there before is a part of the result.
        let wasResumed: Bool
    }

    /// The answer to a range is another range.
    private struct OtherRange: Error {}

    /// Asks for what is missing and writes it as it comes.
    private func receive(
        _ request: inout Request, over network: Network, into part: inout PartFile
    ) throws -> Body {
        // Where decoded bytes stand in the encoded file can't be told, nor whether FTP went on there.
        let canResume = !request.decodes && request.address.scheme != "ftp"
        if !canResume, part.size > 0 { try part.startAgain() }
        let offset = part.size
        request.offset = offset
        var hasBegun = false
        var wasResumed = false
        var total: Int?
        do {
            let answer = try network.get(request) { answer, bytes in
                if !hasBegun {
                    hasBegun = true
                    wasResumed = offset > 0 && answer.status == 206
                    if wasResumed, answer.rangeStart != offset { throw OtherRange() }
                    if offset > 0, !wasResumed { try part.startAgain() }
                    let isCounted = !request.decodes || answer.encoding == nil
                    total = isCounted ? answer.length.map { part.size + $0 } : nil
                }
                try part.write(bytes)
                report(.progress(received: part.size, total: total))
            }
            if answer.isSuccess { return Body(answer: answer, wasResumed: wasResumed) }
            if offset == 0 || answer.status != 416 { throw SourceFailure(answer) }
        } catch let failure as SourceFailure {
            // The server said that more would come, and all is there.
            guard hasBegun, part.sums.difference(from: distfile) == nil else { throw failure }
            return Body(
                answer: Answer(address: request.address, status: 200, fields: []),
                wasResumed: wasResumed)
        } catch is OtherRange {}
        // What is there may be longer than the file, or of another one.
        try part.startAgain()
        return try receive(&request, over: network, into: &part)
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
