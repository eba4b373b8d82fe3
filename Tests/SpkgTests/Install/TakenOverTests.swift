import Platform
import Support
import SystemPackage
import Testing

/// Python packages that the installer of a distribution has put into a tree, in the ways of each era.
@Suite struct TakenOverTests {
    /// What its record and its scripts tell of a package.
    enum Form: CaseIterable {
        /// SageMath 9: the wheel alone is recorded, pip's list lies beside its script.
        case listedForRemoval
        /// SageMath 10 and passagemath: a list of what was stored, which pip gets for both.
        case listed
        /// With SAGE_SUDO: pip has staged it, and its files are recorded.
        case recorded
        /// setuptools itself has staged it, without RECORD, as the first packages of SageMath 9.
        case staged

        func script(_ name: String) -> String {
            let list =
                switch self {
                case .listedForRemoval:
                    "-r $SAGE_SPKG_SCRIPTS/$PKG_BASE/spkg-piprm-requirements.txt"
                case .listed: "-r \"$SAGE_SPKG_SCRIPTS/$PKG_BASE/spkg-requirements.txt\""
                case .recorded: name
                case .staged: ""
                }
            return "#!/usr/bin/env bash\nset -e\ncd $SAGE_PKG_DIR\n"
                + (list.isEmpty ? "" : "\nsdh_pip_uninstall \(list)\n")
        }
    }

    private static let scripts = "var/lib/sage/scripts"

    /// Puts a package there as its installer has: `Old.Name`, of the recipe `old`.
    private func addOld(_ form: Form, to distribution: Distribution) throws {
        var wheel = WheelBuilder("Old.Name", "1.0")
        wheel.add("oldname/__init__.py", "version = '1.0'\n")
        wheel.add("oldname/only_in_1.py", "")
        wheel.consoleScripts = ["old = oldname:version.lower"]
        try makeDirectories(distribution.wheels)
        try wheel.write(in: distribution.wheels)
        let stored = "var/lib/sage/wheels/\(wheel.wheelName)"
        let before = try distribution.tree()
        let wheelPath = distribution.local.pushing(FilePath(stored)).string
        // One of them by pip itself; the others as it does it, in a fraction of its time.
        let pip =
            form == .listed
            ? try distribution.pip("install", "--no-index", "--no-deps", "--no-compile", wheelPath)
            : try distribution.spkg("wheel", "install", "--tree", "local", wheelPath)
        try #require(pip.status == 0, "\(pip.stderr)")
        let metadata =
            "\(FilePath("lib/python\(pythonVersion)/site-packages/Old.Name-1.0.dist-info"))"
        if form == .staged {
            let egg = metadata.replacing(".dist-info", with: "-py\(pythonVersion).egg-info")
            try distribution.local.write(
                FilePath("\(egg)/PKG-INFO"), "Metadata-Version: 1.0\nName: Old.Name\nVersion: 1.0\n"
            )
            try removeTree(distribution.local.pushing(FilePath(metadata)))
        }
        let kept = "\(Self.scripts)/old"
        try distribution.local.write(
            FilePath("\(kept)/spkg-piprm"), form.script("Old.Name"), mode: 0o755)
        var files = [stored]
        switch form {
        case .listedForRemoval:
            try distribution.local.write(
                FilePath("\(kept)/spkg-piprm-requirements.txt"), "Old.Name\n")
        case .listed:
            try distribution.local.write(
                FilePath("\(kept)/spkg-requirements.txt"),
                "Old.Name @ file://\(distribution.local)/\(stored)\n")
            files.append("\(kept)/spkg-requirements.txt")
        case .recorded, .staged:
            let now = try distribution.tree()
            files += now.keys.filter {
                before[$0] == nil && now[$0] != "folder" && !$0.hasPrefix("var")
                    && !(now[$0] ?? "").hasPrefix("folder")
            }
        }
        try distribution.local.write(
            "var/lib/sage/installed/old-1.0", AdoptedTreeTests.record("1.0", files.sorted()))
    }

    private func addRecipe(_ version: String, to distribution: Distribution) throws {
        try distribution.add(
            "old", version, files: ["oldname/__init__.py": "version = '\(version)'\n"],
            distribution: "Old.Name",
            change: { $0.file("old-\(version)/NAME", "Old.Name \(version)") })
    }

    /// A tree with such a package, a recipe of it, and nothing of spkg's.
    private func run(_ form: Form, _ body: (Distribution, [String: String]) throws -> Void) throws {
        try Distribution.run { distribution in
            let made = try distribution.said(
                ["python3", "-m", "venv", "--without-pip", "local"], [:])
            try #require(made.status == 0, "\(made)")
            let empty = try distribution.tree()
            try addOld(form, to: distribution)
            try addRecipe("1.0", to: distribution)
            try body(distribution, empty)
        }
    }

    @Test(arguments: Form.allCases)
    func `it is listed, up to date, verified, and its files are its own`(form: Form) throws {
        try run(form) { distribution, _ in
            #expect(try distribution.spkg("list").stdout == "old  1.0\n")
            let before = try distribution.tree()
            #expect(try distribution.spkg("install", "old").stderr.contains("already installed"))
            #expect(try distribution.tree() == before)
            let verified = try distribution.spkg("verify", "old")
            #expect(verified.status == 0, "\(verified)")
            let module = "local/lib/python\(pythonVersion)/site-packages/oldname/__init__.py"
            for path in [module, "local/bin/old"] {
                let owner = form == .recorded || form == .staged ? "old\n" : "Old.Name\n"
                #expect(try distribution.spkg("owner", path).stdout == owner)
            }
            #expect(try distribution.spkg("files", "old").stdout.contains(module))
            let exported = try distribution.spkg("export").stdout
            #expect(exported.hasPrefix("old-name==1.0"), "\(exported)")
            if form == .staged { return }
            try distribution.root.write(FilePath(module), "changed by somebody")
            let found = try distribution.spkg("verify", "old")
            #expect(found.status == 1 && found.stdout.contains("oldname/__init__.py"), "\(found)")
        }
    }

    @Test(arguments: Form.allCases)
    func `it goes whole, and others stay`(form: Form) throws {
        try run(form) { distribution, empty in
            let said = try distribution.spkg("uninstall", "old")
            #expect(said.status == 0 && said.stderr == "[old] uninstalled\n", "\(said)")
            let left = try distribution.tree().keys.filter {
                empty[$0] == nil && !$0.hasPrefix("var/lib/sage/wheels/simple")
                    && !$0.hasPrefix("var/lib/sage/history")
            }
            #expect(
                Set(left).isSubset(of: [
                    "var", "var/lib", "var/lib/sage", "var/lib/sage/changes",
                    "var/lib/sage/installed", "var/lib/sage/scripts", "var/lib/sage/wheels",
                ]), "\(left)")
            #expect(try distribution.spkg("verify").status == 0)
        }
    }

    @Test(arguments: Form.allCases)
    func `it is upgraded, and nothing of the old version stays`(form: Form) throws {
        try run(form) { distribution, _ in
            try addRecipe("2.0", to: distribution)
            let said = try distribution.install("old")
            #expect(!said.stderr.contains("warning"), "\(said.stderr)")
            #expect(
                try distribution.python("import oldname; print(oldname.version)").stdout == "2.0\n")
            #expect(try !distribution.site.exists("oldname/only_in_1.py"))
            #expect(try !distribution.local.exists("bin/old"))
            #expect(try distribution.spkg("list").stdout == "old  2.0\n")
            let verified = try distribution.spkg("verify")
            #expect(verified.status == 0, "\(verified)")
        }
    }

    @Test(arguments: [Form.listed, .listedForRemoval])
    func `others are built with its wheel, and the first change makes all pages`(form: Form) throws
    {
        try run(form) { distribution, _ in
            try distribution.add(
                "user", "1", requires: ["Old-Name >=1"], backend: "import oldname\n")
            try distribution.install("user")
            let verified = try distribution.spkg("verify")
            #expect(verified.status == 0, "\(verified)")
            let root = try distribution.wheels.text("simple/index.html")
            #expect(root.contains("old-name/") && root.contains("user/"))
            #expect(try distribution.wheels.exists("simple/old-name/index.html"))
        }
    }

    @Test func `a wheel that was only stored says nothing of who has installed that project`()
        throws
    {
        try run(.listed) { distribution, _ in
            // As SageMath's setuptools_wheel beside setuptools.
            let kept = "\(Self.scripts)/stored"
            try distribution.local.write(
                FilePath("\(kept)/spkg-piprm"), "#!/usr/bin/env bash\ncd $SAGE_PKG_DIR\n",
                mode: 0o755)
            try distribution.local.write(
                FilePath("\(kept)/spkg-requirements.txt"), "Old.Name @ file:///there\n")
            try distribution.local.write(
                "var/lib/sage/installed/stored-1",
                AdoptedTreeTests.record("1", ["\(kept)/spkg-requirements.txt"]))
            #expect(try distribution.spkg("verify", "stored").status == 0)
            #expect(try distribution.spkg("uninstall", "stored").status == 0)
            #expect(try distribution.site.exists("oldname/__init__.py"))
            #expect(try distribution.spkg("verify").status == 0)
        }
    }

    @Test func `what pip removed behind our back is found, and installed again`() throws {
        try run(.listedForRemoval) { distribution, _ in
            #expect(try distribution.pip("uninstall", "--yes", "Old.Name").status == 0)
            let found = try distribution.spkg("verify", "old")
            #expect(
                found.status == 1 && found.stdout.contains("Old.Name-1.0.dist-info"), "\(found)")
            try distribution.install("old")
            #expect(try distribution.python("import oldname").status == 0)
            #expect(try distribution.spkg("verify").status == 0)
        }
    }

    @Test func `a list that says nothing of the kind is named`() throws {
        try run(.listed) { distribution, _ in
            let list = try distribution.local.write(
                FilePath("\(Self.scripts)/old/spkg-requirements.txt"), "# stored\n\n@ file:///x\n")
            let before = try distribution.tree()
            let said = try distribution.spkg("uninstall", "old")
            #expect(said.status == 1 && said.stderr.contains(list.string), "\(said)")
            #expect(said.stderr.contains("@ file:///x"))
            #expect(try distribution.changes(since: before) == [])
        }
    }

    @Test func `a path by way of the distribution's link is its file's`() throws {
        try Distribution.run { distribution in
            try distribution.add("ham", "1")
            try distribution.install("ham")
            try distribution.root.link("venv", to: "local")
            try distribution.root.link("far", to: FilePath(distribution.site.string))
            for path in ["venv/lib/python\(pythonVersion)/site-packages/ham.py", "far/ham.py"] {
                #expect(try distribution.spkg("owner", path).stdout == "ham\n")
            }
        }
    }
}
