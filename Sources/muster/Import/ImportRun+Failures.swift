internal import MusterCSV
internal import MusterClient

/// Why an import that the daemon had accepted is not begun after all.
struct Refusal: Error {
  var message: String
}

extension ImportRun {
  /// Refuses a file over the daemon's limit of bytes; the daemon itself only counts the cells.
  func checkSize(_ survey: CSVSurvey.Result?, against limits: Limits) throws {
    guard let survey, limits.bytesPerImport > 0, survey.byteCount > limits.bytesPerImport else {
      return
    }
    throw Refusal(
      message: "\(input.name) has \(NumberText.count(survey.byteCount, "byte")); the limit is "
        + "\(NumberText.count(limits.bytesPerImport)) bytes an import (bytesPerImport). Split the "
        + "file, or raise limits.bytesPerImport in the daemon's configuration.")
  }

  /// Refuses to finish an import whose file was changed between its two readings.
  func checkUnchanged(_ survey: CSVSurvey.Result?, _ source: ImportSource) throws {
    guard let survey, survey.rowCount != source.rowCount else { return }
    throw CommandFailure(
      "\(input.name) changed while it was imported: it had \(survey.rowCount) rows and has "
        + "\(source.rowCount). Import it again when nobody writes to it.")
  }

  /// The error with what has become of the import and how to go on.
  func explained(
    _ error: any Error, _ begin: BeginImport, _ client: MusterClient, _ monitor: ImportMonitor
  ) async -> any Error {
    if let refusal = error as? Refusal { return CommandFailure(refusal.message) }
    guard let reason = reason(error) else { return error }
    guard let standing = monitor.standing else {
      return CommandFailure(reason + Self.advice(reason))
    }
    // Asked in a task of its own: this one may be cancelled.
    let request = GetImportRequest(workspace: begin.workspace, importID: standing.importID)
    let record = await Task { try? await client.getImport(request) }.value
    let committed = max(record?.progress.committed ?? 0, standing.committed)
    if let record, record.state.isOver {
      return CommandFailure(
        "\(reason)\nImport \(standing.importID) is over, with "
          + "\(NumberText.count(committed, "row")) durable.")
    }
    return CommandFailure(
      "\(reason)\nImport \(standing.importID) stays open, with "
        + "\(NumberText.count(committed, "row")) durable. To go on, run the command again with the "
        + "same input and options and --import-id \(standing.importID).")
  }

  private func reason(_ error: any Error) -> String? {
    switch error {
    case is Interrupted, is CancellationError: "The import was interrupted."
    case let failure as CommandFailure: failure.message
    case let failure as MusterClientError:
      interrupt.isRequested ? "The import was interrupted." : failure.message
    default: nil
    }
  }

  /// What to do about an import that the daemon did not accept, where its reason leaves that open.
  private static func advice(_ reason: String) -> String {
    if reason.contains("Unknown column") || reason.contains("Unknown form field") {
      return
        "\nNothing was imported. Correct the header, make what is missing, or leave such columns "
        + "out with --ignore-unknown-columns."
    }
    return reason.contains("othing was imported") ? "" : "\nNothing was imported."
  }
}
