import Foundation
import Platform
import Support
import SystemPackage

/// What must be true of the trees after each step.
extension StatefulWorld {
    /// - Throws: `Wrong` with everything that is not as the model says.
    func check() throws {
        var wrong: [String] = []
        let expected = model.expected
        for (path, entry) in expected {
            if let found = try found(path), matches(found, entry) { continue }
            wrong.append(
                "\(path) should be \(entry), is \(try found(path).map { "\($0)" } ?? "gone")")
        }
        for (path, text) in model.own where try found(path) != .text(text) {
            wrong.append("the user's own \(path) was touched")
        }
        let known = Set(expected.keys).union(model.own.keys).union(model.leftovers)
        for path in try Self.files(of: distribution).subtracting(pristine)
        where !known.contains(path) && !isBookkeeping(path) {
            // A folder that came empty by somebody else's hand.
            if try found(path) == .generated,
                model.pipRemoved || model.edits.keys.contains(where: { $0.hasPrefix("\(path)/") })
            {
                continue
            }
            if path.contains("/__pycache__/") || path.contains(".dist-info/") { continue }
            wrong.append("\(path) should not be there")
        }
        wrong += try checkCommands()
        if !wrong.isEmpty { throw Wrong(wrong.sorted().joined(separator: "\n")) }
    }

    private func checkCommands() throws -> [String] {
        var wrong: [String] = []
        let list = try listed()
        if list != model.list { wrong.append("list says \(list), not \(model.list)") }
        let verify = try spkg(["verify", "--json"])
        let findings = (try? JSONDecoder().decode([Finding].self, from: Data(verify.stdout.utf8)))
        guard let findings else { return wrong + ["verify: \(verify)"] }
        if verify.status != (findings.isEmpty ? 0 : 1) { wrong.append("verify: \(verify.status)") }
        let touched = Set(model.edits.keys.map(inTree))
        let unlisted = Set(model.own.keys).union(model.leftovers).map(inTree)
        for finding in findings
        where !touched.contains(finding.path) && !model.pipped.contains(finding.package)
            && !(finding.kind == "unowned" && unlisted.contains(finding.path))
        {
            wrong.append("verify finds \(finding)")
        }
        for path in touched.subtracting(findings.map(\.path)) {
            wrong.append("verify doesn't find \(path)")
        }
        for name in model.pipped where !findings.contains(where: { $0.package == name }) {
            wrong.append("verify doesn't find what pip did to \(name)")
        }
        let pages = try spkg(["index", "--check"])
        if pages.status != 0 { wrong.append("index --check: \(pages)") }
        wrong += try checkPages()
        for tree in Set(["local", venv]) {
            for folder in ["var/tmp/sage/stage", "var/lib/sage/changes"] {
                let path = distribution.root.pushing(FilePath("\(tree)/\(folder)"))
                guard try status(path) != nil else { continue }
                for left in try path.listing().keys { wrong.append("\(path)/\(left) was left") }
            }
        }
        return wrong
    }

    private struct Finding: Decodable {
        let kind, package, path, detail: String
    }

    /// The record and the simple repository are what the commands are asked for, not looked at here;
    /// wheels are.
    private func isBookkeeping(_ path: String) -> Bool {
        path.split(separator: "/").dropFirst().starts(with: ["var", "lib", "sage"])
            && !path.hasSuffix(".whl")
    }

    func inTree(_ path: String) -> String {
        String(path[path.index(after: path.firstIndex(of: "/")!)...])
    }

    private func matches(_ found: Entry, _ expected: Entry) -> Bool {
        expected == .generated || found == expected
    }

    /// The store's pages are those that another folder with the same wheels gets from nothing.
    private func checkPages() throws -> [String] {
        let store = distribution.root.pushing(FilePath("\(venv)/var/lib/sage/wheels"))
        guard try status(store) != nil else { return [] }
        let other = distribution.root.appending("other wheels")
        try removeTree(other)
        try makeDirectories(other)
        let wheels = try Directory(opening: store).names().filter { $0.hasSuffix(".whl") }
        if wheels.isEmpty { return [] }
        for wheel in wheels { try copyFile(store.appending(wheel), to: other.appending(wheel)) }
        let made = try spkg(["index", other.string])
        guard made.status == 0 else { return ["index: \(made)"] }
        let old = try pages(store.appending("simple"))
        let new = try pages(other.appending("simple"))
        return differences(old, new).map {
            "page \($0) is \(old[$0] ?? "missing"), should be \(new[$0] ?? "missing")"
        }
    }

    private func pages(_ folder: FilePath) throws -> [String: String] {
        var found: [String: String] = [:]
        for (path, what) in try folder.listing() where what.hasPrefix("file") {
            found[path] = try folder.text(FilePath(path)).replacing(
                /"upload-time": *"[^"]*"/, with: "")
        }
        return found
    }
}
