import Platform
import Support
import SystemPackage
import Testing

/// Where a stage may be, and how it meets the links and modes of a tree.
@Suite struct MergePlaceTests {
    @Test(arguments: ["tree", "./tree/", "tree/../tree", "link", "tree/share", "."])
    func `a stage that is the tree, or lies in it or around it, is refused`(_ stage: String) throws
    {
        try Distribution.run { distribution in
            try distribution.root.write("tree/share/deep/x", "x")
            try distribution.root.link("link", to: "tree")
            let before = try distribution.root.listing()
            let said = try distribution.spkg("merge", stage, "tree")
            #expect(said.status == 1)
            #expect(said.stderr.contains("are one directory, or one lies in the other"), "\(said)")
            #expect(try distribution.root.listing() == before)
        }
    }

    @Test func `two names of one folder in a stage: the same is merged, other is refused`() throws {
        try Distribution.run { distribution in
            let root = distribution.root
            try root.write("tree/lib/old", "old")
            try root.link("tree/lib64", to: "lib")
            for name in ["lib/a", "lib64/a", "lib/d/x", "lib64/d/y"] {
                try root.pushing("stage").write(FilePath(name), "same")
            }
            try root.write("stage/lib64/b", "one")
            try root.write("stage/lib/b", "other")
            let refused = try distribution.spkg("merge", "stage", "tree")
            #expect(refused.status == 1)
            #expect(refused.stderr.contains("lib/b is staged twice"), "\(refused)")
            #expect(try root.appending("tree/lib").listing().count == 1)
            try removeTree(root.pushing("stage/lib64/b"))
            #expect(try distribution.spkg("merge", "stage", "tree").status == 0)
            #expect(
                try root.pushing("tree/lib").listing().keys.sorted() == [
                    "a", "b", "d", "d/x", "d/y", "old",
                ])
        }
    }

    @Test func `what goes into a folder with the set-gid bit inherits it`() throws {
        try Distribution.run { distribution in
            let root = distribution.root
            try root.write("tree/share/x", "x")
            try Directory(opening: root.appending("tree")).setMode("share", 0o2755)
            try root.write("stage/share/new/deep/y", "y")
            #expect(try distribution.spkg("merge", "stage", "tree").status == 0)
            for path in ["new", "new/deep"] {
                let status = try status(root.pushing("tree/share").pushing(FilePath(path)))
                #expect(status?.mode == 0o2755, "\(path)")
            }
        }
    }
}
