import Platform
import Support
import SystemPackage
import Testing

/// Variables whose values mean nothing: refused at once, by name, with what would be understood.
@Suite struct SettingValueTests {
    static let wrong = [
        ("SPKG_JOBS", "x", "a whole number from 1 on"), ("SPKG_JOBS", "0", "from 1 on"),
        ("SPKG_JOBS", "-2", "from 1 on"), ("SPKG_JOBS", "4.5", "from 1 on"),
        ("SAGE_NUM_THREADS", "many", "from 0 on"), ("SPKG_DURABLE", "maybe", "yes or no"),
        ("SPKG_LOCK_TIMEOUT", "abc", "seconds"), ("SPKG_LOCK_TIMEOUT", "10s", "seconds"),
        ("SPKG_LOCK_TIMEOUT", "-1", "seconds"), ("SPKG_LOCK_TIMEOUT", "nan", "seconds"),
        ("SPKG_LOCK_TIMEOUT", "inf", "seconds"), ("SPKG_LOCK_TIMEOUT", "1e300", "seconds"),
        ("SAGE_KEEP_BUILT_SPKGS", "sure", "yes or no"),
        ("SAGE_CHECK", "perhaps", "yes, warn or no"),
        ("SAGE_CHECK_PACKAGES", "spam,!", "names of recipes"),
        ("SAGE_CHECK_PACKAGES", "Spam-1", "names of recipes"),
        ("SPKG_SYSTEM_PACKAGES", "zlib/1.3", "names of recipes"),
        ("SAGE_DEBUG", "maybe", "yes, no or symbols"), ("SAGE_LOCAL", "", "a folder"),
        ("SAGE_VENV", "", "a folder"), ("SAGE_INST_TREE", "", "a folder"),
    ]

    @Test(arguments: wrong)
    func `a value that means nothing is refused before anything is done`(
        variable: String, value: String, allowed: String
    ) throws {
        try Distribution.run { distribution in
            try distribution.add("spam", "1.0")
            let before = try distribution.root.listing()
            for words in [["install", "spam"], ["list"], ["uninstall", "spam"], ["recover"]] {
                let said = try distribution.said(
                    [Distribution.program.string] + words, [variable: value])
                #expect(said.status == 1, "\(words): \(said)")
                #expect(said.stderr.hasPrefix("error: \(variable) is '\(value)'"), "\(said)")
                #expect(said.stderr.contains(allowed), "\(said)")
            }
            #expect(try distribution.root.listing() == before)
        }
    }

    @Test(arguments: ["abc", "10s", "-1", "inf"])
    func `also where there is no source distribution`(timeout: String) throws {
        try withTemporaryFolder { folder in
            for words in [["flock", "lock", "true"], ["merge", "stage", "tree"]] {
                let said = try run(
                    [Distribution.program.string] + words,
                    environment: ["SPKG_LOCK_TIMEOUT": timeout], in: folder)
                #expect(said.status == 1, "\(words): \(said)")
                #expect(said.stderr.contains("SPKG_LOCK_TIMEOUT"), "\(said)")
            }
            #expect(try folder.listing() == [:])
        }
    }

    @Test(arguments: ["nan", "inf", "1e300", "-1", "", "10s"])
    func `the option is as strict as the variable`(timeout: String) throws {
        try Distribution.run { distribution in
            let said = try distribution.spkg("recover", "--lock-timeout=\(timeout)")
            #expect(said.status == 64, "\(said)")
            #expect(said.stderr.contains("--lock-timeout"), "\(said)")
        }
    }

    @Test func `empty variables but those of trees are as if not set`() throws {
        try Distribution.run { distribution in
            try distribution.add("spam", "1.0")
            let names = [
                "SPKG_JOBS", "SAGE_NUM_THREADS", "SPKG_DURABLE", "SPKG_LOCK_TIMEOUT", "SAGE_SUDO",
                "SAGE_KEEP_BUILT_SPKGS", "SAGE_CHECK", "SAGE_CHECK_PACKAGES",
                "SPKG_SYSTEM_PACKAGES",
                "SAGE_DEBUG", "SAGE_ROOT", "SAGE_LOGS", "SAGE_DISTFILES", "SAGE_SRC", "SPKG_PYTHON",
                "SAGE_SPKG_COPY_UPSTREAM", "SAGE_BUILD_DIR", "XDG_CACHE_HOME",
            ]
            let said = try distribution.said(
                [Distribution.program.string, "install", "spam"],
                Dictionary(uniqueKeysWithValues: names.map { ($0, "") }))
            #expect(said.status == 0, "\(said)")
            #expect(try distribution.site.exists("spam.py"))
        }
    }

    @Test func `blanks in SAGE_CHECK_PACKAGES don't hide a name`() throws {
        try Distribution.run { distribution in
            try distribution.add("spam", "1.0")
            let recipe = distribution.root.pushing("build/pkgs/spam")
            try recipe.write("spkg-install.in", "cd src && sdh_pip_install .\n")
            try recipe.write("spkg-check.in", "exit 3\n")
            let said = try distribution.spkg(
                "install", "spam", environment: ["SAGE_CHECK_PACKAGES": "!ham, spam"])
            #expect(said.status == 1, "\(said)")
            #expect(try !distribution.site.exists("spam.py"))
        }
    }
}
