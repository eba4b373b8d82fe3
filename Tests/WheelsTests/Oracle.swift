import Glibc
import Platform
import Support
import SystemPackage

/// This process's PATH.
let pathVariable = String(cString: getenv("PATH"))

/// Runs a Python program with arguments; python3 comes from PATH. Anything on stderr is a failure.
func python(_ program: String, _ arguments: [String], in folder: FilePath) throws -> String {
    let path = try folder.write("program.py", program)
    let said = try Platform.run(
        ["python3", "-I", path.string] + arguments, environment: ["PATH": pathVariable])
    guard said.status == 0 else { throw OracleFailure(said: said.stderr) }
    return said.stdout
}

struct OracleFailure: Error { let said: String }

/// A number that the environment can raise.
func count(_ variable: String, _ usual: Int) -> Int {
    getenv(variable).flatMap { Int(String(cString: $0)) } ?? usual
}
