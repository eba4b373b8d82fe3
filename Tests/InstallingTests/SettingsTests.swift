import Installing
import Platform
import Support
import SystemPackage
import Testing
import Trees

@Suite struct SettingsTests {
    @Test func `the nearest folder upwards with recipes is the root`() throws {
        try withTemporaryFolder { folder in
            try makeDirectories(folder.pushing("build/pkgs"))
            try makeDirectories(folder.pushing("some/where"))
            let settings = try Settings(
                environment: [:], workingDirectory: folder.pushing("some/where"))
            #expect(settings.root == folder)
            #expect(settings.local == Tree(folder.appending("local")))
            #expect(settings.venv == settings.local)
            #expect(settings.distfiles == folder.appending("upstream"))
            #expect(settings.logs == folder.pushing("logs/pkgs"))
        }
    }

    @Test func `variables of the old machinery keep their meaning`() throws {
        try withTemporaryFolder { folder in
            try makeDirectories(folder.pushing("root/build/pkgs"))
            let settings = try Settings(
                environment: [
                    "SAGE_ROOT": "root", "SAGE_LOCAL": "/opt/x", "SAGE_VENV": "venv",
                    "SAGE_DISTFILES": "", "SAGE_LOGS": "../logs",
                ], workingDirectory: folder)
            #expect(settings.root == folder.appending("root"))
            #expect(settings.local.root == "/opt/x")
            #expect(settings.venv.root == folder.appending("venv"))
            #expect(settings.distfiles == folder.pushing("root/upstream"))
            #expect(settings.logs == folder.removingLastComponent().appending("logs"))
        }
    }

    /// Whoever calls `spkg` by hand means the trees that make uses.
    @Test func `links that a distribution's configure made name its trees`() throws {
        try withTemporaryFolder { folder in
            try makeDirectories(folder.pushing("build/pkgs"))
            func trees(_ environment: [String: String] = [:]) throws -> [FilePath] {
                let settings = try Settings(environment: environment, workingDirectory: folder)
                return [settings.local.root, settings.venv.root]
            }
            let local = folder.appending("local")
            // A folder of this name is a person's own, and a word is no tree.
            try makeDirectories(folder.appending("prefix"))
            try folder.link("venv", to: "auto")
            #expect(try trees() == [local, local])
            try removeTree(folder.appending("venv"))
            // Not there yet.
            let venv = local.pushing("var/lib/sage/venv-python3.11")
            try makeDirectories(venv.removingLastComponent())
            try folder.link("venv", to: "local/var/lib/sage/venv-python3.11")
            #expect(try trees() == [local, venv])
            try removeTree(folder.appending("prefix"))
            try folder.link("prefix", to: "/opt/sage")
            #expect(try trees() == ["/opt/sage", venv])
            #expect(try trees(["SAGE_VENV": "/v"]) == ["/opt/sage", "/v"])
            #expect(try trees(["SAGE_LOCAL": "/l"]) == ["/l", "/l"])
            #expect(try trees(["SAGE_LOCAL": "/l", "SAGE_VENV": "/v"]) == ["/l", "/v"])
        }
    }

    @Test func `outside of a distribution the error says where it looked`() throws {
        try withTemporaryFolder { folder in
            do {
                _ = try Settings(environment: [:], workingDirectory: folder)
                Issue.record("found a root")
            } catch {
                #expect("\(error)".contains(folder.string))
                #expect("\(error)".contains("SAGE_ROOT"))
            }
        }
    }
}
