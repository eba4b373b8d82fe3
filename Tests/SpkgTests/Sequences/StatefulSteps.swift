import Platform
import Support
import SystemPackage

/// What may happen to a tree. A step does one thing, and tells the model what that should have done.
extension StatefulWorld {
    /// Does something, chosen at random.
    ///
    /// - Throws: `Wrong`.
    mutating func step() throws {
        // SeededGenerator of its own, so that what comes of one step doesn't choose the next ones.
        random = SeededGenerator(seed: seeds.next())
        switch random.number(0...18) {
        case 0...4: try install()
        case 5, 6: try uninstall()
        case 7: try edit()
        case 8: try own()
        case 9: try merge()
        case 10: try installWheel()
        case 11: try uninstallWheel()
        case 12: try goBehind()
        case 13, 14: try install(isDisturbed: true)
        case 15: try merge(isDisturbed: true)
        case 16: try installWheel(isDisturbed: true)
        case 17: try repair()
        default: try uninstall(isDisturbed: true)
        }
        try check()
    }

    /// Removes all packages: nothing is left but what never was a package's.
    mutating func removeAll() throws {
        for name in model.packages.keys.sorted() {
            try did(["uninstall", name])
            model.uninstall(name)
        }
        for name in model.others.keys.sorted() {
            try did(["wheel", "uninstall", "--tree", venv, name])
            model.others[name] = nil
        }
        try check()
    }

    // MARK: By recipe

    private mutating func install(isDisturbed: Bool = false) throws {
        let package = random.pick(StatefulPackage.allCases)
        let name = package.rawValue
        let version = random.number(StatefulPackage.versions)
        number += 1
        try distribution.set(package, to: version, patch: number)
        let new = StatefulModel.Installed(
            version: "\(version).0.p\(number)", files: content(package, version))
        let becomesAnother = model.packages[name].map { $0.isPython != new.isPython } ?? false
        let keeps = !becomesAnother && random.oneIn(4)
        let clashes = model.clashes(name, new.files)
        let overwrites = random.oneIn(8) || isDisturbed && !clashes.isEmpty
        let words =
            ["install", name] + (keeps ? ["--keep-existing"] : [])
            + (overwrites ? ["--overwrite"] : [])
        if isDisturbed {
            try disturb(words, new.version) { $0.install(name, new, keepingOld: keeps) }
            return
        }
        history.append("\(words.joined(separator: " ")) (\(new.version))")
        let said = try spkg(words)
        guard said.status == 0 else {
            // The old version stays.
            if model.mayRefuse(new.files) || !overwrites && !clashes.isEmpty { return }
            throw Wrong("\(said)")
        }
        if !overwrites && !clashes.isEmpty { throw Wrong("it took \(clashes)") }
        model.install(name, new, keepingOld: keeps)
        if random.oneIn(2) { try again(words) }
    }

    private mutating func uninstall(isDisturbed: Bool = false) throws {
        let name = random.pick(StatefulPackage.allCases).rawValue
        if isDisturbed {
            try disturb(["uninstall", name], nil) { $0.uninstall(name) }
            return
        }
        try did(["uninstall", name])
        model.uninstall(name)
        if random.oneIn(4) { try again(["uninstall", name]) }
    }

    /// Runs a command that was just run: nothing may be written.
    mutating func again(_ words: [String]) throws {
        let before = try stamps()
        try did(words)
        let after = try stamps()
        if before != after {
            let old = Set(before.split(separator: "\n"))
            let changed = after.split(separator: "\n").filter { !old.contains($0) }
            throw Wrong("a second time, it wrote \(changed.joined(separator: ", "))")
        }
    }

    /// Kills a command, or fails its calls; then it is done or not.
    mutating func disturb(
        _ words: [String], _ new: String?, _ done: (inout StatefulModel) -> Void
    ) throws {
        let isLocked = random.oneIn(2)
        let call = random.number(1...(isLocked ? 60 : 250))
        let event: Fault.Event = random.pick([
            .killBefore, .killAfter, .failOn(.noSpace), .fail(.ioError),
        ])
        let fault = Fault(event, at: call, from: isLocked ? Scenario.lock : nil)
        history.append(
            "\(words.joined(separator: " ")) (\(new ?? "")), \(fault)\(isLocked ? " after the lock" : "")"
        )
        let said = try spkg(words, user.environment(of: fault))
        let recovered = try spkg(["recover"])
        guard recovered.status == 0 else { throw Wrong("recover: \(recovered)") }
        var after = model
        done(&after)
        if try has(after) {
            if said.status == 1 && model.list != after.list {
                throw Wrong("status 1, but it is done: \(said.stderr)")
            }
            model = after
        } else if said.status == 0 {
            throw Wrong("status 0, but it is not done: \(try listed())")
        } else if try !has(model) {
            // A package that changes trees is new in the one before it leaves the other.
            let both = Set(model.list).union(after.list).sorted()
            guard layout == .twoTrees, words[1] == "morph", try listed() == both else {
                throw Wrong("neither done nor not: \(try listed()); \(said)")
            }
            try did(words)
            model = after
        }
    }

    mutating func did(_ words: [String]) throws {
        history.append(words.joined(separator: " "))
        let said = try spkg(words)
        if said.status != 0 { throw Wrong("\(said)") }
    }
}
