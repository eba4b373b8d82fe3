import Platform
import Support
import SystemPackage
import Testing

/// What is no good wheel, given to `spkg wheel check` and `spkg wheel install` beside good ones.
@Suite struct WheelInputTests {
    struct BadFile: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let name: String
        /// In what is said of it.
        let words: [String]
        /// `check` asks for no interpreter, so what is wrong for one only is right for it.
        var isGoodAlone = false
        /// Makes the file at this path.
        let make: @Sendable (FilePath) throws -> Void
    }

    static let files: [BadFile] = [
        BadFile(
            testDescription: "an empty file", name: "empty-1.0-py3-none-any.whl",
            words: ["is refused", "cut short"]
        ) { try writeFile($0, []) },
        BadFile(
            testDescription: "a text", name: "text-1.0-py3-none-any.whl",
            words: ["is refused", "cut short"]
        ) { try writeFile($0, "<html>404 Not Found</html>".utf8) },
        BadFile(
            testDescription: "a wheel cut in the middle", name: "cut-1.0-py3-none-any.whl",
            words: ["is refused", "cut short"]
        ) { path in
            let bytes = try readFile(good("cut").write(in: path.removingLastComponent()))
            try writeFile(path, bytes.prefix(bytes.count / 2))
        },
        BadFile(
            testDescription: "a folder", name: "folder-1.0-py3-none-any.whl",
            words: ["is a directory", "must be a file"]
        ) { try makeDirectories($0) },
        BadFile(
            testDescription: "a named pipe", name: "pipe-1.0-py3-none-any.whl",
            words: ["is a named pipe", "must be a file"]
        ) { _ = try run(["mkfifo", $0.string], environment: ["PATH": inherited("PATH") ?? ""]) },
        BadFile(
            testDescription: "nothing", name: "nothing-1.0-py3-none-any.whl",
            words: ["No such file"]
        ) { _ in },
        BadFile(
            testDescription: "a wheel under a name that is none", name: "renamed.whl",
            words: ["renamed.whl"]
        ) { path in
            var wheel = good("renamed")
            wheel.filename = "renamed.whl"
            try wheel.write(in: path.removingLastComponent())
        },
        BadFile(
            testDescription: "a wheel for another platform",
            name: "other-1.0-cp27-cp27mu-win_amd64.whl",
            words: [
                "is for cp27-cp27mu-win_amd64", "cpython \(pythonVersion)",
                "py\(pythonVersion.filter { $0 != "." })-none-any",
            ], isGoodAlone: true
        ) { path in
            var wheel = good("other")
            wheel.tag = "cp27-cp27mu-win_amd64"
            try wheel.write(in: path.removingLastComponent())
        },
        BadFile(
            testDescription: "a wheel for a later Python", name: "later-1.0-py3-none-any.whl",
            words: ["needs Python >=4.7", "the tree has \(pythonVersion)"], isGoodAlone: true
        ) { path in
            var wheel = good("later")
            wheel.metadata = ["Requires-Python: >=4.7"]
            try wheel.write(in: path.removingLastComponent())
        },
    ]

    @Test(arguments: Self.files)
    func `it is named and refused, and keeps good wheels out`(_ bad: BadFile) throws {
        try Distribution.run { distribution in
            let tree = distribution.root.appending("venv")
            let venv = try distribution.said(
                ["python3", "-m", "venv", "--without-pip", tree.string], [:])
            try #require(venv.status == 0, "\(venv.stderr)")
            let folder = distribution.root
            let path = folder.appending(bad.name)
            try bad.make(path)
            let wheels = try [
                Self.good("first").write(in: folder), path, Self.good("last").write(in: folder),
            ].map(\.string)

            let before = try tree.listing()
            let install = try distribution.said(
                [Distribution.program.string, "wheel", "install", "--tree", tree.string] + wheels,
                [:])
            #expect(install.status == 1)
            expectOneError(install.stderr, about: bad)
            #expect(try tree.listing() == before)

            let check = try distribution.said(
                [Distribution.program.string, "wheel", "check"] + wheels, [:])
            let verdict = bad.isGoodAlone ? "good" : "refused"
            #expect(
                check.stdout == "\(wheels[0]): good\n\(path): \(verdict)\n\(wheels[2]): good\n")
            #expect(check.status == (bad.isGoodAlone ? 0 : 1))
            if !bad.isGoodAlone { expectOneError(check.stderr, about: bad) }
        }
    }

    @Test func `two wheels that bring one file are refused together, and neither is in`() throws {
        try Distribution.run { distribution in
            let tree = distribution.root.appending("venv")
            let venv = try distribution.said(
                ["python3", "-m", "venv", "--without-pip", tree.string], [:])
            try #require(venv.status == 0, "\(venv.stderr)")
            let wheels = try ["spam", "ham"].map { name in
                var wheel = Self.good(name)
                wheel.add("common.py", name)
                return try wheel.write(in: distribution.root).string
            }
            let before = try tree.listing { $0 == "var" }
            let said = try distribution.spkg(
                "wheel", "install", "--tree", tree.string, wheels[0], wheels[1])
            #expect(said.status == 1)
            for word in wheels + ["site-packages/common.py", "leave one of them out"] {
                #expect(said.stderr.contains(word), "\(word) in: \(said.stderr)")
            }
            #expect(try tree.listing { $0 == "var" } == before)
            #expect(
                try distribution.spkg("wheel", "install", "--tree", tree.string, wheels[0]).status
                    == 0)
        }
    }

    @Test func `METADATA in another encoding is installed with one warning`() throws {
        try Distribution.run { distribution in
            var wheel = WheelBuilder("latin")
            wheel.metadataText = .some(nil)
            wheel.add(
                "\(wheel.distInfo)/METADATA",
                bytes: Array("Metadata-Version: 2.1\nName: latin\nVersion: 1.0\nAuthor: Jos".utf8)
                    + [0xE9, 0x0A])
            try distribution.add(wheel)
            try distribution.add("ham", "1.0", dependencies: "latin", requires: ["latin"])
            let said = try distribution.spkg("install", "latin", "ham")
            #expect(said.status == 0, "\(said)")
            let warnings = said.stderr.split(separator: "\n").filter { $0.contains("warning:") }
            #expect(warnings.count == 1, "\(said)")
            #expect(warnings.first?.contains(wheel.wheelName) == true, "\(said)")
            for words in [
                ["list"], ["verify"], ["export"], ["files", "latin"], ["wheel", "list"],
            ] {
                let said = try distribution.said([Distribution.program.string] + words, [:])
                #expect(said.status == 0 && said.stderr == "", "\(words): \(said)")
            }
        }
    }

    private func expectOneError(_ text: String, about bad: BadFile) {
        for word in bad.words + [bad.name] {
            #expect(text.contains(word), "\(word) in: \(text)")
        }
        #expect(text.split(separator: "\n").filter { $0.hasPrefix("error:") }.count == 1, "\(text)")
    }

    private static func good(_ name: String) -> WheelBuilder {
        var wheel = WheelBuilder(name, "1.0")
        wheel.add("\(name).py", "")
        return wheel
    }
}
