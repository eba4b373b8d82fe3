internal import Changes
internal import Platform
internal import SystemPackage
internal import Trees

/// Compiles the modules of a stage to byte code, as if they were in the tree already.
///
/// Before the lock is taken, because it starts Python. Byte code is not listed in RECORD: it goes with
/// its sources (`Changes.OwnedFiles`), and Python makes it anew where it is missing.
///
/// - Returns: what Python said of modules that can't be compiled; pip passes over such modules too.
func compileByteCode(
    of stage: borrowing Stage, for tree: Tree, _ interpreter: Interpreter,
    environment: [String: String]
) throws -> String? {
    let modules = stage.path.pushing(interpreter.sitePackages)
    guard try status(modules) != nil else { return nil }
    var environment = environment
    // A fixed date would make byte code that is checked by hash, at every import.
    environment["SOURCE_DATE_EPOCH"] = nil
    let said = try run(
        [
            tree.interpreterLink.string, "-I", "-B", "-m", "compileall", "-q", "-j", "0",
            "-s", stage.path.string, "-p", tree.root.string, modules.string,
        ], environment: environment)
    return said.status == 0 ? nil : said.stdout + said.stderr
}
