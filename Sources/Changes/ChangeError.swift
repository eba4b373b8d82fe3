public import Locks
public import Platform
public import SystemPackage

/// Every way in which a change of the tree fails. Unless a case says otherwise, the tree is as it
/// was before.
public enum ChangeError: Error {
    case platform(PlatformError)
    case lock(LockError)
    /// Who owns a file that is in the way can't be told: a record or RECORD that can't be read.
    case ownerUnknown(any Error)
    /// The label can't be part of a file name.
    case unusableLabel(String)
    /// Found before anything moved; all of them. `advice` says how to take over what others own;
    /// nil where that can't be.
    case conflicts([Conflict], advice: String?)
    /// SIGINT, SIGTERM or SIGHUP came; what had been moved was moved back.
    case interrupted
    /// A step failed and so did the way back. The journal stays, and the next command tries again.
    case stuck(journal: FilePath, cause: PlatformError, undoing: PlatformError)
    /// A journal or its stage is not what was written. Nothing was touched.
    case damagedJournal(path: FilePath, reason: String)
}

/// Why an entry of the stage can't go into the tree.
public struct Conflict: Sendable, Equatable {
    public enum Reason: Sendable, Equatable {
        /// A folder would replace a file, or the other way round.
        case kindsDiffer(inTree: FileKind, staged: FileKind)
        case ownedByAnother(package: String)
        /// A link in the tree, of another package or of none, leads to no folder of the tree.
        case linkLeadsOut(to: FilePath)
        /// Two staged files go to one place, by way of a link of the tree.
        case stagedTwice(FilePath, FilePath)
        /// A socket, a device, a pipe.
        case notInstallable(FileKind)
    }

    /// Relative to the tree's root.
    public let path: FilePath
    public let reason: Reason

    public init(path: FilePath, reason: Reason) {
        self.path = path
        self.reason = reason
    }
}

extension ChangeError {
    init(_ error: any Error) {
        self =
            switch error {
            case let error as ChangeError: error
            case let error as PlatformError: .platform(error)
            case let error as LockError: .lock(error)
            default: .ownerUnknown(error)
            }
    }
}

extension Conflict: CustomStringConvertible {
    public var description: String {
        switch reason {
        case .kindsDiffer(let inTree, let staged):
            "\(path) is \(inTree.phrase), and would become \(staged.phrase)"
        case .ownedByAnother(let package): "\(path) belongs to \(package)"
        case .linkLeadsOut(let text):
            "\(path) is a link to \(text), which is not a directory of the tree"
        case .stagedTwice(let one, let other):
            "\(path) is staged twice, with different content: as \(other) and as \(one)"
        case .notInstallable(let kind): "\(path) is \(kind.phrase), which can't be installed"
        }
    }
}

extension ChangeError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .platform(let error): "\(error)"
        case .lock(let error): "\(error)"
        case .ownerUnknown(let error): "\(error)"
        case .unusableLabel(let label): "'\(label)' can't be part of a file name"
        case .conflicts(let conflicts, let advice):
            """
            nothing was changed, because of what is in the tree already:
            \(conflicts.map { "  \($0)" }.joined(separator: "\n"))\
            \(Self.wayOut(of: conflicts, advice).map { "\n\($0)" } ?? "")
            """
        case .interrupted: "interrupted; the tree is as it was before"
        case .stuck(let journal, let cause, let undoing):
            """
            \(cause)
            and moving back what had been moved failed too: \(undoing)
            the tree is in between; mend the cause, then run: spkg recover
            (what is to be done stands in \(journal))
            """
        case .damagedJournal(let path, let reason):
            """
            \(path) is not a journal that can be followed: \(reason)
            nothing was touched; if the tree is sound (spkg verify), move that file away
            """
        }
    }

    private static func wayOut(of conflicts: [Conflict], _ advice: String?) -> String? {
        let isOthers = conflicts.allSatisfy {
            if case .ownedByAnother = $0.reason { true } else { false }
        }
        return isOthers ? advice : nil
    }
}
