internal import FoundationEssentials
internal import Platform
internal import Requirements
internal import SystemPackage

/// What the pages of a project say of its wheels, as far as that holds without reading them again.
///
/// A page's time is the moment before the first wheel was read for it, by the clock of its own file
/// system. A wheel is known if the page has its size and time, and the kernel has not seen it change
/// (`ctime`) at that moment or later. So only a clock that was set back, or a page that was edited,
/// can deceive; `check`, which never asks here, finds both.
struct KnownWheels {
    private let listed: [String: ListedWheel]
    /// The page's time.
    private let asOf: FileTime

    /// Knows nothing where there is no page, or none that this program wrote.
    ///
    /// - Parameter now: pages from later than that have a wrong time and don't count.
    init(project: String, in folder: WheelFolder, now: FileTime) {
        let page = folder.pages(of: project).appending("index.json")
        guard let asOf = try? status(page)?.modified, asOf <= now, let bytes = try? readFile(page),
            let read = try? JSONDecoder().decode(Page.self, from: Data(bytes))
        else {
            listed = [:]
            asOf = now
            return
        }
        self.asOf = asOf
        var listed: [String: ListedWheel] = [:]
        for file in read.files {
            guard let filename = try? WheelFilename(file.filename) else { continue }
            listed[file.filename] = ListedWheel(
                file: filename.raw, sha256: file.hashes.sha256,
                metadataSHA256: file.metadata.sha256, requiresPython: file.requiresPython,
                version: filename.version.description, size: file.size,
                uploadTime: file.uploadTime)
        }
        self.listed = listed
    }

    /// What is known of a wheel.
    ///
    /// - Parameter status: what `lstat` says of it: a link may lead elsewhere since.
    func listing(of wheel: WheelFilename, _ status: FileStatus) -> ListedWheel? {
        guard let known = listed[wheel.raw], known.file.utf8.elementsEqual(wheel.raw.utf8),
            status.kind == .file, status.changed < asOf, known.size == status.size,
            known.uploadTime == status.modified.text
        else { return nil }
        return known
    }

    private struct Page: Decodable {
        struct File: Decodable {
            struct Hashes: Decodable { let sha256: String }
            let filename: String
            let hashes: Hashes
            let requiresPython: String?
            let metadata: Hashes
            let size: Int
            let uploadTime: String

            enum CodingKeys: String, CodingKey {
                case filename, hashes, size
                case requiresPython = "requires-python"
                case metadata = "core-metadata"
                case uploadTime = "upload-time"
            }
        }
        let files: [File]
    }
}
