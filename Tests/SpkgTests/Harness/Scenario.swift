import Platform
import Support
import SystemPackage

/// A command that changes a tree, to be disturbed at any of its calls.
struct Scenario: Sendable, CustomStringConvertible {
    let description: String
    /// Makes the old tree.
    let prepare: @Sendable (Distribution) throws -> Void
    /// The command, as `spkg` gets it.
    let arguments: @Sendable (Distribution) -> [String]
    /// Calls before the first one whose path ends so are not disturbed: a build's.
    var from: String?
    var hasRenameFlags = true
    /// Whether what can't be done is the command's answer, on stdout, and no error.
    var answersFailures = false

    static let lock = "var/lock/pip3.lock"

    /// Scenarios that take a moment each.
    static let all = [
        upgrade, uninstall, reinstall, plain, merge, packageUninstall, packageUpgrade,
        packageRepair, interpreterRepair,
    ]

    static let upgrade = Scenario("upgrade of a wheel", installing: "2.0")
    static let plain = Scenario(
        "upgrade where renames have no flags", installing: "2.0", hasRenameFlags: false)
    static let uninstall = Scenario(
        description: "uninstall of a wheel",
        prepare: {
            try $0.installWheel("1.0")
            try $0.local.write("share/spam/mine.txt", "a user's")
        },
        arguments: { ["wheel", "uninstall", "--tree", $0.local.string, "spam"] })
    static let reinstall = Scenario(
        "reinstall over user's files", installing: "1.0"
    ) { distribution in
        let spam = distribution.site.appending("spam")
        try spam.write("mine.py", "a user's")
        try spam.write("a.py", "edited")
        try spam.write("sub/notes/deep.txt", "a user's")
        let cache = "a.cpython-\(pythonVersion.filter { $0 != "." }).pyc"
        try spam.write(FilePath("__pycache__/\(cache)"), "code")
        try distribution.local.write("bin/mine", "a user's", mode: 0o555)
    }
    static let packageUninstall = Scenario(
        description: "uninstall of a package with its stored wheel, pages and record",
        prepare: {
            try $0.add("ham", "1.0")
            try $0.add("spam", "1.0", files: $0.modules("1.0"))
            try $0.expectDone("install", "ham", "spam")
        },
        arguments: { _ in ["uninstall", "spam"] })
    static let packageUpgrade = Scenario(
        description: "upgrade of a package with its stored wheel, pages and record",
        prepare: {
            try $0.add("spam", "1.0", files: $0.modules("1.0"))
            try $0.expectDone("install", "spam")
            try $0.add("spam", "2.0", files: $0.modules("2.0"))
        },
        arguments: { _ in ["install", "spam"] }, from: lock)

    static let packageRepair = Scenario(
        description: "repair of a package with its pages and metadata",
        prepare: { distribution in
            try distribution.add("spam", "1.0", files: distribution.modules("1.0"))
            try distribution.expectDone("install", "spam")
            try distribution.site.write("spam/a.py", "damaged")
            try distribution.site.write("spam/mine.py", "a user's")
            try removeTree(distribution.site.appending("spam-1.0.dist-info"))
            try removeTree(distribution.wheels.pushing("simple/spam"))
        },
        arguments: { _ in ["repair"] }, answersFailures: true)
    static let interpreterRepair = Scenario(
        description: "repair of the links to an interpreter that is gone",
        prepare: { distribution in
            try distribution.installWheel("1.0")
            for link in ["python", "python3", "python\(pythonVersion)"] {
                try removeTree(distribution.local.appending("bin").appending(link))
                try distribution.local.link(
                    FilePath("bin/\(link)"), to: "/nowhere/python3.1")
            }
        },
        arguments: { ["repair", "--tree", $0.local.string] })

    static let merge = Scenario(
        description: "merge of a stage over an older version",
        prepare: { distribution in
            try distribution.makeEnvironment()
            try distribution.fillWithGmp("1", in: "local")
            try distribution.local.write("share/gmp/mine.txt", "a user's")
            try distribution.fillWithGmp("2", in: "stage")
            // Made by the first command that ever writes.
            try makeDirectories(distribution.local.pushing("var/lib/sage/changes"))
        },
        arguments: { _ in ["merge", "stage", "local", "--package", "gmp"] })

    private init(
        _ description: String, installing version: String, hasRenameFlags: Bool = true,
        prepare: @escaping @Sendable (Distribution) throws -> Void = { _ in }
    ) {
        self.init(
            description: description,
            prepare: {
                try $0.installWheel("1.0")
                try prepare($0)
                try $0.wheel(version).write(in: $0.root)
            },
            arguments: {
                [
                    "wheel", "install", "--tree", $0.local.string,
                    "spam-\(version)-py3-none-any.whl",
                ]
            }, hasRenameFlags: hasRenameFlags)
    }

    init(
        description: String, prepare: @escaping @Sendable (Distribution) throws -> Void,
        arguments: @escaping @Sendable (Distribution) -> [String], from: String? = nil,
        hasRenameFlags: Bool = true, answersFailures: Bool = false
    ) {
        self.description = description
        self.prepare = prepare
        self.arguments = arguments
        self.from = from
        self.hasRenameFlags = hasRenameFlags
        self.answersFailures = answersFailures
    }
}

extension Distribution {
    /// A little of everything that a wheel can hold.
    func wheel(_ version: String) -> WheelBuilder {
        var wheel = WheelBuilder("spam", version)
        for (path, text) in modules(version) { wheel.add(path, text) }
        wheel.add("single.py", "version = '\(version)'\n")
        wheel.add("spaces/shared/in_\(version.prefix(1)).py", "")
        wheel.add("\(wheel.dataFolder)/scripts/spam-tool", "#!python\nprint('\(version)')\n")
        wheel.add("\(wheel.dataFolder)/data/share/spam/data.txt", version)
        wheel.add("\(wheel.dataFolder)/headers/spam.h", "// \(version)\n")
        wheel.consoleScripts = ["spam = spam:main"]
        return wheel
    }

    func modules(_ version: String) -> [String: String] {
        [
            "spam/__init__.py": "version = '\(version)'\ndef main(): print(version)\n",
            "spam/a.py": "version = '\(version)'\n", "spam/sub/b.py": "version = '\(version)'\n",
            "spam/only_\(version.prefix(1)).py": "", "spam.pth": "import spam\n",
        ]
    }

    /// Makes the tree an environment if need be, and installs the wheel of this version.
    func installWheel(_ version: String) throws {
        try makeEnvironment()
        let path = try wheel(version).write(in: root)
        try expectDone("wheel", "install", "--tree", local.string, path.string)
    }

    /// What `make install` of a C library leaves, with a record.
    func fillWithGmp(_ version: String, in folder: FilePath) throws {
        let place = root.pushing(folder)
        let files = [
            "include/gmp.h", "lib64/libgmp.so.\(version)", "lib64/gmp/plugin.\(version)",
            "bin/gmp-tool", "share/gmp/doc/manual.\(version)", "share/gmp/doc/index",
        ]
        for file in files { try place.write(FilePath(file), "\(file) \(version)", mode: 0o555) }
        try place.link("lib/libgmp.so", to: FilePath("libgmp.so.\(version)"))
        try place.link("share/gmp/dangling", to: "nowhere")
        let list = (files + ["lib/libgmp.so", "share/gmp/dangling"]).map { "\"\($0)\"" }
        try place.write(
            FilePath("var/lib/sage/installed/gmp-\(version)"),
            """
            {"package_name": "gmp", "package_version": "\(version)", "install_date": "",
             "system_uname": "", "files": [\(list.joined(separator: ", "))]}
            """)
    }

    /// Makes the tree a virtual environment by Python's own means.
    func makeEnvironment(of python: String = realPython) throws {
        if try status(local) != nil { return }
        let made = try said([python, "-m", "venv", "--without-pip", local.string], [:])
        guard made.status == 0 else { throw Undone(said: made) }
    }

    func expectDone(_ arguments: String...) throws {
        let said = try said([Self.program.string] + arguments, [:])
        guard said.status == 0 else { throw Undone(said: said) }
    }

    /// A command failed that only prepares a test.
    struct Undone: Error { let said: Said }
}

/// The program behind `python3` on PATH, which may be an environment in a private folder.
let realPython: String = {
    let said = try? Platform.run(
        ["python3", "-c", "import os, sys; print(os.path.realpath(sys.executable), end='')"],
        environment: ["PATH": inherited("PATH") ?? ""])
    return said?.stdout ?? "python3 is missing"
}()
