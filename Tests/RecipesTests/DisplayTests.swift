import Recipes
import Support
import SystemPackage
import Testing

@Suite struct DisplayTests {
    @Test(arguments: [
        "zlib: data compression library\n==============================\n\nDescription\n",
        "==============================\nzlib: data compression library\n===\n",
    ])
    func `the title stands under an overline or not`(_ text: String) throws {
        try withSample { sample in
            try sample.recipe("zlib", ["SPKG.rst": text])
            let recipe = try sample.read("zlib")
            #expect(try recipe.title() == "zlib: data compression library")
            #expect(try recipe.summary() == "data compression library")
            #expect(try recipe.longDescription() == text)
        }
    }

    @Test func `a description that is a dangling link is none`() throws {
        try withSample { sample in
            try sample.recipe("sagelib")
            try sample.pkgs.link("sagelib/SPKG.rst", to: "../../../pkgs/gone/README.rst")
            #expect(try sample.read("sagelib").title() == nil)
        }
    }

    @Test func `patches come by byte, from the top of the folder alone`() throws {
        try withSample { sample in
            try sample.recipe("zlib")
            for file in ["b.patch", "a.patch", "B.patch", "Makefile", "mingw/x.patch", ".x.patch"] {
                try sample.write("zlib/patches/\(file)")
            }
            let patches = try sample.read("zlib").patches()
            #expect(patches.map { $0.lastComponent?.string } == ["B.patch", "a.patch", "b.patch"])
            #expect(patches.first == sample.pkgs.appending("zlib/patches/B.patch"))
            try sample.recipe("none")
            #expect(try sample.read("none").patches().isEmpty)
        }
    }

    @Test func `patches may be a link to a sibling's`() throws {
        try withSample { sample in
            try sample.recipe("gcc", ["patches/a.patch": ""])
            try sample.recipe("gfortran")
            try sample.pkgs.link("gfortran/patches", to: "../gcc/patches")
            let recipe = try sample.read("gfortran")
            #expect(try recipe.patches().map { $0.lastComponent?.string } == ["a.patch"])
            #expect(try recipe.content() == ["patches/a.patch"])
        }
    }

    @Test func `names of system packages, without comments and final newline`() throws {
        try withSample { sample in
            try sample.recipe(
                "python3",
                [
                    "distros/fedora.txt":
                        "# a\npkgconfig(zlib) python${PYTHON_MINOR}-devel # b\nxz",
                    "distros/debian.txt": "# nothing\n",
                ])
            let recipe = try sample.read("python3")
            #expect(try recipe.systems() == ["debian", "fedora"])
            #expect(
                try recipe.systemPackages(for: "fedora", variables: ["PYTHON_MINOR": "13"])
                    == ["pkgconfig(zlib)", "python13-devel", "xz"])
            #expect(try recipe.systemPackages(for: "debian") == [])
            #expect(try recipe.systemPackages(for: "nix") == nil)
            #expect(try recipe.systemPackages(for: "../type") == nil)
        }
    }

    @Test func `the package's URL follows the distribution, unless purl says otherwise`() throws {
        try withSample { sample in
            try sample.recipe("zlib")
            try sample.recipe("x", ["version_requirements.txt": "Foo_.Bar >1\n"])
            try sample.recipe("pkgconf", ["purl.txt": "pkg:github/pkgconf/pkgconf\n"])
            #expect(try sample.read("zlib").packageURL() == "pkg:generic/zlib")
            #expect(try sample.read("x").packageURL() == "pkg:pypi/foo-bar")
            #expect(try sample.read("pkgconf").packageURL() == "pkg:github/pkgconf/pkgconf")
        }
    }

    @Test func `content is what can change the package`() throws {
        try withSample { sample in
            try sample.recipe(
                "x",
                [
                    "package-version.txt": "1", "checksums.ini": "", "spkg-install.in": "",
                    "SPKG.rst": "", "distros/debian.txt": "", "math": "", "dependencies": "",
                    "spkg-check.in": "", "spkg-configure.m4": "", "helper.py": "",
                    "patches/deep/a.patch": "",
                ])
            try sample.pkgs.link("x/linked", to: "helper.py")
            try sample.pkgs.link("x/dangling", to: "gone")
            try sample.pkgs.link("x/src", to: "..")
            try sample.pkgs.link("x/patches/up", to: "..")
            let recipe = try sample.read("x")
            #expect(
                try recipe.content() == [
                    "checksums.ini", "helper.py", "linked", "package-version.txt",
                    "patches/deep/a.patch", "spkg-install.in",
                ])
            #expect(recipe.sourceLink == sample.pkgs.appending("x/src"))
        }
    }
}
