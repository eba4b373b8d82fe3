import Platform
import Support
import SystemPackage
import Testing

/// RECORD of an installed distribution is gone, empty or cut short: nothing is left behind in silence.
@Suite struct LostFileListTests {
    enum Loss: String, CaseIterable {
        case gone, empty, cut
    }

    enum Act: String, CaseIterable {
        case uninstall, upgrade, byHand
    }

    private func run(
        _ loss: Loss, _ act: Act, keepsWheel: Bool,
        _ body: (Distribution, Distribution.Said) throws -> Void
    ) throws {
        try Distribution.run { distribution in
            try distribution.addWheelRecipe(
                "ham", "1.0", files: ["ham/__init__.py": "", "ham/a.py": "", "other.py": ""])
            try distribution.addWheelRecipe("egg", "1.0", files: ["ham/of_egg.py": ""])
            try distribution.install("ham", "egg")
            let record = distribution.site.appending("ham-1.0.dist-info/RECORD")
            switch loss {
            case .gone: try removeTree(record)
            case .empty: try writeFile(record, [])
            case .cut:
                let lines = try readText(record).split(separator: "\n")
                try writeFile(record, "\(lines[0])\n".utf8)
            }
            if !keepsWheel {
                try removeTree(distribution.wheels.appending("ham-1.0-py3-none-any.whl"))
            }
            switch act {
            case .uninstall: try body(distribution, distribution.spkg("uninstall", "ham"))
            case .byHand: try body(distribution, distribution.spkg("wheel", "uninstall", "ham"))
            case .upgrade:
                try distribution.addWheelRecipe("ham", "2.0", files: ["ham/__init__.py": ""])
                try body(distribution, distribution.spkg("install", "ham"))
            }
        }
    }

    @Test(arguments: Loss.allCases, Act.allCases)
    func `the stored wheel tells what the files were`(loss: Loss, act: Act) throws {
        try run(loss, act, keepsWheel: true) { distribution, said throws in
            #expect(said.status == 0, "\(said)")
            #expect(try !distribution.site.exists("ham/a.py"))
            #expect(try !distribution.site.exists("other.py"))
            #expect(try distribution.site.exists("ham/of_egg.py"))
            if act != .byHand { #expect(try distribution.spkg("verify").stdout == "") }
        }
    }

    @Test(arguments: [Loss.gone, .empty], Act.allCases)
    func `without that wheel a warning lists what may remain`(loss: Loss, act: Act) throws {
        try run(loss, act, keepsWheel: false) { distribution, said throws in
            #expect(said.status == 0, "\(said)")
            #expect(said.stderr.contains("site-packages/ham/a.py"), "\(said)")
            #expect(said.stderr.contains("site-packages/other.py"), "\(said)")
            #expect(!said.stderr.contains("of_egg"), "\(said)")
        }
    }
}
