/// Which import a command carries out: an interrupted one of which there is a note, or a new one.
package enum ResumeDecision: Equatable, Sendable {
  /// Go on with it.
  case goOn(ImportNote)
  /// Begin one, with the id that the caller chose, if any.
  ///
  /// - Parameter left: The id of an interrupted import of the same path that this is not.
  case begin(importID: String?, left: String?)
  /// The file is not the one that the interrupted import began with.
  case refuseFile(ImportNote)
  /// The columns or options are not those that the interrupted import began with.
  case refuseSettings(ImportNote)

  /// Decides it.
  ///
  /// - Parameters:
  ///   - notes: All notes, the newest first.
  ///   - subject: What is to be imported.
  ///   - path: The file's path.
  ///   - chosenID: The id behind `--import-id`.
  ///   - resumes: Whether the caller asked to go on (`--resume`).
  package init(
    notes: [ImportNote], subject: ImportNote.Subject, path: String, chosenID: String?, resumes: Bool
  ) {
    let here = notes.filter {
      $0.subject.daemon == subject.daemon && $0.subject.workspace == subject.workspace
    }
    if let chosenID {
      guard let note = here.first(where: { $0.importID == chosenID }) else {
        self = .begin(importID: chosenID, left: nil)
        return
      }
      self.init(note, subject)
      return
    }
    if let note = here.first(where: { $0.subject == subject }) {
      self = .goOn(note)
      return
    }
    guard let other = here.first(where: { $0.path == path }) else {
      self = .begin(importID: nil, left: nil)
      return
    }
    if resumes {
      self.init(other, subject)
    } else {
      self = .begin(importID: nil, left: other.importID)
    }
  }

  /// The decision about the one import that the caller means.
  private init(_ note: ImportNote, _ subject: ImportNote.Subject) {
    if note.subject.digest != subject.digest {
      self = .refuseFile(note)
    } else if note.subject.settings != subject.settings {
      self = .refuseSettings(note)
    } else {
      self = .goOn(note)
    }
  }
}
