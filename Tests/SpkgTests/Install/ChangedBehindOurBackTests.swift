import Platform
import Support
import SystemPackage
import Testing

/// An install that undoes what pip, or somebody by hand, has done says so.
@Suite struct ChangedBehindOurBackTests {
    enum Act: String, CaseIterable {
        case otherVersion, sameVersion, uninstalled, changedFile, removedFile

        var message: String {
            switch self {
            case .otherVersion: "pip has installed ham 7.0"
            case .sameVersion: "pip has installed it again"
            case .uninstalled: "it was uninstalled"
            case .changedFile, .removedFile: "files were changed or removed: "
            }
        }
    }

    @Test(arguments: Act.allCases)
    func `an upgrade says what it undoes`(act: Act) throws {
        try Distribution.run { distribution in
            try distribution.addWheelRecipe("ham", "1.0", files: ["ham.py": "", "b.py": "x = 1\n"])
            try distribution.install("ham")
            switch act {
            case .otherVersion, .sameVersion:
                let wheel = WheelBuilder("ham", act == .sameVersion ? "1.0" : "7.0")
                try distribution.pip(
                    "install", "-q", "--no-index", "--force-reinstall", "--no-compile",
                    wheel.write(in: distribution.root).string
                ).expectSuccess()
            case .uninstalled: try distribution.pip("uninstall", "-q", "-y", "ham").expectSuccess()
            case .changedFile: try distribution.site.write("b.py", "x = 2\n")
            case .removedFile: try removeTree(distribution.site.appending("b.py"))
            }
            try distribution.addWheelRecipe("ham", "2.0")
            let said = try distribution.install("ham")
            #expect(said.stderr.contains(act.message), "\(said)")
            #expect(try distribution.spkg("verify").stdout == "")
        }
    }

    @Test func `what pip had installed before the package is replaced, and that is said`() throws {
        try Distribution.run { distribution in
            try distribution.makeEnvironment()
            let wheel = try WheelBuilder("ham", "7.0").write(in: distribution.root)
            try distribution.pip("install", "-q", "--no-index", "--no-compile", wheel.string)
                .expectSuccess()
            try distribution.addWheelRecipe("ham", "2.0")
            let said = try distribution.install("ham")
            #expect(said.stderr.contains("pip had installed ham 7.0"), "\(said)")
            #expect(try distribution.metadataFolders() == ["ham-2.0.dist-info"])
        }
    }

    @Test func `an upgrade of what nobody changed says nothing`() throws {
        try Distribution.run { distribution in
            try distribution.addWheelRecipe("ham", "1.0")
            try distribution.install("ham")
            try distribution.addWheelRecipe("ham", "2.0")
            #expect(try !distribution.install("ham").stderr.contains("since"))
        }
    }

    @Test(arguments: [
        ("1.5", "0.0.0", true), ("1.5.p1", "1.5", false), ("10.6.beta3", "10.6b3", false),
    ])
    func `a wheel of another version than the recipe's is a warning`(
        recipe: String, wheel: String, warns: Bool
    ) throws {
        try Distribution.run { distribution in
            try distribution.addWheelRecipe("ham", recipe, says: wheel)
            let said = try distribution.install("ham")
            #expect(said.stderr.contains("its wheel says version \(wheel)") == warns, "\(said)")
        }
    }
}
