internal import Dispatch
internal import Synchronization
public import SystemPackage

/// A wait until a directory's entries are on disk, which lasts while the caller does something else.
public final class DirectorySync: Sendable {
    private let error = Mutex<PlatformError?>(nil)
    private let isDone = DispatchSemaphore(value: 0)

    /// Begins to wait.
    public init(of path: FilePath) {
        DispatchQueue.global().async {
            do throws(PlatformError) { try Directory(opening: path).sync() } catch {
                self.error.withLock { $0 = error }
            }
            self.isDone.signal()
        }
    }

    /// Waits until they are. To be called once.
    ///
    /// - Returns: why they may not be.
    public func failure() -> PlatformError? {
        isDone.wait()
        return error.withLock { $0 }
    }
}
