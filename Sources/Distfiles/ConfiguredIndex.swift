internal import FoundationEssentials
internal import Platform
public import SystemPackage

/// The index that pip is configured to use.
///
/// `PIP_INDEX_URL` of `environment` decides, with `PIP_EXTRA_INDEX_URL`, `PIP_FIND_LINKS` and
/// `PIP_NO_INDEX`. Without it pip itself is asked, so that its configuration files and its own
/// default count; no index address is written here.
///
/// - Parameter interpreters: Python interpreters, absolute or names to be found on the `PATH` of
///   `environment`; the first that has a pip answers.
/// - Throws: `pipFailed` or `noProgram`, of the last interpreter.
public func configuredIndex(environment: [String: String], interpreters: [FilePath])
    throws(DistfileError) -> PackageIndex
{
    func words(_ name: String) -> [String] {
        (environment[name] ?? "").split(whereSeparator: \.isWhitespace).map { String($0) }
    }
    if let main = environment["PIP_INDEX_URL"], !main.isEmpty {
        let isOff = ["1", "y", "yes", "t", "true", "on"].contains(
            environment["PIP_NO_INDEX"]?.lowercased())
        return PipAnswer(
            index: main, extra: words("PIP_EXTRA_INDEX_URL"), links: words("PIP_FIND_LINKS"),
            isOff: isOff
        ).packageIndex
    }
    var last = DistfileError.noProgram("python3", reason: "no interpreter is known")
    for interpreter in interpreters {
        do { return try askPip(of: interpreter, environment).packageIndex } catch {
            last = error
        }
    }
    throw last
}

/// What pip's options come to.
private struct PipAnswer: Decodable {
    let index: String?
    let extra: [String]
    let links: [String]
    let isOff: Bool

    var packageIndex: PackageIndex {
        let indexes = isOff ? [] : [index].compactMap { $0 } + extra
        return PackageIndex(
            addresses: indexes.compactMap { Address($0) },
            findLinks: links.compactMap {
                Address($0) ?? Address(file: FilePath($0))
            })
    }
}

/// Lets pip parse an empty command line: what it fills in comes from its configuration files, from
/// the environment, and from its defaults.
private let question = """
    import json
    from pip._internal.commands import create_command
    options, _ = create_command("download").parse_args([])
    print(json.dumps({"index": options.index_url, "extra": options.extra_index_urls,
                      "links": options.find_links, "isOff": options.no_index}))
    """

private func askPip(of interpreter: FilePath, _ environment: [String: String])
    throws(DistfileError) -> PipAnswer
{
    let child: ChildOutput
    do {
        // Not in the current folder, which Python would search for a module of pip's name.
        child = try run([interpreter.string, "-c", question], environment: environment, in: "/")
    } catch {
        throw .noProgram(interpreter.string, reason: "\(error)")
    }
    guard child.status == 0,
        let answer = try? JSONDecoder().decode(PipAnswer.self, from: Data(child.stdout.utf8))
    else {
        let lines = child.stderr.split(whereSeparator: \.isNewline).suffix(3)
        throw .pipFailed(
            interpreter: interpreter,
            output: withoutCredentials(lines.joined(separator: "\n")))
    }
    return answer
}
