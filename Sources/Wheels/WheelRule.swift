/// A rule of the binary distribution format that a wheel broke.
public enum WheelRule: String, Sendable, Hashable, CaseIterable {
    case noDistInfo = "it has no .dist-info folder"
    case severalDistInfos = "it has more than one .dist-info folder"
    case foreignDistInfo = "the .dist-info folder is named for another distribution or version"
    case foreignDataFolder = "a .data folder is named for another distribution or version"
    case severalDataFolders = "it has more than one .data folder"
    case unknownScheme =
        "a .data folder holds only purelib, platlib, headers, scripts and data"

    case noWheelFile = "it has no .dist-info/WHEEL"
    case noMetadata = "it has no .dist-info/METADATA"
    case textTooLong = "it is far longer than such a file ever is"
    case malformedHeaders = "it is not made of headers"
    case wheelVersion = "Wheel-Version is missing, repeated or malformed"
    case newerWheelVersion = "it follows a later version of the wheel format than 1"
    case rootIsPurelib = "Root-Is-Purelib is neither true nor false"
    case metadataName = "the Name in METADATA is not the one in the file name"
    case metadataVersion = "the Version in METADATA is not the one in the file name"

    case entryPointsNotText = "entry_points.txt is not UTF-8"
    case malformedEntryPoint =
        "entry_points.txt has a line that is neither a section nor an entry of one"
    case scriptName = "an entry point's name can't be the name of a script"
    case scriptTarget = "an entry point does not name an object of a module: module:object"
    case scriptDouble = "two entry points make the same script"

    case destinationDouble = "two files would be installed in the same place"
    case destinationAlike =
        """
        the tree's file system takes it for another new file, whose name differs only in case or in \
        the composition of letters
        """
    case protectedPlace = "it would be installed over the tree's own files"
}

/// A rule that two wheels broke between them: each could be installed without the other.
public enum PairRule: String, Sendable, Hashable, CaseIterable {
    case sameDistribution = "they are the same distribution"
    case samePlace = "both bring the same file"
    case fileIsFolder = "what is a file of one is a folder of the other"
}

/// A rule of `RECORD` that a wheel broke.
///
/// With `RecordPolicy.rewrite` these are warnings.
public enum RecordRule: String, Sendable, Hashable, CaseIterable {
    case absent = "the wheel has no RECORD"
    case notText = "RECORD is not UTF-8"
    case malformedRow = "RECORD has a row that is not a path, a hash and a size"
    case escapingPath = "RECORD has a path that can't be one in a wheel"
    case duplicate = "RECORD lists the file twice"
    case unlisted = "RECORD does not list the file"
    case noSuchFile = "RECORD lists a file that is not in the wheel"
    case noHash = "RECORD has no hash for the file"
    case weakHash = "RECORD has a hash other than sha256, sha384 and sha512"
    case malformedSize = "RECORD has a size that is not a number"
    case wrongHash = "the file's content has another hash than RECORD says"
    case wrongSize = "the file has another size than RECORD says"
    case ownHash = "RECORD gives a hash of itself"
}

/// A broken rule of `RECORD` and the row or file it is about.
public struct RecordProblem: Error, Sendable, Hashable {
    public let rule: RecordRule
    /// A path in the wheel; for `malformedRow`, the number of the line.
    public let entry: String?

    public init(_ rule: RecordRule, _ entry: String? = nil) {
        self.rule = rule
        self.entry = entry
    }
}

/// What to do about a RECORD that doesn't prove the wheel's content.
public enum RecordPolicy: Sendable {
    /// Refuse the wheel.
    case strict
    /// Warn; the installed RECORD is made from what was written. For rare old wheels.
    case rewrite
}
