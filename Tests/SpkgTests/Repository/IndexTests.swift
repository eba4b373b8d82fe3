import Platform
import Support
import SystemPackage
import Testing

/// `spkg index` on a folder of wheels.
@Suite struct IndexTests {
    /// A distribution with a folder of wheels of odd names.
    private func withWheels(_ body: (Distribution, FilePath) throws -> Void) throws {
        try Distribution.run { distribution in
            let folder = distribution.root.appending("whéels & <co>")
            try makeDirectories(folder)
            for (name, version) in [
                ("zope.interface", "7.0"), ("ruamel_yaml", "0.18"), ("Foo_Bar.Baz", "1.0"),
                ("foo_bar_baz", "2.0+local.1"), ("six", "1.17.0"),
            ] {
                var wheel = WheelBuilder(name, version)
                wheel.metadata = ["Requires-Python: >=3.8,<4, !=3.9.0"]
                try wheel.write(in: folder)
            }
            var odd = WheelBuilder("odd", "1.0")
            odd.buildTag = "1\"'&<"
            try odd.write(in: folder)
            try body(distribution, folder)
        }
    }

    private func index(_ distribution: Distribution, _ folder: FilePath, _ more: String...) throws
        -> Distribution.Said
    {
        try distribution.said(
            [Distribution.program.string, "index", folder.string] + more, [:])
    }

    private func pages(_ folder: FilePath) throws -> [String: String] {
        try folder.listing { $0 == ".simple.lock" }
    }

    /// Copies a folder as `cp -a` does: with times, to other files.
    private func copy(_ distribution: Distribution, _ folder: FilePath, _ name: String) throws
        -> FilePath
    {
        let copy = distribution.root.appending(name)
        let said = try distribution.said(["cp", "-a", folder.string, copy.string], [:])
        try #require(said.status == 0, "\(said.stderr)")
        return copy
    }

    @Test func `every page keeps the rules, whatever the names`() throws {
        try withWheels { distribution, folder in
            let said = try index(distribution, folder)
            #expect(said.status == 0, "\(said.stderr)")
            #expect(said.stdout == "")
            #expect(try distribution.complaints(about: folder) == "")
            #expect(try folder.exists("simple/zope-interface/index.html"))
            #expect(try folder.exists("simple/foo-bar-baz/index.json"))
            #expect(
                try index(distribution, folder, "--check")
                    == Distribution.Said(
                        status: 0, stdout: "", stderr: ""))
        }
    }

    @Test func `the validator of these tests finds faults`() throws {
        try withWheels { distribution, folder in
            #expect(try index(distribution, folder).status == 0)
            for page in ["simple/six/index.html", "simple/six/index.json", "simple/index.html"] {
                let text = try folder.text(FilePath(page))
                try folder.write(FilePath(page), text.replacing("six", with: "sax"))
                #expect(try distribution.complaints(about: folder) != "", "\(page)")
                try folder.write(FilePath(page), text)
            }
            #expect(try distribution.complaints(about: folder) == "")
        }
    }

    @Test func `the same wheels give the same bytes, from nothing and from anything`() throws {
        try withWheels { distribution, folder in
            let copy = try copy(distribution, folder, "copy")
            #expect(try index(distribution, folder).status == 0)
            let wanted = try pages(folder)
            #expect(try index(distribution, copy).status == 0)
            #expect(try pages(copy) == wanted)

            // Out of date in every way at once.
            try folder.write("six-1.17.0-py3-none-any.whl.metadata", "wrong")
            try removeTree(folder.pushing("zope.interface-7.0-py3-none-any.whl.metadata"))
            try folder.write("gone-1.0-py3-none-any.whl.metadata", "")
            try folder.write("simple/gone/index.html", "")
            try removeTree(folder.pushing("simple/odd/index.json"))
            try folder.write("simple/index.html", "wrong")
            let check = try index(distribution, folder, "--check")
            #expect(check.status == 1)
            #expect(
                check.stdout.replacing("\(folder)/", with: "") == """
                    left over: gone-1.0-py3-none-any.whl.metadata
                    left over: simple/gone
                    changed: simple/index.html
                    missing: simple/odd/index.json
                    changed: six-1.17.0-py3-none-any.whl.metadata
                    missing: zope.interface-7.0-py3-none-any.whl.metadata

                    """)
            #expect(try index(distribution, folder).status == 0)
            #expect(try pages(folder) == wanted)
        }
    }

    @Test func `new, changed and removed wheels arrive in the pages`() throws {
        try withWheels { distribution, folder in
            #expect(try index(distribution, folder).status == 0)
            try WheelBuilder("new", "1.0").write(in: folder)
            try removeTree(folder.appending("ruamel_yaml-0.18-py3-none-any.whl"))
            var changed = WheelBuilder("six", "1.17.0")
            changed.add("six.py", "# another build under the same name")
            try changed.write(in: folder)
            #expect(try index(distribution, folder, "--check").status == 1)
            #expect(try index(distribution, folder).status == 0)
            #expect(try distribution.complaints(about: folder) == "")
            #expect(try !folder.exists("simple/ruamel-yaml"))
        }
    }

    @Test func `a wheel exchanged for one of the same size and time is noticed`() throws {
        try withWheels { distribution, folder in
            func write(_ text: String) throws {
                var wheel = WheelBuilder("spam", "1.0")
                wheel.add("spam.py", text, deflated: false)
                let path = try wheel.write(in: folder)
                try Directory(opening: folder).setModified(
                    path.lastComponent!, FileTime(seconds: 1_700_000_000))
            }
            try write("one")
            #expect(try index(distribution, folder).status == 0)
            let before = try pages(folder)
            #expect(try index(distribution, folder).status == 0)
            #expect(try pages(folder) == before)
            try write("two")
            #expect(try index(distribution, folder).status == 0)
            #expect(try pages(folder)["simple/spam/index.html"] != before["simple/spam/index.html"])
            #expect(try distribution.complaints(about: folder) == "")
        }
    }

    @Test func `a page that lies about a wheel convinces nobody who checks`() throws {
        try withWheels { distribution, folder in
            #expect(try index(distribution, folder).status == 0)
            let digest = try Digest(
                ofFile: File(reading: folder.appending("six-1.17.0-py3-none-any.whl"))
            ).hex
            let lie = String(repeating: "0", count: 64)
            for name in ["index.html", "index.json"] {
                let page = FilePath("simple/six").appending(name)
                try folder.write(page, folder.text(page).replacing(digest, with: lie))
            }
            let check = try index(distribution, folder, "--check")
            #expect(check.status == 1)
            #expect(check.stdout.contains("changed: \(folder)/simple/six/index.html"))
        }
    }

    @Test func `bad wheels are named, all of them, and nothing is changed`() throws {
        try withWheels { distribution, folder in
            #expect(try index(distribution, folder).status == 0)
            let before = try pages(folder)
            let bad = [
                "cut-1.0-py3-none-any.whl": "PK", "with blank-1.0-py3-none-any.whl": "",
                "no-wheel.whl": "", "quo'te-1.0-py3-none-any.whl": "",
            ]
            for (name, text) in bad { try folder.write(FilePath(name), text) }
            let names = try index(distribution, folder)
            #expect(names.status == 1)
            for name in bad.keys where !name.hasPrefix("cut") {
                #expect(names.stderr.contains(name), "\(names.stderr)")
                try removeTree(folder.appending(name))
            }
            var lying = WheelBuilder("lying", "1.0")
            lying.add("lying.py")
            lying.changeRecord = { $0.removeFirst() }
            try lying.write(in: folder)
            for more in [[], ["--check"]] {
                let said = try distribution.said(
                    [Distribution.program.string, "index", folder.string] + more, [:])
                #expect(said.status == 1)
                #expect(said.stderr.contains("cut-1.0-py3-none-any.whl"), "\(said.stderr)")
                #expect(said.stderr.contains("lying-1.0-py3-none-any.whl"), "\(said.stderr)")
            }
            try removeTree(folder.appending("cut-1.0-py3-none-any.whl"))
            #expect(try index(distribution, folder).status == 1)
            let lyingWheel: (FilePath) -> Bool = {
                $0.string.hasPrefix("lying") || $0 == ".simple.lock"
            }
            #expect(try folder.listing(except: lyingWheel) == before)
            #expect(try index(distribution, folder, "--allow-bad-record").status == 0)
            #expect(try distribution.complaints(about: folder) == "")
        }
    }

    @Test func `two names that differ only in case are refused`() throws {
        try withWheels { distribution, folder in
            try WheelBuilder("Six", "1.17.0").write(in: folder)
            let said = try index(distribution, folder)
            #expect(said.status == 1)
            #expect(said.stderr.contains("Six-1.17.0-py3-none-any.whl and "), "\(said.stderr)")
            #expect(try !folder.exists("simple"))
        }
    }

    @Test func `a folder without wheels, and none at all`() throws {
        try Distribution.run { distribution in
            let empty = distribution.root.appending("empty")
            try makeDirectories(empty)
            let said = try index(distribution, empty)
            #expect(said.status == 1)
            #expect(said.stderr.contains("no wheels"), "\(said.stderr)")
            #expect(try empty.listing() == [:])
            let none = try index(distribution, distribution.root.appending("none"))
            #expect(none.status == 1)
            #expect(none.stderr.contains("/none: No such file"), "\(none.stderr)")
        }
    }

    @Test func `what is no page is not removed`() throws {
        try withWheels { distribution, folder in
            for stranger: FilePath in ["simple/thesis.tex", "simple/six/six.tar.gz"] {
                try folder.write(stranger, "dear")
                let said = try index(distribution, folder)
                #expect(said.status == 1)
                #expect(said.stderr.contains(stranger.string), "\(said.stderr)")
                #expect(try folder.text(stranger) == "dear")
                try removeTree(folder.pushing(stranger))
            }
            #expect(try index(distribution, folder).status == 0)
        }
    }

    @Test func `killed at any moment it leaves each page old or new, and the next run ends it`()
        throws
    {
        try withWheels { distribution, folder in
            #expect(try index(distribution, folder).status == 0)
            let old = try folder.pushing("simple").listing()
            for number in 0..<60 {
                try WheelBuilder("n\(number)", "1.0").write(in: folder)
                try WheelBuilder("six", "2.\(number)").write(in: folder)
            }
            let fresh = try copy(distribution, folder, "fresh")
            let start = ContinuousClock.now
            #expect(try index(distribution, fresh).status == 0)
            let whole = (ContinuousClock.now - start) / Duration.seconds(1)
            let new = try fresh.pushing("simple").listing()
            var dice = SeededGenerator(for: "index kills")
            for _ in 0..<12 {
                let moment = whole * Double(dice.number(200...1100)) / 1000
                _ = try distribution.said(
                    [
                        "timeout", "--signal=KILL", "\(moment)", Distribution.program.string,
                        "index", folder.string,
                    ], [:])
                let found = try folder.pushing("simple").listing()
                for (page, content) in found {
                    #expect(content == old[page] || content == new[page], "\(page)")
                }
                #expect(old.keys.allSatisfy { found[$0] != nil })
                #expect(try index(distribution, folder).status == 0)
                #expect(try folder.pushing("simple").listing() == new)
                #expect(try !folder.exists(".simple.stage"))
                // Back to the old wheels and pages, and to the new wheels.
                let back = try distribution.said(
                    [
                        "bash", "-ec",
                        """
                        rm "$1"/n*.whl "$1"/six-2*.whl
                        "$3" index "$1"
                        cp -a "$2"/n*.whl "$2"/six-2*.whl "$1"
                        """, "back", folder.string, fresh.string, Distribution.program.string,
                    ], [:])
                #expect(back.status == 0, "\(back.stderr)")
                #expect(try folder.pushing("simple").listing() == old)
            }
        }
    }

    @Test func `a page is only written when it changes`() throws {
        try withWheels { distribution, folder in
            #expect(try index(distribution, folder).status == 0)
            let pages: [FilePath] = ["simple/six/index.html", "simple/odd/index.json"]
            let before = try pages.map { try status(folder.pushing($0))?.identity }
            try WheelBuilder("new", "1.0").write(in: folder)
            #expect(try index(distribution, folder).status == 0)
            #expect(try pages.map { try status(folder.pushing($0))?.identity } == before)
        }
    }

    @Test func `a folder that can't be written can be checked`() throws {
        try withWheels { distribution, folder in
            #expect(try index(distribution, folder).status == 0)
            _ = try distribution.said(["chmod", "-R", "a+rX,a-w", distribution.root.string], [:])
            defer {
                _ = try? distribution.said(["chmod", "-R", "u+w", distribution.root.string], [:])
            }
            // Root may write everywhere, so it becomes somebody else.
            let other =
                try distribution.said(["id", "-u"], [:]).stdout == "0\n"
                ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
            let command = other + [Distribution.program.string, "index", folder.string]
            let check = try distribution.said(command + ["--check"], [:])
            #expect(check.status == 0, "\(check.stderr)")
            let said = try distribution.said(command, [:])
            #expect(said.status == 1)
            #expect(said.stderr.contains("\(folder)/.simple"), "\(said.stderr)")
            #expect(said.stderr.contains("Permission denied"), "\(said.stderr)")
        }
    }
}
