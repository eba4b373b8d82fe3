import Platform
import Support
import SystemPackage
import Testing

@Suite struct ExportTests {
    private func withInstalled(_ body: (Distribution) throws -> Void) throws {
        try Distribution.run { distribution in
            try distribution.add("zope_interface", "7.0+local.1", distribution: "zope.interface")
            try distribution.add("spam", "1.0")
            let said = try distribution.spkg("install", "spam", "zope_interface")
            try #require(said.status == 0, "\(said.stderr)")
            try body(distribution)
        }
    }

    /// An empty environment's Python.
    private func environment(_ distribution: Distribution) throws -> String {
        let path = distribution.root.appending("other")
        try removeTree(path)
        let said = try distribution.said(
            ["python3", "-m", "venv", "--without-pip", path.string], [:])
        try #require(said.status == 0, "\(said.stderr)")
        return path.pushing("bin/python3").string
    }

    private let alone = ["PIP_CONFIG_FILE": "/dev/null", "UV_NO_CONFIG": "1"]

    private let importAll = "import spam, zope_interface"

    @Test func `requirements with hashes are enough for pip and for uv`() throws {
        try withInstalled { distribution in
            let text = try distribution.spkg("export").stdout
            #expect(
                text.split(separator: "\n").filter { !$0.hasPrefix(" ") }
                    == ["spam==1.0 \\", "zope-interface==7.0+local.1 \\"])
            let file = try distribution.root.write("requirements.txt", text).string
            let index = "file://\(percentEncodedPath(distribution.wheels))/simple"
            let place = ["--index-url", index, "--require-hashes", "-r", file]
            for command in [
                ["python3", "-m", "pip", "--no-cache-dir", "--python"],
                ["uv", "--no-cache", "pip", "install", "--python"],
            ] {
                let python = try environment(distribution)
                let words = command + [python] + (command[0] == "uv" ? [] : ["install"])
                let said = try distribution.said(words + place, alone)
                #expect(said.status == 0, "\(said.stderr)")
                #expect(try distribution.said([python, "-c", importAll], [:]).status == 0)
            }
            let wrong = text.replacing("sha256:", with: "sha256:0").replacing(
                /sha256:([0-9a-f]{64})./
            ) { "sha256:\($0.1)" }
            try distribution.root.write("requirements.txt", wrong)
            let python = try environment(distribution)
            let refused = try distribution.said(
                ["python3", "-m", "pip", "--python", python, "install"] + place, alone)
            #expect(refused.status != 0)
        }
    }

    @Test func `the lock file is as PEP 751 wants it, and uv installs from it`() throws {
        try withInstalled { distribution in
            let text = try distribution.spkg("export", "--format", "pylock").stdout
            let file = try distribution.root.write("pylock.toml", text).string
            let judge = try distribution.root.write(
                "judge.py",
                """
                import sys, tomllib
                from packaging.pylock import Pylock
                lock = Pylock.from_dict(tomllib.load(open(sys.argv[1], "rb")))
                lock.validate()
                for package in lock.packages:
                    wheel, = package.wheels
                    print(package.name, package.version, wheel.name, wheel.path or wheel.url)
                """)
            let said = try distribution.said(["python3", judge.string, file], [:])
            #expect(said.status == 0, "\(said.stderr)")
            let wheels = try distribution.storedWheels()
            #expect(
                said.stdout == """
                    spam 1.0 \(wheels[0]) \(distribution.wheels)/\(wheels[0])
                    zope-interface 7.0+local.1 \(wheels[1]) \(distribution.wheels)/\(wheels[1])

                    """)
            let python = try environment(distribution)
            let uv = try distribution.said(
                ["uv", "--no-cache", "pip", "install", "--python", python, "-r", file], alone)
            #expect(uv.status == 0, "\(uv.stderr)")
            #expect(try distribution.said([python, "-c", importAll], [:]).status == 0)
        }
    }

    @Test func `the lock file can name a server`() throws {
        try withInstalled { distribution in
            try WebServer.python(over: distribution.wheels) { server in
                let text = try distribution.spkg(
                    "export", "--format", "pylock", "--url", server.url
                ).stdout
                let file = try distribution.root.write("pylock.toml", text).string
                let python = try environment(distribution)
                let uv = try distribution.said(
                    ["uv", "--no-cache", "pip", "install", "--python", python, "-r", file], alone)
                #expect(uv.status == 0, "\(uv.stderr)")
                #expect(try distribution.said([python, "-c", importAll], [:]).status == 0)
                #expect(try server.requests().contains { $0.contains("2B") || $0.contains("+") })
            }
            #expect(try distribution.spkg("export", "--url", "http://x/").status == 64)
        }
    }

    @Test func `a wheel that is gone is an error`() throws {
        try withInstalled { distribution in
            let wheel = try #require(try distribution.storedWheels().first)
            try removeTree(distribution.wheels.appending(wheel))
            let said = try distribution.spkg("export")
            #expect(said.status == 1)
            #expect(said.stdout == "")
            #expect(said.stderr.contains(wheel), "\(said.stderr)")
        }
    }
}
