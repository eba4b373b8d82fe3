import Platform
import Support
import SystemPackage
import Testing

/// `spkg install --dry-run` and `spkg upgrade --dry-run`: what would be done, and why. Nothing changes.
@Suite struct DryRunTests {
    /// A library, and a package that is built with it.
    private func add(_ distribution: Distribution) throws {
        try distribution.addBuild("lib", "")
        try distribution.addBuild("app", "", dependencies: "lib")
    }

    private func plan(
        _ distribution: Distribution, _ words: String..., environment: [String: String] = [:]
    ) throws -> String {
        let before = try distribution.root.listing { $0 == "home" }
        let said = try distribution.said(
            [Distribution.program.string] + words + ["--dry-run"], environment)
        #expect(said.status == 0, "\(said.stderr)")
        #expect(try distribution.root.listing { $0 == "home" } == before)
        return said.stdout
    }

    @Test func `a new tree gets everything, in the order of dependencies, and is not made`() throws
    {
        try Distribution.run { distribution in
            try add(distribution)
            try distribution.add("pico", "1.0")
            let text = try plan(distribution, "install", "app", "pico")
            let lines = text.split(separator: "\n")
            #expect(lines.contains("lib-1.0: not installed"), "\(text)")
            #expect(lines.firstIndex(of: "lib-1.0: not installed") == 0, "\(text)")
            #expect(lines.contains("app-1.0: not installed"), "\(text)")
            #expect(
                text.contains("pico-1.0: not installed (pico-1.0.tar.gz, "), "\(text)")
            try removeTree(distribution.root.pushing("upstream"))
            #expect(
                try plan(distribution, "install", "pico")
                    == "pico-1.0: not installed (pico-1.0.tar.gz, to be downloaded)\n")
            #expect(try !distribution.root.exists("local"))
        }
    }

    @Test func `the reason names what has changed`() throws {
        try Distribution.run { distribution in
            try add(distribution)
            try distribution.install("app")
            #expect(try plan(distribution, "install", "app") == "")
            #expect(try plan(distribution, "upgrade") == "")

            let recipe = distribution.root.pushing("build/pkgs/app")
            try recipe.write("patches.txt", "")
            try recipe.write("spkg-install.in", recipe.text("spkg-install.in") + "# new\n")
            func reason(_ text: String) -> Substring? {
                text.split(separator: "\n").first { $0.hasPrefix("app-1.0: ") }?.dropFirst(9)
                    .prefix { $0 != "(" }
            }
            #expect(
                reason(try plan(distribution, "install", "app"))
                    == "recipe changed: patches.txt spkg-install.in ")
            #expect(
                reason(
                    try plan(distribution, "upgrade", environment: ["CFLAGS": "-O1", "CC": "cc"]))
                    == "recipe changed: patches.txt spkg-install.in; flags changed: CC CFLAGS; "
                    + "dependency changed: lib ")
            try distribution.install("app")

            let lib = distribution.root.pushing("build/pkgs/lib")
            try lib.write("note.txt", "")
            #expect(reason(try plan(distribution, "upgrade")) == "dependency changed: lib ")
            try removeTree(lib.appending("note.txt"))

            #expect(try distribution.spkg("uninstall", "lib").status == 0)
            let text = try plan(distribution, "install", "app")
            #expect(text.hasPrefix("lib-1.0: not installed"), "\(text)")
            #expect(reason(text) == "after its dependencies lib ")
            try distribution.install("app")

            try distribution.addBuild("app", "", dependencies: "lib")
            try recipe.write("package-version.txt", "1.1\n")
            #expect(
                try plan(distribution, "upgrade", "app").hasPrefix("app-1.1: 1.0 is installed"))
        }
    }

    @Test func `edited sources, lost metadata, a forced and a reinstalled package are told`() throws
    {
        try Distribution.run { distribution in
            try distribution.addWheelRecipe("pico", "1.0")
            try distribution.install("pico")
            let forced = try plan(distribution, "install", "--force", "pico")
            #expect(forced.hasPrefix("pico-1.0: requested (pico-1.0-py3-none-any.whl, "))
            let again = try plan(distribution, "install", "--reinstall", "pico")
            #expect(again.hasPrefix("pico-1.0: requested (pico-1.0-py3-none-any.whl, "))
            try removeTree(distribution.site.appending("pico-1.0.dist-info"))
            let lost = try plan(distribution, "install", "pico")
            #expect(lost.hasPrefix("pico-1.0: its metadata is gone from site-packages ("))
        }
    }

    @Test func `the time of the last build is told`() throws {
        try Distribution.run { distribution in
            try add(distribution)
            try distribution.root.write("logs/pkgs/build-times.txt", "lib 0.9 71.500\n")
            #expect(
                try plan(distribution, "install", "lib")
                    == "lib-1.0: not installed (took 71.5 s the last time)\n")
        }
    }
}
