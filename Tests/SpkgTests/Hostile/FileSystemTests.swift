import Platform
import Support
import SystemPackage
import Testing

/// Trees on other file systems than one plain disk.
@Suite(.enabled(if: Mounts.areAllowed, "needs the right to mount (root, or a user namespace)"))
struct FileSystemTests {
    /// Folders of an overlay's lower layer can't be moved (EXDEV): a later layer of a container image
    /// upgrades what an earlier one installed.
    @Test(arguments: [Scenario.upgrade, .uninstall])
    func `a tree in the lower layer of an overlay`(scenario: Scenario) throws {
        try Distribution.run { distribution in
            let workshop = try FaultHarness(scenario, in: distribution)
            var calls = 0
            func play(_ fault: Fault?) throws {
                try Mounts.with(.overlay(of: "local.kept"), at: distribution.local, distribution) {
                    let (said, counted) = try workshop.run(fault)
                    if fault == nil {
                        #expect(said.status == 0, "\(said.stderr)")
                        calls = counted.count
                        let tree = try distribution.snapshot()
                        #expect(tree == workshop.new, "\(differences(tree, workshop.new))")
                    }
                    try workshop.expectOldOrNew(
                        after: "\(fault.map { "\($0)" } ?? "nothing"), \(counted.last!)")
                }
            }
            try play(nil)
            var dice = SeededGenerator(for: "kills on an overlay, \(scenario)")
            var number = 0
            while case let next = number + (FaultHarness.isThorough ? 1 : dice.number(3...13)),
                next <= calls
            {
                number = next
                try play(Fault(.killBefore, at: number))
            }
        }
    }

    @Test(arguments: [Scenario.upgrade, .uninstall, .merge])
    func `a tree in memory`(scenario: Scenario) throws {
        try Distribution.run { distribution in
            try makeDirectories(distribution.local)
            try Mounts.with(.memory, at: distribution.local, distribution) {
                // The folder is there already, so Python fills it.
                let made = try distribution.said(
                    ["python3", "-m", "venv", "--without-pip", distribution.local.string], [:])
                try #require(made.status == 0, "\(made.stderr)")
                try scenario.prepare(distribution)
                let said = try distribution.said(
                    [Distribution.program.string] + scenario.arguments(distribution), [:])
                #expect(said.status == 0, "\(said.stderr)")
                #expect(try distribution.litter() == [])
            }
        }
    }

    /// A folder of the tree is a file system of its own: nothing can be renamed into it.
    @Test(arguments: [
        "share", "share/spam", "bin", "lib/python\(pythonVersion)/site-packages/spam",
    ])
    func `a folder of the tree on another file system`(folder: String) throws {
        try Distribution.run { distribution in
            try distribution.installWheel("2.0")
            let new = try distribution.snapshot()
            try removeTree(distribution.local)
            try distribution.installWheel("1.0")
            let mount = distribution.local.pushing(FilePath(folder))
            let content = distribution.root.appending("content")
            func copy(_ one: FilePath, _ other: FilePath) throws {
                let said = try distribution.said(["cp", "-a", "\(one)/.", other.string], [:])
                try #require(said.status == 0, "\(said.stderr)")
            }
            try makeDirectories(content)
            try copy(mount, content)
            try Mounts.with(.memory, at: mount, distribution) {
                try copy(content, mount)
                let said = try distribution.said(
                    [Distribution.program.string] + Scenario.upgrade.arguments(distribution), [:])
                #expect(said.status == 0, "\(said.stderr)")
                #expect(try distribution.litter() == [])
                let tree = try distribution.snapshot()
                #expect(tree == new, "\(differences(tree, new))")
                try distribution.expectDone(
                    "wheel", "uninstall", "--tree", distribution.local.string, "spam")
                #expect(try distribution.local.listing().keys.filter { $0.contains("spam/") } == [])
            }
        }
    }
}

enum Mounts {
    enum Kind {
        case memory
        /// A fresh upper layer over a folder beside the mount point's distribution.
        case overlay(of: String)
    }

    /// Whether this process may mount, found by trying.
    static let areAllowed: Bool = {
        (try? withTemporaryFolder { folder in
            let distribution = Distribution(root: folder)
            var worked = false
            try makeDirectories(folder.appending("here"))
            try with(.memory, at: folder.appending("here"), distribution) { worked = true }
            return worked
        }) ?? false
    }()

    /// Mounts for the time of `body`.
    static func with(
        _ kind: Kind, at place: FilePath, _ distribution: Distribution, _ body: () throws -> Void
    ) throws {
        switch kind {
        case .memory:
            try mount(
                ["-t", "tmpfs", "-o", "mode=755", "tmpfs", place.string], place, distribution, body)
        case .overlay(let lower):
            // The upper layer must not be on an overlay itself, as in a container.
            let upper = distribution.root.appending("upper")
            try makeDirectories(upper)
            try mount(["-t", "tmpfs", "tmpfs", upper.string], upper, distribution) {
                try makeDirectories(upper.appending("new"))
                try makeDirectories(upper.appending("work"))
                try mount(
                    [
                        "-t", "overlay", "overlay", "-o",
                        "lowerdir=\(lower),upperdir=upper/new,workdir=upper/work", place.string,
                    ], place, distribution, body)
            }
        }
    }

    private static func mount(
        _ words: [String], _ place: FilePath, _ distribution: Distribution,
        _ body: () throws -> Void
    ) throws {
        let said = try distribution.said(["mount"] + words, [:])
        guard said.status == 0 else { throw Distribution.Undone(said: said) }
        defer { _ = try? distribution.said(["umount", "--lazy", place.string], [:]) }
        try body()
    }
}
