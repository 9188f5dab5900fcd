import MusterCore
import Testing

struct ResumeDecisionTests {
  private static let first = "0f0e0d0c-0b0a-4908-8706-050403020100"
  private static let second = "1f0e0d0c-0b0a-4908-8706-050403020100"

  private static func subject(
    daemon: String = "/run/s", workspace: String = "default", digest: String = "d",
    settings: String = "s"
  ) -> ImportNote.Subject {
    ImportNote.Subject(daemon: daemon, workspace: workspace, digest: digest, settings: settings)
  }

  private static func note(
    _ id: String = first, _ subject: ImportNote.Subject = subject(), path: String = "/m.csv"
  ) -> ImportNote {
    ImportNote(importID: id, subject: subject, path: path)
  }

  private func decide(
    _ notes: [ImportNote], _ subject: ImportNote.Subject = subject(), path: String = "/m.csv",
    chosenID: String? = nil, resumes: Bool = false
  ) -> ResumeDecision {
    ResumeDecision(
      notes: notes, subject: subject, path: path, chosenID: chosenID, resumes: resumes)
  }

  @Test(arguments: [false, true])
  func `the same import goes on, wherever the file is now`(_ resumes: Bool) {
    let notes = [Self.note(Self.second, Self.subject(digest: "e")), Self.note()]
    #expect(decide(notes, resumes: resumes) == .goOn(Self.note()))
    #expect(decide(notes, path: "/moved.csv", resumes: resumes) == .goOn(Self.note()))
    #expect(decide(notes, chosenID: Self.first, resumes: resumes) == .goOn(Self.note()))
  }

  @Test(arguments: [false, true])
  func `what nobody wrote down begins`(_ resumes: Bool) {
    #expect(decide([], resumes: resumes) == .begin(importID: nil, left: nil))
    #expect(
      decide([Self.note()], chosenID: Self.second, resumes: resumes)
        == .begin(importID: Self.second, left: nil))
    for other in [Self.subject(daemon: "/run/t"), Self.subject(workspace: "w")] {
      #expect(decide([Self.note()], other, resumes: resumes) == .begin(importID: nil, left: nil))
      #expect(
        decide([Self.note()], other, chosenID: Self.first, resumes: resumes)
          == .begin(importID: Self.first, left: nil))
    }
  }

  @Test func `a changed file or other options begin anew, but go on with nothing`() {
    let notes = [Self.note()]
    let file = Self.subject(digest: "e")
    let settings = Self.subject(settings: "t")
    for other in [file, settings] {
      #expect(decide(notes, other) == .begin(importID: nil, left: Self.first))
      #expect(decide(notes, other, path: "/n.csv") == .begin(importID: nil, left: nil))
    }
    for resumes in [false, true] {
      #expect(
        decide(notes, file, chosenID: Self.first, resumes: resumes) == .refuseFile(Self.note()))
      #expect(
        decide(notes, settings, chosenID: Self.first, resumes: resumes)
          == .refuseSettings(Self.note()))
    }
    #expect(decide(notes, file, resumes: true) == .refuseFile(Self.note()))
    #expect(decide(notes, settings, resumes: true) == .refuseSettings(Self.note()))
  }

  @Test func `a note is read as it was written, and half a note is none`() {
    let note = Self.note(
      Self.first, Self.subject(daemon: "/a b%/\n", settings: "email,\u{1}näme %41"),
      path: "/tmp/with\nline.csv")
    #expect(ImportNote(text: note.text) == note)
    for count in 0..<note.text.utf8.count {
      let half = String(decoding: note.text.utf8.prefix(count), as: UTF8.self)
      #expect(ImportNote(text: half) == nil)
    }
    #expect(ImportNote(text: note.text + "x\n") == nil)
  }
}
