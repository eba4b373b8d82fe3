internal import Platform
internal import Recipes
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

/// Fills a build environment with what a build requires, and what that requires in turn.
///
/// There is nothing to resolve: a package has one wheel, so a requirement is a name to look up and a
/// specifier to check.
struct EnvironmentFilling {
    let recipe: RecipeName
    /// Of the build's own tree, then of others: a name is looked up in this order.
    let stores: [WheelStore]
    let interpreter: Interpreter
    /// Of the environment.
    let root: FilePath

    private struct Stored {
        let store: WheelStore
        let name: WheelFilename
        var path: FilePath { store.tree.wheels.appending(name.raw) }
    }
    private var wheels: [DistributionName: [Stored]] = [:]
    private var present: [DistributionName: Present] = [:]
    private let markers: MarkerEnvironment

    /// A distribution that is in the environment.
    private struct Present {
        /// As its metadata has them.
        let requirements: [String]
        /// Those whose requirements were followed.
        var extras: Set<DistributionName>
    }

    /// A requirement, and the extras of the distribution that has it.
    private struct Wish {
        let text: String
        let extras: Set<DistributionName>
        let asker: String
    }

    init(recipe: RecipeName, stores: [WheelStore], interpreter: Interpreter, root: FilePath) {
        self.recipe = recipe
        self.stores = stores
        self.interpreter = interpreter
        self.root = root
        markers = MarkerEnvironment(interpreter)
    }

    /// - Parameter requirements: as written, markers included.
    /// - Throws: `InstallError.requirementNotInStore`, `.requirementUnfit`, `.badRequirement`.
    mutating func add(_ requirements: [String], askedBy asker: String) throws {
        if wheels.isEmpty {
            for store in stores {
                for name in try store.wheels() {
                    wheels[name.name, default: []].append(Stored(store: store, name: name))
                }
            }
        }
        // A list and no recursion: requirements lead in circles, by extras too, and in long chains.
        var open = requirements.map { Wish(text: $0, extras: [], asker: asker) }
        var at = 0
        while at < open.count {
            open += try meet(open[at])
            at += 1
        }
    }

    /// - Returns: what the distribution requires in turn, as far as that was not followed before.
    private mutating func meet(_ wish: Wish) throws -> [Wish] {
        let asker = wish.asker
        let requirement: Requirement
        do {
            requirement = try Requirement(wish.text)
            guard try requirement.applies(in: markers, extras: wish.extras) else { return [] }
        } catch {
            throw InstallError.badRequirement(wish.text, askedBy: asker, error)
        }
        guard let wheel = try wheel(of: requirement.name) else {
            throw InstallError.requirementNotInStore(
                recipe: recipe, requirement, askedBy: asker, store: stores[0].tree.wheels)
        }
        guard requirement.specifiers.contains(wheel.name.version) else {
            throw InstallError.requirementUnfit(
                recipe: recipe, requirement, askedBy: asker, found: wheel.name.raw)
        }
        let known = present[requirement.name]
        let extras = (known?.extras ?? []).union(requirement.extras)
        if extras == known?.extras { return [] }
        let requirements = try known?.requirements ?? unpack(wheel).metadata.requiresDist
        present[requirement.name] = Present(requirements: requirements, extras: extras)
        return requirements.map { Wish(text: $0, extras: extras, asker: wheel.name.raw) }
    }

    /// The wheel of a distribution; nil when no store has one.
    ///
    /// Of several, left there by hand or by the old machinery, the one that a record names is the
    /// package's; if none is, the newest.
    private mutating func wheel(of name: DistributionName) throws -> Stored? {
        guard let found = wheels[name], found.count > 1 else { return wheels[name]?.first }
        var recorded: [Stored] = []
        for store in stores {
            let named = Set(try store.tree.records().flatMap(\.storedWheels))
            recorded += found.filter { $0.store.tree == store.tree && named.contains($0.name.raw) }
        }
        let chosen = recorded.first ?? found.max { $0.name.version < $1.name.version }
        wheels[name] = [chosen].compactMap(\.self)
        return chosen
    }

    /// A wheel whose recipe allows it a bad RECORD is good enough here, too, if it is still the one that
    /// was installed.
    private func unpack(_ wheel: Stored) throws -> CheckedWheel {
        do { return try unpack(wheel, record: .strict) } catch let error as WheelError {
            guard case .record = error, try isAsInstalled(wheel) else { throw error }
            return try unpack(wheel, record: .rewrite)
        }
    }

    private func isAsInstalled(_ wheel: Stored) throws -> Bool {
        let known = try wheel.store.tree.records().compactMap(\.wheel)
            .first { $0.file == wheel.name.raw }
        return try known?.sha256 == Digest(ofFile: File(reading: wheel.path)).hex
    }

    private func unpack(_ wheel: Stored, record policy: RecordPolicy) throws
        -> CheckedWheel
    {
        let checked = try check(wheel.path, for: nil, record: policy)
        _ = try Wheels.unpack(
            checked, layout: WheelLayout(of: interpreter, prefix: root),
            into: Directory(opening: root), requested: false, replacing: true)
        return checked
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
