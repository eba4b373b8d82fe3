import Requirements
import Support
import Testing

@Suite struct VersionAgreementTests {
    private let oracle = PackagingOracle(
        program: """
            def answer(fields):
                try:
                    if fields[0] == "order":
                        a, b = version.Version(fields[1]), version.Version(fields[2])
                        return ["<" if a < b else "=" if a == b else ">"]
                    v = version.Version(fields[1])
                except version.InvalidVersion:
                    return ["invalid"]
                return [str(v), utils.canonicalize_version(v), v.public, v.base_version,
                        v.local or "", str(v.is_prerelease), str(v.is_postrelease),
                        str(v.is_devrelease)]
            """)

    @Test func `versions have the normal form that packaging gives them`() throws {
        var dice = SeededGenerator(for: "normal forms")
        let alphabet = "0123456789.-_+!abcdeprvostRC* "
        var texts = Self.oddities
        for _ in 0..<4000 { texts.append(dice.versionText()) }
        for _ in 0..<4000 { texts.append(dice.damaged(dice.versionText(), with: alphabet)) }
        try expectAgreement(
            oracle, texts.map { ["parse", $0] },
            ours: texts.map { text in
                guard let version = try? Version(text) else { return ["invalid"] }
                return [
                    version.description, version.canonical, version.publicVersion.description,
                    version.baseVersion.description, version.local ?? "",
                    version.isPrerelease ? "True" : "False",
                    version.isPostrelease ? "True" : "False",
                    version.isDevelopmentRelease ? "True" : "False",
                ]
            })
    }

    @Test func `versions are ordered as packaging orders them`() throws {
        var dice = SeededGenerator(for: "order")
        var questions: [[String]] = []
        for _ in 0..<12000 {
            let left = dice.versionText(spelling: .withoutSpace)
            // Neighbours are where order goes wrong: often only the end differs.
            let right =
                dice.oneIn(2)
                ? dice.versionText(spelling: .withoutSpace)
                : dice.damaged(left, with: "0123.abrc+dev")
            if (try? Version(right)) != nil { questions.append(["order", left, right]) }
        }
        #expect(questions.count > 6000)
        try expectAgreement(
            oracle, questions,
            ours: try questions.map { question in
                let (left, right) = (try Version(question[1]), try Version(question[2]))
                #expect((left == right) == (left.canonical == right.canonical))
                if left == right { #expect(left.hashValue == right.hashValue) }
                return [left < right ? "<" : left == right ? "=" : ">"]
            })
    }

    private static let oddities = [
        "", " ", "v", "1!", "!1", "1.", ".1", "1..2", "1.0a-", "1.0a--1", "1.0-", "1.0-1-2",
        "1.0.post.dev", "1.0a.post.dev", "1.0dev-", "1.0+", "1.0+.a", "1.0+a..b", "1.0+a_b-c.01",
        "1.0rcrc", "1.0pre", "1.0preview-3", "1.0r", "1.0rev4", "01.002", "1.0\u{A0}", "\u{2003}1",
        "1.0 a1", "1_0", "1-1", "1--1", "1.0.dev1.post2", "1.0.post1.a1", "٣.1", "1.0é", "V1!2",
        "1.0+ABC", "1.0+0020240101123456789012345", "1.0.0.0.0.0.0", "0", "0.0", "1e5", "latest",
        "1.0.*", "2011k", "1.0alph",
    ]
}
