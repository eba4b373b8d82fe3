internal import Platform
public import Requirements
public import SystemPackage
internal import TOMLKit

/// Which versions of Python a source tree says it is for: `requires-python` (PEP 621), or the same in
/// the metadata of an sdist.
public enum RequiredPython {
    /// The files that may say it.
    public static let files: Set<String> = ["pyproject.toml", "PKG-INFO"]

    /// Reads it from an unpacked source tree.
    ///
    /// - Parameter isPatched: a patch may have changed what `setup.py` says; then PKG-INFO, which is what it
    ///   said before, doesn't count.
    /// - Returns: nil when it isn't known: not said, left to the backend, or not to be read, which the build
    ///   will tell. The wheel that comes of it says it again.
    public static func read(in source: FilePath, isPatched: Bool) -> SpecifierSet? {
        func text(_ name: FilePath.Component) -> String? {
            try? readText(source.appending(name))
        }
        return read(
            pyproject: text("pyproject.toml"), packageInfo: isPatched ? nil : text("PKG-INFO"))
    }

    /// - Parameters:
    ///   - pyproject: the text of `pyproject.toml`.
    ///   - packageInfo: of `PKG-INFO`, which counts where `pyproject.toml` doesn't say.
    public static func read(pyproject: String?, packageInfo: String?) -> SpecifierSet? {
        let project = pyproject.flatMap { try? TOMLTable(string: $0) }?["project"]?.table
        if let text = project?["requires-python"]?.string { return try? SpecifierSet(text) }
        let dynamic = project?["dynamic"]?.array?.compactMap(\.string) ?? []
        if dynamic.contains("requires-python") { return nil }
        guard let packageInfo, let headers = try? MetadataHeaders(text: packageInfo) else {
            return nil
        }
        // PEP 643: the build decides.
        if headers.values(of: "Dynamic").contains(where: { $0.lowercased() == "requires-python" }) {
            return nil
        }
        return headers["Requires-Python"].flatMap { try? SpecifierSet($0) }
    }
}
