import Platform
import Support
import SystemPackage
import Testing

/// What `--json` prints is what the schemas say, and nothing that they don't describe.
///
/// Needs Python's `jsonschema`, which `make test` installs (`.ci/oracles.txt`).
@Suite struct SchemaTests {
    private static let folder = projectFolder.pushing("Sources/SpkgCommands/Schemas")

    /// A schema's name, a command, and its status.
    private static let calls: [(schema: String, words: String, status: Int)] = [
        ("list", "list", 0), ("list", "list --all", 0), ("list", "list --outdated", 0),
        ("list", "list --explicit", 0), ("status", "status", 1), ("info", "info spam ham py", 0),
        ("deps", "deps ham", 0), ("deps", "deps spam", 0), ("deps", "deps --direct ham", 0),
        ("deps", "deps --tree ham", 0), ("deps", "deps --tree --reverse spam", 0),
        ("deps", "deps --why ham spam", 0), ("deps", "deps --why spam ham", 1),
        ("files", "files spam", 0), ("owner", "owner local/stray", 1),
        ("owner", "owner local/lib/python*/site-packages/spam.py", 0), ("verify", "verify", 1),
        ("log", "log spam", 0), ("history", "history", 0), ("system", "system", 0),
        ("wheel-list", "wheel list", 0), ("wheel-check", "wheel check bad.whl store/*.whl", 1),
        ("index", "index --check", 1), ("merge", "merge stage local", 0),
        ("repair", "repair", 1), ("index", "index store", 0),
        ("outdated", "outdated", 0), ("timings", "timings", 0),
        ("autoremove", "autoremove --dry-run", 0),
    ]

    @Test func `all that is printed as JSON is as its schema says`() throws {
        try Distribution.run { distribution in
            try prepare(distribution)
            var outputs: [String] = []
            for (number, (schema, words, status)) in Self.calls.enumerated() {
                let said = try distribution.said(
                    ["bash", "-c", "\"$0\" \(words) --json", Distribution.program.string],
                    [
                        "SPKG_SYSTEM_PACKAGES": "gcc",
                        "PIP_INDEX_URL": "file://\(distribution.root)/index",
                    ])
                #expect(said.status == status, "\(words): \(said)")
                let output = "answers/\(number)"
                try distribution.root.write(FilePath(output), said.stdout)
                outputs += [schema, output, words]
            }
            let judged = try distribution.said(
                ["python3", "-c", Self.validator, Self.folder.string] + outputs, [:])
            #expect(judged == .init(status: 0, stdout: "", stderr: ""), "\(judged.stdout)")
        }
    }

    @Test func `every schema is valid, has its name and version, and is tried here`() throws {
        let names = try Directory(opening: Self.folder).names()
            .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
        #expect(names == Set(Self.calls.map(\.schema)).sorted())
        for name in names {
            let text = try Self.folder.text(FilePath("\(name).json"))
            #expect(text.contains("\"$id\": \"urn:spkg:schema:\(name):1\""))
        }
    }

    /// spam is outdated and damaged, ham needs it, py has no archive that can be built.
    private func prepare(_ distribution: Distribution) throws {
        try distribution.addWheelRecipe("spam", "1.0")
        try distribution.addWheelRecipe("ham", "1.0", dependencies: "spam")
        try distribution.addScripted("py", "1.0", scripts: ["spkg-install.in": ":"])
        try distribution.expectDone("install", "ham")
        try distribution.addWheelRecipe("spam", "2.0")
        try distribution.site.write("spam.py", "no")
        try distribution.local.write("stray")
        try distribution.site.write("stray.py")
        try distribution.wheels.write("simple/ham/index.json", "{}")
        try distribution.root.write("stage/share/f")
        try distribution.root.write("bad.whl", "no")
        _ = try distribution.said(["cp", "-r", distribution.wheels.string, "store"], [:])
        _ = try distribution.said(["rm", "-r", "store/simple"], [:])
        try removeTree(distribution.wheels.appending("ham-1.0-py3-none-any.whl"))
        for name in ["ham", "spam"] {
            try distribution.root.write(
                FilePath("index/\(name)/index.html"), "<a href='\(name)-3.0.tar.gz'>\(name)</a>")
        }
    }

    /// Every object is closed first: a key that no schema describes is found.
    private static let validator = """
        import json, sys
        import jsonschema
        def close(schema):
            if isinstance(schema, dict):
                if "properties" in schema:
                    schema.setdefault("additionalProperties", False)
                for value in schema.values():
                    close(value)
            if isinstance(schema, list):
                for value in schema:
                    close(value)
            return schema
        folder, rest = sys.argv[1], sys.argv[2:]
        for name, path, words in zip(rest[::3], rest[1::3], rest[2::3]):
            schema = close(json.load(open(f"{folder}/{name}.json", encoding="utf-8")))
            jsonschema.Draft202012Validator.check_schema(schema)
            try:
                answer = json.load(open(path, encoding="utf-8"))
                jsonschema.validate(answer, schema)
            except Exception as error:
                print(f"{words}: {str(error)[:600]}")
        """
}
