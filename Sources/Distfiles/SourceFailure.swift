internal import AsyncHTTPClient
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// Why one source didn't give a file, and whether asking it again may help.
struct SourceFailure: Error {
    let reason: Attempt.Reason
    let isPassing: Bool

    init(_ reason: Attempt.Reason, isPassing: Bool = false) {
        self.reason = reason
        self.isPassing = isPassing
    }

    init(status: UInt) {
        self.init(
            .status(Int(status)), isPassing: status >= 500 || status == 408 || status == 429)
    }

    /// What an error of a connection means; nil for one that is no connection's.
    init?(_ error: any Error) {
        switch error {
        case let failure as SourceFailure: self = failure
        case let error as HTTPClientError:
            switch error {
            case .cancelled: return nil
            case .connectTimeout: self.init(.timedOut)
            case .readTimeout, .writeTimeout, .deadlineExceeded, .tlsHandshakeTimeout:
                self.init(.timedOut, isPassing: true)
            case .remoteConnectionClosed, .uncleanShutdown: self = .broken
            default: self.init(.connection(error.shortDescription))
            }
        case let error as IOError:
            let isLasting = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode)
            self.init(.connection(Self.text(error)), isPassing: !isLasting)
        case let error as NIOConnectionError: self.init(.connection(Self.text(error)))
        case is HTTPParserError:
            self.init(.connection("the answer broke off or is no HTTP"), isPassing: true)
        case NIOSSLError.uncleanShutdown: self = .broken
        case is NIOSSLError, is BoringSSLError:
            self.init(.connection("no secure connection: \(error)"))
        case is ChannelError: self = .broken
        default: return nil
        }
    }

    private static let broken = SourceFailure(
        .connection("the connection broke"), isPassing: true)

    private static func text(_ error: IOError) -> String {
        String(cString: strerror(error.errnoCode)).lowercased()
    }

    private static func text(_ error: NIOConnectionError) -> String {
        switch error.connectionErrors.first?.error {
        case let cause as IOError: text(cause)
        case let cause?: "\(cause)"
        case nil: "no host \(error.host) is known"
        }
    }
}
