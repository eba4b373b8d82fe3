internal import ArgumentParser
internal import Platform
internal import SystemPackage

// What the command line names. An empty word there is an unset variable of somebody's script:
// `spkg merge "$STAGE" /usr/local` must not merge the working directory.

/// A name, an address or the like: any text but none.
struct TextArgument: Sendable {
    let text: String

    init(_ text: String) throws {
        if text.isEmpty { throw ValidationError("it is empty; is a variable unset?") }
        self.text = text
    }
}

/// A path, relative to the working directory.
struct PathArgument: Sendable {
    /// As it was given.
    let text: String
    /// Absolute; links are as they were given, too.
    let path: FilePath

    init(_ text: String) throws {
        self.text = try TextArgument(text).text
        let given = FilePath(text)
        guard given.isAbsolute || Here.workingDirectory != nil else {
            throw ValidationError("the working directory was removed; give an absolute path")
        }
        path = absolutePath(given, from: Here.workingDirectory ?? "/")
    }
}
