import MusterClient

/// Somebody as a service knows them; the code of the guide is in this file.
struct Person: Sendable {
  var mail: String?
  var name: String
  var birthday: CalendarDay?
}

func importStaff(_ people: [Person], socketPath: String) async throws -> ImportResult {
  try await withMusterClient(socketPath: socketPath) { muster in
    try await muster.importMembers(columns: [.email, .name, .labels]) { rows in
      for person in people {
        try await rows.write(Member(email: person.mail, name: person.name, labels: ["staff"]))
      }
    }
  }
}

func printFaults(_ people: [Person], _ muster: MusterClient) async throws {
  let result = try await muster.importMembers(columns: [.email, .name]) { rows in
    for person in people {
      try await rows.write(Member(email: person.mail, name: person.name))
    }
  } faults: { faults in
    for await fault in faults {
      print("row \(fault.row), \(fault.column ?? "-"): \(fault.code.text)", fault.hint ?? "")
    }
  } progress: { progress in
    for await progress in progress {
      print("\(progress.committed) of \(people.count) rows are on the disk")
    }
  }
  print("created \(result.counts.created), rejected \(result.counts.rejected)")
}

func printChanges(_ people: [Person], _ muster: MusterClient) async throws -> ImportPreview {
  var options = ImportOptions()
  options.labels = .replace
  let preview = try await muster.previewMembers(columns: [.email, .labels], options: options) {
    rows in
    for person in people {
      try await rows.write(Member(email: person.mail, labels: ["staff"]))
    }
  }
  for change in preview.changes where change.outcome == .updated {
    print("member \(change.member):", change.fields.map(\.column).joined(separator: ", "))
  }
  return preview
}

func synchronize(_ people: [Person], batch: String, _ muster: MusterClient) async throws {
  let members = people.map { person in
    Member(email: person.mail, name: person.name, dateOfBirth: person.birthday)
  }
  let columns: [MemberColumn] = [.email, .name, .dateOfBirth]
  while true {
    do {
      _ = try await muster.importMembers(from: members, columns: columns, importID: batch)
      return
    } catch let error as MusterClientError where error.code == .aborted {
      // The daemon has not yet noticed that the last attempt is over.
      try await Task.sleep(for: .seconds(1))
    }
  }
}

func importLines(_ lines: [String], _ muster: MusterClient) async throws -> ImportResult {
  try await muster.importMembers(columns: [.externalID, .name, .form("patient", "blood_type")]) {
    rows in
    for line in lines {
      try await rows.write(cells: line.split(separator: ";", omittingEmptySubsequences: false))
    }
  }
}

func importAsTheyCome(
  _ members: AsyncStream<Member>, _ muster: MusterClient
) async throws -> ImportResult {
  try await muster.importMembers(from: members, columns: [.externalID, .name])
}

func namesOfMembers(_ muster: MusterClient) async throws -> [String] {
  try await muster.exportMembers { rows in
    var names: [String] = []
    for try await row in rows {
      if let name = row.member.name { names.append(name) }
    }
    return names
  }
}
