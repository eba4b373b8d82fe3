internal import Platform
internal import Recipes
public import SystemPackage
internal import Trees

/// Why an install has something to do with a package.
public enum InstallReason: Sendable, Equatable {
    case notInstalled
    case otherVersion(String)
    /// The last install was ended before its last script.
    case unfinished
    /// What the package is made of is not as it was, by names of `Fingerprint.Input`.
    case inputs([String])
    /// Files of the distribution's own that it is built from.
    case sources
    /// The tree was there when it was installed.
    case moved(from: String)
    /// Its metadata is gone, as after `pip uninstall`.
    case metadataGone
    /// Packages that it depends on are installed before it.
    case dependencies([String])
    /// It is, or was left, in a tree that isn't its own.
    case otherTree(FilePath)
    /// pip decides whether there is anything to do.
    case pip
    /// Nothing has changed: the caller wants it.
    case requested
    /// What has changed can't be told: whatever installed it did not note what it was made of.
    case unknown
}

extension InstallReason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notInstalled: "not installed"
        case .otherVersion(let version): "\(version) is installed"
        case .unfinished: "its installation was not finished"
        case .inputs(let names): Self.text(ofInputs: names)
        case .sources: "its sources were edited"
        case .moved(let prefix): "installed in \(prefix), and the tree was moved"
        case .metadataGone: "its metadata is gone from site-packages"
        case .dependencies(let names): "after its dependencies \(names.joined(separator: " "))"
        case .otherTree(let root): "to leave \(root)"
        case .pip: "pip decides what it lacks"
        case .requested: "requested"
        case .unknown: "its recipe, settings or dependencies have changed"
        }
    }

    private static func text(ofInputs names: [String]) -> String {
        func group(_ prefix: String, _ title: String) -> String? {
            let members = names.filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count) }
            return members.isEmpty ? nil : "\(title): \(members.joined(separator: " "))"
        }
        let others = names.filter {
            !$0.hasPrefix("recipe/") && !$0.hasPrefix("dependency ") && $0 != "interpreter"
        }
        return [
            group("recipe/", "recipe changed"),
            others.isEmpty ? nil : "flags changed: \(others.joined(separator: " "))",
            names.contains("interpreter") ? "Python changed" : nil,
            group("dependency ", "dependency changed"),
        ].compactMap(\.self).joined(separator: "; ")
    }
}

extension InstallReason {
    /// - Parameters:
    ///   - dependencies: those that come before it in the same run.
    ///   - isForced: an answer for one that is up to date.
    init(
        of recipe: Recipe, _ status: InstallStatus, after dependencies: [String], isForced: Bool,
        _ workspace: Workspace
    ) throws {
        if recipe.source == .pip {
            self = .pip
            return
        }
        let tree = try workspace.tree(of: recipe)
        guard let record = try tree.records(of: recipe.name.text).last else {
            self = .notInstalled
            return
        }
        let changed = Self.changed(record, status)
        if record.version != recipe.displayedVersion {
            self = .otherVersion(record.version)
        } else if record.isUnfinished == true {
            self = .unfinished
        } else if let changed, !changed.isEmpty {
            self = .inputs(changed)
        } else if let fingerprint = record.fingerprint, fingerprint != status.fingerprint {
            self = .unknown
        } else if record.fingerprint != nil, record.sources != status.sources {
            self = .sources
        } else if let prefix = record.prefix, try !tree.isAt(prefix) {
            self = .moved(from: prefix)
        } else if let metadata = record.distribution?.metadata,
            try Platform.status(tree.path(FilePath(metadata))) == nil
        {
            self = .metadataGone
        } else if let other = try OtherTrees(workspace).trees(with: recipe).first {
            self = .otherTree(other.root)
        } else if !dependencies.isEmpty {
            self = .dependencies(dependencies)
        } else {
            self = isForced ? .requested : .unknown
        }
    }

    /// Names of inputs that differ, came or went, sorted; nil if the record doesn't have them.
    private static func changed(_ record: InstalledRecord, _ status: InstallStatus) -> [String]? {
        guard let old = record.inputs else { return nil }
        let new = Dictionary(status.inputs.map { ($0.name, $0.shortValue) }) { $1 }
        return Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted()
    }
}
