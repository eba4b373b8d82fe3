import Platform
import Requirements
import Support
import SystemPackage
import Testing

@testable import Wheels

@Suite struct InstalledTests {
    func open(_ folder: FilePath) throws -> Directory {
        try makeDirectories(folder.pushing(FilePath(site)))
        return try Directory(opening: folder.pushing(FilePath(site)))
    }

    @Test func `distributions are found by normalised name, whoever installed them`() throws {
        try withTemporaryFolder { folder in
            let base = FilePath(site)
            try folder.write(base.appending("Foo_Bar-1.0.dist-info/METADATA"), "")
            try folder.write(base.appending("foo.bar-2.0+local.1.dist-info/METADATA"), "")
            try folder.write(base.appending("foo_bar-3.0-py3.11.egg-info/PKG-INFO"), "")
            try folder.write(base.appending("foo_bar-4.0.egg-info"), "Name: foo-bar\n")
            try folder.write(base.appending("foo-bar.egg-link"), "/src/foo\n.\n")
            try folder.write(base.appending("foo_bar.egg-info/PKG-INFO"), "")
            try folder.write(base.appending("~oo_bar-1.0.dist-info/METADATA"), "")
            try folder.write(base.appending("foo_bar_baz-1.0.dist-info/METADATA"), "")
            try folder.write(base.appending("foo_bar/__init__.py"), "")
            let directory = try open(folder)
            let found = try installedDistributions(
                named: DistributionName("foo-bar"), in: directory)
            let said = found.map { "\($0.entry) \($0.version ?? "-") \($0.form)" }
            #expect(
                said == [
                    "Foo_Bar-1.0.dist-info 1.0 distInfo", "foo-bar.egg-link - eggLink",
                    "foo.bar-2.0+local.1.dist-info 2.0+local.1 distInfo",
                    "foo_bar-3.0-py3.11.egg-info 3.0 eggInfo",
                    "foo_bar-4.0.egg-info 4.0 eggInfoFile", "foo_bar.egg-info - eggInfo",
                ])
            #expect(try installedDistributions(in: directory).count == 7)
        }
    }

    @Test func `rows that lead out of the tree are handed back apart`() throws {
        try withTemporaryFolder { folder in
            let info = FilePath(site).appending("demo-1.0.dist-info")
            try folder.write(
                info.appending("RECORD"),
                """
                demo.py,sha256=abc,12
                "odd, ""name"".py",sha256=abc,
                ../../../bin/demo,sha256=abc,3
                ../../../../outside,,
                ../../../,,
                /etc/passwd,,
                \(folder)/share/x,,
                \(folder)-other/y,,
                a/../../site-packages/./b.py,,
                demo.py,,
                x/../../../../../../etc/passwd,,
                ../../../../\u{301}/../etc/passwd,,
                ../../../\u{600}/../../etc/passwd,,
                caf\u{E9},,
                cafe\u{301},,
                demo-1.0.dist-info/RECORD,,

                """)
            let directory = try open(folder)
            let demo = try #require(try installedDistributions(in: directory).first)
            let files = try #require(
                try demo.files(in: directory, at: FilePath(site), of: folder))
            #expect(
                files.files.map(\.path) == [
                    "\(site)/demo.py", "\(site)/odd, \"name\".py", "bin/demo", "share/x",
                    "\(site)/b.py", "\(site)/caf\u{E9}", "\(site)/cafe\u{301}",
                    "\(site)/demo-1.0.dist-info/RECORD",
                ])
            #expect(files.files[0].hash == "sha256=abc")
            #expect(files.files.map(\.size) == [12, nil, 3, nil, nil, nil, nil, nil])
            #expect(
                files.refused == [
                    "../../../../outside", "../../../", "/etc/passwd", "\(folder)-other/y",
                    "x/../../../../../../etc/passwd", "../../../../\u{301}/../etc/passwd",
                    "../../../\u{600}/../../etc/passwd",
                ])
        }
    }

    @Test func `no list of files and an unreadable one are different`() throws {
        try withTemporaryFolder { folder in
            let info = FilePath(site).appending("demo-1.0.dist-info")
            try folder.write(info.appending("METADATA"), "Name: demo\nVersion: 1.0\n")
            let directory = try open(folder)
            let demo = try #require(try installedDistributions(in: directory).first)
            #expect(try demo.files(in: directory, at: FilePath(site), of: folder) == nil)
            #expect(try demo.installer(in: directory) == nil)
            #expect(try demo.isRequested(in: directory) == false)
            try folder.write(info.appending("RECORD"), "\"demo.py,,\n")
            #expect(throws: WheelError.self) {
                try demo.files(in: directory, at: FilePath(site), of: folder)
            }
        }
    }

    @Test func `the list of an egg-info folder is relative to that folder`() throws {
        try withTemporaryFolder { folder in
            let info = FilePath(site).appending("demo-1.0-py3.11.egg-info")
            try folder.write(
                info.appending("installed-files.txt"),
                "../demo.py\nPKG-INFO\n../../../../bin/demo\n")
            let directory = try open(folder)
            let demo = try #require(try installedDistributions(in: directory).first)
            let files = try #require(
                try demo.files(in: directory, at: FilePath(site), of: folder))
            #expect(
                files.files.map(\.path) == [
                    "\(site)/demo.py", "\(site)/demo-1.0-py3.11.egg-info/PKG-INFO", "bin/demo",
                ])
        }
    }

    @Test func `what was unpacked is read back the same`() throws {
        try withTemporaryFolder { folder in
            var wheel = OddWheel.plain()
            wheel.add("odd, \"name\".txt", "x")
            wheel.consoleScripts = ["demo = demo:main"]
            let stage = folder.appending("stage")
            let unpacked = try #require(try judge(wheel, in: folder).unpacked)
            let directory = try open(stage)
            let demo = try #require(try installedDistributions(in: directory).first)
            let files = try #require(
                try demo.files(in: directory, at: FilePath(site), of: stage))
            #expect(Set(files.files.map(\.path)) == Set(unpacked.files.map(\.path)))
            #expect(files.refused == [])
            #expect(try demo.installer(in: directory) == "spkg")
        }
    }
}
