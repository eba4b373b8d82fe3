/// A page of the simple repository, as HTML (PEP 503) and as JSON (PEP 691).
///
///     wheels/NAME-1.0-py3-none-any.whl
///     wheels/NAME-1.0-py3-none-any.whl.metadata      PEP 658, 714
///     wheels/simple/index.html index.json            one link per project
///     wheels/simple/NAME/index.html index.json       one link per wheel, relative
///
/// The version that the pages name (PEP 629) is 1.1: JSON has size, versions and upload-time
/// (PEP 700). Nothing is ever yanked (PEP 592): a wheel that should not be taken is removed.
///
/// The same input gives the same bytes.
public struct SimplePage: Sendable {
    /// UTF-8.
    public let html: [UInt8]
    public let json: [UInt8]

    /// The page of a project. `project` is the normalized name; file names are in byte order.
    public init(project: String, wheels: [ListedWheel]) {
        let wheels = wheels.sorted { precedes($0.file, $1.file) }
        html = Self.document(title: "Links for \(project)") { page in
            for wheel in wheels { page.addLink(to: wheel) }
        }
        var page = PageText()
        page.add("{\n\"meta\": {\"api-version\": \"1.1\"},\n\"name\": ")
        page.addQuoted(project)
        page.add(",\n\"versions\": ")
        page.addList(Set(wheels.map(\.version)).sorted(by: precedes), separator: ", ") {
            $0.addQuoted($1)
        }
        page.add(",\n\"files\": ")
        page.addList(wheels, separator: ",\n") { $0.addFile($1) }
        page.add("\n}\n")
        json = page.bytes
    }

    /// The root page. `projects` are normalized names.
    public init(projects: some Sequence<String>) {
        // Normalized names are ASCII, so this is the order of bytes, and quick: an install that brings
        // a new project draws the root page under the lock.
        let projects = projects.sorted()
        html = Self.document(title: "Simple index") { page in
            for project in projects {
                page.add("    <a href=\"")
                page.addPercentEncoded(project)
                page.add("/\">")
                page.addEscaped(project)
                page.add("</a><br>\n")
            }
        }
        var page = PageText()
        page.add("{\n\"meta\": {\"api-version\": \"1.1\"},\n\"projects\": ")
        page.addList(projects, separator: ",\n") { page, project in
            page.add("{\"name\": ")
            page.addQuoted(project)
            page.add("}")
        }
        page.add("\n}\n")
        json = page.bytes
    }

    /// Both forms, with the names of their files.
    var files: [(name: String, bytes: [UInt8])] { [("index.html", html), ("index.json", json)] }

    private static func document(title: String, _ body: (inout PageText) -> Void) -> [UInt8] {
        var page = PageText()
        page.add(
            """
            <!DOCTYPE html>
            <html>
              <head>
                <meta charset="utf-8">
                <meta name="pypi:repository-version" content="1.1">
                <title>
            """)
        page.addEscaped(title)
        page.add("</title>\n  </head>\n  <body>\n    <h1>")
        page.addEscaped(title)
        page.add("</h1>\n")
        body(&page)
        page.add("  </body>\n</html>\n")
        return page.bytes
    }
}

extension PageText {
    fileprivate mutating func addLink(to wheel: ListedWheel) {
        add("    <a href=\"../../")
        addPercentEncoded(wheel.file)
        add("#sha256=\(wheel.sha256)\"")
        if let python = wheel.requiresPython {
            add(" data-requires-python=\"")
            addEscaped(python)
            add("\"")
        }
        // Both names: the second is what clients from before PEP 714 read.
        add(" data-core-metadata=\"sha256=\(wheel.metadataSHA256)\"")
        add(" data-dist-info-metadata=\"sha256=\(wheel.metadataSHA256)\">")
        addEscaped(wheel.file)
        add("</a><br>\n")
    }

    fileprivate mutating func addFile(_ wheel: ListedWheel) {
        add("{\"filename\": ")
        addQuoted(wheel.file)
        add(", \"url\": \"../../")
        addPercentEncoded(wheel.file)
        add("\", \"hashes\": {\"sha256\": \"\(wheel.sha256)\"}")
        if let python = wheel.requiresPython {
            add(", \"requires-python\": ")
            addQuoted(python)
        }
        add(", \"core-metadata\": {\"sha256\": \"\(wheel.metadataSHA256)\"}")
        add(", \"size\": \(wheel.size), \"upload-time\": \"\(wheel.uploadTime)\"}")
    }

    fileprivate mutating func addList<Element>(
        _ elements: [Element], separator: String, _ body: (inout PageText, Element) -> Void
    ) {
        add("[")
        for (place, element) in elements.enumerated() {
            if place > 0 { add(separator) }
            body(&self, element)
        }
        add("]")
    }
}

/// The order of bytes, which is the same everywhere.
func precedes(_ one: String, _ other: String) -> Bool {
    one.utf8.lexicographicallyPrecedes(other.utf8)
}
