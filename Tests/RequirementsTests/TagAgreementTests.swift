import Requirements
import Support
import Testing

@Suite struct TagAgreementTests {
    /// `sys_tags()` of the interpreter that runs, or of one that is told it is another.
    private let oracle = PackagingOracle(
        program: """
            import platform, struct, sysconfig, types

            def real_facts():
                var = sysconfig.get_config_var
                glibc = _manylinux._get_glibc_version()
                musl = _musllinux._get_musl_version(sys.executable)
                libc = ("musl", *musl) if musl else ("glibc", *glibc) if glibc[0] > 0 else ("", 0, 0)
                debug = var("Py_DEBUG")
                if debug is None:
                    debug = hasattr(sys, "gettotalrefcount")
                return [sys.implementation.name, *sys.version_info[:2], int(bool(debug)),
                        int(bool(var("Py_GIL_DISABLED"))), int(var("WITH_PYMALLOC") != 0),
                        var("EXT_SUFFIX"), sysconfig.get_platform(),
                        int(struct.calcsize("P") == 4), *libc, ""]

            def answer(fields):
                if fields == ["real facts"]:
                    return list(map(str, real_facts()))
                if fields == ["real tags"]:
                    return list(map(str, tags.sys_tags()))
                (name, major, minor, debug, threads, pymalloc, suffix, where, bits, libc,
                 libc_major, libc_minor, refused) = fields
                major, minor, libc_major, libc_minor = map(int, (major, minor, libc_major, libc_minor))
                variables = {"Py_DEBUG": int(debug), "Py_GIL_DISABLED": int(threads),
                             "WITH_PYMALLOC": int(pymalloc), "EXT_SUFFIX": suffix,
                             "py_version_nodot": f"{major}{minor}"}
                kept = [(module, key, getattr(module, key)) for module, key in (
                    (tags, "sys"), (tags, "_get_config_var"), (sysconfig, "get_platform"),
                    (platform, "system"), (_manylinux, "_get_glibc_version"),
                    (_manylinux, "_is_linux_i686"), (_manylinux, "_is_linux_armhf"),
                    (_musllinux, "_get_musl_version"), (tags, "_linux_platforms"))]
                real_linux = tags._linux_platforms
                tags.sys = types.SimpleNamespace(
                    version_info=(major, minor, 0), implementation=types.SimpleNamespace(name=name),
                    executable="", maxunicode=0x10FFFF)
                tags._get_config_var = lambda key, warn=False: variables.get(key)
                sysconfig.get_platform = lambda: where
                platform.system = lambda: "Linux"
                _manylinux._get_glibc_version = lambda: (
                    _manylinux._GLibCVersion(libc_major, libc_minor) if libc == "glibc"
                    else _manylinux._GLibCVersion(-1, -1))
                _manylinux._is_linux_i686 = lambda executable: bits == "1"
                _manylinux._is_linux_armhf = lambda executable: True
                _musllinux._get_musl_version = lambda executable: (
                    _musllinux._MuslVersion(libc_major, libc_minor) if libc == "musl" else None)
                tags._linux_platforms = lambda: real_linux(is_32bit=bits == "1")
                if refused:
                    policy = types.ModuleType("_manylinux")
                    policy.manylinux_compatible = (
                        lambda a, b, arch: f"{a}.{b}" not in refused.split())
                    sys.modules["_manylinux"] = policy
                try:
                    return list(map(str, tags.sys_tags()))
                finally:
                    sys.modules.pop("_manylinux", None)
                    for module, key, value in kept:
                        setattr(module, key, value)
            """)

    @Test func `the running interpreter supports the tags that packaging lists`() throws {
        let answers = try oracle.ask([["real facts"], ["real tags"]])
        let tags = InterpreterTags(try facts(answers[0]))
        #expect(tags.count > 0)
        #expect(tags.map(\.description) == answers[1])
    }

    @Test func `other interpreters support the tags that packaging lists`() throws {
        var dice = SeededGenerator(for: "interpreters")
        var questions: [[String]] = []
        for _ in 0..<400 {
            let isPyPy = dice.oneIn(8)
            let minor = dice.number(6...15)
            let machine = dice.pick([
                "x86_64", "x86_64", "aarch64", "i686", "armv7l", "ppc64le",
                "riscv64", "sparc64",
            ])
            let is32Bit = machine == "i686" || machine == "armv7l" || dice.oneIn(6)
            let libc = dice.pick([
                ["glibc", "2", String(dice.number(3...42))], ["glibc", "2", "36"],
                ["glibc", "3", "2"], ["musl", "1", String(dice.number(0...3))], ["", "0", "0"],
            ])
            questions.append(
                [
                    isPyPy ? "pypy" : dice.oneIn(20) ? "graalpy" : "cpython", "3", String(minor),
                    dice.oneIn(4) ? "1" : "0", dice.oneIn(4) ? "1" : "0",
                    dice.oneIn(4) ? "0" : "1",
                    isPyPy
                        ? ".pypy3\(minor)-pp73-x86_64-linux-gnu.so"
                        : ".graalpy-38-native-x86_64-linux.so",
                    "linux-\(machine)", is32Bit ? "1" : "0",
                ] + libc + [dice.oneIn(8) ? "2.17 2.5 2.30" : ""])
        }
        try expectAgreement(
            oracle, questions,
            ours: try questions.map { InterpreterTags(try facts($0)).map(\.description) })
    }

    /// From the fields that the oracle answers and asks with.
    private func facts(_ fields: [String]) throws -> InterpreterFacts {
        func number(_ index: Int) throws -> Int { try #require(Int(fields[index])) }
        let libc: InterpreterFacts.Libc =
            switch fields[9] {
            case "glibc": .glibc(major: try number(10), minor: try number(11))
            case "musl": .musl(major: try number(10), minor: try number(11))
            default: .unknown
            }
        let refused = fields[12].split(separator: " ").map {
            $0.split(separator: ".").compactMap { Int($0) }
        }
        return InterpreterFacts(
            implementationName: fields[0], major: try number(1), minor: try number(2),
            isDebugBuild: fields[3] == "1", isFreeThreaded: fields[4] == "1",
            hasPymalloc: fields[5] == "1", extensionSuffix: fields[6], platform: fields[7],
            is32Bit: fields[8] == "1", libc: libc, refusedManylinux: Set(refused))
    }
}
