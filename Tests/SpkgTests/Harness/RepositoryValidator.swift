import Support
import SystemPackage

extension Distribution {
    /// What breaks the rules of PEP 503, 592, 629, 658, 691, 700 or 714 in the repository over a
    /// folder of wheels, as an independent reader sees it; empty when all is well.
    func complaints(about folder: FilePath) throws -> String {
        let program = try root.write("validate.py", validator)
        let said = try said(["python3", program.string, folder.string], [:])
        return said.stdout + said.stderr + (said.status == 0 ? "" : "status \(said.status)")
    }
}

/// Uses Python's parsers of HTML, JSON and addresses, and `packaging` of the oracles.
private let validator = #"""
    import datetime, hashlib, html.parser, json, os, re, sys, urllib.parse, zipfile
    from packaging.specifiers import SpecifierSet
    from packaging.utils import canonicalize_name, parse_wheel_filename

    root = sys.argv[1]
    pages = os.path.join(root, "simple")

    def complain(*words):
        print(*words)

    def expect(found, wanted, *about):
        if found != wanted:
            complain(*about, "is", repr(found), "not", repr(wanted))

    class Page(html.parser.HTMLParser):
        def __init__(self, path):
            super().__init__(convert_charrefs=True)
            self.links, self.meta, self.open, self.doctype = [], {}, None, None
            with open(path, encoding="utf-8", newline="") as file:
                self.feed(file.read())
            self.close()
            expect(self.doctype, "DOCTYPE html", path, "doctype")
            # PEP 629: at most one, major version 1.
            if not re.fullmatch(r"1\.\d+", self.meta.get("pypi:repository-version", "")):
                complain(path, "names no version")

        def handle_decl(self, text):
            self.doctype = text

        def handle_starttag(self, tag, attributes):
            names = [name for name, _ in attributes]
            if len(names) != len(set(names)):
                complain("an attribute twice:", names)
            attributes = dict(attributes)
            if tag == "meta" and "name" in attributes:
                self.meta[attributes["name"]] = attributes["content"]
            if tag == "a":
                self.open = [attributes, ""]

        def handle_data(self, text):
            if self.open:
                self.open[1] += text

        def handle_endtag(self, tag):
            if tag == "a":
                self.links.append(tuple(self.open))
                self.open = None

    def load(path):
        with open(path, encoding="utf-8") as file:
            page = json.load(file)
        # PEP 700 came with 1.1.
        expect(page["meta"], {"api-version": "1.1"}, path, "meta")
        return page

    def wheel_at(place, url):
        "The wheel that a link leads to: a relative one, to a file in the folder itself."
        parts = urllib.parse.urlsplit(url)
        if parts.scheme or parts.netloc or parts.query or url.startswith("/"):
            complain("not a relative link:", url)
        base = "http://host/some/where/simple/%s/" % place
        path = urllib.parse.urlsplit(urllib.parse.urljoin(base, url)).path
        folder, name = path.rsplit("/", 1)
        expect(folder, "/some/where", "the folder of", url)
        return urllib.parse.unquote(name, errors="strict"), parts.fragment

    def read_wheel(name):
        path = os.path.join(root, name)
        with open(path, "rb") as file:
            content = file.read()
        with zipfile.ZipFile(path) as archive:
            info = [n for n in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", n)]
            metadata = archive.read(info[0])
        with open(path + ".metadata", "rb") as file:
            expect(file.read(), metadata, name, "metadata")
        python = [line.split(b":", 1)[1].strip().decode()
                  for line in metadata.split(b"\n\n")[0].split(b"\n")
                  if line.lower().startswith(b"requires-python:")]
        time = datetime.datetime.fromtimestamp(int(os.stat(path).st_mtime), datetime.timezone.utc)
        return {
            "sha256": hashlib.sha256(content).hexdigest(), "size": len(content),
            "metadata": hashlib.sha256(metadata).hexdigest(),
            "python": python[0] if python else None, "time": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    def check_project(name):
        expect(name, canonicalize_name(name), "the name of a page")
        folder = os.path.join(pages, name)
        expect(sorted(os.listdir(folder)), ["index.html", "index.json"], folder)
        found = {}
        for attributes, text in Page(os.path.join(folder, "index.html")).links:
            wheel, fragment = wheel_at(name, attributes.pop("href"))
            expect(text, wheel, "the text of a link")
            known = found[wheel] = read_wheel(wheel)
            expect(fragment, "sha256=" + known["sha256"], wheel, "fragment")
            wanted = {"data-core-metadata": "sha256=" + known["metadata"],
                      "data-dist-info-metadata": "sha256=" + known["metadata"]}
            if known["python"] is not None:
                SpecifierSet(known["python"])
                wanted["data-requires-python"] = known["python"]
            expect(attributes, wanted, wheel, "attributes")
        page = load(os.path.join(folder, "index.json"))
        expect(page["name"], name, folder, "name")
        versions, listed = set(), []
        for file in page["files"]:
            wheel, fragment = wheel_at(name, file["url"])
            expect(file["filename"], wheel, "filename")
            listed.append(wheel)
            project, version, _, _ = parse_wheel_filename(wheel)
            expect(project, name, wheel, "project")
            versions.add(str(version))
            known = found.get(wheel) or read_wheel(wheel)
            wanted = {"filename": wheel, "url": file["url"], "hashes": {"sha256": known["sha256"]},
                      "core-metadata": {"sha256": known["metadata"]}, "size": known["size"],
                      "upload-time": known["time"]}
            if known["python"] is not None:
                wanted["requires-python"] = known["python"]
            expect(file, wanted, wheel, "entry")
        expect(sorted(page["versions"]), sorted(versions), folder, "versions")
        expect(sorted(listed), sorted(found), folder, "JSON")
        return listed

    projects = sorted(n for n in os.listdir(pages) if not n.startswith("index."))
    root_page = Page(os.path.join(pages, "index.html"))
    for attributes, text in root_page.links:
        expect(attributes, {"href": urllib.parse.quote(text) + "/"}, "a link of the root page")
    expect([text for _, text in root_page.links], projects, "the root page")
    expect([p["name"] for p in load(os.path.join(pages, "index.json"))["projects"]], projects, "JSON")
    listed = [wheel for name in projects for wheel in check_project(name)]
    expect(sorted(listed), sorted(n for n in os.listdir(root) if n.endswith(".whl")), "all wheels")
    metadata = sorted(n for n in os.listdir(root) if n.endswith(".metadata"))
    expect(metadata, sorted(n + ".metadata" for n in listed), "all metadata")
    """#
