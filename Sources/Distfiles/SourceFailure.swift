internal import CCurl
internal import Glibc

/// Why one source didn't give a file, and whether asking it again may help.
struct SourceFailure: Error {
    let reason: Attempt.Reason
    let isPassing: Bool
    /// How long the server asks us to wait (`Retry-After`).
    let wait: Duration?

    init(_ reason: Attempt.Reason, isPassing: Bool = false, wait: Duration? = nil) {
        self.reason = reason
        self.isPassing = isPassing
        self.wait = wait
    }

    /// A failure that the server reports.
    init(_ answer: Answer) {
        let status = answer.status
        self.init(
            .status(status), isPassing: status >= 500 || status == 408 || status == 429,
            wait: answer["retry-after"].flatMap(Self.duration))
    }

    /// Seconds, or a date (RFC 9110, 10.2.3).
    private static func duration(_ text: String) -> Duration? {
        if let seconds = Int(text) { return .seconds(max(0, seconds)) }
        let date = spkg_curl_date(text)
        return date < 0 ? nil : .seconds(max(0, date - Int64(time(nil))))
    }
}
