internal import Glibc

/// Writes a line of talk to stderr, in one piece: lines of parallel commands must not mix.
func say(_ text: String) {
    Screen.shared.write(text + "\n")
}

/// Of this process's environment; nil if it is empty.
func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
}

/// Whether the terminal can't do more than a typewriter; one that has no name can't.
var isDumb: Bool { (variable("TERM") ?? "dumb") == "dumb" }

/// Whether what goes to this descriptor may have colours: NO_COLOR and CLICOLOR_FORCE decide, else
/// whether it is a terminal that knows them.
func hasColours(on descriptor: CInt) -> Bool {
    if variable("NO_COLOR") != nil { return false }
    if let forced = variable("CLICOLOR_FORCE"), forced != "0" { return true }
    return isatty(descriptor) == 1 && !isDumb
}

func bold(_ text: String, on descriptor: CInt) -> String {
    hasColours(on: descriptor) ? "\u{1b}[1m\(text)\u{1b}[0m" : text
}
