internal import Platform
internal import Synchronization

extension CheckedWheel {
    /// Reads everything and proves it against the checksums and RECORD, without writing anything; also
    /// that its files have places in a tree.
    ///
    /// - Returns: with `RecordPolicy.rewrite`, what RECORD got wrong about content.
    public func prove() throws(WheelError) -> [WheelWarning] {
        _ = try UnpackPlan(self, .anyTree)
        let entries = archive.entries
        let problems = Mutex<[RecordProblem]>([])
        try inParallel(costs: entries.map { $0.size + 4096 }) {
            let writer = EntryWriter(nil)
            return { index throws(WheelError) in
                let entry = entries[index]
                try writer.prove(entry, of: self, proof.claim(of: entry.name))
                let found = writer.takeProblems()
                if !found.isEmpty { problems.withLock { $0 += found } }
            }
        }
        let found = problems.withLock { $0 }.sorted { ($0.entry ?? "") < ($1.entry ?? "") }
        return found.isEmpty ? [] : [.badRecord(found)]
    }
}
