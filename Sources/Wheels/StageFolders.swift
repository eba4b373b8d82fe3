internal import Platform
internal import Synchronization
internal import SystemPackage

/// Open handles of the folders below a stage, shared by the threads that fill it.
///
/// Folders are made as they are asked for. Only the last ones stay open, so that a wheel with
/// thousands of folders doesn't run out of descriptors; a thread keeps the one it works in.
final class StageFolders: Sendable {
    private static let room = 128
    private let stage: Directory
    private let open = Mutex<[Substring: Directory]>([:])

    init(stage: Directory) { self.stage = stage }

    /// The folder at a path relative to the stage; the stage itself for an empty one.
    ///
    /// No link is followed: each part is opened relative to the one before.
    func folder(_ path: Substring) throws(PlatformError) -> Directory {
        if path.isEmpty { return stage }
        if let known = open.withLock({ $0[path] }) { return known }
        let (above, name) = path.atLastSlash ?? ("", path)
        let parent = try folder(above)
        let part = component(name)
        do { try parent.makeDirectory(part) } catch  where error.errno == .fileExists {}
        let directory = try parent.directory(part)
        open.withLock { known in
            if known.count >= Self.room { known.removeAll() }
            known[path] = directory
        }
        return directory
    }
}

/// A name that was found to be one path component before.
func component(_ name: some StringProtocol) -> FilePath.Component {
    guard let component = FilePath.Component(String(name)) else {
        preconditionFailure("\(name) is no path component")
    }
    return component
}
