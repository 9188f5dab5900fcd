import MusterCore
import Testing

struct DaemonRecordTests {
  @Test(arguments: ["/s", "/a b/muster.sock", "/ø/" + String(repeating: "x", count: 103)])
  func `a record reads as it was written`(_ path: String) {
    let record = DaemonRecord(processID: 4_194_304, socketPath: path)
    #expect(DaemonRecord(text: record.text) == record)
    #expect(record.text.utf8.count <= DaemonRecord.bytesMax)
  }

  @Test(arguments: ["", "12", "12 /s", "12  /s\n", "x /s\n", "0 /s\n", "-1 /s\n", "12 s\n", "\n"])
  func `what is no record is none`(_ text: String) {
    #expect(DaemonRecord(text: text) == nil)
  }
}
