import Platform
import Support
import SystemPackage
import Testing

/// What `spkg verify` finds, `spkg repair` restores from the stored wheel.
@Suite struct RepairTests {
    /// spam, with a script; ham; and pico, which a script stages. Some files are a user's own.
    private static func prepare(_ distribution: Distribution) throws {
        var files = distribution.modules("1.0")
        files["spam-1.0.dist-info/entry_points.txt"] = "[console_scripts]\nspam = spam:main\n"
        try distribution.add("spam", "1.0", files: files)
        try distribution.add("ham", "1.0")
        try distribution.addScripted(
            "pico",
            scripts: [
                "install.in": "echo tool > tool; sdh_install -T tool \"$SAGE_LOCAL/bin/pico\"; "
                    + "ln -s pico \"$SAGE_DESTDIR_LOCAL/bin/nano\"\n"
            ])
        try distribution.expectDone("install", "spam", "ham", "pico")
    }

    private struct Damage {
        let name: String
        /// What is left after the repair, as `verify` begins the line; nil when all is well then.
        var left: String?
        let make: (Distribution) throws -> Void

        init(
            _ name: String, leaving left: String? = nil,
            _ make: @escaping (Distribution) throws -> Void
        ) {
            self.name = name
            self.left = left
            self.make = make
        }
    }

    private static func information(_ distribution: Distribution) -> FilePath {
        distribution.site.appending("spam-1.0.dist-info")
    }

    private static var damages: [Damage] {
        [
            Damage("a changed module") { try $0.site.write("spam/a.py", "damaged") },
            Damage("a missing module") { try removeTree($0.site.pushing("spam/a.py")) },
            Damage("a missing folder") { try removeTree($0.site.pushing("spam/sub")) },
            Damage("a folder in place of a file") {
                try removeTree($0.site.pushing("spam/a.py"))
                try makeDirectories($0.site.pushing("spam/a.py"))
            },
            Damage("a changed script") { try $0.local.write("bin/spam", "damaged") },
            Damage("no metadata") { try removeTree(information($0)) },
            Damage("no RECORD") { try removeTree(information($0).appending("RECORD")) },
            Damage("a RECORD that is none") { try information($0).write("RECORD", "a\"b,\"c\n") },
            Damage("a RECORD that leads out") {
                let file = information($0).appending("RECORD")
                try writeFile(file, try readFile(file) + Array("../../../../../x,,\n".utf8))
            },
            Damage("another version by other means") {
                try removeTree($0.local.pushing("bin/spam"))
                try WheelBuilder("spam", "9.0").write(in: $0.root)
                try $0.expectDone("wheel", "install", "spam-9.0-py3-none-any.whl")
            },
            Damage("no .metadata") {
                try removeTree($0.wheels.appending("spam-1.0-py3-none-any.whl.metadata"))
            },
            Damage("a changed page") { try $0.wheels.write("simple/spam/index.json", "{}") },
            Damage("a changed root page") { try $0.wheels.write("simple/index.html", "") },
            Damage("no pages") { try removeTree($0.wheels.appending("simple")) },
            Damage("pages of nothing") { try $0.wheels.write("simple/gone/index.html", "") },
            Damage("a link that leads elsewhere") {
                try removeTree($0.local.pushing("bin/nano"))
                try $0.local.link("bin/nano", to: "vi")
            },
            Damage("another mode") {
                let bin = try Directory(opening: $0.local.appending("bin"))
                try bin.setMode("pico", 0o600)
            },
            Damage("no interpreter") {
                try removeTree($0.local.pushing("bin/python3"))
                try $0.local.link("bin/python3", to: "/nowhere/python3.1")
            },
            Damage("no pyvenv.cfg") { try removeTree($0.local.appending("pyvenv.cfg")) },
            Damage("an empty pyvenv.cfg") { try $0.local.write("pyvenv.cfg", "") },
            Damage("a staged file", leaving: "missing: bin/pico (pico)") {
                try removeTree($0.local.pushing("bin/pico"))
            },
            Damage("no wheel", leaving: "package without wheel: ") {
                try removeTree($0.wheels.appending("ham-1.0-py3-none-any.whl"))
            },
        ]
    }

    @Test func `each kind of damage is repaired once, and other files stay`() throws {
        try Distribution.run { distribution in
            try Self.prepare(distribution)
            try #require(try distribution.spkg("verify").stdout == "")
            let sound = try distribution.snapshot()
            for damage in Self.damages {
                try damage.make(distribution)
                for file in ["mine.txt", "spam/mine.py", "spam/sub/mine.py"] {
                    try distribution.site.write(FilePath(file), "mine")
                }
                let found = try distribution.spkg("verify")
                let lines = found.stdout.split(separator: "\n").filter { !$0.hasPrefix("unowned") }
                #expect(found.status == 1 && !lines.isEmpty, "\(damage.name): \(found)")

                let said = try distribution.spkg("repair")
                if let left = damage.left {
                    #expect(
                        said.status == 1 && said.stdout.hasPrefix(left), "\(damage.name): \(said)")
                    #expect(said.stdout.contains("spkg build"))
                    // What it advises.
                    let name = left.hasPrefix("missing") ? "pico" : "ham"
                    try distribution.expectDone("build", name)
                    try distribution.expectDone("install", "--from-build", name)
                } else {
                    #expect(said.status == 0, "\(damage.name): \(said)")
                }
                for file in ["mine.txt", "spam/mine.py", "spam/sub/mine.py"] {
                    #expect(try distribution.site.text(FilePath(file)) == "mine")
                    try removeTree(distribution.site.pushing(FilePath(file)))
                }
                #expect(try distribution.spkg("verify").stdout == "", "\(damage.name)")
                let tree = try distribution.snapshot()
                #expect(differences(tree, sound) == [], "\(damage.name)")
                let again = try distribution.spkg("repair")
                #expect(again.status == 0 && again.stderr == "", "\(damage.name): \(again)")
                #expect(try distribution.litter() == [])
            }
        }
    }

    @Test func `a file of several packages is restored for all of them`() throws {
        try Distribution.run { distribution in
            for name in ["spam", "ham"] {
                try distribution.add(
                    name, "1.0",
                    files: ["backports/__init__.py": "shared = 1\n", "backports/\(name).py": ""])
            }
            try distribution.expectDone("install", "spam", "ham")
            let sound = try distribution.snapshot()
            for damage in ["changed", "missing"] {
                try distribution.site.write("backports/__init__.py", "damaged")
                if damage == "missing" {
                    try removeTree(distribution.site.pushing("backports/__init__.py"))
                }
                let said = try distribution.spkg("repair", "ham")
                #expect(said.status == 0, "\(damage): \(said)")
                #expect(try differences(distribution.snapshot(), sound) == [], "\(damage)")
            }
            // Where the other's list says otherwise, nobody can tell who is right.
            let record = distribution.site.pushing("spam-1.0.dist-info/RECORD")
            let text = try readText(record).replacing(
                "backports/__init__.py,sha256=", with: "backports/__init__.py,sha256=x")
            try writeFile(record, text.utf8)
            try distribution.site.write("backports/__init__.py", "damaged")
            let said = try distribution.spkg("repair", "ham")
            #expect(said.status == 1 && said.stdout.contains("belongs to spam"), "\(said)")
            try distribution.expectDone("repair")
            #expect(try differences(distribution.snapshot(), sound) == [])
        }
    }

    @Test func `several damages are repaired in one run, whatever hides the others`() throws {
        try Distribution.run { distribution in
            try Self.prepare(distribution)
            let sound = try distribution.snapshot()
            try distribution.site.write("ham.py", "damaged")
            try Self.information(distribution).write("RECORD", "a\"b,\"c\n")
            try removeTree(distribution.local.pushing("bin/python3"))
            try distribution.expectDone("repair")
            #expect(try differences(distribution.snapshot(), sound) == [])
        }
    }

    @Test func `only the named package is repaired`() throws {
        try Distribution.run { distribution in
            try Self.prepare(distribution)
            try distribution.site.write("ham.py", "damaged")
            try distribution.site.write("spam/a.py", "damaged")
            #expect(try distribution.spkg("repair", "ham").status == 0)
            #expect(try distribution.site.text("ham.py") == "version = '1.0'\n")
            #expect(try distribution.site.text("spam/a.py") == "damaged")
        }
    }
}
