import Platform
import Support
import SystemPackage
import Testing

/// The fragment with real make and the real program.
@Suite struct MakeTests {
    @Test func `make builds in parallel what is independent, and then has nothing to do`() throws {
        try Distribution.run { distribution in
            // Each waits until the other has begun: one after the other would never end.
            func meet(_ own: String, _ other: String) -> String {
                let folder = distribution.root.string
                return """
                    import time; open('\(folder)/\(own)', 'w').close()
                        for _ in range(600):
                            if os.path.exists('\(folder)/\(other)'): break
                            time.sleep(0.05)
                        else: raise SystemExit('alone')
                    """
            }
            try distribution.add("ham", "1.0", backend: meet("a", "b"))
            try distribution.add("spam", "1.0", backend: meet("b", "a"))
            try distribution.add("both", "1.0", dependencies: "ham spam")
            let said = try distribution.make("-j2", "both")
            #expect(said.status == 0, "\(said.stderr)")
            #expect(try distribution.python("import ham, spam, both").status == 0)
            let again = try distribution.make("both")
            #expect(again.status == 0)
            #expect(again.stdout.contains("Nothing to be done"), "\(again)")
        }
    }

    @Test func `make rebuilds after a version change, and cleans`() throws {
        try Distribution.run { distribution in
            try distribution.add("spam", "1.0")
            #expect(try distribution.make("spam").status == 0)
            try distribution.add("spam", "2.0")
            #expect(try distribution.make("spam").status == 0)
            #expect(try distribution.spkg("list").stdout == "spam  2.0\n")
            #expect(try distribution.make("spam-clean").status == 0)
            #expect(try distribution.make("spam-clean").status == 0)
            #expect(try distribution.spkg("list").stdout == "")
        }
    }

    @Test func `a recipe file that is only touched asks once and builds nothing`() throws {
        try Distribution.run { distribution in
            try distribution.add("spam", "1.0")
            #expect(try distribution.make("spam").status == 0)
            let patch = distribution.root.pushing("build/pkgs/spam/package-version.txt")
            _ = try distribution.said(["touch", "-d", "+2 seconds", patch.string], [:])
            let first = try distribution.make("spam")
            #expect(first.stderr.contains("[spam-1.0] already installed"))
        }
    }
}
