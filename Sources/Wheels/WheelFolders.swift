internal import Requirements

/// The folders of a wheel that are not modules: `NAME-VERSION.dist-info` and `NAME-VERSION.data`.
///
/// Their names may be spelled otherwise than the file's, but must mean the same distribution.
struct WheelFolders {
    let distInfo: String
    let data: String?

    init(of archive: WheelArchive, _ filename: WheelFilename) throws(WheelError) {
        var distInfos: [String] = []
        var data: [String] = []
        func add(_ top: Substring, to folders: inout [String]) {
            if !folders.contains(where: { $0.utf8.elementsEqual(top.utf8) }) {
                folders.append(String(top))
            }
        }
        for entry in archive.entries {
            guard let (top, _) = entry.name.atFirstSlash else { continue }
            if top.before(suffix: ".dist-info") != nil {
                add(top, to: &distInfos)
            } else if top.before(suffix: ".data") != nil {
                add(top, to: &data)
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
        // Letters that look like ASCII ones would be the same text, and another folder.
        guard stem.utf8.allSatisfy({ $0 < 0x80 }) else { return false }
        if stem == filename.stem { return true }
        guard let dash = stem.lastIndex(of: "-") else { return false }
        guard let version = try? Version(String(stem[stem.index(after: dash)...])) else {
            return false
        }
        return DistributionName.normalize(String(stem[..<dash])) == filename.name.normalized
            && version == filename.version
    }
}
