public import Locks
internal import Recipes
internal import SystemPackage
internal import Trees

/// Something in which a distribution's trees are not what recipes, records and wheel store say.
public struct Drift: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        /// A command was killed in the middle of a change.
        case openChange
        /// An install would build it again.
        case outdated
        /// An installed package has no recipe any more.
        case recipeGone
        /// A package has several records in a tree, as the old machinery could leave them.
        case severalVersions
        /// A recipe, or a record, is wrong.
        case error
        case finding(Finding.Kind)
    }

    public let kind: Kind
    /// Empty where it is about none.
    public let package: String
    /// Relative to the tree's root; empty where it is about no file.
    public let path: String
    public let detail: String
    /// A command; empty where it is for a person to decide.
    public let remedy: String

    public var kindName: String {
        switch kind {
        case .openChange: "open change"
        case .outdated: "outdated"
        case .recipeGone: "recipe gone"
        case .severalVersions: "several versions"
        case .error: "error"
        case .finding(let kind): kind.rawValue
        }
    }
}

extension Drift: CustomStringConvertible {
    public var description: String {
        let about = path.isEmpty ? package : package.isEmpty ? path : "\(path) (\(package))"
        return [kindName, about, detail].filter { !$0.isEmpty }.joined(separator: ": ")
    }
}

extension Inventory {
    /// Everything that has drifted, as far as it is told without reading the content of files; see
    /// `Verification` for that. Waits for changes that are being made; one that was left open is part
    /// of the answer.
    public func drift(_ announce: (LockWait) -> Void) throws -> [Drift] {
        var drift: [Drift] = []
        for tree in workspace.settings.allTrees {
            drift += try openChanges(in: tree, announce)
        }
        let (outdated, errors) = try outdated()
        drift += outdated.map {
            let isOther = $0.version != $0.recipeVersion
            return Drift(
                kind: .outdated, package: $0.name, path: "",
                detail: isOther
                    ? "\($0.version) is installed, the recipe has \($0.recipeVersion)"
                    : "its recipe, what it needs, or the settings have changed",
                remedy: "spkg install \($0.name)")
        }
        drift += errors.map {
            Drift(kind: .error, package: "", path: "", detail: Self.line($0), remedy: "")
        }
        for tree in workspace.settings.allTrees {
            drift += try recipesGone(in: tree)
            drift += try Verification.findings(
                in: tree, of: nil, settings: workspace.settings.trees, reading: .nothing
            ).map(Drift.init)
        }
        return drift
    }

    private func openChanges(in tree: Tree, _ announce: (LockWait) -> Void) throws -> [Drift] {
        do {
            try tree.requireNoOpenChanges(workspace.settings.lockTimeout, announce)
            return []
        } catch InstallError.changesOpen(let titles, _) {
            return titles.map {
                Drift(
                    kind: .openChange, package: "", path: "", detail: "\($0), in \(tree.root)",
                    remedy: "spkg recover")
            }
        }
    }

    private func recipesGone(in tree: Tree) throws -> [Drift] {
        var versions: [String: [String]] = [:]
        for file in try tree.recordFiles() {
            versions[file.package, default: []].append(file.version)
        }
        var drift: [Drift] = []
        for (package, versions) in versions.sorted(by: { $0.key < $1.key }) {
            if versions.count > 1 {
                drift.append(
                    Drift(
                        kind: .severalVersions, package: package, path: "",
                        detail: versions.joined(separator: ", "),
                        remedy: "spkg install \(package)"))
            }
            let recipe = Result { try RecipeName(valid: package).flatMap(recipes.recipeIfPresent) }
            if case .success(nil) = recipe {
                drift.append(
                    Drift(
                        kind: .recipeGone, package: package, path: "",
                        detail: "\(versions[0]) is installed",
                        remedy: "spkg uninstall \(package)"))
            }
        }
        return drift
    }

    private static func line(_ error: any Error) -> String {
        "\(error)".split(whereSeparator: \.isNewline).joined(separator: "; ")
    }
}

extension Drift {
    fileprivate init(_ finding: Finding) {
        kind = .finding(finding.kind)
        package = finding.package
        path = finding.path.string
        detail = finding.detail
        remedy =
            switch finding.kind {
            case .unowned, .wheelWithoutPackage: ""
            case .replaced, .packageWithoutWheel, .unfinished, .otherPython:
                "spkg install \(finding.package)"
            case .changed, .missing, .stalePage, .outside, .moved, .interpreter, .unreadable:
                "spkg repair"
            }
    }
}
