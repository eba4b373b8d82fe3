internal import Changes
internal import Platform
public import Requirements
public import SystemPackage
public import Trees
public import Wheels

/// Wheels by hand, without recipes: into the tree or any other environment.
///
/// Nothing is stored or recorded; the distributions are as if pip had installed them, only that the
/// environment is never in between. One that is no tree of ours has nothing of us afterwards.
public struct WheelFiles: Sendable {
    public let tree: Tree
    let writer: TreeWriter
    private let settings: TreeSettings
    private let isManagedIgnored: Bool
    private let visit: Visit?

    /// - Parameters:
    ///   - isManagedIgnored: change also what is EXTERNALLY-MANAGED (PEP 668).
    ///   - isOwn: whether it is a distribution's own tree, which keeps its lock and folders.
    public init(
        in tree: Tree, settings: TreeSettings, reporting: Reporting,
        isManagedIgnored: Bool = false, isOwn: Bool = false
    ) throws {
        self.tree = tree
        self.settings = settings
        self.isManagedIgnored = isManagedIgnored
        writer = TreeWriter(of: tree, settings, reporting)
        visit = isOwn ? nil : try Visit(to: tree, reporting)
    }

    /// Installs wheels as one change: all of them or none. What is there of the same distributions
    /// is replaced, whatever its version.
    ///
    /// - Parameters:
    ///   - byteCode: compile modules before they are put in place.
    ///   - recordPolicy: what to do about a RECORD that is wrong.
    /// - Throws: `TreeError.treeWithoutInterpreter`, `.notItsOwn`, `.externallyManaged`.
    public func install(
        _ paths: [FilePath], byteCode: Bool = false, record recordPolicy: RecordPolicy = .strict
    ) throws {
        let interpreter = try interpreter()
        let layout = try layout(of: interpreter)
        let target = try WheelTarget(interpreter)
        let wheels = try check(paths, for: target, record: recordPolicy)
        let stage = try Stage(
            in: tree, label: wheels.count == 1 ? wheels[0].name.normalized : "wheels")
        let unpacked = try unpack(wheels, layout: layout, into: stage.new, requested: true)
        for (wheel, unpacked) in zip(wheels, unpacked) {
            for warning in unpacked.warnings {
                writer.event(.note(package: wheel.filename.raw, "warning: \(warning)"))
            }
        }
        if byteCode,
            let said = try compileByteCode(
                of: stage, for: tree, interpreter, environment: settings.environment)
        {
            writer.event(
                .note(package: tree.root.string, "some modules don't compile:\n\(said)"))
        }
        let names = wheels.map { "\($0.name.raw) \($0.version)" }.joined(separator: ", ")
        try writer.commit(stage, title: "install \(names)", label: names) {
            try OwnedByPackage(distributions: Set(wheels.map(\.name)), in: sites())
        }
    }

    /// Removes distributions, whoever installed them, as one change.
    ///
    /// - Returns: those that were there.
    public func uninstall(_ names: [DistributionName]) throws -> [InstalledDistribution] {
        try writer.settleIfOpen()
        let found = try installed(names)
        if found.isEmpty { return [] }
        try refuseIfManaged(paths())
        let stage = try Stage(in: tree, label: "uninstall")
        let title = "uninstall \(found.map(\.name).joined(separator: ", "))"
        try writer.commit(stage, title: title, label: title) {
            try OwnedByPackage(distributions: Set(names), in: sites())
        }
        return found
    }

    /// Those of the named that `uninstall` would remove.
    public func installed(_ names: [DistributionName]) throws -> [InstalledDistribution] {
        try sites().flatMap { try $0.distributions() }.filter { distribution in
            names.contains { $0.normalized == distribution.normalizedName }
        }
    }

    /// What the environment's Python sees, sorted by normalized name; of a name that is there twice,
    /// the first. In an environment that lost its interpreter: what is there.
    public func distributions() throws -> [InstalledDistribution] {
        let sees = try EnvironmentFile(of: tree)?.seesSystemSitePackages ?? true
        guard sees, try targetStatus(tree.interpreterLink) != nil else {
            return try SitePackages.all(in: tree).flatMap { try $0.distributions() }
        }
        var found: [String: InstalledDistribution] = [:]
        for folder in try InterpreterPaths(of: tree, environment: settings.environment).searched {
            for each in try installedDistributions(in: Directory(opening: folder)) {
                found[each.normalizedName] = found[each.normalizedName] ?? each
            }
        }
        return found.values.sorted { $0.normalizedName < $1.normalizedName }
    }

    // MARK: The environment

    private func interpreter() throws -> Interpreter {
        guard try targetStatus(tree.interpreterLink) != nil else {
            throw TreeError.treeWithoutInterpreter(
                tree: tree.root, link: tree.interpreterLink,
                version: try EnvironmentFile(of: tree)?.pythonVersion)
        }
        return try Interpreter(
            asking: tree.interpreterLink.string, environment: settings.environment,
            cache: settings.cache)
    }

    /// Nil for a virtual environment: all of these are laid out alike.
    private func paths() throws -> InterpreterPaths? {
        guard try status(tree.environmentFile) == nil,
            try targetStatus(tree.interpreterLink) != nil
        else { return nil }
        return try InterpreterPaths(of: tree, environment: settings.environment)
    }

    private func layout(of interpreter: Interpreter) throws -> WheelLayout {
        guard let paths = try paths() else {
            return try WheelLayout(of: interpreter, prefix: tree.root)
        }
        try refuseIfManaged(paths)
        return try WheelLayout(of: interpreter, paths: paths, prefix: tree.root)
    }

    private func refuseIfManaged(_ paths: InterpreterPaths?) throws {
        guard let message = paths?.managedBy, !isManagedIgnored else { return }
        throw TreeError.externallyManaged(tree: tree.root, message: message)
    }

    /// Where this changes things. Of a system's Python only what is not the system's own.
    private func sites() throws -> [SitePackages] {
        guard let paths = try paths() else { return try SitePackages.all(in: tree) }
        return try SitePackages.some([paths.purelib, paths.platlib], in: tree)
    }
}
