import Platform
import Support
import SystemPackage
import Testing

/// A source distribution of a few made-up packages in a temporary folder, and the real program
/// working on it.
struct Distribution {
    let root: FilePath
    var local: FilePath { root.appending("local") }
    var site: FilePath { local.pushing(FilePath("lib/python\(pythonVersion)/site-packages")) }
    var wheels: FilePath { local.appending("var/lib/sage/wheels") }

    static func run(_ body: (Distribution) throws -> Void) throws {
        try withTemporaryFolder { folder in
            let distribution = Distribution(root: folder)
            try folder.write("build/pkgs/python3/type", "standard\n")
            try body(distribution)
        }
    }

    /// Runs `spkg` in the distribution's folder.
    @discardableResult
    func spkg(_ arguments: String..., environment more: [String: String] = [:]) throws -> Said {
        try said([Self.program.string] + arguments, more)
    }

    func python(_ code: String) throws -> Said {
        try said([local.appending("bin/python3").string, "-c", code], [:])
    }

    func said(_ command: [String], _ more: [String: String]) throws -> Said {
        let environment = environment.merging(more) { $1 }
        let output = try Platform.run(
            ["env", "-C", root.string] + command, environment: environment)
        return Said(status: output.status, stdout: output.stdout, stderr: output.stderr)
    }

    /// Of every command here: nothing of the user's, no network, nothing durable.
    var environment: [String: String] {
        [
            "PATH": inherited("PATH") ?? "/usr/bin:/bin", "HOME": root.appending("home").string,
            "SPKG_DURABLE": "no", "LC_ALL": "C.UTF-8",
            "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "no_proxy": "*",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        ]
    }

    struct Said: Equatable {
        let status: Int
        let stdout: String
        let stderr: String
    }

    /// The tree as a person sees it: without logs, locks, caches, history and empty
    /// working folders.
    func tree() throws -> [String: String] {
        guard try status(local) != nil else { return [:] }
        return try local.listing {
            ["var/lock", "var/tmp", "var/lib/sage/history"].contains($0.string)
        }
    }

    /// What commands must not leave.
    func litter() throws -> [String] {
        try ["var/tmp/sage/stage", "var/lib/sage/changes"].flatMap { folder in
            let path = local.pushing(FilePath(folder))
            return try status(path) == nil ? [] : Array(path.listing().keys)
        }
    }

    // MARK: Recipes

    /// Adds a recipe and its sdist, or exchanges them.
    ///
    /// - Parameters:
    ///   - files: Python files of the wheel, path → text.
    ///   - project: more of `pyproject.toml`.
    ///   - backend: extra Python for the build, run before the wheel is written.
    func add(
        _ name: String, _ version: String, files: [String: String]? = nil,
        dependencies: String = "", requires: [String] = [], project: String = "",
        backend: String = "",
        distribution: String? = nil, change: (inout TarWriter) -> Void = { _ in }
    ) throws {
        let files = files ?? ["\(name).py": "version = '\(version)'\n"]
        var tar = TarWriter()
        let top = "\(name)-\(version)"
        tar.directory(top)
        tar.file(
            "\(top)/pyproject.toml",
            """
            [build-system]
            requires = [\(requires.map { "\"\($0)\"" }.joined(separator: ", "))]
            build-backend = "backend"
            backend-path = ["."]
            \(project)
            """)
        tar.file("\(top)/NAME", "\(name) \(version)")
        tar.file("\(top)/backend.py", Self.backend.replacing("# EXTRA", with: backend))
        for (path, text) in files.sorted(by: { $0.key < $1.key }) {
            tar.file("\(top)/src/\(path)", text)
        }
        change(&tar)
        let archive = gzip(tar.finished)
        try makeDirectories(root.appending("upstream"))
        try writeFile(root.pushing(FilePath("upstream/\(top).tar.gz")), archive)
        let recipe = root.pushing(FilePath("build/pkgs/\(name)"))
        try recipe.write("type", "standard\n")
        try recipe.write("package-version.txt", "\(version)\n")
        try recipe.write("dependencies", "\(dependencies)\n")
        try recipe.write("version_requirements.txt", "\(distribution ?? name)\n")
        try recipe.write(
            "checksums.ini",
            "tarball=\(name)-VERSION.tar.gz\nsha256=\(Digest(of: archive).hex)\n")
    }

    /// A PEP 517 backend of its own for each sdist, so that tests need nothing from outside. The same
    /// input gives the same wheel: its files carry no time.
    private static let backend = """
        import base64, hashlib, os, zipfile
        def get_requires_for_build_wheel(config_settings=None):
            return []
        def build_wheel(directory, config_settings=None, metadata_directory=None):
            name, version = open("NAME").read().split()
            extra = {}
            # EXTRA
            info = "%s-%s.dist-info/" % (name, version)
            files = {}
            for folder, _, names in os.walk("src"):
                for n in names:
                    path = os.path.join(folder, n)
                    files[os.path.relpath(path, "src")] = open(path, "rb").read()
            files.update(extra)
            files[info + "METADATA"] = (
                "Metadata-Version: 2.1\\nName: %s\\nVersion: %s\\n" % (name, version)).encode()
            files[info + "WHEEL"] = (
                "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n").encode()
            rows = []
            wheel = "%s-%s-py3-none-any.whl" % (name, version)
            with zipfile.ZipFile(os.path.join(directory, wheel), "w", zipfile.ZIP_DEFLATED) as z:
                for path, data in files.items():
                    z.writestr(zipfile.ZipInfo(path), data, zipfile.ZIP_DEFLATED)
                    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
                    rows.append("%s,sha256=%s,%d" % (path, digest, len(data)))
                rows.append(info + "RECORD,,")
                z.writestr(zipfile.ZipInfo(info + "RECORD"), "\\n".join(rows) + "\\n")
            return wheel
        """

    /// Built beside these tests.
    static let program: FilePath = {
        if let named = inherited("SPKG_TEST_PROGRAM") { return FilePath(named) }
        return projectFolder.pushing(".build/debug/spkg")
    }()

    /// The programs that scripts of recipes call.
    static let buildBin = projectFolder.pushing("build/bin")

    /// The folder that these tests are of.
    /// The program's own helpers; the distribution has none.
    static let helpers = projectFolder.pushing("build/bin")

}

/// `3.11`: of the Python on PATH, of which trees are made.
let pythonVersion: String = {
    let said = try? Platform.run(
        ["python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2], end='')"],
        environment: ["PATH": inherited("PATH") ?? ""])
    return said?.stdout ?? "python3 is missing"
}()
