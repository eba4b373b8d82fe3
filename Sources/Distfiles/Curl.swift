internal import CCurl
internal import Synchronization

/// One conversation with servers, by libcurl: requests one after the other, over connections that
/// stay open between them. Belongs to one thread; only waking it is for all.
final class Curl {
    let cancellation: Cancellation
    let transfer: UnsafeMutableRawPointer
    private let multi: UnsafeMutableRawPointer

    /// Why libcurl can't be used; loads it when it is first asked.
    private static let failure: String? = spkg_curl_load().map { String(cString: $0) }

    init(_ cancellation: Cancellation) throws(DistfileError) {
        if let failure = Self.failure { throw .noCurl(reason: failure) }
        guard let transfer = spkg_curl_make(), let multi = spkg_curl_multi_make() else {
            throw .noCurl(reason: "no memory is left")
        }
        self.cancellation = cancellation
        self.transfer = transfer
        self.multi = multi
        nonisolated(unsafe) let sleeper = multi
        cancellation.setWake { _ = spkg_curl_multi_wakeup(sleeper) }
    }

    deinit {
        cancellation.setWake(nil)
        spkg_curl_destroy(transfer)
        spkg_curl_multi_destroy(multi)
    }

    /// Lets what `transfer` was set to happen, to its end.
    ///
    /// - Parameter remaining: how long the server may still say nothing; called now and then.
    /// - Throws: `CancellationError`; `SourceFailure` when nothing remains.
    func run(remaining: () -> Duration) throws -> CURLcode {
        guard spkg_curl_multi_add(multi, transfer) == CURLM_OK else { return CURLE_OUT_OF_MEMORY }
        defer { _ = spkg_curl_multi_remove(multi, transfer) }
        while true {
            try cancellation.check()
            var running: CInt = 0
            guard spkg_curl_multi_perform(multi, &running) == CURLM_OK else {
                return CURLE_OUT_OF_MEMORY
            }
            var code = CURLE_OK
            if spkg_curl_multi_ended(multi, &code) != 0 { return code }
            let time = remaining()
            if time <= .zero { throw SourceFailure(.timedOut, isPassing: true) }
            _ = spkg_curl_multi_poll(multi, Self.milliseconds(time))
        }
    }

    /// Waits, unless the task is cancelled.
    func pause(_ duration: Duration) throws(CancellationError) {
        let end = ContinuousClock.now + duration
        while true {
            try cancellation.check()
            let time = end - .now
            if time <= .zero { return }
            _ = spkg_curl_multi_poll(multi, Self.milliseconds(time))
        }
    }

    /// Rounded up, and not longer than a minute.
    private static func milliseconds(_ duration: Duration) -> CInt {
        CInt(min(duration, .seconds(60)) / .milliseconds(1)) + 1
    }
}
