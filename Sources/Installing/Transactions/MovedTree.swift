internal import Platform
public import SystemPackage
public import Trees
internal import Wheels

extension Tree {
    /// Where this tree was when packages were installed in it that still lead there.
    ///
    /// - Parameter records: some of its own.
    /// - Returns: nil when it was here.
    public func formerPlace(by records: some Sequence<InstalledRecord>) throws -> FilePath? {
        for record in records {
            if let prefix = record.prefix, try !isAt(prefix) { return FilePath(prefix) }
        }
        return nil
    }

    /// Whether packages are recorded here; other environments have none of our records.
    func hasRecords() throws -> Bool { try status(installed) != nil }

    /// A script in `bin` that starts the Python of another environment, or one that is gone: it was
    /// written when this environment was another path.
    ///
    /// - Parameter path: relative to the root.
    /// - Returns: nil for all other files.
    func scriptFromElsewhere(_ path: FilePath) throws -> InstalledScript? {
        guard try targetStatus(self.path(path)).map({ $0.size < 1 << 20 }) ?? false,
            let script = InstalledScript(try readFile(self.path(path)))
        else { return nil }
        let folder = script.interpreter.removingLastComponent()
        guard folder.lastComponent == "bin", try !isAt(folder.removingLastComponent().string)
        else { return nil }
        // One of the system's own is a script's own choice.
        let isEnvironment =
            try status(folder.removingLastComponent().appending("pyvenv.cfg")) != nil
        return try isEnvironment || targetStatus(script.interpreter) == nil ? script : nil
    }
}
