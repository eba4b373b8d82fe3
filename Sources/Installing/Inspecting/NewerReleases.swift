internal import Building
internal import Distfiles
internal import Platform
public import Recipes
internal import Requirements
internal import SystemPackage
internal import Trees
internal import Wheels

/// A recipe of which the package index has a newer release.
public struct NewerRelease: Sendable {
    /// Of the recipe.
    public let name: String
    public let distribution: String
    /// Of the recipe, without patch level.
    public let version: String
    public let newest: String
    /// ISO 8601, UTC, of its first file; nil where the index doesn't say.
    public let uploaded: String?
}

/// Asks the package index that pip is configured for whether it has newer releases than recipes.
public struct NewerReleases: Sendable {
    private let workspace: Workspace
    private let minimumAge: Duration

    public struct Answer: Sendable {
        /// Sorted by name.
        public var newer: [NewerRelease] = []
        /// What can't be told, a sentence for each recipe.
        public var failures: [String] = []

        public init() {}

        init(newer: [NewerRelease], failures: [String]) {
            self.newer = newer
            self.failures = failures
        }
    }

    /// - Parameter minimumAge: how old a release must be to count.
    public init(_ settings: Settings, _ reporting: Reporting, minimumAge: Duration) throws {
        workspace = try Workspace(settings: settings, reporting: reporting)
        self.minimumAge = minimumAge
    }

    /// Recipes that an index can know: of a Python distribution that is made from an archive.
    public static func canAsk(_ recipe: Recipe) -> Bool {
        recipe.distribution != nil && (recipe.source == .normal || recipe.source == .wheel)
    }

    /// - Throws: when nothing can be asked at all.
    public func find(for recipes: [Recipe]) async throws -> Answer {
        if recipes.isEmpty { return Answer() }
        let interpreter = try workspace.interpreter(of: workspace.settings.venv)
        let pip = try workspace.pip.settings(asking: [
            FilePath(interpreter.executable), FilePath(workspace.settings.python),
        ])
        var network = pip.network(
            over: NetworkSettings(environment: workspace.settings.environment))
        // Of hundreds of projects each would wait.
        network.triesPerSource = min(network.triesPerSource, 2)
        let asking = Asking(
            index: pip.index, network: network, target: try WheelTarget(interpreter),
            allowsPrereleases: pip.allowsPrereleases, minimumAge: minimumAge)
        return try await withThrowingTaskGroup(
            of: (RecipeName, Result<NewerRelease?, any Error>).self
        ) { group in
            var waiting = recipes[...]
            func begin() {
                guard let recipe = waiting.popFirst() else { return }
                group.addTask {
                    do {
                        return (recipe.name, .success(try await asking.newer(than: recipe)))
                    } catch {
                        if error is CancellationError { throw error }
                        return (recipe.name, .failure(error))
                    }
                }
            }
            for _ in 0..<16 { begin() }
            var newer: [NewerRelease] = []
            var failures: [(name: RecipeName, text: String)] = []
            while let (name, result) = try await group.next() {
                begin()
                switch result {
                case .success(let found?): newer.append(found)
                case .success(nil): break
                case .failure(let error): failures.append((name, "\(name): \(error)"))
                }
            }
            return Answer(
                newer: newer.sorted { $0.name < $1.name },
                failures: failures.sorted { $0.name < $1.name }.map(\.text))
        }
    }

    /// What is asked for every recipe alike.
    private struct Asking: Sendable {
        let index: PackageIndex
        let network: NetworkSettings
        let target: WheelTarget
        let allowsPrereleases: Bool
        let minimumAge: Duration

        func newer(than recipe: Recipe) async throws -> NewerRelease? {
            guard let text = recipe.version?.upstream, let version = try? Version(text) else {
                throw Unanswered(
                    text:
                        "its version \(recipe.displayedVersion) is none of PEP 440, so it can't be "
                        + "compared")
            }
            let name = try DistributionName(recipe.distribution!.name)
            let files = try await index.files(of: name, over: network)
                .filter { !$0.isYanked && suits($0) }
            var uploads: [Version: String] = [:]
            var versions: Set<Version> = []
            for file in files {
                guard let listed = Self.version(of: file.name, name) else { continue }
                versions.insert(listed)
                if let time = file.uploadTime {
                    uploads[listed] = min(uploads[listed] ?? time, time)
                }
            }
            if versions.isEmpty { throw Unanswered(text: "the package index has no \(name.raw)") }
            let later = versions.filter { $0 > version }
            let candidates = later.filter { isOldEnough(uploads[$0]) }
            // As pip chooses: a pre-release only where there is nothing else at all.
            let allowed = allowsPrereleases || versions.allSatisfy(\.isPrerelease)
            guard let newest = candidates.filter({ allowed || !$0.isPrerelease }).max() else {
                let isUntold = later.contains {
                    uploads[$0] == nil && (allowed || !$0.isPrerelease)
                }
                if minimumAge > .zero, isUntold {
                    throw Unanswered(text: "the package index doesn't say how old its releases are")
                }
                return nil
            }
            return NewerRelease(
                name: recipe.name.text, distribution: name.raw, version: text,
                newest: newest.description, uploaded: uploads[newest])
        }

        /// Whether pip would take it for the tree's Python.
        private func suits(_ file: ProjectFile) -> Bool {
            if let text = file.requiresPython, let wanted = try? SpecifierSet(text),
                !wanted.contains(target.python)
            {
                return false
            }
            guard file.name.hasSuffix(".whl") else { return true }
            guard let wheel = try? WheelFilename(file.name) else { return false }
            return target.tags.bestRank(of: wheel.tags) != nil
        }

        private func isOldEnough(_ uploaded: String?) -> Bool {
            if minimumAge == .zero { return true }
            let limit = FileTime(
                seconds: FileTime.now.seconds - minimumAge.components.seconds)
            // Both begin as 2026-08-21T13:05:59; what follows is a fraction.
            return uploaded.map { $0.prefix(19) <= limit.text.prefix(19) } ?? false
        }

        private static func version(of file: String, _ name: DistributionName) -> Version? {
            let found =
                (try? WheelFilename(file)).map { ($0.name, $0.version) }
                ?? (try? SdistFilename(file)).map { ($0.name, $0.version) }
            guard let found, found.0.normalized == name.normalized else { return nil }
            return found.1
        }
    }

    private struct Unanswered: Error, CustomStringConvertible {
        let text: String
        var description: String { text }
    }
}
