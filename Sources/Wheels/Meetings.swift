internal import Platform
internal import Requirements
internal import SystemPackage

/// Lets wheels of one change share files that are the same in each, as the `__init__.py` of a
/// namespace (`pkgutil` style); refuses them where two claim one place otherwise.
///
/// - Parameter plans: of the wheels, in their order; each is sound in itself. Of a shared file, all but
///   the first leave the writing to the first.
/// - Throws: `WheelError.pair`.
func resolveMeetings(
    of wheels: [CheckedWheel], _ plans: inout [UnpackPlan], _ layout: WheelLayout
) throws(WheelError) {
    if wheels.count < 2 { return }
    func error(_ one: Int, _ other: Int, _ entry: String?, _ rule: PairRule) -> WheelError {
        .pair(
            wheels[min(one, other)].path, wheels[max(one, other)].path, entry: entry, rule: rule)
    }
    var distributions: [String: Int] = [:]
    for (index, wheel) in wheels.enumerated() {
        let other = distributions.updateValue(index, forKey: wheel.name.normalized)
        if let other { throw error(other, index, nil, .sameDistribution) }
    }
    var files: [PathKey: Int] = [:]
    var folders: [PathKey: (path: Substring, index: Int)] = [:]
    for index in plans.indices {
        for path in plans[index].places {
            if let other = files[PathKey(path)] {
                let contents = [other, index].map {
                    plans[$0].content(at: path, scripts: layout.scripts)
                }
                guard
                    try areSame(
                        contents, of: [other, index].map { (wheels[$0], plans[$0]) }, layout)
                else { throw error(other, index, path, .samePlace) }
                plans[index].leave(contents[1])
                continue
            }
            files[PathKey(path)] = index
            var rest = path[...]
            while let (folder, _) = rest.atLastSlash, folders[PathKey(folder)] == nil {
                folders[PathKey(folder)] = (folder, index)
                rest = folder
            }
        }
    }
    let broken = folders.filter { files[$0.key] != nil }.min { $0.value.path < $1.value.path }
    if let (key, folder) = broken, let other = files[key] {
        throw error(folder.index, other, String(folder.path), .fileIsFolder)
    }
}

/// Whether two wheels write the same bytes, and may be executed alike.
private func areSame(
    _ contents: [UnpackPlan.Content], of wheels: [(CheckedWheel, UnpackPlan)], _ layout: WheelLayout
) throws(WheelError) -> Bool {
    switch (contents[0], contents[1]) {
    case (.script(let one), .script(let other)):
        return layout.template.text(of: one) == layout.template.text(of: other)
    case (.file(let folder, let file), .file(let otherFolder, let otherFile)):
        let one = wheels[0].1.folders[folder].files[file]
        let other = wheels[1].1.folders[otherFolder].files[otherFile]
        let entries = (
            wheels[0].0.archive.entries[one.entry], wheels[1].0.archive.entries[other.entry]
        )
        guard one.isExecutable == other.isExecutable, one.isScript == other.isScript,
            entries.0.size == entries.1.size, entries.0.crc == entries.1.crc
        else { return false }
        return try digest(entries.0, wheels[0].0) == digest(entries.1, wheels[1].0)
    default: return false
    }
}

private func digest(_ entry: ZipEntry, _ wheel: CheckedWheel) throws(WheelError) -> Digest {
    var inflater = Inflater()
    var hashing = Hashing()
    try inflater.read(entry, of: wheel.archive) { hashing.update($0) }
    return hashing.digest()
}
