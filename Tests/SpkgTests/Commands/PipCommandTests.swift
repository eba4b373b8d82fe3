import Platform
import Support
import SystemPackage
import Testing

/// `spkg pip`, with the real pip in the tree.
@Suite struct PipCommandTests {
    /// A tree with ham, spam and pip, and wheels that pip finds.
    private func run(_ body: (Distribution) throws -> Void) throws {
        try Distribution.run { distribution in
            try distribution.addWheelRecipe("ham", "1.0", files: ["ham.py": "", "b.py": "x = 1\n"])
            try distribution.addWheelRecipe("spam", "1.0")
            try distribution.expectDone("install", "ham", "spam")
            try distribution.installPip()
            let wheels = distribution.root.appending("wheels")
            try makeDirectories(wheels)
            for version in ["1.0", "7.0"] {
                var wheel = WheelBuilder("ham", version)
                wheel.add("ham.py", "")
                try wheel.write(in: wheels)
            }
            // It brings a file that is spam's.
            var rude = WheelBuilder("rude", "1.0")
            rude.add("spam.py", "version = '9.9'\n")
            try rude.write(in: wheels)
            var other = WheelBuilder("other", "1.0")
            other.add("other.py", "")
            try other.write(in: wheels)
            try body(distribution)
        }
    }

    private func pip(_ distribution: Distribution, _ words: String...) throws -> Distribution.Said {
        try distribution.said(
            [Distribution.program.string, "pip"] + words,
            ["PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "wheels", "PIP_NO_COMPILE": "1"])
    }

    @Test func `its arguments, output and status are pip's, and what it changed is said`() throws {
        try run { distribution in
            let list = try pip(distribution, "list", "--format=freeze")
            #expect(list.status == 0 && list.stderr == "", "\(list)")
            #expect(list.stdout.contains("ham==1.0\n"))
            let wrong = try pip(distribution, "install", "-q", "no-such-thing")
            #expect(wrong.status == 1 && wrong.stderr.contains("no-such-thing"), "\(wrong)")
            // What was wrong before is not pip's doing.
            try removeTree(distribution.site.appending("b.py"))
            let other = try pip(distribution, "install", "-q", "other")
            #expect(other == .init(status: 0, stdout: "", stderr: ""), "\(other)")
            #expect(try distribution.site.exists("other.py"))
            try distribution.expectDone("repair")

            try expect(
                "pip has replaced ham 1.0: version 7.0 is there, not 1.0", of: "ham", distribution,
                "install", "-q", "ham==7.0")
            try expect(
                "pip has removed ham 1.0", of: "ham", distribution, "uninstall", "-qy", "ham")
            try expect(
                "pip has installed ham 1.0 again, which isn't spkg's wheel now", of: "ham",
                distribution, "install", "-q", "--force-reinstall", "ham==1.0")
            try expect(
                "pip has changed or removed files of spam 1.0: ", of: "spam", distribution,
                "install", "-q", "rude")
            #expect(try distribution.spkg("history", "spam").stdout.contains("pip changed spam"))
        }
    }

    /// Expects pip to do something to a package, and that to be undone by the command that is named.
    private func expect(
        _ message: String, of package: String, _ distribution: Distribution, _ words: String...
    ) throws {
        let said = try distribution.said(
            [Distribution.program.string, "pip"] + words,
            ["PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "wheels", "PIP_NO_COMPILE": "1"])
        #expect(said.status == 0)
        #expect(said.stderr.contains("[\(package)] warning: \(message)"), "\(said)")
        let remedy = try #require(said.stderr.firstRange(of: "to undo that: "))
        let command = said.stderr[remedy.upperBound...].prefix { !$0.isNewline }
        let undone = try distribution.said(
            ["bash", "-c", "spkg() { \"$0\" \"$@\"; }; \(command)", Distribution.program.string],
            [:])
        #expect(undone.status == 0, "\(command): \(undone)")
        #expect(try distribution.site.text("spam.py") == "version = '1.0'\n")
        #expect(try distribution.site.text("b.py") == "x = 1\n")
        #expect(try distribution.site.text("ham-1.0.dist-info/INSTALLER").hasPrefix("spkg"))
        #expect(try distribution.spkg("verify", "ham", "spam").stdout == "")
    }

    @Test func `it holds the lock that installs take, also when spkg itself is killed`() throws {
        try run { distribution in
            // A pip that waits until it is told to go on.
            try distribution.site.write(
                "pip/__main__.py",
                "import os\nopen('started', 'w').close()\n"
                    + "while not os.path.exists('go'): os.stat('.')\n")
            let line = """
                "$0" pip list & spkg=$!
                until [ -e started ]; do :; done
                ! flock -n local/var/lock/pip3.lock true && echo held
                kill -KILL $spkg; wait $spkg
                ! flock -n local/var/lock/pip3.lock true && echo still held
                touch go; flock local/var/lock/pip3.lock echo free
                """
            let said = try distribution.said(
                ["bash", "-c", line, Distribution.program.string], [:])
            #expect(said.stdout == "held\nstill held\nfree\n", "\(said)")
        }
    }

    @Test func `a tree without pip, or of another user, is one clear error`() throws {
        try Distribution.run { distribution in
            try distribution.addWheelRecipe("ham", "1.0")
            let none = try distribution.spkg("pip", "list")
            #expect(none.status == 1 && none.stderr.contains("spkg install pip"), "\(none)")
            try distribution.expectDone("install", "ham")
            let empty = try distribution.spkg("pip", "list")
            #expect(empty.status == 1 && empty.stderr.contains("spkg install pip"), "\(empty)")
            let sudo = try distribution.spkg("pip", "list", environment: ["SAGE_SUDO": "sudo -E"])
            #expect(sudo.status == 1 && sudo.stderr.contains("SAGE_SUDO"), "\(sudo)")
        }
    }
}
