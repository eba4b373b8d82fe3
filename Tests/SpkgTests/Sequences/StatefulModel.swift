/// What a tree should hold after the steps so far. Paths are relative to the distribution's root.
struct StatefulModel {
    /// A package or distribution that is installed.
    struct Installed: Equatable {
        var version: String
        var files: [String: Entry]

        var isPython: Bool { files.keys.contains { $0.hasSuffix(".whl") } }
    }

    /// Packages with a record, by name.
    var packages: [String: Installed] = [:]
    /// Distributions that belong to no recipe.
    var others: [String: Installed] = [:]
    /// Files of packages that the user has changed: what is there now, nil for nothing.
    var edits: [String: String?] = [:]
    /// Files of the user's own.
    var own: [String: String] = [:]
    /// Packages that pip has taken away or exchanged behind the records.
    var pipped: Set<String> = []
    /// pip has removed something: it leaves empty folders that spkg would not leave, and removes some
    /// that were there before.
    var pipRemoved = false
    /// What `--keep-existing` may have left.
    var leftovers: Set<String> = []

    /// What `spkg list` says.
    var list: [String] { packages.map { "\($0.key) \($0.value.version)" }.sorted() }

    /// All that belongs to packages and distributions.
    var expected: [String: Entry] {
        var found: [String: Entry] = [:]
        for (name, installed) in packages where !pipped.contains(name) {
            found.merge(installed.files) { one, _ in one }
        }
        for installed in others.values { found.merge(installed.files) { one, _ in one } }
        for (path, text) in edits { found[path] = text.map { .text($0) } }
        return found
    }

    /// Files that a user may edit: those of one package alone. gmp's record has no hashes, so nobody
    /// could tell.
    var editable: [String] {
        packages.filter { !pipped.contains($0.key) && $0.key != "gmp" }.flatMap { _, installed in
            installed.files.compactMap { path, entry in
                if case .text = entry, !StatefulPackage.isShared(path), !path.hasSuffix(".pth") {
                    path
                } else {
                    nil
                }
            }
        }.filter { edits[$0] == nil }.sorted()
    }

    /// - Parameters:
    ///   - keepingOld: files of the script; a distribution is replaced whole.
    mutating func install(_ name: String, _ installed: Installed, keepingOld: Bool = false) {
        if let old = packages[name] {
            forgetEdits(of: old)
            leftovers.subtract(old.files.keys)
            if keepingOld {
                leftovers.formUnion(
                    old.files.keys.filter {
                        !$0.hasSuffix(".whl") && !$0.contains("/site-packages/")
                    })
            }
        }
        for path in clashes(name, installed.files) {
            for other in packages.keys where other != name {
                packages[other]!.files[path] = nil
            }
        }
        packages[name] = installed
        pipped.remove(name)
        forgetEdits(of: installed)
        leftovers.subtract(installed.files.keys)
    }

    mutating func uninstall(_ name: String) {
        if let old = packages.removeValue(forKey: name) {
            forgetEdits(of: old)
            leftovers.subtract(old.files.keys)
        }
        pipped.remove(name)
    }

    /// Distributions are again as their wheels are.
    mutating func repair() {
        for (name, installed) in packages where installed.isPython {
            for path in installed.files.keys where Self.isOfWheel(path, name) { edits[path] = nil }
        }
        for name in pipped { leftovers.subtract(packages[name]!.files.keys) }
        pipped = []
    }

    /// Whether a file of a Python package is in its wheel; else its script staged it.
    static func isOfWheel(_ path: String, _ name: String) -> Bool {
        name != "both" || path.contains("/site-packages/")
    }

    private mutating func forgetEdits(of installed: Installed) {
        for path in installed.files.keys { edits[path] = nil }
    }

    /// Files of a package that another one has with other content.
    func clashes(_ name: String, _ files: [String: Entry]) -> [String] {
        files.keys.filter { path in
            packages.contains { other, installed in
                other != name && installed.files[path].map { $0 != files[path] } == true
            }
        }
    }

    /// Whether a package's version may be refused: files of the user's own, or what was kept of older
    /// versions, are where a folder should come, or in a folder where a file should.
    func mayRefuse(_ files: [String: Entry]) -> Bool {
        leftovers.union(own.keys).contains { there in
            files.keys.contains { new in
                new.hasPrefix("\(there)/") || there.hasPrefix("\(new)/")
            }
        }
    }
}
