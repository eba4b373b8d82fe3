import Testing

@testable import Building

@Suite struct DryRunTests {
    @Test(
        arguments: [
            ("", nil), ("n", .justPrint), ("kn -j4", .justPrint), (" n", .justPrint),
            (" -n", .justPrint), ("t", .touch), ("q", .question), ("nq", .question),
            ("k -Otarget", nil), (" -Onone", nil), (" --output-sync=target", nil),
            (" --jobserver-auth=fifo:/tmp/n", nil), (" -j4 -l2 -In -I n -Cq -f t", nil),
            ("w -- CC=n", nil), (" -- n=-n\\ -q", nil), ("CC=ntq", nil), ("CC=ntq -n", .justPrint),
            (" --no-print-directory --trace --quiet", nil), (" --dry-run", .justPrint),
            (" --just-print", .justPrint), (" --recon", .justPrint), (" --question", .question),
            (" --touch", .touch), (" --dry", .justPrint), (" --quest", .question),
            (" --debug=n --directory=t", nil), (" -W n -o q", nil), (" -kWn", nil),
            (" -nWq", .justPrint),
        ] as [(String, DryRun?)])
    func `MAKEFLAGS is read as make reads it`(flags: String, wanted: DryRun?) {
        #expect(DryRun(["MAKEFLAGS": flags]) == wanted)
    }

    @Test func `MAKE may have options too`() {
        #expect(DryRun(["MAKE": "make -n"]) == .justPrint)
        #expect(DryRun(["MAKE": "ninja-to-make -j4 n"]) == nil)
    }
}
