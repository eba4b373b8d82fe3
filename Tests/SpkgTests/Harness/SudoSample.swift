import Glibc
import Platform
import Support
import SystemPackage
import Testing

/// For tests of SAGE_SUDO; `.ci/run` makes the user and says so in SPKG_TEST_USER.
let sudoUser = geteuid() == 0 ? inherited("SPKG_TEST_USER") : nil

/// A distribution of the user's with a tree of root's.
struct SudoSample {
    let distribution: Distribution
    let user: String
    var log: FilePath { distribution.root.appending("sudo.log") }

    static func run(_ body: (SudoSample) throws -> Void) throws {
        try Distribution.run { distribution in
            let sample = SudoSample(distribution: distribution, user: try #require(sudoUser))
            // The user must reach the folder, and the program wherever this clone is.
            chmod(distribution.root.string, 0o755)
            try makeDirectories(distribution.local, mode: 0o755)
            try distribution.copyProgram()
            try distribution.root.write(
                "logged-sudo",
                "#!/bin/sh\necho \"$@\" >> '\(sample.log)'\nexec sudo -E \"$@\"\n")
            chmod(distribution.root.appending("logged-sudo").string, 0o755)
            try body(sample)
        }
    }

    var program: FilePath { distribution.root.pushing("bin/spkg") }

    /// Gives everything but the tree to the user.
    func handOver() throws {
        for entry in try Directory(opening: distribution.root).entries()
        where entry.name != "local" {
            let path = distribution.root.appending(entry.name)
            #expect(try asRoot(["chown", "-R", user, path.string]).status == 0)
        }
        #expect(try asRoot(["chown", user, distribution.root.string]).status == 0)
    }

    func asRoot(_ command: [String]) throws -> Distribution.Said {
        try distribution.said(command, [:])
    }

    /// As the user, who has SAGE_SUDO set.
    @discardableResult
    func spkg(
        _ arguments: String..., sudo: String? = nil, environment: [String: String] = [:]
    ) throws -> Distribution.Said {
        try asUser([program.string] + arguments, sudo: sudo, environment)
    }

    func asUser(
        _ command: [String], sudo: String? = nil, _ more: [String: String] = [:]
    ) throws -> Distribution.Said {
        let environment = environment(sudo: sudo).merging(more) { $1 }
        return try distribution.said(words(command), environment)
    }

    func words(_ command: [String]) -> [String] {
        ["setpriv", "--reuid", user, "--regid", user, "--init-groups"] + command
    }

    func environment(sudo: String? = nil) -> [String: String] {
        // Its words are split at blanks, and the folder's name has one.
        [
            "SAGE_SUDO": sudo ?? "logged-sudo",
            "PATH": "\(distribution.root):\(inherited("PATH") ?? "")",
        ]
    }

    /// What outside of the tree belongs to root: nothing may.
    func leftOfRoot() throws -> String {
        let root = distribution.root.string
        return try asRoot([
            "find", root, "-path", distribution.local.string, "-prune", "-o", "-user", "root",
            "-not", "-name", "*.roots", "-print",
        ]).stdout
    }

    /// A SAGE_SUDO by which only the first command that names `word` ends so.
    func sudo(failing word: String, by fault: Fault) throws -> String {
        let log = distribution.root.appending("calls.roots")
        let environment = try Fault.environment(fault, in: program, log: log)
            .map { "'\($0.key)=\($0.value)'" }.joined(separator: " ")
        try distribution.root.write(
            "failing.roots",
            """
            #!/bin/sh
            case " $* " in
                *" \(word) "*) exec sudo -E env \(environment) "$@" ;;
            esac
            exec logged-sudo "$@"

            """, mode: 0o755)
        return "failing.roots"
    }

    /// What in the tree does not belong to root.
    func strangers() throws -> String {
        try asRoot(["find", distribution.local.string, "!", "-user", "root"]).stdout
    }
}

extension Distribution {
    /// Copies the program and its helpers to where other users reach them.
    @discardableResult
    func copyProgram() throws -> FilePath {
        for folder in ["bin", "libexec"] { try makeDirectories(root.appending(folder)) }
        let program = root.pushing("bin/spkg")
        try copyFile(Self.program, to: program, mode: 0o755)
        try Directory(opening: Self.helpers.removingLastComponent()).copyTree(
            Self.helpers.lastComponent!, to: "spkg",
            in: Directory(opening: root.appending("libexec")))
        return program
    }

    /// A C program with a configure script and a makefile.
    func addProgram(_ version: String) throws {
        var tar = TarWriter()
        let top = "hello-\(version)"
        tar.directory(top)
        tar.file(
            "\(top)/hello.c",
            "#include <stdio.h>\nint main(void) { puts(\"hello \(version)\"); return 0; }\n")
        tar.file(
            "\(top)/Makefile",
            """
            hello: hello.c
            \t$(CC) -o hello hello.c
            install: hello
            \tmkdir -p "$(DESTDIR)$(SAGE_INST_LOCAL)/bin"
            \tcp hello "$(DESTDIR)$(SAGE_INST_LOCAL)/bin/"
            """)
        let path = root.pushing(FilePath("upstream/\(top).tar.gz"))
        try makeDirectories(path.removingLastComponent())
        try writeFile(path, gzip(tar.finished))
        try addRecipe("hello", version, archive: path)
        try root.write(
            "build/pkgs/hello/spkg-install.in", "cd src\nsdh_make\nsdh_make_install\n")
    }

    func addRecipe(
        _ name: String, _ version: String, archive: FilePath, dependencies: String = ""
    ) throws {
        let recipe = root.pushing(FilePath("build/pkgs/\(name)"))
        try recipe.write("type", "standard\n")
        try recipe.write("package-version.txt", "\(version)\n")
        try recipe.write("dependencies", "\(dependencies)\n")
        let digest = try Digest(ofFile: File(reading: archive)).hex
        try recipe.write(
            "checksums.ini", "tarball=\(archive.lastComponent!)\nsha256=\(digest)\n")
    }
}
