import Foundation
import MusterTestSupport
import Testing

/// What a shell offers when somebody presses Tab.
@Suite(.timeLimit(.minutes(1))) struct CompletionTests {
  @Test(
    arguments: [
      ("wor", "workspace"), ("import --all", "--all-or-nothing"), ("import --labels ", "replace"),
      ("member ", "delete"),
    ])
  func `bash completes commands, options and their values`(
    typed: String, offered: String
  ) async throws {
    let bash = try #require(Binaries.system("bash"))
    let script = """
      source <("$1" --generate-completion-script bash)
      COMP_LINE="muster $2"
      COMP_POINT=${#COMP_LINE}
      read -ra COMP_WORDS <<< "$COMP_LINE"
      [[ "$COMP_LINE" != *' ' ]] || COMP_WORDS+=('')
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      COMPREPLY=()
      _muster muster "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let process = try RunningProcess(bash, ["-c", script, "bash", Binaries.muster, typed])
    defer { process.end() }
    #expect(await process.exitCode() == 0)
    let words = await process.output.text().split(separator: "\n").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    #expect(words.contains(offered), "\(words)")
  }
}
