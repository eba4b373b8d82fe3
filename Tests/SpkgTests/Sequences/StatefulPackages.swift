import Platform
import Support
import SystemPackage

/// What is at a path.
enum Entry: Equatable {
    case text(String)
    case link(String)
    /// Anything: what is generated.
    case generated
}

/// A made-up package of the random test. Its versions bring files with other content, other names,
/// and other kinds under the same name.
enum StatefulPackage: String, CaseIterable {
    /// A wheel as archive; an sdist; a script that stages files; a script that stages some and stores
    /// a wheel; a script that shares a file with the first one, and has another in its way; a script
    /// that becomes a wheel in even versions.
    case apple, pear, tool, both, gadget, morph

    static let versions = 1...3

    func isPython(_ version: Int) -> Bool {
        switch self {
        case .apple, .pear, .both: true
        case .tool, .gadget: false
        case .morph: version % 2 == 0
        }
    }

    /// The wheel's files below `site-packages`.
    func modules(_ version: Int) -> [String: String] {
        guard isPython(version) else { return [:] }
        let name = rawValue
        return [
            "\(name)/__init__.py": "version = '\(version).0'\n", "\(name)/same.py": "",
            "\(name)/only_\(version).py": "", "spaces/\(name).py": "version = \(version)\n",
            "\(name)/skin\(version % 2 == 0 ? "/__init__" : "").py": "\(version)\n",
            "\(name).pth": "import \(name)\n",
        ]
    }

    /// What is staged, or is `data` of the wheel, below the tree.
    func files(_ version: Int) -> [String: Entry] {
        let name = rawValue
        switch self {
        case .pear: return [:]
        case .morph where !isPython(version):
            return [
                "bin/morph": .text("#!/bin/sh\necho \(version)\n"),
                "share/fruit/morph.txt": .text("a script's \(version)"),
                "share/fruit/morph/\(version).txt": .text(""),
            ]
        case .apple, .both, .morph: return ["share/fruit/\(name).txt": .text("\(version)")]
        case .gadget, .tool:
            var files: [String: Entry] = [
                "bin/\(name)": .text("#!/bin/sh\necho \(version)\n"),
                "share/\(name)/doc/manual.\(version)": .text("\(version)"),
                "share/\(name)/doc/index": .text("\(name)"),
                "share/common/shared.txt": .text("the same of both\n"),
                "include/\(name).h": .link("../share/\(name)/doc/manual.\(version)"),
            ]
            let alternatives = ["alt": "doc", "door": "nowhere", "mirror": "../\(other)/doc"]
            for (alternative, leads) in alternatives {
                let path = "share/\(name)/\(alternative)"
                switch version {
                case 1: files[path] = .link(leads)
                case 2: files["\(path)/part"] = .text("2")
                default: files[path] = .text("3")
                }
            }
            if version == 3 { files["share/common/clash.txt"] = .text("\(name)'s\n") }
            return files
        }
    }

    /// The package with the same file.
    private var other: String { self == .tool ? "gadget" : "tool" }

    /// Whether another package brings the same file.
    static func isShared(_ path: String) -> Bool { path.hasSuffix("share/common/shared.txt") }
}

extension Distribution {
    /// Makes a package's recipe say a version: `2.0.p1`.
    func set(_ package: StatefulPackage, to version: Int, patch: Int) throws {
        let name = package.rawValue
        let recipe = root.pushing(FilePath("build/pkgs/\(name)"))
        let stage = "\"$SAGE_DESTDIR$SAGE_INST_LOCAL\""
        let staging = package.files(version).sorted { $0.key < $1.key }.map { path, entry in
            let file = "\(stage)/'\(path)'"
            let make =
                switch entry {
                case .link(let text): "ln -s '\(text)' \(file)"
                case .text(let text): "printf %s '\(text.replacing("'", with: #"'\''"#))' > \(file)"
                case .generated: ""
                }
            return "mkdir -p \"$(dirname \(file))\" && \(make) || exit 1\n"
        }.joined()
        switch package {
        case .apple,
            .morph where package.isPython(version):
            var wheel = WheelBuilder(name, "\(version).0")
            for (path, text) in package.modules(version) { wheel.add(path, text) }
            for case (let path, .text(let text)) in package.files(version) {
                wheel.add("\(wheel.dataFolder)/data/\(path)", text)
            }
            wheel.consoleScripts = ["\(name) = \(name):main"]
            try removeTree(recipe)
            try add(wheel)
        case .pear: try add(name, "\(version).0", files: package.modules(version))
        case .both:
            try add(name, "\(version).0", files: package.modules(version))
            try recipe.write(
                "spkg-install.in", "(cd src && sdh_pip_install .) || exit 1\n" + staging)
        case .tool, .gadget, .morph: try addScripted(name, scripts: ["install.in": staging])
        }
        try recipe.write("package-version.txt", "\(version).0.p\(patch)\n")
    }
}
