import Platform
import Support
import SystemPackage
import Testing

@Suite struct ListTests {
    @Test func `packages whose recipe has changed are outdated, and those that need them`() throws {
        try Distribution.run { distribution in
            try distribution.addWheelRecipe("spam", "1.0")
            try distribution.addWheelRecipe("ham", "1.0", dependencies: "spam")
            try distribution.addWheelRecipe("eggs", "1.0")
            try distribution.expectDone("install", "ham", "eggs")
            #expect(try distribution.spkg("list", "--outdated").stdout == "")
            try distribution.addWheelRecipe("spam", "2.0")
            let said = try distribution.spkg("list", "--outdated")
            #expect(said.status == 0)
            #expect(said.stdout == "ham   1.0  1.0\nspam  1.0  2.0\n")
            #expect(try distribution.spkg("list", "--outdated", "--names").stdout == "ham\nspam\n")
            #expect(
                try distribution.spkg("list", "--outdated", "--explicit").stdout
                    == "ham  1.0  1.0\n")
        }
    }

    @Test func `what came as a dependency is not explicit until it is named`() throws {
        try Distribution.run { distribution in
            try distribution.addWheelRecipe("spam", "1.0")
            try distribution.addWheelRecipe("ham", "1.0", dependencies: "spam")
            try distribution.expectDone("install", "ham")
            #expect(try distribution.spkg("list", "--explicit", "--names").stdout == "ham\n")
            #expect(try distribution.spkg("info", "spam").stdout.contains("requested:     no"))
            // Built again as a dependency, it is none of those named.
            try distribution.addWheelRecipe("spam", "2.0")
            try distribution.expectDone("install", "ham")
            #expect(try distribution.spkg("list", "--explicit", "--names").stdout == "ham\n")

            let named = try distribution.spkg("install", "spam")
            #expect(named.stderr == "[spam-2.0] already installed\n", "\(named)")
            #expect(try distribution.spkg("list", "--explicit", "--names").stdout == "ham\nspam\n")
            #expect(try distribution.spkg("verify") == .init(status: 0, stdout: "", stderr: ""))
            // Named once, it stays so.
            try distribution.addWheelRecipe("spam", "3.0")
            try distribution.expectDone("install", "ham")
            #expect(try distribution.spkg("list", "--explicit", "--names").stdout == "ham\nspam\n")
        }
    }

    @Test func `packages of records that don't say it count as named`() throws {
        try Distribution.run { distribution in
            try distribution.addWheelRecipe("spam", "1.0")
            try distribution.local.write(
                "var/lib/sage/installed/spam-1.0", #"{"package_name": "spam", "files": []}"#)
            #expect(try distribution.spkg("list", "--explicit").stdout == "spam  1.0\n")
        }
    }

    @Test(arguments: ["--outdated", "--explicit"])
    func `a question for recipes and for packages at once is refused`(option: String) throws {
        try Distribution.run { distribution in
            let said = try distribution.spkg("list", "--all", option)
            #expect(said.status == 64, "\(said)")
        }
    }

    @Test func `a record that can't be read is an error beside the list`() throws {
        try Distribution.run { distribution in
            try distribution.addWheelRecipe("spam", "1.0")
            try distribution.expectDone("install", "spam")
            try distribution.addWheelRecipe("ham", "1.0")
            try distribution.local.write("var/lib/sage/installed/ham-1.0", "{")
            let said = try distribution.spkg("list", "--explicit")
            #expect(said.status == 1)
            #expect(said.stdout == "spam  1.0\n")
            #expect(said.stderr.contains("installed/ham-1.0"), "\(said)")
        }
    }
}
