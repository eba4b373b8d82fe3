public import Platform
public import SystemPackage

/// One place that was asked for a file and did not give it.
public struct Attempt: Sendable, Equatable {
    /// What it was, as a person would name it: `mirror https://…`. Holds no credentials.
    public let source: String
    public let reason: Reason

    public init(source: String, reason: Reason) {
        self.source = source
        self.reason = reason
    }

    public indirect enum Reason: Sendable, Equatable {
        /// The network is switched off; this one would have been next.
        case networkOff
        /// The HTTP status of the last answer.
        case status(Int)
        /// A failure that would pass, but the server wants us to wait too long (`Retry-After`).
        case askedToWait(Reason, Duration)
        case timedOut
        /// The host wasn't found, the connection was refused, reset, …
        case connection(String)
        case tooManyRedirects
        case checksumDiffers(ChecksumDifference)
        /// The same for a file whose `Content-Encoding`, undone, gives another wrong one.
        case checksumDiffersDecoded(ChecksumDifference, encoding: String)
        /// A `Content-Encoding` or `Transfer-Encoding` that libcurl doesn't know.
        case undecodable(String)
        case notFound(FilePath)
        case unreadable(FilePath, PlatformError)
        /// A URL that is none, or one of a kind that can't be fetched.
        case notFetchable(String)
        /// An index or a link of pip's configuration; holds no credentials.
        case neitherURLNorPath(String)
        /// The page of the index doesn't list the file.
        case notListed
        /// The index lists a file of this name that is another one.
        case listedDifferently(Digest)
        case unreadablePage(String)
        /// Nobody could say which index to use.
        case noIndex(String)
        /// A variable, or a key of pip's configuration, and what is wrong with it.
        case badSetting(String, String)
    }
}

extension Attempt: CustomStringConvertible {
    public var description: String { "\(source): \(reason)" }
}

extension Attempt.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .networkOff: "not asked, the network is switched off"
        case .status(let status): "answered with HTTP status \(status)"
        case .askedToWait(let reason, let time):
            "\(reason), and wants to be asked again after \(time.components.seconds) s"
        case .timedOut: "did not answer in time"
        case .connection(let what): what
        case .tooManyRedirects: "redirected too often"
        case .checksumDiffers(let difference): "sent another file: \(difference)"
        case .checksumDiffersDecoded(let difference, let encoding):
            "sent another file, with Content-Encoding \(encoding); decoded: \(difference)"
        case .undecodable(let encoding):
            "sent the file in encoding \(encoding), which can't be decoded"
        case .notFound(let path): "no file \(path)"
        case .unreadable(_, let cause): "\(cause)"
        case .notFetchable(let what): "\(what) is not an http, https or file URL"
        case .neitherURLNorPath(let text):
            "'\(text)' is not an http, https or file URL, and not a path on this machine"
        case .notListed: "does not list this file"
        case .listedDifferently(let digest):
            "lists another file under this name, sha256 \(digest.hex)"
        case .unreadablePage(let why): "its page can't be read: \(why)"
        case .noIndex(let why): why
        case .badSetting(let setting, let why): "\(setting): \(why)"
        }
    }
}
