import Glibc
import Platform
import Support
import SystemPackage
import Testing

/// The program is killed with SIGKILL at moments spread over its whole run. The next command must find
/// the tree exactly old or make it exactly new.
@Suite struct KillTests {
    private static let rounds = Int(inherited("SPKG_TEST_KILLS") ?? "") ?? 40

    @Test func `an upgrade killed at any moment leaves old or new`() throws {
        try Distribution.run { distribution in
            func files(_ version: String, _ range: ClosedRange<Int>) -> [String: String] {
                var files = ["spam/__init__.py": "version = '\(version)'", "spam.pth": ""]
                for number in range { files["spam/m\(number % 7)/f\(number).py"] = version }
                return files
            }
            let old = files("1.0", 1...150)
            let new = files("2.0", 50...200)
            try distribution.add("spam", "1.0", files: old)
            #expect(try distribution.spkg("install", "spam").status == 0)
            try distribution.add("spam", "2.0", files: new)
            let start = ContinuousClock.now
            #expect(try distribution.spkg("install", "spam").status == 0)
            let whole = ContinuousClock.now - start
            let newTree = try content(distribution)
            try distribution.add("spam", "1.0", files: old)
            #expect(try distribution.spkg("install", "spam").status == 0)
            let oldTree = try content(distribution)
            #expect(oldTree != newTree)

            var dice = SeededGenerator(for: "kill moments")
            var endings = (old: 0, new: 0)
            for _ in 0..<Self.rounds {
                try distribution.add("spam", "2.0", files: new)
                let share = Double(dice.number(0...1050)) / 1000
                let moment = Double(whole / .milliseconds(1)) * share / 1000
                // `timeout` would end itself before the killed process has given back its locks.
                let kill = #""$0" install spam & sleep "$1"; kill -KILL $!; wait"#
                _ = try distribution.said(
                    ["bash", "-c", kill, Distribution.program.string, "\(moment)"], [:])
                let recovered = try distribution.spkg("recover")
                #expect(recovered.status == 0, "\(recovered.stderr)")
                #expect(try distribution.litter() == [])
                let tree = try content(distribution)
                #expect(tree == oldTree || tree == newTree)
                if tree == newTree {
                    endings.new += 1
                    try distribution.add("spam", "1.0", files: old)
                    #expect(try distribution.spkg("install", "spam").status == 0)
                } else {
                    endings.old += 1
                }
            }
            // A sweep that never reached the change would prove nothing.
            #expect(endings.old > 0)
        }
    }

    /// The tree without what differs between two installs of the same version: times and their pages.
    private func content(_ distribution: Distribution) throws -> [String: String] {
        var tree = try distribution.tree()
        for path in tree.keys where path.hasPrefix("var/lib/sage") && !path.hasSuffix(".metadata") {
            tree[path] = "there"
        }
        return tree
    }
}
