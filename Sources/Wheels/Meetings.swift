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
    // Strings are compared by canonical equivalence: nobody could tell such files apart.
    var files: [String: Int] = [:]
    var folders: [Substring: Int] = [:]
    for (index, plan) in plans.enumerated() {
        for path in plan.places {
            let other = files.updateValue(index, forKey: path)
            if let other { throw error(other, index, path, .samePlace) }
            var rest = path[...]
            while let (folder, _) = rest.atLastSlash, folders[folder] == nil {
                folders[folder] = index
                rest = folder
            }
        }
    }
    let broken = folders.filter { files[String($0.key)] != nil }.min { $0.key < $1.key }
    if let (folder, index) = broken, let other = files[String(folder)] {
        throw error(index, other, String(folder), .fileIsFolder)
    }
}
