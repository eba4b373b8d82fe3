import Platform
import Support
import SystemPackage
import Testing

/// `nice spkg install` is for the builds.
@Suite struct NicenessTests {
    @Test(arguments: [0, 7])
    func `a build is as nice as the command was started`(more: Int) throws {
        try Distribution.run { distribution in
            let wanted = try distribution.said(["nice", "-n", "\(more)", "nice"], [:]).stdout
            try distribution.addScripted(
                "pico", scripts: ["install.in": "nice > \"$SAGE_ROOT/script\"\n"])
            try distribution.add(
                "ham", "1",
                backend: "import os; open(os.environ['SAGE_ROOT'] + '/backend', 'w')"
                    + ".write('%d\\n' % os.nice(0))")
            for name in ["pico", "ham"] {
                let said = try distribution.said(
                    ["nice", "-n", "\(more)", Distribution.program.string, "install", name], [:])
                #expect(said.status == 0, "\(said)")
            }
            #expect(try distribution.root.text("script") == wanted)
            #expect(try distribution.root.text("backend") == wanted)
        }
    }
}
