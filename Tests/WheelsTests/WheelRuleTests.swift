import Platform
import Requirements
import Support
import SystemPackage
import Testing

@testable import Trees
@testable import Wheels

/// Rules of the binary distribution format, above those of the archive.
@Suite struct WheelRuleTests {
    @Test(arguments: Self.folders + Self.metadata + Self.entryPoints + Self.places)
    func `what the format forbids is refused by name`(_ odd: OddWheel) throws {
        var wheel = OddWheel.plain()
        odd.change(&wheel)
        try expect(odd.verdict, of: wheel)
    }

    static let folders: [OddWheel] = [
        OddWheel("no dist-info", .wheel(.noDistInfo)) { $0.distInfo = "demo" },
        OddWheel("dist-info of another name", .wheel(.foreignDistInfo)) {
            $0.distInfo = "other-1.0.dist-info"
        },
        OddWheel("dist-info of another version", .wheel(.foreignDistInfo)) {
            $0.distInfo = "demo-1.1.dist-info"
        },
        OddWheel("dist-info without version", .wheel(.foreignDistInfo)) {
            $0.distInfo = "demo.dist-info"
        },
        OddWheel("dist-info spelled otherwise", .accepted) { $0.distInfo = "Demo-1.0.0.dist-info" },
        OddWheel("dist-info below a folder only", .wheel(.noDistInfo)) {
            $0.distInfo = "x/demo-1.0.dist-info"
        },
        OddWheel("two dist-infos", .wheel(.severalDistInfos)) {
            $0.add("other-1.0.dist-info/METADATA", "Name: other")
        },
        OddWheel("two spellings of dist-info", .wheel(.severalDistInfos)) {
            $0.add("Demo-1.0.dist-info/LICENSE", "free")
        },
        OddWheel("a foreign data folder", .wheel(.foreignDataFolder)) {
            $0.add("other-1.0.data/data/x", "x")
        },
        OddWheel("two data folders", .wheel(.severalDataFolders)) {
            $0.add("demo-1.0.data/data/x", "x")
            $0.add("Demo-1.0.data/data/y", "y")
        },
        OddWheel("an unknown scheme", .wheel(.unknownScheme)) {
            $0.add("demo-1.0.data/stdlib/x", "x")
        },
        OddWheel("a scheme in capitals", .wheel(.unknownScheme)) {
            $0.add("demo-1.0.data/DATA/x", "x")
        },
        OddWheel("a file without scheme", .wheel(.unknownScheme)) {
            $0.add("demo-1.0.data/x", "x")
        },
        OddWheel("no wheel's file name", .badFilename) { $0.filename = "demo-1.0.whl" },
        OddWheel("a file name of another distribution", .wheel(.foreignDistInfo)) {
            $0.filename = "other-1.0-py3-none-any.whl"
        },
        OddWheel("a file name with build number", .accepted) { $0.buildTag = "1" },
    ]

    static let metadata: [OddWheel] = [
        OddWheel("no METADATA", .wheel(.noMetadata)) { $0.metadataText = .some(nil) },
        OddWheel("no WHEEL", .wheel(.noWheelFile)) { $0.wheelText = .some(nil) },
        OddWheel("another Name", .wheel(.metadataName)) {
            $0.metadataText = "Metadata-Version: 2.1\nName: other\nVersion: 1.0\n"
        },
        OddWheel("Name twice", .wheel(.metadataName)) { $0.metadata = ["Name: demo"] },
        OddWheel("no Name", .wheel(.metadataName)) { $0.metadataText = "Version: 1.0\n" },
        OddWheel("another Version", .wheel(.metadataVersion)) {
            $0.metadataText = "Metadata-Version: 2.1\nName: demo\nVersion: 1.0.1\n"
        },
        OddWheel("a Version spelled otherwise", .accepted) {
            $0.metadataText = "Metadata-Version: 2.1\nName: Demo\nVersion: v1.0.0\n"
        },
        OddWheel("METADATA without headers", .wheel(.malformedHeaders)) {
            $0.metadataText = "just text\n"
        },
        OddWheel("an old METADATA with a broken text in it", .accepted) {
            $0.metadata = ["License: first line", "second line, not folded", "Platform: any"]
        },
        OddWheel("format 2.0", .wheel(.newerWheelVersion)) {
            $0.wheelText = "Wheel-Version: 2.0\nRoot-Is-Purelib: true\n"
        },
        OddWheel("format 0.1", .accepted) {
            $0.wheelText = "Wheel-Version: 0.1\nRoot-Is-Purelib: true\n"
        },
        OddWheel("format 1.9", .accepted) {
            $0.wheelText = "Wheel-Version: 1.9\nRoot-Is-Purelib: true\n"
        },
        OddWheel("no format", .wheel(.wheelVersion)) {
            $0.wheelText = "Root-Is-Purelib: true\n"
        },
        OddWheel("two formats", .wheel(.wheelVersion)) {
            $0.wheelText = "Wheel-Version: 1.0\nWheel-Version: 2.0\nRoot-Is-Purelib: true\n"
        },
        OddWheel("a format that is no version", .wheel(.wheelVersion)) {
            $0.wheelText = "Wheel-Version: one\nRoot-Is-Purelib: true\n"
        },
        OddWheel("a purelib that is neither", .wheel(.rootIsPurelib)) {
            $0.wheelText = "Wheel-Version: 1.0\nRoot-Is-Purelib: perhaps\n"
        },
        OddWheel("an empty WHEEL", .wheel(.wheelVersion)) { $0.wheelText = "" },
    ]

    static let entryPoints: [OddWheel] = [
        OddWheel("a script outside bin", .wheel(.scriptName)) {
            $0.consoleScripts = ["../evil = demo:main"]
        },
        OddWheel("a script with an absolute path", .wheel(.scriptName)) {
            $0.consoleScripts = ["/tmp/evil = demo:main"]
        },
        OddWheel("a script with a mark after its slash", .wheel(.scriptName)) {
            $0.consoleScripts = ["a/\u{301}b = demo:main"]
        },
        OddWheel("a script named ..", .wheel(.scriptName)) {
            $0.consoleScripts = [".. = demo:main"]
        },
        OddWheel("a script without name", .wheel(.scriptName)) {
            $0.consoleScripts = [" = demo:main"]
        },
        OddWheel("a script without object", .wheel(.scriptTarget)) {
            $0.consoleScripts = ["demo = demo"]
        },
        OddWheel("a script with code in it", .wheel(.scriptTarget)) {
            $0.consoleScripts = ["demo = os;print(1):main"]
        },
        OddWheel("a script with code for an object", .wheel(.scriptTarget)) {
            $0.guiScripts = ["demo = os:system('true')"]
        },
        OddWheel("a line that is no entry", .wheel(.malformedEntryPoint)) {
            $0.consoleScripts = ["demo"]
        },
        OddWheel("one script twice", .wheel(.scriptDouble)) {
            $0.consoleScripts = ["demo = demo:main", "demo = demo:other"]
        },
        OddWheel("the same entry twice", .accepted) {
            $0.consoleScripts = ["demo = demo:main", "demo=demo : main"]
        },
        OddWheel("a console script that is a graphical one too", .wheel(.scriptDouble)) {
            $0.consoleScripts = ["demo = demo:main"]
            $0.guiScripts = ["demo = demo:other"]
        },
        OddWheel("two scripts that differ in case", .accepted) {
            $0.consoleScripts = ["demo = demo:main", "Demo = demo:main"]
        },
        .archive("entry points that are no UTF-8", .record(.unlisted)) {
            let name = "demo-1.0.dist-info/entry_points.txt"
            $0.entries.append(ZipBuilder.Entry(name, Array("# fine".utf8)))
        },
        OddWheel("odd entries in a group that is not ours", .accepted) {
            $0.entryPointsText =
                "[plugins]\nx = any; thing (goes)\n[console_scripts]\nx = a.b:c.d [z]\n"
        },
        OddWheel("Windows line ends and a comment", .accepted) {
            $0.entryPointsText = "; made by hand\r\n[console_scripts]\r\nx = a.b:c.d\r\n"
        },
    ]

    /// Texts that are no INI file, though nothing in them is wrong about a script.
    static let noEntryPoints = [
        "[plugins]\nno entry\n", "x = a:b\n[console_scripts]\n", "just text\n",
        "[plugins\nx = a:b\n",
        "[]\nx = a:b\n", "[plugins]\n= a:b\n", "\u{FEFF}[plugins]\nx = a:b\n", "[a] x = b\n",
    ]

    static let places: [OddWheel] = [
        OddWheel("one place from root and purelib", .wheel(.destinationDouble)) {
            $0.add("demo-1.0.data/purelib/demo.py", "other")
        },
        OddWheel("one place from purelib and platlib", .wheel(.destinationDouble)) {
            $0.add("demo-1.0.data/purelib/x.py", "x")
            $0.add("demo-1.0.data/platlib/x.py", "x")
        },
        OddWheel("one place from data and scripts", .wheel(.destinationDouble)) {
            $0.add("demo-1.0.data/scripts/tool", "x")
            $0.add("demo-1.0.data/data/bin/tool", "x")
        },
        OddWheel("a file that is a folder elsewhere", .wheel(.destinationDouble)) {
            $0.add("demo-1.0.data/purelib/demo_data", "x")
        },
        OddWheel("data over our RECORD", .wheel(.destinationDouble)) {
            $0.add("demo-1.0.data/purelib/demo-1.0.dist-info/RECORD", "x")
        },
        OddWheel("data over the interpreter", .wheel(.protectedPlace)) {
            $0.add("demo-1.0.data/data/bin/python3", "x")
        },
        OddWheel("a script over the interpreter", .wheel(.protectedPlace)) {
            $0.add("demo-1.0.data/scripts/python3.11", "x")
        },
        OddWheel("an entry point over the interpreter", .wheel(.protectedPlace)) {
            $0.consoleScripts = ["python = demo:main"]
        },
        OddWheel("a script over the interpreter of another tree", .wheel(.protectedPlace)) {
            $0.add("demo-1.0.data/scripts/python3.14", "x")
        },
        OddWheel("an entry point over what activates the environment", .wheel(.protectedPlace)) {
            $0.consoleScripts = ["activate = demo:main"]
        },
        OddWheel("data over what activates it in another shell", .wheel(.protectedPlace)) {
            $0.add("demo-1.0.data/data/bin/activate.fish", "x")
        },
        OddWheel("scripts that only begin like those", .accepted) {
            $0.consoleScripts = ["python-demo = demo:main", "activate-demo = demo:main"]
            $0.add("demo-1.0.data/scripts/python3-config", "x")
        },
        OddWheel("data over pyvenv.cfg", .wheel(.protectedPlace)) {
            $0.add("demo-1.0.data/data/pyvenv.cfg", "x")
        },
        OddWheel("data among our records", .wheel(.protectedPlace)) {
            $0.add("demo-1.0.data/data/var/lib/sage/installed/other-1.0", "{}")
        },
        OddWheel("data among our records, with a mark after the slash", .wheel(.protectedPlace)) {
            $0.add("demo-1.0.data/data/var/lib/sage/\u{301}x", "{}")
        },
        OddWheel("a signature in dist-info", .accepted) { $0.add("demo-1.0.dist-info/x.sig", "x") },
    ]

    @Test(arguments: Self.noEntryPoints)
    func `an entry_points.txt that is no list of groups is refused`(text: String) throws {
        var wheel = OddWheel.plain()
        wheel.entryPointsText = text
        try expect(.wheel(.malformedEntryPoint), of: wheel)
    }

    /// Nothing is known of a tree then.
    @Test(arguments: Self.places + Self.entryPoints)
    func `what no tree could hold is refused without one`(_ odd: OddWheel) throws {
        try withTemporaryFolder { folder in
            var wheel = OddWheel.plain()
            odd.change(&wheel)
            let path = try wheel.write(in: folder)
            var verdict = Verdict.accepted
            do throws(WheelError) {
                _ = try check(path, for: nil).prove()
            } catch {
                verdict = try Verdict(error)
            }
            #expect(verdict == odd.verdict)
        }
    }

    @Test func `a wheel for another interpreter is refused`() throws {
        try withTemporaryFolder { folder in
            var wheel = OddWheel.plain()
            wheel.tag = "cp39-cp39-manylinux_2_17_x86_64"
            let path = try wheel.write(in: folder)
            let tags = [Tag(interpreter: "cp39", abi: "cp39", platform: "manylinux_2_17_x86_64")]
            let fitting = [
                try #require(someTarget.tags.first),
                Tag(interpreter: "py311", abi: "none", platform: "any"),
            ]
            #expect(
                throws: WheelError.unsupportedTags(
                    wheel: path, tags: tags, interpreter: "cpython 3.11.2 on linux-x86_64",
                    fitting: fitting)
            ) {
                try check(path, for: someTarget)
            }
            wheel.tag = "cp311-abi3.cp311-manylinux_2_17_x86_64"
            _ = try check(try wheel.write(in: folder), for: someTarget)
        }
    }

    @Test func `a wheel for another Python version is refused`() throws {
        try withTemporaryFolder { folder in
            var wheel = OddWheel.plain()
            wheel.metadata = ["Requires-Python: >=3.12"]
            let path = try wheel.write(in: folder)
            #expect(
                throws: WheelError.requiresPython(
                    wheel: path, needed: try SpecifierSet(">=3.12"), found: try Version("3.11.2"))
            ) {
                try check(path, for: someTarget)
            }
            _ = try check(path, for: nil)
        }
    }

    @Test func `a Requires-Python that nobody can read is a warning`() throws {
        try withTemporaryFolder { folder in
            var wheel = OddWheel.plain()
            wheel.metadata = ["Requires-Python: at least three"]
            let checked = try check(try wheel.write(in: folder), for: someTarget)
            #expect(checked.warnings == [.unreadableRequiresPython("at least three")])
        }
    }

    @Test func `what a checked wheel says`() throws {
        try withTemporaryFolder { folder in
            var wheel = WheelBuilder("Demo_Pkg", "1.0")
            wheel.add("demo.py")
            wheel.metadata = ["Requires-Python: >=3.8", "Requires-Dist: six (>=1)"]
            wheel.consoleScripts = ["demo = demo:main.run [extra]"]
            wheel.isPure = false
            let checked = try check(try wheel.write(in: folder), for: someTarget)
            #expect(checked.name.normalized == "demo-pkg")
            #expect(checked.version.description == "1.0")
            #expect(checked.metadata.requiresPythonText == ">=3.8")
            #expect(checked.metadata.requiresDist == ["six (>=1)"])
            #expect(checked.format.rootIsPurelib == false)
            #expect(checked.format.tags == ["py3-none-any"])
            #expect(
                checked.entryPoints.console == [
                    EntryPoints.Script(name: "demo", module: "demo", object: "main.run")
                ])
            #expect(checked.distInfo == "Demo_Pkg-1.0.dist-info")
            #expect(checked.files.count == 5)
        }
    }
}

/// CPython 3.11.2 on Linux with glibc 2.36.
let someInterpreter = Interpreter(
    executable: "/usr/bin/python3.11", version: [3, 11, 2], implementation: "cpython",
    cacheTag: "cpython-311", extensionSuffix: ".cpython-311-x86_64-linux-gnu.so", abiFlags: "",
    isFreeThreaded: false, platform: "linux-x86_64", glibc: "2.36", musl: nil, is32Bit: false,
    markers: ["python_full_version": "3.11.2"])

let someTarget = try! WheelTarget(someInterpreter)
