internal import Requirements

/// Refuses wheels that can't be installed in one change, because two of them claim one place.
///
/// - Parameter plans: of the wheels, in their order; each is sound in itself.
/// - Throws: `WheelError.pair`.
func refuseMeetings(of wheels: [CheckedWheel], _ plans: [UnpackPlan]) throws(WheelError) {
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
    for (index, plan) in plans.enumerated() {
        for path in plan.places {
            let other = files.updateValue(index, forKey: PathKey(path))
            if let other { throw error(other, index, path, .samePlace) }
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
