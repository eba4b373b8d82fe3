import Platform
import Support
import SystemPackage
import Testing

/// What builds require, and what that requires in turn.
@Suite struct BuildRequirementTests {
    private func wheel(_ name: String, requiring requirements: String...) -> WheelBuilder {
        var wheel = WheelBuilder(name, "1.0")
        wheel.add("\(name).py", "")
        wheel.metadata = ["Provides-Extra: x"] + requirements.map { "Requires-Dist: \($0)" }
        return wheel
    }

    /// tox-dev/pipdeptree#13, python-wheel-build/fromager#519.
    @Test func `extras may lead in circles`() throws {
        try Distribution.run { distribution in
            try distribution.add(wheel("aa", requiring: "bb[x]; extra == 'x'"))
            try distribution.add(wheel("bb", requiring: "aa[x]; extra == 'x'"))
            try distribution.add(wheel("cc", requiring: "cc[x]; extra == 'x'"))
            try distribution.add(wheel("dd", requiring: "ee[x]"))
            try distribution.add(wheel("ee", requiring: "dd[x]", "ee[y]; extra == 'x'"))
            for (number, required) in ["aa[x]", "cc[x]", "dd", "ee[x,y]"].enumerated() {
                try distribution.add(
                    "spam", "1.\(number)", dependencies: "aa bb cc dd ee", requires: [required])
                let said = try distribution.spkg("install", "spam")
                #expect(said.status == 0, "\(required): \(said.stderr)")
            }
        }
    }

    /// The extra is asked for when the distribution itself is in the environment already.
    @Test func `an extra that is required later brings what it requires`() throws {
        try Distribution.run { distribution in
            try distribution.add(wheel("ham", requiring: "eggs; extra == 'x'"))
            try distribution.add(wheel("eggs"))
            try distribution.add(
                "spam", "1.0", dependencies: "ham eggs", requires: ["ham", "ham[x]"],
                backend: "import ham, eggs")
            let said = try distribution.spkg("install", "spam")
            #expect(said.status == 0, "\(said.stderr)")
        }
    }

    @Test func `a requirement that can't be read is told with the wheel that has it`() throws {
        try Distribution.run { distribution in
            try distribution.add(wheel("ham", requiring: "eggs (>=1.*)"))
            try distribution.add("spam", "1.0", dependencies: "ham", requires: ["ham"])
            let said = try distribution.spkg("install", "spam")
            #expect(said.status == 1)
            for word in ["ham-1.0-py3-none-any.whl", "eggs (>=1.*)", "not a valid requirement"] {
                #expect(said.stderr.contains(word), "\(word) in: \(said.stderr)")
            }
            #expect(try distribution.litter() == [])
        }
    }

    /// METADATA with an unfolded text in it is good enough to be installed; so for building.
    @Test func `old metadata is read for building as for installing`() throws {
        try Distribution.run { distribution in
            var ham = wheel("ham", requiring: "eggs")
            ham.metadata += ["License: first line", "second line, not folded"]
            try distribution.add(ham)
            try distribution.add(wheel("eggs"))
            try distribution.add(
                "spam", "1.0", dependencies: "ham eggs", requires: ["ham"], backend: "import eggs")
            let said = try distribution.spkg("install", "spam")
            #expect(said.status == 0, "\(said.stderr)")
        }
    }

    @Test func `two requirements may bring one file`() throws {
        try Distribution.run { distribution in
            try distribution.add("seed", "1.0")
            #expect(try distribution.spkg("install", "seed").status == 0)
            for name in ["ham", "eggs"] {
                var one = wheel(name)
                one.add("shared/\(name).py", "")
                one.add("shared/__init__.py", "name = '\(name)'\n")
                try one.write(in: distribution.wheels)
            }
            try distribution.add(
                "spam", "1.0", requires: ["ham", "eggs"],
                backend: "import shared.ham, shared.eggs")
            let said = try distribution.spkg("install", "spam")
            #expect(said.status == 0, "\(said.stderr)")
        }
    }

    /// The hooks of the fixture's backend, and one that has a new answer each time.
    private func restless(_ tar: inout TarWriter, _ answer: String) {
        tar.file(
            "spam-1.0/pyproject.toml",
            """
            [build-system]
            requires = []
            build-backend = "restless"
            backend-path = ["."]
            """)
        tar.file(
            "spam-1.0/restless.py",
            """
            import os
            from backend import build_wheel
            def get_requires_for_build_wheel(settings=None):
                with open("asked", "a") as asked:
                    asked.write("x")
                count = os.path.getsize("asked")
                return \(answer)
            """)
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: ["['tool' + ' ' * count]", "['tool>=0.%d' % count, 'tool']"])
    func `a backend that asks for more each time builds in the end`(answer: String) throws {
        try Distribution.run { distribution in
            try distribution.add(wheel("tool"))
            try distribution.add("spam", "1.0", dependencies: "tool") { restless(&$0, answer) }
            let said = try distribution.spkg("install", "spam", environment: ["SPKG_JOBS": "1"])
            #expect(said.status == 0, "\(said.stderr)")
        }
    }

    @Test func `a backend that asks again gets what it asks for`() throws {
        try Distribution.run { distribution in
            try distribution.add(wheel("tool"))
            try distribution.add(wheel("drill"))
            try distribution.add(
                "spam", "1.0", dependencies: "tool drill", backend: "import tool, drill"
            ) {
                restless(&$0, "['tool'] if count == 1 else ['tool', 'drill']")
            }
            let said = try distribution.spkg("install", "spam")
            #expect(said.status == 0, "\(said.stderr)")
        }
    }

    /// Python-SIP/sip#73 returns a list.
    @Test(arguments: ["os.path.join(directory, name)", "[name]", "None", "name"])
    func `an sdist hook may return what it likes`(returned: String) throws {
        try Distribution.run { distribution in
            try distribution.add("spam", "1.0") { tar in
                tar.file(
                    "spam-1.0/pyproject.toml",
                    """
                    [build-system]
                    requires = []
                    build-backend = "packing"
                    backend-path = ["."]
                    """)
                tar.file(
                    "spam-1.0/packing.py",
                    """
                    import os, tarfile
                    from backend import *
                    def build_sdist(directory, settings=None):
                        name = "spam-1.0.tar.gz"
                        with tarfile.open(os.path.join(directory, name), "w:gz") as tar:
                            for part in os.listdir("."):
                                if part != "dist": tar.add(part, "spam-1.0/" + part)
                        return \(returned)
                    """)
            }
            try distribution.root.write(
                "build/pkgs/spam/spkg-install.in",
                """
                cd src && sdh_build_wheel --build-isolation --sdist-then-wheel . &&
                    sdh_store_and_pip_install_wheel .
                """)
            let said = try distribution.spkg("install", "spam")
            #expect(said.status == 0, "\(said.stderr)")
            #expect(try distribution.python("import spam").status == 0)
        }
    }
}
