import Platform
import Support
import SystemPackage
import Testing

/// What somebody trusts later is on disk before it gets its name, and its name is before the command ends:
/// after a power cut it is there whole or not at all. `Tests/Power` cuts the power; this tells in a second
/// which of the waits is gone.
@Suite struct SyncTests {
    struct Writer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Of what appears, as its path ends.
        let path: String
        /// What is waited for before: itself by another name, or what it speaks for.
        let content: String
        /// The folder that is waited for after, as its path ends.
        let folder: String
        let command: [String]
        var environment: [String: String] = [:]
        let prepare: @Sendable (Distribution) throws -> Void
    }

    static let writers = [
        Writer(
            testDescription: "an archive", path: "/upstream/spam-1.0.tar.gz",
            content: "/upstream/.spam-1.0.tar.gz.part", folder: "/upstream",
            command: ["download", "spam"]
        ) { distribution in
            try distribution.add("spam", "1.0")
            try distribution.root.write(".upstream.d/1", "\(distribution.root)/mirror\n")
            try makeDirectories(distribution.root.appending("mirror"))
            let upstream = try Directory(opening: distribution.root.appending("upstream"))
            try upstream.rename(
                "spam-1.0.tar.gz", to: "spam-1.0.tar.gz",
                in: Directory(opening: distribution.root.appending("mirror")), .replacing)
        },
        Writer(
            testDescription: "a copy of an archive", path: "/copies/spam-1.0.tar.gz",
            content: "/copies/.spam-1.0.tar.gz.", folder: "/copies", command: ["download", "spam"],
            environment: ["SAGE_SPKG_COPY_UPSTREAM": "copies"]
        ) { try $0.add("spam", "1.0") },
        Writer(
            testDescription: "a new environment", path: "/local/pyvenv.cfg",
            content: "/local/.pyvenv.cfg.", folder: "/local", command: ["install", "spam"]
        ) { try $0.add("spam", "1.0") },
        Writer(
            testDescription: "what scripts have staged", path: "/run/built", content: "/pico-1",
            folder: "/run", command: ["build", "pico"], prepare: addScripted),
        Writer(
            testDescription: "a build", path: "/run/built", content: "/spam-1.0", folder: "/run",
            command: ["build", "spam"]
        ) { try $0.add("spam", "1.0") },
        Writer(
            testDescription: "rules for make", path: "/rules.mk", content: "/.rules.mk.",
            folder: "", command: ["makefile", "--output", "rules.mk"], prepare: addScripted),
        Writer(
            testDescription: "a stand-in", path: "/build/bin/sage-spkg",
            content: "/build/bin/.sage-spkg.", folder: "/build/bin", command: ["adopt"]
        ) { distribution in
            try addScripted(distribution)
            try distribution.root.write("build/bin/sage-spkg", "#!/bin/sh\n")
        },
        Writer(
            testDescription: "an index of a folder", path: "/wheels/simple",
            content: "/wheels/.simple.stage", folder: "/wheels", command: ["index", "wheels"]
        ) { distribution in
            try makeDirectories(distribution.root.appending("wheels"))
            try WheelBuilder("spam", "1.0").write(in: distribution.root.appending("wheels"))
        },
        Writer(
            testDescription: "an index of a tree", path: "/done", content: "/var/tmp/sage/stage/",
            folder: "/var/lib/sage/changes", command: ["index"], prepare: damagePages),
        Writer(
            testDescription: "a repaired index", path: "/done", content: "/var/tmp/sage/stage/",
            folder: "/var/lib/sage/changes", command: ["repair"], prepare: damagePages),
    ]

    private static func addScripted(_ distribution: Distribution) throws {
        let recipe = distribution.root.pushing("build/pkgs/pico")
        try recipe.write("type", "standard\n")
        try recipe.write("package-version.txt", "1\n")
        try recipe.write("spkg-install.in", "echo 1 >\"$SAGE_DESTDIR_LOCAL/pico\"\n")
    }

    private static func damagePages(_ distribution: Distribution) throws {
        try distribution.add("spam", "1.0")
        try distribution.spkg("install", "spam")
        try distribution.wheels.write("simple/index.html", "")
    }

    @Test(arguments: writers)
    func `is on disk before it has its name, and has its name before the command ends`(
        writer: Writer
    ) throws {
        try Distribution.run { distribution in
            try writer.prepare(distribution)
            let calls = try calls(of: writer, in: distribution, ["SPKG_DURABLE": "yes"])
            let appears = try #require(
                calls.firstIndex { $0.name == "rename" && $0.path.string.hasSuffix(writer.path) })
            let folder = distribution.root.string + writer.folder
            #expect(
                calls[..<appears].contains {
                    $0.name == "sync" && $0.path.string.contains(writer.content)
                })
            #expect(
                calls[appears...].contains {
                    $0.name == "sync"
                        && ($0.path.string == folder || $0.path.string.hasSuffix(writer.folder))
                })
        }
    }

    /// But for stand-ins, which a distribution may get in whatever environment.
    @Test(arguments: writers.filter { $0.command != ["adopt"] })
    func `nothing is waited for where that is not wanted`(writer: Writer) throws {
        try Distribution.run { distribution in
            try writer.prepare(distribution)
            let calls = try calls(of: writer, in: distribution, ["SPKG_DURABLE": "no"])
            #expect(!calls.contains { $0.name == "sync" })
        }
    }

    private func calls(
        of writer: Writer, in distribution: Distribution, _ environment: [String: String]
    ) throws -> [Fault.Call] {
        let log = distribution.root.appending("calls.log")
        let watched = try Fault.environment(nil, in: Distribution.program, log: log)
        var more = watched.merging(environment) { $1 }
        for (name, path) in writer.environment {
            more[name] = distribution.root.appending(path).string
        }
        let said = try distribution.said([Distribution.program.string] + writer.command, more)
        try #require(said.status == 0, "\(said)")
        return try Fault.calls(in: log)
    }
}
