import Foundation
import Platform
import SystemPackage
import Testing

/// What a person sees who runs a program on a terminal; `Tests/Terminal/terminal.py` is the terminal.
struct TerminalSession: Decodable {
    /// The screen at each `look`, and everything at the end.
    let looks: [[String]]
    /// All that was written to the terminal.
    let raw: String
    let status: Int

    /// What a person does there.
    enum Step {
        case await(String)
        case look
        case type(String)
        case release(FilePath)
        case signal(CInt)
        case resize(Int)
        case end

        fileprivate var words: [Any] {
            switch self {
            case .await(let text): ["await", text]
            case .look: ["look"]
            case .type(let text): ["type", text]
            case .release(let fifo): ["write", fifo.string]
            case .signal(let number): ["signal", Int(number)]
            case .resize(let columns): ["size", columns]
            case .end: ["end"]
            }
        }
    }
}

extension Distribution {
    func onTerminal(
        columns: Int, lines: Int = 24, _ command: [String], _ steps: [TerminalSession.Step],
        _ environment: [String: String] = [:]
    ) throws -> TerminalSession {
        let program = FilePath(#filePath).removingLastComponent().removingLastComponent()
            .removingLastComponent().pushing("Terminal/terminal.py")
        let steps = try JSONSerialization.data(withJSONObject: steps.map(\.words))
        let said = try said(
            [
                "timeout", "100", "python3", program.string, "\(columns)", "\(lines)",
                String(decoding: steps, as: UTF8.self),
            ] + command, ["TERM": "xterm"].merging(environment) { $1 })
        return try #require(
            try? JSONDecoder().decode(TerminalSession.self, from: Data(said.stdout.utf8)), "\(said)"
        )
    }
}
