import Platform
import Support
import SystemPackage
import Testing

@testable import Wheels

/// Names that differ only in case, or in how letters are composed: two files on most of Linux's file
/// systems, and one on others. The file system that the stage is on judges.
@Suite struct AlikeNameTests {
    private func alike(_ name: String) -> WheelBuilder {
        var wheel = WheelBuilder(name, "1.0")
        for (index, path) in ["x/README", "x/Readme", "x/\u{E9}", "x/e\u{301}", "X/README"]
            .enumerated()
        {
            wheel.add("\(name)_\(path)", "\(index)")
        }
        // One module, and a folder that is another one to the file system.
        wheel.add("\(name).py")
        wheel.add("\(name.uppercased()).py/y", "y")
        return wheel
    }

    @Test func `each file gets its own content, and RECORD's hash is of it`() throws {
        try withTemporaryFolder { folder in
            let paths = try [alike("spam"), alike("ham")].map { try $0.write(in: folder) }
            try makeDirectories(folder.appending("stage"))
            _ = try unpack(
                try check(paths, for: nil), layout: someLayout,
                into: Directory(opening: folder.appending("stage")), requested: false)
            let site = folder.appending("stage/lib/python3.11/site-packages")
            for name in ["spam", "ham"] {
                for (index, path) in ["x/README", "x/Readme", "x/\u{E9}", "x/e\u{301}", "X/README"]
                    .enumerated()
                {
                    #expect(try site.text(FilePath("\(name)_\(path)")) == "\(index)")
                }
                let record = try site.text(FilePath("\(name)-1.0.dist-info/RECORD"))
                let hash = WheelBuilder.recordHash("sha256", of: "3")
                #expect(record.utf8.count { $0 == UInt8(ascii: "\n") } == 11)
                #expect(
                    record.split(separator: "\n").contains {
                        $0.utf8.elementsEqual("\(name)_x/e\u{301},\(hash),1".utf8)
                    })
            }
        }
    }

    /// A row for one spelling says nothing of the other.
    @Test func `a file that RECORD lists in another spelling is unlisted`() throws {
        var wheel = WheelBuilder()
        wheel.add("\u{E9}.txt", "one")
        wheel.add("e\u{301}.txt", "two")
        wheel.changeRecord = { $0.remove(at: 1) }
        try expect(.record(.unlisted), of: wheel)
    }

    @Test func `two wheels may have alike names, too`() throws {
        var spam = WheelBuilder("spam", "1.0")
        var ham = WheelBuilder("ham", "1.0")
        spam.add("\u{E9}.py", "spam")
        ham.add("e\u{301}.py", "ham")
        try withTemporaryFolder { folder in
            let wheels = try check([spam, ham].map { try $0.write(in: folder) }, for: nil)
            try makeDirectories(folder.appending("stage"))
            let stage = try Directory(opening: folder.appending("stage"))
            _ = try unpack(wheels, layout: someLayout, into: stage, requested: false)
            let site = stage.path.appending("lib/python3.11/site-packages")
            #expect(try site.text("\u{E9}.py") == "spam")
            #expect(try site.text("e\u{301}.py") == "ham")
        }
    }

    /// Only a file system that takes two names for one puts something in the way in a new stage.
    @Test(arguments: ["demo.py", "demo_data/text.txt", "demo_data"])
    func `what the file system can't hold apart is refused by name`(inTheWay: String) throws {
        try withTemporaryFolder { folder in
            let wheel = try check(OddWheel.plain().write(in: folder), for: nil)
            let site = folder.appending("stage/lib/python3.11/site-packages")
            try site.write(FilePath(inTheWay), "")
            let stage = try Directory(opening: folder.appending("stage"))
            let error = #expect(throws: WheelError.self) {
                try unpack(wheel, layout: someLayout, into: stage, requested: false)
            }
            guard case .wheel(wheel.path, let entry, .destinationAlike) = error else {
                Issue.record("\(error.map { "\($0)" } ?? "none")")
                return
            }
            #expect(entry?.hasSuffix(inTheWay) == true)
        }
    }
}
