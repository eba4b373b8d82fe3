import Platform
import Support
import SystemPackage
import Testing

/// A tree whose interpreter is gone, or has become another.
@Suite struct TreeInterpreterTests {
    private func run(_ body: (Distribution) throws -> Void) throws {
        try Distribution.run { distribution in
            try distribution.add(
                "spam", "1.0",
                files: [
                    "spam.py": "def main(): print('ran')\n",
                    "spam-1.0.dist-info/entry_points.txt": "[console_scripts]\nspam = spam:main\n",
                ])
            try distribution.add("ham", "1.0")
            try distribution.expectDone("install", "spam")
            try body(distribution)
        }
    }

    @Test(arguments: ["missing", "dangling"])
    func `one that is gone is said, and found again by what writes`(how: String) throws {
        try run { distribution in
            let before = try distribution.snapshot()
            try removeTree(distribution.local.pushing("bin/python3"))
            if how == "dangling" {
                try distribution.local.link("bin/python3", to: "/nowhere/python3.2")
            }
            for words in [["list"], ["files", "spam"], ["export"]] {
                let said = try distribution.said([Distribution.program.string] + words, [:])
                #expect(said.status == 0, "\(said)")
            }
            let found = try distribution.spkg("verify")
            #expect(found.status == 1)
            #expect(found.stdout.hasPrefix("interpreter: bin/python3: "), "\(found)")

            // Even though nothing else is to be done.
            let said = try distribution.spkg("install", "spam")
            #expect(said.status == 0 && said.stderr.contains("already installed"), "\(said)")
            #expect(try distribution.snapshot() == before)
            let ran = try distribution.said([distribution.local.pushing("bin/spam").string], [:])
            #expect(ran.stdout == "ran\n", "\(ran)")
        }
    }

    @Test func `an uninstall needs none`() throws {
        try run { distribution in
            try removeTree(distribution.local.pushing("bin/python3"))
            #expect(try distribution.spkg("uninstall", "spam").status == 0)
            #expect(try !distribution.site.exists("spam.py"))
        }
    }

    @Test func `where no other is found either, the message says what to do`() throws {
        try run { distribution in
            try removeTree(distribution.local.pushing("bin/python3"))
            let before = try distribution.snapshot()
            let none = ["SPKG_PYTHON": "/nowhere/python3"]
            for words in [["install", "ham"], ["repair"]] {
                let said = try distribution.said([Distribution.program.string] + words, none)
                #expect(said.status == 1)
                #expect(said.stderr.contains("SPKG_PYTHON="), "\(said)")
                #expect(said.stderr.contains("has no interpreter"), "\(said)")
            }
            #expect(try distribution.snapshot() == before)
        }
    }

    @Test func `another minor version: packages are named, and built again for it`() throws {
        try run { distribution in
            // As if the tree had been made for an older version.
            let said = try distribution.said(
                [
                    "sh", "-c",
                    """
                    cd local && mv lib/python\(pythonVersion) lib/python3.2 &&
                    sed -i 's/^version = .*/version = 3.2.1/' pyvenv.cfg &&
                    sed -i 's/python\(pythonVersion)/python3.2/' var/lib/sage/installed/spam-1.0 &&
                    sed -i 's/"fingerprint" : "/&old/' var/lib/sage/installed/spam-1.0
                    """,
                ], [:])
            try #require(said.status == 0, "\(said)")
            let found = try distribution.spkg("verify")
            #expect(found.stdout.contains("interpreter: pyvenv.cfg: it is for Python 3.2"))
            #expect(found.stdout.contains("other python: lib/python3.2/site-packages/spam-1.0"))

            let installed = try distribution.spkg("install", "ham")
            #expect(installed.status == 0)
            #expect(installed.stderr.contains("warning: it was made for Python 3.2"))
            #expect(installed.stderr.contains("to be installed again: spam"), "\(installed)")
            #expect(try distribution.spkg("install", "spam").status == 0)
            #expect(try distribution.spkg("verify").stdout == "")
            #expect(try distribution.python("import spam, ham").status == 0)
            #expect(try !distribution.local.exists("lib/python3.2/site-packages/spam.py"))
        }
    }

    @Test func `an empty pyvenv.cfg, as power cuts left them, is written again`() throws {
        try run { distribution in
            let file = distribution.local.appending("pyvenv.cfg")
            let whole = try readText(file)
            try distribution.local.write("pyvenv.cfg", "")
            let said = try distribution.spkg("install", "ham")
            #expect(said.status == 0 && said.stderr.contains("pyvenv.cfg was missing"), "\(said)")
            #expect(try readText(file) == whole)
        }
    }

    @Test func `what makes Python describe another one reaches none`() throws {
        try Distribution.run { distribution in
            try distribution.add(
                "spam", "1.0",
                backend: "import sysconfig; sysconfig.get_config_var('EXT_SUFFIX')")
            let name = "_sysconfigdata_x86_64_conda_cos6_linux_gnu"
            let said = try distribution.spkg(
                "install", "spam", environment: ["_PYTHON_SYSCONFIGDATA_NAME": name])
            #expect(said.status == 0, "\(said)")
        }
    }
}
