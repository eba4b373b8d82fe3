import Glibc

/// A variable of the environment that the tests run in.
public func inherited(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}
