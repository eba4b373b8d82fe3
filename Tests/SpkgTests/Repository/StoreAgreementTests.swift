import Platform
import Support
import SystemPackage
import Testing

/// Every way to install and to uninstall, with every kind of package: afterwards wheels, pages, metadata
/// folders and records agree, whichever way it was.
@Suite struct StoreAgreementTests {
    enum Kind: String, CaseIterable {
        case wheel
        case postinst
        /// Its script stores the wheel and stages files beside it.
        case scripted
        /// Its script stores the wheel, and installs nothing of it.
        case stored

        func add(_ version: String, to distribution: Distribution) throws {
            let scripts: [String: String] =
                switch self {
                case .wheel: [:]
                case .postinst: ["postinst.in": "echo done >> \"$SAGE_LOCAL/share-ran\""]
                case .scripted:
                    [
                        "install.in":
                            "sdh_store_and_pip_install_wheel .\nmkdir -p \"$SAGE_DESTDIR_LOCAL/share\""
                            + "\ntouch \"$SAGE_DESTDIR_LOCAL/share/ham-\(version)\""
                    ]
                case .stored: ["install.in": "sdh_store_wheel ."]
                }
            try distribution.addWheelRecipe(
                "ham", version,
                files: ["ham/__init__.py": "", "ham/in_\(version.prefix(1)).py": ""],
                scripts: scripts)
        }
    }

    enum Way: String, CaseIterable {
        case install, upgrade, reinstall, keepExisting, downgrade, fromBuild, merge
        case afterPip, uninstall, keepFiles, keepFilesAndInstall, becomesPlain

        /// - Returns: the version that is installed in the end; nil for none.
        func go(_ kind: Kind, _ distribution: Distribution) throws -> String? {
            func spkg(_ words: String...) throws {
                try distribution.said([Distribution.program.string] + words, [:]).expectSuccess()
            }
            try kind.add(self == .downgrade ? "3.0" : "1.0", to: distribution)
            try spkg("install", "ham")
            switch self {
            case .install: return "1.0"
            case .upgrade, .downgrade:
                try kind.add("2.0", to: distribution)
                try spkg("install", "ham")
            case .reinstall:
                try distribution.root.write("build/pkgs/ham/SPKG.rst", "changed")
                try distribution.root.write("build/pkgs/ham/patches/x.txt", "changed")
                try spkg("install", "ham")
                return "1.0"
            case .keepExisting:
                try kind.add("2.0", to: distribution)
                try spkg("install", "--keep-existing", "ham")
            case .fromBuild:
                try kind.add("2.0", to: distribution)
                try spkg("build", "ham")
                try spkg("install", "--from-build", "ham")
            case .merge:
                // As with SAGE_SUDO, whose words go before commands.
                try kind.add("2.0", to: distribution)
                try distribution.install("ham", environment: ["SAGE_SUDO": "env"])
            case .afterPip:
                try distribution.pip("uninstall", "-q", "-y", "ham").expectSuccess()
                try kind.add("2.0", to: distribution)
                try spkg("install", "ham")
            case .uninstall:
                try spkg("uninstall", "ham")
                return nil
            case .keepFiles:
                try spkg("uninstall", "--keep-files", "ham")
                return nil
            case .keepFilesAndInstall:
                try spkg("uninstall", "--keep-files", "ham")
                try kind.add("2.0", to: distribution)
                try spkg("install", "ham")
            case .becomesPlain:
                try distribution.addScripted("ham", "2.0", scripts: ["install.in": ""])
                try spkg("install", "ham")
                return nil
            }
            return "2.0"
        }
    }

    @Test(arguments: Way.allCases)
    func `wheels, pages, metadata and records agree`(way: Way) throws {
        for kind in Kind.allCases {
            try Distribution.run { distribution in
                try distribution.addWheelRecipe("egg", "1.0")
                try distribution.install("egg")
                let version = try way.go(kind, distribution)
                let at: Comment = "\(way) of \(kind)"
                let wheel = version.map { ["ham-\($0)-py3-none-any.whl"] } ?? []
                #expect(
                    try distribution.storedWheels() == ["egg-1.0-py3-none-any.whl"] + wheel, at)
                let verify = try distribution.spkg("verify")
                #expect(verify.stdout == "" && verify.status == 0, "\(way) of \(kind): \(verify)")
                let index = try distribution.spkg("index", "--check")
                #expect(index.stdout == "" && index.status == 0, "\(way) of \(kind): \(index)")
                let folders = try distribution.metadataFolders().filter { $0.hasPrefix("ham") }
                if way == .keepFiles, kind != .stored {
                    #expect(folders == ["ham-1.0.dist-info"], at)
                } else if let version, kind != .stored {
                    #expect(folders == ["ham-\(version).dist-info"], at)
                } else {
                    #expect(folders == [], at)
                }
                #expect(try distribution.litter() == [], at)
                try distribution.spkg("uninstall", "ham").expectSuccess()
                #expect(try distribution.storedWheels() == ["egg-1.0-py3-none-any.whl"], at)
                #expect(try distribution.spkg("index", "--check").stdout == "", at)
            }
        }
    }

    @Test func `--keep-existing keeps what a script staged, and not the other version's modules`()
        throws
    {
        try Distribution.run { distribution in
            try Kind.scripted.add("1.0", to: distribution)
            try distribution.install("ham")
            try Kind.scripted.add("2.0", to: distribution)
            try distribution.install("--keep-existing", "ham")
            #expect(try distribution.local.exists("share/ham-1.0"))
            #expect(try distribution.local.exists("share/ham-2.0"))
            #expect(
                try distribution.site.appending("ham").listing().keys.sorted()
                    == ["__init__.py", "in_2.py"])
        }
    }
}
