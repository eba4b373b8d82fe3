/// The commands that a distribution asks for: the script groups of `entry_points.txt`.
///
///     [console_scripts]
///     f2py = numpy.f2py.f2py2e:main
///     [gui_scripts]
///     idle-next = idle.next:App.run [gui]
///
/// Other groups are for the distribution's own plugins. Of them only the form is looked at: one line
/// that is neither group nor entry keeps `importlib.metadata` from reading those of every distribution.
/// Rule: entry points specification; the extras in brackets no longer mean anything.
public struct EntryPoints: Sendable, Hashable {
    public struct Script: Sendable, Hashable {
        /// The command's name; one path component.
        public let name: String
        /// Dotted.
        public let module: String
        /// Dotted: an object of the module, or of an object of it.
        public let object: String
    }

    /// In the order of the file.
    public var console: [Script] = []
    public var gui: [Script] = []

    public init() {}

    /// - Returns: the first rule that is broken, with the line, when one is.
    static func parse(_ text: String) -> Result<EntryPoints, Fault> {
        var points = EntryPoints()
        var group: String?
        for line in text.split(whereSeparator: \.isNewline) {
            let line = trimmed(line)
            if line.isEmpty || line.first == "#" || line.first == ";" { continue }
            if line.first == "[" {
                let name = String(trimmed(line.dropFirst().dropLast()))
                guard line.last == "]", !name.isEmpty else {
                    return .failure(Fault(.malformedEntryPoint, String(line)))
                }
                group = name
                continue
            }
            guard group != nil, line.contains("="), line.first != "=" || isScriptGroup(group) else {
                return .failure(Fault(.malformedEntryPoint, String(line)))
            }
            guard isScriptGroup(group) else { continue }
            switch script(line) {
            case .failure(let fault): return .failure(fault)
            case .success(let script):
                let other = (points.console + points.gui).first { $0.name == script.name }
                if other == script { continue }
                if other != nil { return .failure(Fault(.scriptDouble, script.name)) }
                if group == "gui_scripts" {
                    points.gui.append(script)
                } else {
                    points.console.append(script)
                }
            }
        }
        return .success(points)
    }

    private static func isScriptGroup(_ name: String?) -> Bool {
        name == "console_scripts" || name == "gui_scripts"
    }

    struct Fault: Error {
        let rule: WheelRule
        let line: String

        init(_ rule: WheelRule, _ line: String) {
            self.rule = rule
            self.line = line
        }
    }

    /// `name = module:object [extras]`
    private static func script(_ line: Substring) -> Result<Script, Fault> {
        guard let equals = line.firstIndex(of: "=") else {
            return .failure(Fault(.malformedEntryPoint, String(line)))
        }
        let name = String(trimmed(line[..<equals]))
        if name.utf8.contains(UInt8(ascii: "/")) || ZipName.broken(by: name) != nil {
            return .failure(Fault(.scriptName, name))
        }
        var target = trimmed(line[line.index(after: equals)...])
        if target.last == "]", let open = target.firstIndex(of: "[") {
            target = trimmed(target[..<open])
        }
        guard let colon = target.firstIndex(of: ":") else {
            return .failure(Fault(.scriptTarget, String(line)))
        }
        let module = trimmed(target[..<colon])
        let object = trimmed(target[target.index(after: colon)...])
        guard isDottedName(module), isDottedName(object) else {
            return .failure(Fault(.scriptTarget, String(line)))
        }
        return .success(Script(name: name, module: String(module), object: String(object)))
    }

    /// Words of letters, digits and `_` between dots; what is put into a script must be no more.
    private static func isDottedName(_ text: Substring) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { word in
            guard let first = word.unicodeScalars.first else { return false }
            return (first == "_" || first.properties.isXIDStart)
                && word.unicodeScalars.allSatisfy { $0.properties.isXIDContinue }
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return text[first...last]
    }

    /// The scripts, as pip makes them: pip itself also gets the names `pip3` and `pip3.X`, whatever
    /// Python its wheel was made with.
    func scripts(pythonVersion: String) -> [Script] {
        var scripts = console + gui
        if let pip = console.first(where: { $0.name == "pip" }) {
            scripts.removeAll { script in
                script.name.hasPrefix("pip")
                    && script.name.dropFirst(3).allSatisfy { $0 == "." || $0.isNumber }
            }
            let major = pythonVersion.prefix { $0 != "." }
            for name in ["pip", "pip\(major)", "pip\(pythonVersion)"] {
                scripts.append(Script(name: name, module: pip.module, object: pip.object))
            }
        }
        return scripts
    }
}
