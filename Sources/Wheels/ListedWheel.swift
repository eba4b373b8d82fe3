internal import Platform
internal import Requirements

/// A wheel as the simple repository lists it.
public struct ListedWheel: Sendable, Equatable {
    /// The wheel's file name.
    public let file: String
    /// Hexadecimal SHA-256 of the wheel, and of the METADATA inside it.
    public let sha256: String
    public let metadataSHA256: String
    /// As METADATA has it; nil when it names none.
    public let requiresPython: String?
    /// In its normal form.
    public let version: String
    /// Bytes.
    public let size: Int
    /// When the wheel was stored, which is its file's time: ISO 8601, UTC.
    public let uploadTime: String

    public init(
        file: String, sha256: String, metadataSHA256: String, requiresPython: String?,
        version: String, size: Int, uploadTime: String
    ) {
        self.file = file
        self.sha256 = sha256
        self.metadataSHA256 = metadataSHA256
        self.requiresPython = requiresPython
        self.version = version
        self.size = size
        self.uploadTime = uploadTime
    }

    /// - Parameter stored: the time of the wheel's file.
    init(_ wheel: CheckedWheel, sha256: String, stored: FileTime) {
        self.init(
            file: wheel.filename.raw, sha256: sha256,
            metadataSHA256: Digest(of: wheel.metadata.bytes).hex,
            requiresPython: wheel.metadata.requiresPythonText,
            version: wheel.filename.version.description, size: wheel.archive.file.count,
            uploadTime: stored.text)
    }
}
