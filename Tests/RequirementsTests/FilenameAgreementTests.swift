import Requirements
import Support
import Testing

@Suite struct FilenameAgreementTests {
    private let oracle = PackagingOracle(
        program: """
            import re

            def answer(fields):
                kind, text, *rest = fields
                try:
                    if kind == "order":
                        a, b = (utils.parse_wheel_filename(name)[2] for name in (text, rest[0]))
                        return ["<" if a < b else "=" if a == b else ">"]
                    if kind == "name":
                        utils.canonicalize_name(text, validate=True)
                        return [utils.canonicalize_name(text)]
                    if kind == "sdist":
                        name, v = utils.parse_sdist_filename(text)
                        stem = text[:-4] if text.endswith(".zip") else text[:-7]
                        # Stricter than the library: a valid name, no white space.
                        if not re.fullmatch(r"(?i:[a-z0-9]|[a-z0-9][a-z0-9._-]*[a-z0-9])",
                                            stem.rpartition("-")[0]) or " " in stem:
                            return ["invalid"]
                        return [name, str(v)]
                    name, v, build, found = utils.parse_wheel_filename(text)
                except ValueError:
                    return ["invalid"]
                # Stricter than the library: a valid name, no white space, tags of word characters.
                if (not re.fullmatch(r"(?i:[a-z0-9]|[a-z0-9][a-z0-9._]*[a-z0-9])",
                                     text.split("-")[0])
                        or " " in text
                        or not all(re.fullmatch("[a-z0-9_]+", part) for tag in found
                                   for part in (tag.interpreter, tag.abi, tag.platform))):
                    return ["invalid"]
                return [name, str(v), "".join(map(str, build)), *sorted(map(str, found))]
            """)

    @Test func `wheel names are read as by packaging`() throws {
        var dice = SeededGenerator(for: "wheel names")
        var texts = [
            "", ".whl", "a.whl", "a-1-py3-none-any.WHL", "a-1-py3-none-any", "a-1-py3-none.whl",
            "a-1-1-py3-none-any.whl", "a-1-x-py3-none-any.whl", "a-1-1-1-py3-none-any.whl",
            "a__b-1-py3-none-any.whl", "a_b-1-py3-none-any.whl", "-1-py3-none-any.whl",
            "_a-1-py3-none-any.whl", "a-1--py3-none-any.whl", "a-1-py3-none-.whl",
            "a-x-py3-none-any.whl", "a-1+b.1-py2.py3-none-any.whl", "a-1_1-py3-none-any.whl",
            "A.B-1.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
            "a-1-py3..py2-none-any.whl", "a b-1-py3-none-any.whl", "é-1-py3-none-any.whl",
            "a-1-00123456789012345678901234567890x-py3-none-any.whl", "a/b-1-py3-none-any.whl",
        ]
        for _ in 0..<3000 { texts.append(dice.wheelName()) }
        for _ in 0..<5000 { texts.append(dice.damaged(dice.wheelName(), with: "-._1aZ+!")) }
        try expectAgreement(
            oracle, texts.map { ["wheel", $0] },
            ours: texts.map { text in
                guard let wheel = try? WheelFilename(text) else { return ["invalid"] }
                return [
                    wheel.name.normalized, wheel.version.description,
                    wheel.build?.description ?? "",
                ] + wheel.tags.map(\.description).sorted()
            })
    }

    @Test func `build tags are ordered as by packaging`() throws {
        var dice = SeededGenerator(for: "build tags")
        func name(_ build: String) -> String { "a-1\(build)-py3-none-any.whl" }
        let builds = [
            "", "-0", "-00", "-1", "-2", "-10", "-1a", "-1b", "-010a", "-99999999999999999999",
        ]
        let questions = (0..<300).map { _ in
            ["order", name(dice.pick(builds)), name(dice.pick(builds))]
        }
        try expectAgreement(
            oracle, questions,
            ours: try questions.map { question in
                let (left, right) = (
                    try WheelFilename(question[1]).build, try WheelFilename(question[2]).build
                )
                guard let left, let right else {
                    return [left == right ? "=" : left == nil ? "<" : ">"]
                }
                return [left < right ? "<" : left == right ? "=" : ">"]
            })
    }

    @Test func `names of source archives are read as by packaging`() throws {
        var dice = SeededGenerator(for: "source archives")
        var texts = ["", ".zip", "-.zip", "a.zip", "a-1.zip", "a-1.tar.bz2", "a-b-1.0-1.tar.gz"]
        for _ in 0..<3000 {
            let text =
                dice.pick(["a", "foo-bar", "Foo.Bar_x", "1-2"]) + "-"
                + dice.versionText(spelling: .withoutSpace) + dice.pick([".tar.gz", ".zip"])
            texts.append(dice.oneIn(2) ? text : dice.damaged(text, with: "-._1aZ"))
        }
        try expectAgreement(
            oracle, texts.map { ["sdist", $0] },
            ours: texts.map { text in
                guard let sdist = try? SdistFilename(text) else { return ["invalid"] }
                return [sdist.name.normalized, sdist.version.description]
            })
    }

    @Test func `names are valid and normal as by packaging`() throws {
        var dice = SeededGenerator(for: "names")
        let alphabet = Array("abAZ09.-_")
        var texts = ["", "a", ".", "a.", "-a", "é", "a b", "aé", "A", "a\t", "İ"]
        for _ in 0..<4000 {
            texts.append(String((0..<dice.number(1...9)).map { _ in dice.pick(alphabet) }))
        }
        try expectAgreement(
            oracle, texts.map { ["name", $0] },
            ours: texts.map { text in
                guard let name = try? DistributionName(text) else { return ["invalid"] }
                return [name.normalized]
            })
    }
}

extension SeededGenerator {
    fileprivate mutating func wheelName() -> String {
        var parts = [pick(["a", "foo_bar", "Foo.Bar", "zope.interface", "4ti2", "x9"])]
        parts.append(versionText(spelling: .withoutSpace))
        if oneIn(3) { parts.append(pick(["1", "0", "2a", "20240101", "1_x"])) }
        let interpreters = ["py3", "py2.py3", "cp312", "cp38", "PY3", "pp310", "cp39.cp310.cp39"]
        let abis = ["none", "abi3", "cp312", "cp313t", "pypy310_pp73", "abi3.none"]
        let platforms = ["any", "linux_x86_64", "manylinux_2_17_x86_64.manylinux2014_x86_64"]
        parts += [pick(interpreters), pick(abis), pick(platforms)]
        return parts.joined(separator: "-") + ".whl"
    }
}
