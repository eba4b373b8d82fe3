import Glibc
import Platform
import Support
import SystemPackage
import Testing

/// Environments in which something can't be written: one clear error, and the environment as it was.
@Suite struct UnwritableTests {
    /// Shell commands that make an environment hard to write, and end that again.
    struct Hardship: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// Before there is anything in `$TREE`, an empty folder.
        var start = ""
        /// Once version 1.0 is installed.
        var breaking = ""
        let mending: String
        /// What the error says.
        let words: [String]
    }

    static let hardships = [
        Hardship(
            testDescription: "a disk that fills up half way",
            start: "mount -t tmpfs -o size=1m tmpfs \"$TREE\"",
            mending: "mount -o remount,size=20m \"$TREE\"",
            words: ["No space left", "free some space", "/var/tmp/sage/stage/"]),
        Hardship(
            testDescription: "a disk that can't hold so many files",
            start: "mount -t tmpfs -o nr_inodes=75 tmpfs \"$TREE\"",
            mending: "mount -o remount,nr_inodes=1000 \"$TREE\"",
            words: ["No space left", "free some space", "/var/tmp/sage/stage/"]),
        Hardship(
            testDescription: "a disk that is full to the last byte",
            start: "mount -t tmpfs -o size=4m tmpfs \"$TREE\"",
            breaking: "cat /dev/zero > \"$TREE/filler\" 2> /dev/null || true",
            mending: "rm \"$TREE/filler\"",
            words: ["No space left", "free some space", "/var/tmp/sage/stage/"]),
        Hardship(
            testDescription: "a site-packages that is mounted read-only",
            breaking: "mount --bind \"$SITE\" \"$SITE\"; mount -o remount,bind,ro \"$SITE\"",
            mending: "umount \"$SITE\"",
            words: ["/site-packages/", "mount"]),
        Hardship(
            testDescription: "a tree that is mounted read-only",
            breaking: "mount --bind \"$TREE\" \"$TREE\"; mount -o remount,bind,ro \"$TREE\"",
            mending: "umount \"$TREE\"",
            words: ["Read-only file system", "/venv/var", "mount it for writing"]),
    ]

    @Test(
        .enabled(if: Self.mayMount, "needs user and mount namespaces: unshare -rm"),
        arguments: Self.hardships)
    func `nothing changes, nothing is left, and the next run works`(_ hardship: Hardship) throws {
        try Distribution.run { distribution in
            let root = distribution.root
            let tree = root.appending("venv")
            try makeDirectories(tree)
            let said = try distribution.said(
                ["unshare", "-rm", "sh", "-euc", script(hardship)],
                [
                    "TREE": tree.string, "SPKG": Distribution.program.string,
                    "SITE": "\(tree)/lib/python\(pythonVersion)/site-packages",
                    "OLD": small().write(in: root).string, "NEW": large().write(in: root).string,
                ])
            #expect(said.status == 0, "\(said.stderr)")
            #expect(try root.text("status") == "1\n")
            let error = try root.text("error")
            expectOneError(error, saying: hardship.words + [tree.string])
            #expect(try root.text("before") == root.text("after"))
            #expect(try root.text("litter") == "")
            #expect(try root.text("version") == "2.0\n")
        }
    }

    private func script(_ hardship: Hardship) -> String {
        """
        look() {
            find "$TREE" -path "$TREE/var/lock" -prune -o -printf '%P %y %m %l\\n' | sort
            find "$TREE" -type f -exec sha256sum {} + | sort
        }
        \(hardship.start)
        python3 -m venv --without-pip "$TREE"
        "$SPKG" wheel install --tree "$TREE" "$OLD"
        \(hardship.breaking)
        look > before
        status=0
        "$SPKG" wheel install --tree "$TREE" "$NEW" 2> error || status=$?
        echo "$status" > status
        look > after
        for folder in "$TREE/var/tmp/sage/stage" "$TREE/var/lib/sage/changes"; do
            [ ! -e "$folder" ] || find "$folder" -mindepth 1
        done > litter
        \(hardship.mending)
        "$SPKG" wheel install --tree "$TREE" "$NEW"
        "$TREE/bin/python3" -c 'import spam; print(spam.version)' > version
        """
    }

    @Test func `a site-packages without write permission`() throws {
        try Distribution.run { distribution in
            let root = distribution.root
            let tree = root.appending("venv")
            let venv = try distribution.said(
                ["python3", "-m", "venv", "--without-pip", tree.string], [:])
            try #require(venv.status == 0, "\(venv.stderr)")
            let paths = try [small(), large()].map { try $0.write(in: root).string }
            let site = "\(tree)/lib/python\(pythonVersion)/site-packages"
            #expect(try install(paths[0], in: tree, of: distribution).status == 0)
            _ = try distribution.said(["chmod", "555", site], [:])
            let before = try tree.listing { $0 == "var/lock" }
            let said = try install(paths[1], in: tree, of: distribution)
            #expect(said.status == 1)
            expectOneError(said.stderr, saying: ["Permission denied", site, "ls -ld"])
            #expect(try tree.listing { $0 == "var/lock" } == before)
            _ = try distribution.said(["chmod", "755", site], [:])
            #expect(try install(paths[1], in: tree, of: distribution).status == 0)
        }
    }

    /// Root may write everywhere, so it gives that right away.
    private func install(_ wheel: String, in tree: FilePath, of distribution: Distribution) throws
        -> Distribution.Said
    {
        let meek = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
        let command = [
            Distribution.program.string, "wheel", "install", "--tree", tree.string, wheel,
        ]
        return try distribution.said((getuid() == 0 ? meek : []) + command, [:])
    }

    private func expectOneError(_ text: String, saying words: [String]) {
        for word in words { #expect(text.contains(word), "\(word) in: \(text)") }
        #expect(text.split(separator: "\n").filter { $0.hasPrefix("error:") }.count == 1, "\(text)")
    }

    private func small() -> WheelBuilder {
        var wheel = WheelBuilder("spam", "1.0")
        wheel.add("spam/__init__.py", "version = '1.0'\n")
        wheel.add("spam-1.0.data/data/share/spam.txt", "1.0")
        wheel.consoleScripts = ["spam = spam:main"]
        return wheel
    }

    /// More files and bytes than the small disks have room for.
    private func large() -> WheelBuilder {
        var dice = SeededGenerator(for: "bytes that fill a disk")
        var wheel = WheelBuilder("spam", "2.0")
        wheel.add("spam/__init__.py", "version = '2.0'\n")
        wheel.add("spam-2.0.data/data/share/spam.txt", "2.0")
        wheel.consoleScripts = ["spam = spam:main"]
        for number in 0..<60 {
            let bytes = (0..<40_000).map { _ in UInt8(truncatingIfNeeded: dice.next()) }
            wheel.add("spam/f\(number).bin", bytes: bytes, deflated: false)
        }
        return wheel
    }

    private static let mayMount: Bool = {
        let said = try? run(
            ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
            environment: ["PATH": inherited("PATH") ?? ""])
        return said?.status == 0
    }()
}
