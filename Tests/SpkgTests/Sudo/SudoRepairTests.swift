import Platform
import Support
import SystemPackage
import Testing

/// `spkg repair` by a user to whom the tree doesn't belong, with real sudo.
@Suite(.enabled(if: sudoUser != nil, "see SudoTests"))
struct SudoRepairTests {
    private func run(_ body: (SudoSample) throws -> Void) throws {
        try SudoSample.run { sample in
            let distribution = sample.distribution
            var files = distribution.modules("1.0")
            files["spam-1.0.dist-info/entry_points.txt"] = "[console_scripts]\nspam = spam:main\n"
            files["backports/__init__.py"] = "shared = 1\n"
            try distribution.add("spam", "1.0", files: files)
            try distribution.add("ham", "1.0", files: ["backports/__init__.py": "shared = 1\n"])
            try distribution.addScripted(
                "pico",
                scripts: [
                    "install.in": "mkdir -p \"$SAGE_DESTDIR_LOCAL/bin\"; "
                        + "ln -s python3 \"$SAGE_DESTDIR_LOCAL/bin/pico\"\n"
                ])
            try sample.handOver()
            let said = try sample.spkg("install", "spam", "ham", "pico")
            try #require(said.status == 0, "\(said)")
            try body(sample)
        }
    }

    @Test func `what root's tree lacks is restored, and belongs to root`() throws {
        try run { sample in
            let distribution = sample.distribution
            let sound = try distribution.snapshot()
            let information = distribution.site.appending("spam-1.0.dist-info")
            try distribution.site.write("spam/a.py", "damaged")
            try distribution.site.write("spam/mine.py", "mine")
            try distribution.site.write("backports/__init__.py", "damaged")
            try distribution.local.write("bin/spam", "damaged")
            try information.write("RECORD", "a\"b,\"c\n")
            try removeTree(distribution.wheels.pushing("simple/ham"))
            for link: FilePath in ["bin/pico", "bin/python3"] {
                try removeTree(distribution.local.pushing(link))
                try distribution.local.link(link, to: "/nowhere/python3.1")
            }
            let said = try sample.spkg("repair")
            #expect(said.status == 0, "\(said)")
            #expect(try distribution.site.text("spam/mine.py") == "mine")
            try removeTree(distribution.site.pushing("spam/mine.py"))
            #expect(try differences(distribution.snapshot(), sound) == [])
            #expect(try sample.strangers() == "")
            #expect(try sample.leftOfRoot() == "")
            #expect(try sample.spkg("verify").stdout == "")
        }
    }

    @Test func `root's tree under another name is made right`() throws {
        try run { sample in
            let distribution = sample.distribution
            let root = try Directory(opening: distribution.root)
            try root.rename("local", to: "moved", in: root, .notReplacing)
            let moved = distribution.root.appending("moved")
            let there = ["SAGE_LOCAL": moved.string]
            let refused = try sample.spkg("install", "spam", environment: there)
            #expect(refused.status == 1 && refused.stderr.contains("spkg repair"), "\(refused)")
            let said = try sample.spkg("repair", environment: there)
            #expect(said.stdout.contains("spkg install pico"), "\(said)")
            let again = try sample.spkg("install", "pico", "spam", environment: there)
            #expect(again.status == 0, "\(again)")
            #expect(try sample.spkg("verify", environment: there).stdout == "")
            let ran = try sample.asUser([moved.pushing("bin/spam").string])
            #expect(ran.stdout == "1.0\n", "\(ran)")
            #expect(try sample.asRoot(["find", moved.string, "!", "-user", "root"]).stdout == "")
        }
    }
}
