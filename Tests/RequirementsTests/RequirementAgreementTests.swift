import Requirements
import Support
import Testing

@Suite struct RequirementAgreementTests {
    private let oracle = PackagingOracle(
        program: """
            names = "\(MarkerVariable.allCases.map(\.rawValue).joined(separator: " "))".split()

            def normalized(part):
                # The library forgets the extras inside parentheses; PEP 685 does not.
                if isinstance(part, list):
                    return [normalized(inner) for inner in part]
                return markers._normalize_extras(part)

            def evaluate(marker, values):
                marker._markers = normalized(marker._markers)
                try:
                    return str(marker.evaluate(dict(zip(names, values))))
                except markers.UndefinedComparison:
                    return "undefined"
                except (markers.UndefinedEnvironmentName, KeyError):
                    return "unknown"

            def answer(fields):
                kind, text, *values = fields
                if kind == "marker":
                    try:
                        marker = markers.Marker(text)
                    except markers.InvalidMarker:
                        return ["invalid"]
                    return [evaluate(marker, values)]
                try:
                    r = requirements.Requirement(text)
                except (requirements.InvalidRequirement, specifiers.InvalidSpecifier):
                    return ["invalid"]
                # Its pattern for names lets an underscore stand last; PEP 508 does not.
                if any(name.endswith("_") for name in [r.name, *r.extras]):
                    return ["invalid"]
                return [r.name, *sorted(set(map(utils.canonicalize_name, r.extras))), "",
                        str(r.specifier), r.url or "",
                        evaluate(r.marker, values) if r.marker else ""]
            """)

    private func evaluate(_ marker: Marker, _ environment: MarkerEnvironment) -> String {
        do throws(RequirementError) {
            return truth(try marker.evaluate(in: environment))
        } catch {
            switch error {
            case .undefinedComparison: return "undefined"
            case .unknownMarkerVariable: return "unknown"
            default: return error.description
            }
        }
    }

    @Test func `markers hold where packaging says they hold`() throws {
        var dice = SeededGenerator(for: "markers")
        var texts = Self.markers
        for _ in 0..<8000 { texts.append(dice.markerText()) }
        for _ in 0..<4000 {
            texts.append(dice.damaged(dice.markerText(), with: "()'\"=<>! andorinot.v3"))
        }
        let questions = texts.map { ["marker", $0] + dice.environmentValues() }
        try expectAgreement(
            oracle, questions,
            ours: questions.map { question in
                guard let marker = try? Marker(question[1]) else { return ["invalid"] }
                let environment = MarkerEnvironment(values: Array(question[2...]))
                let result = evaluate(marker, environment)
                let again = try? Marker(marker.description)
                #expect(again == marker, "\(question[1]) became \(marker)")
                return [result]
            })
    }

    @Test func `requirements are read as by packaging`() throws {
        var dice = SeededGenerator(for: "requirements")
        var texts = Self.requirements
        for _ in 0..<6000 { texts.append(dice.requirementText()) }
        for _ in 0..<6000 {
            texts.append(dice.damaged(dice.requirementText(), with: "[](),;@=<>~! .-_a1*\t"))
        }
        let questions = texts.map { ["requirement", $0] + dice.environmentValues() }
        try expectAgreement(
            oracle, questions,
            ours: questions.map { question in
                guard let requirement = try? Requirement(question[1]) else { return ["invalid"] }
                let environment = MarkerEnvironment(values: Array(question[2...]))
                let again = try? Requirement(requirement.description)
                #expect(again == requirement, "\(question[1]) became \(requirement)")
                return [requirement.name.raw] + requirement.extras.map(\.normalized) + [
                    "", requirement.specifiers.description, requirement.url ?? "",
                    requirement.marker.map { evaluate($0, environment) } ?? "",
                ]
            })
    }

    private static let markers = [
        "", "os_name", "os_name ==", "os_name == 'a", "os_name == 'a' and", "(os_name == 'a'",
        "os_name == 'a')", "os_name == 'a' or or 'b'", "os_name=='a'and'b'==os_name",
        "os_name not  in 'a'", "os_name notin 'a'", "os_name in'posix nt'", "'a' == 'b'",
        "os_name == sys_platform", "extra == os_name", "python_version == python_full_version",
        "python_version ~= '3.8'", "'3.8' ~= python_version", "os_name ~= 'a'", "os_name === 'a'",
        "((os_name == 'posix'))", "extras == 'a'", "'a' in extras", "'a' in dependency_groups",
        "os_name == 'a' # comment", " os_name == 'posix' ", "\tos_name == 'posix'\t",
        "python_version in '3.8 3.11'", "python_version < '=3'", "extra in 'Foo.Bar,test'",
        "os_names == 'a'", "os_name == 'a'or os_name == 'posix'", "os_name == 'é'",
    ]

    private static let requirements = [
        "", " ", "a", "a-", "-a", "a_", "a[", "a[]", "a[ ]", "a[b", "a[b,]", "a[,b]", "a[b c]",
        "a[b][c]", "a()", "a(>=1)", "a (>=1,<2)", "a (>=1", "a >=1)", "a (>=1), <2", "a >=1,",
        "a ,>=1", "a >=1,,<2", "a >=1 <2", "a===1.0,>=2", "a===", "a=== ; os_name == 'posix'",
        "a===foo;os_name == 'posix'", "a @", "a@b", "a @ b", "a @ b;c", "a @ b ; os_name == 'a'",
        "a @ b c", "a[x]@ file:///x y", "a >= 1 ; ", "a;", "a ; os_name", "a;os_name=='posix'",
        "a >=1.*", "a ==1.*", "a >=1+x", "a ~=1", "a <1.0-", "a >= 1.0foo", "a 1.0", "a=1",
        "a (==1.0) ; extra == 'x'", "name@http://foo.com ; extra == 'x'", "a.b-c_d[e.f]>1",
        "a @ ./x.tar.gz", "a # b", "a\t>=\t1", "é", "aé", "a[é]", "a>=1;os_name=='é'",
    ]
}

extension SeededGenerator {
    mutating func requirementText() -> String {
        let names = ["a", "numpy", "Foo.Bar", "zope.interface", "x-_.y", "4ti2", "ruamel.yaml"]
        var text = pick(["", "", "", " "]) + pick(names) + pick(["", "", " "])
        if oneIn(3) {
            let extras = (0..<number(0...3)).map { _ in pick(["test", "Dev", "x_y", "x-y", "z9"]) }
            text += "[" + extras.joined(separator: pick([",", ", ", " ,"])) + "]"
        }
        if oneIn(6) {
            text +=
                pick(["@", " @ "]) + pick(["https://x.example/a.whl", "file:///a#egg=b", "./a"])
            return oneIn(2) ? text + " ; " + markerText(depth: 1) : text
        }
        // A version with white space around it is no clause inside a requirement.
        let set = specifierSetText()
        text += oneIn(5) ? " (\(set))" : pick(["", " "]) + set
        if oneIn(3) { text += pick([";", "; ", " ;"]) + markerText(depth: 2) }
        return text
    }
}
