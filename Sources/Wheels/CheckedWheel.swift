internal import Platform
public import Requirements
public import SystemPackage

/// A wheel whose archive, names, metadata and list of files were found right.
///
/// Only `check(_:for:record:limits:)` makes one. The content of files is proved against RECORD
/// when it is read: by `unpack`, or by `prove` without writing anything.
public struct CheckedWheel: Sendable {
    public let archive: WheelArchive
    public let filename: WheelFilename
    public let metadata: WheelMetadata
    public let format: WheelFormat
    public let entryPoints: EntryPoints
    public let warnings: [WheelWarning]
    /// The folder's name, such as `six-1.17.0.dist-info`.
    public let distInfo: String
    /// Such as `six-1.17.0.data`.
    let dataFolder: String?
    let recordPolicy: RecordPolicy
    let proof: RecordProof

    public var path: FilePath { archive.path }
    public var name: DistributionName { metadata.name }
    public var version: Version { metadata.version }
    /// Paths of the files in the wheel, in the archive's order.
    public var files: [String] { archive.names }
}

/// What `METADATA` says, as far as installing and publishing a wheel need it.
public struct WheelMetadata: Sendable {
    public let name: DistributionName
    public let version: Version
    /// As it is written; nil when absent. `requiresPython` is nil too when it is no specifier.
    public let requiresPythonText: String?
    public let requiresPython: SpecifierSet?
    /// As they are written: old wheels have requirements in older grammars.
    public let requiresDist: [String]
    /// The file itself, for the simple repository (PEP 658).
    public let bytes: [UInt8]
}

/// What `WHEEL` says about the archive.
public struct WheelFormat: Sendable {
    /// `Wheel-Version`, such as `1.0`.
    public let version: String
    public let rootIsPurelib: Bool
    /// As they are written, such as `py3-none-any`.
    public let tags: [String]
    public let build: String?
    public let generator: String?
}

/// Proves everything about a wheel that can be told without its content.
///
/// - Parameters:
///   - path: the file's name is part of what is checked.
///   - target: nil to accept wheels for any interpreter.
/// - Throws: `WheelError` with the first rule that is broken. Nothing is written anywhere.
///
/// Rule: binary distribution format; PEP 427, "Installing a wheel".
public func check(
    _ path: FilePath, for target: WheelTarget?, record policy: RecordPolicy = .strict,
    limits: WheelLimits = WheelLimits()
) throws(WheelError) -> CheckedWheel {
    let filename: WheelFilename
    do { filename = try WheelFilename(path.lastComponent?.string ?? "") } catch {
        throw .badFilename(wheel: path, error)
    }
    if let target, !target.tags.supports(filename.tags) {
        throw .unsupportedTags(
            wheel: path, tags: filename.tags, interpreter: target.name, fitting: target.examples)
    }
    let archive = try WheelArchive(opening: path, limits: limits)
    let folders = try WheelFolders(of: archive, filename)
    let files = WheelFiles(archive: archive, distInfo: folders.distInfo)

    var warnings: [WheelWarning] = []
    let format = try files.format(warnings: &warnings)
    let metadata = try files.metadata(matching: filename, warnings: &warnings)
    if let target, let needed = metadata.requiresPython, !needed.contains(target.python) {
        throw .requiresPython(wheel: path, needed: needed, found: target.python)
    }
    let entryPoints = try files.entryPoints()
    let proof = try files.recordProof()
    if let first = proof.problems.first {
        guard policy == .rewrite else { throw .record(wheel: path, first) }
        warnings.append(.badRecord(proof.problems))
    }
    return CheckedWheel(
        archive: archive, filename: filename, metadata: metadata, format: format,
        entryPoints: entryPoints, warnings: warnings, distInfo: folders.distInfo,
        dataFolder: folders.data, recordPolicy: policy, proof: proof)
}

/// The same for several wheels at once, in their order.
///
/// - Throws: `WheelError` of the first wheel that breaks a rule.
public func check(
    _ paths: [FilePath], for target: WheelTarget?, record policy: RecordPolicy = .strict,
    limits: WheelLimits = WheelLimits()
) throws(WheelError) -> [CheckedWheel] {
    try mapInParallel(paths) { path throws(WheelError) in
        try check(path, for: target, record: policy, limits: limits)
    }
}
