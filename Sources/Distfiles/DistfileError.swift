public import Platform
public import SystemPackage

/// Every way in which getting or unpacking a source archive fails.
public enum DistfileError: Error, Equatable {
    /// A recipe's file name that is no plain name.
    case unsafeName(String, package: String)
    case noChecksum(name: String, package: String)
    case checksumDiffers(file: FilePath, ChecksumDifference)
    /// `stale`: what is wrong with the file of this name that lies in `folder` already.
    case everySourceFailed(
        name: FilePath.Component, folder: FilePath, attempts: [Attempt],
        stale: ChecksumDifference?)
    /// pip could not tell which index it uses.
    case pipFailed(interpreter: FilePath, output: String)
    /// The interpreter has no pip.
    case noPip(interpreter: FilePath)
    /// libcurl can't be loaded.
    case noCurl(reason: String)
    case notAnArchive(FilePath, reason: String)
    case damagedArchive(FilePath, entry: String, reason: String)
    case emptyArchive(FilePath)
    case unsafeEntry(archive: FilePath, entry: String, UnsafeEntry)
    /// The place where an archive is to be unpacked is taken.
    case alreadyUnpacked(FilePath)
    /// `output` is what `patch` said; a signal that ended it counts as 128 + its number.
    case patchFailed(patch: FilePath, status: Int, output: String)
    /// A program that is needed can't be started.
    case noProgram(String, reason: String)
    case platform(PlatformError)
}

/// What an archive's entry must not be.
public enum UnsafeEntry: Sendable, Equatable {
    case noName, absoluteName, climbingName, nameTooLong
    case device, pipe, socket, unknownKind
    /// A link whose text leads out of the archive's own folder.
    case linkLeadsOutside(to: String)
    /// A hard link to something that is no file of this archive.
    case hardLinkToNoFile(to: String)
    /// A parent of the entry is a link or a file, by an earlier entry.
    case parentIsNoDirectory(FilePath)
    /// A directory and something else have the same name.
    case collides
}

extension UnsafeEntry: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noName: "it has no name"
        case .absoluteName: "its name is absolute"
        case .climbingName: "its name climbs with .."
        case .nameTooLong: "its name is longer than 4096 bytes or deeper than 256 folders"
        case .device: "it is a device"
        case .pipe: "it is a named pipe"
        case .socket: "it is a socket"
        case .unknownKind: "it is not a file, directory or link"
        case .linkLeadsOutside(let text): "it is a link to \(text), outside of the archive"
        case .hardLinkToNoFile(let text): "it is a hard link to \(text), no file of the archive"
        case .parentIsNoDirectory(let parent): "\(parent) is a link or file of the same archive"
        case .collides: "a directory and something else share this name"
        }
    }
}

extension DistfileError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unsafeName(let name, let package):
            "recipe \(package): '\(name)' is not a file name; correct its checksums.ini"
        case .noChecksum(let name, let package):
            "recipe \(package) has no checksum for \(name); add a line sha256=… to its "
                + "checksums.ini"
        case .checksumDiffers(let file, let difference):
            "checksum of \(file) differs: \(difference)\ndelete the file to fetch it again"
        case .everySourceFailed(let name, let folder, let attempts, let stale):
            Self.text(name: name, folder: folder, attempts: attempts, stale: stale)
        case .pipFailed(let interpreter, let output):
            "\(interpreter): pip can't say which package index it uses; correct its configuration "
                + "(`\(interpreter) -m pip config debug` lists its files)\n\(output)"
        case .noPip(let interpreter):
            "\(interpreter) has no pip that could say which package index to use; set PIP_INDEX_URL"
        case .noCurl(let reason):
            "can't download: libcurl can't be used: \(reason)\n"
                + "install libcurl.so.4; on Debian: apt-get install libcurl4"
        case .notAnArchive(let path, let reason):
            "\(path) is not a tar or zip archive: \(reason)"
        case .damagedArchive(let path, let entry, let reason):
            "\(path) is damaged at '\(entry)': \(reason)"
        case .emptyArchive(let path):
            "\(path) holds no files"
        case .unsafeEntry(let archive, let entry, let reason):
            "\(archive) is refused because of its entry '\(entry)': \(reason)\n"
                + "nothing was unpacked"
        case .alreadyUnpacked(let path):
            "\(path) is there already; remove it and try again"
        case .patchFailed(let patch, let status, let output):
            "\(patch) does not apply (patch "
                + "exited with status \(status)"
                + ")\n\(output)"
        case .noProgram(let name, let reason):
            "can't run \(name): \(reason)\ninstall it, or put it on PATH"
        case .platform(let error):
            "\(error)"
        }
    }

    private static func text(
        name: FilePath.Component, folder: FilePath, attempts: [Attempt], stale: ChecksumDifference?
    ) -> String {
        let place = folder.appending(name)
        var lines = ["could not get \(name)"]
        if attempts.isEmpty { lines.append("  no mirror, upstream URL or index is known for it") }
        lines += attempts.map { "  \($0)".replacing("\n", with: "\n    ") }
        if let stale {
            lines.append("checksum of \(place) differs: \(stale)")
            lines.append("delete the file to fetch it again")
        } else {
            lines.append("or put the right file there yourself: \(place)")
        }
        return lines.joined(separator: "\n")
    }
}

/// Calls into the floor below, its error wrapped.
func platform<Value: ~Copyable>(
    _ body: () throws(PlatformError) -> Value
) throws(DistfileError) -> Value {
    do { return try body() } catch { throw .platform(error) }
}
