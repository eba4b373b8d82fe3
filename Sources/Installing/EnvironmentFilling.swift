internal import Platform
internal import Recipes
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

/// Fills a build environment with what a build requires, and what that requires in turn.
///
/// There is nothing to resolve: the store has one wheel per distribution, so a requirement is a name
/// to look up and a specifier to check.
struct EnvironmentFilling {
    let recipe: RecipeName
    let store: WheelStore
    let interpreter: Interpreter
    /// Of the environment.
    let root: FilePath

    private var wheels: [DistributionName: WheelFilename] = [:]
    private var present: Set<DistributionName> = []
    private let markers: MarkerEnvironment

    init(recipe: RecipeName, store: WheelStore, interpreter: Interpreter, root: FilePath) {
        self.recipe = recipe
        self.store = store
        self.interpreter = interpreter
        self.root = root
        markers = MarkerEnvironment(interpreter)
    }

    /// - Parameter requirements: as written, markers included.
    /// - Throws: `InstallError.requirementNotInStore`, `.requirementUnfit`, `.badRequirement`.
    mutating func add(_ requirements: [String], askedBy asker: String) throws {
        if wheels.isEmpty {
            wheels = Dictionary(
                try store.wheels().map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        }
        for text in requirements { try add(text, extras: [], askedBy: asker) }
    }

    private mutating func add(_ text: String, extras: [DistributionName], askedBy asker: String)
        throws
    {
        let requirement: Requirement
        do { requirement = try Requirement(text) } catch {
            throw InstallError.badRequirement(text, askedBy: asker, error)
        }
        guard try requirement.applies(in: markers, extras: extras) else { return }
        guard let wheel = wheels[requirement.name] else {
            throw InstallError.requirementNotInStore(
                recipe: recipe, requirement, askedBy: asker, store: store.tree.wheels)
        }
        guard requirement.specifiers.contains(wheel.version) else {
            throw InstallError.requirementUnfit(
                recipe: recipe, requirement, askedBy: asker, found: wheel.raw)
        }
        let isNew = present.insert(requirement.name).inserted
        if isNew { try unpack(wheel) }
        guard isNew || !requirement.extras.isEmpty else { return }
        let metadata = try CoreMetadata(parsing: store.metadata(of: wheel))
        for needed in metadata.requiresDist {
            try add(needed.description, extras: requirement.extras, askedBy: wheel.name.raw)
        }
    }

    private func unpack(_ wheel: WheelFilename) throws {
        let checked = try check(store.tree.wheels.appending(wheel.raw), for: nil)
        _ = try Wheels.unpack(
            checked, layout: WheelLayout(of: interpreter, prefix: root),
            into: Directory(opening: root), requested: false)
    }
}

extension MarkerEnvironment {
    init(_ interpreter: Interpreter) {
        func value(_ variable: MarkerVariable) -> String {
            interpreter.markers[variable.rawValue] ?? ""
        }
        self.init(
            osName: value(.osName), sysPlatform: value(.sysPlatform),
            platformMachine: value(.platformMachine),
            platformPythonImplementation: value(.platformPythonImplementation),
            platformRelease: value(.platformRelease), platformSystem: value(.platformSystem),
            platformVersion: value(.platformVersion), pythonVersion: value(.pythonVersion),
            pythonFullVersion: value(.pythonFullVersion),
            implementationName: value(.implementationName),
            implementationVersion: value(.implementationVersion))
    }
}
