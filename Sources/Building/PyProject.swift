internal import Platform
public import SystemPackage
internal import TOMLKit

/// What a source tree says about its build: the table `[build-system]` of `pyproject.toml`.
public struct PyProject: Sendable, Equatable {
    /// Requirement strings (PEP 508), as written.
    public let requires: [String]
    /// `module.path` or `module.path:object.path`.
    public let backend: String
    /// Folders inside the source tree that hold the backend, relative.
    public let backendPath: [String]

    /// For source trees that say nothing: setuptools as it was before PEP 517, which sees the
    /// source's root on `sys.path`.
    public static let legacy = PyProject(
        requires: ["setuptools>=40.8.0"], backend: "setuptools.build_meta:__legacy__",
        backendPath: [])

    init(requires: [String], backend: String, backendPath: [String]) {
        self.requires = requires
        self.backend = backend
        self.backendPath = backendPath
    }

    /// Reads `pyproject.toml` in a source tree; `legacy` if there is none.
    ///
    /// A table without `build-backend` means the legacy backend (PEP 517, "Source trees"); one without
    /// `requires` is an error (PEP 518).
    ///
    /// - Throws: `badPyProject`, `platform`.
    public init(of source: FilePath) throws(BuildError) {
        let path = source.appending("pyproject.toml")
        let text: String?
        do { text = try readTextIfPresent(path) } catch { throw .platform(error) }
        guard let text else {
            self = .legacy
            return
        }
        try self.init(text, path: path)
    }

    init(_ text: String, path: FilePath) throws(BuildError) {
        func bad(_ reason: String) -> BuildError { .badPyProject(path: path, reason: reason) }
        let document: TOMLTable
        do { document = try TOMLTable(string: text) } catch let error as TOMLParseError {
            throw bad("is not TOML \(error.source.debugDescription): \(error.description)")
        } catch {
            throw bad("is not TOML: \(error)")
        }
        guard let entry = document["build-system"] else {
            self = .legacy
            return
        }
        guard let table = entry.table else { throw bad("build-system must be a table") }
        guard let requires = table["requires"] else {
            throw bad("[build-system] has no requires (PEP 518)")
        }
        func strings(_ value: any TOMLValueConvertible, _ key: String) throws(BuildError)
            -> [String]
        {
            guard let words = value.array?.map(\.string), !words.contains(nil) else {
                throw bad("\(key) in [build-system] must be a list of strings")
            }
            return words.compactMap(\.self)
        }
        self.requires = try strings(requires, "requires")
        if let value = table["build-backend"] {
            guard let name = value.string, !name.isEmpty else {
                throw bad("build-backend must be a string")
            }
            backend = name
        } else {
            backend = Self.legacy.backend
        }
        backendPath =
            try table["backend-path"].map { value throws(BuildError) in
                try strings(value, "backend-path")
            } ?? []
        for folder in backendPath {
            // Lexical only: the source is as trusted as the backend in it, this is for mistakes.
            let inside = FilePath(folder).lexicallyNormalized()
            guard inside.isRelative, inside.components.first != ".." else {
                throw bad("backend-path leads out of the source: \(folder) (PEP 517)")
            }
        }
    }
}
