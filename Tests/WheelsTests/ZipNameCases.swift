import Support
import Testing

@testable import Wheels

/// Names of entries, and what they are.
extension ZipRuleTests {
    static let names: [OddWheel] = [
        .name("../evil.py", .zip(.traversal)),
        .name("demo/../../evil.py", .zip(.traversal)),
        .name("demo/..", .zip(.traversal)),
        .name("./demo2.py", .zip(.traversal)),
        .name("demo/./x.py", .zip(.traversal)),
        .name("/etc/evil", .zip(.absoluteName)),
        .name("//host/evil", .zip(.absoluteName)),
        .name("C:/evil.py", .zip(.absoluteName)),
        .name("demo//x.py", .zip(.emptyComponent)),
        .name("..\\evil.py", .zip(.backslash)),
        .name("demo\\x.py", .zip(.backslash)),
        .name("demo\u{0}.py", .zip(.controlCharacter)),
        .name("demo\n.py", .zip(.controlCharacter)),
        .name("demo\u{1B}[2J.py", .zip(.controlCharacter)),
        .name("demo\u{7F}.py", .zip(.controlCharacter)),
        .name("demo\u{85}.py", .zip(.controlCharacter)),
        .name("demo\u{2028}.py", .zip(.controlCharacter)),
        .name("", .zip(.emptyName)),
        .name(String(repeating: "x", count: 256), .zip(.nameTooLong), as: "a name of 256 bytes"),
        .name(String(repeating: "x", count: 255), .accepted, as: "a name of 255 bytes"),
        .name(
            String(repeating: "folder/", count: 300), .zip(.nameTooLong), as: "a path of 2100 bytes"
        ),
        .name("...", .accepted),
        .name("demo/..x", .accepted),
        .name("démo/naïve ☃.txt", .accepted),
        .name("with space, comma and \"quotes\".txt", .accepted),
        .name("demo.py", .zip(.duplicateName)),
        .name("DEMO.PY", .accepted),
        .name("demo.py/x", .zip(.fileIsFolder)),
        .name("Demo.py/x", .accepted),
        .name("demo_data", .zip(.fileIsFolder)),
        .name("../\u{301}x", .zip(.traversal), as: "a mark after the slash of .."),
        .name("\u{600}/../x", .zip(.traversal), as: "a sign before the slash of .."),
        .name("demo\u{600}/\u{301}x", .accepted, as: "marks and signs around a slash"),
        OddWheel("folders composed in two ways", .accepted) {
            $0.add("caf\u{E9}/a.txt")
            $0.add("cafe\u{301}/b.txt")
        },
        OddWheel("folders that differ in case", .accepted) {
            $0.add("include/xt_MARK/a.h")
            $0.add("include/xt_mark/b.h")
        },
        OddWheel("letters composed in two ways", .accepted) {
            $0.add("caf\u{E9}.txt")
            $0.add("cafe\u{301}.txt")
        },
        OddWheel("the same file twice", .zip(.duplicateName)) {
            $0.add("same.txt", "x")
            $0.add("same.txt", "x")
        },
        OddWheel("a file and a folder of one name", .zip(.duplicateName)) {
            $0.add("both", "x")
            $0.files.append(
                ZipBuilder.Entry("both/", [], deflated: false, mode: 0o040755))
        },
        .archive("a name that is no UTF-8", .zip(.nameNotUTF8)) {
            $0.entries.append(ZipBuilder.Entry("", [], deflated: false))
            $0.entries[$0.entries.count - 1].name = [0x66, 0xE9, 0x66]
        },
        .archive("a name that is not marked as UTF-8", .zip(.nameNotUTF8)) {
            var entry = ZipBuilder.Entry("é.txt", [], deflated: false)
            (entry.local.flags, entry.directory.flags) = (0, 0)
            $0.entries.append(entry)
        },
        .archive("an overlong UTF-8 slash", .zip(.nameNotUTF8)) {
            $0.entries.append(ZipBuilder.Entry("", [], deflated: false))
            $0.entries[$0.entries.count - 1].name = [0x2E, 0x2E, 0xC0, 0xAF, 0x78]
        },
    ]

    static let kinds: [OddWheel] = [
        OddWheel("a link", .zip(.link)) { $0.add("evil", "/etc/passwd", mode: 0o120777) },
        OddWheel("a link and a file behind it", .zip(.link)) {
            $0.add("lib", "../../..", mode: 0o120777)
            $0.add("lib2/evil", "x")
        },
        OddWheel("a named pipe", .zip(.specialFile)) { $0.add("pipe", mode: 0o010644) },
        OddWheel("a device", .zip(.specialFile)) { $0.add("device", mode: 0o020644) },
        OddWheel("a socket", .zip(.specialFile)) { $0.add("socket", mode: 0o140644) },
        OddWheel("a folder without slash", .zip(.kindContradicts)) {
            $0.add("folder", mode: 0o040755)
        },
        OddWheel("a folder with content", .zip(.folderWithContent)) {
            $0.add("folder/", "x", mode: 0o040755)
        },
        OddWheel("a regular file with slash", .zip(.kindContradicts)) {
            $0.add("folder/", deflated: false, mode: 0o100644)
        },
        .archive("a DOS folder without slash", .zip(.kindContradicts)) {
            $0.entries[0].directory.madeBy = 20
            $0.entries[0].directory.attributes = 0x10
        },
        .archive("a DOS file", .accepted) {
            $0.entries[0].directory.madeBy = 20
            $0.entries[0].directory.attributes = 0x20
        },
        OddWheel("folders, stored and deflated", .accepted) {
            $0.add("folder/", deflated: false, mode: 0o040755)
            $0.add("folder2/", deflated: true, mode: 0)
            $0.add("folder/x", "x")
        },
        OddWheel("a set-id file", .accepted) { $0.add("set-id", "x", mode: 0o106755) },
        OddWheel("an archive in the archive, stored", .accepted) {
            $0.add("inner.zip", bytes: OddWheel.plain().archive().bytes(), deflated: false)
        },
    ]
}
