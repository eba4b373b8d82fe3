import Platform
import Support
import SystemPackage
import Testing
import Trees

@testable import Building

@Suite struct ScriptVariablesTests {
    /// The variables of `pico`, in a distribution that `change` may change before.
    private func variables(
        _ inherited: [String: String] = [:], change: (ScriptFixture) throws -> Void = { _ in }
    ) throws -> (values: [String: String], fixture: ScriptFixture) {
        try withTemporaryFolder { folder in
            var fixture = try ScriptFixture(in: folder)
            fixture.inherited.merge(inherited) { $1 }
            try change(fixture)
            return (try fixture.scripts().variables.values, fixture)
        }
    }

    @Test func `package, trees and folders are told`() throws {
        let (values, fixture) = try variables()
        let root = fixture.root.string
        let expected = [
            "PKG_BASE": "pico", "PKG_VER": "1.2", "PKG_NAME": "pico-1.2.p3",
            "SAGE_ROOT": root, "SAGE_SRC": root + "/src", "SAGE_LOCAL": root + "/local",
            "SAGE_VENV": root + "/local", "SAGE_INST_LOCAL": root + "/local",
            "SAGE_DESTDIR": root + "/local/var/tmp/sage/build/pico-1.2.p3/inst",
            "SAGE_DESTDIR_LOCAL":
                root + "/local/var/tmp/sage/build/pico-1.2.p3/inst" + root + "/local",
            "SAGE_SPKG_INST": root + "/local/var/lib/sage/installed",
            "SAGE_SPKG_WHEELS": root + "/local/var/lib/sage/wheels",
            "SAGE_SPKG_SCRIPTS": root + "/local/var/lib/sage/scripts",
            "SAGE_PKG_DIR": root + "/build/pkgs/pico",
            "SAGE_BUILD_DIR": root + "/local/var/tmp/sage/build",
            "SAGE_LOGS": root + "/logs/pkgs", "SAGE_DISTFILES": root + "/upstream",
            "SAGE_SHARE": root + "/local/share", "SAGE_DOC": root + "/local/share/doc/sage",
            "UNAME": "Linux", "MAKE": "make", "PERL5LIB": root + "/local/lib/perl5",
            "SPKG_PROGRAM": fixture.program.string,
        ]
        for (name, value) in expected { #expect(values[name] == value, "\(name)") }
    }

    @Test func `what counts only where it exists is left out elsewhere`() throws {
        let (without, _) = try variables(["PERL5LIB": "/mine"])
        #expect(without["TERMINFO"] == nil)
        #expect(without["PERL5LIB"]?.hasSuffix("/local/lib/perl5:/mine") == true)
        let (with, fixture) = try variables { fixture in
            try makeDirectories(fixture.root.appending("tools"))
            try makeDirectories(fixture.tree.root.pushing("share/terminfo"))
        }
        #expect(with["TERMINFO"] == "\(fixture.tree.root)/share/terminfo")
        let path =
            "\(ScriptFixture.binaries):\(fixture.root)/build/bin:\(fixture.root)/tools:"
            + "\(fixture.tree.root)/bin:"
        #expect(with["PATH"]?.hasPrefix(path) == true)
    }

    @Test func `compilers are the user's, else those on PATH`() throws {
        let (values, fixture) = try variables(["CXX": "clang++", "PATH": "/nowhere"]) { fixture in
            for name in ["cc", "gfortran"] {
                try write(fixture.tree.root.appending("bin/\(name)"), "", mode: 0o755)
            }
            try write(fixture.tree.root.appending("bin/gcc"), "not a program")
        }
        _ = fixture
        #expect(values["CC"] == "cc" && values["CXX"] == "clang++" && values["FC"] == "gfortran")
        #expect(try variables(["PATH": "/nowhere"]).values["FC"] == nil)
    }

    @Test func `libraries are looked for where they are packages`() throws {
        let (values, fixture) = try variables(["SAGE_NTL_PREFIX": "/opt/ntl"]) { fixture in
            try fixture.tree.installed.write("gmp-6.3.0")
        }
        #expect(values["SAGE_GMP_PREFIX"] == fixture.tree.root.string)
        #expect(values["SAGE_GMP_INCLUDE"] == "\(fixture.tree.root)/include")
        #expect(values["SAGE_CONFIGURE_GMP"] == "--with-gmp=\(fixture.tree.root)")
        #expect(values["SAGE_CONFIGURE_NTL"] == "--with-ntl=/opt/ntl")
        #expect(values["SAGE_CONFIGURE_MPFR"] == "" && values["SAGE_GLPK_PREFIX"] == "")
    }

    @Test func `the tree's headers come before those that the user's flags name`() throws {
        let (values, fixture) = try variables(["CPPFLAGS": "-DX -I/mine", "CFLAGS": "-O1"])
        let own = "'-I\(fixture.tree.root)/include'"
        #expect(values["CPPFLAGS"] == "\(own) -DX -I/mine")
        #expect(values["CFLAGS"] == "-O1")
        #expect(values["ORIGINAL_CFLAGS"] == "-O1" && values["ORIGINAL_FCFLAGS"] == "")
    }

    @Test(arguments: [
        ("standard", ScriptFixture.archive, false), ("optional", ScriptFixture.archive, true),
        ("standard", "", true),
    ])
    func `packages of the core have no network`(
        type: String, checksums: String, isOpen: Bool
    ) throws {
        let (values, _) = try variables(["https_proxy": "http://mine:1"]) { fixture in
            try fixture.recipeFolder.write("type", type)
            try fixture.recipeFolder.write("checksums.ini", checksums)
            try fixture.recipeFolder.write("spkg-install.in")
        }
        #expect((values["https_proxy"] == "http://mine:1") == isOpen)
    }

    @Test func `a kept script has the user's folders, and nothing is staged`() throws {
        try withTemporaryFolder { folder in
            var fixture = try ScriptFixture(in: folder)
            fixture.inherited["TMPDIR"] = "/scratch"
            let values = try fixture.saved().variables.values
            #expect(values["SAGE_DESTDIR"] == "")
            #expect(values["SAGE_DESTDIR_LOCAL"] == fixture.tree.root.string)
            #expect(values["TMPDIR"] == "/scratch" && values["HOME"] == folder.string)
        }
    }
}
