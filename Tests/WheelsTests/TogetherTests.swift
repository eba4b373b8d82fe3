import Platform
import Support
import SystemPackage
import Testing

@testable import Wheels

/// Several wheels of one call.
@Suite struct TogetherTests {
    /// Two wheels, each good in itself, and what they break between them.
    struct Pair: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let entry: String?
        let rule: PairRule
        let change: @Sendable (inout WheelBuilder, inout WheelBuilder) -> Void

        init(
            _ description: String, _ entry: String?, _ rule: PairRule,
            _ change: @escaping @Sendable (inout WheelBuilder, inout WheelBuilder) -> Void
        ) {
            testDescription = description
            self.entry = entry
            self.rule = rule
            self.change = change
        }
    }

    static let pairs: [Pair] = [
        Pair("two versions", nil, .sameDistribution) { $1 = WheelBuilder("Spam", "2.0") },
        Pair("one module twice", "\(site)/x.py", .samePlace) {
            $0.add("x.py", "1")
            $1.add("x.py", "2")
        },
        Pair("a module by way of a scheme", "\(site)/x.py", .samePlace) {
            $0.add("x.py")
            $1.add("ham-1.0.data/purelib/x.py", "2")
        },
        Pair("one name for two scripts of entry points", "bin/tool", .samePlace) {
            $0.consoleScripts = ["tool = spam:main"]
            $1.guiScripts = ["tool = ham:main"]
        },
        Pair("a script of an entry point and one that is written", "bin/tool", .samePlace) {
            $0.consoleScripts = ["tool = spam:main"]
            $1.add("ham-1.0.data/scripts/tool", "#!python\n")
        },
        Pair("RECORD of the other", "\(site)/spam-1.0.dist-info/RECORD", .samePlace) {
            $1.add("ham-1.0.data/data/\(site)/spam-1.0.dist-info/RECORD")
        },
        Pair("the same bytes, to be executed in one of them only", "\(site)/x.py", .samePlace) {
            $0.add("x.py", "1")
            $1.add("x.py", "1", mode: 0o100755)
        },
        Pair("a file where the other has a folder", "\(site)/x", .fileIsFolder) {
            $0.add("x")
            $1.add("x/y/z.py")
        },
        Pair("a folder where the other has a file", "\(site)/x/y", .fileIsFolder) {
            $0.add("x/y/z.py")
            $1.add("x/y")
        },
    ]

    @Test(arguments: Self.pairs)
    func `wheels that claim one place are refused before anything is written`(_ pair: Pair) throws {
        var spam = WheelBuilder("spam", "1.0")
        var ham = WheelBuilder("ham", "1.0")
        pair.change(&spam, &ham)
        try withTemporaryFolder { folder in
            let paths = try [spam, ham].map { try $0.write(in: folder) }
            let wheels = try check(paths, for: someTarget)
            let error = WheelError.pair(paths[0], paths[1], entry: pair.entry, rule: pair.rule)
            try makeDirectories(folder.appending("stage"))
            let stage = try Directory(opening: folder.appending("stage"))
            #expect(throws: error) {
                try unpack(wheels, layout: someLayout, into: stage, requested: true)
            }
            #expect(try stage.entries().isEmpty)
            for wheel in wheels {
                let alone = try FilePath.Component(#require(wheel.path.stem))
                try stage.makeDirectory(#require(alone))
                _ = try unpack(
                    wheel, layout: someLayout, into: stage.directory(#require(alone)),
                    requested: true)
            }
        }
    }

    @Test func `wheels share what is the same in each, and each lists it`() throws {
        try withTemporaryFolder { folder in
            let wheels = try ["spam", "ham", "eggs"].map { name in
                var wheel = WheelBuilder(name, "1.0")
                wheel.add("ns/__init__.py", "shared = True\n")
                wheel.add("ns/\(name).py", name)
                wheel.add("\(name)-1.0.data/scripts/tool", "#!python\nprint()\n")
                wheel.consoleScripts = ["start = ns:main", "\(name) = ns:main"]
                return try check(wheel.write(in: folder), for: someTarget)
            }
            let (together, alone) = (folder.appending("together"), folder.appending("alone"))
            for path in [together, alone] { try makeDirectories(path) }
            let unpacked = try unpack(
                wheels, layout: someLayout, into: Directory(opening: together), requested: true)
            for (wheel, unpacked) in zip(wheels, unpacked) {
                let own = alone.appending(try #require(wheel.path.stem))
                try makeDirectories(own)
                let single = try unpack(
                    wheel, layout: someLayout, into: Directory(opening: own), requested: true)
                #expect(single.files == unpacked.files)
                let lists = try [together, own].map {
                    try $0.text(FilePath("\(unpacked.distInfo)/RECORD"))
                }
                #expect(lists[0] == lists[1])
            }
            #expect(try together.text(FilePath("\(site)/ns/__init__.py")) == "shared = True\n")
        }
    }

    @Test func `many wheels at once are what each is alone`() throws {
        try withTemporaryFolder { folder in
            let wheels = try check(family(25).map { try $0.write(in: folder) }, for: someTarget)
            let (together, alone) = (folder.appending("together"), folder.appending("alone"))
            for path in [together, alone] { try makeDirectories(path) }
            let unpacked = try unpack(
                wheels, layout: someLayout, into: Directory(opening: together), requested: true)
            #expect(unpacked.map(\.distInfo) == wheels.map { "\(site)/\($0.distInfo)" })
            for (wheel, unpacked) in zip(wheels, unpacked) {
                let single = try unpack(
                    wheel, layout: someLayout, into: Directory(opening: alone), requested: true)
                #expect(single.files == unpacked.files)
                #expect(single.warnings == unpacked.warnings)
            }
            #expect(try together.listing() == alone.listing())
        }
    }

    @Test func `of several bad wheels, the first is named`() throws {
        try withTemporaryFolder { folder in
            var family = family(25)
            for number in [7, 8, 20] { family[number].wheelText = "Wheel-Version: 2.0\n" }
            let paths = try family.map { try $0.write(in: folder) }
            let entry = "member7-1.0.dist-info/WHEEL"
            #expect(
                throws: WheelError.wheel(wheel: paths[7], entry: entry, rule: .newerWheelVersion)
            ) {
                try check(paths, for: someTarget)
            }
        }
    }

    @Test func `of many wheels, the one whose content lies is named`() throws {
        try withTemporaryFolder { folder in
            var family = family(25)
            family[11].changeRecord = { $0[0][1] = WheelBuilder.recordHash("sha256", of: "other") }
            let wheels = try check(family.map { try $0.write(in: folder) }, for: someTarget)
            try makeDirectories(folder.appending("stage"))
            let problem = RecordProblem(.wrongHash, "member11/__init__.py")
            #expect(throws: WheelError.record(wheel: wheels[11].path, problem)) {
                try unpack(
                    wheels, layout: someLayout,
                    into: Directory(opening: folder.appending("stage")), requested: true)
            }
        }
    }

    /// Wheels of different sizes that share folders.
    private func family(_ count: Int) -> [WheelBuilder] {
        (0..<count).map { number in
            var wheel = WheelBuilder("member\(number)", "1.0")
            wheel.add("member\(number)/__init__.py", "number = \(number)\n")
            wheel.add("shared/part\(number).py", String(repeating: "x", count: number))
            for file in 0..<number { wheel.add("member\(number)/sub/f\(file).py", "\(file)") }
            wheel.add(
                "member\(number)/large.bin", bytes: [UInt8](repeating: 7, count: number * 40_000))
            wheel.consoleScripts = ["tool\(number) = member\(number):main"]
            return wheel
        }
    }
}
