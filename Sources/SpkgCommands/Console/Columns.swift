/// As much of a text as fits into so many columns.
func cut(_ text: String, to columns: Int) -> String {
    var left = columns
    return String(
        text.prefix {
            left -= columnCount($0)
            return left >= 0
        })
}

/// How many columns of a terminal a text takes at most: terminals don't agree about characters that
/// are made of several, and a row that is too long breaks all those below it.
func columnCount(_ text: String) -> Int { text.reduce(0) { $0 + columnCount($1) } }

private func columnCount(_ character: Character) -> Int {
    character.unicodeScalars.reduce(0) { $0 + columnCount($1) }
}

private func columnCount(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x20..<0x7F: return 1
    // A picture instead of a sign.
    case 0xFE0F: return 1
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
        return 2
    default: break
    }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: return scalar.properties.isEmojiPresentation ? 2 : 1
    }
}
