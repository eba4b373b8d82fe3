public import SystemPackage

/// Something in a tree that is not as records, RECORDs and the wheel store say.
public struct Finding: Sendable, Equatable {
    public enum Kind: String, Sendable {
        /// A file's content, size, mode or link text is not what RECORD or a record says.
        case changed
        /// A file that RECORD or a record lists is not there.
        case missing
        /// A file in `site-packages` that no distribution lists.
        case unowned
        /// pip, or somebody else, put another version where a package was.
        case replaced
        /// A package without its wheel, or a wheel without package.
        case packageWithoutWheel = "package without wheel"
        case wheelWithoutPackage = "wheel without package"
        /// A page of the repository is not what the store would give.
        case stalePage = "stale page"
        /// A row of a RECORD leads out of the tree.
        case outside
        /// The tree was at another path when this was installed, and it still leads there.
        case moved
        /// The tree's interpreter is gone, or its version is not the one that the tree was made for.
        case interpreter
        /// A distribution that lies where the tree's version of Python doesn't look.
        case otherPython = "other python"
        /// An install that was ended after its files were in place: the next one completes it.
        case unfinished
        /// A record or RECORD can't be read.
        case unreadable
    }

    public let kind: Kind
    /// The package or distribution it is about; empty when it is about none.
    public let package: String
    /// Relative to the tree's root.
    public let path: FilePath
    /// What is there, where that helps; may be empty.
    public let detail: String

    init(_ kind: Kind, _ package: String, _ path: FilePath, _ detail: String = "") {
        self.kind = kind
        self.package = package
        self.path = path
        self.detail = detail
    }
}

extension Finding: CustomStringConvertible {
    public var description: String {
        let about = package.isEmpty ? "" : " (\(package))"
        return "\(kind.rawValue): \(path)\(about)\(detail.isEmpty ? "" : ": \(detail)")"
    }
}
