import Platform
import Support
import SystemPackage
import Testing

/// `spkg adopt`: a distribution's own make calls spkg, and can be had back as it was.
@Suite struct AdoptTests {
    private static let names = [
        "sage-dist-helpers", "sage-flock", "sage-pip-install", "sage-pip-uninstall", "sage-spkg",
        "sage-spkg-uninstall",
    ]

    /// A distribution with an installer of its own, which only says its name.
    private func run(_ body: (Distribution) throws -> Void) throws {
        try Distribution.run { distribution in
            for name in Self.names where name != "sage-pip-uninstall" {
                let mode: UInt32 = name == "sage-dist-helpers" ? 0o640 : 0o755
                try write(
                    bin(distribution).appending(name), "#!/bin/sh\necho \(name)\n", mode: mode)
            }
            try write(bin(distribution).appending("sage-logger"), "#!/bin/sh\n", mode: 0o755)
            try distribution.root.write("build/pkgs/pico/type", "standard\n")
            try distribution.root.write("build/pkgs/pico/package-version.txt", "1\n")
            try distribution.root.write(
                "build/pkgs/pico/spkg-install.in",
                "mkdir -p \"$SAGE_DESTDIR$SAGE_LOCAL/share\"; echo 1 > \"$SAGE_DESTDIR$SAGE_LOCAL/share/pico\"\n"
            )
            try body(distribution)
        }
    }

    private func bin(_ distribution: Distribution) -> FilePath {
        distribution.root.pushing("build/bin")
    }

    /// Content, mode and inode of each file.
    private func state(_ distribution: Distribution) throws -> [String: String] {
        var state: [String: String] = [:]
        for (name, _) in try Directory(opening: bin(distribution)).entries() {
            let path = bin(distribution).appending(name)
            let found = try status(path)!
            let text = found.kind == .file ? try readText(path) : "a folder"
            state[name.string] = "\(found.identity) \(found.mode) \(found.modified) \(text)"
        }
        return state
    }

    @Test func `make goes through spkg, and undoing restores the very files`() throws {
        try run { distribution in
            let before = try state(distribution)
            #expect(try distribution.spkg("adopt", "--check").status == 1)
            let said = try distribution.spkg("adopt")
            #expect(said.status == 0 && said.stderr.contains("sage-pip-uninstall"), "\(said)")
            let check = try distribution.spkg("adopt", "--check")
            #expect(check.status == 0 && check.stdout.contains("sage-spkg runs this spkg"))

            try distribution.root.write(
                "Makefile",
                """
                pico:
                \tPATH="$$PWD/build/bin:$$PATH" sage-spkg pico-1 "$$PWD/local"

                """)
            let made = try distribution.said(["make", "pico"], [:])
            #expect(made.status == 0, "\(made)")
            #expect(try distribution.spkg("list").stdout == "pico  1\n")

            #expect(try distribution.spkg("adopt", "--undo").status == 0)
            #expect(try state(distribution) == before)
            #expect(try distribution.spkg("adopt", "--undo").stderr.contains("is not adopted"))
            #expect(try state(distribution) == before)
        }
    }

    @Test func `a second time changes nothing, and what is half done is finished`() throws {
        try run { distribution in
            let before = try state(distribution)
            try distribution.spkg("adopt")
            let adopted = try state(distribution)
            #expect(try distribution.spkg("adopt").status == 0)
            #expect(try state(distribution) == adopted)
            // The distribution's update brought one file of its own.
            try removeTree(bin(distribution).appending("sage-flock"))
            try write(
                bin(distribution).appending("sage-flock"), "#!/bin/sh\n# newer\n", mode: 0o755)
            #expect(try distribution.spkg("adopt", "--check").status == 1)
            try distribution.spkg("adopt")
            #expect(try distribution.spkg("adopt", "--check").status == 0)
            try distribution.spkg("adopt", "--undo")
            #expect(try readText(bin(distribution).appending("sage-flock")).contains("newer"))
            var (now, then) = (try state(distribution), before)
            (now["sage-flock"], then["sage-flock"]) = (nil, nil)
            #expect(now == then)
        }
    }

    @Test func `undoing brings back what a missing stand-in stood for`() throws {
        try run { distribution in
            let before = try state(distribution)
            try distribution.spkg("adopt")
            try removeTree(bin(distribution).appending("sage-flock"))
            let check = try distribution.spkg("adopt", "--check")
            #expect(check.status == 1 && check.stdout.contains("sage-flock is not there"))
            let undone = try distribution.spkg("adopt", "--undo")
            #expect(undone.status == 0 && undone.stderr.contains("bin/sage-flock"), "\(undone)")
            #expect(try state(distribution) == before)
        }
    }

    @Test func `a build/bin that can't be written is named, and nothing changes`() throws {
        try run { distribution in
            let before = try state(distribution)
            func lock(_ mode: String) throws {
                let said = try distribution.said(["chmod", mode, bin(distribution).string], [:])
                try #require(said.status == 0)
            }
            func expectRefusal(_ words: String...) throws {
                let said = try distribution.meekly(words)
                #expect(said.status == 1, "\(said)")
                #expect(said.stderr.contains("Permission denied"))
                #expect(said.stderr.contains(bin(distribution).string), "\(said.stderr)")
                #expect(!said.stderr.contains("is adopted"))
            }
            try lock("a-w")
            try expectRefusal("adopt")
            #expect(try state(distribution) == before)
            #expect(try distribution.meekly("adopt", "--check").status == 1)
            #expect(try distribution.meekly("adopt", "--undo").status == 0)

            try lock("u+w")
            try distribution.spkg("adopt")
            let adopted = try state(distribution)
            try lock("a-w")
            #expect(try distribution.meekly("adopt", "--check").status == 0)
            #expect(try distribution.meekly("adopt").status == 0)
            try expectRefusal("adopt", "--undo")
            #expect(try state(distribution) == adopted)
            try lock("u+w")
            #expect(try distribution.spkg("adopt", "--undo").status == 0)
            #expect(try state(distribution) == before)
        }
    }

    @Test(arguments: 1..<6)
    func `one that is half adopted is told, and goes either way`(done: Int) throws {
        try run { distribution in
            let before = try state(distribution)
            func half() throws {
                try distribution.spkg("adopt")
                // As a kill between two files leaves it.
                for name in Self.names.dropFirst(done) {
                    let kept = bin(distribution).appending(".spkg-originals").appending(name)
                    let file = bin(distribution).appending(name)
                    try removeTree(file)
                    if try status(kept) != nil {
                        let said = try distribution.said(["mv", kept.string, file.string], [:])
                        try #require(said.status == 0)
                    }
                }
            }
            try half()
            let check = try distribution.spkg("adopt", "--check")
            #expect(check.status == 1 && check.stdout.contains("runs this spkg"), "\(check)")
            #expect(
                check.stdout.contains("is the distribution's own")
                    || check.stdout.contains("is not there"))
            #expect(try distribution.spkg("adopt").status == 0)
            #expect(try distribution.spkg("adopt", "--check").status == 0)
            #expect(try distribution.spkg("adopt", "--undo").status == 0)
            #expect(try state(distribution) == before)
            try half()
            #expect(try distribution.spkg("adopt", "--undo").status == 0)
            #expect(try state(distribution) == before)
        }
    }

    @Test func `an empty stand-in, as power cuts left them, never takes the original's place`()
        throws
    {
        try run { distribution in
            let before = try state(distribution)
            try distribution.spkg("adopt")
            let file = bin(distribution).appending("sage-spkg")
            for _ in 0..<2 {
                try write(file, "", mode: 0o755)
                #expect(try distribution.spkg("adopt", "--check").status == 1)
                try distribution.spkg("adopt")
            }
            try write(file, "", mode: 0o755)
            #expect(try distribution.spkg("adopt", "--undo").status == 0)
            #expect(try state(distribution) == before)
        }
    }

    @Test func `one that another spkg has adopted is named, and renewed`() throws {
        try run { distribution in
            try distribution.spkg("adopt")
            let file = bin(distribution).appending("sage-spkg")
            let text = try readText(file)
            try writeFile(
                file, text.replacing("Put here by spkg ", with: "Put here by spkg 0.0-").utf8)
            let check = try distribution.spkg("adopt", "--check")
            #expect(
                check.status == 1 && check.stdout.contains("of another spkg: Put here by spkg 0.0-")
            )
            try distribution.spkg("adopt")
            #expect(try readText(file) == text)
        }
    }

    @Test func `functions that spkg hasn't are named with their recipes`() throws {
        try run { distribution in
            try distribution.root.write(
                "build/pkgs/pico/spkg-install.in", "# sdh_not_this\nsdh_of_tomorrow . || exit 3\n")
            let said = try distribution.spkg("adopt")
            #expect(
                said.stderr.contains(
                    "no function sdh_of_tomorrow, which these recipes call: pico\n"))
            #expect(!said.stderr.contains("sdh_not_this"))
            let installed = try distribution.spkg("install", "pico")
            #expect(installed.status == 1)
            #expect(
                installed.stderr.contains(
                    "spkg has no function sdh_of_tomorrow, which the recipe of pico calls"))
        }
    }

    @Test func `without build/bin, and in spkg's own checkout, there is nothing to adopt`() throws {
        try Distribution.run { distribution in
            let said = try distribution.spkg("adopt")
            #expect(said.status == 1 && said.stderr.contains("nothing to adopt"), "\(said)")
            #expect(try !distribution.root.exists("build/bin"))
            try distribution.root.link("build/bin", to: Distribution.helpers)
            #expect(try distribution.spkg("adopt").stderr.contains("nothing to adopt"))
        }
    }
}
