internal import Glibc
internal import MusterCSV
internal import MusterClient
internal import MusterCore

extension ImportRun {
  /// Writes down what is imported, or finds it written down; nil if nothing can be.
  ///
  /// A pipe is not written down: nobody knows what will come out of it another time.
  func note(_ begin: BeginImport, _ survey: CSVSurvey.Result?) throws -> OpenNote? {
    guard let survey else {
      guard !resumes || !begin.importID.isEmpty else {
        throw CommandFailure(
          "What comes from a pipe can only be gone on with by its id; add --import-id.")
      }
      return nil
    }
    let subject = ImportNote.Subject(
      daemon: try daemonName(), workspace: begin.workspace, digest: survey.digest,
      settings: settings(begin))
    let notes: ImportNotes
    do {
      notes = try ImportNotes(stateDirectory: ConnectionOptions.surroundings.stateDirectory())
    } catch let failure as CommandFailure {
      return withoutNote(failure)
    }
    return try open(notes, subject, chosenID: begin.importID.isEmpty ? nil : begin.importID)
  }

  private func open(
    _ notes: ImportNotes, _ subject: ImportNote.Subject, chosenID: String?
  ) throws -> OpenNote? {
    let path = input.absolutePath
    let decision = ResumeDecision(
      notes: notes.all(), subject: subject, path: path, chosenID: chosenID, resumes: resumes)
    do {
      switch decision {
      case .goOn(let note):
        if let open = try notes.takeUp(note) { return open }
        return try notes.begin(
          ImportNote(
            importID: chosenID ?? ImportID.make().text, subject: subject, path: path))
      case .begin(let importID, let left):
        if let left {
          Diagnostics.note(
            "The interrupted import \(left) of \(input.name) stays open: the file or the options "
              + "have changed since. This is a new import.")
        }
        return try notes.begin(
          ImportNote(
            importID: importID ?? ImportID.make().text, subject: subject, path: path))
      case .refuseFile(let note):
        throw Refusal(
          message: "\(input.name) is not the file that import \(note.importID) began with: its "
            + "bytes have changed. Go on with the file as it was, or import this one without "
            + "--resume and --import-id.")
      case .refuseSettings(let note):
        throw Refusal(
          message: "Import \(note.importID) of \(input.name) began with other columns or options; "
            + "repeat those, or begin a new import without --resume and --import-id.")
      }
    } catch let elsewhere as ImportRunsElsewhere {
      throw CommandFailure(
        "Another command is at work on this very import (\(elsewhere.importID)); wait until it has "
          + "ended.")
    } catch let refusal as Refusal {
      throw CommandFailure(refusal.message)
    } catch let failure as CommandFailure {
      return withoutNote(failure)
    }
  }

  /// An import that cannot be written down goes on without: it is no worse than one from a pipe.
  private func withoutNote(_ failure: CommandFailure) -> OpenNote? {
    Diagnostics.note(
      "\(failure.message) The import's id is not written down; if it is interrupted, "
        + "--import-id goes on with it.")
    return nil
  }

  private func daemonName() throws -> String {
    switch try connection.daemon {
    case .named(let path), .system(let path): "socket " + InputFile.absolute(path)
    case .ownPrivate(let paths): "data " + paths.dataDirectory
    }
  }

  /// The columns and options, the same text for the same ones.
  private func settings(_ begin: BeginImport) -> String {
    let options = begin.options
    var words = ["role=\(options.role)", "labels=\(options.labels)", "delimiter=\(delimiter)"]
    if options.normalizes { words.append("normalize") }
    if let token = options.clearToken {
      words.append("clear-token=\(String(decoding: token, as: UTF8.self))")
    }
    if options.strictIdentity { words.append("strict-identity") }
    if options.rejectsRepeats { words.append("reject-repeats") }
    if options.ignoresUnknownColumns { words.append("ignore-unknown-columns") }
    if options.isAllOrNothing { words.append("all-or-nothing") }
    if options.faultsMax > 0 { words.append("max-faults=\(options.faultsMax)") }
    words.append("columns")
    return (words + begin.columns.map { String(decoding: $0, as: UTF8.self) })
      .joined(separator: "\n")
  }
}
