/// A value of JSON that is passed on as it was read, whatever it means.
public enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])
}

extension JSONValue: Codable {
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let integer = try? value.decode(Int64.self) {
            self = .integer(integer)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let string = try? value.decode(String.self) {
            self = .string(string)
        } else if let array = try? value.decode([JSONValue].self) {
            self = .array(array)
        } else {
            self = .object(try value.decode([String: JSONValue].self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let bool): try container.encode(bool)
        case .integer(let integer): try container.encode(integer)
        case .number(let number): try container.encode(number)
        case .string(let string): try container.encode(string)
        case .array(let array): try container.encode(array)
        case .object(let object): try container.encode(object)
        }
    }
}

/// Any key of an object.
private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ text: String) { stringValue = text }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
}

extension Decoder {
    /// The values of those keys of an object that `Known` doesn't have.
    func others<Known: CodingKey>(than known: Known.Type) throws -> [String: JSONValue] {
        let object = try container(keyedBy: AnyKey.self)
        var found: [String: JSONValue] = [:]
        for key in object.allKeys where Known(stringValue: key.stringValue) == nil {
            found[key.stringValue] = try object.decode(JSONValue.self, forKey: key)
        }
        return found
    }
}

extension Encoder {
    /// Writes them beside the keys that the object has already.
    func encode(others: [String: JSONValue]) throws {
        if others.isEmpty { return }
        var object = container(keyedBy: AnyKey.self)
        for (key, value) in others { try object.encode(value, forKey: AnyKey(key)) }
    }
}
