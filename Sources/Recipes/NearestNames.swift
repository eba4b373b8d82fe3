/// The names that somebody may have meant by a misspelt one: at most five, best first.
///
/// A name is near when no more than five letters, and no more than half of the longer of both
/// names, must be put in, taken out or replaced. Equally near names come in the order of the
/// length of the beginning they share with the text, then by byte.
public func nearestNames(
    to text: String, among names: some Sequence<RecipeName>
) -> [RecipeName] {
    let wanted = Array(text.lowercased().utf8).map {
        $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0
    }
    var near: [(distance: Int, shared: Int, name: RecipeName)] = []
    for name in names {
        let bytes = Array(name.text.utf8)
        let limit = min(5, (max(wanted.count, bytes.count) + 1) / 2)
        guard abs(bytes.count - wanted.count) <= limit else { continue }
        let distance = editDistance(wanted, bytes)
        guard distance <= limit else { continue }
        near.append((distance, zip(wanted, bytes).prefix { $0 == $1 }.count, name))
    }
    near.sort { ($0.distance, -$0.shared, $0.name) < ($1.distance, -$1.shared, $1.name) }
    return near.prefix(5).map(\.name)
}

/// How many bytes must be put in, taken out or replaced to make one text of the other.
private func editDistance(_ one: [UInt8], _ other: [UInt8]) -> Int {
    var row = Array(0...other.count)
    for (i, left) in one.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, right) in other.enumerated() {
            let replaced = diagonal + (left == right ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
        }
    }
    return row[other.count]
}
