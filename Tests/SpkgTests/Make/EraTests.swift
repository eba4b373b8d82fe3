import Platform
import Support
import SystemPackage
import Testing

/// Small distributions as those of each era are (`Tests/Real/trees`): their own make and their own
/// sage-logger run the installer. What a real checkout does is tried by `make test-real`.
@Suite struct EraTests {
    @Test(arguments: ["sage9", "sage10", "passagemath"])
    func `a distribution's own make installs and uninstalls by spkg`(era: String) async throws {
        // Makefiles of distributions bear no blanks.
        try await inTemporaryFolder(named: "spkg-") { folder in
            let tests = Distribution.buildBin.removingLastComponent().removingLastComponent()
                .pushing("Tests/Real")
            let tree = folder.appending(era)
            let environment = Distribution(root: folder).environment
            func python(_ words: String...) throws -> ChildOutput {
                try Platform.run(
                    ["python3", "-B"] + words, environment: environment, mergingErrors: true)
            }
            let made = try python(tests.appending("made.py").string, era, tree.string)
            try #require(made.status == 0, "\(made.stdout)")
            let tried = try python(
                tests.appending("real.py").string, tree.string, Distribution.program.string,
                tree.appending("recipes.txt").string, "--by-make",
                "--work", folder.appending("work").string,
                "--upstream", tree.appending("upstream").string)
            #expect(tried.status == 0, "\(tried.stdout)")
        }
    }
}
