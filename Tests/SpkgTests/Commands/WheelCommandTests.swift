import Platform
import Support
import SystemPackage
import Testing

/// `spkg wheel …` on a virtual environment of Python's own making.
@Suite struct WheelCommandTests {
    private func withEnvironment(_ body: (Distribution, FilePath) throws -> Void) throws {
        try Distribution.run { distribution in
            let tree = distribution.root.appending("venv")
            let made = try distribution.said(
                ["python3", "-m", "venv", "--without-pip", tree.string], [:])
            try #require(made.status == 0, "\(made.stderr)")
            try body(distribution, tree)
        }
    }

    private func spam(_ version: String) -> WheelBuilder {
        var wheel = WheelBuilder("spam", version)
        wheel.add("spam/__init__.py", "version = '\(version)'\ndef main(): print(version)\n")
        wheel.consoleScripts = ["spam = spam:main"]
        return wheel
    }

    private func ham() -> WheelBuilder {
        var wheel = WheelBuilder("ham", "1.0")
        wheel.add("ham.py", "")
        return wheel
    }

    @Test func `a wheel is installed, replaced and removed without a trace`() throws {
        try withEnvironment { distribution, tree in
            let before = try tree.listing { $0 == "var" }
            for version in ["1.0", "2.0", "2.0"] {
                let wheel = try spam(version).write(in: distribution.root)
                let said = try distribution.spkg(
                    "wheel", "install", "--tree", tree.string, wheel.string)
                #expect(said.status == 0, "\(said.stderr)")
                let script = try distribution.said([tree.pushing("bin/spam").string], [:])
                #expect(script.stdout == "\(version)\n", "\(script.stderr)")
            }
            let list = try distribution.spkg("wheel", "list", "--tree", tree.string)
            #expect(list.stdout == "spam  2.0\n")
            #expect(
                try distribution.spkg("wheel", "uninstall", "--tree", tree.string, "Spam").status
                    == 0)
            #expect(try tree.listing { $0 == "var" } == before)
            #expect(
                try distribution.spkg("wheel", "uninstall", "--tree", tree.string, "spam").status
                    == 0)
        }
    }

    @Test func `several files are one change: a bad one keeps all out`() throws {
        try withEnvironment { distribution, tree in
            let good = try ham().write(in: distribution.root)
            var liar = spam("1.0")
            liar.changeRecordText = { $0 = $0.replacing("sha256=", with: "sha256=A") }
            let bad = try liar.write(in: distribution.root)
            let before = try tree.listing { $0 == "var" }
            let said = try distribution.spkg(
                "wheel", "install", "--tree", tree.string, good.string, bad.string)
            #expect(said.status == 1)
            #expect(said.stderr.contains("spam-1.0-py3-none-any.whl"), "\(said.stderr)")
            #expect(try tree.listing { $0 == "var" } == before)
            let check = try distribution.spkg("wheel", "check", good.string, bad.string)
            #expect(check.status == 1)
            #expect(check.stdout == "\(good): good\n\(bad): refused\n")
        }
    }

    @Test func `what pip and uv installed is removed as well`() throws {
        try withEnvironment { distribution, tree in
            let before = try tree.listing { $0 == "var" }
            let wheels = try [spam("1.0"), ham()].map { try $0.write(in: distribution.root).string }
            let python = tree.pushing("bin/python3").string
            let pip = try distribution.said(
                [
                    "python3", "-m", "pip", "--python", python, "install", "-q", "--no-index",
                    wheels[0],
                ],
                [:])
            #expect(pip.status == 0, "\(pip.stderr)")
            let uv = try distribution.said(
                ["uv", "pip", "install", "-q", "--no-index", "--python", python, wheels[1]], [:])
            #expect(uv.status == 0, "\(uv.stderr)")
            let said = try distribution.spkg(
                "wheel", "uninstall", "--tree", tree.string, "spam", "ham")
            #expect(said.status == 0, "\(said.stderr)")
            #expect(try tree.listing { $0 == "var" || $0.lastComponent == ".lock" } == before)
        }
    }

    @Test func `byte code is compiled for its final place, and goes with its source`() throws {
        try withEnvironment { distribution, tree in
            let before = try tree.listing { $0 == "var" }
            let wheel = try spam("1.0").write(in: distribution.root)
            let said = try distribution.spkg(
                "wheel", "install", "--compile-bytecode", "--tree", tree.string, wheel.string)
            #expect(said.status == 0, "\(said.stderr)")
            let code = "import spam; print(spam.__cached__, spam.main.__code__.co_filename)"
            let python = try distribution.said(
                [tree.pushing("bin/python3").string, "-B", "-c", code], [:])
            let folder = tree.pushing(FilePath("lib/python\(pythonVersion)/site-packages/spam"))
            let words = python.stdout.split(separator: "\n").joined()
            #expect(words.hasSuffix("\(folder)/__init__.py"), "\(python)")
            #expect(try status(folder.appending("__pycache__")) != nil)
            try distribution.spkg("wheel", "uninstall", "--tree", tree.string, "spam")
            #expect(try tree.listing { $0 == "var" } == before)
        }
    }

    @Test func `a folder that is no environment is refused`() throws {
        try Distribution.run { distribution in
            let wheel = try ham().write(in: distribution.root)
            let said = try distribution.spkg(
                "wheel", "install", "--tree", distribution.root.string, wheel.string)
            #expect(said.status == 1)
            #expect(said.stderr.contains("has no interpreter"))
        }
    }
}
