import Glibc
import Platform
import Recipes
import Support
import SystemPackage
import Testing

/// Real make on a fragment, with a script in place of spkg that writes down how it was called and
/// touches the record.
@Suite struct MakefileTests {
    struct Build {
        let sample: Sample
        var root: FilePath { sample.root }
        var settings: MakefileSettings

        init(_ sample: Sample) throws {
            self.sample = sample
            settings = MakefileSettings(
                root: sample.root, local: sample.root.appending("local"),
                venv: sample.root.appending("my venv"))
            settings.spkg = "./spkg"
            try sample.root.write(
                "spkg",
                """
                #!/bin/sh
                echo "$*" >> calls
                record=$(sed -n "s/^$2 //p" records)
                case "$1 $record" in
                    "install /"*) mkdir -p "$(dirname "$record")" && : > "$record" ;;
                    "uninstall /"*) rm -f "$record" ;;
                esac

                """, mode: 0o755)
        }

        /// Writes the fragment anew and runs make.
        ///
        /// - Returns: the calls of spkg, sorted if several jobs ran.
        @discardableResult
        func make(_ arguments: String, expecting status: CInt = 0) throws -> [String] {
            let graph = try sample.graph()
            try root.write("fragment.mk", try graph.makefile(settings))
            try root.write("calls")
            let records = graph.recipes.filter { $0.source != .pip && $0.source != .none }
            try root.write("records", records.map { "\($0.name) \(record($0))\n" }.joined())
            let command = """
                cd '\(root)' && env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS -u SPKG -u SAGE_ROOT \
                -u SAGE_LOCAL -u SAGE_VENV -u SAGE_SRC make -f fragment.mk \(arguments) > output 2>&1
                """
            let result = system(command)
            let output = try root.text("output")
            #expect(result >> 8 == status, "\(output)")
            return try root.text("calls").split(separator: "\n").map(String.init)
        }

        func record(_ recipe: Recipe) -> FilePath {
            settings.trees[recipe.trees[0]]!
                .appending("var/lib/sage/installed").appending(recipe.nameAndVersion)
        }

        /// Makes a file newer than everything make has seen.
        func age(_ path: FilePath, by seconds: Int64) throws {
            let folder = try Directory(opening: path.removingLastComponent())
            let name = path.lastComponent!
            let now = try #require(try folder.status(name)).modified.seconds
            try folder.setModified(name, FileTime(seconds: now + seconds))
        }
    }

    private func withBuild(_ body: (Build) throws -> Void) throws {
        try withSample { try body(Build($0)) }
    }

    @Test func `dependencies are installed first, once`() throws {
        try withBuild { build in
            try build.sample.script("a", "b | c")
            try build.sample.script("b", "d")
            try build.sample.script("c", "d")
            try build.sample.script("d")
            #expect(
                try build.make("a") == ["install d", "install b", "install c", "install a"])
            #expect(try build.make("a a-ensure b c d").isEmpty)
        }
    }

    @Test func `many jobs keep the order`() throws {
        try withBuild { build in
            for number in 0..<12 {
                try build.sample.script(
                    "leaf\(number)", number % 2 == 0 ? "root" : "| root leaf\(number - 1)")
            }
            try build.sample.script("root")
            let all = (0..<12).map { "leaf\($0)" }.joined(separator: " ")
            let calls = try build.make("-j8 \(all)")
            #expect(calls.count == 13)
            #expect(calls.first == "install root")
            for number in stride(from: 1, to: 12, by: 2) {
                let later = try #require(calls.firstIndex(of: "install leaf\(number)"))
                let sooner = try #require(calls.firstIndex(of: "install leaf\(number - 1)"))
                #expect(sooner < later)
            }
        }
    }

    @Test func `a newer ordinary dependency builds again, a newer order-only one doesn't`() throws {
        try withBuild { build in
            try build.sample.script("a", "b | c")
            try build.sample.script("b")
            try build.sample.script("c")
            try build.make("a")
            try build.age(build.record(build.sample.read("c")), by: 100)
            #expect(try build.make("a").isEmpty)
            try build.age(build.record(build.sample.read("b")), by: 100)
            #expect(try build.make("a") == ["install a"])
        }
    }

    @Test func `another version is built, and what depends on it`() throws {
        try withBuild { build in
            try build.sample.script("a", "b")
            try build.sample.script("b", version: "1.0")
            try build.make("a")
            try build.age(build.record(build.sample.read("a")), by: -100)
            try build.sample.script("b", version: "1.0.p1")
            #expect(try build.make("a") == ["install b", "install a"])
        }
    }

    @Test func `a newer recipe file builds again, also in patches, a newer description doesn't`()
        throws
    {
        try withBuild { build in
            try build.sample.script("a")
            try build.sample.write("a/patches/x.patch")
            try build.sample.write("a/SPKG.rst")
            try build.make("a")
            try build.age(build.sample.pkgs.appending("a/SPKG.rst"), by: 100)
            #expect(try build.make("a").isEmpty)
            try build.age(build.sample.pkgs.appending("a/patches/x.patch"), by: 100)
            #expect(try build.make("a") == ["install a"])
        }
    }

    @Test func `a recipe file that is gone since is a reason to build, not an error`() throws {
        try withBuild { build in
            try build.sample.script("a")
            try build.sample.write("a/helper.py")
            try build.make("a")
            let fragment = try build.root.text("fragment.mk")
            try removeTree(build.sample.pkgs.appending("a/helper.py"))
            try build.root.write("old.mk", fragment)
            #expect(try build.make("-f old.mk a").contains("install a"))
        }
    }

    @Test func `a source file in a dependency is watched, if it is there`() throws {
        try withBuild { build in
            try build.sample.script("a", "$(SAGE_SRC)/x/*.pxd $(SAGE_ROOT)/gone/*.py")
            let file = try build.root.write("src/x/one.pxd")
            try build.root.write("src/x/two.pxd")
            try build.make("a")
            #expect(try build.make("a").isEmpty)
            try build.age(file, by: 100)
            #expect(try build.make("a") == ["install a"])
        }
    }

    @Test func `FORCE is never up to date`() throws {
        try withBuild { build in
            try build.sample.script("a", "FORCE b")
            try build.sample.script("b")
            try build.make("a")
            #expect(try build.make("a") == ["install a"])
        }
    }

    @Test func `a pip package is asked for each time and makes nothing be built again`() throws {
        try withBuild { build in
            try build.sample.recipe("p", ["requirements.txt": "p\n", "dependencies": "b"])
            try build.sample.script("a", "p")
            try build.sample.script("b")
            #expect(try build.make("a") == ["install b", "install p", "install a"])
            #expect(try build.make("a") == ["install p"])
        }
    }

    @Test func `what only the system has satisfies those that need it`() throws {
        try withBuild { build in
            try build.sample.recipe("python3", ["distros/debian.txt": "python3"])
            try build.sample.recipe("ffmpeg", ["distros/debian.txt": "ffmpeg"])
            try build.sample.script("a", "ffmpeg | $(PYTHON)")
            #expect(try build.make("a python3") == ["install a"])
            // Asked for by name, spkg has advice.
            #expect(try build.make("ffmpeg") == ["install ffmpeg"])
        }
    }

    @Test func `a recipe that the system provides is never built`() throws {
        try withSample { sample in
            var build = try Build(sample)
            try sample.script("zlib")
            try sample.script("a", "zlib")
            build.settings.provided = Set(try names("zlib"))
            #expect(try build.make("a zlib zlib-no-deps zlib-ensure") == ["install a"])
        }
    }

    @Test func `a chosen optional dependency is ordinary`() throws {
        try withSample { sample in
            var build = try Build(sample)
            try sample.script("brial")
            try sample.recipe("a", ["spkg-install.in": "", "dependencies_optional": "brial"])
            #expect(try build.make("a") == ["install a"])
            build.settings.selected = Set(try names("brial"))
            #expect(try build.make("a -j1").first == "install brial")
        }
    }

    @Test func `the targets of each recipe do what they say`() throws {
        try withBuild { build in
            for name in ["cython", "flint"] { try build.sample.script(name) }
            try build.sample.recipe(
                "x",
                [
                    "spkg-install.in": "", "dependencies": "flint",
                    "dependencies_build": "| cython",
                    "package-version.txt": "1",
                ])
            #expect(try build.make("x-build-deps") == ["install cython"])
            #expect(try build.make("x-deps") == ["install flint"])
            #expect(try build.make("x-no-deps") == ["install x"])
            #expect(try build.make("x-uninstall") == ["uninstall x"])
            #expect(try build.make("x") == ["install x"])
            #expect(try build.make("x-clean") == ["uninstall x"])
            #expect(try build.make("gone-uninstall") == ["uninstall gone"])
            #expect(try build.make("list").isEmpty)
            #expect(try build.root.text("output") == "cython\nflint\nx\n")
        }
    }

    @Test func `a folder with the name of a package is in nobody's way`() throws {
        try withBuild { build in
            try build.sample.script("a")
            for name in ["a", "a-deps", "list", "FORCE"] { try build.root.write(FilePath(name)) }
            #expect(try build.make("a") == ["install a"])
        }
    }

    @Test func `a package of another tree has its record there, spaces and all`() throws {
        try withBuild { build in
            try build.sample.recipe(
                "x",
                [
                    "spkg-install.in": "", "version_requirements.txt": "x",
                    "package-version.txt": "2",
                ])
            try build.make("x")
            #expect(try build.root.exists("my venv/var/lib/sage/installed/x-2"))
            #expect(try build.make("x").isEmpty)
            // Whoever runs make may choose another tree.
            #expect(try build.make("SAGE_VENV=/nowhere x") == ["install x"])
        }
    }

    @Test func `make hands its jobserver over, and calls spkg under -n too`() throws {
        try withBuild { build in
            try build.sample.script("a")
            try build.root.write(
                "spkg", "#!/bin/sh\necho \"$MAKEFLAGS\" >> calls\n", mode: 0o755)
            let calls = try build.make("-n -j3 a")
            #expect(calls.first?.contains("--jobserver-auth=") == true)
            #expect(calls.first?.hasPrefix("n") == true)
        }
    }

    @Test func `a record that make is interrupted at stays`() throws {
        try withBuild { build in
            try build.sample.script("a")
            try build.root.write(
                "spkg",
                """
                #!/bin/sh
                mkdir -p local/var/lib/sage/installed
                : > local/var/lib/sage/installed/a-1.0
                kill -TERM $PPID
                exec sleep 10

                """, mode: 0o755)
            try build.make("a", expecting: 128 + SIGTERM)
            #expect(try build.root.exists("local/var/lib/sage/installed/a-1.0"))
        }
    }

    @Test func `the same recipes give the same text`() throws {
        try withBuild { build in
            for name in ["c", "a", "b"] { try build.sample.script(name) }
            let texts = try (0..<3).map { _ in try build.sample.graph().makefile(build.settings) }
            #expect(Set(texts).count == 1)
        }
    }

    @Test func `a path that make can't handle is refused`() throws {
        try withSample { sample in
            try sample.script("a")
            let settings = MakefileSettings(root: "/a:b", local: "/local")
            #expect(throws: RecipeError.unusableInMake(path: "/a:b", character: ":")) {
                try sample.graph().makefile(settings)
            }
            try sample.script("b", version: "1%2")
            #expect(throws: RecipeError.unusableInMake(path: "b-1%2", character: "%")) {
                try sample.graph().makefile(MakefileSettings(root: "/r", local: "/l"))
            }
        }
    }
}
