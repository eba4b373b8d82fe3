import Locks
import Platform
import Support
import SystemPackage
import Testing
import Trees

@testable import Changes

/// Kills are played by stopping after every single step: what a dead process leaves is what is on
/// disk. `Tests/SpkgTests` kills the real program.
@Suite struct RecoveryTests {
    let package: FilePath = "lib/python3.11/site-packages"

    /// An upgrade that uses every kind of step: place, swap of a folder and of a file, drop of a
    /// folder and of a file, removal of an emptied folder.
    ///
    /// - Parameter restarts: the journal is as one of before a restart, after which the disk has another
    ///   number.
    private func prepare(_ sample: Sample, exchanges: Bool, restarts: Bool = false) throws
        -> Prepared
    {
        let old = [
            "spam/__init__.py", "spam/a.py", "shared/one.py", "shared/gone.py",
            "old-1.dist-info/RECORD",
            "single.py",
        ].map { package.pushing(FilePath($0)) }
        for file in old { try sample.root.write(file, "old \(file)") }
        try sample.root.write(package.pushing("shared/user.txt"), "mine")
        let stage = try Stage(in: sample.tree, label: "sample")
        for file in [
            "spam/__init__.py", "spam/new.py", "shared/one.py", "new-2.dist-info/RECORD",
            "single.py", "fresh/x.py",
        ] {
            try stage.path.write(package.pushing(FilePath(file)), "new \(file)")
        }
        var planner = Planner(
            change: TreeChange(title: "upgrade", owned: OwnedFiles(old)),
            places: try stage.places(),
            abilities: Planner.Abilities(
                exchanges: exchanges,
                immovable: exchanges ? [] : [package.pushing("old-1.dist-info")]))
        try planner.plan()
        #expect(planner.conflicts.isEmpty)
        let steps = planner.steps.map { restarts ? $0.onAnotherDevice : $0 }
        return Prepared(stage: stage, journal: Journal(title: "upgrade", steps: steps))
    }

    private struct Prepared: ~Copyable {
        let stage: Stage
        let journal: Journal

        /// As `TreeChange.commit` does it.
        func open() throws -> OpenChange {
            try writeFile(stage.folder.path.appending("journal"), journal.bytes())
            return try OpenChange(journal, of: stage, stage.places())
        }
    }

    @Test(arguments: [true, false], [false, true])
    func `stopped after any step, recovery makes the tree exactly new`(
        exchanges: Bool, restarts: Bool
    ) throws {
        var new: [String: String]?
        var count = 1
        var stop = 0
        while stop <= count {
            try Sample.run { sample in
                let prepared = try prepare(
                    sample, exchanges: exchanges, restarts: restarts)
                let journal = prepared.journal
                count = journal.steps.count
                let mover = try Mover(prepared.stage.places())
                let open = try prepared.open()
                for step in journal.steps.prefix(stop) { try mover.take(step) }
                #expect(try openChanges(in: sample.tree) == ["upgrade"])
                // Recovery doesn't need the stage's lock to be free: the pip lock is.
                let lock = try sample.lock()
                #expect(try open.run(.none) == nil)
                _ = lock
                #expect(try openChanges(in: sample.tree) == [])
                if let new {
                    let now = try sample.listing()
                    let differences = Set(now.map { "\($0)" }).symmetricDifference(
                        new.map { "\($0)" })
                    #expect(differences == [], "after \(stop) steps of \(journal.steps)")
                }
                new = try sample.listing()
            }
            stop += 1
        }
        #expect(count > 5)
        #expect(new?[package.pushing("shared/user.txt").string] != nil)
        #expect(new?[package.pushing("shared/gone.py").string] == nil)
        #expect(new?[package.pushing("old-1.dist-info").string] == nil)
    }

    @Test(arguments: [true, false], [false, true])
    func `turned round after any step, the tree is exactly old`(exchanges: Bool, restarts: Bool)
        throws
    {
        var count = 1
        var stop = 0
        while stop <= count {
            try Sample.run { sample in
                let prepared = try prepare(
                    sample, exchanges: exchanges, restarts: restarts)
                let journal = prepared.journal
                let before = try sample.listing()
                count = journal.steps.count
                let mover = try Mover(prepared.stage.places())
                for step in journal.steps.prefix(stop) { try mover.take(step) }
                for step in journal.steps.reversed() { try mover.takeBack(step) }
                #expect(try sample.listing() == before)
                // And twice, as after a kill on the way back.
                for step in journal.steps.reversed() { try mover.takeBack(step) }
                #expect(try sample.listing() == before)
            }
            stop += 1
        }
    }

    @Test func `a killed process's stage and change are finished by recover`() throws {
        try Sample.run { sample in
            var id = ""
            do {
                let prepared = try prepare(sample, exchanges: true)
                _ = try prepared.open()
                id = prepared.stage.id
                // The deinit of a stage removes it; a killed process runs none.
                let folder = try Directory(opening: sample.tree.stages)
                try folder.rename(
                    FilePath.Component(id)!, to: "away", in: folder, .notReplacing)
            }
            let folder = try Directory(opening: sample.tree.stages)
            try folder.rename("away", to: FilePath.Component(id)!, in: folder, .notReplacing)
            let recovered = try recover(sample.tree, holding: sample.lock(), noting: .none)
            #expect(recovered == [RecoveredChange(title: "upgrade", ending: .completed)])
            #expect(try sample.litter() == [])
            #expect(try sample.root.text(package.pushing("spam/new.py")) == "new spam/new.py")
            #expect(try recover(sample.tree, holding: sample.lock(), noting: .none) == [])
        }
    }

    @Test func `an adopted stage is found when its disk has another number`() throws {
        try Sample.run { sample in
            let folder = sample.root.appending("adopted")
            try folder.write("bin/a", "a")
            let stage = try Stage(in: sample.tree, label: "sample", adopting: folder)
            let inode = try #require(try status(folder)).identity.inode
            try writeFile(
                stage.folder.path.appending("from"), "\(escape(folder)) 77:\(inode)".utf8)
            #expect(try stage.places().main.new.path == folder)
            try writeFile(
                stage.folder.path.appending("from"), "\(escape(folder)) 77:\(inode + 1)".utf8)
            #expect(throws: PlatformError.self) { try stage.places() }
        }
    }

    @Test func `the stage of a dead process is swept, that of a living one is not`() throws {
        try Sample.run { sample in
            let alive = try Stage(in: sample.tree, label: "alive")
            try sample.tree.stages.write("dead-1-x/new/file", "")
            try recover(sample.tree, holding: sample.lock(), noting: .none)
            #expect(try status(alive.path) != nil)
            #expect(try status(sample.tree.stages.appending("dead-1-x")) == nil)
        }
    }

    @Test(arguments: [
        "", "spkg change 1\ntitle: x\n", "hello\n", "spkg change 1\ntitle: x\nend 00\n",
    ])
    func `a damaged journal stops recovery and nothing is touched`(text: String) throws {
        try Sample.run { sample in
            try sample.tree.changes.write("foreign", text)
            try sample.root.write("bin/a", "a")
            let before = try sample.root.listing()
            #expect(throws: ChangeError.self) {
                try recover(sample.tree, holding: sample.lock(), noting: .none)
            }
            #expect(try sample.root.listing { $0 == "var/lock" } == before)
        }
    }

    @Test func `a journal comes back as it was written`() throws {
        let odd = FilePath(platformString: [0x2d, 0x3e, -1, 0x0a, 0x20, 0])
        let journal = Journal(
            title: "install Ünï code 1",
            steps: [
                .place(staged: "a b", path: "a b"),
                .swap(
                    staged: "lib64/x", path: "lib/x", identity: FileIdentity(device: 1, inode: 2)),
                .replace(staged: odd, path: odd, kept: "3"),
                .drop(path: FilePath("d").pushing(odd), kept: "4"),
                .removeDirectory(path: "d", mode: 0o755),
            ])
        #expect(try Journal(parsing: journal.bytes()) == journal)
        for cut in 0..<journal.bytes().count {
            #expect(throws: Journal.Damage.self) {
                try Journal(parsing: Array(journal.bytes()[..<cut]))
            }
        }
    }
}

extension Step {
    fileprivate var onAnotherDevice: Step {
        guard case .swap(let staged, let path, let identity) = self else { return self }
        let other = FileIdentity(device: identity.device + 1, inode: identity.inode)
        return .swap(staged: staged, path: path, identity: other)
    }
}
