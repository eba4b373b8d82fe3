internal import Platform
internal import SystemPackage

/// One rename, or another single change, between a stage and a tree.
///
/// Each can be done and undone any number of times: what has been done already is seen from the
/// disk. `staged` is relative to the stage's `new/`, `path` to the tree's root; they differ where
/// the tree has a link on the way (`lib64 → lib`). `kept` is the name in the stage's `old/`.
enum Step: Equatable {
    /// Nothing was there: the staged entry, file or whole folder, moves in.
    case place(staged: FilePath, path: FilePath)
    /// The staged entry and the one in the tree change places. `identity` is the staged one's:
    /// after the exchange both names still exist, and only this tells which is which. Its device
    /// doesn't count, see `Mover`.
    case swap(staged: FilePath, path: FilePath, identity: FileIdentity)
    /// The same for a file where the file system can't exchange: the old one is kept as `kept`.
    case replace(staged: FilePath, path: FilePath, kept: String)
    /// The entry in the tree, file or whole folder, moves out.
    case drop(path: FilePath, kept: String)
    /// A folder that the steps before emptied. `mode` is for making it again.
    case removeDirectory(path: FilePath, mode: UInt32)

    var path: FilePath {
        switch self {
        case .place(_, let path), .swap(_, let path, _), .replace(_, let path, _),
            .drop(let path, _), .removeDirectory(let path, _):
            path
        }
    }

    var removes: Bool {
        switch self {
        case .place, .swap, .replace: false
        case .drop, .removeDirectory: true
        }
    }
}

/// When a path's turn comes, so that no reader finds a distribution whose code is not there: modules,
/// `.pth` and `.start` files (PEP 829), scripts, metadata, wheel, index, record.
/// Removal runs the other way round.
enum Phase: Int, Comparable {
    case code, pathFiles, scripts, metadata, wheel, index, record

    init(of path: FilePath) {
        if path.starts(with: "var/lib/sage/installed") {
            self = .record
        } else if path.starts(with: "var/lib/sage/wheels/simple") {
            self = .index
        } else if path.starts(with: "var/lib/sage/wheels") {
            self = .wheel
        } else if path.starts(with: "bin") {
            self = .scripts
        } else {
            // What is directly in site-packages decides for everything below it.
            let parts = path.components
            let modules = parts.firstIndex { $0 == "site-packages" || $0 == "dist-packages" }.map {
                parts.index(after: $0)
            }
            let top = modules.flatMap { $0 < parts.endIndex ? parts[$0] : nil }
            switch top?.extension {
            case "pth", "start": self = .pathFiles
            case "dist-info", "egg-info", "egg-link": self = .metadata
            default: self = .code
            }
        }
    }

    static func < (one: Phase, other: Phase) -> Bool { one.rawValue < other.rawValue }
}

extension Sequence<Step> {
    /// New things in, in order; then old things out, in the opposite order.
    ///
    /// Within a phase the order stays: a folder is removed after what was in it. What only makes room
    /// for something new leaves just before that.
    func inPhases() -> [Step] {
        let placed = Set(compactMap { if case .place(_, let path) = $0 { path } else { nil } })
        let all = map { step in
            let isLeaving = step.removes && !placed.contains(step.path)
            return (step: step, phase: Phase(of: step.path), isLeaving: isLeaving)
        }
        let phases: [Phase] = [.code, .pathFiles, .scripts, .metadata, .wheel, .index, .record]
        let arriving = phases.flatMap { phase in
            all.filter { !$0.isLeaving && $0.phase == phase }
        }
        let leaving = phases.reversed().flatMap { phase in
            all.filter { $0.isLeaving && $0.phase == phase }
        }
        return (arriving + leaving).map(\.step)
    }
}
