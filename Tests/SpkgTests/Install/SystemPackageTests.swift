import Platform
import Support
import SystemPackage
import Testing

/// Packages that the system provides.
@Suite struct SystemPackageTests {
    @Test func `a package of the system satisfies, and what it would need is not built`() throws {
        try Distribution.run { distribution in
            try distribution.add("compiler", "1", dependencies: "bootstrap")
            try distribution.add("bootstrap", "1")
            try distribution.add("spam", "1.0", dependencies: "compiler")
            let said = try distribution.spkg(
                "install", "spam", environment: ["SPKG_SYSTEM_PACKAGES": "other compiler"])
            #expect(said.status == 0, "\(said.stderr)")
            #expect(try distribution.spkg("list", "--names").stdout == "spam\n")
        }
    }

    @Test func `found packages are written down, and missing ones are not`() throws {
        try Distribution.run { distribution in
            for name in ["gcc", "missing"] {
                try distribution.root.write(FilePath("build/pkgs/\(name)/type"), "standard\n")
            }
            try distribution.root.write(
                "build/pkgs/missing/distros/debian.txt", "no-such-package-anywhere\n")
            let refused = try distribution.spkg("system", "gcc", "missing")
            #expect(refused.status == 1)
            #expect(refused.stderr.contains("apt-get install no-such-package-anywhere"))
            #expect(try distribution.tree() == [:])

            #expect(try distribution.spkg("system", "gcc").status == 0)
            #expect(try distribution.spkg("system").stdout == "gcc\n")
            #expect(try distribution.spkg("list").stdout == "gcc  system\n")
            let installed = try distribution.spkg("install", "gcc")
            #expect(installed.status == 0)
            #expect(installed.stderr.contains("provided by the system"))
            #expect(try distribution.spkg("system", "--trusted", "missing").status == 0)
            #expect(
                try distribution.local.text("etc/spkg/system-packages.txt") == "gcc\nmissing\n")
            #expect(try distribution.spkg("verify").status == 0)
        }
    }
}
