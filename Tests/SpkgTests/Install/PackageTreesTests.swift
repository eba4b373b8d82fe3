import Platform
import Support
import SystemPackage
import Testing

/// Where SAGE_VENV is not SAGE_LOCAL: a package that becomes a Python package, or ceases to be one, belongs in
/// another tree from then on.
@Suite struct PackageTreesTests {
    private let tool = "echo $PKG_VER > \"$SAGE_DESTDIR_LOCAL/lib/ham-tool\"\n"

    private func add(_ distribution: Distribution, _ version: String, isPython: Bool) throws {
        if isPython {
            try distribution.addWheelRecipe(
                "ham", version,
                scripts: ["install.in": tool + "sdh_store_and_pip_install_wheel ."])
        } else {
            try distribution.addScripted("ham", version, scripts: ["install.in": tool])
        }
    }

    private func run(
        from first: Bool, _ body: (Distribution, _ venv: [String: String]) throws -> Void
    ) throws {
        try Distribution.run { distribution in
            let venv = ["SAGE_VENV": distribution.root.appending("venv").string]
            try add(distribution, "1.0", isPython: first)
            try distribution.install("ham", environment: venv)
            try add(distribution, "2.0", isPython: !first)
            try body(distribution, venv)
        }
    }

    private func places(_ distribution: Distribution, _ file: FilePath) throws -> [String] {
        try ["local", "venv"].filter {
            try distribution.root.appending($0).exists(file)
        }
    }

    @Test(arguments: [true, false])
    func `the old version leaves the other tree in the same run`(first: Bool) throws {
        try run(from: first) { distribution, venv in
            let said = try distribution.install("ham", environment: venv)
            #expect(said.stderr.contains("its old version was in"), "\(said)")
            let tree = first ? "local" : "venv"
            #expect(try places(distribution, "lib/ham-tool") == [tree])
            #expect(try places(distribution, "var/lib/sage/installed/ham-2.0") == [tree])
            #expect(try places(distribution, "var/lib/sage/installed/ham-1.0") == [])
            #expect(
                try distribution.said([Distribution.program.string, "list"], venv).stdout
                    == "ham  2.0\n")
            #expect(
                try distribution.said([Distribution.program.string, "verify"], venv).stdout == "")
            try distribution.said([Distribution.program.string, "uninstall", "ham"], venv)
                .expectSuccess()
            #expect(try places(distribution, "lib/ham-tool") == [])
        }
    }

    @Test func `what comes into a tree inside of the package's own is not taken for the package's`()
        throws
    {
        try Distribution.run { distribution in
            let venv = ["SAGE_VENV": distribution.local.pushing("var/venv").string]
            // As a package of that tree that is built at the same time.
            try distribution.addScripted(
                "ham", "1.0",
                scripts: [
                    "install.in":
                        "mkdir -p \"$SAGE_VENV/share\"; echo x > \"$SAGE_VENV/share/x\"\n" + tool
                ])
            let said = try distribution.install("ham", environment: venv)
            #expect(!said.stderr.contains("straight into the tree"), "\(said)")
            #expect(
                try distribution.said([Distribution.program.string, "files", "ham"], venv).stdout
                    .contains("var/venv") == false)
            try distribution.said([Distribution.program.string, "uninstall", "ham"], venv)
                .expectSuccess()
            #expect(try distribution.local.exists("var/venv/share/x"))
        }
    }

    @Test(arguments: [true, false])
    func `an install that was ended between the two trees is finished by the next`(first: Bool)
        throws
    {
        try run(from: first) { distribution, venv in
            let left = first ? "venv" : "local"
            let before = distribution.root.appending("before")
            try distribution.bash("cp -a \(left) before").expectSuccess()
            try distribution.install("ham", environment: venv)
            try distribution.bash("rm -r \(left); mv before \(left)").expectSuccess()
            #expect(try !before.exists(""))
            #expect(try places(distribution, "lib/ham-tool").count == 2)
            try distribution.install("ham", environment: venv)
            #expect(try places(distribution, "lib/ham-tool") == [first ? "local" : "venv"])
            #expect(
                try distribution.said([Distribution.program.string, "list"], venv).stdout
                    == "ham  2.0\n")
        }
    }

    @Test func `what lives in a tree that only its recipe names can be uninstalled`() throws {
        try Distribution.run { distribution in
            try distribution.addScripted(
                "ham", scripts: ["install.in": tool], files: ["trees.txt": "SAGE_OTHER\n"])
            let other = ["SAGE_OTHER": distribution.root.appending("other").string]
            try distribution.install("ham", environment: other)
            #expect(try distribution.root.exists("other/lib/ham-tool"))
            try distribution.said([Distribution.program.string, "uninstall", "ham"], other)
                .expectSuccess()
            #expect(try !distribution.root.exists("other/lib/ham-tool"))
        }
    }
}
