public import SystemPackage

/// Where files may come from, and where they go.
public struct Sources: Sendable {
    /// `SAGE_DISTFILES`, where verified files live; made if absent.
    public var folder: FilePath
    public var mirrors: Mirrors
    public var index: IndexChoice
    public var network: NetworkSettings
    /// Wait until a fetched file is on disk.
    public var isDurable: Bool

    public init(
        folder: FilePath, mirrors: Mirrors = Mirrors(), index: IndexChoice = .none,
        network: NetworkSettings = NetworkSettings(), isDurable: Bool = true
    ) {
        self.folder = folder
        self.mirrors = mirrors
        self.index = index
        self.network = network
        self.isDurable = isDurable
    }
}

/// Which package index Python packages come from.
public enum IndexChoice: Sendable {
    case none
    case fixed(PackageIndex)
    /// The one that pip is configured to use; found out only when every other source has failed.
    case configured(PipConfiguration, interpreters: [FilePath])
}

/// What happens while a file is fetched.
public enum FetchEvent: Sendable, Equatable {
    /// Another process is fetching this file.
    case waiting(for: FilePath)
    case asking(source: String)
    /// Bytes there so far, and in the whole file if the server says so.
    case progress(received: Int, total: Int?)
    case failed(Attempt)
    /// The source failed in a way that may pass, and is asked again after a pause.
    case askingAgain(Attempt, after: Duration)
}

/// One place to ask, and what to call it in messages.
enum Source {
    case file(Address, label: String)
    /// The folder that a mirror's line names.
    case mirrorList(Address, label: String)
    /// The package index that pip is configured to use, or another one.
    case index
    /// A page of an index, or a directory, that may list the file.
    case listing(Address, label: String)
    /// The file itself, by a link to it in pip's configuration.
    case linked(Address, label: String)
    /// Something in pip's configuration that is neither a URL nor there on this machine.
    case unusable(String)
    case unreadable(String, label: String)

    var label: String {
        switch self {
        case .file(_, let label), .mirrorList(_, let label), .listing(_, let label),
            .linked(_, let label), .unreadable(_, let label):
            label
        case .index, .unusable: "package index of pip"
        }
    }

    var isLocal: Bool {
        switch self {
        case .file(let address, _), .mirrorList(let address, _), .listing(let address, _),
            .linked(let address, _):
            address.file != nil
        case .unreadable, .unusable: true
        case .index: false
        }
    }

    /// Everything that may have `distfile`, in the order of design section 8.
    static func all(for distfile: Distfile, in sources: Sources) -> [Source] {
        var all = sources.mirrors.folders(for: distfile.package).map { text in
            // Two slashes begin a URL whose scheme is missing.
            let isPath = text.hasPrefix("/") && !text.hasPrefix("//")
            let address = isPath ? Address(file: FilePath(text)) : Address(text)
            guard let address else {
                return unreadable(withoutCredentials(address: text), label: "mirror")
            }
            if address.lastName == "mirror_list" {
                return mirrorList(address, label: "mirror list \(address)")
            }
            return mirror(address.appending(distfile.name.string))
        }
        if let text = distfile.upstreamURL {
            if let address = Address(text) {
                all.append(.file(address, label: "upstream \(address)"))
            } else {
                all.append(.unreadable(withoutCredentials(address: text), label: "upstream"))
            }
        }
        if distfile.distribution != nil {
            if case .none = sources.index {} else { all.append(.index) }
        }
        return all
    }

    static func mirror(_ address: Address) -> Source {
        .file(address, label: "mirror \(address)")
    }
}
