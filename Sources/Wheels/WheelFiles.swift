internal import Requirements

/// Reads the files of a wheel's `.dist-info` folder.
struct WheelFiles {
    let archive: WheelArchive
    let distInfo: String

    func format(warnings: inout [WheelWarning]) throws(WheelError) -> WheelFormat {
        guard let bytes = try text("WHEEL") else { throw error(.noWheelFile) }
        guard let headers = try? MetadataHeaders(bytes) else {
            throw error(.malformedHeaders, "WHEEL")
        }
        let versions = headers.values(of: "Wheel-Version")
        let numbers = versions.first?.split(separator: ".", omittingEmptySubsequences: false)
            .map { number in
                number.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(number) : nil
            }
        guard versions.count == 1, let numbers, numbers.count == 2, let major = numbers[0],
            let minor = numbers[1]
        else { throw error(.wheelVersion, "WHEEL") }
        if major > 1 { throw error(.newerWheelVersion, "WHEEL") }
        if major == 1, minor > 0 { warnings.append(.newerMinorVersion(versions[0])) }
        let pure = headers.values(of: "Root-Is-Purelib")
        guard pure.count == 1, let isPure = ["true": true, "false": false][pure[0].lowercased()]
        else { throw error(.rootIsPurelib, "WHEEL") }
        return WheelFormat(
            version: versions[0], rootIsPurelib: isPure, tags: headers.values(of: "Tag"),
            build: headers["Build"], generator: headers["Generator"])
    }

    func metadata(matching filename: WheelFilename, warnings: inout [WheelWarning])
        throws(WheelError) -> WheelMetadata
    {
        guard let bytes = try text("METADATA") else { throw error(.noMetadata) }
        guard let headers = Self.headers(bytes) else {
            throw error(.malformedHeaders, "METADATA")
        }
        if String(validating: bytes, as: UTF8.self) == nil {
            warnings.append(.metadataNotUTF8(wheel: filename.raw))
        }
        let names = headers.values(of: "Name")
        guard names.count == 1, let name = try? DistributionName(names[0]), name == filename.name
        else { throw error(.metadataName, "METADATA") }
        let versions = headers.values(of: "Version")
        guard versions.count == 1, let version = try? Version(versions[0]),
            version == filename.version
        else { throw error(.metadataVersion, "METADATA") }
        let python = headers["Requires-Python"]
        let specifiers = python.flatMap { try? SpecifierSet($0) }
        if let python, specifiers == nil { warnings.append(.unreadableRequiresPython(python)) }
        return WheelMetadata(
            name: name, version: version, requiresPythonText: python, requiresPython: specifiers,
            requiresDist: headers.values(of: "Requires-Dist"), bytes: bytes)
    }

    /// Old tools wrote texts of many lines as they were. Python's reader takes the first line that
    /// is no header for the start of the body, and so do we.
    private static func headers(_ bytes: [UInt8]) -> MetadataHeaders? {
        do throws(RequirementError) {
            return try MetadataHeaders(bytes)
        } catch {
            guard case .malformedHeader(let line, _) = error, line > 1 else { return nil }
            let lines = bytes.split(
                separator: UInt8(ascii: "\n"), maxSplits: line - 1,
                omittingEmptySubsequences: false)
            return try? MetadataHeaders(
                lines.prefix(line - 1).joined(separator: [UInt8(ascii: "\n")]))
        }
    }

    func entryPoints() throws(WheelError) -> EntryPoints {
        guard let bytes = try text("entry_points.txt") else { return EntryPoints() }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw error(.entryPointsNotText, "entry_points.txt")
        }
        switch EntryPoints.parse(text) {
        case .success(let points): return points
        case .failure(let fault):
            throw .wheel(
                wheel: archive.path, entry: "\(distInfo)/entry_points.txt: \(fault.line)",
                rule: fault.rule)
        }
    }

    func recordProof() throws(WheelError) -> RecordProof {
        let path = "\(distInfo)/RECORD"
        return RecordProof(
            try content(path, limit: archive.limits.record), files: archive.names,
            folders: archive.entries.filter(\.isFolder).map(\.name), path: path)
    }

    private func text(_ name: String) throws(WheelError) -> [UInt8]? {
        try content("\(distInfo)/\(name)", limit: archive.limits.text)
    }

    private func content(_ path: String, limit: Int) throws(WheelError) -> [UInt8]? {
        guard let entry = archive.entries.first(where: { $0.name == path }) else { return nil }
        return try archive.content(of: entry, limit: limit)
    }

    private func error(_ rule: WheelRule, _ name: String? = nil) -> WheelError {
        .wheel(wheel: archive.path, entry: name.map { "\(distInfo)/\($0)" }, rule: rule)
    }
}
