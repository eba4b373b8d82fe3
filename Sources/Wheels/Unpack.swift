public import Platform

/// Writes wheels below a stage in the layout of the tree, and proves their content on the way.
///
/// - Parameters:
///   - stage: a directory that nobody else can write; it stands for the tree's root. What the wheels
///     bring must not be there yet, unless `replacing`.
///   - requested: whether the user asked for the distributions by name (PEP 376, `REQUESTED`).
///   - replacing: a file that is there gives way, as with pip: for environments that are thrown away.
/// - Returns: in the order of the wheels.
/// - Throws: `WheelError`; `.pair` before anything is written. What was written until then stays in
///   the stage, for the caller to remove. The tree is not touched in any case.
///
/// A file that several wheels bring, and the same, is written once and listed by each of them.
///
/// Files get the modes that pip gives: what the umask leaves of 0666, or of 0777 if the archive
/// says that somebody may execute the file or if it is a script. Times are those of writing.
/// RECORD is made from what was written, sorted by path; `INSTALLER` says `spkg`.
///
/// Memory: a block per thread and a few hundred bytes per file.
public func unpack(
    _ wheels: [CheckedWheel], layout: WheelLayout, into stage: Directory, requested: Bool,
    replacing: Bool = false
) throws(WheelError) -> [UnpackedWheel] {
    var plans = try mapInParallel(wheels) { wheel throws(WheelError) in
        try UnpackPlan(wheel, layout)
    }
    try resolveMeetings(of: wheels, &plans, layout)
    let unpacking = Unpacking(
        wheels, plans, layout, isRequested: requested, isReplacing: replacing, into: stage)
    try inParallel(costs: unpacking.pieces.map(\.cost)) {
        let writer = EntryWriter(layout.template, isReplacing: replacing)
        return { index throws(WheelError) in
            try unpacking.take(unpacking.pieces[index], with: writer)
        }
    }
    return unpacking.results
}

/// The same for one wheel.
public func unpack(
    _ wheel: CheckedWheel, layout: WheelLayout, into stage: Directory, requested: Bool,
    replacing: Bool = false
) throws(WheelError) -> UnpackedWheel {
    try unpack([wheel], layout: layout, into: stage, requested: requested, replacing: replacing)[0]
}
