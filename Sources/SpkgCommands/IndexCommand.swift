internal import ArgumentParser
internal import Building
internal import Installing
internal import Platform
internal import SystemPackage
internal import Trees
internal import Wheels

struct IndexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Make a package repository of a folder of wheels.",
        discussion: """
            Writes FOLDER/simple, which pip, uv and other installers can use as an index, by file:// \
            or through any web server that serves FOLDER; and each wheel's METADATA beside it. The \
            same wheels give the same bytes. A wheel that can't be listed is an error, and then \
            nothing is changed.

            The repository of the distribution's own wheels is kept up to date by each install and \
            uninstall; this mends it.

            EXAMPLES
              spkg index ~/wheels
              spkg index --check      what is out of date; the status is 1 if anything is
            """)

    @Argument(
        help: "A folder of wheels; default: the distribution's wheel store.",
        completion: .directory, transform: PathArgument.init)
    var folder: PathArgument?

    @Flag(help: "Read everything, write nothing, and list what is out of date.")
    var check = false

    @Flag(help: "List wheels whose RECORD is wrong, too.")
    var allowBadRecord = false

    @Flag(help: "As JSON.")
    var json = false

    private var isLooking: Bool { check || DryRun.wanted != nil }

    func run() throws {
        let repositories = try folder.map { [try repository(of: $0.path)] } ?? ofStores()
        let differences = repositories.flatMap { repository in
            repository.differences.map { (repository.folder, $0) }
        }
        if !check, let dry = DryRun.wanted {
            return try dry.answer(
                differences.map { $0.pushing($1.path).string }, "brought up to date")
        }
        if json {
            try emit(
                jsonText(
                    differences.map { folder, difference in
                        [
                            "kind": difference.kind.rawValue,
                            "path": folder.pushing(difference.path).string,
                        ]
                    }))
        } else if check {
            try emit(
                differences.map { folder, difference in
                    "\(difference.kind.rawValue): \(folder.pushing(difference.path))\n"
                }.joined())
        } else {
            for repository in repositories {
                say(
                    "\(repository.folder): wheels: \(repository.wheelCount), projects: "
                        + "\(repository.projectCount), brought up to date: "
                        + "\(repository.differences.count)")
            }
        }
        if check, !differences.isEmpty { throw ExitCode.failure }
    }

    private func repository(of path: FilePath) throws -> SimpleRepository {
        if let store = try storeRepository(at: path), let found = try repository(of: store) {
            return found
        }
        let policy: RecordPolicy = allowBadRecord ? .rewrite : .strict
        if isLooking { return try SimpleRepository.check(path, record: policy) }
        let settings = try TreeSettings(environment: Here.environment)
        return try SimpleRepository.update(path, record: policy, durable: settings.isDurable) {
            Watcher(isVerbose: false).reporting.event(.waiting($0))
        }
    }

    private func ofStores() throws -> [SimpleRepository] {
        let settings = try Here.settings()
        if isLooking { try requireNoOpenChanges(settings) }
        return try settings.allTrees.compactMap { try repository(of: storeRepository(of: $0)) }
    }

    private func repository(of store: StoreRepository) throws -> SimpleRepository? {
        try isLooking ? store.check() : store.update()
    }

    private func storeRepository(of tree: Tree) throws -> StoreRepository {
        try StoreRepository(
            of: tree, settings: TreeSettings(environment: Here.environment),
            reporting: Watcher(isVerbose: false).reporting)
    }

    /// The wheel store that a folder is, however it was spelled: its pages change with the tree only.
    private func storeRepository(at path: FilePath) throws -> StoreRepository? {
        let settings: Settings
        do { settings = try Here.settings() } catch InstallError.noRoot { return nil }
        guard let identity = try targetStatus(path)?.identity else { return nil }
        let tree = try settings.allTrees.first {
            try targetStatus($0.wheels)?.identity == identity
        }
        return try tree.map(storeRepository(of:))
    }
}
