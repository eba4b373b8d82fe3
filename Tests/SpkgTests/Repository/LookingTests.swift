import Platform
import Support
import SystemPackage
import Testing

/// Commands that only look leave the tree as it is, byte code included.
@Suite struct LookingTests {
    @Test(arguments: [
        ["verify"], ["verify", "ham"], ["list", "--all"], ["info", "ham"], ["owner", "local/bin"],
        ["export"], ["install", "ham"], ["system"], ["download", "pip_made"],
        ["verify", "--tree", "local"],
    ])
    func `an interpreter that is asked writes no byte code`(command: [String]) throws {
        try Distribution.run { distribution in
            try distribution.add("ham", "1")
            try distribution.install("ham")
            // As editable installs and namespace packages leave them.
            try distribution.site.write("peek.py", "")
            try distribution.site.write("peek.pth", "import peek\n")
            // What is remembered of interpreters.
            try removeTree(distribution.root.appending("home"))
            _ = try distribution.said([Distribution.program.string] + command, [:])
            #expect(try !distribution.site.exists("__pycache__"))
        }
    }
}
