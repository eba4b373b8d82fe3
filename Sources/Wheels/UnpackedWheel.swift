public import Platform

/// A wheel whose content was proved and written below a stage, in final layout.
///
/// Only `unpack` makes one.
public struct UnpackedWheel: Sendable {
    /// Everything that was written, sorted by path; `RECORD` is among it.
    public let files: [WrittenFile]
    /// Relative to the tree's root.
    public let distInfo: String
    public let warnings: [WheelWarning]
}

/// A file below the stage.
public struct WrittenFile: Sendable, Hashable {
    /// Relative to the stage, which stands for the tree's root; `/`-separated.
    public let path: String
    /// Of what was written.
    public let digest: Digest
    /// Bytes.
    public let size: Int
}
