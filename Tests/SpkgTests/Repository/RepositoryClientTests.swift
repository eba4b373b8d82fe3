import Platform
import Support
import SystemPackage
import Testing

/// Real clients install real wheels from a repository that `spkg index` made, and from nowhere else.
///
/// pip, uv and pipenv come from PATH; `make test` brings them and the wheels.
@Suite(.serialized) struct RepositoryClientTests {
    /// A repository of numpy, pillow and six.
    private func withRepository(_ body: (Distribution, FilePath) throws -> Void) throws {
        try Distribution.run { distribution in
            let folder = distribution.root.appending("the wheels")
            let said = try distribution.said(
                ["cp", "-a", Self.realWheels.string, folder.string], [:])
            try #require(said.status == 0, "make test brings these: \(said.stderr)")
            let index = try distribution.spkg("index", folder.string)
            try #require(index.status == 0, "\(index.stderr)")
            #expect(try distribution.complaints(about: folder) == "")
            try body(distribution, folder)
        }
    }

    private static let realWheels = projectFolder.pushing(".build/wheels-for-tests")

    /// `name==version` and the wheel's hash, a line for each, computed here.
    private func requirements(_ folder: FilePath) throws -> String {
        let names = try Directory(opening: folder).entries().map(\.name.string)
        return try names.filter { $0.hasSuffix(".whl") }.sorted().map { name in
            let parts = name.split(separator: "-")
            let digest = try Digest(ofFile: File(reading: folder.appending(name))).hex
            return "\(parts[0])==\(parts[1]) --hash=sha256:\(digest)\n"
        }.joined()
    }

    enum Client: String, CaseIterable {
        case pip, uv
    }

    /// Installs into a new environment, only from `index` and only what has the right hash.
    private func install(
        _ requirements: String, with client: Client, from index: String,
        _ distribution: Distribution, more: [String] = []
    ) throws -> (said: Distribution.Said, python: String) {
        let environment = distribution.root.appending("environment")
        try removeTree(environment)
        let made = try distribution.said(
            ["python3", "-m", "venv", "--without-pip", environment.string], [:])
        try #require(made.status == 0, "\(made.stderr)")
        let python = environment.pushing("bin/python3").string
        let file = try distribution.root.write("requirements.txt", requirements).string
        let command =
            switch client {
            case .pip: ["python3", "-m", "pip", "--python", python, "install", "--no-cache-dir"]
            case .uv: ["uv", "pip", "install", "--no-cache", "--python", python]
            }
        return (
            try distribution.said(
                command + ["--index-url", index, "-r", file] + more, Self.alone), python
        )
    }

    /// Nothing that the user has set up for these tools.
    private static let alone = ["PIP_CONFIG_FILE": "/dev/null", "UV_NO_CONFIG": "1"]

    private func expectToWork(
        _ python: String, _ distribution: Distribution,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let said = try distribution.said(
            [
                python, "-c",
                "import numpy, PIL.Image, six; print(numpy.arange(3).sum(), six.PY3, end='')",
            ], [:])
        #expect(said.stdout == "3 True", "\(said.stderr)", sourceLocation: sourceLocation)
    }

    @Test(arguments: Client.allCases)
    func `from the folder itself, with hashes checked`(client: Client) throws {
        try withRepository { distribution, folder in
            let index = "file://\(percentEncodedPath(folder))/simple"
            let wanted = try requirements(folder)
            let (said, python) = try install(wanted, with: client, from: index, distribution)
            #expect(said.status == 0, "\(said.stderr)")
            try expectToWork(python, distribution)

            let wrong = "six==1.17.0 --hash=sha256:\(String(repeating: "0", count: 64))\n"
            let refused = try install(wrong, with: client, from: index, distribution)
            #expect(refused.said.status != 0)
        }
    }

    @Test(arguments: Client.allCases)
    func `from Python's own server`(client: Client) throws {
        try withRepository { distribution, folder in
            try WebServer.python(over: folder) { server in
                let (said, python) = try install(
                    requirements(folder), with: client, from: "\(server.url)/simple/",
                    distribution)
                #expect(said.status == 0, "\(said.stderr)")
                try expectToWork(python, distribution)
            }
        }
    }

    /// Where CI runs, a client that is missing is a failure, not a reason to leave something out.
    static let expectsNginx = inherited("CI") != nil || WebServer.hasNginx

    @Test(
        .enabled(if: expectsNginx, "NOT TESTED: no nginx; on Debian: .ci/setup nginx-light"),
        arguments: Client.allCases)
    func `from nginx, which hands out JSON to who asks for it`(client: Client) throws {
        try withRepository { distribution, folder in
            try WebServer.nginx(over: folder) { server in
                let (said, python) = try install(
                    requirements(folder), with: client, from: "\(server.url)/simple/",
                    distribution)
                #expect(said.status == 0, "\(said.stderr)")
                try expectToWork(python, distribution)
                let requests = try server.requests()
                for name in ["numpy", "pillow", "six"] {
                    let wanted =
                        "\"GET /simple/\(name)/ HTTP/1.1\" application/vnd.pypi.simple.v1+json"
                    #expect(requests.contains(wanted), "\(requests)")
                }
            }
        }
    }

    /// The newest spam needs a ham that there isn't. Who reads METADATA alone never asks for its
    /// wheel.
    @Test(arguments: Client.allCases)
    func `what can't be taken is seen from METADATA, without the wheel`(client: Client) throws {
        try Distribution.run { distribution in
            let folder = distribution.root.appending("wheels")
            try makeDirectories(folder)
            try WheelBuilder("ham", "1.0").write(in: folder)
            for (version, ham) in [("1.0", "ham"), ("2.0", "ham>=2")] {
                var wheel = WheelBuilder("spam", version)
                wheel.metadata = ["Requires-Dist: \(ham)"]
                try wheel.write(in: folder)
            }
            #expect(try distribution.spkg("index", folder.string).status == 0)
            try WebServer.python(over: folder) { server in
                let (said, python) = try install(
                    "spam\n", with: client, from: "\(server.url)/simple/", distribution)
                #expect(said.status == 0, "\(said.stderr)")
                let version = "import importlib.metadata as m; print(m.version('spam'), end='')"
                #expect(try distribution.said([python, "-c", version], [:]).stdout == "1.0")
                let requests = try server.requests()
                func isAsked(_ file: String) -> Bool {
                    requests.contains { $0.contains("GET /\(file) ") }
                }
                #expect(isAsked("spam-2.0-py3-none-any.whl.metadata"), "\(requests)")
                #expect(!isAsked("spam-2.0-py3-none-any.whl"), "\(requests)")
                #expect(isAsked("spam-1.0-py3-none-any.whl"), "\(requests)")
            }
        }
    }

    @Test func `pipenv locks with hashes and installs`() throws {
        try withRepository { distribution, folder in
            try WebServer.python(over: folder) { server in
                let project = distribution.root.appending("project")
                try project.write(
                    "Pipfile",
                    """
                    [[source]]
                    name = "wheels"
                    url = "\(server.url)/simple"
                    verify_ssl = false

                    [packages]
                    numpy = "*"
                    pillow = "*"
                    six = "*"
                    """)
                let alone = Self.alone.merging([
                    "PIPENV_VENV_IN_PROJECT": "1", "PIPENV_NOSPIN": "1", "PIPENV_YES": "1",
                    "PIPENV_IGNORE_VIRTUALENVS": "1", "VIRTUALENV_NO_PERIODIC_UPDATE": "1",
                    "PIPENV_PIPFILE": project.appending("Pipfile").string,
                ]) { $1 }
                let said = try distribution.said(["pipenv", "install"], alone)
                #expect(said.status == 0, "\(said.stdout)\n\(said.stderr)")
                // The pages have the hashes: nothing need be downloaded to compute them.
                #expect(!(said.stdout + said.stderr).contains("obtain hash"), "\(said)")
                let lock = try project.text("Pipfile.lock")
                for line in try requirements(folder).split(separator: "\n") {
                    let hash = line.split(separator: "--hash=")[1]
                    #expect(lock.contains("\"\(hash)\""), "\(line)")
                }
                try expectToWork(project.pushing(".venv/bin/python").string, distribution)
            }
        }
    }
}

/// A path as part of a file:// address.
func percentEncodedPath(_ path: FilePath) -> String {
    path.string.utf8.map { byte in
        let plain =
            byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_") || Character(Unicode.Scalar(byte)).isLetter && byte < 128
            || Character(Unicode.Scalar(byte)).isNumber && byte < 128
        return plain
            ? String(Unicode.Scalar(byte))
            : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
}
