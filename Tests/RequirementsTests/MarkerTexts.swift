import Requirements
import Support

/// Random markers and the environments to evaluate them in.
extension SeededGenerator {
    mutating func markerText(depth: Int = 3) -> String {
        let count = depth == 0 ? 1 : pick([1, 1, 2, 2, 3])
        var text = ""
        for index in 0..<count {
            if index > 0 { text += pick([" and ", " or ", " and  "]) }
            text += depth > 0 && oneIn(4) ? "(\(markerText(depth: depth - 1)))" : comparison()
        }
        return text
    }

    private mutating func comparison() -> String {
        let (name, values) = pick(Self.variables)
        let operators = [
            "==", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "~=", "===",
        ]
        let sides = [pick(name), quoted(pick(values))]
        let order = oneIn(4) ? sides.reversed() : sides
        let space = oneIn(3) ? "" : " "
        let symbol = pick(operators)
        let isWord = symbol.hasSuffix("in")
        return order.joined(separator: isWord ? " \(symbol) " : space + symbol + space)
    }

    private mutating func quoted(_ text: String) -> String {
        oneIn(2) ? "'\(text)'" : "\"\(text)\""
    }

    /// In the order of `MarkerVariable.allCases` where the environment is concerned.
    mutating func environmentValues() -> [String] {
        MarkerVariable.allCases.map { variable in
            let (_, values) = Self.variables.first { $0.0.contains(variable.rawValue) }!
            return pick(values)
        }
    }

    private static let versions = [
        "3.8", "3.11", "3.11.4", "3.12.0rc1", "3.13.0+", "2.7", "3", "3.*", "3.11.*", "", "foo",
        "3.8, 3.11", "5.10.0-21-amd64", "6.1", "7.3.13",
    ]

    private static let variables: [([String], [String])] = [
        (["python_version"], versions),
        (["python_full_version"], versions),
        (["implementation_version"], versions),
        (["platform_release"], versions),
        (["platform_version", "platform.version"], ["#1 SMP Debian 6.1", "6.1", "6.2"]),
        (["os_name", "os.name"], ["posix", "nt", "java", "pos"]),
        (
            ["sys_platform", "sys.platform"],
            ["linux", "linux2", "win32", "darwin", "linux darwin"]
        ),
        (["platform_machine", "platform.machine"], ["x86_64", "aarch64", "arm64", "i686"]),
        (["platform_system"], ["Linux", "Windows", "Darwin", "linux"]),
        (["implementation_name"], ["cpython", "pypy"]),
        (
            [
                "platform_python_implementation", "platform.python_implementation",
                "python_implementation",
            ], ["CPython", "PyPy", "cpython"]
        ),
        (["extra"], ["test", "Test", "foo.bar", "foo_bar", "foo-bar", "", "dev"]),
    ]
}

extension MarkerEnvironment {
    /// - Parameter values: one per variable, in the order of `MarkerVariable.allCases`.
    init(values: [String]) {
        let named = Dictionary(uniqueKeysWithValues: zip(MarkerVariable.allCases, values))
        func value(_ variable: MarkerVariable) -> String { named[variable] ?? "" }
        self.init(
            osName: value(.osName), sysPlatform: value(.sysPlatform),
            platformMachine: value(.platformMachine),
            platformPythonImplementation: value(.platformPythonImplementation),
            platformRelease: value(.platformRelease), platformSystem: value(.platformSystem),
            platformVersion: value(.platformVersion), pythonVersion: value(.pythonVersion),
            pythonFullVersion: value(.pythonFullVersion),
            implementationName: value(.implementationName),
            implementationVersion: value(.implementationVersion), extra: value(.extra))
    }
}
