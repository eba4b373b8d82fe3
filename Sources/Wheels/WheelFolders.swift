internal import Requirements

/// The folders of a wheel that are not modules: `NAME-VERSION.dist-info` and `NAME-VERSION.data`.
///
/// Their names may be spelled otherwise than the file's, but must mean the same distribution.
struct WheelFolders {
    let distInfo: String
    let data: String?

    init(of archive: WheelArchive, _ filename: WheelFilename) throws(WheelError) {
        var distInfos: Set<String> = []
        var data: Set<String> = []
        for entry in archive.entries {
            guard let (top, _) = entry.name.atFirstSlash else { continue }
            if top.before(suffix: ".dist-info") != nil {
                distInfos.insert(String(top))
            } else if top.before(suffix: ".data") != nil {
                data.insert(String(top))
            }
        }
        func error(_ rule: WheelRule, _ entry: String? = nil) -> WheelError {
            .wheel(wheel: archive.path, entry: entry, rule: rule)
        }
        if distInfos.count > 1 { throw error(.severalDistInfos, distInfos.sorted()[1]) }
        if data.count > 1 { throw error(.severalDataFolders, data.sorted()[1]) }
        guard let distInfo = distInfos.first else { throw error(.noDistInfo) }
        guard Self.belongs(distInfo.dropLast(".dist-info".count), to: filename) else {
            throw error(.foreignDistInfo, distInfo)
        }
        if let data = data.first, !Self.belongs(data.dropLast(".data".count), to: filename) {
            throw error(.foreignDataFolder, data)
        }
        self.distInfo = distInfo
        self.data = data.first
    }

    private static func belongs(_ stem: Substring, to filename: WheelFilename) -> Bool {
        if stem == filename.stem { return true }
        guard let dash = stem.lastIndex(of: "-") else { return false }
        guard let version = try? Version(String(stem[stem.index(after: dash)...])) else {
            return false
        }
        return DistributionName.normalize(String(stem[..<dash])) == filename.name.normalized
            && version == filename.version
    }
}
