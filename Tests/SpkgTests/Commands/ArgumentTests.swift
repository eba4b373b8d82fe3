import Platform
import Support
import SystemPackage
import Testing

/// Words of the command line that name nothing: unset variables of somebody's script.
@Suite struct ArgumentTests {
    @Test(arguments: [
        ["install", ""], ["install", "spam", ""], ["uninstall", ""], ["download", ""],
        ["build", ""],
        ["check", ""], ["clean", ""], ["system", ""], ["info", ""], ["deps", ""], ["files", ""],
        ["owner", ""], ["verify", ""], ["log", ""], ["history", ""], ["shell", ""],
        ["wheel", "check", ""],
        ["wheel", "install", ""], ["wheel", "install", "--tree", "", "w.whl"],
        ["wheel", "uninstall", ""], ["wheel", "list", "--tree", ""], ["index", ""],
        ["index", "--check", ""], ["export", "--format", "pylock", "--url", ""],
        ["makefile", "--output", ""], ["merge", "", "local"], ["merge", "stage", ""],
        ["merge", "--package", "", "stage", "local"], ["flock", "", "true"],
        ["helper", "build-wheel", ""], ["helper", "build-wheel", "-C", ""],
    ])
    func `an empty argument is refused, and changes nothing`(words: [String]) throws {
        try Distribution.run { distribution in
            try distribution.root.write("stage/share/f", "x")
            try distribution.root.write("thesis.tex", "x")
            let before = try distribution.root.listing()
            let said = try distribution.said([Distribution.program.string] + words, [:])
            #expect(said.status == 64, "\(said)")
            #expect(said.stderr.contains("empty"), "\(said)")
            #expect(try distribution.root.listing() == before)
        }
    }

    @Test func `a relative path means nothing once the working directory is removed`() throws {
        try Distribution.run { distribution in
            try distribution.root.write("stage/share/f", "x")
            func gone(_ words: String) throws -> Distribution.Said {
                try distribution.said(
                    [
                        "bash", "-c", "mkdir gone; cd gone; rmdir ../gone; \"$0\" \(words)",
                        Distribution.program.string,
                    ], ["ROOT": distribution.root.string])
            }
            for words in ["merge stage \"$ROOT/local\"", "wheel list --tree venv"] {
                let said = try gone(words)
                #expect(said.status == 64, "\(said)")
                #expect(said.stderr.contains("the working directory was removed"))
            }
            let list = try gone("list")
            #expect(list.status == 1)
            #expect(list.stderr.contains("SAGE_ROOT=/path/to/it"), "\(list)")
            let merge = try gone("merge \"$ROOT/stage\" \"$ROOT/local\"")
            #expect(merge.status == 0, "\(merge)")
            #expect(try distribution.local.exists("share/f"))
        }
    }

    @Test func `.. after a link leads where the system says`() throws {
        try Distribution.run { distribution in
            let root = distribution.root
            try root.write("other/stage/share/f", "other's")
            try root.write("stage/share/f", "ours")
            try makeDirectories(root.pushing("other/sub"))
            try root.link("link", to: "other/sub")
            try distribution.expectDone("merge", "link/../stage", "./local//x/..")
            #expect(try distribution.local.text("share/f") == "other's")
            #expect(try root.exists("stage/share/f"))
        }
    }

    @Test func `rules are written through a link, and never in place of a device`() throws {
        try Distribution.run { distribution in
            try distribution.root.write("real.mk", "old")
            try distribution.root.link("link.mk", to: "real.mk")
            try distribution.expectDone("makefile", "--output", "link.mk")
            #expect(try distribution.root.text("real.mk").contains("python3"))
            #expect(try status(distribution.root.appending("link.mk"))?.kind == .link)
            _ = try distribution.said(["mkfifo", "pipe"], [:])
            let said = try distribution.spkg("makefile", "--output", "pipe")
            #expect(said.status == 1)
            #expect(said.stderr.contains("must be a file"), "\(said)")
            #expect(try distribution.root.listing()["pipe"]?.hasPrefix("file") == false)
        }
    }
}
