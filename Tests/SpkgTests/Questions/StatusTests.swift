import Platform
import Support
import SystemPackage
import Testing

@Suite struct StatusTests {
    /// What `status` says after something was done to a tree of spam and ham.
    private func status(
        after change: (Distribution) throws -> Void
    ) throws -> (said: Distribution.Said, lines: [String]) {
        var result: (Distribution.Said, [String]) = (.init(status: 0, stdout: "", stderr: ""), [])
        try Distribution.run { distribution in
            try distribution.addWheelRecipe("spam", "1.0")
            try distribution.addWheelRecipe("ham", "1.0")
            try distribution.expectDone("install", "spam", "ham")
            try change(distribution)
            let said = try distribution.spkg("status")
            let place = "lib/python\(pythonVersion)/site-packages"
            let lines = said.stdout.replacing(place, with: "SITE").split(separator: "\n")
            result = (said, lines.map(String.init))
        }
        return result
    }

    @Test func `a tree that is as it should be has status 0 and no output`() throws {
        let (said, _) = try status { _ in }
        #expect(said == .init(status: 0, stdout: "", stderr: ""))
    }

    @Test func `every kind of drift is one view, with its remedy`() throws {
        let (said, lines) = try status { distribution in
            try distribution.addWheelRecipe("spam", "2.0")
            try distribution.removeRecipe("ham")
            try removeTree(distribution.site.appending("spam.py"))
            try distribution.site.write("stray.py")
            try distribution.wheels.write("odd-1.0-py3-none-any.whl", "")
            try distribution.wheels.write("simple/ham/index.json", "{}")
            try distribution.local.write(
                "var/lib/sage/installed/old-1.0", #"{"package_name": "old", "files": ["x"]}"#)
            try distribution.local.write(
                "var/lib/sage/installed/old-2.0", #"{"package_name": "old", "files": []}"#)
            try distribution.local.write("var/lib/sage/installed/bad-1.0", "{")
        }
        #expect(said.status == 1)
        for expected in [
            "outdated: spam: 1.0 is installed, the recipe has 2.0",
            "recipe gone: ham: 1.0 is installed", "missing: SITE/spam.py (spam)",
            "unowned: SITE/stray.py", "missing: x (old)", "several versions: old: 1.0, 2.0",
            "wheel without package: var/lib/sage/wheels/odd-1.0-py3-none-any.whl",
            "stale page: var/lib/sage/wheels/simple/ham/index.json (ham)",
        ] {
            #expect(lines.contains(expected), "\(expected): \(lines)")
        }
        #expect(lines.contains { $0.hasPrefix("unreadable: var/lib/sage/installed/bad-1.0") })
        for remedy in ["spkg install spam", "spkg uninstall ham", "spkg repair"] {
            #expect(said.stderr.contains("hint: \(remedy)\n"), "\(said.stderr)")
        }
    }

    @Test func `content is left to verify, its size is not`() throws {
        let (same, _) = try status { try $0.site.write("spam.py", "version = '9.9'\n") }
        #expect(same.status == 0, "\(same)")
        let (_, other) = try status { try $0.site.write("spam.py", "version = '1.0'##") }
        #expect(other == ["changed: SITE/spam.py (spam): 17 bytes, not 16"])
    }

    @Test func `a tree that was moved is told`() throws {
        try Distribution.run { distribution in
            try distribution.addWheelRecipe("spam", "1.0")
            try distribution.expectDone("install", "spam")
            let moved = distribution.root.appending("elsewhere")
            _ = try distribution.said(["mv", distribution.local.string, moved.string], [:])
            let said = try distribution.spkg(
                "status", environment: ["SAGE_LOCAL": moved.string])
            #expect(said.status == 1)
            #expect(
                said.stdout.contains("moved: var/lib/sage/installed/spam-1.0 (spam)"), "\(said)")
        }
    }

    @Test func `a change that was left open is part of the answer, and stays open`() throws {
        try Distribution.run { distribution in
            let harness = try FaultHarness(.packageUpgrade, in: distribution)
            _ = try harness.run(harness.killInTheMiddle())
            let said = try distribution.spkg("status")
            #expect(said.status == 1)
            #expect(said.stdout.hasPrefix("open change: install spam-2.0, in "), "\(said)")
            #expect(said.stderr.contains("hint: spkg recover\n"))
            #expect(try distribution.litter() != [])
        }
    }

    @Test func `a recipe that can't be read hides nothing else`() throws {
        let (said, lines) = try status { distribution in
            try distribution.root.write("build/pkgs/ham/type", "nonsense\n")
            try distribution.addWheelRecipe("spam", "2.0")
        }
        #expect(said.status == 1)
        #expect(lines.contains { $0.hasPrefix("error: ") && $0.contains("ham/type") }, "\(lines)")
        #expect(lines.contains { $0.hasPrefix("outdated: spam") }, "\(lines)")
    }
}
