import Glibc

/// Random choices that a seed repeats exactly.
///
/// The seed stands in the code; `SPKG_TEST_SEED` in the environment replaces it. It is printed, so
/// that a failure found with another seed can be found again.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(for purpose: String, seed: UInt64 = 440) {
        let chosen = getenv("SPKG_TEST_SEED").flatMap { UInt64(String(cString: $0)) } ?? seed
        print("\(purpose): seed \(chosen)")
        self.init(seed: chosen)
    }

    public init(seed: UInt64) {
        state = seed
    }

    /// SplitMix64.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    public mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &self)]
    }

    /// True once in so many times.
    public mutating func oneIn(_ count: Int) -> Bool {
        Int.random(in: 0..<count, using: &self) == 0
    }

    public mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &self)
    }

    /// The text with a few bytes taken away, doubled, swapped or put in.
    public mutating func damaged(_ text: String, with alphabet: String) -> String {
        var characters = Array(text)
        for _ in 0..<number(1...2) {
            let place = number(0...characters.count)
            switch number(0...3) {
            case 0 where place < characters.count: characters.remove(at: place)
            case 1 where place < characters.count:
                characters.insert(characters[place], at: place)
            case 2 where place + 1 < characters.count: characters.swapAt(place, place + 1)
            default: characters.insert(pick(Array(alphabet)), at: place)
            }
        }
        return String(characters)
    }
}
