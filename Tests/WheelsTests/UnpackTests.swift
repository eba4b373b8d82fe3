import Platform
import Support
import SystemPackage
import Testing
import Trees

@testable import Wheels

let site = "lib/python3.11/site-packages"

@Suite struct UnpackTests {
    /// Unpacks into `folder/stage`.
    func unpacked(
        _ wheel: WheelBuilder, in folder: FilePath, requested: Bool = false
    ) throws -> UnpackedWheel {
        let stage = folder.appending("stage")
        try makeDirectories(stage)
        let checked = try check(try wheel.write(in: folder), for: someTarget)
        return try unpack(
            checked, layout: someLayout, into: Directory(opening: stage), requested: requested)
    }

    @Test func `every scheme goes to its place`() throws {
        try withTemporaryFolder { folder in
            var wheel = WheelBuilder("Demo_Pkg", "1.0")
            wheel.add("demo/__init__.py", "root")
            wheel.add("demo/__pycache__/old.pyc", "cache")
            wheel.add("Demo_Pkg-1.0.data/purelib/pure.py", "pure")
            wheel.add("Demo_Pkg-1.0.data/platlib/plat.so", "plat")
            wheel.add("Demo_Pkg-1.0.data/headers/sub/demo.h", "header")
            wheel.add("Demo_Pkg-1.0.data/scripts/tool", "#!/bin/sh\n")
            wheel.add("Demo_Pkg-1.0.data/data/share/demo/x.txt", "data")
            wheel.add("empty/", deflated: false, mode: 0o040755)
            let result = try unpacked(wheel, in: folder, requested: true)
            let info = "\(site)/Demo_Pkg-1.0.dist-info"
            #expect(
                result.files.map(\.path) == [
                    "bin/tool", "include/site/python3.11/Demo-Pkg/sub/demo.h", "\(info)/INSTALLER",
                    "\(info)/METADATA", "\(info)/RECORD", "\(info)/REQUESTED", "\(info)/WHEEL",
                    "\(site)/demo/__init__.py", "\(site)/demo/__pycache__/old.pyc",
                    "\(site)/plat.so", "\(site)/pure.py", "share/demo/x.txt",
                ])
            #expect(result.distInfo == info)
            #expect(try folder.text(FilePath("stage/share/demo/x.txt")) == "data")
            #expect(try folder.text(FilePath("stage/\(info)/INSTALLER")) == "spkg\n")
            let record = try folder.text(FilePath("stage/\(info)/RECORD")).split(separator: "\n")
            #expect(record.first?.hasPrefix("../../../bin/tool,sha256=") == true)
            #expect(record[1].hasPrefix("../../../include/site/python3.11/Demo-Pkg/sub/demo.h,"))
            #expect(record.contains("Demo_Pkg-1.0.dist-info/RECORD,,"))
            #expect(record.count == result.files.count)
        }
    }

    @Test func `what is reported is what is on disk`() throws {
        try withTemporaryFolder { folder in
            var wheel = OddWheel.plain()
            wheel.consoleScripts = ["demo = demo:main"]
            wheel.add("demo-1.0.data/scripts/tool", "#!python\nprint(1)\n")
            wheel.add(
                "big.bin", bytes: (0..<900_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) })
            wheel.add("stored.bin", bytes: [UInt8](repeating: 7, count: 600_000), deflated: false)
            let result = try unpacked(wheel, in: folder)
            let stage = folder.appending("stage")
            let onDisk = try stage.listing().filter { $0.value.hasPrefix("file") }
            #expect(Set(onDisk.keys) == Set(result.files.map(\.path)))
            for file in result.files {
                let bytes = try readFile(stage.pushing(FilePath(file.path)))
                #expect(Digest(of: bytes) == file.digest)
                #expect(bytes.count == file.size)
            }
            let record = try readFile(stage.pushing(FilePath("\(result.distInfo)/RECORD")))
            let rows = try #require(Record.fields(record))
            for file in result.files where !file.path.hasSuffix("/RECORD") {
                let hash = "sha256=\(file.digest.base64URL)"
                #expect(rows.contains([someLayout.recordPath(file.path), hash, "\(file.size)"]))
            }
        }
    }

    @Test func `modes are pip's`() throws {
        // To ask umask is to set it, for every test that runs beside this one.
        let line = try readText("/proc/self/status").split(separator: "\n")
            .first { $0.hasPrefix("Umask:") }
        let mask = try #require(
            line.flatMap { UInt32($0.dropFirst(6).drop { $0 == "\t" }, radix: 8) })
        try withTemporaryFolder { folder in
            var wheel = WheelBuilder()
            wheel.add("plain.py", mode: 0o100600)
            wheel.add("tool.sh", mode: 0o100755)
            wheel.add("no-kind", mode: 0o755)
            wheel.add("locked.so", mode: 0o100444)
            wheel.add("demo-1.0.data/scripts/tool", "#!python\n", mode: 0o100644)
            wheel.consoleScripts = ["demo = demo:main"]
            _ = try unpacked(wheel, in: folder)
            func mode(_ path: String) throws -> UInt32? {
                try status(folder.appending("stage").pushing(FilePath(path)))?.mode
            }
            #expect(try mode("\(site)/plain.py") == 0o666 & ~mask)
            #expect(try mode("\(site)/tool.sh") == 0o777 & ~mask)
            #expect(try mode("\(site)/no-kind") == 0o666 & ~mask)
            #expect(try mode("\(site)/locked.so") == 0o666 & ~mask)
            #expect(try mode("bin/tool") == 0o777 & ~mask)
            #expect(try mode("bin/demo") == 0o777 & ~mask)
        }
    }

    @Test func `the installer's own files and wrappers of entry points are written anew`() throws {
        try withTemporaryFolder { folder in
            var wheel = OddWheel.plain()
            wheel.consoleScripts = ["demo = demo:main"]
            wheel.add("demo-1.0.data/scripts/demo", "#!python\nold wrapper\n")
            wheel.add("demo-1.0.data/scripts/demo-script.py", "#!python\nold wrapper\n")
            wheel.add("demo-1.0.data/scripts/demo.exe", "MZ")
            wheel.add("demo-1.0.data/scripts/other.exe", "MZ")
            wheel.add("demo-1.0.dist-info/INSTALLER", "somebody")
            wheel.add("demo-1.0.dist-info/REQUESTED", "")
            let result = try unpacked(wheel, in: folder)
            #expect(
                result.files.map(\.path).filter { $0.hasPrefix("bin/") } == [
                    "bin/demo", "bin/other.exe",
                ])
            #expect(try !folder.text(FilePath("stage/bin/demo")).contains("old"))
            #expect(try folder.text(FilePath("stage/\(result.distInfo)/INSTALLER")) == "spkg\n")
            #expect(try !folder.exists(FilePath("stage/\(result.distInfo)/REQUESTED")))
        }
    }

    @Test func `skipped files are proved all the same`() throws {
        var wheel = OddWheel.plain()
        wheel.add("demo-1.0.dist-info/INSTALLER", "somebody")
        wheel.changeRecord = { rows in
            for index in rows.indices where rows[index][0].hasSuffix("INSTALLER") {
                rows[index][1] = WheelBuilder.recordHash("sha256", of: "someone else")
            }
        }
        try expect(.record(.wrongHash), of: wheel)
    }

    @Test func `a stage that is not empty is not written over, nor a link in it followed`() throws {
        try withTemporaryFolder { folder in
            try folder.write(FilePath("stage/\(site)/demo.py"), "theirs")
            #expect(throws: WheelError.self) { try unpacked(OddWheel.plain(), in: folder) }
            #expect(try folder.text(FilePath("stage/\(site)/demo.py")) == "theirs")

            try removeTree(folder.appending("stage"))
            try folder.write("outside/keep", "")
            try folder.link("stage/lib", to: "../outside")
            #expect(throws: WheelError.self) { try unpacked(OddWheel.plain(), in: folder) }
            #expect(try folder.appending("outside").listing().count == 1)
        }
    }

    @Test func `a wheel of many folders does not run out of descriptors`() throws {
        try withTemporaryFolder { folder in
            var wheel = WheelBuilder()
            for number in 0..<3000 { wheel.add("demo/f\(number % 1500)/g/file\(number).py", "x") }
            let result = try unpacked(wheel, in: folder)
            #expect(result.files.count == 3004)
            #expect(try folder.text(FilePath("stage/\(site)/demo/f7/g/file1507.py")) == "x")
        }
    }

    @Test func `what proving finds is what unpacking finds`() throws {
        try withTemporaryFolder { folder in
            var wheel = OddWheel.plain()
            wheel.changeRecord = { $0[0][1] = WheelBuilder.recordHash("sha256", of: "other") }
            let path = try wheel.write(in: folder)
            let problem = RecordProblem(.wrongHash, "demo.py")
            #expect(throws: WheelError.record(wheel: path, problem)) {
                try check(path, for: nil).prove()
            }
            #expect(try check(path, for: nil, record: .rewrite).prove() == [.badRecord([problem])])
            wheel.changeRecord = nil
            #expect(try check(try wheel.write(in: folder), for: nil).prove() == [])
        }
    }
}
