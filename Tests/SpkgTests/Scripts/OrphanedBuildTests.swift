import Glibc
import Platform
import Support
import SystemPackage
import Testing

/// What a build starts ends with it, and with the program, however that ends.
@Suite struct OrphanedBuildTests {
    /// One in a session of its own, one in a group of its own, and one that doesn't want to hear.
    private static let children = """
        setsid bash -c 'echo $$ >> processes; while :; do date > ticks; sleep 0.01; done' &
        timeout 1000 bash -c 'echo $$ >> processes; sleep 1000 & wait' &
        (trap '' HUP INT; echo $BASHPID >> processes; sleep 1000 & wait) &
        until [ -f processes ] && [ "$(wc -l < processes)" = 3 ]; do sleep 0.01; done

        """

    @Test func `after SIGKILL the next build starts when the last process of the old one is gone`()
        throws
    {
        try Distribution.run { distribution in
            let processes = distribution.root.appending("processes")
            let children = Self.children.replacing("processes", with: "\"$SAGE_ROOT\"/processes")
            try distribution.addScripted(
                "pico", scripts: ["install.in": "\(children)touch started; exec sleep 1000\n"])
            let started = distribution.local.pushing(
                "var/tmp/sage/build/pico-1.0/started")
            let running = try distribution.start(
                [
                    "sh", "-c", "echo $$ > pid; exec \"$0\" install pico",
                    Distribution.program.string,
                ])
            while try status(started) == nil { usleep(10_000) }
            let number = try distribution.root.text("pid").dropLast()
            kill(pid_t(number)!, SIGKILL)
            #expect(try running.end().status == 128 + 9)
            try distribution.addScripted(
                "pico",
                scripts: [
                    "install.in": """
                    while read -r process; do [ ! -e "/proc/$process" ] || echo "$process lives"; done \\
                        < "$SAGE_ROOT/processes" > left
                    mkdir -p "$SAGE_DESTDIR_LOCAL/share"; cp left "$SAGE_DESTDIR_LOCAL/share/left"

                    """
                ])
            try distribution.install("pico")
            #expect(try readText(processes).split(separator: "\n").count == 3)
            #expect(try distribution.local.text("share/left") == "")
        }
    }

    @Test func `what a script leaves running is ended with it`() throws {
        try Distribution.run { distribution in
            let children = Self.children.replacing("processes", with: "\"$SAGE_ROOT\"/processes")
            try distribution.addScripted("pico", scripts: ["install.in": children])
            try distribution.install("pico")
            for process in try distribution.root.text("processes").split(separator: "\n") {
                #expect(try status(FilePath("/proc/\(process)")) == nil)
            }
        }
    }
}
