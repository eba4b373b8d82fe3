internal import Changes
internal import Platform
public import Requirements
public import SystemPackage
public import Trees
public import Wheels

/// Wheels by hand, without recipes: into the tree or any other virtual environment.
///
/// Nothing is stored or recorded; the distributions are as if pip had installed them, only that the
/// environment is never in between.
public struct WheelFiles: Sendable {
    public let tree: Tree
    public let interpreter: Interpreter
    let committing: Committing
    private let environment: [String: String]

    /// - Throws: `TreeError.treeWithoutInterpreter` when `tree` is no environment.
    public init(in tree: Tree, settings: TreeSettings, reporting: Reporting) throws {
        self.tree = tree
        environment = settings.environment
        guard try targetStatus(tree.interpreterLink) != nil else {
            throw TreeError.treeWithoutInterpreter(tree: tree.root, link: tree.interpreterLink)
        }
        interpreter = try Interpreter(
            asking: tree.interpreterLink.string, environment: settings.environment,
            cache: settings.cache)
        committing = Committing(to: tree, settings, reporting)
    }

    /// Installs wheels as one change: all of them or none. What is there of the same distributions
    /// is replaced, whatever its version.
    ///
    /// - Parameters:
    ///   - byteCode: compile modules before they are put in place.
    ///   - recordPolicy: what to do about a RECORD that is wrong.
    public func install(
        _ paths: [FilePath], byteCode: Bool = false, record recordPolicy: RecordPolicy = .strict
    ) throws {
        let target = try WheelTarget(interpreter)
        let wheels = try check(paths, for: target, record: recordPolicy)
        let stage = try Stage(
            in: tree, label: wheels.count == 1 ? wheels[0].name.normalized : "wheels")
        let layout = try WheelLayout(of: interpreter, prefix: tree.root)
        let unpacked = try unpack(wheels, layout: layout, into: stage.new, requested: true)
        for (wheel, unpacked) in zip(wheels, unpacked) {
            for warning in unpacked.warnings {
                committing.event(.note(package: wheel.filename.raw, "warning: \(warning)"))
            }
        }
        if byteCode,
            let said = try compileByteCode(
                of: stage, for: tree, interpreter, environment: environment)
        {
            committing.event(
                .note(package: tree.root.string, "some modules don't compile:\n\(said)"))
        }
        let names = wheels.map { "\($0.name.raw) \($0.version)" }.joined(separator: ", ")
        try committing.commit(stage, title: "install \(names)", label: names) {
            try OwnedByPackage(distributions: Set(wheels.map(\.name)), in: tree)
        }
    }

    /// Removes distributions, whoever installed them, as one change.
    ///
    /// - Returns: those that were there.
    public func uninstall(_ names: [DistributionName]) throws -> [InstalledDistribution] {
        try committing.settleIfOpen()
        let found = try distributions().filter { distribution in
            names.contains { $0.normalized == distribution.normalizedName }
        }
        if found.isEmpty { return [] }
        let stage = try Stage(in: tree, label: "uninstall")
        let title = "uninstall \(found.map(\.name).joined(separator: ", "))"
        try committing.commit(stage, title: title, label: title) {
            try OwnedByPackage(distributions: Set(names), in: tree)
        }
        return found
    }

    /// What is installed, sorted by normalized name.
    public func distributions() throws -> [InstalledDistribution] {
        try SitePackages.all(in: tree).flatMap { try $0.distributions() }
    }
}
