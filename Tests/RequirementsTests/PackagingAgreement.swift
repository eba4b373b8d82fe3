import Support
import Testing

/// Compares answers and reports the first few differences with their questions.
func expectAgreement(
    _ oracle: PackagingOracle, _ questions: [[String]], ours: [[String]],
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let theirs = try oracle.ask(questions)
    var differences = 0
    for (question, (our, their)) in zip(questions, zip(ours, theirs)) where our != their {
        differences += 1
        if differences <= 20 {
            Issue.record(
                "\(question): packaging says \(their), we say \(our)",
                sourceLocation: sourceLocation)
        }
    }
    #expect(
        differences == 0, "of \(questions.count) answers, \(differences) differ",
        sourceLocation: sourceLocation)
    #expect(ours.count == questions.count, sourceLocation: sourceLocation)
}
