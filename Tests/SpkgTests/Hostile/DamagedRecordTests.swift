import Platform
import Support
import SystemPackage
import Testing

/// Records that were cut short, come from a later version, or aren't ours. Public reports of the kind:
/// conda/conda#10332, freebsd/pkg#410.
@Suite struct DamagedRecordTests {
    private static let installed: FilePath = "var/lib/sage/installed"

    private func run(_ body: (Distribution) throws -> Void) throws {
        try Distribution.run { distribution in
            try distribution.addScripted(
                "bar",
                scripts: [
                    "install.in":
                        "mkdir -p \"$SAGE_DESTDIR_LOCAL/share\"; echo x > \"$SAGE_DESTDIR_LOCAL/share/bar\""
                ])
            try distribution.addWheelRecipe("foo", "1.0")
            try distribution.install("bar", "foo")
            try body(distribution)
        }
    }

    private func write(_ distribution: Distribution, _ name: String, _ text: String) throws {
        try distribution.local.pushing(Self.installed).write(FilePath(name), text)
    }

    enum Damage: String, CaseIterable {
        case cut, zeros, list, manifest, null, noFiles, newer

        func damage(_ text: String) -> String {
            switch self {
            case .cut: String(text.prefix(text.count / 2))
            case .zeros: String(repeating: "\0", count: text.utf8.count)
            case .list: "[]"
            case .manifest: text.replacing("\"manifest\" : [", with: "\"manifest\" : 2, \"x\" : [")
            case .null: text.replacing("\"test_result\" : \"\"", with: "\"test_result\" : null")
            case .noFiles: text.replacing("\"files\"", with: "\"dateien\"")
            case .newer: text.replacing("\"format\" : 1", with: "\"format\" : 2")
            }
        }
    }

    @Test(arguments: Damage.allCases)
    func `every command that needs a record says that it can't be read, and changes nothing`(
        damage: Damage
    ) throws {
        try run { distribution in
            let text = damage.damage(try distribution.record("bar-1.0"))
            try write(distribution, "bar-1.0", text)
            let before = try distribution.tree()
            let commands = [
                ["install", "bar"], ["uninstall", "bar"], ["list"], ["verify"], ["verify", "bar"],
                ["info", "bar"], ["files", "bar"], ["check", "bar"], ["export"],
                ["owner", "local/share/bar"],
            ]
            for command in commands {
                let said = try distribution.said([Distribution.program.string] + command, [:])
                #expect(said.status == 1, "\(command): \(said)")
                #expect(
                    (said.stdout + said.stderr).contains("installed/bar-1.0"), "\(command): \(said)"
                )
            }
            #expect(try distribution.changes(since: before) == [])
            let advice = damage == .newer ? "a newer one" : "&& spkg install bar"
            #expect(try distribution.spkg("uninstall", "bar").stderr.contains(advice))
            // Others are not held up.
            #expect(try distribution.spkg("install", "foo").status == 0)
        }
    }

    @Test func `what the message advises makes the files the package's again`() throws {
        try run { distribution in
            try write(distribution, "bar-1.0", "{")
            try distribution.bash("mv \"$TREE/\(Self.installed)/bar-1.0\" kept").expectSuccess()
            try distribution.install("bar")
            try distribution.spkg("uninstall", "bar").expectSuccess()
            #expect(try !distribution.local.exists("share/bar"))
        }
    }

    @Test(arguments: ["{\"files\": [\"share/bar\"]}", "{\"x\": null, \"files\": [\"share/bar\"]}"])
    func `the list of files alone is enough`(text: String) throws {
        try run { distribution in
            try write(distribution, "bar-1.0", text)
            #expect(try distribution.spkg("list").stdout == "bar  1.0\nfoo  1.0\n")
            try distribution.spkg("uninstall", "bar").expectSuccess()
            #expect(try !distribution.local.exists("share/bar"))
            #expect(try distribution.records() == ["foo-1.0"])
        }
    }

    @Test func `what a later version has written stays when the record is written again`() throws {
        try run { distribution in
            try distribution.addScripted(
                "eggs", scripts: ["install.in": "", "check.in": "true"])
            try distribution.install("eggs")
            let text = try distribution.record("eggs-1.0")
            let more = "\"later\" : { \"a\" : [1, 2.5, true, null, \"x\"] },\n  \"files\""
            try write(distribution, "eggs-1.0", text.replacing("\"files\"", with: more))
            try distribution.spkg("check", "eggs").expectSuccess()
            let code = "import json, sys; print(json.load(open(sys.argv[1])).get('later'))"
            let path = distribution.local.pushing(Self.installed).appending("eggs-1.0")
            let said = try distribution.said(["python3", "-c", code, path.string], [:])
            #expect(said.stdout == "{'a': [1, 2.5, True, None, 'x']}\n")
            #expect(try distribution.record("eggs-1.0").contains("passed"))
        }
    }
}
