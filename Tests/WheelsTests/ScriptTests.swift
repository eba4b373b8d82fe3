import Platform
import Support
import SystemPackage
import Testing
import Trees

@testable import Wheels

/// Scripts are run, with the python3 that is on PATH.
@Suite struct ScriptTests {
    static let python = try! Interpreter(
        asking: "python3", environment: ["PATH": pathVariable], cache: nil)

    /// Makes a virtual environment, installs a wheel with all kinds of scripts in it, and runs them.
    @Test(arguments: [
        "tree", "with space", "naïve ☃", "it's", "it''s '''quoted'''", "$HOME `id` \"quoted\"",
        "back\\slash \\n \\N{x}", "star * ? [a]",
        "long/" + String(repeating: "0123456789/", count: 12),
        "new\nline", "tab\there",
    ])
    func `scripts find their interpreter, whatever the tree is called`(_ name: String) throws {
        try withTemporaryFolder { folder in
            let tree = folder.pushing(FilePath(name))
            try makeVirtualEnvironment(at: tree, of: Self.python)
            var wheel = WheelBuilder()
            wheel.add(
                "demo.py",
                """
                import sys
                class App:
                    def run():
                        print("app", sys.argv[1:], sys.prefix)
                        return 3
                def main():
                    print("main", sys.argv[1:], sys.prefix)
                """)
            wheel.consoleScripts = ["demo = demo:main", "demo-app=demo:App.run [extra]"]
            wheel.guiScripts = ["demo-gui = demo:main"]
            wheel.add(
                "demo-1.0.data/scripts/old", "#!python\nimport sys; print('old', sys.prefix)\n")
            wheel.add(
                "demo-1.0.data/scripts/oldw",
                "#!pythonw -E\r\nimport sys; print('old', sys.prefix)\n")
            wheel.add("demo-1.0.data/scripts/shell", "#!/bin/sh\necho shell\n")
            let layout = try WheelLayout(of: Self.python, prefix: tree)
            let checked = try check(try wheel.write(in: folder), for: WheelTarget(Self.python))
            _ = try unpack(
                checked, layout: layout, into: Directory(opening: tree), requested: false)

            func run(_ script: String, _ arguments: String...) throws -> ChildOutput {
                try Platform.run(
                    [tree.pushing(FilePath("bin/\(script)")).string] + arguments,
                    environment: ["PATH": pathVariable, "PYTHONWARNINGS": "always"])
            }
            let main = try run("demo", "a b", "$c", "")
            #expect(main.stdout == "main ['a b', '$c', ''] \(tree)\n")
            #expect(main.stderr == "")
            #expect(main.status == 0)
            let app = try run("demo-app")
            #expect(app.stdout == "app [] \(tree)\n")
            #expect(app.status == 3)
            #expect(try run("demo-gui").stdout == "main [] \(tree)\n")
            #expect(try run("old").stdout == "old \(tree)\n")
            #expect(try run("oldw").stdout == "old \(tree)\n")
            #expect(try run("shell").stdout == "shell\n")
        }
    }

    @Test func `short paths get a plain first line`() {
        #expect(
            ScriptTemplate(interpreter: "/opt/tree/bin/python3").start
                == "#!/opt/tree/bin/python3\n")
        let fits = "/" + String(repeating: "x", count: 123)
        #expect(ScriptTemplate(interpreter: fits).start == "#!\(fits)\n")
        #expect(ScriptTemplate(interpreter: fits + "x").start.hasPrefix("#!/bin/sh\n"))
    }

    @Test func `a comment that tells the encoding stays in the second line`() {
        let template = ScriptTemplate(interpreter: "/a b/python3")
        let script = Array("#!python\n# -*- coding: latin-1 -*-\ncode\n".utf8)
        let (start, rest) = script.withUnsafeBytes { template.start(replacing: $0) }
        #expect(
            String(decoding: start + script[rest...], as: UTF8.self) == """
                #!/bin/sh
                # -*- coding: latin-1 -*-
                '''exec' "/a b/python3" "$0" "$@"
                ' '''
                code

                """)
    }

    @Test func `pip gets the names of this Python`() throws {
        let points = try EntryPoints.parse(
            "[console_scripts]\npip = pip:main\npip3 = pip:main\npip3.9 = pip:main\npipx = x:y"
        ).get()
        #expect(
            points.scripts(pythonVersion: "3.11").map(\.name) == ["pipx", "pip", "pip3", "pip3.11"])
    }

    @Test func `a first line without end, longer than a block, is replaced`() throws {
        try withTemporaryFolder { folder in
            var wheel = WheelBuilder()
            let line = "#!python" + String(repeating: "x", count: 700_000)
            wheel.add("demo-1.0.data/scripts/long", line + "\nrest\n")
            wheel.add("demo-1.0.data/scripts/endless", line)
            wheel.add("demo-1.0.data/scripts/bare", "#!python")
            let stage = folder.appending("stage")
            try makeDirectories(stage)
            _ = try unpack(
                try check(try wheel.write(in: folder), for: nil), layout: someLayout,
                into: Directory(opening: stage), requested: false)
            #expect(try stage.text("bin/long") == "#!/opt/tree/bin/python3\nrest\n")
            #expect(try stage.text("bin/endless") == "#!/opt/tree/bin/python3\n")
            #expect(try stage.text("bin/bare") == "#!/opt/tree/bin/python3\n")
        }
    }
}
