public import SystemPackage

/// Every way in which the operating system says no.
public enum PlatformError: Error, Equatable {
    /// A system call failed. `path` is the file it was about, as far as it is known.
    case call(String, path: FilePath, errno: Errno)
    /// A path that should be a directory, a file, … is something else.
    case wrongKind(path: FilePath, wanted: String, found: FileKind)
    /// A file that must be UTF-8 text isn't.
    case notText(path: FilePath)

    /// The error number of a failed call; nil for the other cases.
    public var errno: Errno? {
        if case .call(_, _, let errno) = self { errno } else { nil }
    }
}

extension PlatformError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .call(let call, let path, let errno):
            // What was to be made isn't there to look at.
            "\(path): \(errno) (\(call))"
                + Self.wayOut(of: errno, at: call == "mkdir" ? path.removingLastComponent() : path)
        case .wrongKind(let path, let wanted, let found):
            "\(path) is \(found.phrase), but must be \(wanted); move it away and try again"
        case .notText(let path):
            "\(path) is not UTF-8 text"
        }
    }

    private static func wayOut(of errno: Errno, at path: FilePath) -> String {
        switch errno {
        case .noSpace: "\nfree some space on that file system and run the same command again"
        case .permissionDenied, .notPermitted:
            "\ncheck who owns it and whether you may write there: ls -ld '\(path)'"
        case .improperLink:
            "\nits folder is a mount of its own, and files can't be moved there; unmount it"
        case .readOnlyFileSystem:
            "\nthe file system is mounted read-only; mount it for writing, or work elsewhere"
        default: ""
        }
    }
}

/// Turns what a `spkg_…` shim returns into a value or an error.
@discardableResult
func check(_ result: Int, _ call: String, _ path: @autoclosure () -> FilePath)
    throws(PlatformError) -> Int
{
    if result < 0 { throw .call(call, path: path(), errno: Errno(rawValue: CInt(-result))) }
    return result
}

@discardableResult
func check(_ result: CInt, _ call: String, _ path: @autoclosure () -> FilePath)
    throws(PlatformError) -> CInt
{
    if result < 0 { throw .call(call, path: path(), errno: Errno(rawValue: -result)) }
    return result
}
