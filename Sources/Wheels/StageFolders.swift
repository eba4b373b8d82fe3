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
    private let open = Mutex<[PathKey: Directory]>([:])

    init(stage: Directory) { self.stage = stage }

    /// The folder at a path relative to the stage; the stage itself for an empty one.
    ///
    /// No link is followed: each part is opened relative to the one before.
    func folder(_ path: Substring) throws(PlatformError) -> Directory {
        if path.isEmpty { return stage }
        if let known = open.withLock({ $0[PathKey(path)] }) { return known }
        let (above, name) = path.atLastSlash ?? ("", path)
        let parent = try folder(above)
        let part = component(name)
        do { try parent.makeDirectory(part) } catch  where error.errno == .fileExists {}
        let directory = try parent.directory(part)
        open.withLock { known in
            if known.count >= Self.room { known.removeAll() }
            known[PathKey(path)] = directory
        }
        return directory
    }
}

extension Directory {
    /// A new file.
    ///
    /// - Parameter isReplacing: whether one that is there gives way; else it is an error.
    func newFile(_ name: FilePath.Component, mode: UInt32, isReplacing: Bool)
        throws(PlatformError) -> File
    {
        if isReplacing {
            do { return try file(name, .create(mode: mode)) } catch
                where error.errno == .fileExists
            {
                try removeFile(name)
            }
        }
        return try file(name, .create(mode: mode))
    }
}

/// As `onPlatform`, for what is made in a stage. There is nothing but what the same wheels have put
/// there, under other names: what is in the way has another name for us, and not for the file system.
func onStage<Value: ~Copyable>(
    _ wheel: CheckedWheel, _ entry: String, _ body: () throws(PlatformError) -> Value
) throws(WheelError) -> Value {
    do throws(PlatformError) { return try body() } catch {
        guard [.fileExists, .notDirectory, .isDirectory].contains(error.errno) else {
            throw .platform(error)
        }
        throw .wheel(wheel: wheel.path, entry: entry, rule: .destinationAlike)
    }
}

/// A name that was found to be one path component before.
func component(_ name: some StringProtocol) -> FilePath.Component {
    guard let component = FilePath.Component(String(name)) else {
        preconditionFailure("\(name) is not a path component")
    }
    return component
}
