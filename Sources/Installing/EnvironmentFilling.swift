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
            let stored = Dictionary(grouping: try store.wheels(), by: \.name)
            wheels = try stored.compactMapValues { wheels in
                if wheels.count == 1 { return wheels[0] }
                // All but the installed one were put there by hand.
                let installed = Set(try recordedWheels().map(\.file))
                return wheels.first { installed.contains($0.raw) } ?? wheels[0]
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
        guard let wheel = wheels[requirement.name] else {
            throw InstallError.requirementNotInStore(
                recipe: recipe, requirement, askedBy: asker, store: store.tree.wheels)
        }
        guard requirement.specifiers.contains(wheel.version) else {
            throw InstallError.requirementUnfit(
                recipe: recipe, requirement, askedBy: asker, found: wheel.raw)
        }
        let known = present[requirement.name]
        let extras = (known?.extras ?? []).union(requirement.extras)
        if extras == known?.extras { return [] }
        let requirements = try known?.requirements ?? unpack(wheel).metadata.requiresDist
        present[requirement.name] = Present(requirements: requirements, extras: extras)
        return requirements.map { Wish(text: $0, extras: extras, asker: wheel.raw) }
    }

    /// A wheel whose recipe allows it a bad RECORD is good enough here, too, if it is still the one that
    /// was installed.
    private func unpack(_ wheel: WheelFilename) throws -> CheckedWheel {
        do { return try unpack(wheel, record: .strict) } catch let error as WheelError {
            guard case .record = error, try isAsInstalled(wheel) else { throw error }
            return try unpack(wheel, record: .rewrite)
        }
    }

    private func isAsInstalled(_ wheel: WheelFilename) throws -> Bool {
        let known = try recordedWheels().first { $0.file == wheel.raw }
        let digest = try Digest(ofFile: File(reading: store.tree.wheels.appending(wheel.raw)))
        return known?.sha256 == digest.hex
    }

    /// The wheels of all installed packages whose records can be read.
    private func recordedWheels() throws -> [InstalledRecord.StoredWheel] {
        try store.tree.recordFiles().compactMap {
            try? InstalledRecord(reading: store.tree.installed.appending($0.name)).wheel
        }
    }

    private func unpack(_ wheel: WheelFilename, record policy: RecordPolicy) throws
        -> CheckedWheel
    {
        let checked = try check(store.tree.wheels.appending(wheel.raw), for: nil, record: policy)
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
