internal import Platform
public import SystemPackage

/// A distribution whose own make is to call spkg: stand-ins for the installer's commands in its
/// `build/bin`, which run spkg's own.
///
///     build/bin/
///       sage-spkg …              stand-ins: a few lines, with the version of spkg that wrote them
///       .spkg-originals/NAME     what was there before, the very files
///
/// Each file is exchanged by one rename, after its original was linked to where it is kept, and after what
/// takes its place is on disk; whatever ends it in between, doing it again or undoing it goes on from there.
public struct Adoption: Sendable {
    /// `ROOT/build/bin`.
    public let folder: FilePath
    /// What the stand-ins run, and the program that they name to it.
    public let helpers: FilePath
    let program: FilePath
    /// Of this spkg.
    let version: String

    /// What a distribution's own make and recipes call.
    public static let names = [
        "sage-dist-helpers", "sage-flock", "sage-pip-install", "sage-pip-uninstall", "sage-spkg",
        "sage-spkg-uninstall",
    ]

    /// What one of the files is.
    public enum Standing: Sendable, Equatable {
        case absent
        /// The distribution's own.
        case original
        /// Just what this spkg writes.
        case standIn
        /// One that another spkg, or this one elsewhere, has written: its first line.
        case standInOfAnother(String)
    }

    /// - Throws: `nothingToAdopt` for a distribution without `build/bin`, and for spkg's own.
    public init(of root: FilePath, program: FilePath, version: String) throws(BuildError) {
        let helpers = helperDirectory(of: program)
        folder = root.pushing("build/bin")
        self.helpers = helpers
        self.program = program
        self.version = version
        let (own, found) = try platform { () throws(PlatformError) in
            (try targetStatus(helpers), try targetStatus(folder))
        }
        guard let own else { throw .noHelpers(helpers) }
        guard let found, found.kind == .directory else {
            throw .nothingToAdopt(folder, reason: "is not there: spkg needs build/pkgs alone")
        }
        if found.identity == own.identity {
            throw .nothingToAdopt(folder, reason: "is where spkg itself keeps what scripts call")
        }
    }

    public func standings() throws(BuildError) -> [(name: String, standing: Standing)] {
        try platform { () throws(PlatformError) in
            var standings: [(name: String, standing: Standing)] = []
            for name in Self.names { standings.append((name, try standing(of: name))) }
            return standings
        }
    }

    private func standing(of name: String) throws(PlatformError) -> Standing {
        guard try status(folder.appending(name)) != nil else { return .absent }
        let bytes = try readFile(folder.appending(name))
        // No command is empty: a power cut has left this of one, whose original may be kept.
        if bytes.isEmpty { return .absent }
        if bytes.elementsEqual(text(of: name).utf8) { return .standIn }
        return Self.mark(in: bytes).map { .standInOfAnother($0) } ?? .original
    }

    /// Whether any spkg has written a file.
    static func isStandIn(_ bytes: [UInt8]) -> Bool { mark(in: bytes) != nil }

    private static func mark(in bytes: [UInt8]) -> String? {
        let lines = String(decoding: bytes.prefix(4096), as: UTF8.self).split(separator: "\n")
        return lines.prefix(2).first { $0.hasPrefix(mark) }.map { String($0.dropFirst(2)) }
    }

    private static let mark = "# Put here by spkg "

    private func text(of name: String) -> String {
        let target = shellQuoted(helpers.appending(name).string)
        let isRead = name == "sage-dist-helpers"
        let own = shellQuoted(program.string)
        return """
            \(isRead ? "" : "#!/usr/bin/env bash\n")\(Self.mark)\(version), for \(program): runs spkg's own.
            # The original is in .spkg-originals; to have it back: spkg adopt --undo
            [ -x \(own) ] && [ -r \(target) ] || {
                printf '%s\\n' "spkg is not there any more: "\(own) \\
                    "renew this: spkg adopt, or restore the original: build/bin/.spkg-originals" >&2
                \(isRead ? "return 1" : "exit 1")
            }
            export SPKG_PROGRAM="${SPKG_PROGRAM:-"\(own)"}"
            \(isRead ? "." : "exec") \(target) "$@"

            """
    }

    private var originals: FilePath { folder.appending(".spkg-originals") }

    /// Puts the stand-ins there.
    ///
    /// - Returns: the names of those that were not there yet.
    public func adopt() throws(BuildError) -> [String] {
        try platform { () throws(PlatformError) in
            var outdated: [String] = []
            for name in Self.names where try standing(of: name) != .standIn {
                outdated.append(name)
            }
            if outdated.isEmpty { return [] }
            try makeDirectories(originals)
            let bin = try Directory(opening: folder)
            let kept = try Directory(opening: originals)
            for name in outdated {
                let file = FilePath.Component(name)!
                if try standing(of: name) == .original {
                    // Of an earlier time, where the distribution was updated in between.
                    if try kept.status(file) != nil { try kept.removeFile(file) }
                    try kept.makeHardLink(file, to: file, in: bin)
                }
                let mode: UInt32 = name == "sage-dist-helpers" ? 0o644 : 0o755
                // An empty one would do nothing, and say that all is well.
                try writeFile(
                    folder.appending(name), text(of: name).utf8, mode: mode, durable: true)
            }
            return outdated
        }
    }

    /// Puts the originals back, the very files; what had none goes. A file that is no stand-in any
    /// more, because the distribution was updated, stays.
    ///
    /// - Returns: the names of the files that changed.
    public func undo() throws(BuildError) -> [String] {
        try platform { () throws(PlatformError) in
            let bin = try Directory(opening: folder)
            let kept = try status(originals) == nil ? nil : Directory(opening: originals)
            var changed: [String] = []
            for name in Self.names {
                let file = FilePath.Component(name)!
                let hasOriginal = try kept?.status(file) != nil
                switch try standing(of: name) {
                case .original:
                    if let kept, hasOriginal { try kept.removeFile(file) }
                // A stand-in that was removed stood for its original, too.
                case .absent where !hasOriginal: continue
                case .standIn, .standInOfAnother, .absent:
                    if let kept, hasOriginal {
                        try kept.rename(file, to: file, in: bin, .replacing)
                    } else {
                        try bin.removeFile(file)
                    }
                    changed.append(name)
                }
            }
            try removeTree(originals)
            try bin.sync()
            return changed
        }
    }
}
