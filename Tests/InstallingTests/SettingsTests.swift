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
