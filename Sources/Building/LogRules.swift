/// What a line of a log says about a failure.
struct LogRule {
    enum Weight: Int {
        /// Names the reason itself.
        case cause
        /// Complains, of the reason or of something harmless: counts where no cause is found.
        case complaint
        /// A command's or target's failure as another program reports it: never more than the last word.
        case verdict
        /// Stands before what a failed command has said.
        case announcement
        /// Begins a stack of calls, the innermost last.
        case traceback
        /// Looks like one of these, and says nothing.
        case nothing
    }

    /// Which lines around it belong to it.
    enum Context {
        case alone
        /// The functions and includes that lead to it, before; source text, carets and notes, after.
        case source
        /// The place and the source text, before.
        case sourceBefore
        /// What the failed test has said, before, up to an empty line.
        case wordsBefore
        /// Indented sentences with empty lines between them.
        case paragraphs
        /// A frame with source text, that ends in the message itself.
        case cythonFrame
        /// What is said up to the next empty line.
        case words
    }

    let pattern: LinePattern
    let weight: Weight
    let context: Context

    private init(_ pattern: String, _ weight: Weight, _ context: Context = .alone) {
        self.pattern = LinePattern(pattern)
        self.weight = weight
        self.context = context
    }

    /// In patterns `…` stands for any text, `^` and `$` for the ends of the line. Of several rules that
    /// a line follows the first counts. The order of weights, not of rules, decides what is shown.
    static let all: [LogRule] = [
        // Headers of our own, which name commands.
        LogRule("^##### spkg ", .nothing),
        // Others' failures, reported: what they said themselves stands above.
        LogRule("collect2: error: ld returned", .verdict),
        LogRule("collect2: Fehler: ld gab", .verdict),
        LogRule(": error: linker command failed", .verdict),
        LogRule("^autoreconf: error: … failed with exit status", .verdict),
        LogRule("^error: command '", .verdict),
        LogRule("^error: Command '", .verdict),
        LogRule("^error: subprocess-exited-with-error", .verdict),
        LogRule("^error: metadata-generation-failed", .verdict),
        LogRule("^error: could not compile `", .verdict),
        LogRule("^error: aborting due to", .verdict),
        LogRule("ninja: build stopped", .verdict),
        LogRule("ninja: error: rebuilding", .verdict),
        LogRule("make…: *** […] Killed", .cause),
        LogRule("make…: *** […] Getötet", .cause),
        LogRule("make…: *** […] Segmentation fault", .cause),
        LogRule("make…: *** […] Speicherzugriffsfehler", .cause),
        LogRule("make…: *** […] Terminated", .cause),
        LogRule("make…: *** […] Beendet", .cause),
        LogRule("make…: *** […] ", .verdict),
        LogRule("make…: *** Waiting for unfinished jobs", .nothing),
        LogRule("make…: *** Es wird auf noch nicht beendete", .nothing),
        // What a failed command said comes after this.
        LogRule("^FAILED: ", .announcement),

        // Compilers: gcc, clang, and all that write as they do (bison, gold, lld, configure, libtool).
        LogRule(": fatal error: ", .cause, .source),
        LogRule(": schwerwiegender Fehler: ", .cause, .source),
        LogRule(": error: ", .cause, .source),
        LogRule(": Fehler: ", .cause, .source),
        LogRule(": internal compiler error", .cause, .words),
        LogRule(": interner Compiler-Fehler", .cause, .words),
        // Fortran's message comes after the place that it is about.
        LogRule("^Error: …(1)", .cause, .sourceBefore),
        LogRule("^Fatal Error: …(1)", .cause, .sourceBefore),
        LogRule("^Fehler: …(1)", .cause, .sourceBefore),
        LogRule("^Fataler Fehler: …(1)", .cause, .sourceBefore),
        // Assemblers, swig; and Cython's compiler has a frame around the source text.
        LogRule(": Error: ", .cause),
        LogRule(": Fatal error: ", .cause),
        LogRule("^Error compiling Cython file:", .cause, .cythonFrame),
        LogRule("LLVM ERROR: ", .cause),
        // Rust.
        LogRule("^error[E", .cause, .source),
        LogRule("^error: no matching package", .cause, .words),
        LogRule("thread '…' panicked at", .cause, .words),

        // Linkers, and the loader.
        LogRule("undefined reference to ", .cause, .source),
        LogRule("Nicht definierter Verweis auf ", .cause, .source),
        LogRule("undefinierter Verweis auf ", .cause, .source),
        LogRule("undefined symbol: ", .cause, .source),
        LogRule("multiple definition of ", .cause, .source),
        LogRule("Mehrfachdefinition von ", .cause, .source),
        LogRule("ld…: cannot find ", .cause),
        LogRule("relocation … against ", .complaint),
        LogRule("file not recognized: ", .cause),
        LogRule("file format not recognized", .cause),
        LogRule("final link failed", .complaint),
        LogRule("error while loading shared libraries: ", .cause),
        LogRule(": version `…' not found", .cause),

        // The machine.
        LogRule("No space left on device", .cause),
        LogRule("kein Speicherplatz mehr", .cause),
        LogRule("Disk quota exceeded", .cause),
        LogRule("File size limit exceeded", .cause),
        LogRule("File too large", .cause),
        LogRule("Read-only file system", .cause),
        LogRule("memory exhausted", .cause),
        LogRule("out of memory", .cause),
        LogRule("Cannot allocate memory", .cause),
        LogRule("Nicht genügend Hauptspeicher", .cause),
        LogRule("std::bad_alloc", .cause),
        LogRule("^Killed$", .cause),
        LogRule(": line …Killed ", .cause),
        LogRule("Segmentation fault", .cause),
        LogRule("Speicherzugriffsfehler", .cause),
        LogRule("Illegal instruction", .cause),
        LogRule("Bus error", .cause),
        LogRule("(core dumped)", .cause),
        LogRule(": Assertion `…' failed", .cause),

        // make, ninja, scripts and their commands.
        LogRule(": *** …Stop.$", .cause),
        LogRule(": *** …Schluss.$", .cause),
        LogRule(": *** Keine Regel", .cause, .source),
        LogRule("make…: …: No such file or directory$", .cause),
        LogRule("make…: …: Datei oder Verzeichnis nicht gefunden$", .cause),
        LogRule(": command not found", .cause),
        LogRule(": Kommando nicht gefunden", .cause),
        LogRule("/sh: …: not found$", .cause),
        LogRule("^sh: …: not found$", .cause),
        LogRule("bad interpreter: ", .cause),
        LogRule("cannot execute: ", .cause),
        LogRule(": unbound variable", .cause),
        LogRule(": syntax error", .cause, .source),
        LogRule("unexpected end of file", .cause),
        LogRule("Hunk #…FAILED at", .cause),
        LogRule("hunk FAILED", .cause),
        LogRule("hunks FAILED", .cause),
        LogRule("can't find file to patch", .cause),
        LogRule("Can't locate … in @INC", .cause),

        // Configuration.
        LogRule("^CMake Error", .cause, .paragraphs),
        LogRule(": ERROR: ", .cause),
        LogRule("was not found in the pkg-config search path", .cause),
        LogRule("configuration error: ", .cause, .words),
        LogRule("invalid pyproject.toml config", .cause),

        // Python's exceptions, in the end of a traceback.
        LogRule("Traceback (most recent call last):", .traceback),

        // Tests.
        LogRule("***Failed", .complaint),
        LogRule("***Exception", .complaint),
        LogRule("***Timeout", .complaint),
        LogRule("^not ok ", .complaint),
        LogRule("^FAIL …(exit status: ", .complaint, .wordsBefore),
        LogRule("^FAIL: ", .complaint),
        LogRule("^FAIL ", .complaint),
        LogRule("^FAILED ", .complaint),
        LogRule("^E   ", .complaint, .wordsBefore),

        // Words of anyone.
        LogRule("^error: ", .complaint, .words),
        LogRule("^Error: ", .complaint, .words),
        LogRule("^ERROR: ", .complaint, .words),
        LogRule("^Error ", .complaint, .words),
        LogRule("^ERROR ", .complaint, .words),
        LogRule("^Fehler: ", .complaint, .words),
        LogRule(": error ", .complaint),
        LogRule("^! ", .complaint, .words),
        LogRule("fatal: ", .complaint),
        LogRule(": Permission denied", .complaint),
        LogRule("Keine Berechtigung", .complaint),
        LogRule("Operation not permitted", .complaint),
        LogRule("No such file or directory", .complaint),
        LogRule("Datei oder Verzeichnis nicht gefunden", .complaint),
        LogRule("Could not resolve host", .complaint),
        LogRule("Temporary failure in name resolution", .complaint),
        LogRule("Connection refused", .complaint),
        LogRule("Network is unreachable", .complaint),
    ]
}
