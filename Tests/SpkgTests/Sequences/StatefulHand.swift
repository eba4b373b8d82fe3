import Platform
import Support
import SystemPackage

/// What happens to a tree without recipes: by users, by pip, and by the commands for stages and wheels.
extension StatefulWorld {
    mutating func edit() throws {
        let paths = model.editable
        if paths.isEmpty { return }
        let path = random.pick(paths)
        let full = distribution.root.pushing(FilePath(path))
        number += 1
        let text = random.oneIn(3) ? nil : "# edited \(number)\n"
        history.append("\(text == nil ? "rm" : "edit") \(path)")
        try removeTree(full)
        if let text { try writeFile(full, text.utf8) }
        model.edits[path] = .some(text)
    }

    /// Adds a file of the user's in a folder of a package, or merges some that are nobody's.
    mutating func own() throws {
        if random.oneIn(3) {
            number += 1
            let path = "share/\(random.pick(["tool", "mine/new", "fruit"]))/mine-\(number).txt"
            try refill("stage") { try $0.write(FilePath(path), "mine \(number)") }
            try did(["merge", "stage", "local"])
            model.own["local/\(path)"] = "mine \(number)"
            return
        }
        let folders = model.editable.map { String($0[..<$0.lastIndex(of: "/")!]) }
        let folder = folders.isEmpty ? "local" : random.pick(folders)
        number += 1
        let path = "\(folder)/mine-\(number).txt"
        guard try status(distribution.root.pushing(FilePath(folder))) != nil else { return }
        history.append("add \(path)")
        try distribution.root.write(FilePath(path), "mine \(number)")
        model.own[path] = "mine \(number)"
    }

    mutating func merge(isDisturbed: Bool = false) throws {
        let version = "\(random.number(1...2))"
        let stage = distribution.root.appending("stage")
        try refill("stage") { _ in try distribution.fillWithGmp(version, in: "stage") }
        // In a virtual environment lib64 is a link to lib.
        let lib64 = try found("local/lib64") == .link("lib") ? "lib" : "lib64"
        var files: [String: Entry] = [:]
        var staged: [String] = []
        for path in try stage.listing().keys where !path.hasPrefix("var/") {
            guard let entry = try found("stage/\(path)"), entry != .generated else { continue }
            staged.append("\"\(path)\"")
            let first = path.prefix { $0 != "/" }
            let top = first == "lib64" ? lib64 : String(first)
            files["local/\(top)\(path.dropFirst(first.count))"] = entry
        }
        try stage.write(
            FilePath("var/lib/sage/installed/gmp-\(version)"),
            """
            {"package_name": "gmp", "package_version": "\(version)", "install_date": "",
             "system_uname": "", "sage_version": "", "test_result": "",
             "files": [\(staged.joined(separator: ", "))]}
            """)
        let keeps = random.oneIn(3)
        let words =
            ["merge", "stage", "local", "--package", "gmp"] + (keeps ? ["--keep-existing"] : [])
        let new = StatefulModel.Installed(version: version, files: files)
        if isDisturbed {
            try disturb(words, version) { $0.install("gmp", new, keepingOld: keeps) }
        } else {
            try did(words)
            model.install("gmp", new, keepingOld: keeps)
        }
    }

    /// Makes a stage anew.
    private func refill(_ folder: FilePath, _ fill: (FilePath) throws -> Void) throws {
        let path = distribution.root.pushing(folder)
        try removeTree(path)
        try makeDirectories(path)
        try fill(path)
    }

    // MARK: Wheels

    /// A distribution that no recipe is of.
    private func other(_ version: Int) -> (wheel: WheelBuilder, files: [String: Entry]) {
        var wheel = WheelBuilder("zest", "\(version)")
        let modules = ["zest/__init__.py": "\(version)", "zest/only_\(version).py": ""]
        for (path, text) in modules { wheel.add(path, text) }
        var files: [String: Entry] = [
            "\(site)/zest-\(version).dist-info/METADATA": .generated
        ]
        for (path, text) in modules { files["\(site)/\(path)"] = .text(text) }
        return (wheel, files)
    }

    mutating func installWheel(isDisturbed: Bool = false) throws {
        let version = random.number(1...2)
        let (wheel, files) = other(version)
        let path = try wheel.write(in: distribution.root)
        if isDisturbed {
            try disturb(["wheel", "install", "--tree", venv, path.string], "\(version)") {
                $0.others["zest"] = .init(version: "\(version)", files: files)
            }
            return
        }
        if random.oneIn(2) {
            try did(["wheel", "install", "--tree", venv, path.string])
        } else {
            history.append("pip install zest \(version)")
            try pip([
                "install", "--no-index", "--no-deps", "--no-compile", "--force-reinstall",
                "--quiet", path.string,
            ])
        }
        model.others["zest"] = .init(version: "\(version)", files: files)
    }

    mutating func uninstallWheel() throws {
        if random.oneIn(2) || model.others["zest"] == nil {
            try did(["wheel", "uninstall", "--tree", venv, "zest"])
        } else {
            history.append("pip uninstall zest")
            try pip(["uninstall", "--yes", "--quiet", "zest"])
            model.pipRemoved = true
        }
        model.others["zest"] = nil
    }

    /// pip takes a package's distribution away, and its record doesn't know.
    mutating func goBehind() throws {
        let names = model.packages.keys.sorted().filter { name in
            model.packages[name]!.isPython && !model.pipped.contains(name)
        }
        if names.isEmpty { return }
        let name = random.pick(names)
        history.append("pip uninstall \(name)")
        try pip(["uninstall", "--yes", "--quiet", name])
        model.pipped.insert(name)
        model.pipRemoved = true
        for path in model.packages[name]!.files.keys where StatefulModel.isOfWheel(path, name) {
            model.edits[path] = nil
        }
        // What its distribution hadn't listed stays.
        model.leftovers.formUnion(
            model.packages[name]!.files.keys.filter { !$0.hasPrefix(site) })
    }

    /// Restores what the stored wheels know; what only a script made stays as users left it.
    mutating func repair() throws {
        if random.oneIn(3) {
            let fault = Fault(random.pick([.killBefore, .killAfter]), at: random.number(1...120))
            history.append("repair, \(fault)")
            _ = try spkg(["repair"], user.environment(of: fault))
        }
        history.append("repair")
        let said = try spkg(["repair"])
        model.repair()
        if said.status != (model.edits.isEmpty ? 0 : 1) { throw Wrong("\(said)") }
        if said.status == 0 { try again(["repair"]) }
    }
}
