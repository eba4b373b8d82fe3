import Platform
import Support
import SystemPackage
import Testing

/// The repository over a tree's own wheel store.
@Suite struct StoreRepositoryTests {
    /// Compares the store with a copy of its wheels that is indexed from scratch.
    private func expectAsFromScratch(
        _ distribution: Distribution, _ comment: Comment,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let copy = distribution.root.appending("scratch")
        try removeTree(copy)
        let said = try distribution.said(
            [
                "bash", "-c",
                "mkdir \"$2\" && find \"$1\" -maxdepth 1 -name '*.whl' -exec cp -a {} \"$2\" ';'",
                "copy", distribution.wheels.string, copy.string,
            ], [:])
        try #require(said.status == 0, "\(said.stderr)")
        try makeDirectories(copy.appending("simple"))
        let index = try distribution.spkg("index", copy.string)
        #expect(index.status == 0, "\(index.stderr)", sourceLocation: sourceLocation)
        #expect(
            try copy.listing { $0 == ".simple.lock" } == distribution.wheels.listing(),
            comment, sourceLocation: sourceLocation)
        #expect(try distribution.complaints(about: copy) == "", sourceLocation: sourceLocation)
        #expect(try distribution.spkg("index", "--check").status == 0)
    }

    @Test func `after each install, upgrade and uninstall it is as if made anew`() throws {
        try Distribution.run { distribution in
            try distribution.add("spam", "1.0")
            try distribution.add("zope_interface", "7.0")
            try distribution.spkg("install", "spam")
            try expectAsFromScratch(distribution, "install")
            try distribution.spkg("install", "zope_interface")
            try expectAsFromScratch(distribution, "a second project")
            try distribution.add("spam", "2.0")
            try distribution.spkg("install", "spam")
            try expectAsFromScratch(distribution, "upgrade")
            try distribution.spkg("uninstall", "zope_interface")
            try expectAsFromScratch(distribution, "uninstall")
            try distribution.spkg("uninstall", "spam")
            try expectAsFromScratch(distribution, "uninstall of the last")
        }
    }

    @Test func `an upgrade leaves other projects' pages and the root page alone`() throws {
        try Distribution.run { distribution in
            for name in ["spam", "ham"] { try distribution.add(name, "1.0") }
            try distribution.spkg("install", "spam", "ham")
            let pages: [FilePath] = [
                "simple/index.html", "simple/index.json", "simple/ham/index.html",
            ]
            let before = try pages.map { try status(distribution.wheels.pushing($0)) }
            try distribution.add("spam", "2.0")
            try distribution.spkg("install", "spam")
            #expect(try pages.map { try status(distribution.wheels.pushing($0)) } == before)
        }
    }

    @Test func `pages that were changed by hand are found and mended`() throws {
        try Distribution.run { distribution in
            for name in ["spam", "ham"] { try distribution.add(name, "1.0") }
            try distribution.spkg("install", "spam", "ham")
            let wanted = try distribution.tree()
            let changes: [(Distribution) throws -> Void] = [
                { try removeTree($0.wheels.appending("simple")) },
                { try $0.wheels.write("simple/index.html", "wrong") },
                { try $0.wheels.write("simple/gone/index.html", "") },
                { try $0.wheels.write("gone-1.0-py3-none-any.whl.metadata", "") },
                { try $0.wheels.write("spam-1.0-py3-none-any.whl.metadata", "") },
                { try removeTree($0.wheels.pushing("simple/ham/index.json")) },
            ]
            for change in changes {
                try change(distribution)
                let check = try distribution.spkg("index", "--check")
                #expect(check.status == 1)
                #expect(check.stdout.contains("var/lib/sage/wheels/"))
                let mended = try distribution.spkg("index")
                #expect(mended.status == 0, "\(mended.stderr)")
                #expect(try distribution.tree() == wanted)
                #expect(try distribution.litter() == [])
            }
            #expect(try distribution.spkg("verify").stdout == "")
            // The store by its path is the same store: pages change with the tree only.
            try distribution.wheels.write("simple/index.json", "wrong")
            #expect(try distribution.spkg("index", "local/var/lib/sage/wheels").status == 0)
            #expect(try distribution.tree() == wanted)
        }
    }

    @Test func `a tree without wheels has nothing to bring up to date`() throws {
        try Distribution.run { distribution in
            let said = try [distribution.spkg("index"), distribution.spkg("index", "--check")]
            #expect(said.map(\.status) == [0, 0])
            #expect(try !distribution.root.exists("local"))
        }
    }
}
