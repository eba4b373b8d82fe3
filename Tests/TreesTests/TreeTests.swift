import Platform
import Support
import SystemPackage
import Testing

@testable import Trees

private let environment = ["PATH": inherited("PATH") ?? "/usr/bin:/bin"]

@Suite struct InterpreterTests {
    @Test func `an interpreter describes itself`() throws {
        let interpreter = try Interpreter(asking: "python3", environment: environment, cache: nil)
        let said = try run(
            [interpreter.executable, "-c", "import sys; print('%d.%d.%d' % sys.version_info[:3])"],
            environment: environment)
        #expect(said.stdout == interpreter.version.map(String.init).joined(separator: ".") + "\n")
        #expect(interpreter.markers["sys_platform"] == "linux")
        #expect(try status(FilePath(interpreter.executable))?.kind == .file)
    }

    @Test func `it is asked once, and anew after it changed`() throws {
        try withTemporaryFolder { folder in
            let real = try Interpreter(asking: "python3", environment: environment, cache: nil)
            // A program of its own, so that it can change: it counts how often it is started.
            try folder.write(
                "prefix/counter.c",
                """
                #include <stdio.h>
                #include <unistd.h>
                int main(int n, char **a) {
                    FILE *f = fopen("\(folder)/count", "a"); fputs("x", f); fclose(f);
                    a[0] = "\(real.executable)"; execv(a[0], a); return 1; }
                """)
            let program = folder.pushing("prefix/python3")
            func compile() throws {
                let said = try run(
                    ["cc", "-o", program.string, folder.pushing("prefix/counter.c").string],
                    environment: environment)
                try #require(said.status == 0, "\(said.stderr)")
            }
            try compile()
            let cache = folder.appending("cache")
            for _ in 0..<3 {
                let again = try Interpreter(
                    asking: program.string, environment: environment, cache: cache)
                #expect(again.version == real.version)
            }
            #expect(try folder.text("count") == "x")
            try removeTree(program)
            try compile()
            _ = try Interpreter(asking: program.string, environment: environment, cache: cache)
            #expect(try folder.text("count") == "xx")
        }
    }

    @Test func `what is no Python is said so`() {
        #expect(throws: TreeError.self) {
            try Interpreter(asking: "/bin/false", environment: environment, cache: nil)
        }
        #expect(throws: TreeError.self) {
            try Interpreter(asking: "no-such-python", environment: environment, cache: nil)
        }
    }
}

@Suite struct VirtualEnvironmentTests {
    @Test func `Python takes the folder for an environment, like one of venv's`() throws {
        try withTemporaryFolder { folder in
            let interpreter = try Interpreter(
                asking: "python3", environment: environment, cache: nil)
            let root = folder.appending("tree")
            for _ in 0..<2 { try makeVirtualEnvironment(at: root, of: interpreter) }
            let code = "import sys, sysconfig; print(sys.prefix, sysconfig.get_path('purelib'))"
            let said = try run(
                [root.pushing("bin/python3").string, "-c", code], environment: environment)
            #expect(said.stdout == "\(root) \(root.pushing(interpreter.sitePackages))\n")
            #expect(said.stderr == "")
        }
    }
}

@Suite struct RecordTests {
    private let record = InstalledRecord(
        name: "spam", version: "1.0-rc.p2", installDate: "2026-01-01T00:00:00Z",
        systemUname: "Linux", files: ["bin/a \"b\" *", "share/ü"],
        wheel: .init(file: "spam.whl", sha256: "00"),
        distribution: .init(name: "Spam", version: "1", metadata: "lib/x.dist-info"),
        fingerprint: "f")

    @Test func `a record comes back as it was written`() throws {
        try withTemporaryFolder { folder in
            let tree = Tree(folder)
            try makeDirectories(tree.installed)
            try writeFile(tree.installed.appending(record.fileName), record.json())
            #expect(try tree.records(of: "spam") == [record])
            #expect(try tree.recordFiles().map(\.version) == ["1.0-rc.p2"])
        }
    }

    @Test func `the old machinery's tools find their fields`() throws {
        try withTemporaryFolder { folder in
            try writeFile(folder.appending("record"), record.json())
            let code = """
                import json, sys
                r = json.load(open(sys.argv[1]))
                print(r["package_name"], r["package_version"], r["files"][0], r["install_date"])
                """
            let said = try run(
                ["python3", "-c", code, folder.appending("record").string], environment: environment
            )
            #expect(said.stdout == "spam 1.0-rc.p2 bin/a \"b\" * 2026-01-01T00:00:00Z\n")
        }
    }

    @Test(arguments: ["", " \n", "hello", "PACKAGE: {}"])
    func `an old record that is empty or no JSON says that the package is there, and no more`(
        text: String
    )
        throws
    {
        try withTemporaryFolder { folder in
            let path = try folder.write("spam-1.0", text)
            let found = try InstalledRecord(reading: path)
            #expect(found.name == "spam" && found.version == "1.0" && found.files == [])
            #expect(found.fingerprint == nil)
        }
    }

    @Test(arguments: [
        "{", "[", "{}", "{\"files\": null}", "{\"files\": [1]}", "{\"files\": []} x", "\u{FEFF}{",
        "\0\0", "hello\0", "{\"files\": [], \"manifest\": {}}",
        "{\"files\": [], \"format\": \"1\"}", "{\"files\": [], \"format\": 2, \"manifest\": {}}",
    ])
    func `what begins as JSON and is no record of ours is an error that names the file`(
        text: String
    ) throws {
        try withTemporaryFolder { folder in
            let path = try folder.write("spam-1.0", text)
            let error = #expect(throws: TreeError.self) { try InstalledRecord(reading: path) }
            #expect(error?.description.contains(path.string) == true)
            let tree = Tree(folder)
            try folder.write(Tree.Place.installed.appending("spam-1.0"), text)
            #expect(throws: TreeError.self) { try tree.records(of: "spam") }
            #expect(throws: TreeError.self) { try tree.records() }
        }
    }

    @Test func `the file's name says which package and version it is`() throws {
        try withTemporaryFolder { folder in
            let text = "{\"package_name\": \"eggs\", \"files\": [\"a\"]}"
            let found = try InstalledRecord(reading: folder.write("spam-1.0", text))
            #expect(found.fileName == "spam-1.0" && found.files == ["a"])
        }
    }

    @Test func `keys of other versions come back as they were`() throws {
        try withTemporaryFolder { folder in
            let text = """
                {"files": ["a"], "new": {"deep": [1, -2, 0.5, true, false, null, "ü", {}]},
                 "manifest": [{"path": "a", "owner": "x"}],
                 "wheel": {"file": "f.whl", "sha256": "0", "signed": 1},
                 "distribution": {"name": "n", "version": "1", "metadata": "m", "extra": []}}
                """
            let record = try InstalledRecord(reading: folder.write("spam-1.0", text))
            let again = try folder.write("spam-2.0", String(decoding: record.json(), as: UTF8.self))
            var read = try InstalledRecord(reading: again)
            read.version = "1.0"
            #expect(read == record)
            let code = """
                import json, sys
                old, new = (json.load(open(p)) for p in sys.argv[1:])
                assert new.pop("format") == 1
                print({k: v for k, v in new.items() if v and k in old} == old)
                """
            let said = try run(
                ["python3", "-c", code, folder.appending("spam-1.0").string, again.string],
                environment: environment)
            #expect(said.stdout == "True\n", "\(said)")
        }
    }

    @Test func `names of records are taken apart at the first dash`() {
        #expect(RecordFile(name: "gcc-14.4-darwin-r0")?.version == "14.4-darwin-r0")
        #expect(RecordFile(name: ".dummy") == nil)
        #expect(RecordFile(name: "README") == nil)
    }
}
