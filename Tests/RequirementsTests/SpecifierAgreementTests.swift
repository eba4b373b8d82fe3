import Requirements
import Support
import Testing

@Suite struct SpecifierAgreementTests {
    private let oracle = PackagingOracle(
        program: """
            def answer(fields):
                kind, text, *rest = fields
                try:
                    s = specifiers.SpecifierSet(text)
                    if kind == "parse":
                        return [str(s), str(s.prereleases)]
                    if kind == "equal":
                        # The library's own == compares lists sorted by spelling, which sets apart
                        # ==3,==3.* and ==3.0,==3.*.
                        return [str(set(s) == set(specifiers.SpecifierSet(rest[0])))]
                except specifiers.InvalidSpecifier:
                    return ["invalid"]
                if kind == "filter":
                    allowed = {"yes": True, "no": False, "unsaid": None}[rest[0]]
                    versions = map(version.Version, rest[1:])
                    return ["kept", *map(str, s.filter(versions, prereleases=allowed))]
                allowed = None if kind == "contains" else False
                return [str(s.contains(rest[0], prereleases=allowed)),
                        str(s.contains(version.Version(rest[0]), prereleases=allowed))]
            """)

    @Test func `sets contain what packaging says they contain`() throws {
        var dice = SeededGenerator(for: "containment")
        var questions: [[String]] = []
        for _ in 0..<10000 {
            let set = dice.specifierSetText()
            var candidate = dice.versionText(spelling: .withoutSpace)
            if dice.oneIn(2), let clause = set.split(separator: ",").last {
                // The clause's own version and its neighbours are where the rules bite.
                let own = clause.drop { !$0.isNumber && $0 != "v" && $0 != "V" }
                let bare = own.hasSuffix(".*") ? own.dropLast(2) : own
                candidate = bare + dice.pick(["", "", ".0", "+x", ".post1", ".dev1", "a1", ".1"])
            }
            if (try? Version(candidate)) == nil { continue }
            questions.append([dice.pick(["contains", "contains-final"]), set, candidate])
        }
        #expect(questions.count > 6000)
        try expectAgreement(
            oracle, questions,
            ours: questions.map { question in
                guard let set = try? SpecifierSet(question[1]),
                    let version = try? Version(question[2])
                else { return ["invalid"] }
                let allowed = question[0] == "contains"
                return [
                    truth(set.contains(text: question[2], allowingPrereleases: allowed)),
                    truth(set.contains(version, allowingPrereleases: allowed)),
                ]
            })
    }

    @Test func `sets are refused and spelled as by packaging`() throws {
        var dice = SeededGenerator(for: "specifier sets")
        var texts = [
            "", ",", "==", "===", "=== foo", "===foo bar", "===a)b", ">=1.*", "==1.0a1.*", "~=1",
            "~=1.*", ">=1.0+x", "==1.0+x", "==1.*+x", "== 1.0 . *", "=>1", "=1", "<>1", "1.0",
            "==v1.*", "==1!2.*", "==1.0-1.*", "!=1.0.*", "==*", ">= 1 , < 2", ">=1 <2", "==1.*.*",
        ]
        for _ in 0..<3000 { texts.append(dice.specifierSetText()) }
        for _ in 0..<5000 {
            texts.append(dice.damaged(dice.specifierSetText(), with: "0123.*=<>!~,+-ab v"))
        }
        try expectAgreement(
            oracle, texts.map { ["parse", $0] },
            ours: texts.map { text in
                guard let set = try? SpecifierSet(text) else { return ["invalid"] }
                return [set.description, set.mentionsPrerelease ? "True" : "None"]
            })
    }

    @Test func `sets are equal where packaging finds them equal`() throws {
        var dice = SeededGenerator(for: "equality")
        var questions: [[String]] = []
        for _ in 0..<4000 {
            let left = dice.specifierSetText()
            let right = dice.oneIn(3) ? left + ".0" : dice.specifierSetText()
            if (try? SpecifierSet(right)) != nil { questions.append(["equal", left, right]) }
            questions.append([
                "equal", left, left.split(separator: ",").reversed().joined(separator: ","),
            ])
        }
        try expectAgreement(
            oracle, questions,
            ours: questions.map { question in
                guard let left = try? SpecifierSet(question[1]),
                    let right = try? SpecifierSet(question[2])
                else { return ["invalid"] }
                if left == right { #expect(left.hashValue == right.hashValue) }
                return [truth(left == right)]
            })
    }

    @Test func `of several versions the same ones are kept`() throws {
        var dice = SeededGenerator(for: "filter")
        var questions: [[String]] = []
        for _ in 0..<3000 {
            let versions = (0..<dice.number(1...5)).compactMap { _ in
                try? Version(dice.versionText()).description
            }
            let allowed = dice.pick(["yes", "no", "unsaid", "unsaid"])
            questions.append(["filter", dice.specifierSetText(), allowed] + versions)
        }
        try expectAgreement(
            oracle, questions,
            ours: questions.map { question in
                guard let set = try? SpecifierSet(question[1]) else { return ["invalid"] }
                let allowed = ["yes": true, "no": false][question[2]]
                let versions = question[3...].compactMap { try? Version($0) }
                return ["kept"]
                    + set.filter(versions, allowingPrereleases: allowed).map(\.description)
            })
    }
}

func truth(_ value: Bool) -> String { value ? "True" : "False" }
