internal import Platform
public import SystemPackage

/// A source archive whose bytes matched its recipe.
///
/// Only `verify(_:in:)` makes one, so nothing unverified can be unpacked.
public struct VerifiedDistfile: Sendable, Hashable {
    /// Inside the folder it was verified in.
    public let path: FilePath
    /// Bytes, counted while hashing.
    public let size: Int
}

/// Reads a file of `folder` and compares its sums with the recipe's.
///
/// Rule: build/recipes.md, 3: each checksum that the recipe names must match.
/// - Throws: `checksumDiffers`; `platform` with `ENOENT` when there is no such file.
public func verify(_ distfile: Distfile, in folder: FilePath) throws(DistfileError)
    -> VerifiedDistfile
{
    let path = folder.appending(distfile.name)
    let sums = try platform { () throws(PlatformError) in
        try read(path, for: distfile)
    }
    if let difference = sums.difference(from: distfile) {
        throw .checksumDiffers(file: path, difference)
    }
    return VerifiedDistfile(path: path, size: sums.size)
}

/// As `verify`, with nil for a file that isn't there.
func verifyIfPresent(_ distfile: Distfile, in folder: FilePath) throws(DistfileError)
    -> VerifiedDistfile?
{
    do { return try verify(distfile, in: folder) } catch {
        if case .platform(let cause) = error, cause.errno == .noSuchFileOrDirectory { return nil }
        throw error
    }
}

private func read(_ path: FilePath, for distfile: Distfile) throws(PlatformError) -> Sums {
    let file = try File(reading: path)
    var sums = Sums(for: distfile)
    try file.readBlocks { (bytes) throws(PlatformError) in sums.update(bytes) }
    return sums
}

extension File {
    /// Hands the rest of the file to `body` in blocks of 1 MiB at most.
    func readBlocks(_ body: (UnsafeRawBufferPointer) throws(PlatformError) -> Void)
        throws(PlatformError)
    {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { block.deallocate() }
        while case let got = try read(into: block), got > 0 {
            try body(UnsafeRawBufferPointer(rebasing: block[..<got]))
        }
    }
}
