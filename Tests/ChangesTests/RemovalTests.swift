import Platform
import Support
import SystemPackage
import Testing

@testable import Changes

@Suite struct RemovalTests {
    let package: FilePath = "lib/python3.11/site-packages"

    @Test func `removing takes files, byte code and emptied folders, and nothing else`() throws {
        try Sample.run { sample in
            try sample.root.write(package.appending("other.py"), "")
            try sample.root.write(package.pushing("__pycache__/other.cpython-311.pyc"), "")
            let before = try sample.listing()
            let files =
                ["spam/__init__.py", "spam/a/b.py", "spam.py", "spam-1.dist-info/RECORD"]
                .map { package.pushing(FilePath($0)) } + ["bin/spam", "share/doc/spam/README"]
            try sample.commit(Dictionary(uniqueKeysWithValues: files.map { ($0, "") }))
            try sample.root.write(package.pushing("__pycache__/spam.cpython-311.pyc"), "")
            try sample.root.write(package.pushing("spam/a/__pycache__/b.cpython-312.opt-1.pyc"), "")
            let skeleton = try sample.listing().keys.contains("bin") ? ["bin"] : []
            try sample.commit([:], owned: files)
            var after = try sample.listing()
            for folder in skeleton { after[folder] = nil }
            #expect(after == before)
        }
    }

    @Test func `files that are gone already are no failure`() throws {
        try Sample.run { sample in
            let outcome = try sample.commit([:], owned: ["bin/a", "share/x/y"])
            #expect(outcome.isEmpty)
        }
    }

    @Test func `the folders that make a tree stay when the last package goes`() throws {
        try Sample.run { sample in
            let file = package.appending("spam.py")
            try sample.commit([file: ""])
            try sample.commit([:], owned: [file])
            #expect(try sample.root.exists(package))
        }
    }

    @Test func `a namespace folder stays while another package lives in it`() throws {
        try Sample.run { sample in
            let ours = package.pushing("zope/interface/a.py")
            try sample.root.write(package.pushing("zope/event/b.py"), "")
            try sample.commit([ours: ""])
            try sample.commit([:], owned: [ours])
            #expect(try sample.root.exists(package.pushing("zope/event/b.py")))
            #expect(try !sample.root.exists(package.pushing("zope/interface")))
        }
    }

    @Test func `metadata leaves before code, and code arrives before metadata`() throws {
        let code = package.appending("spam")
        let info = package.appending("spam-1.dist-info")
        let record: FilePath = "var/lib/sage/installed/spam-1"
        let pth = package.appending("spam.pth")
        let arriving = [record, info, pth, "bin/spam", code].map {
            Step.place(staged: $0, path: $0)
        }
        #expect(arriving.inPhases().map(\.path) == [code, pth, "bin/spam", info, record])
        let leaving = [code, "bin/spam", info, record, pth].map { Step.drop(path: $0, kept: "0") }
        #expect(leaving.inPhases().map(\.path) == [record, info, "bin/spam", pth, code])
    }
}
