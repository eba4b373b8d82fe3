import Testing

@testable import Wheels

@Suite struct SimplePageTests {
    private func wheel(_ file: String, _ version: String, _ python: String? = nil) -> ListedWheel {
        ListedWheel(
            file: file, sha256: "aa", metadataSHA256: "bb", requiresPython: python,
            version: version, size: 12, uploadTime: "2026-11-21T09:10:17Z")
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func `a project's page links to the one file of each wheel`() {
        let page = SimplePage(
            project: "spam",
            wheels: [
                wheel("spam-2.0+a-py3-none-any.whl", "2.0+a", ">=3.8,<\"4\" & 'more'"),
                wheel("spam-1.0-py3-none-any.whl", "1.0"),
            ])
        #expect(
            text(page.html) == """
                <!DOCTYPE html>
                <html>
                  <head>
                    <meta charset="utf-8">
                    <meta name="pypi:repository-version" content="1.1">
                    <title>Links for spam</title>
                  </head>
                  <body>
                    <h1>Links for spam</h1>
                    <a href="../../spam-1.0-py3-none-any.whl#sha256=aa" \
                data-core-metadata="sha256=bb" data-dist-info-metadata="sha256=bb">\
                spam-1.0-py3-none-any.whl</a><br>
                    <a href="../../spam-2.0%2Ba-py3-none-any.whl#sha256=aa" \
                data-requires-python="&gt;=3.8,&lt;&quot;4&quot; &amp; &#39;more&#39;" \
                data-core-metadata="sha256=bb" data-dist-info-metadata="sha256=bb">\
                spam-2.0+a-py3-none-any.whl</a><br>
                  </body>
                </html>

                """)
        #expect(
            text(page.json) == #"""
                {
                "meta": {"api-version": "1.1"},
                "name": "spam",
                "versions": ["1.0", "2.0+a"],
                "files": [{"filename": "spam-1.0-py3-none-any.whl", \#
                "url": "../../spam-1.0-py3-none-any.whl", "hashes": {"sha256": "aa"}, \#
                "core-metadata": {"sha256": "bb"}, "size": 12, \#
                "upload-time": "2026-11-21T09:10:17Z"},
                {"filename": "spam-2.0+a-py3-none-any.whl", \#
                "url": "../../spam-2.0%2Ba-py3-none-any.whl", "hashes": {"sha256": "aa"}, \#
                "requires-python": ">=3.8,<\"4\" & 'more'", \#
                "core-metadata": {"sha256": "bb"}, "size": 12, \#
                "upload-time": "2026-11-21T09:10:17Z"}]
                }

                """#)
    }

    @Test func `the root page lists projects in byte order`() {
        let page = SimplePage(projects: ["zope-interface", "a", "a2", "a-b"])
        #expect(
            text(page.json) == """
                {
                "meta": {"api-version": "1.1"},
                "projects": [{"name": "a"},
                {"name": "a-b"},
                {"name": "a2"},
                {"name": "zope-interface"}]
                }

                """)
        #expect(text(page.html).contains("    <a href=\"a-b/\">a-b</a><br>\n"))
        #expect(SimplePage(projects: ["a2", "a-b", "zope-interface", "a"]).html == page.html)
        #expect(text(SimplePage(projects: []).json).contains("\"projects\": []\n"))
    }
}
