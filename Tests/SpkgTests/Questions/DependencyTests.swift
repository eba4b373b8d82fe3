import Platform
import Support
import SystemPackage
import Testing

@Suite struct DependencyTests {
    /// top needs left and right, both need base; base needs tool before it is built.
    private func run(_ body: (Distribution) throws -> Void) throws {
        try Distribution.run { distribution in
            for (name, dependencies) in [
                ("tool", ""), ("base", " | tool"), ("left", "base"), ("right", "base"),
                ("top", "left right"), ("alone", ""),
            ] {
                try distribution.addScripted(
                    name, "1.0", scripts: ["spkg-install.in": ":"], dependencies: dependencies)
            }
            try body(distribution)
        }
    }

    @Test func `a tree has what is needed below who needs it, each part once`() throws {
        try run { distribution in
            let said = try distribution.spkg("deps", "--tree", "top")
            #expect(
                said.stdout == """
                    top
                      left
                        base
                          tool
                      right
                        base (*)

                    """, "\(said)")
            let reverse = try distribution.spkg("deps", "--tree", "--reverse", "base")
            #expect(
                reverse.stdout == "base\n  left\n    top\n  right\n    top\n", "\(reverse)")
        }
    }

    @Test func `why names the shortest chain by each direct dependency`() throws {
        try run { distribution in
            let said = try distribution.spkg("deps", "--why", "top", "tool")
            #expect(
                said.stdout == "top -> left -> base -> tool\ntop -> right -> base -> tool\n",
                "\(said)")
            let none = try distribution.spkg("deps", "--why", "tool", "top")
            #expect(none == .init(status: 1, stdout: "", stderr: "tool doesn't need top\n"))
        }
    }

    @Test func `a graph has every edge once, and tells its kind`() throws {
        try run { distribution in
            let said = try distribution.spkg("deps", "--dot", "top")
            #expect(said.stdout.hasPrefix("digraph dependencies {\n"))
            #expect(said.stdout.contains("    \"top\" -> \"left\";\n"))
            #expect(said.stdout.contains("    \"base\" -> \"tool\" [style=dashed];\n"))
            #expect(said.stdout.split(separator: "\n").filter { $0.contains("->") }.count == 5)
            let reverse = try distribution.spkg("deps", "--dot", "--reverse", "tool")
            #expect(reverse.stdout.contains("\"base\" -> \"tool\" [style=dashed];"))
            #expect(try distribution.spkg("deps", "--dot").stdout.contains("\"alone\";"))
        }
    }

    @Test func `a circle ends, and a name that no recipe has is an error`() throws {
        try run { distribution in
            try distribution.addScripted(
                "snake", "1", scripts: ["spkg-install.in": ":"], dependencies: "tail")
            try distribution.addScripted(
                "tail", "1", scripts: ["spkg-install.in": ":"], dependencies: "snake gone")
            for words in [["--tree"], ["--dot"]] {
                let said = try distribution.said(
                    [Distribution.program.string, "deps"] + words + ["snake"], [:])
                #expect(said.status == 1 && said.stderr.contains("tail/dependencies"), "\(said)")
                let all = try distribution.said(
                    [Distribution.program.string, "deps"] + words, [:])
                #expect(all.status == 0, "\(all)")
                #expect(all.stderr.contains("warning: "))
            }
        }
    }

    @Test(arguments: [
        ["deps"], ["deps", "--why", "top"], ["deps", "--tree", "--dot", "top"],
        ["deps", "--dot", "--json", "top"], ["deps", "--why", "--reverse", "top", "tool"],
    ])
    func `answers that exclude each other are refused`(words: [String]) throws {
        try run { distribution in
            let said = try distribution.said([Distribution.program.string] + words, [:])
            #expect(said.status == 64, "\(said)")
        }
    }
}
