internal import FoundationEssentials
internal import Platform
internal import Synchronization
public import SystemPackage

/// What pip is configured to, asked of pip itself once for all downloads of a run.
///
/// pip reads its variables and files as it does for `pip download`, so their precedence, their
/// sections and its own defaults are pip's; no index address is written here. Starting it takes some
/// 300 ms, so it is asked last.
public final class PipConfiguration: Sendable {
    private let environment: [String: String]
    private let answers = Mutex<[[FilePath]: Result<PipSettings, DistfileError>]>([:])

    public init(environment: [String: String]) { self.environment = environment }

    /// - Parameter interpreters: Python interpreters, absolute or names to be found on the `PATH` of
    ///   the environment; the first that has a pip answers.
    /// - Throws: `pipFailed`, `noPip` or `noProgram`. Without a pip the variables alone count, if
    ///   `PIP_INDEX_URL` is one of them.
    public func settings(asking interpreters: [FilePath]) throws(DistfileError) -> PipSettings {
        try answers.withLock { answers in
            if let known = answers[interpreters] { return known }
            let answer = Result { () throws(DistfileError) in try ask(interpreters) }
            answers[interpreters] = answer
            return answer
        }.get()
    }

    private func ask(_ interpreters: [FilePath]) throws(DistfileError) -> PipSettings {
        var last = DistfileError.noProgram("python3", reason: "no interpreter is known")
        // Of a pip that is there and has no answer, perhaps because of a file that the next one
        // doesn't read either.
        var failure: DistfileError?
        for interpreter in interpreters {
            do { return try ask(interpreter) } catch {
                last = error
                if case .pipFailed = error { failure = failure ?? error }
            }
        }
        if let failure { throw failure }
        if let settings = PipSettings(variables: environment) { return settings }
        throw last
    }

    private func ask(_ interpreter: FilePath) throws(DistfileError) -> PipSettings {
        let child: ChildOutput
        do {
            child = try run(
                [interpreter.string, "-B", "-c", Self.question], environment: environment)
        } catch {
            throw .noProgram(interpreter.string, reason: "\(error)")
        }
        if child.status == Self.noPip { throw .noPip(interpreter: interpreter) }
        let line = child.stdout.split(separator: "\n").last ?? ""
        guard child.status == 0,
            let answer = try? JSONDecoder().decode(PipSettings.Answer.self, from: Data(line.utf8))
        else {
            let lines = (child.stdout + child.stderr).split(whereSeparator: \.isNewline).suffix(3)
            throw .pipFailed(
                interpreter: interpreter,
                output: withoutCredentials(lines.joined(separator: "\n")))
        }
        return PipSettings(answer, home: environment["HOME"])
    }

    private static let noPip = 69

    /// Lets pip parse an empty command line: what it fills in comes from its configuration files,
    /// from the environment, and from its defaults. The current folder is no place for modules.
    private static let question = """
        import sys
        sys.path = [folder for folder in sys.path if folder]
        import json
        try:
            from pip._internal.commands import create_command
        except ModuleNotFoundError as error:
            if error.name != "pip":
                raise
            sys.exit(\(noPip))
        options, _ = create_command("download").parse_args([])
        print(json.dumps({
            "index": options.index_url, "extra": options.extra_index_urls,
            "links": options.find_links, "isOff": bool(options.no_index), "cert": options.cert,
            "clientCert": options.client_cert, "trustedHosts": options.trusted_hosts,
            "proxy": options.proxy, "timeout": options.timeout, "retries": options.retries,
            "pre": bool(getattr(options, "pre", False))}))
        """
}
