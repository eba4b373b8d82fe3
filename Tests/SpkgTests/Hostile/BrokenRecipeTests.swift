import Platform
import Support
import SystemPackage
import Testing

/// A recipe that is broken stops what needs it, and a listing says so; nothing else.
@Suite struct BrokenRecipeTests {
    enum Fault: String, CaseIterable {
        case unknownDependency, cycle, type, version, checksums

        func add(to distribution: Distribution) throws {
            let odd = distribution.root.appending("build/pkgs/odd")
            try distribution.addScripted("odd", scripts: ["install.in": ""])
            switch self {
            case .unknownDependency: try odd.write("dependencies", "gone\n")
            case .cycle: try odd.write("dependencies", "odd\n")
            case .type: try odd.write("type", "sometimes\n")
            case .version: try odd.write("package-version.txt", "1 2\n")
            case .checksums: try odd.write("checksums.ini", "sha256=0\n")
            }
        }

        /// The file that every message names.
        var file: String {
            switch self {
            case .unknownDependency, .cycle: "odd/dependencies"
            case .type: "odd/type"
            case .version: "odd/package-version.txt"
            case .checksums: "odd/checksums.ini"
            }
        }
    }

    @Test(arguments: Fault.allCases)
    func `only what needs it is stopped`(fault: Fault) throws {
        try Distribution.run { distribution in
            try fault.add(to: distribution)
            try distribution.addScripted(
                "needs", scripts: ["install.in": ""], dependencies: "odd")
            try distribution.addScripted("lib", scripts: ["install.in": ""])
            try distribution.addScripted("ham", scripts: ["install.in": ""], dependencies: "lib")
            try distribution.install("ham")
            #expect(try distribution.spkg("deps", "ham").stdout == "lib\n")
            #expect(try distribution.spkg("info", "ham").status == 0)
            for command in [["install", "odd"], ["install", "needs"], ["deps", "needs"]] {
                let said = try distribution.said([Distribution.program.string] + command, [:])
                #expect(said.status == 1, "\(command): \(said)")
                #expect(said.stderr.contains(fault.file), "\(command): \(said)")
            }
            let misspelt = try distribution.spkg("install", "hamm")
            #expect(misspelt.stderr.contains("did you mean ham"), "\(misspelt)")
            try distribution.spkg("uninstall", "ham").expectSuccess()
        }
    }

    @Test(arguments: Fault.allCases)
    func `listings have all the others, and say what is wrong`(fault: Fault) throws {
        try Distribution.run { distribution in
            try fault.add(to: distribution)
            try distribution.addScripted("ham", scripts: ["install.in": ""])
            let isReadable = [Fault.unknownDependency, .cycle].contains(fault)
            let list = try distribution.spkg("list", "--all", "--names")
            #expect(list.stdout == (isReadable ? "ham\nodd\npython3\n" : "ham\npython3\n"))
            #expect(list.status == (isReadable ? 0 : 1))
            #expect(list.stderr.contains(fault.file), "\(list)")
            let make = try distribution.spkg("makefile", "--output", "packages.mk")
            #expect(make.status == 0)
            #expect(make.stderr.contains(fault.file), "\(make)")
            let said = try distribution.bash("make -f packages.mk SPKG=\"$SPKG\" ham")
            #expect(said.status == 0, "\(said)")
            let odd = try distribution.bash("make -f packages.mk SPKG=\"$SPKG\" odd")
            #expect(odd.status != 0)
            #expect(odd.stderr.contains(fault.file), "\(odd)")
        }
    }

    @Test(arguments: [Fault.type, .version, .checksums])
    func `what is installed can be uninstalled though its recipe is broken`(fault: Fault) throws {
        try Distribution.run { distribution in
            try distribution.addWheelRecipe("odd", "1.0")
            try distribution.install("odd")
            try fault.add(to: distribution)
            let said = try distribution.spkg("uninstall", "odd")
            #expect(said.status == 0, "\(said)")
            #expect(try distribution.records() == [])
            #expect(try distribution.storedWheels() == [])
        }
    }

    @Test func `what is installed can be uninstalled without a recipe`() throws {
        try Distribution.run { distribution in
            try distribution.addWheelRecipe("odd", "1.0")
            try distribution.install("odd")
            try distribution.removeRecipe("odd")
            try distribution.spkg("uninstall", "odd").expectSuccess()
            #expect(try distribution.metadataFolders() == [])
            #expect(try distribution.spkg("verify").stdout == "")
        }
    }
}
