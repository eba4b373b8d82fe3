internal import Platform
internal import SystemPackage

extension InstalledRecord {
    /// The record with whole names, where the old machinery cut them.
    ///
    /// Its shell split them at blanks: `lib/script (dev).tmpl` stands as `lib/script` and `(dev).tmpl`.
    /// Pieces that the tree has only together, with a blank between, are one name. Costs a look at each
    /// top-level name of the list, and at its files only if one of these isn't there.
    ///
    /// - Parameter root: of the tree.
    func joiningNames(in root: FilePath) -> InstalledRecord {
        func isThere(_ name: String) -> Bool {
            (try? status(root.pushing(FilePath(name)))) ?? nil != nil
        }
        let tops = Set(files.map { $0.prefix { $0 != "/" } })
        guard tops.contains(where: { !isThere(String($0)) }) else { return self }
        var whole = self
        whole.files = []
        var rest = files[...]
        while let first = rest.popFirst() {
            var name = first
            if !isThere(first) {
                var longer = first
                for (count, piece) in rest.prefix(Self.mostPieces).enumerated() {
                    longer += " \(piece)"
                    guard isThere(longer) else { continue }
                    name = longer
                    rest = rest.dropFirst(count + 1)
                    break
                }
            }
            whole.files.append(name)
        }
        return whole
    }

    private static let mostPieces = 16
}
