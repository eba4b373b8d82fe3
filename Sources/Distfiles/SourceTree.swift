public import SystemPackage

/// A package's sources, unpacked from a verified archive: the folder `src` of a build directory.
///
/// Only `unpack(_:into:)` makes one.
public struct SourceTree: Sendable, Hashable {
    /// `BUILD/src`.
    public let path: FilePath
}
