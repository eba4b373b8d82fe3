public import Platform
public import SystemPackage

/// Every way in which a tree can't be read or made.
public enum TreeError: Error {
    case platform(PlatformError)
    /// No Python answers by this name.
    case noInterpreter(program: String, reason: String)
    /// The tree has no `bin/python3`, or it leads nowhere. `version` is the one that it was made for.
    case treeWithoutInterpreter(tree: FilePath, link: FilePath, version: String? = nil)
    /// The folder's interpreter belongs to another prefix, so nothing installed here would be seen.
    case notItsOwn(tree: FilePath, prefix: String)
    /// The interpreter's packages are somebody else's to change (PEP 668); `message` is theirs.
    case externallyManaged(tree: FilePath, message: String)
    /// A record that is neither ours nor one of the old machinery's.
    case unreadableRecord(path: FilePath, reason: String)
    /// A line in a list of what pip has installed that names no distribution.
    case unreadableList(path: FilePath, line: String)
    /// A record in a form that only later versions of this program know.
    case newerRecord(path: FilePath, format: Int)
}

extension TreeError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .platform(let error):
            "\(error)"
        case .noInterpreter(let program, let reason):
            """
            \(program) does not answer as a Python interpreter: \(reason)
            install Python 3, or name one: SPKG_PYTHON=/path/to/python3
            """
        case .treeWithoutInterpreter(let tree, let link, let version):
            """
            \(tree) has no interpreter: \(link) is missing or leads nowhere
            if Python\(version.map { " \($0)" } ?? "") was upgraded or moved, name the one to use: \
            SPKG_PYTHON=/path/to/python3 spkg repair --tree \(tree)
            """
        case .notItsOwn(let tree, let prefix):
            """
            \(tree) is no environment of its own: its interpreter installs into \(prefix)
            make it one, python3 -m venv \(tree), or name that folder
            """
        case .externallyManaged(let tree, let message):
            """
            the packages of \(tree) are not to be changed from outside (EXTERNALLY-MANAGED, PEP 668):
            \(message.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n"))
            use a virtual environment, or do it all the same: --break-system-packages
            """
        case .unreadableRecord(let path, let reason):
            """
            the record \(path) can't be read: \(reason)
            \(Self.advice(path))
            """
        case .unreadableList(let path, let line):
            """
            \(path) names no distribution in this line: \(line)
            it says what pip has installed for the package; correct the line, or remove it
            """
        case .newerRecord(let path, let format):
            """
            the record \(path) has format \(format), and this spkg reads up to \(InstalledRecord.format)
            use the spkg that wrote it, or a newer one
            """
        }
    }
}

extension TreeError {
    /// What to type: installing over the files makes them the package's again.
    private static func advice(_ path: FilePath) -> String {
        guard let file = RecordFile(name: path.lastComponent?.string ?? "") else {
            return "move it away"
        }
        return "move it away and install the package again: "
            + "mv '\(path)' /var/tmp/ && spkg install \(file.package)"
    }
}
