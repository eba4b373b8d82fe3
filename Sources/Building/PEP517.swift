internal import FoundationEssentials
internal import Platform
public import SystemPackage

/// A wheel that a build left, and nothing more is known of it.
///
/// Only `PEP517Build` makes one; what is in it must still be checked.
public struct BuiltWheel: Sendable, Equatable {
    /// Absolute, inside `dist/`.
    public let path: FilePath
    /// `NAME-VER` of the recipe.
    public let package: String
}

/// Turns a source tree into a wheel by its own build backend (PEP 517).
///
/// The caller looks up requirements, because only it knows the wheel store:
///
///     let project = try PyProject(of: place.source)
///     var satisfied = project.requires            // looked up and put into the environment
///     while case .needs(let more) = try await build.run(satisfied: satisfied, …) {
///         satisfied += more                        // looked up and added
///     }
public struct PEP517Build: Sendable {
    public let place: BuildPlace
    public let project: PyProject
    public let environment: BuildEnvironment
    /// The complete environment of the child.
    public let variables: BuildVariables
    /// The source tree; may be a folder in it when a recipe builds that.
    public var source: FilePath
    /// Where the wheel or sdist goes; wheels that are there are removed first.
    public var dist: FilePath
    /// `config_settings`: a key may come several times.
    public var settings: [(key: String, value: String)] = []

    public init(
        at place: BuildPlace, project: PyProject, environment: BuildEnvironment,
        variables: BuildVariables
    ) {
        self.place = place
        self.project = project
        self.environment = environment
        self.variables = variables
        source = place.source
        dist = place.dist
    }

    public enum Outcome: Sendable, Equatable {
        case built(BuiltWheel)
        /// The backend requires what was not in `satisfied`: the complete list it gave. Nothing was
        /// built.
        case needs([String])
    }

    /// Asks the backend what it requires beyond `pyproject.toml`, and builds if all of that is in
    /// `satisfied`.
    ///
    /// - Parameters:
    ///   - satisfied: requirement strings that the environment is known to meet, as they were
    ///     written; nil to build without asking (no isolation).
    /// - Throws: `failed`, `noBackend`, `noWheel`, `severalWheels`, `cancelled`, `platform`. After a
    ///   failure the build directory is left for looking at.
    ///
    /// The only wheel in `dist` is the one, whatever the hook returned.
    public func run(
        satisfied: [String]?, log: BuildLog, terminal: TerminalLines?
    ) async throws(BuildError) -> Outcome {
        let answer = try await call(.wheel, satisfied, log, terminal)
        if let needs = answer.needs { return .needs(needs) }
        return .built(try onlyWheel(log))
    }

    public enum PackOutcome: Sendable, Equatable {
        /// The sdist, in `dist`.
        case packed(FilePath)
        /// As of `Outcome`.
        case needs([String])
    }

    /// The same for an sdist: what the backend takes from the source tree to publish it.
    public func packSdist(
        satisfied: [String]?, log: BuildLog, terminal: TerminalLines?
    ) async throws(BuildError) -> PackOutcome {
        let before = try platform { () throws(PlatformError) -> Set<String> in
            try makeDirectories(dist)
            return Set(try names(ending: Self.sdistEndings))
        }
        let answer = try await call(.sdist, satisfied, log, terminal)
        if let needs = answer.needs { return .needs(needs) }
        let made = try platform { () throws(PlatformError) -> [String] in
            try names(ending: Self.sdistEndings)
        }
        if let name = answer.made, made.contains(name) { return .packed(dist.appending(name)) }
        let new = made.filter { !before.contains($0) }
        guard new.count == 1 else {
            throw .noSdist(package: place.package, directory: dist, log: log.path)
        }
        return .packed(dist.appending(new[0]))
    }

    private static let sdistEndings = [".tar.gz", ".zip"]

    /// What a backend can make: the ending of its hooks' names.
    private enum Product: String {
        case wheel, sdist
    }

    private func call(
        _ product: Product, _ satisfied: [String]?, _ log: BuildLog, _ terminal: TerminalLines?
    ) async throws(BuildError) -> Answer {
        let program: FilePath
        do { program = try prepare(product, satisfied) } catch { throw .platform(error) }
        let phase = "build_\(product.rawValue)"
        var child = Child(
            arguments: [environment.python.string, program.string, request.string],
            environment: variables.values, directory: source)
        child.leavesNetwork = variables.leavesNetwork
        let end = try await child.run(phase: phase, log: log, terminal: terminal)
        let answer = readAnswer()
        if let reason = answer.missingBackend {
            throw .noBackend(
                package: place.package, backend: project.backend, reason: reason, log: log.path)
        }
        guard end.isSuccess else {
            throw .failed(
                FailedBuild(
                    package: place.package, phase: answer.phase ?? phase, end: end, log: log.path,
                    lines: log.decisiveLines()))
        }
        return answer
    }

    private var request: FilePath { place.run.appending("request.json") }
    private var answer: FilePath { place.run.appending("answer.json") }

    /// Writes the runner and its request; makes the folders, and `dist` without wheels.
    private func prepare(_ product: Product, _ satisfied: [String]?) throws(PlatformError)
        -> FilePath
    {
        for folder in [dist, place.run, place.temporary] { try makeDirectories(folder) }
        for wheel in try names(ending: [".whl"]) { try removeTree(dist.appending(wheel)) }
        try removeTree(answer)
        var grouped: [String: [String]] = [:]
        for (key, value) in settings { grouped[key, default: []].append(value) }
        let words = Request(
            product: product.rawValue, backend: project.backend, backendPath: project.backendPath,
            settings: grouped.mapValues(Setting.init), dist: dist.string,
            satisfied: satisfied, answer: answer.string)
        let encoder = JSONEncoder()
        // A backend may write what it is given into the wheel, in the order it finds.
        encoder.outputFormatting = .sortedKeys
        // Strings and lists of strings always encode.
        try writeFile(request, try! encoder.encode(words))
        let program = place.run.appending("wheel.py")
        try writeFile(program, PEP517Runner.text.utf8)
        return program
    }

    /// An unreadable answer is as good as none: the status and the wheel decide.
    private func readAnswer() -> Answer {
        guard let bytes = try? readFile(answer),
            let words = try? JSONDecoder().decode(Answer.self, from: Data(bytes))
        else { return Answer() }
        return words
    }

    private func onlyWheel(_ log: BuildLog) throws(BuildError) -> BuiltWheel {
        let wheels = try platform { () throws(PlatformError) -> [String] in
            try names(ending: [".whl"])
        }
        switch wheels.count {
        case 0: throw .noWheel(package: place.package, directory: dist, log: log.path)
        case 1: return BuiltWheel(path: dist.appending(wheels[0]), package: place.package)
        default:
            throw .severalWheels(package: place.package, directory: dist, names: wheels)
        }
    }

    /// Sorted.
    private func names(ending endings: [String]) throws(PlatformError) -> [String] {
        try Directory(opening: dist).entries().map(\.name.string)
            .filter { name in endings.contains { name.hasSuffix($0) } }.sorted()
    }
}

private struct Request: Encodable {
    let product: String
    let backend: String
    let backendPath: [String]
    let settings: [String: Setting]
    let dist: String
    let satisfied: [String]?
    let answer: String

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Keys.self)
        try values.encode(product, forKey: .product)
        try values.encode(backend, forKey: .backend)
        try values.encode(backendPath, forKey: .backendPath)
        try values.encode(settings, forKey: .settings)
        try values.encode(dist, forKey: .dist)
        // Null and absent are the same to us, not to the runner.
        try values.encode(satisfied, forKey: .satisfied)
        try values.encode(answer, forKey: .answer)
    }

    enum Keys: String, CodingKey {
        case product, backend, settings, dist, satisfied, answer
        case backendPath = "backend_path"
    }
}

/// A string, or a list if the key came several times; pip does the same.
private struct Setting: Encodable {
    let values: [String]

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if values.count == 1 {
            try container.encode(values[0])
        } else {
            try container.encode(values)
        }
    }
}

private struct Answer: Decodable {
    var phase: String?
    var needs: [String]?
    var made: String?
    var missingBackend: String?

    enum CodingKeys: String, CodingKey {
        case phase, needs, made
        case missingBackend = "missing_backend"
    }
}
