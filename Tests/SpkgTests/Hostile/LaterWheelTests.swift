import Platform
import Support
import SystemPackage
import Testing

/// Wheels whose names have a part that this program doesn't know: variants (PEP 825, a draft).
@Suite struct LaterWheelTests {
    static let names = [
        "demo-1.0-py3-none-any-x86_64_v3.whl", "demo-1.0-1-py3-none-any-x86_64_v3.whl",
        "demo-1.0-cp311-cp311-manylinux_2_28_x86_64-cu12.whl", "demo-1.0-py2.py3-none-any-null.whl",
    ]

    private func write(_ name: String, in folder: FilePath) throws -> FilePath {
        var wheel = WheelBuilder()
        wheel.add("demo.py")
        wheel.filename = name
        return try wheel.write(in: folder)
    }

    @Test(arguments: names)
    func `named on the command line they are refused for what they are`(name: String) throws {
        try Distribution.run { distribution in
            let path = try write(name, in: distribution.root)
            let said = try distribution.spkg("wheel", "check", path.string)
            #expect(said.status == 1)
            #expect(said.stderr.contains("of a later standard"), "\(said.stderr)")
            #expect(said.stderr.contains(name))
        }
    }

    @Test func `indexes and stores pass them over`() throws {
        try Distribution.run { distribution in
            let folder = distribution.root.appending("wheels")
            try makeDirectories(folder)
            for name in Self.names { _ = try write(name, in: folder) }
            _ = try write("demo-1.0-py3-none-any.whl", in: folder)
            let said = try distribution.spkg("index", folder.string)
            #expect(said.status == 0, "\(said.stderr)")
            #expect(try folder.text("simple/demo/index.html").contains("demo-1.0-py3-none-any.whl"))
            #expect(try !folder.text("simple/demo/index.html").contains("x86_64_v3"))

            try distribution.add("tool", "1.0")
            try distribution.add("spam", "1.0", dependencies: "tool", requires: ["tool"])
            #expect(try distribution.spkg("install", "tool").status == 0)
            for name in Self.names + ["stray.whl", "tool-0.9-py3-none-any.whl"] {
                _ = try write(name, in: distribution.wheels)
            }
            let install = try distribution.spkg("install", "spam")
            #expect(install.status == 0, "\(install.stderr)")
        }
    }
}
