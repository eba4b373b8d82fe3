internal import FoundationEssentials

/// What `--json` prints: one value, keys sorted, UTF-8, with a line end.
func jsonText(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Strings, numbers, lists and dictionaries of them always encode.
    return String(decoding: try! encoder.encode(value), as: UTF8.self) + "\n"
}
