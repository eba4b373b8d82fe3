import Requirements
import Testing

@Suite struct NameSpellingsTests {
    @Test(arguments: [
        ("foo-bar", "x Foo.Bar-1.0.dist-info", true), ("foo-bar", "foo__-bar", true),
        ("foo-bar", "foobar", false), ("foo-bar", "foo-", false), ("foo", "FOO", true),
        ("foo", "fo", false), ("foo", "", false), ("a1", "\u{41}1", true), ("a1", "!1", false),
        ("1foo", "x1foo", true), ("p", "0", false),
    ])
    func `a name is found in each spelling`(name: String, text: String, isFound: Bool) {
        #expect(NameSpellings(of: [name]).occur(in: Array(text.utf8)) == isFound)
    }

    @Test func `it begins a file's name`() {
        let spellings = NameSpellings(of: ["foo-bar", "six"])
        #expect(spellings.begin("Foo_Bar-1.0-py3-none-any.whl"))
        #expect(spellings.begin("sixpence-1.0.dist-info"))
        #expect(!spellings.begin("the_foo_bar-1.0.dist-info"))
        #expect(!NameSpellings(of: [""]).begin("x"))
    }
}
